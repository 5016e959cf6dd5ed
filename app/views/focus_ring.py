"""Tab goes round inside what lies over the window, and never into what it covers.

What covers is placed over the chat, whose parts stay there for Tk: Space on one of them would act
unseen.
"""

import tkinter as tk
from collections.abc import Callable
from functools import partial


def keep_tab_inside(root: tk.Misc, place_of: Callable[[str], tk.Misc | None]) -> None:
    """`place_of` is given the path of the widget with the focus, and returns what Tab must not
    leave; None where it may go everywhere."""
    for sequence, step in (("<<NextWindow>>", "tk_focusNext"), ("<<PrevWindow>>", "tk_focusPrev")):
        root.bind_all(sequence, partial(_step, root, place_of, step))


def is_in(path: str, place: tk.Misc) -> bool:
    """Whether the widget of that path is this one, or in it."""
    return f"{path}.".startswith(f"{place}.")


def _step(
    root: tk.Misc,
    place_of: Callable[[str], tk.Misc | None],
    step: str,
    event: "tk.Event[tk.Misc]",
) -> str:
    at = str(event.widget)
    place, seen = place_of(at), set[str]()
    while at not in seen:
        seen.add(at)
        at = str(root.tk.call(step, at))
        if at and (place is None or is_in(at, place)):
            root.tk.call("tk::TabToWindow", at)
            break
    return "break"
