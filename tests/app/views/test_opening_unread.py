"""A room with something unread opens at its New line, wherever that is."""

from __future__ import annotations

from typing import Any

import pytest

from app.views.rows import MessageRow, TimelineRows
from app.views.timeline_view import TimelineView
from tests.app.views.conftest import Stage, messages


def view_of(stage: Stage) -> TimelineView:
    view = stage.window.panes.current
    assert view is not None
    return view


def open_room(stage: Stage, rows: tuple[MessageRow, ...], visit: int, **more: Any) -> None:
    stage.show_rows(rows, visit=visit, **more)


def new_line_y(stage: Stage) -> int | None:
    """Where in the pane the New line is, None if it is not in view."""
    view = view_of(stage)
    new = next(drawn for drawn in view.sheet.drawn if drawn.block.is_new_above)
    info = view.text.dlineinfo(f"{new.tag}.first")
    return info[1] if info else None


def pill_text(stage: Stage) -> str:
    pill = view_of(stage).pill
    return str(pill.cget("text")) if pill.winfo_manager() else ""


def go_elsewhere(stage: Stage) -> None:
    stage.window.show_timeline(TimelineRows("elsewhere", "other", messages(2), visit=99))
    stage.settle()


def assert_opened_at_new(stage: Stage, count: int) -> None:
    y = new_line_y(stage)
    assert y is not None and y < view_of(stage).text.winfo_height() / 4
    assert pill_text(stage) == f"↓ {count} new messages"
    assert stage.calls.named("on_seen") == []


def test_first_time(stage: Stage) -> None:
    open_room(stage, messages(200), 1, new_from=139)

    assert_opened_at_new(stage, 62)


def test_again_where_it_was_read_to_the_end(stage: Stage) -> None:
    open_room(stage, messages(138), 1)
    go_elsewhere(stage)
    stage.calls.made.clear()

    open_room(stage, messages(200), 3, new_from=139)

    assert_opened_at_new(stage, 62)
    view_of(stage).scroll_to_newest()
    stage.settle()
    assert stage.calls.named("on_seen") == [(stage.room_key, 200)]


def test_what_is_due_meanwhile_sees_nothing(stage: Stage) -> None:
    """Rows that come at an edge are drawn while the pane looks for its place."""
    open_room(stage, messages(154), 1)
    stage.calls.made.clear()

    view_of(stage).look_again()
    open_room(stage, messages(200), 3, new_from=155)

    assert_opened_at_new(stage, 46)


def test_again_where_it_was_left_scrolled_up(stage: Stage) -> None:
    open_room(stage, messages(138), 1)
    view_of(stage).scroll_to_oldest()
    stage.settle()
    go_elsewhere(stage)
    stage.calls.made.clear()

    open_room(stage, messages(200), 3, new_from=139)

    assert_opened_at_new(stage, 62)


def test_further_up_than_what_is_loaded(stage: Stage) -> None:
    rows = messages(300)
    open_room(stage, (), 1, seeks_new=True, has_older=True, oldest=301)
    open_room(stage, rows[200:], 1, new_from=201, seeks_new=True, has_older=True, oldest=201)
    assert stage.calls.named("on_need_older")
    assert stage.calls.named("on_seen") == []

    open_room(stage, rows[100:], 1, new_from=150, has_older=True, oldest=101)

    assert_opened_at_new(stage, 151)


@pytest.mark.parametrize("count", [70, 300])
def test_further_up_than_many_of_ones_own(stage: Stage, count: int) -> None:
    rows = messages(400)
    open_room(stage, rows[-count:], 1, seeks_new=True, has_older=True, oldest=401 - count)
    assert stage.calls.named("on_need_older")
    assert stage.calls.named("on_seen") == []

    open_room(stage, rows, 1, new_from=20, oldest=1)

    assert_opened_at_new(stage, 381)


def test_a_message_that_is_gone_to_meanwhile_is_shown(stage: Stage) -> None:
    open_room(stage, messages(30, first=1000), 1, seeks_new=True, has_older=True)

    far = {"has_older": True, "has_newer": True}
    stage.show_rows(messages(200, first=100), visit=1, around=200, jumps=1, **far)

    view = view_of(stage)
    assert view.text.search("message number 200", "@0,0", f"@0,{view.text.winfo_height()}")


def test_whoever_scrolls_meanwhile_is_left_alone(stage: Stage) -> None:
    rows = messages(300)
    open_room(stage, rows[200:], 1, new_from=201, seeks_new=True, has_older=True, oldest=201)
    view_of(stage).scroll_to_newest()
    stage.settle()

    open_room(stage, rows[100:], 1, new_from=150, has_older=True, oldest=101)

    assert view_of(stage).is_at_newest


def test_few_are_seen_at_once(stage: Stage) -> None:
    open_room(stage, messages(100), 1, new_from=98)

    assert view_of(stage).is_at_newest and new_line_y(stage) is not None
    assert stage.calls.named("on_seen") == [(stage.room_key, 100)]


def test_nothing_unread_is_left_where_it_was(stage: Stage) -> None:
    open_room(stage, messages(200), 1)
    view_of(stage).scroll_to_oldest()
    stage.settle()
    top = view_of(stage).text.index("@0,0")
    go_elsewhere(stage)

    open_room(stage, messages(200), 3)

    assert view_of(stage).text.index("@0,0") == top
