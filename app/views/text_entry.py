"""The field of dialogs and pages, whose border is seen in each theme."""

import tkinter as tk
from tkinter import ttk
from typing import Any

from app.views.theme import Look
from app.views.widgets import Entry


class TextEntry(Entry):
    """The theme draws a border that hardly differs from the ground, also in high contrast."""

    def __init__(self, master: tk.Misc, look: Look, **options: Any) -> None:
        super().__init__(master, **options)
        self._look = look
        look.watch(self, self._draw_border)

    def _draw_border(self) -> None:
        name = str(self.cget("style")) or "TEntry"
        ttk.Style().configure(name, bordercolor=self._look.tokens.popup_border)
