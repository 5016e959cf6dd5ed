"""Names and values in two columns of a popup: what is known of a connection or of a person."""

import tkinter as tk
from collections.abc import Sequence

from app.views import fonts
from app.views.safe_text import safe_line
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.widgets import grid_column

_NAME_WIDTH = 130


class FactsTable(Surface):
    """`show` draws only what differs; `width` is that of both columns, in logical pixels."""

    def __init__(self, master: tk.Misc, look: Look, *, width: int) -> None:
        super().__init__(master, look, "popup")
        self._value_width = look.px(width - _NAME_WIDTH)
        self.grid_columnconfigure(grid_column(1, 2), weight=1)
        self._lines: list[tuple[Words, Words]] = []

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """(name, value) pairs in this order."""
        px = self.look.px
        while len(self._lines) < len(facts):
            at = len(self._lines)
            name = Words(self, self.look, font=fonts.SMALL, role="popup_muted", on="popup")
            value = Words(self, self.look, font=fonts.BODY, role="popup_fg", on="popup")
            value.configure(anchor="e", justify="right", wraplength=self._value_width)
            name.grid(row=at, column=grid_column(0, 2), sticky="w", pady=px(2))
            value.grid(row=at, column=grid_column(1, 2), sticky="e", pady=px(2))
            self._lines.append((name, value))
        for name, value in self._lines[len(facts) :]:
            name.destroy()
            value.destroy()
        del self._lines[len(facts) :]
        for (name, value), (name_text, value_text) in zip(self._lines, facts, strict=True):
            name.configure(text=safe_line(name_text, 60))
            value.configure(text=safe_line(value_text, 120))
