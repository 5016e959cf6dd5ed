"""What may be said, what one may be called, and who thereby is the same as whom."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.text_rules import canonical_name, is_status, is_text, split_text

CHARACTERS = [chr(number) for number in range(sys.maxunicode + 1)]
#: Default ignorable code points (Unicode 14.0) and blank letters that no forbidden category
#: holds: a name with one of them looks like the name without it.
INVISIBLE_LETTERS_AND_MARKS = [
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164,
    0xFE00, 0xFE0F, 0xFFA0, 0xE0100, 0xE01EF,
]  # fmt: skip


class TestText:
    @pytest.mark.parametrize(
        "text",
        [
            "hello", "", "two\nlines\tand a tab", "\u05e9\u05dc\u05d5\u05dd", "e\u0301" * 10,
            "\U0001f469\u200d\U0001f52c \U0001f1e9\U0001f1ea \u2764\ufe0f", "a\u202eb", "\ufeff",
            "x" * 1000, "\u00e9" * 500, "\uffff", "\U0010ffff", "[exec ls] $env {", "\u2028",
        ],
    )  # fmt: skip
    def test_almost_anything_may_be_said(self, text: str) -> None:
        assert is_text(text)

    def test_no_control_character_but_line_feed_and_tab(self) -> None:
        controls = {c for c in CHARACTERS if unicodedata.category(c) == "Cc"}
        assert {c for c in controls if is_text(f"a{c}b")} == {"\n", "\t"}
        assert len(controls) == 65

    @pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\ude00\ud83d"])
    def test_no_half_of_a_surrogate_pair(self, text: str) -> None:
        assert not is_text(text)
        assert canonical_name(text) is None

    def test_the_length_counts_bytes(self) -> None:
        assert is_text("\u20ac" * 333)
        assert not is_text("\u20ac" * 334)
        assert not is_text("x" * 1001)
        assert is_text("\u00e9" * 195, limits.TOPIC_BYTES_MAX)
        assert not is_text("\u00e9" * 196, limits.TOPIC_BYTES_MAX)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "canonical"),
        [
            ("ada", "ada"), ("Ada Lovelace", "ada lovelace"), ("x", "x"), ("7of9", "7of9"),
            ("Jos\u00e9", "jos\u00e9"), ("Jose\u0301", "jos\u00e9"), ("a_b-c.d", "a_b-c.d"),
            ("\u674e\u5c0f\u9f8d",) * 2,
            ("\u65e5\u672c\u306e\u30cd\u30b3 cat",) * 2,
            ("\uae40\ucca0\uc218",) * 2, ("\u0416\u0443\u043a", "\u0436\u0443\u043a"),
            ("\u05e9\u05dc\u05d5\u05dd",) * 2, ("\u0639\u0644\u064a",) * 2, ("bee \U0001f41d",) * 2,
        ],
    )  # fmt: skip
    def test_are_unique_in_their_canonical_form(self, name: str, canonical: str) -> None:
        assert canonical_name(name) == canonical

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Paypal", "paypal"),
            ("\uff50\uff41\uff59\uff50\uff41\uff4c", "paypal"),  # full width
            ("\u0440\u0430\u0443\u0440\u0430\u04cf", "paypal"),  # Cyrillic, every letter
            ("\u0421\u041e\u041d", "COH"),  # Cyrillic capitals
            ("\u0430\u0301", "\u00e1"),  # with an accent of its own
            ("\u039f\u03a1\u0391", "OPA"),  # Greek capitals
            ("\u0440\u043e\u043c\u0430", "\u0420\u041e\u041c\u0410"),
            ("\u0440\u0430\u0443\u0440\u0430\u04cf \U0001f41d", "paypal \U0001f41d"),
            ("\u212aelvin", "kelvin"),
            ("\ufb01sh", "fish"),
            ("\u0130da", "i\u0307da"),
            ("stra\u00dfe", "strasse"),
            ("STRA\u1e9eE", "strasse"),
            ("\u2460", "1"),
            ("a  b", "a b"),
            ("\u03a3\u03b9\u03c3\u03c2", "\u03c3\u03b9\u03c3\u03c3"),
            ("\u1e9b\u0323x", "\u1e69x"),
        ],
    )  # fmt: skip
    def test_that_look_the_same_are_the_same(self, one: str, other: str) -> None:
        assert canonical_name(one) is not None
        assert canonical_name(one) == canonical_name(other)

    @pytest.mark.parametrize(
        "name",
        [
            "p\u0430ypal", "\u0440\u0430\u0443\u0440\u0430l", "\u03bfk", "ada\u05d0", "ad\u0561",
            "\u1d43\u0430",
        ],
    )  # fmt: skip
    def test_of_two_scripts_are_refused(self, name: str) -> None:
        assert canonical_name(name) is None

    @pytest.mark.parametrize(
        "name",
        [
            "", " ", " ada", "ada ", "#ada", "@ada", "/ada", "\uff03ada", "\uff20ada", "\uff0fada",
            "a\nb", "a\tb", "a\x00b", "a\xa0b", "a\u2003b", "a\u3000b", "a\u2028b", "a\u2029b",
            "a\x85b", "\u200bada", "ada\u200d", "ada\xad", "\ufeffada", "a\u202eb", "a\u2066b",
            "a\U000e0061b", "a\ue000b", "a\u0378b", "a\uffffb",
        ],
    )  # fmt: skip
    def test_that_hide_something_are_refused(self, name: str) -> None:
        assert canonical_name(name) is None

    def test_no_character_of_a_forbidden_category_passes(self) -> None:
        forbidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        bad = [c for c in CHARACTERS if unicodedata.category(c) in forbidden]
        assert len(bad) > 900_000
        # Unassigned and private ones are far too many to try each.
        few = [c for c in bad if unicodedata.category(c) not in ("Cn", "Co", "Cs")]
        for character in few + bad[:: len(bad) // 500]:
            assert canonical_name(f"a{character}b") is None, hex(ord(character))

    @pytest.mark.parametrize("number", INVISIBLE_LETTERS_AND_MARKS, ids=hex)
    def test_invisible_letters_and_marks_are_refused(self, number: int) -> None:
        character = chr(number)
        assert unicodedata.category(character) in ("Mn", "Lo", "So")
        assert canonical_name(f"ada{character}") is None
        assert canonical_name(character) is None

    def test_at_most_one_mark_in_a_row(self) -> None:
        assert canonical_name("q\u0301") is not None
        assert canonical_name("q\u0301q\u0301") is not None
        assert canonical_name("q\u0301\u0301") is None

    def test_lengths(self) -> None:
        assert canonical_name("x" * 32) == "x" * 32
        assert canonical_name("x" * 33) is None
        assert canonical_name("\u00e9" * 32) == "\u00e9" * 32
        assert canonical_name("\u5b57" * 21) is not None
        assert canonical_name("\u5b57" * 22) is None, "66 bytes"

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
    def test_a_canonical_form_is_its_own(self, name: str) -> None:
        canonical = canonical_name(name)
        if canonical is not None:
            assert canonical_name(canonical) in (canonical, None)

    def test_a_huge_name_is_refused_before_anything_dear_is_done(self) -> None:
        assert canonical_name("a" + "\u0301" * 400_000) is None


class TestStatus:
    @pytest.mark.parametrize(
        "text",
        ["", "at lunch", "🍲 until 14:00", "x" * limits.STATUS_CODE_POINTS_MAX, "語" * 100],
    )
    def test_one_short_line_is_one(self, text: str) -> None:
        assert is_status(text)

    @pytest.mark.parametrize(
        "text",
        [
            "x" * (limits.STATUS_CODE_POINTS_MAX + 1), "🍲" * 76, "at\nlunch", "a\tb", "a\x00",
            "\x1b[31m", "\x85", "\ud800",
        ],
    )  # fmt: skip
    def test_everything_else_is_none(self, text: str) -> None:
        assert not is_status(text)


class TestSplitting:
    @given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(4, 20))
    def test_parts_are_short_and_together_the_text(self, text: str, bytes_max: int) -> None:
        parts = split_text(text, bytes_max)
        assert "".join(parts) == text
        assert all(len(part.encode()) <= bytes_max for part in parts)
        assert all(len(part.encode()) > bytes_max - 4 for part in parts[:-1])

    @pytest.mark.parametrize("character", ["x", "\u00e9", "\u20ac", "\U0001f600"])
    def test_the_longest_message_needs_no_more_parts_than_there_may_be(
        self, character: str
    ) -> None:
        text = character * (limits.MESSAGE_BYTES_MAX // len(character.encode()))
        assert len(split_text(text)) <= limits.PARTS_MAX
        shifted = "x" + text[: (limits.MESSAGE_BYTES_MAX - 1) // len(character.encode())]
        assert len(split_text(shifted)) <= limits.PARTS_MAX

    def test_a_short_text_is_one_part(self) -> None:
        assert split_text("") == [""]
        assert split_text("x" * limits.BODY_BYTES_MAX) == ["x" * limits.BODY_BYTES_MAX]
