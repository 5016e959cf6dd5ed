"""Events of a window itself, not of what is in it.

Tk gives every widget the tag of its window: what is bound to a window is called for each of its
widgets, too, so that a label that moves by a pixel costs as much as drawing it. What is bound here
has a tag that the window alone carries.
"""

import tkinter as tk
from collections.abc import Callable

_TAG = "HubbubWindow"
#: What ttkbootstrap binds to the window to learn of itself.
_BOUND_BEFORE = ("<Configure>", "<Map>", "<Visibility>")


def begin_window_events(root: tk.Misc) -> None:
    """Make a new window ready; what it was bound to before is for itself alone from now on."""
    root.bindtags((_TAG, *root.bindtags()))
    for sequence in _BOUND_BEFORE:
        script = root.tk.call("bind", str(root), sequence)
        root.tk.call("bind", _TAG, sequence, script)
        root.tk.call("bind", str(root), sequence, "")


def bind_window(root: tk.Misc, sequence: str, do: Callable[["tk.Event[tk.Misc]"], object]) -> None:
    """Call `do` when that happens to the window."""
    root.bind_class(_TAG, sequence, do, add="+")
