"""Tooltips as frames placed in the window: they never flash elsewhere or take the focus."""

import tkinter as tk
from collections.abc import Callable
from weakref import WeakKeyDictionary

from app.views import fonts
from app.views.pictured_text import PicturedText
from app.views.theme import Look
from app.views.widgets import Frame

HINT_DELAY_MS = 450
_WIDTH_MAX = 320

HintText = Callable[[], str]


class Hint:
    """One tooltip for a whole window."""

    def __init__(self, top: tk.Misc) -> None:
        self._top = top
        self._label: Frame | None = None
        #: What is said now, "" for nothing.
        self.shown = ""
        self._timer: str | None = None
        #: Set before anything asks for a hint.
        self.look: Look

    def plan(
        self,
        widget: tk.Misc,
        text: HintText,
        *,
        delay_ms: int = HINT_DELAY_MS,
        is_above: bool = False,
    ) -> None:
        """Show what `text` then says under the pointer, or above it, after a pause."""
        self.hide()
        self._timer = self._top.after(delay_ms, lambda: self._show(widget, text(), is_above))

    def hide(self) -> None:
        if self._timer is not None:
            self._top.after_cancel(self._timer)
            self._timer = None
        if self._label is not None:
            self._label.destroy()
            self._label, self.shown = None, ""

    def _show(self, widget: tk.Misc, text: str, is_above: bool) -> None:
        self._timer = None
        if not text or not widget.winfo_exists() or not widget.winfo_viewable():
            return
        px = self.look.px
        label = self._label = Frame(self._top, background=self.look.tokens.fg)
        words = PicturedText(label, self.look, font=fonts.SMALL, role="bg", on="fg", wraps=True)
        words.show(text, px(_WIDTH_MAX))
        self.shown = text
        words.pack(padx=px(8), pady=px(5))
        label.update_idletasks()
        x = self._top.winfo_pointerx() - self._top.winfo_rootx() + px(12)
        y = self._top.winfo_pointery() - self._top.winfo_rooty() + px(18)
        x = max(px(4), min(x, self._top.winfo_width() - label.winfo_reqwidth() - px(4)))
        if is_above or y + label.winfo_reqheight() > self._top.winfo_height():
            y -= label.winfo_reqheight() + px(26)
        label.place(x=x, y=max(px(4), y))
        label.lift()


_hints: WeakKeyDictionary[tk.Misc, Hint] = WeakKeyDictionary()


def hint_of(widget: tk.Misc) -> Hint:
    """The tooltip of the window that `widget` is in."""
    top = widget.winfo_toplevel()
    hint = _hints.get(top)
    if hint is None:
        hint = _hints[top] = Hint(top)
    return hint


def attach_hint(widget: tk.Misc, text: HintText) -> None:
    """Give `widget` a tooltip; `text` is asked each time, "" shows none."""
    hint = hint_of(widget)
    widget.bind("<Enter>", lambda _event: hint.plan(widget, text), add="+")
    for sequence in ("<Leave>", "<ButtonPress>", "<Destroy>", "<Unmap>"):
        widget.bind(sequence, lambda _event: hint.hide(), add="+")
