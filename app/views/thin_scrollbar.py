"""A thin scrollbar without arrows that is only there when something can be scrolled."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from app.views.theme import Look
from app.views.widgets import Canvas

_THUMB_SHARE_MIN = 0.06


class ThinScrollbar(Canvas):
    """Give its `set` to `yscrollcommand`, and `yview` of the widget as `command`."""

    def __init__(
        self, master: tk.Misc, look: Look, command: Callable[..., Any], role: str = "bg"
    ) -> None:
        super().__init__(master)
        self.configure(width=look.px(10), takefocus=False, cursor="arrow")
        self._look, self._command, self._role = look, command, role
        self._first, self._last, self._grabbed_at = 0.0, 1.0, 0.0
        self._thumb = self.create_line(0, 0, 0, 0, capstyle="round", width=look.px(5))
        self.bind("<Configure>", lambda _event: self._draw())
        self.bind("<ButtonPress-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        look.watch(self, self._repaint)

    def set(self, first: str | float, last: str | float) -> None:
        self._first, self._last = float(first), float(last)
        self._draw()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        self.configure(background=tokens.named(self._role))
        self.itemconfigure(self._thumb, fill=tokens.scroll_thumb)

    def _draw(self) -> None:
        if self._first <= 0.0 and self._last >= 1.0:
            self.itemconfigure(self._thumb, state="hidden")
            return
        height, inset = self.winfo_height(), self._look.px(4)
        top = self._first * height
        bottom = max(self._last * height, top + _THUMB_SHARE_MIN * height)
        x = self.winfo_width() / 2
        self.coords(self._thumb, x, top + inset, x, max(bottom - inset, top + inset + 1))
        self.itemconfigure(self._thumb, state="normal")

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        share = event.y / max(1, self.winfo_height())
        if self._first <= share <= self._last:
            self._grabbed_at = share - self._first
        else:
            self._grabbed_at = (self._last - self._first) / 2
            self._drag(event)

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        share = event.y / max(1, self.winfo_height()) - self._grabbed_at
        self._command("moveto", min(max(share, 0.0), 1.0))
