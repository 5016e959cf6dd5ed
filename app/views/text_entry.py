"""The field of dialogs and pages, whose border is seen in each theme."""

import tkinter as tk
from tkinter import ttk
from typing import Any

from app.views.round_styles import Face, Parts, round_style
from app.views.theme import Look
from app.views.widgets import Entry

_PARTS: Parts = [
    ("Entry.padding", {"sticky": "nswe", "children": [("Entry.textarea", {"sticky": "nswe"})]})
]
_PADDING = (10, 9)  # logical pixels


class TextEntry(Entry):
    """Round as buttons are; the accent is around the one that has the keys."""

    def __init__(self, master: tk.Misc, look: Look, *, on: str = "bg", **options: Any) -> None:
        """`on` is the role of the ground that it lies on."""
        super().__init__(master, **options)
        self._look, self._on = look, on
        look.watch(self, self._repaint)

    def _repaint(self) -> None:
        look, on = self._look, self._on
        tokens, name = look.tokens, f"{on}.Round.TEntry"
        faces = {"focus": Face(on, "accent", 2), "": Face(on, "popup_border")}
        round_style(look, name, _PARTS, faces, radius=8)
        ttk.Style().configure(
            name,
            padding=tuple(map(look.px, _PADDING)),
            background=tokens.named(on),
            foreground=tokens.fg,
            insertcolor=tokens.fg,
            selectbackground=tokens.selection,
            selectforeground=tokens.fg,
        )
        self.configure(style=name)
