"""Says in place what is wrong, with a sign before it: never by the colour alone."""

import tkinter as tk

from app.views import fonts
from app.views.images import Icon
from app.views.safe_text import safe_line
from app.views.surface import Words
from app.views.theme import Look


class ProblemWords(Words):
    """Whoever shows it packs it, and takes it away again."""

    def __init__(
        self, master: tk.Misc, look: Look, *, width: float, font: str = fonts.SMALL, on: str = "bg"
    ) -> None:
        """`width` is what it has, in logical pixels."""
        super().__init__(master, look, font=font, role="danger", on=on)
        self.configure(compound="left", justify="left", wraplength=look.px(width - 24))
        look.watch(self, self._mark)

    def say(self, text: str) -> None:
        """One line of text, broken where the width ends."""
        self.configure(text=f" {safe_line(text)}" if text else "")

    def _mark(self) -> None:
        mark = Icon("exclamation-circle-fill", 14, "danger")
        self.configure(image=self._look.images.get(mark))
