"""Messages of many pieces in the real widget: what is cheap costs nothing, and no spoiler shows."""

from __future__ import annotations

import tkinter as tk

import pytest

from app.emoji_signs import emoji_name
from app.views.piece_writer import (
    INSETS_MAX,
    LINE_TOKENS_MAX,
    LINKS_MAX,
    NAMES_MAX,
    PICTURES_MAX,
    PIECES_MAX,
    TOKENS_MAX,
)
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of

AFTER = "See https://example.org/after and **bold** and ||secret|| :tada:"
CODE_LINE = "value = call(1, 'two', None)  # three"


def shown(stage: Stage, text: str) -> tk.Text:
    """The timeline with one message, of which all is drawn."""
    stage.show_rows((message(1, text),))
    sheet = view_of(stage).sheet
    if sheet.is_folded(sheet.drawn[-1]):
        sheet.turn_whole(sheet.drawn[-1])
        stage.settle()
    return view_of(stage).text


def tags_at(text: tk.Text, words: str) -> set[str]:
    found = text.search(words, "1.0", elide=True)
    assert found, f"{words!r} is not in the widget"
    return set(text.tag_names(found))


def covered(text: tk.Text) -> str:
    ranges = [str(each) for each in text.tag_ranges("spoiler")]
    return "\n".join(text.get(*pair) for pair in zip(ranges[::2], ranges[1::2], strict=True))


def range_count(text: tk.Text, tag: str) -> int:
    return len(text.tag_ranges(tag)) // 2


@pytest.mark.parametrize(
    "before",
    [
        f"```python\n{(CODE_LINE + chr(10)) * 33}```",
        f"```python\n{(CODE_LINE + chr(10)) * 400}```",
        "```\n" + "😀 a\n" * 120 + "```",
        "\n" * 1_000,
        "word\n" * 1_000,
        "https://example.org/before\n" * (LINKS_MAX - 1),
    ],
)
def test_what_is_cheap_takes_nothing_from_the_markup_behind_it(stage: Stage, before: str) -> None:
    text = shown(stage, f"{before}\n{AFTER}")
    assert "link" in tags_at(text, "https://example.org/after")
    assert "bold" in tags_at(text, "bold")
    assert covered(text) == "secret"
    assert emoji_name("🎉") not in text.get("1.0", "end") and ":tada:" not in text.get("1.0", "end")


@pytest.mark.parametrize(
    "before",
    [
        "**a** " * PIECES_MAX,
        "**a**\n" * PIECES_MAX,
        "> a\n" * PIECES_MAX,
        "😀 " * (PICTURES_MAX + NAMES_MAX // 2),
        "||a|| " * PIECES_MAX,
        "||a|| " * (PIECES_MAX // 3) + "||a **b**, ",
        "http://a.b " * (LINKS_MAX + 1),
        "**a** " * PIECES_MAX + "🏻" * (NAMES_MAX // 2),
    ],
)
def test_a_spoiler_is_covered_whatever_is_before_it(stage: Stage, before: str) -> None:
    text = shown(stage, f"{before}||secret https://example.org/|| and ||other||\n||third||")
    for words in ("secret", "other", "third"):
        assert "spoiler" in tags_at(text, words), words
    assert not {"pressable", "link"} & tags_at(text, "https://example.org/")


def test_a_spoiler_of_several_lines_is_covered_behind_many_pieces(stage: Stage) -> None:
    middle = "**a** " * PIECES_MAX + "secret https://example.org/"
    text = shown(stage, f"||outset\n{middle}\nlast|| end")
    for words in ("outset", "secret", "https", "last"):
        assert "spoiler" in tags_at(text, words), words
    assert "spoiler" not in tags_at(text, "end")


def test_behind_many_pieces_addresses_are_links_still(stage: Stage) -> None:
    text = shown(stage, "**a** " * PIECES_MAX + "see https://example.org/after **raw** and on")
    assert "link" in tags_at(text, "https://example.org/after")
    assert "**raw** and on" in text.get("1.0", "end")
    assert "link" not in tags_at(text, "and on")


@pytest.mark.parametrize(
    "line", ["1 " * (LINE_TOKENS_MAX + 1), "é " + "1 " * (LINE_TOKENS_MAX + 1)]
)
def test_a_line_of_too_many_colours_has_one(stage: Stage, line: str) -> None:
    text = shown(stage, f"```python\n{line}\nx = 'last'\n```")
    assert range_count(text, "code_number") == 0
    assert {"code", "code_string"} <= tags_at(text, "'last'")


def test_behind_many_colours_code_has_one_and_is_code_still(stage: Stage) -> None:
    lines = "1,1,1,1,1,1,1,1,1,1\n" * (TOKENS_MAX // 10)
    text = shown(stage, f"```python\n{lines}x = 'last'\n```\n{AFTER}")
    assert range_count(text, "code_number") == TOKENS_MAX
    assert "code_string" not in tags_at(text, "'last'")
    assert {"code", "code_block"} <= tags_at(text, "'last'")
    assert "bold" in tags_at(text, "bold")


@pytest.mark.parametrize("count", [421, 900])
def test_each_line_of_code_begins_inside_of_its_ground(stage: Stage, count: int) -> None:
    text = shown(stage, "```\n" + "abc\n" * count + "last " + "x" * 500 + "\n```")
    text.see("end")
    stage.settle()
    line = text.index(f"{text.search('last', '1.0')} linestart")
    boxes = [text.bbox(f"{place} + 1 chars") for place in (f"{line} - 1 lines", line)]
    assert all(boxes)
    assert boxes[0][0] == boxes[1][0] > text.bbox(line)[0]  # type: ignore[index]
    assert {"code", "code_block"} <= tags_at(text, "last")
    # Also where it is wrapped: else it would be broken by Tk, without an inset.
    assert len(text.dump(line, f"{line} lineend", image=True)) > 5


def test_behind_many_insets_code_is_code_still(stage: Stage) -> None:
    text = shown(stage, "```\n" + "a\n" * (INSETS_MAX + 500) + "last\n```\n" + AFTER)
    assert INSETS_MAX <= len(text.dump("1.0", "end", image=True)) < INSETS_MAX + 20
    assert {"code", "code_block"} <= tags_at(text, "last")
    assert "bold" in tags_at(text, "bold")


def test_code_of_too_many_emoji_ends_with_a_sign_and_is_copied_whole(stage: Stage) -> None:
    lines = "😀 a\n" * (PICTURES_MAX + NAMES_MAX + 50)
    text = shown(stage, f"```\n{lines}last\n```\n||secret||")
    words = text.get("1.0", "end")
    assert words.count(emoji_name("😀")) == NAMES_MAX
    assert "last" not in words and "secret" not in words
    text.tag_add("sel", "1.0", "end")
    copied = view_of(stage)._pointer.selected_text().replace(emoji_name("😀"), "😀")
    assert f"{lines}last" in copied and "secret" in copied
