"""Tooltips as frames placed in the window: they never flash elsewhere or take the focus."""

import tkinter as tk
from collections.abc import Callable
from weakref import WeakKeyDictionary

import ttkbootstrap as ttk

from app.views import fonts
from app.views.widgets import Label

HINT_DELAY_MS = 450

HintText = Callable[[], str]


class Hint:
    """One tooltip for a whole window."""

    def __init__(self, top: tk.Misc) -> None:
        self._top = top
        self._label: Label | None = None
        self._timer: str | None = None
        self._foreground, self._background = "#ffffff", "#1f2430"

    def paint(self, *, foreground: str, background: str) -> None:
        self._foreground, self._background = foreground, background

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
            self._label = None

    def _show(self, widget: tk.Misc, text: str, is_above: bool) -> None:
        self._timer = None
        if not text or not widget.winfo_exists() or not widget.winfo_viewable():
            return
        label = Label(
            self._top,
            text=text,
            font=fonts.SMALL,
            foreground=self._foreground,
            background=self._background,
            justify="left",
            wraplength=self._px(320),
            padx=self._px(8),
            pady=self._px(5),
        )
        self._label = label
        label.update_idletasks()
        px = self._px
        x = self._top.winfo_pointerx() - self._top.winfo_rootx() + px(12)
        y = self._top.winfo_pointery() - self._top.winfo_rooty() + px(18)
        x = max(px(4), min(x, self._top.winfo_width() - label.winfo_reqwidth() - px(4)))
        if is_above or y + label.winfo_reqheight() > self._top.winfo_height():
            y -= label.winfo_reqheight() + px(26)
        label.place(x=x, y=max(px(4), y))
        label.lift()

    def _px(self, logical: float) -> int:
        """Real pixels for a logical size."""
        return int(ttk.scale_size(self._top, logical))  # type: ignore[no-untyped-call]


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
