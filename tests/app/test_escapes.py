"""A backslash takes the meaning from a sign of markup, and stays everywhere else."""

from __future__ import annotations

import time

import pytest

from app.markup import parts_of, unmarked
from app.markup_parts import CodeBlock, SegmentKind, Style, TextLine
from app.shortcodes import shortcodes_in


def shown(text: str) -> str:
    """What is seen of a text of one line, which must be drawn without any style."""
    (line,) = parts_of(text)
    assert isinstance(line, TextLine)
    assert not line.is_quote and not line.marker
    assert "".join(segment.text for segment in line.segments) == text
    assert {segment.style for segment in line.segments} == {Style.NONE}
    return "".join(s.visible for s in line.segments if s.kind is not SegmentKind.HIDDEN)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"\*not bold\*", "*not bold*"),
        (r"\*\*not bold\*\*", "**not bold**"),
        (r"\_not italic\_", "_not italic_"),
        (r"\~~here\~~", "~~here~~"),
        (r"\||no spoiler||", "||no spoiler||"),
        (r"\`no code\`", "`no code`"),
        (r"\> no quote", "> no quote"),
        (r"\>> no quote", ">> no quote"),
        (r"\- no item", "- no item"),
        (r"\* no item", "* no item"),
        (r"  1\. no item", "  1. no item"),
        (r"\:tada:", ":tada:"),
        (r"\[words](x", r"\[words](x"),
    ],
)
def test_it_goes_and_the_sign_is_one_like_any_other(text: str, words: str) -> None:
    assert shown(text) == words


@pytest.mark.parametrize(
    "text",
    [
        r"C:\path\to",
        r"C:\_data\_x and dir\_x",
        r"\\host\share",
        r"\o/ \o",
        r"¯\_(ツ)_/¯",
        r"well ¯\_(ツ)_/¯ then",
        r"a > b \> c",
        "\\",
        "at the end\\",
        r"1\.5",
    ],
)
def test_elsewhere_it_stays(text: str) -> None:
    assert shown(text) == text


def test_what_is_around_keeps_its_style() -> None:
    (line,) = parts_of(r"**a\*b** _c_")
    assert isinstance(line, TextLine)
    looks = [(s.text, s.style) for s in line.segments if s.kind is SegmentKind.TEXT]
    assert looks == [
        ("a", Style.BOLD),
        ("*", Style.BOLD),
        ("b", Style.BOLD),
        (" ", Style.NONE),
        ("c", Style.ITALIC),
    ]


def test_a_titled_link_is_shown_as_written() -> None:
    (line,) = parts_of(r"\[words](https://example.org/a)")
    assert isinstance(line, TextLine)
    assert all(not segment.target for segment in line.segments)


def test_in_code_it_stays() -> None:
    (line,) = parts_of(r"`a\*b\`")
    assert isinstance(line, TextLine)
    assert [s.text for s in line.segments if Style.CODE in s.style] == ["a\\*b\\"]
    assert parts_of("```\n\\*x\\*\n```") == [CodeBlock("\\*x\\*")]


def test_the_field_makes_no_picture_of_it() -> None:
    assert list(shortcodes_in(r"\:tada:")) == []
    assert len(list(shortcodes_in(r"C:\ :tada:"))) == 1


def test_plain_keeps_the_backslash() -> None:
    (code,) = [s for p in parts_of(unmarked(r"\*x\*")) for s in p.segments if s.style]  # type: ignore[union-attr]
    assert code.text == r"\*x\*"


@pytest.mark.parametrize(
    "text", ["\\*", "\\", "\\[", "\\[a](", "\\_", "a\\_", "\\:a", "1\\. ", "\\`"]
)
def test_many_take_no_longer(text: str) -> None:
    def seconds(length: int) -> float:
        written = (text * length)[:length]
        began = time.process_time()
        parts_of(written)
        return time.process_time() - began

    short = max(min(seconds(2_000) for _ in range(3)), 0.000_5)
    assert min(seconds(16_000) for _ in range(3)) < 30 * short
