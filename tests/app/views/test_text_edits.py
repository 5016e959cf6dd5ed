"""Whole characters, words and markers; undo; lines that were sent. Without a window."""

from __future__ import annotations

import pytest

from app.views import text_edits
from app.views.sent_lines import LINES_MAX, SentLines
from app.views.undo_history import STEPS_MAX, Snapshot, UndoHistory


class TestCharacters:
    @pytest.mark.parametrize(
        ("text", "last", "first"),
        [
            ("", 0, 0),
            ("ab", 1, 1),
            ("e\u0301", 2, 2),
            ("xe\u0301\u0323", 3, 1),
            ("\ufffc", 1, 1),
            ("a\u200b", 2, 2),  # a break point goes with what stands before it
            ("\u0301", 1, 1),
            ("की", 2, 2),
            ("☝\U0001f3fd", 2, 2),
            ("a\u200db", 3, 3),
        ],
    )
    def test_a_character_is_what_people_see(self, text: str, last: int, first: int) -> None:
        assert text_edits.last_character(text) == last
        assert text_edits.first_character(text) == first

    @pytest.mark.parametrize(
        ("text", "last", "first"),
        [
            ("", 0, 0),
            ("one two", 3, 3),
            ("one two  ", 5, 3),
            ("  one", 3, 5),
            ("wörd!?", 2, 4),
            ("\n", 1, 1),
        ],
    )
    def test_a_word_takes_its_blanks_along(self, text: str, last: int, first: int) -> None:
        assert text_edits.last_word(text) == last
        assert text_edits.first_word(text) == first


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("- tea", "- "),
        ("* tea", "* "),
        ("  - tea", "  - "),
        ("1. tea 1. ", "2. "),
        ("9.  tea", "10.  "),
        (" 12. tea", " 13. "),
        ("- \ufffc", "- "),
        ("- ", ""),
        ("   3.  ", ""),
        ("tea", None),
        ("-tea", None),
        ("-", None),
        ("999. tea", None),
        ("1999. tea", None),
        ("\\- tea", None),
        ("> tea", "> "),
        ("> \ufffc", "> "),
        (">> tea", ">> "),
        ("> > tea", "> > "),
        ("> - tea", "> - "),
        (">   2. tea", ">   3. "),
        ("> 999. tea", "> "),
        ("> ", ""),
        (">", ""),
        ("> > ", ""),
        ("> - ", ""),
        (">tea", None),
        (">>> tea", None),
        ("\\> tea", None),
        ("", None),
    ],
)
def test_what_comes_behind_an_item_of_a_list_or_a_line_of_a_quote(
    line: str, item: str | None
) -> None:
    assert text_edits.next_item(line) == item


def after(before: str, selected: str, behind: str, marker: str) -> tuple[str, str]:
    """The whole text after the key, and what is selected in it."""
    edit = text_edits.marked(before, selected, behind, marker)
    kept = before[: len(before) - edit.outer]
    whole = kept + edit.text + behind[edit.outer :]
    return whole, edit.text[edit.start : edit.end]


class TestMarkers:
    @pytest.mark.parametrize(
        ("before", "selected", "behind", "marker", "whole", "kept"),
        [
            ("a ", "b", " c", "**", "a **b** c", "b"),
            ("a **", "b", "** c", "**", "a b c", "b"),
            ("a ", "**b**", " c", "**", "a b c", "b"),
            ("a **", "b", "** c", "*", "a ***b*** c", "b"),
            ("a ***", "b", "*** c", "*", "a **b** c", "b"),
            ("a ***", "b", "*** c", "**", "a *b* c", "b"),
            ("", " b ", "", "*", " *b* ", "b"),
            ("", "", "", "`", "``", ""),
            ("`", "", "`", "`", "", ""),
            ("", "a\n\nb", "", "**", "**a**\n\n**b**", "**a**\n\n**b**"),
            ("", "**a**\n**b**", "", "**", "a\nb", "a\nb"),
            ("x ", "a\nb", " y", "`", "x \n```\na\nb\n```\n y", "a\nb"),
            ("", "a\nb", "", "`", "```\na\nb\n```", "a\nb"),
        ],
    )
    def test_the_same_key_puts_them_and_takes_them(
        self, before: str, selected: str, behind: str, marker: str, whole: str, kept: str
    ) -> None:
        assert after(before, selected, behind, marker) == (whole, kept)


def typed(history: UndoHistory, text: str, start: str = "") -> None:
    for at in range(len(text)):
        now = start + text[: at + 1]
        history.note(Snapshot(now, len(now)))


class TestUndo:
    def test_a_word_is_a_step(self) -> None:
        history = UndoHistory()
        typed(history, "one two")
        assert history.undo() == Snapshot("one ", 4)
        assert history.undo() == Snapshot("", 0)
        assert history.undo() is None
        assert history.redo() == Snapshot("one ", 4)
        assert history.redo() == Snapshot("one two", 7)
        assert history.redo() is None

    def test_erasing_is_a_step_of_its_own(self) -> None:
        history = UndoHistory()
        typed(history, "abcd")
        for text in ("abc", "ab"):
            history.note(Snapshot(text, len(text)))
        assert history.undo() == Snapshot("abcd", 4)
        assert history.undo() == Snapshot("", 0)

    def test_typing_elsewhere_begins_anew(self) -> None:
        history = UndoHistory()
        typed(history, "abc")
        history.note(Snapshot("xabc", 1))
        assert history.undo() == Snapshot("abc", 3)

    def test_a_change_after_undo_forgets_what_was_ahead(self) -> None:
        history = UndoHistory()
        typed(history, "a b")
        history.undo()
        history.note(Snapshot("a c", 3))
        assert not history.can_redo
        assert history.undo() == Snapshot("a ", 2)

    def test_it_is_bounded(self) -> None:
        history = UndoHistory()
        for number in range(3 * STEPS_MAX):
            history.note(Snapshot(f"pasted {number}", 0))
        count = 0
        while history.undo() is not None:
            count += 1
        assert count == STEPS_MAX


class TestSentLines:
    def test_up_goes_back_and_down_returns_to_what_was_begun(self) -> None:
        lines = SentLines()
        lines.note("one")
        lines.note("two")
        assert lines.step(-1, "half") == "two"
        assert lines.step(-1, "two") == "one"
        assert lines.step(-1, "one") is None
        assert lines.step(1, "one") == "two"
        assert lines.step(1, "two") == "half"
        assert lines.step(1, "half") is None

    def test_a_line_that_was_changed_is_what_was_begun(self) -> None:
        lines = SentLines()
        lines.note("one")
        lines.step(-1, "")
        assert lines.step(-1, "one!") == "one"
        assert lines.step(1, "one") == "one!"

    def test_the_same_line_is_kept_once_and_only_so_many(self) -> None:
        lines = SentLines()
        for number in range(LINES_MAX + 10):
            lines.note(str(number))
            lines.note(str(number))
        count, now = 0, ""
        while (line := lines.step(-1, now)) is not None:
            count, now = count + 1, line
        assert count == LINES_MAX


@pytest.mark.parametrize("room", range(12))
def test_the_end_of_a_block_takes_no_more_than_the_room(room: int) -> None:
    assert len(text_edits.pasted("x" * 50, room, before="```\n").text) <= room
