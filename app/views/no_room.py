"""In place of messages while one is in no room: a sentence, and the way into one."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.images import Icon
from app.views.push_button import PushButton
from app.views.surface import Surface, Words
from app.views.theme import Look
from app.views.widgets import Label


class NoRoom(Surface):
    """Its button opens the dialog that joins and creates rooms."""

    def __init__(self, master: tk.Misc, look: Look, *, on_join: Callable[[], None]) -> None:
        super().__init__(master, look)
        picture = Label(self)
        picture.pack(pady=(0, look.px(12)))
        look.watch(
            picture,
            lambda: picture.configure(
                image=look.images.get(Icon("chat-dots", 44, "icon")), background=look.tokens.bg
            ),
        )
        words = Words(self, look, font=fonts.TITLE)
        words.configure(text=_("You are in no room."))
        words.pack()
        text = _("Join or create a room")
        self.button = PushButton(self, look, text=text, command=on_join)
        self.button.pack(pady=(look.px(16), 0))
