"""Which columns a window of a width shows, and how the others are opened."""

from __future__ import annotations

import pytest

from app.views.rows import HeaderRow, LinkQuality, RoomRow, RoomRuleRow, StatusRow
from tests.app.views.conftest import PEOPLE, Stage


class TestLayout:
    @pytest.mark.parametrize(
        ("width", "has_rooms", "has_people"),
        [
            (480, False, False),
            (639, False, False),
            (640, True, False),
            (959, True, False),
            (960, True, True),
            (1100, True, True),
        ],
    )
    def test_columns_by_width(
        self, stage: Stage, width: int, has_rooms: bool, has_people: bool
    ) -> None:
        window = stage.window
        window.show_people(PEOPLE)
        window.set_status(StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms"))
        window.show_header(HeaderRow("dev"))  # a topic would take room of the pill
        stage.resize(width)
        assert window.room_list.winfo_viewable() == has_rooms
        assert window.member_list.winfo_viewable() == has_people
        assert window.header.menu_button.winfo_viewable() == (not has_rooms)
        short = "24 ms" if not has_rooms else "24 ms · 0 % lost"
        assert window.header.pill.shown_text == short
        for widget in (window.header.pill, window.header.people_button, window.composer.text):
            right = widget.winfo_rootx() - window.root.winfo_rootx() + widget.winfo_width()
            assert widget.winfo_viewable()
            assert right <= width

    def test_the_menu_opens_the_rooms_over_the_messages(self, stage: Stage) -> None:
        window = stage.window
        stage.resize(480)
        window.header.menu_button.invoke()
        stage.settle()
        assert window.room_list.winfo_viewable()
        stage.press(window.room_list.rooms, "<Home>", "<Return>")
        assert stage.calls.named("on_open_room") == [(stage.room_key,)]
        assert not window.room_list.winfo_viewable()

    def test_the_menu_button_tells_the_news_of_hidden_rooms(self, stage: Stage) -> None:
        window, badge = stage.window, stage.window.header.news_badge
        window.show_rooms(
            [
                RoomRow(stage.room_key, "dev", unread=50, is_selected=True),
                RoomRow("a", "a", unread=3),
                RoomRow("b", "b", unread=4, mentions=2),
                RoomRow("c", "c", unread=9, mentions=9),
                RoomRow("d", "d", unread=5, is_joined=False),
            ]
        )
        window.set_room_rules({"c": RoomRuleRow(is_muted=True)})
        stage.settle()
        assert not badge.winfo_viewable()
        assert window.room_list.rooms.news == (2, 7)
        stage.resize(480)
        assert badge.winfo_viewable()
        badge.event_generate("<ButtonRelease-1>")
        stage.settle()
        assert window.room_list.winfo_viewable()
        window.toggle_rooms_overlay()
        window.set_room_rules({})
        window.show_rooms([RoomRow(stage.room_key, "dev", unread=50, is_selected=True)])
        stage.settle()
        assert not badge.winfo_viewable()

    def test_escape_closes_the_rooms(self, stage: Stage) -> None:
        stage.resize(480)
        stage.window.toggle_rooms_overlay()
        stage.press(stage.window.room_list.rooms, "<Escape>")
        assert not stage.window.room_list.winfo_viewable()

    @pytest.mark.parametrize("width", [480, 700])
    def test_people_lie_over_the_messages_of_a_narrow_window(
        self, stage: Stage, width: int
    ) -> None:
        window, column = stage.window, stage.window.member_list
        stage.show(3)
        stage.resize(width)
        width_before = window.panes.winfo_width()
        window.header.people_button.invoke()
        stage.settle()
        assert column.winfo_viewable() and window.panes.winfo_width() == width_before
        assert window.header.people_button.winfo_viewable()
        assert column.winfo_rooty() >= window.header.winfo_rooty() + window.header.winfo_height()
        stage.press(window.composer.text, "<Escape>")
        assert not column.winfo_viewable()
        stage.press(window.composer.text, "<F7>")
        assert column.winfo_viewable()
        assert window.panes.current is not None
        window.panes.current.text.event_generate("<ButtonPress-1>", x=5, y=5)
        window.panes.current.text.event_generate("<ButtonRelease-1>", x=5, y=5)
        stage.settle()
        assert not column.winfo_viewable()
        stage.resize(1100)
        assert column.winfo_viewable()  # the wish for a wide window is as it was

    def test_one_column_at_a_time_lies_over_the_messages(self, stage: Stage) -> None:
        window = stage.window
        stage.resize(480)
        window.toggle_rooms_overlay()
        window.toggle_people()
        stage.settle()
        assert window.member_list.winfo_viewable()
        assert not window.room_list.winfo_viewable()
        window.toggle_rooms_overlay()
        stage.settle()
        assert window.room_list.winfo_viewable()
        assert not window.member_list.winfo_viewable()
        window.composer.text.event_generate("<ButtonPress-1>", x=5, y=5)
        window.composer.text.event_generate("<ButtonRelease-1>", x=5, y=5)
        stage.settle()
        assert not window.room_list.winfo_viewable()

    def test_people_can_be_switched_off_and_on(self, stage: Stage) -> None:
        stage.press(stage.window.composer.text, "<F7>")
        assert not stage.window.member_list.winfo_viewable()
        stage.press(stage.window.composer.text, "<Control-period>")
        assert stage.window.member_list.winfo_viewable()
