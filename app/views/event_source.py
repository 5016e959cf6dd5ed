"""Wakes the Tk thread when a file descriptor is readable, or by a clock where Tk cannot.

The queue that is drained then is not known here. Linux and macOS have file handlers; Windows
has none, so the clock asks often after traffic and seldom when it is quiet.
"""

import sys
import tkinter as tk
from collections.abc import Callable
from typing import Protocol

POLL_SHORTEST_MS = 5
POLL_LONGEST_MS = 50

Drain = Callable[[], bool]
"""Takes what is there; True means that there was something, or that more is left."""


class EventSource(Protocol):
    def close(self) -> None:
        """Stop waking; call it before the window is destroyed and the descriptor is closed."""


def watch_readable(root: tk.Misc, descriptor: int, drain: Drain) -> EventSource:
    """Call `drain` on the Tk thread whenever `descriptor` can be read."""
    if sys.platform == "win32":
        return PollSource(root, drain)
    return FileHandlerSource(root, descriptor, drain)


class FileHandlerSource:
    """Uses Tk's own event loop: no latency, no idle work.

    A drain that left something is called again by the clock, not by the descriptor: file events
    come before painting, and a flood would freeze the window.
    """

    def __init__(self, root: tk.Misc, descriptor: int, drain: Drain) -> None:
        self._root, self._descriptor, self._drain = root, descriptor, drain
        self._timer: str | None = None
        self._is_open = True
        root.tk.createfilehandler(descriptor, tk.READABLE, self._readable)

    def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        self._root.tk.deletefilehandler(self._descriptor)
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    def _readable(self, _descriptor: object, _mask: int) -> None:
        # An exception in a file handler would leave the main loop; other callbacks report it.
        tk.CallWrapper(self._run, None, self._root)()

    def _run(self) -> None:
        self._timer = None
        has_more = True
        try:
            has_more = self._drain()
        finally:
            if has_more and self._is_open and self._timer is None:
                self._timer = self._root.after(1, self._run)


class PollSource:
    """Asks by the clock: 5 ms after traffic, growing to 50 ms when it is quiet."""

    def __init__(self, root: tk.Misc, drain: Drain) -> None:
        self._root, self._drain = root, drain
        self._pause_ms = POLL_SHORTEST_MS
        self._timer: str | None = root.after(self._pause_ms, self._poll)

    def close(self) -> None:
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    def _poll(self) -> None:
        was_busy = False
        try:
            was_busy = self._drain()
        finally:
            # Also after an exception, else one bad event would end all traffic.
            grown = min(POLL_LONGEST_MS, self._pause_ms * 2)
            self._pause_ms = POLL_SHORTEST_MS if was_busy else grown
            if self._timer is not None:
                self._timer = self._root.after(self._pause_ms, self._poll)
