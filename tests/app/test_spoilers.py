"""What goes on over several lines is hidden in all of them, and wherever some of them are shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.markup import covering_by_line, is_mentioned, parts_of
from app.markup_parts import CodeBlock, SegmentKind, Style, TextLine
from app.plain_words import SPOILER, plain_words
from app.spoilers import spoiler_of


def hidden_words(text: str) -> set[str]:
    """The words of the text that nobody sees at first."""
    found = set[str]()
    for part in parts_of(text):
        if isinstance(part, CodeBlock):
            found |= set(re.findall(r"\w", part.code)) if part.is_hidden else set()
            continue
        for segment in part.segments:
            if Style.SPOILER in segment.style:
                found |= set(re.findall(r"\w", segment.text))
    return found


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("||a\nb||", "a b"),
        ("||a\n\nb|| c", "a b"),
        ("x ||a\nb\nc|| y", "a b c"),
        ("||\na\n||\nb", "a"),
        ("||\na\n|| b", "a"),
        ("> ||a\n> b||\nc", "a b"),
        ("> - ||a\n> - b||\nc", "a b"),
        ("> ||\n> a\n> ||", "a"),
        ("- ||a\n- b||\n- c", "a b"),
        ("||a **b** `c`\nd||", "a b c d"),
        ("**x ||a** b\nc||", "a b c"),
        ("||a\n||b||\nc||", "a b c"),
        ("||a\n```py\nb\n```\nc|| d", "a b c"),
        ("||\n```\na\n```\n||", "a"),
        ("||a\nb|| c ||d\ne||", "a b d e"),
        # Behind a blank, as it is typed now and then.
        ("||a ||", "a"),
        ("||a || b", "a"),
        ("||a\nb ||", "a b"),
        # Neither begun nor ended, or nothing between.
        ("||a\nb", ""),
        ("a\nb||", ""),
        ("a || b || c", ""),
        ("a ||\nb ||\nc", ""),
        ("||||", ""),
        ("||\n||", ""),
        ("`||a`\nb||", ""),
        (r"\||a" + "\nb||", ""),
        ("```\n||a\n```\nb||", ""),
        ("||a||\nb", "a"),
        ("run ||a; ||b", ""),
    ],
)
def test_what_is_hidden(text: str, hidden: str) -> None:
    assert hidden_words(text) == set(hidden.split())
    assert hidden_words(covering_by_line(text)) == set(hidden.split())


@pytest.mark.parametrize("text", ["||a\nb|| c", "||a||", "a\nb", "||\n```\na\n```\n||", "a || b"])
def test_what_was_written_is_there_still(text: str) -> None:
    lines = [p for p in parts_of(text) if isinstance(p, TextLine)]
    written = "\n".join("".join(each.text for each in line.segments) for line in lines)
    assert written.replace("\n", "") in re.sub(r"\n```\na\n```", "", text).replace("\n", "")


def test_the_delimiters_are_not_seen() -> None:
    first, second = parts_of("||a\nb||")
    assert isinstance(first, TextLine) and isinstance(second, TextLine)
    kinds = [each.kind for each in (*first.segments, *second.segments)]
    hidden, text = SegmentKind.HIDDEN, SegmentKind.TEXT
    assert kinds == [hidden, text, text, hidden]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("||a\nb|| c", ["||a||", "||b|| c"]),
        ("||a || b", ["||a||  b"]),
        ("x ||a **b\n c** d||", ["x ||a **b||", " ||c** d||"]),
        ("||a\n||b||\nc||", ["||a||", "||b||", "||c||"]),
        ("||\n```\na `b`\n\n```\n||", ["", "||`a `\\``b`\\`||", "", ""]),
        ("||a \\\nb||", ["||a \\\u200b||", "||b||"]),
        ("||a x||y\nb||", None),
        ("||a||\nb", ["||a||\nb"]),
        ("```py\n||a\n```\n||b\nc||", ["```py", "||a", "```", "||b||", "||c||"]),
    ],
)
def test_each_line_covers_for_itself(text: str, lines: list[str] | None) -> None:
    if lines is not None:
        assert covering_by_line(text) == "\n".join(lines)
    assert hidden_words(covering_by_line(text)) >= hidden_words(text)


_PIECES = st.sampled_from(
    ["||", "||", "||", "w", "w", "w", " ", "\n", "\n", "**", "`", "> ", "- ", "\n```\n", "\\", "|"]
)


@given(st.lists(_PIECES, max_size=30))
def test_no_line_shows_what_the_whole_text_hides(pieces: list[str]) -> None:
    text = "".join(chr(0x4E00 + at) if each == "w" else each for at, each in enumerate(pieces))
    hidden, by_line = hidden_words(text), covering_by_line(text)
    assert hidden_words(by_line) >= hidden
    # And what is shown of it alone.
    lines = by_line.split("\n")
    if "```" not in text:
        assert set().union(*map(hidden_words, lines)) >= hidden


def test_elsewhere_it_is_hidden_too() -> None:
    assert plain_words("so ||a\n```\nb\n```\nc|| d") == f"so {SPOILER} {SPOILER} {SPOILER} d"
    assert is_mentioned("||hi\n@anna||", "anna")


@pytest.mark.parametrize(
    ("text", "spoiler"),
    [
        ("a", "||a||"),
        ("a\n\n b ", "||a||\n\n ||b|| "),
        ("C:\\", "||C:\\\u200b||"),
        ("x||y", "||x|\u200b|y||"),
    ],
)
def test_a_text_as_a_spoiler(text: str, spoiler: str) -> None:
    assert spoiler_of(text) == spoiler
    assert hidden_words(spoiler) == set(re.findall(r"\w", text))


@pytest.mark.parametrize(
    "piece", ["||", "|| ", " || ", "||a ||", "||\n", "||a\n", "a||\n", "|| ||\n"]
)
def test_no_text_is_slow_to_read(piece: str) -> None:
    text = piece * (16_000 // len(piece))
    assert covering_by_line(text)  # a quadratic reader takes minutes here
