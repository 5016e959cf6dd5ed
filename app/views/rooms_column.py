"""The column at the first edge of the window: server, rooms, and oneself at the foot."""

import tkinter as tk
from collections.abc import Callable
from typing import Protocol

from app.views.callbacks import MainWindowCallbacks
from app.views.own_card_view import OwnCardView
from app.views.room_list_view import RoomListView
from app.views.rows import Key, PersonRow
from app.views.server_menu import ServerMenu
from app.views.surface import Surface
from app.views.theme import Look


class ColumnHost(Protocol):
    """What the window does for the column."""

    def open_room(self, key: Key) -> None: ...
    def toggle_switcher(self) -> None: ...
    def open_join_dialog(self) -> None: ...
    def toggle_link_details(self) -> None: ...
    def open_stranded(self) -> None: ...
    def toggle_search(self) -> None: ...
    def toggle_theme(self) -> None: ...


class RoomsColumn(Surface):
    """Puts the rooms above the own card; each is shown by its own methods."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        calls: MainWindowCallbacks,
        host: ColumnHost,
        *,
        on_person: Callable[[PersonRow], None],
        on_test_network: Callable[[], None],
        on_settings: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "side")
        self.server_menu = ServerMenu(
            master,
            on_switch=calls.on_switch_server,
            on_add=calls.on_add_server,
            on_invite=lambda: calls.on_copy_invite(None),
            on_details=host.toggle_link_details,
            on_test_network=on_test_network,
            on_disconnect=calls.on_disconnect,
            on_do_not_disturb=calls.on_do_not_disturb,
            on_stranded=host.open_stranded,
            on_search=host.toggle_search,
        )
        self.room_list = RoomListView(
            self,
            look,
            on_open=host.open_room,
            on_leave=calls.on_leave_room,
            on_mark_read=calls.on_mark_read,
            on_drop=calls.on_drop_kept,
            on_jump=host.toggle_switcher,
            on_join=host.open_join_dialog,
            on_invite=calls.on_copy_invite,
            on_level=calls.on_room_level,
            on_mute=calls.on_mute_room,
            on_arrange=calls.on_arrange_rooms,
            server_menu=self.server_menu,
        )
        self.own_card = OwnCardView(
            self,
            look,
            on_person=on_person,
            on_do_not_disturb=calls.on_do_not_disturb,
            on_toggle_theme=host.toggle_theme,
            on_settings=on_settings,
        )
        self.own_card.pack(side="bottom", fill="x")
        self.room_list.pack(fill="both", expand=True)
