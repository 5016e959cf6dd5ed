"""Opens the search over all rooms, with the words of the find bar, and goes to what is chosen."""

import tkinter as tk
from typing import TYPE_CHECKING, Protocol

from app.views.callbacks import MainWindowCallbacks
from app.views.find_bar import FindBar
from app.views.late import Late
from app.views.popups import Popups
from app.views.rows import Key
from app.views.search_rows import FoundMessageRow, SearchRow
from app.views.theme import Look

if TYPE_CHECKING:
    from app.views.search_popup import SearchPopup

_TOP = 90  # logical pixels from the upper edge of the window


class SearchHost(Protocol):
    """What of the window the search needs."""

    look: Look
    find_bar: FindBar

    def open_found(self, room_key: Key, message_key: Key, words: str) -> None: ...


class WindowSearch:
    """The popup is made when it is opened first."""

    def __init__(
        self, root: tk.Misc, host: SearchHost, stack: Popups, callbacks: MainWindowCallbacks
    ) -> None:
        self._root, self._host, self._stack, self._callbacks = root, host, stack, callbacks
        self.popup = Late(self._make)

    def toggle(self) -> None:
        """Open it, or away with it."""
        popup = self.popup()
        if self._stack.is_open(popup):
            self._stack.close(popup)
            popup.end()
            return
        if not self._stack.step_aside():
            return
        bar = self._host.find_bar
        popup.came_from = self._root.focus_get()
        self._stack.open_centered(popup, _TOP)
        popup.begin(bar.words if bar.winfo_manager() else "")

    def show(self, row: SearchRow) -> None:
        """What was found, for the open popup."""
        if self._stack.is_open(self.popup.made):
            self.popup().show(row)

    def _chosen(self, row: FoundMessageRow, words: str) -> None:
        popup = self.popup()
        popup.came_from = None
        self._stack.close(popup)
        popup.end()
        self._host.open_found(row.room_key, row.message_key, words)

    def _make(self) -> "SearchPopup":
        from app.views.search_popup import SearchPopup

        return SearchPopup(
            self._root,
            self._host.look,
            on_search=self._callbacks.on_search,
            on_choose=self._chosen,
        )
