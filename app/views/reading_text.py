"""A Text people select and copy from, and cannot change.

Theory: switching a Text between "normal" and "disabled" throws away how its lines are laid out,
and so would cost a full painting at every message. This one stays "normal" and lacks the
bindings that write instead: only those that select are taken from the class of Text.
"""

import tkinter as tk

from app.views.widgets import Text

_CLASS = "HubbubReading"
_SEQUENCES = (
    "<Button-1>",
    "<B1-Motion>",
    "<Double-Button-1>",
    "<Triple-Button-1>",
    "<Shift-Button-1>",
    "<Double-Shift-Button-1>",
    "<Triple-Shift-Button-1>",
    "<B1-Leave>",
    "<B1-Enter>",
    "<ButtonRelease-1>",
    "<<SelectAll>>",
    "<<SelectNone>>",
)


class ReadingText(Text):
    """Words wrap; the caret is not seen."""

    def __init__(self, master: tk.Misc) -> None:
        super().__init__(master, wrap="word")
        # A caret of no width would still be drawn anew at each blink.
        self.configure(insertwidth=0, insertofftime=0, undo=False)
        for sequence in _SEQUENCES:
            # Tk's own commands, as they stand there.
            self.tk.call("bind", _CLASS, sequence, self.tk.call("bind", "Text", sequence))
        self.bindtags(tuple(_CLASS if tag == "Text" else tag for tag in self.bindtags()))
