"""What of a message is shown where words were found in it."""

from __future__ import annotations

import pytest

from app.excerpts import BEFORE_MAX, LENGTH_MAX, excerpt_of
from app.plain_words import SPOILER

LEAD = "one two three four five six seven eight nine ten "


@pytest.mark.parametrize(
    ("text", "words", "excerpt"),
    [
        ("the boat leaves", "boat", "the boat leaves"),
        ("the **Boat**\n\nleaves", "boat", "the Boat leaves"),
        (f"{LEAD}boat", "BOAT", "…five six seven eight nine ten boat"),
        (f"{LEAD}bôat", "boat", "…five six seven eight nine ten bôat"),
        (f"{LEAD}ten", "nine ten", "…four five six seven eight nine ten ten"),
        (LEAD, "whale", LEAD.strip()),
        (LEAD, "", LEAD.strip()),
        ("", "", ""),
        ("/me rows a boat", "boat", "rows a boat"),
        ("//me rows", "rows", "/me rows"),
        ("it was ||the boat||, no boat", "boat", f"it was {SPOILER}, no boat"),
        (f"||{LEAD}||", "seven", SPOILER),
        (f"||{LEAD}\nboat|| here", "boat", f"{SPOILER} {SPOILER} here"),
    ],
)
def test_the_line_has_the_words(text: str, words: str, excerpt: str) -> None:
    assert excerpt_of(text, words) == excerpt


def test_its_length_is_bounded() -> None:
    shown = excerpt_of("x" * 5_000 + "boat" + "y" * 5_000, "boat")
    assert shown == "…" + "x" * BEFORE_MAX + "boat" + "y" * (LENGTH_MAX - BEFORE_MAX - 5) + "…"
    assert len(excerpt_of("y" * LENGTH_MAX, "y")) == LENGTH_MAX
    assert len(excerpt_of("y" * (LENGTH_MAX + 1), "y")) == LENGTH_MAX


@pytest.mark.parametrize("more", range(5))
def test_no_picture_is_cut(more: int) -> None:
    family, words = "\U0001f469\u200d\U0001f469\u200d\U0001f467", "x" * more + "boat"
    shown = excerpt_of(family * 100 + words, "boat").removeprefix("…").removesuffix(words)
    assert shown and not shown.replace(family, "")
