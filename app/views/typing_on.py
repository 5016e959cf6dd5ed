"""Typing on while a sheet is open: what no field of it takes is for the messages."""

import tkinter as tk
from collections.abc import Callable

from app.views.key_bindings import writes_text
from app.views.widgets import Text

#: Whoever presses one of these looks at the sheet: Space then presses what has the focus.
_MOVES = frozenset(("Up", "Down", "Home", "End", "Tab", "ISO_Left_Tab"))


class TypingOn:
    """Takes the characters typed in a sheet before any of its widgets does."""

    def __init__(self, sheet: tk.Misc, on_text: Callable[[str], None]) -> None:
        """`on_text` is given each character that is not for the sheet."""
        self._sheet, self._on_text = sheet, on_text
        self._has_moved = False
        self._tag = f"TypingOn{sheet}"
        sheet.bind_class(self._tag, "<Key>", self._key)

    def begin(self) -> None:
        """The sheet was opened."""
        self._has_moved = False
        self.adopt()

    def adopt(self, widget: tk.Misc | None = None) -> None:
        """Listen to what is in the sheet now."""
        widget = widget or self._sheet
        tags = widget.bindtags()
        if self._tag not in tags:
            widget.bindtags((self._tag, *tags))
        for child in widget.winfo_children():
            self.adopt(child)

    def _key(self, event: "tk.Event[tk.Misc]") -> str | None:
        if event.keysym in _MOVES:
            self._has_moved = True
        if (
            isinstance(event.widget, Text)
            or not writes_text(event)
            or (event.char == " " and self._has_moved)
        ):
            return None
        self._on_text(event.char)
        return "break"
