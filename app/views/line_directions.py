"""Lines that are typed lie at the side where their script begins.

Tk puts a line of a Text to the right if its characters have a tag that says so, also where that
is the line end alone: so the caret of an empty field stands at the right, too. A line without a
letter lies where the language of the window begins.
"""

import tkinter as tk

from app.translation import is_right_to_left
from app.views.drawn_text import first_direction, has_right_to_left

_TAG = "from_right"


def align_lines(text: tk.Text, value: str) -> None:
    """Put each line of the widget to its side; `value` is what stands in it."""
    is_mirrored = is_right_to_left()
    text.tag_remove(_TAG, "1.0", "end")
    if not is_mirrored and not has_right_to_left(value):
        return
    text.tag_configure(_TAG, justify="right")
    for number, line in enumerate(value.split("\n"), 1):
        is_from_right = first_direction(line)
        if is_mirrored if is_from_right is None else is_from_right:
            text.tag_add(_TAG, f"{number}.0", f"{number}.0 lineend + 1 indices")
