"""The ring that says the keys are at the messages."""

import tkinter as tk

from app.views.surface import Surface


class PaneRing:
    """Drawn by the frame around `text`: a Text lays all its lines out again, whatever of it is
    configured. Whoever clicked there knows where the keys are, and sees none."""

    def __init__(self, frame: Surface, text: tk.Text) -> None:
        self._frame, self._look = frame, frame.look
        self._is_clicked = self._is_shown = False
        frame.configure(highlightthickness=self._look.px(1))
        text.configure(highlightthickness=0)
        text.bind("<ButtonPress-1>", lambda _event: self._clicked(), add="+")
        text.bind("<FocusIn>", lambda _event: self._show(not self._is_clicked), add="+")
        text.bind("<FocusOut>", lambda _event: self._left(), add="+")
        self._look.watch(frame, self._repaint)

    def _clicked(self) -> None:
        self._is_clicked = True  # what tells that the keys have come arrives behind it
        self._show(False)

    def _left(self) -> None:
        self._is_clicked = False
        self._show(False)

    def _show(self, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._repaint()

    def _repaint(self) -> None:
        tokens = self._look.tokens
        color = tokens.accent if self._is_shown else tokens.bg
        # With the keys in `text` Tk draws the second, and else the first.
        self._frame.configure(highlightbackground=color, highlightcolor=color)
