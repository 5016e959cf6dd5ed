"""The server menu's lines and what they call back."""

from __future__ import annotations

from itertools import pairwise

from pytest_mock import MockerFixture

from app.views.rows import RoomRow, TextRow
from app.views.server_rows import ServerRow
from tests.app.views.conftest import Stage

ROWS = (
    ServerRow("a:1", "Harbour", is_active=True),
    ServerRow("b:1", "Studio"),
    ServerRow("c:1", "Studio"),
)

REST = (
    "Find in all rooms", "Copy invite link", "Connection details", "Test the network",
    "Do not disturb", "Disconnect",
)  # fmt: skip


def labels(stage: Stage) -> list[str]:
    menu = stage.window.server_menu.menu
    stage.window.server_menu.fill()
    lines = range(int(menu.index("end") or 0) + 1)
    return [str(menu.entrycget(n, "label")) for n in lines if menu.type(n) != "separator"]


class TestLook:
    def test_menus_have_the_colours_of_popups_and_rows_one_can_hit(self, stage: Stage) -> None:
        stage.window.show_servers(ROWS)
        rooms = stage.window.room_list.rooms
        for theme in ("dark", "contrast", "light"):
            labels(stage)
            rooms.fill_menu(RoomRow("x", "x"))
            stage.window.look.use(theme)
            tokens = stage.window.look.tokens
            for menu in (stage.window.server_menu.menu, rooms.menu, rooms.notification_menu.menu):
                assert str(menu.cget("activebackground")) == tokens.selected_popup
                places = range(int(menu.index("end") or 0) + 1)
                grounds = {str(menu.entrycget(at, "background")) for at in places}
                assert grounds == {tokens.popup}
                menu.update_idletasks()
                tops = [menu.yposition(at) for at in places]
                heights = [below - top for top, below in pairwise(tops)]
                kinds = [menu.type(at) for at in places]
                rows = [h for h, kind in zip(heights, kinds, strict=False) if kind != "separator"]
                assert min(rows) >= 28


class TestServerMenu:
    def test_servers_of_one_name_are_told_apart(self, stage: Stage) -> None:
        stage.window.show_servers(ROWS)

        assert labels(stage) == [
            "Harbour", "Studio · b:1", "Studio · c:1", "Add another server…", *REST,
        ]  # fmt: skip

    def test_other_server_is_switched_to_and_the_active_one_is_left_alone(
        self, stage: Stage
    ) -> None:
        stage.window.show_servers(ROWS)
        labels(stage)

        stage.window.server_menu.menu.invoke(0)
        stage.window.server_menu.menu.invoke(1)

        assert stage.calls.named("on_switch_server") == [("b:1",)]

    def test_without_saved_servers_there_is_the_rest(self, stage: Stage) -> None:
        stage.window.show_servers(())
        assert labels(stage) == ["Add another server…", *REST]

        for line in (0, 3, 4, 5, 7, 7, 8):  # 1 and 6 are separators, 2 has a test of its own
            stage.window.server_menu.menu.invoke(line)

        assert stage.calls.made == [
            ("on_add_server",), ("on_copy_invite", None),
            ("on_link_details", True), ("on_link_details", False),
            ("on_test_network", None), ("on_do_not_disturb", True), ("on_do_not_disturb", False),
            ("on_disconnect",),
        ]  # fmt: skip

    def test_texts_for_other_servers_are_a_line_while_there_are_any(self, stage: Stage) -> None:
        window = stage.window
        window.show_servers(())
        window.show_stranded([TextRow((2, 1), "#dev · Harbour · Today", "first")] * 2)
        assert labels(stage)[5] == "2 texts for other servers"

        window.server_menu.menu.invoke(6)
        stage.settle()
        assert window.popups.stack.is_open(window.popups.lists.stranded())
        stage.press(window.popups.lists.stranded().buttons[0][1], "<Return>")
        assert stage.calls.named("on_drop_stranded") == [((2, 1),)]

        window.show_stranded([])
        assert labels(stage) == ["Add another server…", *REST]

    def test_text_is_put_on_the_clipboard(self, stage: Stage) -> None:
        stage.window.copy_text("hubbub://a:1/dev#f [exit] $x")

        assert stage.window.root.clipboard_get() == "hubbub://a:1/dev#f [exit] $x"

    def test_a_click_on_the_name_opens_it_as_the_button_does(
        self, stage: Stage, mocker: MockerFixture
    ) -> None:
        popup = mocker.patch.object(stage.window.server_menu.menu, "tk_popup")
        rooms = stage.window.room_list
        rooms.menu_button.invoke()
        stage.press(rooms.menu_button, "<space>")
        by_button = popup.call_args

        head = rooms.menu_button.master
        for widget in (head, *(w for w in head.winfo_children() if w is not rooms.menu_button)):
            popup.reset_mock()
            widget.event_generate("<Button-1>", x=3, y=3)
            widget.event_generate("<ButtonRelease-1>", x=3, y=3)
            stage.settle()
            assert popup.call_args == by_button

        popup.reset_mock()
        head.event_generate("<ButtonRelease-1>", x=3, y=300)  # pressed here, let go elsewhere
        stage.settle()
        popup.assert_not_called()
