"""When the message under the pointer was sent, where no head above it says so."""

import tkinter as tk

from app.views import fonts
from app.views.drawn_block import AVATAR_X
from app.views.theme import Look
from app.views.widgets import Label

_BELOW = 4  # the top of the first line of its message, in logical pixels


class MessageTime(Label):
    """Stands beside the first line of a message."""

    def __init__(self, master: tk.Misc, look: Look) -> None:
        super().__init__(master, font=fonts.SMALL)
        self._look = look
        self._shown = ("", "")  # what it says, and on which ground
        look.watch(self, lambda: self.configure(foreground=look.tokens.muted))

    def show(self, words: str, ground: str, line_top: int) -> None:
        """Stand beside a line of this top, in real pixels."""
        if (words, ground) != self._shown:
            self._shown = words, ground
            self.configure(text=words, background=ground)
        self.place(x=self._look.px(AVATAR_X), y=line_top + self._look.px(_BELOW))

    def hide(self) -> None:
        # Above the messages, where nobody sees it: to take it away and bring it back takes Tk, and
        # whoever watches for that, as long as all else that happens under the pointer.
        self.place(y=-self.winfo_reqheight())
