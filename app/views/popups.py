"""Frames placed over the window, one above the other; Esc closes the newest."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from app.views.surface import Surface


class Popup(Surface):
    """A surface that can be a popup."""

    def closed_by_person(self) -> None:
        """Esc, or another page, took it away."""


class Popups:
    """Which popups are open, oldest first. They are no windows and grab nothing."""

    def __init__(self, on_closed: Callable[[], None]) -> None:
        """`on_closed` is called after the last one has gone: the focus goes home."""
        self._on_closed = on_closed
        self._open: list[Popup] = []

    def open(self, popup: Popup, **place: Any) -> None:
        """Put the popup on top, at a place as for `place`."""
        if popup in self._open:
            self._open.remove(popup)
        self._open.append(popup)
        popup.place(**place)
        tk.Misc.tkraise(popup)

    def is_open(self, popup: Popup) -> bool:
        return popup in self._open

    @property
    def is_any_open(self) -> bool:
        return bool(self._open)

    def close(self, popup: Popup) -> None:
        """Take it away; nothing happens if it was not open."""
        if popup in self._open:
            self._open.remove(popup)
            popup.place_forget()
            if not self._open:
                self._on_closed()

    def close_top(self) -> bool:
        """Close the newest; False if none was open."""
        if not self._open:
            return False
        popup = self._open[-1]
        self.close(popup)
        popup.closed_by_person()
        return True

    def close_all(self) -> None:
        while self.close_top():
            pass
