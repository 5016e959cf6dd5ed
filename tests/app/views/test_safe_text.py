"""No text harms a widget, whatever it holds."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.safe_text import (
    LINE_LENGTH_MAX,
    MARKS_IN_A_ROW_MAX,
    NAME_LENGTH_MAX,
    WORD_LENGTH_MAX,
    fingerprint_groups,
    initials,
    safe_line,
    safe_message,
    safe_name,
    system_line,
    title_name,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=400)


@given(ANY_TEXT)
def test_a_message_holds_nothing_that_harms(text: str) -> None:
    safe = safe_message(text)
    for char in safe:
        assert char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")
        assert not 0x202A <= ord(char) <= 0x202E
        assert not 0x2066 <= ord(char) <= 0x2069
    safe.encode()


@given(ANY_TEXT)
def test_a_name_is_one_short_line_and_never_empty(text: str) -> None:
    name = safe_name(text)
    assert name
    assert "\n" not in name
    assert len(name) <= NAME_LENGTH_MAX
    assert 1 <= len(initials(text)) <= 2


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Zoë 🦊", "Z"),
        ("🦊 Zoë Ott", "ZO"),
        ("a🦊b", "AB"),
        ("🦊", "FF"),
        ("🦊 -", "FF"),
        ("", "?"),
    ],
)
def test_emoji_are_no_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_plain_text_stays_as_it_is() -> None:
    text = "if (a[0] == '$x') { exec; }\n\tnext \\ line"
    assert safe_message(text) == text


def test_a_lone_surrogate_is_replaced() -> None:
    assert safe_message("a\ud800b") == "a\N{REPLACEMENT CHARACTER}b"


def test_a_nul_and_an_escape_are_dropped() -> None:
    assert safe_message("a\0b\x1b[31mc") == "ab[31mc"


def test_line_ends_of_other_systems_become_ours() -> None:
    assert safe_message("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_direction_controls_are_dropped() -> None:
    assert safe_name("abc\u202egpj.exe") == "abcgpj.exe"
    assert safe_message("\u2066x\u2069") == "x"


def test_a_pile_of_marks_is_cut() -> None:
    safe = safe_message("o" + "\u0301" * 40 + "k")
    assert safe == "o" + "\u0301" * MARKS_IN_A_ROW_MAX + "k"


def test_a_long_word_gets_break_points() -> None:
    safe = safe_message("x" * 1000)
    assert safe.replace("\u200b", "") == "x" * 1000
    assert max(map(len, safe.split("\u200b"))) == WORD_LENGTH_MAX


def test_words_below_the_limit_get_none() -> None:
    text = " ".join(["y" * WORD_LENGTH_MAX] * 3)
    assert safe_message(text) == text


def test_an_emoji_family_stays_together() -> None:
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    assert safe_message(family) == family


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert len(safe_line("w" * 1000, 20)) == 20
    assert safe_line("w" * 1000, 20).endswith("…")


def test_initials_come_from_first_and_last_word() -> None:
    assert initials("Priya Raman") == "PR"
    assert initials("you") == "Y"
    assert initials("anna_berg-2") == "A2"
    assert initials("!!!") == "?"


def test_a_fingerprint_is_shown_in_groups() -> None:
    assert fingerprint_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


@pytest.mark.parametrize("sign", ["👨\u200d👩\u200d👧", "🇳🇴", "👍🏽"])
def test_break_points_and_cuts_stand_between_pictures(sign: str) -> None:
    text = f"x{sign * 150}"
    pieces = safe_message(text).split("\u200b")
    assert "".join(pieces) == text and len(pieces) > 1
    assert all(len(piece.removeprefix("x")) % len(sign) == 0 for piece in pieces)
    for cut in (system_line(text).removesuffix("…"), title_name(text)):
        assert 1 < len(cut) <= LINE_LENGTH_MAX
        assert (len(cut) - 1) % len(sign) == 0
