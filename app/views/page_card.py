"""What the pages over everything have in common: a card in the middle."""

import tkinter as tk

from app.views.surface import Surface
from app.views.theme import Look

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
