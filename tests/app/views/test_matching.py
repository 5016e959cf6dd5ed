"""What fits what was typed, and in which order."""

from __future__ import annotations

import pytest

from app.views.matching import folded, nearly, ranked

NAMES = (
    "ops-alerts",
    "dev",
    "design",
    "dev-private",
    "random-talk",
    "random",
    "Ütrecht",
    "ops-dev",
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("de", ["dev", "design", "dev-private", "ops-dev"]),
        ("DEV", ["dev", "dev-private", "ops-dev"]),
        ("ops-dev", ["ops-dev"]),
        ("random", ["random", "random-talk"]),
        ("pri", ["dev-private"]),
        ("utr", ["Ütrecht"]),
        ("opal", ["ops-alerts"]),
        ("xyz", []),
        ("", list(NAMES)),
    ],
)
def test_starts_come_before_words_before_letters(typed: str, found: list[str]) -> None:
    assert ranked(typed, NAMES, str, 20) == found


def test_no_more_than_asked_for() -> None:
    assert len(ranked("", NAMES, str, 3)) == 3


def test_many_names_are_not_folded_again_at_each_key() -> None:
    """As many as a server may have: 10,000 rooms and 5,000 people."""
    names = [f"Ü{number}" for number in range(15_000)]
    ranked("ü", names, str, 8)
    misses = folded.cache_info().misses
    ranked("ü1", names, str, 8)
    assert folded.cache_info().misses == misses + 1  # what was typed


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("desgin", ["design"]),
        ("radnom", ["random"]),
        ("UTERCHT", ["Ütrecht"]),
        ("dve", ["dev"]),
        ("lunch", []),
        ("ops", []),
    ],
)
def test_what_may_be_meant_shares_most_letters_in_order(typed: str, found: list[str]) -> None:
    assert nearly(typed, NAMES, str, 3)[:1] == found


def test_no_more_than_asked_for_may_be_meant() -> None:
    assert len(nearly("room-x", [f"room-{n}" for n in range(9)], str, 3)) == 3
