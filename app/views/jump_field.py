"""Looks like a field above the rooms, and opens the quick switcher."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.images import Icon, Rounded
from app.views.key_words import key_text
from app.views.theme import Look
from app.views.widgets import Canvas

_HEIGHT = 32


class JumpField(Canvas):
    """32 px high in a place of 44; a click, Space or Enter press it."""

    is_mirrored = True

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[], None]) -> None:
        super().__init__(master)
        self.configure(height=look.px(_HEIGHT), width=1, takefocus=True, cursor="hand2")
        self._look, self._on_press = look, on_press
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<ButtonRelease-1>", lambda _event: on_press())
        for sequence in ("<Return>", "<KP_Enter>", "<Key-space>"):
            self.bind(sequence, self._pressed)
        for sequence in ("<FocusIn>", "<FocusOut>"):
            self.bind(sequence, lambda _event: self.after_idle(self._draw_if_alive))
        look.watch(self, self._draw)

    def _pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        self._on_press()
        return "break"

    def _draw_if_alive(self) -> None:
        if self.winfo_exists():
            self._draw()

    def _draw(self) -> None:
        look, px = self._look, self._look.px
        width, height = self.winfo_width(), px(_HEIGHT)
        self.configure(background=look.tokens.side)
        self.delete("all")
        if width <= 1:
            return
        border = "accent" if self.focus_get() is self else "side_field"
        field = look.images.get(Rounded(width, height, 8, "side_field", border))
        self.create_image(0, 0, anchor="nw", image=field)
        glass = look.images.get(Icon("search", 14, "muted_side_field"))
        self.create_image(px(16), height // 2, image=glass)
        color = look.tokens.muted_side_field
        self.create_text(
            px(32), height // 2, anchor="w", text=_("Jump to…"), font=fonts.BODY, fill=color
        )
        self.create_text(
            width - px(10),
            height // 2,
            anchor="e",
            text=key_text("Ctrl K"),
            font=fonts.SMALL,
            fill=color,
        )
