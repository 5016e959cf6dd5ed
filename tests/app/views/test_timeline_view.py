"""The messages of a room: never many in the widget, and never a move the person did not make."""

from __future__ import annotations

from app.views.rows import TimelineRows
from app.views.timeline_window import CHUNK_ROWS, WINDOW_ROWS_MAX, WINDOW_ROWS_SCROLLED_MAX
from tests.app.views.conftest import Stage, message, messages
from tests.app.views.timeline_sight import first_line_in_view, place_of, text_of, view_of


class TestWindow:
    def test_ten_thousand_appends_leave_three_hundred(self, stage: Stage) -> None:
        rows = messages(10_000)
        for count in range(500, 10_001, 500):
            stage.show_rows(rows[:count])
        view = view_of(stage)
        assert view.shown_row_count <= WINDOW_ROWS_MAX
        assert "message number 10000" in text_of(stage)
        assert "message number 9700\n" not in text_of(stage)
        assert int(view.text.index("end-1c").split(".")[0]) < 3 * WINDOW_ROWS_MAX

    def test_single_appends_leave_three_hundred(self, stage: Stage) -> None:
        rows = messages(420)
        stage.show_rows(rows[:60])
        for count in range(61, 421):
            stage.show_rows(rows[:count])
        assert view_of(stage).shown_row_count == WINDOW_ROWS_MAX
        assert view_of(stage).is_at_newest

    def test_a_long_room_opens_with_few_rows_at_the_end(self, stage: Stage) -> None:
        stage.show(5_000)
        assert view_of(stage).shown_row_count <= 100
        assert "message number 5000" in text_of(stage)

    def test_scrolling_up_brings_the_rows_given(self, stage: Stage) -> None:
        stage.show(5_000)
        view = view_of(stage)
        for _ in range(40):
            view.scroll_to_oldest()
            stage.settle()
            assert view.shown_row_count <= WINDOW_ROWS_SCROLLED_MAX
        assert "message number 5000" not in text_of(stage)
        view.scroll_to_newest()
        stage.settle()
        assert "message number 5000" in text_of(stage)
        assert view.shown_row_count <= WINDOW_ROWS_MAX

    def test_what_comes_at_the_edge_is_painted_together_with_what_was_scrolled(
        self, stage: Stage
    ) -> None:
        stage.show(500)
        view, painted = view_of(stage), list[float]()
        view.text.configure(yscrollcommand=lambda first, _last: painted.append(float(first)))
        stage.settle()
        painted.clear()
        view.scroll_to_oldest()
        stage.settle()
        assert view.shown_row_count == 2 * CHUNK_ROWS
        assert painted and min(painted) > 0  # the bare top was never there

    def test_scrolling_down_again_arrives_at_the_newest(self, stage: Stage) -> None:
        stage.show(1_500)
        view = view_of(stage)
        for _ in range(20):
            view.scroll_to_oldest()
            stage.settle()
        for _ in range(600):
            view.scroll_pages(1)
            stage.settle()
            if view.is_at_newest:
                break
        assert view.is_at_newest
        assert "message number 1500" in text_of(stage)


class TestPlace:
    def test_the_view_follows_the_newest_at_the_end(self, stage: Stage) -> None:
        stage.show(60)
        stage.show(61)
        assert place_of(stage, "message number 61") > 0

    def test_a_prepend_keeps_the_line_on_its_pixel(self, stage: Stage) -> None:
        stage.show(100, first=101, has_older=True)
        view = view_of(stage)
        view.scroll_pages(-1)
        stage.settle()
        line = first_line_in_view(stage)
        before = place_of(stage, line)
        stage.show(200, first=1)
        assert place_of(stage, line) == before
        view.scroll_pages(-1)
        stage.settle()

    def test_a_prepend_at_the_very_top_keeps_the_pixel(self, stage: Stage) -> None:
        stage.show(100, first=101, has_older=True)
        for _ in range(3):
            view_of(stage).scroll_to_oldest()
            stage.settle()
        before = place_of(stage, "message number 103")
        stage.show(200, first=1)
        assert place_of(stage, "message number 103") == before

    def test_new_messages_do_not_move_who_scrolled_up(self, stage: Stage) -> None:
        stage.show(100)
        view_of(stage).scroll_pages(-2)
        stage.settle()
        line = first_line_in_view(stage)
        before = place_of(stage, line)
        for count in range(101, 180):
            stage.show(count)
        assert place_of(stage, line) == before
        assert not view_of(stage).is_at_newest

    def test_an_edit_above_does_not_move_the_view(self, stage: Stage) -> None:
        rows = list(stage.show(60))
        view_of(stage).scroll_pages(-1)
        stage.settle()
        line = first_line_in_view(stage)
        before = place_of(stage, line)
        rows[3] = message(4, "a much longer text\nof three\nlines")
        stage.show_rows(tuple(rows))
        assert place_of(stage, line) == before
        assert "of three" in text_of(stage)

    def test_a_resize_stays_at_the_end(self, stage: Stage) -> None:
        rows = tuple(message(number, "many words " * 30) for number in range(1, 40))
        stage.show_rows((*rows, message(41, "the last one")))
        stage.resize(700)
        assert place_of(stage, "the last one") > 0
        assert view_of(stage).is_at_newest

    def test_a_room_left_is_found_at_the_same_place(self, stage: Stage) -> None:
        stage.show(100)
        view_of(stage).scroll_pages(-2)
        stage.settle()
        line = first_line_in_view(stage)
        before = place_of(stage, line)
        own_key, stage.room_key = stage.room_key, stage.room_key + " other"
        stage.show(5)
        stage.room_key = own_key
        stage.show(100)
        assert place_of(stage, line) == before


class TestPill:
    def test_the_pill_counts_what_came_while_scrolled_up(self, stage: Stage) -> None:
        stage.show(100)
        pill = view_of(stage).pill
        assert not pill.winfo_manager()
        view_of(stage).scroll_pages(-2)
        stage.settle()
        assert pill.cget("text") == "↓ Jump to newest"
        stage.show(103)
        assert pill.cget("text") == "↓ 3 new messages"
        pill.event_generate("<ButtonRelease-1>")
        stage.settle()
        assert view_of(stage).is_at_newest
        assert not pill.winfo_manager()

    def test_the_end_is_known_before_it_was_painted(self, stage: Stage) -> None:
        rows = tuple(message(number, "many words " * (number % 40)) for number in range(1, 400))
        stage.show_rows(rows[:200])
        view = view_of(stage)
        view.scroll_pages(-2)
        stage.settle()
        stage.window.show_timeline(TimelineRows(stage.room_key, "dev", rows))
        view.scroll_to_newest()
        follows = []
        for pixels in (0, -40, 40):
            view.scroll_pixels(pixels)
            follows.append(view.is_at_newest)
        assert follows == [True, False, True]

    def test_escape_goes_to_the_newest(self, stage: Stage) -> None:
        stage.show(100)
        view_of(stage).scroll_pages(-2)
        stage.settle()
        stage.press(stage.window.composer.text, "<Escape>")
        assert view_of(stage).is_at_newest


class TestOlder:
    def test_older_rows_are_asked_for_once_near_the_top(self, stage: Stage) -> None:
        stage.show(100, first=101, has_older=True)
        assert stage.calls.named("on_need_older") == []
        for _ in range(5):
            view_of(stage).scroll_to_oldest()
            stage.settle()
        assert stage.calls.named("on_need_older") == [(stage.room_key,)]

    def test_a_short_room_asks_at_once(self, stage: Stage) -> None:
        stage.show(3, first=101, has_older=True)
        assert stage.calls.named("on_need_older") == [(stage.room_key,)]

    def test_a_complete_room_shows_its_beginning_and_asks_nothing(self, stage: Stage) -> None:
        stage.show(3)
        assert "This is the beginning of #dev" in text_of(stage)
        assert stage.calls.named("on_need_older") == []

    def test_with_older_rows_no_beginning_is_claimed(self, stage: Stage) -> None:
        stage.show(3, has_older=True)
        assert "beginning" not in text_of(stage)


class TestSeen:
    def test_the_newest_row_is_told_when_in_view(self, stage: Stage) -> None:
        stage.show(100)
        stage.show(101)
        assert stage.calls.named("on_seen")[-1] == (stage.room_key, 101)

    def test_nothing_is_told_while_scrolled_up(self, stage: Stage) -> None:
        stage.show(100)
        view_of(stage).scroll_pages(-2)
        stage.settle()
        stage.calls.made.clear()
        stage.show(101)
        assert stage.calls.named("on_seen") == []

    def test_an_unread_room_opens_at_its_new_line(self, stage: Stage) -> None:
        stage.show(200, new_from=120)
        assert not view_of(stage).is_at_newest
        assert place_of(stage, "message number 120") >= 0
