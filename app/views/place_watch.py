"""Tells where the window is, a moment after it was moved, resized or rearranged."""

import tkinter as tk
from collections.abc import Callable

from app.views.window_events import bind_window

#: A drag moves the window many times; only where it comes to rest matters.
SETTLED_MS = 400


class PlaceWatch:
    """Calls `on_settled` with the place as Tk writes it, for a window that is a window: not for
    an icon, and not for one that fills the screen."""

    def __init__(self, root: tk.Wm, top: tk.Misc, on_settled: Callable[[str], None]) -> None:
        self._root, self._top, self._on_settled = root, top, on_settled
        self._timer: str | None = None
        bind_window(top, "<Configure>", lambda _event: self.note())

    def note(self) -> None:
        """Something else of the arrangement changed."""
        if self._timer is not None:
            self._top.after_cancel(self._timer)
        self._timer = self._top.after(SETTLED_MS, self._tell)

    def close(self) -> None:
        """Tell no more."""
        if self._timer is not None:
            self._top.after_cancel(self._timer)
            self._timer = None

    def _tell(self) -> None:
        self._timer = None
        is_full = bool(self._root.wm_attributes("-fullscreen"))
        if self._root.wm_state() == "normal" and not is_full:
            self._on_settled(str(self._root.wm_geometry()))
