"""Comparing without case and accents, and where in a text that was found."""

from __future__ import annotations

import time

import pytest

from app.text_folding import fold, fold_all, folded_places, named_in


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Boat", "boat"),
        ("CAFÉ", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("Straße", "strasse"),
        ("Ёлка", "елка"),
        ("ﬁ", "fi"),
        ("lo\u200bng", "long"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_case_and_marks_are_gone(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("more", [[], ["a\0b", "\u0301é\0"], ["\0"]])
def test_many_at_once_fold_as_one_by_one(more: list[str]) -> None:
    texts = ["Boat", "CAFÉ", "", "\u0301x", "Straße", "ﬁ", "O", "שָׁלוֹם 👍🏽", *more]
    assert fold_all(texts) == [fold(text) for text in texts]
    assert fold_all([]) == []


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("cafe", "Das CAFÉ, die Cafe\u0301s", ["CAFÉ", "Cafe\u0301"]),
        ("ss", "Straße", ["ß"]),
        ("aa", "aaaa", ["aa", "aa"]),
        ("x", "abc", []),
        ("", "abc", []),
        ("long", "so lo\u200bng", ["lo\u200bng"]),
        ("🎉", "ja 🎉", ["🎉"]),
        ("\u0301", "e\u0301", []),
    ],
)
def test_places_are_those_of_the_text_as_it_is(wanted: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in folded_places(wanted, text)] == found


def test_many_messages_with_accents_take_no_second() -> None:
    text = "Grüße aus dem Café, es gibt viel zu tun heute"
    began = time.process_time()
    for _ in range(20_000):
        fold(text)
    assert time.process_time() - began < 1.0


def test_named_in_takes_only_what_is_there() -> None:
    assert named_in("hi @ben", "@", ["Ben", "Mara"]) == ("Ben",)
    assert named_in("hi ben", "@", ["Ben"]) == ()
