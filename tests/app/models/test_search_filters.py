"""Words and filters as they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.search_filters import TYPED_LENGTH_MAX, TypedSearch, typed_search


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", {}),
        ("   ", {}),
        ("the  boat ", {"words": "the  boat"}),
        ("from:anna", {"people": ("anna",)}),
        ("from:@anna boat", {"words": "boat", "people": ("anna",)}),
        ("big from:anna boat", {"words": "big boat", "people": ("anna",)}),
        ('from:"Priya Raman" boat', {"words": "boat", "people": ("Priya Raman",)}),
        ('boat from:"Priya Ra', {"words": "boat", "people": ("Priya Ra",)}),
        ("from:anna from:ben", {"people": ("anna", "ben")}),
        ("in:#dev In:lunch", {"rooms": ("dev", "lunch")}),
        ('in:"#off topic"', {"rooms": ("off topic",)}),
        ("before:2026-11-20 after:yesterday", {"before": ("2026-11-20",), "after": ("yesterday",)}),
        # What is still being typed says nothing yet; elsewhere it is a word.
        ("boat from:", {"words": "boat"}),
        ("in:#", {}),
        ('from:"', {}),
        ("in: boat", {"words": "in: boat"}),
        # No filters.
        ("begin:a", {"words": "begin:a"}),
        ("to:anna", {"words": "to:anna"}),
        ("http://from:anna", {"words": "http://from:anna"}),
        ('from:"a"b', {"words": 'from:"a"b'}),
        ('"from:anna"', {"words": '"from:anna"'}),
        ('from:a"b', {"people": ('a"b',)}),
        ("boat\u3000from:anna", {"words": "boat", "people": ("anna",)}),
    ],
)
def test_filters_are_told_from_words(typed: str, meant: dict[str, Any]) -> None:
    search = typed_search(typed)
    assert search == TypedSearch(**meant)
    assert search.is_empty is not bool(meant)


def test_what_is_too_long_is_cut() -> None:
    assert typed_search("x" * 1_000_000) == TypedSearch("x" * TYPED_LENGTH_MAX)
    assert len(typed_search("from:a " * 100_000).people) <= TYPED_LENGTH_MAX / 7 + 1
