"""What the pages over everything have in common: a card in the middle, and readable buttons."""

import tkinter as tk
from tkinter import ttk

from app.views.surface import Surface
from app.views.theme import Look
from app.views.tokens import text_on
from app.views.widgets import Button

#: In logical pixels, and what is left of it inside.
CARD_WIDTH = 420
CARD_INSIDE = CARD_WIDTH - 64


class Card(Surface):
    """A bordered card in the middle of the page; `body` is its inside."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, look, "line")
        px = look.px
        self.place(relx=0.5, rely=0.48, anchor="center", width=px(CARD_WIDTH))
        inside = Surface(self, look)
        inside.pack(fill="both", expand=True, padx=1, pady=1)
        self.body = Surface(inside, look)
        self.body.pack(fill="both", expand=True, padx=px(32), pady=px(28))


def make_readable(button: Button, look: Look) -> None:
    """The theme writes white on every accent; on the pale accents of dark themes it is too weak.

    Which button has the keys is to be seen, too.
    """
    style = ttk.Style()
    name = str(button.cget("style"))
    ground = str(style.lookup(name, "background"))
    if ground.startswith("#") and len(ground) == 7:
        color = text_on(ground)
        style.configure(name, foreground=color)
        style.map(name, foreground=[("disabled", look.tokens.muted), ("", color)])
        # The dotted line of the theme is hardly seen: with the keys it has a whole one inside.
        inside = [("focus", color), ("", ground)]
        style.map(name, lightcolor=inside, darkcolor=inside)
        # One without an accent has nothing but its border.
        border = look.tokens.field_border if ground == look.tokens.bg else ground
        style.map(name, bordercolor=[("focus", look.tokens.fg), ("", border)])
