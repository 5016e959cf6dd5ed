"""What each key command does in the window; which key that is stands in key_bindings.py."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from typing import Protocol

import ttkbootstrap as ttk

from app.views.composer_view import ComposerView
from app.views.find_bar import FindBar
from app.views.key_bindings import ROOM_COMMANDS, KeyCommand, writes_text
from app.views.member_list_view import MemberListView
from app.views.room_list_view import RoomListView
from app.views.rows import Key
from app.views.timeline_panes import TimelinePanes
from app.views.visited_rooms import VisitedRooms
from app.views.widgets import Canvas, Entry, Text
from app.views.window_layout import WindowLayout
from app.views.window_popups import WindowPopups


class KeyedWindow(Protocol):
    """What of the window its keys move."""

    root: ttk.App
    layout: WindowLayout
    room_list: RoomListView
    panes: TimelinePanes
    composer: ComposerView
    member_list: MemberListView
    popups: WindowPopups
    find_bar: FindBar
    visited: VisitedRooms

    @property
    def is_covered(self) -> bool: ...
    def cancel_connecting(self) -> bool: ...
    def open_find_bar(self) -> None: ...
    def close_find_bar(self) -> None: ...
    def focus_composer(self) -> None: ...
    def toggle_people(self) -> None: ...
    def scroll_to_newest(self) -> None: ...
    def open_room(self, key: Key) -> None: ...
    def mark_all_read(self) -> None: ...
    def close(self) -> None: ...


class WindowKeys:
    """The actions of one window; each returns whether it took the key."""

    def __init__(self, window: KeyedWindow) -> None:
        self._window = window

    def actions(self) -> Mapping[KeyCommand, Callable[[], bool]]:
        popups = self._window.popups
        return {
            KeyCommand.NEXT_ROOM: self._leaving(lambda: self._step_room(1)),
            KeyCommand.PREVIOUS_ROOM: self._leaving(lambda: self._step_room(-1)),
            KeyCommand.NEXT_UNREAD: self._leaving(lambda: self._step_room(1, unread=True)),
            KeyCommand.PREVIOUS_UNREAD: self._leaving(lambda: self._step_room(-1, unread=True)),
            KeyCommand.ROOM_BACK: self._leaving(lambda: self._step_visited(-1)),
            KeyCommand.ROOM_FORWARD: self._leaving(lambda: self._step_visited(1)),
            KeyCommand.ROOM_UP: lambda: self._move_room(-1),
            KeyCommand.ROOM_DOWN: lambda: self._move_room(1),
            **{command: self._opening_place(place) for place, command in enumerate(ROOM_COMMANDS)},
            KeyCommand.QUICK_SWITCHER: self._toggle(popups.toggle_switcher),
            KeyCommand.EMOJI_PICKER: self._toggle(popups.toggle_emoji_picker),
            KeyCommand.FIND: self._leaving(self._window.open_find_bar),
            KeyCommand.SEARCH: self._toggle(popups.search.toggle),
            KeyCommand.FIND_OLDER: self._leaving(lambda: self._window.find_bar.step(-1)),
            KeyCommand.FIND_NEWER: self._leaving(lambda: self._window.find_bar.step(1)),
            KeyCommand.KEY_LIST: self._toggle(popups.lists.toggle_keys),
            KeyCommand.SETTINGS: self._toggle(popups.toggle_settings),
            KeyCommand.TEXT_LARGER: self._toggle(lambda: popups.step_text_size(1)),
            KeyCommand.TEXT_SMALLER: self._toggle(lambda: popups.step_text_size(-1)),
            KeyCommand.TEXT_USUAL: self._toggle(popups.usual_text_size),
            KeyCommand.FULL_SCREEN: self._full_screen,
            KeyCommand.NEXT_PART: self._leaving(lambda: self._step_part(1)),
            KeyCommand.PREVIOUS_PART: self._leaving(lambda: self._step_part(-1)),
            KeyCommand.TOGGLE_PEOPLE: self._toggle_people,
            KeyCommand.PAGE_UP: lambda: self._page(-1),
            KeyCommand.PAGE_DOWN: lambda: self._page(1),
            KeyCommand.OLDEST_UNREAD: self._toggle(self._window.panes.current_go_to_new),
            KeyCommand.NEWEST: lambda: self._to_end(self._window.panes.current_scroll_to_newest),
            KeyCommand.OLDEST: lambda: self._to_end(self._window.panes.current_seek_oldest),
            KeyCommand.MENU: self._open_menu,
            KeyCommand.ESCAPE: self._escape,
            KeyCommand.ALL_READ: self._toggle(self._window.mark_all_read),
            KeyCommand.QUIT: self._quit,
            KeyCommand.ANSWER: self._window.panes.answer_newest,
            KeyCommand.NOTHING: lambda: True,
        }

    def _step_room(self, by: int, *, unread: bool = False) -> None:
        self._window.room_list.rooms.open_neighbour(by, unread=unread)

    def _move_room(self, by: int) -> bool:
        """Where the rooms have the keys; in a field they select by paragraphs."""
        rooms = self._window.room_list.rooms
        if self._window.root.focus_get() is not rooms:
            return False
        rooms.move_room(by)
        return True

    def _step_visited(self, by: int) -> None:
        key = self._window.visited.step(by, self._window.room_list.rooms.room_keys)
        if key is not None:
            self._window.open_room(key)

    def _opening_place(self, place: int) -> Callable[[], bool]:
        def act() -> None:
            keys = self._window.room_list.rooms.room_keys
            if place < len(keys):
                self._window.open_room(keys[place])

        return self._leaving(act)

    def _to_end(self, scroll: Callable[[], None]) -> bool:
        """With a text in the field that has the focus, the key is for its caret."""
        focused = self._window.root.focus_get()
        is_pane = focused is self._window.panes.current_text
        if isinstance(focused, Text) and not is_pane and focused.get("1.0", "end-1c"):
            return False
        if not self._window.is_covered:
            scroll()
        return True

    def _open_menu(self) -> bool:
        """As a click with the right button would, at the caret or in the middle."""
        focused = self._window.root.focus_get()
        if focused is None or isinstance(focused, Canvas):
            return False  # lists know their current row
        box = focused.bbox("insert") if isinstance(focused, Text) else None
        x, y = box[:2] if box else (focused.winfo_width() // 2, focused.winfo_height() // 2)
        left, top = focused.winfo_rootx(), focused.winfo_rooty()
        focused.event_generate("<<ContextMenu>>", x=x, y=y, rootx=left + x, rooty=top + y)
        return True

    def typed_anywhere(self, event: tk.Event[tk.Misc]) -> str | None:
        """What is typed where nothing takes it goes into the field for messages."""
        window, widget = self._window, event.widget
        takes_letters = isinstance(widget, Canvas | Entry) or (
            isinstance(widget, Text) and widget is not window.panes.current_text
        )
        if takes_letters or not writes_text(event):
            return None
        if window.is_covered or window.popups.stack.is_any_open or not window.composer.is_enabled:
            return None
        if event.char == " " and not isinstance(widget, Text | tk.Tk):
            return None  # presses the button
        window.focus_composer()
        window.composer.insert(event.char)
        return "break"

    def typed_in_list(self, text: str) -> None:
        """The same of a list for what is no beginning of a name in it."""
        window = self._window
        if window.composer.is_enabled and not window.popups.stack.is_any_open:
            window.layout.close_over()
            window.focus_composer()
            window.composer.insert(text)

    def pasted_anywhere(self, event: tk.Event[tk.Misc]) -> str | None:
        """The same for what is pasted."""
        window = self._window
        if event.widget is window.panes.current_text and not window.popups.stack.is_any_open:
            window.focus_composer()
            window.composer.editor.paste()
            return "break"
        return None

    def _full_screen(self) -> bool:
        root = self._window.root
        root.attributes("-fullscreen", not root.attributes("-fullscreen"))
        return True

    def _toggle(self, toggle: Callable[[], None]) -> Callable[[], bool]:
        """An action that does nothing while a page covers the chat."""

        def act() -> bool:
            if not self._window.is_covered:
                toggle()
            return True

        return act

    def _leaving(self, act: Callable[[], None]) -> Callable[[], bool]:
        """An action that leads to another place: what is open there closes, but a dialog stays
        and keeps the keys."""

        def leave() -> None:
            if self._window.popups.stack.step_aside():
                act()

        return self._toggle(leave)

    def _step_part(self, by: int) -> None:
        """Rooms, messages, composer, people: to the next that is in view."""
        window = self._window
        parts: list[tk.Misc | None] = [
            window.room_list.rooms,
            window.panes.current_text,
            window.composer.text,
            window.member_list.people,
        ]
        shown = [part for part in parts if part is not None and part.winfo_viewable()]
        focused = window.root.focus_get()
        at = shown.index(focused) if focused in shown else (-1 if by > 0 else 0)
        shown[(at + by) % len(shown)].focus_set()

    def _toggle_people(self) -> bool:
        if not self._window.is_covered:
            self._window.toggle_people()
        return True

    def _page(self, pages: int) -> bool:
        if self._window.popups.stack.turn_page(pages):
            return True
        if not self._window.is_covered:
            self._window.panes.current_scroll_pages(pages)
        return True

    def _escape(self) -> bool:
        """Close what is on top; with nothing there, to the newest message and the composer."""
        window = self._window
        if window.room_list.rooms.drag.cancel() or window.layout.cancel_pull():
            return True
        if window.popups.stack.close_top():
            return True
        if window.is_covered:
            return window.cancel_connecting()
        if window.composer.close_strip():
            return True
        if window.find_bar.winfo_manager():
            window.close_find_bar()
        elif window.layout.close_over():
            window.focus_composer()
        else:
            window.scroll_to_newest()
            window.focus_composer()
        return True

    def _quit(self) -> bool:
        self._window.close()
        return True
