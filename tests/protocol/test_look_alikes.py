"""Names that an eye takes for each other have one skeleton; others have not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.look_alikes import _TABLE, skeleton
from protocol.text_rules import canonical_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PaypaI", "Paypal"),
        ("paypa1", "paypal"),
        ("paypa|", "paypal"),
        ("r00m", "room"),
        ("R0OM", "room"),
        ("Iinda", "linda"),
        ("p\u0251ypal", "paypal"),  # Latin alpha
        ("\u0131da", "ida"),  # dotless i
        ("paypa\u2223", "paypal"),  # a sign that divides
        ("paypa\u06f1", "paypal"),  # the Arabic digit one
        ("\u0440\u0430\u0443\u0440\u0430\u04cf", "paypal"),  # Cyrillic
        ("\u0430\u0301nn\u0430", "\u00e1nna"),  # the same with an accent of its own
        ("\u03ccscar", "\u00f3scar"),  # Greek, in one character
        ("\u13e6", "K"),  # Cherokee
        ("\ua4da\ua4f2\ua4f3", "ClO"),  # Lisu
        ("\u03bfk", "ok"),  # Greek omicron
        ("\uff50\uff41\uff59", "pay"),  # full width
    ],
)
def test_look_alikes_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Neil", "Nell"), ("ian", "lan"), ("Ali", "All"), ("mia", "mla"), ("anna", "ama"), ("5", "S")],
)
def test_names_that_differ_to_the_eye_stay_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_the_table_holds_single_characters_each_once() -> None:
    characters = [character for like in _TABLE.values() for character in like]
    assert len(characters) == len(set(characters)) > 300
    assert not any(character.isascii() for character in characters)
    folded = [unicodedata.normalize("NFKC", c.casefold()) for c in characters]
    assert folded == characters, "they are looked for in names that are folded"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12))
def test_spelling_in_small_and_capital_letters_that_are_drawn_alike_is_one(name: str) -> None:
    if canonical_name(name) is not None:
        assert skeleton(skeleton(name)) == skeleton(name)
