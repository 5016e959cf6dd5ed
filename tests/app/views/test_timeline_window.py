"""Which rows are drawn: never many, few at once, and what is seen first before the others."""

from __future__ import annotations

import pytest

from app.views.rows import MessageRow
from app.views.timeline_window import (
    CHUNK_BYTES_MAX,
    CHUNK_ROWS,
    WINDOW_ROWS_MAX,
    WINDOW_ROWS_SCROLLED_MAX,
    Window,
    followed_window,
    kept_window,
    moved_window,
    newer_window,
    newest_window,
    older_window,
    window_around,
)
from tests.app.views.conftest import message, messages

ROWS = messages(1_000)
LONG = CHUNK_BYTES_MAX // 4 - 72  # not long enough to be folded
#: As many bytes in four letters of three bytes each as in twelve of one.
WIDE = "\u6f22" * (LONG // 3)


def long_messages(count: int, text: str = "x" * LONG) -> tuple[MessageRow, ...]:
    return tuple(message(number, text) for number in range(1, count + 1))


class TestSlices:
    def test_a_room_opens_with_the_newest_rows(self) -> None:
        assert newest_window(ROWS) == Window(1_000 - CHUNK_ROWS, 1_000)
        assert newest_window(ROWS[:7]) == Window(0, 7)
        assert newest_window(()) == Window(0, 0)

    @pytest.mark.parametrize("text", ["x" * LONG, WIDE])
    def test_long_ones_are_fewer(self, text: str) -> None:
        assert newest_window(long_messages(50, text)) == Window(46, 50)

    def test_one_that_is_folded_counts_as_what_is_drawn_of_it(self) -> None:
        assert newest_window(long_messages(50, "x" * CHUNK_BYTES_MAX)) == Window(46, 50)

    def test_around_a_row_both_sides_come_in_turn(self) -> None:
        assert window_around(ROWS, 500, above=10, below=100) == Window(490, 601)
        assert window_around(long_messages(50), 20, above=25, below=25) == Window(18, 22)

    def test_going_up_trims_below(self) -> None:
        assert older_window(ROWS, Window(500, 900)) == Window(450, 850)
        assert older_window(ROWS, Window(20, 100)) == Window(0, 100)
        assert older_window(long_messages(50), Window(40, 50)) == Window(36, 50)

    def test_going_down_trims_above(self) -> None:
        assert newer_window(ROWS, Window(0, 400)) == Window(CHUNK_ROWS, 400 + CHUNK_ROWS)
        assert newer_window(ROWS[:100], Window(0, 90)) == Window(0, 100)
        assert newer_window(long_messages(50), Window(0, 10)) == Window(0, 14)

    def test_never_more_than_the_limit_while_scrolled(self) -> None:
        window = newest_window(ROWS)
        for _ in range(40):
            window = older_window(ROWS, window)
            assert window.row_count <= WINDOW_ROWS_SCROLLED_MAX
        assert window.start == 0


class TestFollowing:
    """The view is at the end, and rows come."""

    def test_what_is_drawn_stays(self) -> None:
        assert followed_window(ROWS[:60], Window(10, 60), ROWS[:70]) == Window(10, 70)

    def test_never_more_than_the_limit(self) -> None:
        window = Window(0, 290)
        for count in range(310, 1_000, 20):
            window = followed_window(ROWS[: count - 20], window, ROWS[:count])
            assert window == Window(count - WINDOW_ROWS_MAX, count)

    def test_older_ones_are_not_drawn_before_somebody_comes_near(self) -> None:
        assert followed_window(ROWS[50:60], Window(0, 10), ROWS[:60]) == Window(50, 60)

    def test_of_many_the_newest_are_drawn(self) -> None:
        moved = followed_window(ROWS[:60], Window(10, 60), ROWS[:111])
        assert moved == Window(111 - CHUNK_ROWS, 111)

    def test_of_long_ones_few_are_drawn(self) -> None:
        rows = long_messages(20)
        assert followed_window(rows[:10], Window(0, 10), rows[:14]) == Window(0, 14)
        assert followed_window(rows[:10], Window(0, 10), rows[:15]) == Window(11, 15)

    def test_a_row_with_another_key_now_is_a_new_one(self) -> None:
        pending = (*ROWS[:10], message(99, key="pending"))
        assert followed_window(pending, Window(5, 11), ROWS[:11]) == Window(5, 11)
        assert followed_window(pending[10:], Window(0, 1), ROWS[10:11]) == Window(0, 1)


class TestKeepingItsPlace:
    def test_it_grows_at_the_end_by_a_slice(self) -> None:
        assert moved_window(ROWS[:60], Window(10, 60), ROWS[:70]) == Window(10, 70)
        assert moved_window(ROWS[:60], Window(10, 60), ROWS[:300]) == Window(10, 60 + CHUNK_ROWS)
        rows = long_messages(50)
        assert moved_window(rows[:10], Window(0, 10), rows) == Window(0, 14)

    def test_at_the_end_it_never_grows_over_the_limit(self) -> None:
        moved = moved_window(ROWS[:400], Window(0, 400), ROWS[:410])
        assert moved == Window(0, WINDOW_ROWS_SCROLLED_MAX)

    def test_elsewhere_it_stays(self) -> None:
        assert moved_window(ROWS[100:200], Window(10, 60), ROWS[50:300]) == Window(60, 110)

    def test_without_its_last_row_it_is_what_is_left(self) -> None:
        pending = (*ROWS[:10], message(99, key="pending"))
        assert moved_window(pending, Window(5, 11), ROWS[:11]) == Window(5, 11)
        assert moved_window(ROWS[:60], Window(10, 20), ROWS[15:60]) == Window(0, 5)

    def test_a_window_is_found_again_after_rows_came_in_front(self) -> None:
        rows = messages(500, first=101)
        assert kept_window(rows, 301, 400, hint=100) == Window(200, 300)

    def test_a_window_whose_rows_are_gone_is_not_found(self) -> None:
        assert kept_window(messages(10), 99, 100, hint=5) is None
