"""Groups, dividers and differences, without Tk."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.structs import replace
from app.views.rows import HoleRow, MessageKind
from app.views.timeline_layout import Block, blocks_of, edits_between
from tests.app.views.conftest import START, TODAY, message, messages


def said(number: int, author: str, minute: float, text: str = "x") -> object:
    return message(
        number, text, author_id=author, author_name=author, time=START + timedelta(minutes=minute)
    )


def starts(*rows: object) -> list[bool]:
    return [block.starts_group for block in blocks_of(rows, today=TODAY)]  # type: ignore[arg-type]


class TestGroups:
    def test_a_run_of_one_author_is_a_group(self) -> None:
        assert starts(said(1, "a", 0), said(2, "a", 1), said(3, "b", 2)) == [True, False, True]

    def test_seven_minutes_start_another(self) -> None:
        assert starts(said(1, "a", 0), said(2, "a", 6.9)) == [True, False]
        assert starts(said(1, "a", 0), said(2, "a", 7)) == [True, True]

    def test_the_gap_counts_from_the_message_before(self) -> None:
        assert starts(said(1, "a", 0), said(2, "a", 5), said(3, "a", 10)) == [True, False, False]

    def test_clocks_that_differ_a_little_start_no_other(self) -> None:
        assert starts(said(1, "a", 5), said(2, "a", 4)) == [True, False]
        assert starts(said(1, "a", 8), said(2, "a", 1)) == [True, True]

    def test_a_hole_ends_a_group(self) -> None:
        assert starts(said(1, "a", 0), HoleRow("h", 1), said(2, "a", 1)) == [True, False, True]

    def test_a_notice_ends_a_group(self) -> None:
        notice = replace(message(2), kind=MessageKind.NOTICE, author_id="a")
        assert starts(said(1, "a", 0), notice, said(3, "a", 1))[2]

    def test_the_new_line_starts_another(self) -> None:
        rows = (message(1, author_id="a"), message(2, author_id="a"))
        blocks = blocks_of(rows, today=TODAY, new_from=2)
        assert [block.is_new_above for block in blocks] == [False, True]
        assert blocks[1].starts_group


class TestDays:
    def test_each_day_is_named_once(self) -> None:
        rows = [
            message(number, time=START - timedelta(days=days))
            for number, days in enumerate((2, 1, 1, 0))
        ]
        days = [block.day for block in blocks_of(rows, today=TODAY)]
        assert days == ["Saturday, 21 November", "Yesterday", "", "Today"]


class TestEdits:
    @given(st.lists(st.integers(0, 6), max_size=30), st.lists(st.integers(0, 6), max_size=30))
    def test_applying_them_gives_the_new_list(self, old: list[int], new: list[int]) -> None:
        changed = list(old)
        for edit in edits_between(old, new):
            changed[edit.old_start : edit.old_end] = new[edit.new_start : edit.new_end]
        assert changed == new

    def test_an_appended_row_is_one_edit_at_the_end(self) -> None:
        old = list(range(300))
        (edit,) = edits_between(old, [*old, 300])
        assert (edit.old_start, edit.old_end, edit.new_start, edit.new_end) == (300, 300, 300, 301)

    def test_a_changed_row_touches_only_itself(self) -> None:
        old = blocks_of(messages(100), today=TODAY)
        rows = [*messages(50), message(51, "edited"), *messages(49, first=52)]
        (edit,) = edits_between(old, blocks_of(rows, today=TODAY))
        assert (edit.old_start, edit.old_end) == (50, 51)

    def test_equal_lists_need_none(self) -> None:
        blocks = blocks_of(messages(10), today=TODAY)
        assert edits_between(blocks, list[Block](blocks)) == []
