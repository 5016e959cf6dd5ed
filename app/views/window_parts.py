"""The parts of the window, and what its keys and buttons do with them."""

import tkinter as tk
from collections.abc import Callable
from datetime import date

from app.views.callbacks import MainWindowCallbacks
from app.views.chat_column import ChatColumn
from app.views.connect_dialog import ConnectPage
from app.views.focus_ring import keep_tab_inside
from app.views.key_bindings import bind_field_keys, bind_keys, writes_text
from app.views.key_page import KeyPage
from app.views.member_list_view import MemberListView
from app.views.person_cards import spot_of
from app.views.place_watch import PlaceWatch
from app.views.program_window import ProgramWindow
from app.views.rooms_column import RoomsColumn
from app.views.rows import AboutRow, Key, PersonRow
from app.views.visited_rooms import VisitedRooms
from app.views.window_keys import WindowKeys
from app.views.window_layout import WindowLayout
from app.views.window_pages import WindowPages
from app.views.window_popups import WindowPopups


class WindowParts(ProgramWindow):
    """Makes the parts, and joins those that have to do with each other."""

    popups: WindowPopups

    def __init__(
        self,
        callbacks: MainWindowCallbacks,
        *,
        theme_mode: str,
        scaling: float | None,
        size: tuple[int, int],
        today: Callable[[], date],
        about: AboutRow,
    ) -> None:
        super().__init__(callbacks, theme_mode=theme_mode, scaling=scaling, size=size)
        self._theme = theme_mode
        self.visited = VisitedRooms()
        #: The window is in front, and nothing lies over the chat.
        self.is_chat_seen = False
        self._build(today, about)
        self._bind_events()
        self._place = PlaceWatch(
            self.root,
            self.root,
            lambda place: callbacks.on_arrange(place, self.layout.is_people_wanted),
        )
        self.root.deiconify()

    def _build(self, today: Callable[[], date], about: AboutRow) -> None:
        look, root, calls = self.look, self.root, self._callbacks
        rooms = RoomsColumn(
            root,
            look,
            calls,
            self,
            on_person=self._open_own_card,
            on_test_network=lambda: self.popups.open_network_test(None),
            on_settings=lambda: self.popups.toggle_settings(),
        )
        self.room_list, self.own_card = rooms.room_list, rooms.own_card
        self.server_menu = rooms.server_menu
        self.member_list = MemberListView(
            root,
            look,
            on_open=lambda row, spot: self.popups.cards.open(row, spot),
            on_menu=lambda row, spot, x, y: self.popups.cards.open_menu(row, spot, x, y),
        )
        self.column = column = ChatColumn(root, look, calls, self, today)
        self.header, self.panes, self.composer = column.header, column.panes, column.composer
        self.find_bar, self.status_line = column.find_bar, column.status_line
        self.layout = WindowLayout(
            root,
            look,
            rooms=rooms,
            center=column,
            people=self.member_list,
            rooms_edge=(rooms.room_list, rooms.own_card),
            people_opener=column.header.people_button,
            on_change=self._arranged,
            on_widths=lambda widths: calls.on_columns(widths.rooms, widths.people),
        )
        self._pages = WindowPages(
            root,
            look,
            calls,
            on_test_network=lambda server: self.popups.open_network_test(server),
            on_cover=self._cover,
        )
        self.popups = WindowPopups(root, self, calls, about)
        self.popups.switcher_opener = self.room_list.jump_field

    # pages

    @property
    def connect_page(self) -> ConnectPage:
        """The page one connects on."""
        return self._pages.connect()

    @property
    def key_page(self) -> KeyPage:
        """The page of a server whose key changed."""
        return self._pages.key_changed()

    def _cover(self) -> None:
        self.popups.stack.close_all()
        self._see(is_covered=True)

    @property
    def is_covered(self) -> bool:
        """Whether the connect page or the key page lies over the chat."""
        return self._pages.current is not None

    def cancel_connecting(self) -> bool:
        """Stop waiting for the server; False if no page waits for one."""
        page = self._pages.current
        return isinstance(page, ConnectPage) and page.cancel()

    # where the keys are

    def focus_composer(self) -> None:
        self.composer.text.focus_set()

    def focus_home(self) -> None:
        """Where the keys belong when nothing else has them: the page on top, or the composer."""
        page = self._pages.current
        if page is not None:
            page.take_focus()
        else:
            self.focus_composer()

    # what keys and buttons do

    def scroll_to_newest(self) -> None:
        self.panes.current_scroll_to_newest()

    def toggle_theme(self) -> None:
        self._theme = "light" if self.look.mode == "dark" else "dark"
        self.look.use(self._theme)
        self._callbacks.on_theme_change(self.look.mode)

    def toggle_people(self) -> None:
        """People on or off; in a narrow window over the messages."""
        self.layout.toggle_people()
        self._place.note()

    def toggle_rooms_overlay(self) -> None:
        """Narrow windows: the rooms over the messages, or away again."""
        self.layout.toggle_rooms()
        if self.layout.are_rooms_over:
            self.room_list.rooms.focus_set()

    def open_join_dialog(self, asked: str = "") -> None:
        """With the name of a room that was asked for and is not there."""
        self.popups.open_join_dialog(asked)

    def close_join_dialog(self) -> None:
        self.popups.close_join_dialog()

    def open_reminders(self) -> None:
        """The list of them."""
        self.popups.lists.open_reminders()

    def open_stranded(self) -> None:
        """The list of them."""
        self.popups.lists.open_stranded()

    def open_command_list(self) -> None:
        """The slash commands, in groups."""
        self.popups.lists.open_commands()

    def toggle_switcher(self) -> None:
        """The quick switcher, or away with it."""
        self.popups.toggle_switcher()

    def toggle_search(self) -> None:
        """The search over all rooms, or away with it."""
        self.popups.search.toggle()

    def open_find_bar(self) -> None:
        """The bar above the messages that finds words in them."""
        self.column.open_find_bar()

    def close_find_bar(self) -> None:
        self.column.close_find_bar()

    def toggle_link_details(self) -> None:
        """The details of the connection, or away with them."""
        self.popups.toggle_link_details(self.header.pill)

    def toggle_emoji_picker(self) -> None:
        """The emoji picker, or away with it."""
        self.popups.toggle_emoji_picker()

    def mark_all_read(self) -> None:
        """Ask that nothing counts as unread any more."""
        self._callbacks.on_mark_all_read()

    def open_room(self, key: Key) -> None:
        """Ask for a room, as a click on it does."""
        self.layout.close_rooms()
        self.status_line.end_mishap()
        self._callbacks.on_open_room(key)
        self.focus_composer()

    def open_found(self, room_key: Key, message_key: Key, words: str) -> None:
        """Show a message, and light the words as the find bar does."""
        self.open_room(room_key)
        self.column.show_hit(room_key, message_key, words)

    # private

    def _open_own_card(self, row: PersonRow) -> None:
        button = self.own_card.person_button
        self.popups.cards.open(row, spot_of(button, is_below=True), button)

    def _arranged(self, has_rooms: bool, has_people: bool) -> None:
        self.header.set_narrow(not has_rooms)
        self.header.set_people_shown(has_people)
        self.status_line.set_wide(has_rooms)

    def _bind_events(self) -> None:
        keys = WindowKeys(self)
        bind_keys(self.root, keys.actions())
        bind_field_keys(self.composer.text, {**keys.actions(), **self.composer.actions()})
        keep_tab_inside(
            self.root, lambda path: self.popups.stack.around(path) or self._pages.current
        )
        self.root.bind("<Key>", self._typed_on)
        # Of a key that a field takes for itself only the release comes so far.
        for sequence in ("<KeyRelease-BackSpace>", "<KeyRelease-Delete>"):
            self.root.bind(sequence, lambda _event: self.status_line.end_mishap())
        self.root.bind("<Key>", keys.typed_anywhere, add="+")
        self.root.bind("<<Paste>>", keys.pasted_anywhere)
        for each in (self.room_list.rooms, self.member_list.people):
            each.typing.on_text = keys.typed_in_list

    def _typed_on(self, event: "tk.Event[tk.Misc]") -> None:
        if writes_text(event):
            self.status_line.end_mishap()

    def _looked(self, _is_in_front: bool) -> None:
        self._see(is_covered=self.is_covered)

    def _see(self, *, is_covered: bool) -> None:
        is_chat_seen = self.is_in_front and not is_covered
        if is_chat_seen != self.is_chat_seen:
            self.is_chat_seen = is_chat_seen
            self._callbacks.on_look(is_chat_seen)
            if is_chat_seen:
                self.panes.look_again()

    def _finish(self) -> None:
        self.composer.flush_change()
        self._place.close()
