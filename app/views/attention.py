"""Asks the desktop to mark the window as one that wants to be looked at.

Tk has no word for it. On X11 it is a bit of the window's hints (ICCCM 4.1.2.4), which task bars
show and window managers take away when the window gets the keyboard; on Windows the button in the
task bar flashes. Elsewhere, and wherever something is missing, nothing happens.
"""

import ctypes
import ctypes.util
import sys
import tkinter as tk
from collections.abc import Callable
from functools import cache
from typing import Any

from app.views.window_events import bind_window

_URGENT = 1 << 8
_FLASH_UNTIL_LOOKED_AT = 0x2 | 0xC


class _WmHints(ctypes.Structure):
    _fields_ = [
        ("flags", ctypes.c_long),
        ("input", ctypes.c_int),
        ("initial_state", ctypes.c_int),
        ("icon_pixmap", ctypes.c_ulong),
        ("icon_window", ctypes.c_ulong),
        ("icon_x", ctypes.c_int),
        ("icon_y", ctypes.c_int),
        ("icon_mask", ctypes.c_ulong),
        ("window_group", ctypes.c_ulong),
    ]


class _FlashInfo(ctypes.Structure):
    _fields_ = [
        ("size", ctypes.c_uint),
        ("window", ctypes.c_void_p),
        ("flags", ctypes.c_uint),
        ("count", ctypes.c_uint),
        ("timeout", ctypes.c_uint),
    ]


#: Between two windows of ours, such as the window and its menu, nobody has the keyboard so long.
_FOCUS_MOVES_MS = 100


class Attention:
    """What the desktop knows of one window: whether it is looked at, and whether it should be.

    It is looked at while one of the program's windows has the keyboard. A desktop without a window
    manager may give it to nobody; as long as we never had it, a window on the screen is looked at.
    """

    def __init__(self, root: tk.Tk, on_change: Callable[[bool], None]) -> None:
        """`on_change` is told whether the window is in front, whenever that changed."""
        self._root, self._is_marked = root, False
        self._on_change = on_change
        self._had_focus = False
        self._timer: str | None = None
        self.is_in_front = False
        # Of all its windows: menus have their own, and the keyboard while they are open.
        root.bind_all("<FocusIn>", self._got_focus, add="+")
        root.bind_all("<FocusOut>", self._lost_focus, add="+")
        for sequence in ("<Map>", "<Unmap>"):
            bind_window(root, sequence, lambda _event: self._look())

    def close(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._root.after_cancel(self._timer)
            self._timer = None

    def demand(self) -> None:
        """Mark the window until it gets the keyboard."""
        self._is_marked = True
        demand_attention(self._root)

    def come_to_front(self) -> None:
        """Before other programs' windows, also when it was an icon."""
        root = self._root
        root.deiconify()
        root.lift()
        # Some window managers lift nobody who asks; above all others for a moment they must.
        root.attributes("-topmost", True)
        root.after_idle(lambda: root.attributes("-topmost", False))
        (root.focus_lastfor() or root).focus_force()

    def _got_focus(self, _event: "tk.Event[tk.Misc]") -> None:
        self._look()
        if self._is_marked:
            self._is_marked = False
            end_attention(self._root)

    def _lost_focus(self, _event: "tk.Event[tk.Misc]") -> None:
        if self._timer is None:
            self._timer = self._root.after(_FOCUS_MOVES_MS, self._look_later)

    def _look_later(self) -> None:
        self._timer = None
        self._look()

    def _look(self) -> None:
        has_focus = bool(self._root.tk.call("focus"))
        self._had_focus = self._had_focus or has_focus
        is_seen = bool(self._root.winfo_viewable())
        is_in_front = is_seen and (has_focus or not self._had_focus)
        if is_in_front != self.is_in_front:
            self.is_in_front = is_in_front
            self._on_change(is_in_front)


def demand_attention(root: tk.Misc) -> None:
    """Mark the window until somebody looks at it."""
    kind = root.tk.call("tk", "windowingsystem")
    if kind == "x11":
        _change_hints(root, is_urgent=True)
    elif sys.platform == "win32":
        window = ctypes.windll.user32.GetParent(root.winfo_id())
        info = _FlashInfo(ctypes.sizeof(_FlashInfo), window, _FLASH_UNTIL_LOOKED_AT, 0, 0)
        ctypes.windll.user32.FlashWindowEx(ctypes.byref(info))


def end_attention(root: tk.Misc) -> None:
    """It is looked at; not every window manager takes the mark away by itself."""
    if root.tk.call("tk", "windowingsystem") == "x11":
        _change_hints(root, is_urgent=False)


def wants_attention(root: tk.Misc) -> bool:
    """Whether the window is marked now; False where nobody can tell."""
    return bool(_change_hints(root, is_urgent=None) & _URGENT)


def _change_hints(root: tk.Misc, *, is_urgent: bool | None) -> int:
    """The flags as they then are; 0 if there is no way to them."""
    x11 = _x11()
    display = x11.XOpenDisplay(str(root.winfo_screen()).encode()) if x11 else None
    if x11 is None or not display:
        return 0
    try:
        window = _outer_window(x11, display, root.winfo_id())
        hints = x11.XGetWMHints(display, window)
        if not hints:
            return 0
        flags = int(hints.contents.flags)
        if is_urgent is not None:
            flags = flags | _URGENT if is_urgent else flags & ~_URGENT
            hints.contents.flags = flags
            x11.XSetWMHints(display, window, hints)
        x11.XFree(hints)
        return flags
    finally:
        x11.XCloseDisplay(display)


def _outer_window(x11: Any, display: int, window: int) -> int:
    """Tk puts each window into one of its own, and that one has the hints."""
    top, parent = ctypes.c_ulong(), ctypes.c_ulong()
    children, count = ctypes.c_void_p(), ctypes.c_uint()
    x11.XQueryTree(
        display, window, ctypes.byref(top), ctypes.byref(parent), ctypes.byref(children),
        ctypes.byref(count),
    )  # fmt: skip
    if children.value:
        x11.XFree(children)
    return parent.value


@cache
def _x11() -> Any:
    name = ctypes.util.find_library("X11")
    try:
        x11 = ctypes.CDLL(name) if name else None
    except OSError:
        return None
    if x11 is not None:
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
        x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        x11.XGetWMHints.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        x11.XGetWMHints.restype = ctypes.POINTER(_WmHints)
        x11.XSetWMHints.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.POINTER(_WmHints)]
        x11.XQueryTree.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_void_p] * 4]
        x11.XFree.argtypes = [ctypes.c_void_p]
    return x11
