"""The button of dialogs and pages, whose words, focus and rest are seen in each theme."""

import tkinter as tk
from tkinter import ttk
from typing import Any

from app.views.theme import Look
from app.views.tokens import mix, raised, text_on
from app.views.widgets import Button


class PushButton(Button):
    """The theme writes white on every accent; on the pale accents of dark themes it is too weak.

    Which button has the keys is to be seen, too, and which cannot be pressed.
    """

    def __init__(self, master: tk.Misc, look: Look, *, bootstyle: str, **options: Any) -> None:
        super().__init__(master, bootstyle=bootstyle, **options)
        self._look = look
        look.watch(self, self._make_readable)

    def restyle(self, bootstyle: str) -> None:
        """Take another look, as the theme engine names it."""
        self.configure(bootstyle=bootstyle)
        self._make_readable()

    def _make_readable(self) -> None:
        style, tokens = ttk.Style(), self._look.tokens
        name = str(self.cget("style"))
        ground = str(style.lookup(name, "background"))
        if not (ground.startswith("#") and len(ground) == 7):
            return
        color = text_on(ground)
        # One that cannot be pressed has nothing of the accent, and of no theme the full contrast.
        rest = str(style.lookup(name, "background", ["disabled"]))
        quiet = raised(tokens.offline, (rest,))
        style.configure(name, foreground=color)
        style.map(name, foreground=[("disabled", quiet), ("", color)])
        # The dotted line of the theme is hardly seen: with the keys it has a whole one inside.
        inside = [("disabled", rest), ("focus", color), ("", ground)]
        style.map(name, lightcolor=inside, darkcolor=inside)
        # One without an accent has nothing but its border.
        border = tokens.field_border if ground == tokens.bg else ground
        borders = ("disabled", mix(quiet, rest, 0.35)), ("focus", tokens.fg), ("", border)
        style.map(name, bordercolor=list(borders))
