"""What each key command does in the window; which key that is stands in key_bindings.py."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Mapping
from typing import Protocol

import ttkbootstrap as ttk

from app.views.composer_view import ComposerView
from app.views.find_bar import FindBar
from app.views.key_bindings import KeyCommand
from app.views.member_list_view import MemberListView
from app.views.room_list_view import RoomListView
from app.views.timeline_panes import TimelinePanes
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

    @property
    def is_covered(self) -> bool: ...
    def open_find_bar(self) -> None: ...
    def close_find_bar(self) -> None: ...
    def focus_composer(self) -> None: ...
    def scroll_to_newest(self) -> None: ...
    def close(self) -> None: ...


class WindowKeys:
    """The actions of one window; each returns whether it took the key."""

    def __init__(self, window: KeyedWindow) -> None:
        self._window = window

    def actions(self) -> Mapping[KeyCommand, Callable[[], bool]]:
        popups = self._window.popups
        return {
            KeyCommand.NEXT_ROOM: lambda: self._step_room(1),
            KeyCommand.PREVIOUS_ROOM: lambda: self._step_room(-1),
            KeyCommand.QUICK_SWITCHER: self._toggle(popups.toggle_switcher),
            KeyCommand.EMOJI_PICKER: self._toggle(
                lambda: self._window.popups.toggle_emoji_picker()
            ),
            KeyCommand.FIND: self._toggle(self._window.open_find_bar),
            KeyCommand.FIND_OLDER: self._toggle(lambda: self._window.find_bar.step(-1)),
            KeyCommand.FIND_NEWER: self._toggle(lambda: self._window.find_bar.step(1)),
            KeyCommand.KEY_LIST: self._toggle(popups.toggle_key_list),
            KeyCommand.SETTINGS: self._toggle(popups.toggle_settings),
            KeyCommand.TEXT_LARGER: self._toggle(popups.settings.text_size.larger.invoke),
            KeyCommand.TEXT_SMALLER: self._toggle(popups.settings.text_size.smaller.invoke),
            KeyCommand.TEXT_USUAL: self._toggle(popups.usual_text_size),
            KeyCommand.FULL_SCREEN: self._full_screen,
            KeyCommand.NEXT_PART: lambda: self._step_part(1),
            KeyCommand.PREVIOUS_PART: lambda: self._step_part(-1),
            KeyCommand.TOGGLE_PEOPLE: self._toggle_people,
            KeyCommand.PAGE_UP: lambda: self._page(-1),
            KeyCommand.PAGE_DOWN: lambda: self._page(1),
            KeyCommand.ESCAPE: self._escape,
            KeyCommand.QUIT: self._quit,
            KeyCommand.REDO: self._redo,
            KeyCommand.NOTHING: lambda: True,
        }

    def _step_room(self, by: int) -> bool:
        if not self._window.is_covered:
            self._window.room_list.rooms.open_neighbour(by)
        return True

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

    def _step_part(self, by: int) -> bool:
        """Rooms, messages, composer, people: to the next that is in view."""
        window = self._window
        if window.is_covered:
            return True
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
        return True

    def _toggle_people(self) -> bool:
        if not self._window.is_covered:
            self._window.layout.toggle_people()
        return True

    def _page(self, pages: int) -> bool:
        if not self._window.is_covered:
            self._window.panes.current_scroll_pages(pages)
        return True

    def _escape(self) -> bool:
        """Close what is on top; with nothing there, to the newest message and the composer."""
        window = self._window
        if window.is_covered:
            return False
        if window.popups.stack.close_top():
            return True
        if window.find_bar.winfo_manager():
            window.close_find_bar()
        elif window.layout.are_rooms_over:
            window.layout.close_rooms()
            window.focus_composer()
        else:
            window.scroll_to_newest()
            window.focus_composer()
        return True

    def _quit(self) -> bool:
        self._window.close()
        return True

    def _redo(self) -> bool:
        text = self._window.composer.text
        if self._window.root.focus_get() is text:
            text.event_generate("<<Redo>>")
        return True
