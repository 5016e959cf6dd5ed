"""Names and values in lines of a popup: what is known of a connection or of a person."""

import tkinter as tk
from collections.abc import Sequence

from app.views import fonts
from app.views.safe_text import safe_line
from app.views.surface import Surface, Words
from app.views.theme import Look

_BETWEEN = 12


class FactsTable(Surface):
    """`show` draws only what differs; `width` is that of a line, in logical pixels. A value has
    what its name leaves, and goes on below."""

    def __init__(self, master: tk.Misc, look: Look, *, width: int) -> None:
        super().__init__(master, look, "popup")
        self._width = look.px(width - _BETWEEN)
        self._lines: list[tuple[Words, Words]] = []

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """(name, value) pairs in this order."""
        while len(self._lines) < len(facts):
            line = Surface(self, self.look, "popup")
            name = Words(line, self.look, font=fonts.SMALL, role="popup_muted", on="popup")
            value = Words(line, self.look, font=fonts.BODY, role="popup_fg", on="popup")
            value.configure(anchor="e", justify="right")
            line.pack(fill="x", pady=self.look.px(2))
            name.pack(side="left")
            value.pack(side="right")
            self._lines.append((name, value))
        for name, _value in self._lines[len(facts) :]:
            name.master.destroy()
        del self._lines[len(facts) :]
        for (name, value), (name_text, value_text) in zip(self._lines, facts, strict=True):
            name.configure(text=safe_line(name_text, 60))
            left = self._width - name.winfo_reqwidth()
            value.configure(text=safe_line(value_text, 120), wraplength=left)
