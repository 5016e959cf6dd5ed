"""Rooms are put where the person wants them: dragged, by the keys, by their menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.structs import replace
from app.views.rows import RoomRow, RoomRuleRow
from tests.app.views.conftest import Stage

ROWS = tuple(RoomRow(name, name) for name in "abcde")
_HEAD, _ROW = 34, 34


@pytest.fixture
def rooms(stage: Stage) -> Iterator[Any]:
    stage.window.show_rooms(ROWS)
    stage.settle()
    rooms = stage.window.room_list.rooms
    yield rooms
    rooms.drag.cancel()
    stage.window.set_room_rules({})


def names(rooms: Any) -> str:
    return "".join(item.row.name for item in rooms.items if item.row is not None)


def middle(place: int) -> int:
    """The y of the row at this place, 0 for the first room."""
    return _HEAD + _ROW * place + _ROW // 2


def pull(rooms: Any, start: int, y: int, *, x: int = 60) -> None:
    """Take the row at a place and pull it to `y`, the button still down."""
    rooms.event_generate("<ButtonPress-1>", x=60, y=middle(start))
    rooms.event_generate("<B1-Motion>", x=60, y=middle(start) + 12)
    rooms.event_generate("<B1-Motion>", x=x, y=y)


def let_go(stage: Stage, rooms: Any, y: int, *, x: int = 60) -> None:
    rooms.event_generate("<ButtonRelease-1>", x=x, y=y)
    stage.settle()


class TestDragging:
    @pytest.mark.parametrize(
        ("start", "y", "order"),
        [
            (0, middle(2) + 4, "bcade"),
            (3, middle(1) - 4, "adbce"),
            (0, 10_000, "bcdea"),
            (4, -10_000, "eabcd"),
            (2, middle(2) + 14, "abcde"),
        ],
    )
    def test_a_row_lands_where_the_line_was(
        self, stage: Stage, rooms: Any, start: int, y: int, order: str
    ) -> None:
        pull(rooms, start, y)
        has_line = bool(rooms.find_withtag("drop"))
        let_go(stage, rooms, y)

        assert names(rooms) == order
        is_moved = order != "abcde"
        assert has_line == is_moved
        told = stage.calls.named("on_arrange_rooms")
        assert told == ([(list(order), [])] if is_moved else [])
        assert stage.calls.named("on_open_room") == []
        assert not rooms.find_withtag("drop")

    def test_the_line_stands_between_the_rows(self, stage: Stage, rooms: Any) -> None:
        pull(rooms, 0, middle(2) + 4)
        assert rooms.coords("drop")[1] == _HEAD + 3 * _ROW
        rooms.event_generate("<B1-Motion>", x=60, y=middle(1) + 4)
        assert rooms.coords("drop")[1] == _HEAD + 2 * _ROW
        assert str(rooms.cget("cursor")) == "fleur"

    def test_a_hand_that_shakes_opens_the_room(self, stage: Stage, rooms: Any) -> None:
        rooms.event_generate("<ButtonPress-1>", x=60, y=middle(1))
        rooms.event_generate("<B1-Motion>", x=62, y=middle(1) + 3)
        let_go(stage, rooms, middle(1) + 3)
        assert stage.calls.named("on_open_room") == [("b",)]
        assert stage.calls.named("on_arrange_rooms") == []

    def test_escape_leaves_all_as_it_was(self, stage: Stage, rooms: Any) -> None:
        stage.window.composer.text.focus_force()
        stage.settle()
        pull(rooms, 0, middle(3))
        stage.window.composer.text.event_generate("<Escape>")
        assert not rooms.find_withtag("drop")
        assert str(rooms.cget("cursor")) != "fleur"
        let_go(stage, rooms, middle(3))
        assert names(rooms) == "abcde"
        assert stage.calls.named("on_arrange_rooms") == []

    def test_another_button_and_a_place_beside_the_list_leave_it_as_well(
        self, stage: Stage, rooms: Any
    ) -> None:
        pull(rooms, 0, middle(3))
        rooms.event_generate("<ButtonPress-3>", x=60, y=middle(3))
        let_go(stage, rooms, middle(3))
        pull(rooms, 0, middle(3), x=700)
        assert not rooms.find_withtag("drop")
        let_go(stage, rooms, middle(3), x=700)
        assert names(rooms) == "abcde"
        assert stage.calls.named("on_arrange_rooms") == []

    def test_silent_rooms_stay_below(self, stage: Stage, rooms: Any) -> None:
        stage.window.set_room_rules({"a": RoomRuleRow(is_muted=True), "b": RoomRuleRow("nothing")})
        stage.settle()
        assert names(rooms) == "cdeab"
        pull(rooms, 0, 10_000)
        let_go(stage, rooms, 10_000)
        assert names(rooms) == "decab"
        pull(rooms, 4, -10_000)
        let_go(stage, rooms, -10_000)
        assert names(rooms) == "decba"
        assert stage.calls.named("on_arrange_rooms") == [
            (list("dec"), list("ab")),
            (list("dec"), list("ba")),
        ]

    def test_news_meanwhile_neither_sort_the_list_nor_lose_the_row(
        self, stage: Stage, rooms: Any
    ) -> None:
        rooms.event_generate("<Enter>", x=60, y=60)
        pull(rooms, 0, middle(2) + 4)
        rooms.event_generate("<Leave>")
        stage.window.show_rooms([replace(ROWS[4], unread=3), *ROWS[:4]])
        stage.settle()
        assert names(rooms) == "abcde"
        assert rooms.find_withtag("drop")
        let_go(stage, rooms, middle(2) + 4)
        assert stage.calls.named("on_arrange_rooms") == [(list("bcade"), [])]

    def test_a_room_that_goes_meanwhile_takes_the_line_with_it(
        self, stage: Stage, rooms: Any
    ) -> None:
        pull(rooms, 0, middle(2) + 4)
        stage.window.show_rooms(ROWS[1:])
        stage.settle()
        assert not rooms.find_withtag("drop")
        let_go(stage, rooms, middle(2) + 4)
        assert names(rooms) == "bcde"
        assert stage.calls.named("on_arrange_rooms") == []

    def test_one_room_alone_and_what_is_only_kept_cannot_be_dragged(
        self, stage: Stage, rooms: Any
    ) -> None:
        kept = RoomRow("k", "k", is_joined=False, is_kept=True)
        stage.window.show_rooms([ROWS[0], kept])
        stage.settle()
        pull(rooms, 0, middle(2))
        assert not rooms.drag.is_on
        let_go(stage, rooms, middle(0))
        rooms.event_generate("<ButtonPress-1>", x=60, y=middle(2))
        rooms.event_generate("<B1-Motion>", x=60, y=middle(0))
        assert not rooms.drag.is_on
        let_go(stage, rooms, 10_000)

    def test_at_the_ends_the_list_scrolls_on(self, stage: Stage, rooms: Any) -> None:
        stage.window.show_rooms([RoomRow(n, f"room {n}") for n in range(60)])
        stage.settle()
        pull(rooms, 0, rooms.winfo_height() - 2)
        stage.until(lambda: rooms.place_of(rooms.items[-1])[0] < rooms.winfo_height())
        stage.until(lambda: rooms.drag._timer is None)
        let_go(stage, rooms, rooms.winfo_height() - 2)
        ((heard, _silent),) = stage.calls.named("on_arrange_rooms")
        assert heard[-2:] == [59, 0]


def test_the_way_to_another_room_stays_with_its_heading(stage: Stage, rooms: Any) -> None:
    stage.window.show_rooms([RoomRow(n, f"room {n}") for n in range(60)])
    stage.settle()
    join = rooms._join
    assert join.winfo_viewable() and join.winfo_y() >= 0
    assert join.winfo_y() + join.winfo_height() <= _HEAD
    rooms.scroll_by(10_000)
    stage.settle()
    assert join.winfo_y() + join.winfo_height() < 0


class TestKeys:
    def test_the_room_at_the_keys_goes_up_and_down_and_keeps_them(
        self, stage: Stage, rooms: Any
    ) -> None:
        down, up = "<Control-Shift-Down>", "<Control-Shift-Up>"
        stage.press(rooms, "<Home>", down, down, up)
        assert names(rooms) == "bacde"
        assert rooms.current_row.name == "a"
        stage.press(rooms, up, up)
        assert names(rooms) == "abcde"
        assert len(stage.calls.named("on_arrange_rooms")) == 4

    def test_in_the_field_they_move_no_room(self, stage: Stage, rooms: Any) -> None:
        stage.press(rooms, "<Home>")
        stage.press(stage.window.composer.text, "<Control-Shift-Down>")
        assert names(rooms) == "abcde"

    def test_the_keys_of_the_window_come_before_those_of_the_lists(
        self, stage: Stage, rooms: Any
    ) -> None:
        stage.window.show_rooms([replace(ROWS[0], is_selected=True), *ROWS[1:]])
        stage.settle()
        stage.press(rooms, "<Alt-Down>")
        stage.press(stage.window.member_list.people, "<Alt-Down>")
        assert stage.calls.named("on_open_room") == [("b",), ("b",)]


def test_the_menu_offers_what_can_be_done(stage: Stage, rooms: Any) -> None:
    def labels(row: RoomRow) -> list[str]:
        rooms.fill_menu(row)
        lines = range(int(rooms.menu.index("end") or 0) + 1)
        return [rooms.menu.entrycget(at, "label") for at in lines]

    assert "Move up" not in labels(ROWS[0]) and "Move down" in labels(ROWS[0])
    assert "Move up" in labels(ROWS[4]) and "Move down" not in labels(ROWS[4])
    rooms.menu.invoke(labels(ROWS[4]).index("Move up"))
    assert names(rooms) == "abced"
