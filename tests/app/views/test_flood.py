"""A thousand messages at once: the end stays in view, the field takes keys, little is drawn."""

from __future__ import annotations

from app.views.rows import TimelineRows
from app.views.timeline_window import WINDOW_ROWS_MAX
from tests.app.views.conftest import Stage, message, messages
from tests.app.views.timeline_sight import place_of, view_of


def test_a_thousand_at_once_into_the_open_room(stage: Stage) -> None:
    stage.window.composer.set_value("")
    stage.show(50)
    for count in range(60, 1051, 33):
        stage.show_rows(messages(count))
        stage.window.composer.text.insert("end", "x")
    stage.show(1050)
    assert view_of(stage).is_at_newest
    assert view_of(stage).shown_row_count <= WINDOW_ROWS_MAX
    assert place_of(stage, "message number 1050") > 0
    assert stage.window.composer.value == "x" * 31
    stage.window.composer.set_value("")


def test_a_jump_by_a_thousand_draws_what_is_seen(stage: Stage) -> None:
    stage.show(50)
    stage.show(1050)
    assert view_of(stage).shown_row_count <= WINDOW_ROWS_MAX
    assert place_of(stage, "message number 1050") > 0


class TestLongMessages:
    """Of nothing but pictures, and as long as is drawn to the end: a few are drawn at once."""

    ROWS = tuple(message(number, f"number {number}, " + "😀 " * 590) for number in range(1, 51))

    def test_the_newest_is_drawn_first_and_what_nobody_sees_is_not(self, stage: Stage) -> None:
        stage.window.show_timeline(TimelineRows(stage.room_key, "dev", self.ROWS))
        view = view_of(stage)
        assert view.shown_row_count == 4
        assert view.text.search("number 50,", "1.0")
        stage.settle()
        assert view.is_at_newest
        assert view.shown_row_count <= 12

    def test_scrolling_up_comes_to_the_first(self, stage: Stage) -> None:
        stage.show_rows(self.ROWS)
        view = view_of(stage)
        for _ in self.ROWS:
            before = view.shown_row_count
            view.scroll_to_oldest()
            stage.window.root.update()
            assert view.shown_row_count <= before + 8
        assert view.text.search("number 1,", "1.0")

    def test_those_that_come_at_once_are_not_all_drawn_either(self, stage: Stage) -> None:
        stage.show_rows(self.ROWS[:10])
        stage.window.show_timeline(TimelineRows(stage.room_key, "dev", self.ROWS))
        assert view_of(stage).shown_row_count == 4
        stage.settle()
        assert view_of(stage).is_at_newest
        assert view_of(stage).text.search("number 50,", "1.0")

    def test_where_what_is_new_begins_is_drawn_before_the_rest(self, stage: Stage) -> None:
        rows = TimelineRows(stage.room_key, "dev", self.ROWS, new_from=20)
        stage.window.show_timeline(rows)
        view = view_of(stage)
        assert view.shown_row_count == 4
        assert view.text.search("number 20,", "1.0")
        stage.settle()
        assert not view.is_at_newest
        assert view.shown_row_count <= 12
