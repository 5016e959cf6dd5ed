"""A room's menu: what it may notify of, and its invitation."""

from __future__ import annotations

from app.views.rows import RoomRow, RoomRuleRow
from tests.app.views.conftest import Stage, items_of, option_of


def labels(menu: object) -> list[str]:
    lines = range(int(menu.index("end")) + 1)  # type: ignore[attr-defined]
    kinds = [(menu.type(n), n) for n in lines]  # type: ignore[attr-defined]
    return [str(menu.entrycget(n, "label")) for kind, n in kinds if kind != "separator"]  # type: ignore[attr-defined]


class TestSilentRoom:
    def test_silent_room_has_no_number_and_is_not_bold(self, stage: Stage) -> None:
        rooms = stage.window.room_list.rooms

        def badges() -> list[str]:
            stage.settle()
            return [option_of(rooms, item, "image") for item in items_of(rooms, "image")]

        stage.window.show_rooms([RoomRow("r", "dev", unread=7)])
        loud = badges()
        stage.window.set_room_rules({"r": RoomRuleRow(is_muted=True)})
        muted = badges()
        stage.window.show_rooms([RoomRow("r", "dev", unread=7, mentions=1)])
        mentioned = badges()
        stage.window.set_room_rules({})

        assert len(loud) == len(muted)
        assert muted != loud
        assert mentioned == muted
        stage.window.show_rooms([RoomRow("r", "dev", unread=7)])
        assert badges() == loud

    def test_silent_rooms_come_last_and_return_to_their_place(self, stage: Stage) -> None:
        rooms = stage.window.room_list.rooms
        stage.window.show_rooms([RoomRow(name, name) for name in "abc"])
        stage.window.set_room_rules({"a": RoomRuleRow(is_muted=True), "b": RoomRuleRow("nothing")})
        assert rooms.room_keys == ["c", "a", "b"]
        stage.window.set_room_rules({"b": RoomRuleRow("mentions")})
        assert rooms.room_keys == ["a", "b", "c"]


class TestNotificationMenu:
    def test_level_is_chosen(self, stage: Stage) -> None:
        menu = stage.window.room_list.rooms.notification_menu
        menu.fill("r", RoomRuleRow("mentions"))
        assert labels(menu.menu) == [
            "All messages", "Only mentions", "Nothing", "Mute for 1 hour", "Mute until tomorrow",
        ]  # fmt: skip

        for line in (0, 2, 4, 5):
            menu.menu.invoke(line)

        assert stage.calls.made == [
            ("on_room_level", "r", "all"), ("on_room_level", "r", "nothing"),
            ("on_mute_room", "r", "hour"), ("on_mute_room", "r", "tomorrow"),
        ]  # fmt: skip

    def test_muted_room_can_be_unmuted(self, stage: Stage) -> None:
        menu = stage.window.room_list.rooms.notification_menu
        menu.fill("r", RoomRuleRow(is_muted=True))
        assert labels(menu.menu)[-1] == "Unmute"

        menu.menu.invoke(4)

        assert stage.calls.made == [("on_mute_room", "r", "")]

    def test_window_comes_to_the_front_and_knows_it(self, stage: Stage) -> None:
        stage.window.focus_composer()
        stage.window.root.withdraw()
        stage.settle()

        stage.window.come_to_front()
        stage.until(lambda: bool(stage.window.root.winfo_viewable()))

        stage.until(lambda: stage.window.is_in_front)
        assert stage.window.root.focus_get() is stage.window.composer.text
