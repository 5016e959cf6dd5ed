"""What fits what was typed, and in which order."""

from __future__ import annotations

import pytest

from app.views.matching import ranked

NAMES = ("ops-alerts", "dev", "design", "dev-private", "random", "Ütrecht", "ops-dev")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("de", ["dev", "design", "dev-private", "ops-dev"]),
        ("DEV", ["dev", "dev-private", "ops-dev"]),
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
