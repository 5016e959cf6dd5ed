"""A popup with a title and a cross at its top: what lists, settings and tests are shown on."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.popups import Popup
from app.views.surface import FlatButton, Surface, Words
from app.views.theme import Look


class Sheet(Popup):
    """What it shows is packed into `body`, below the head."""

    def __init__(
        self, master: tk.Misc, look: Look, title: str, on_close: Callable[[], None]
    ) -> None:
        super().__init__(master, look, "popup_border")
        px = look.px
        self.body = Surface(self, look, "popup")
        self.body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(self.body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(14), px(6)))
        self.close_button = FlatButton(
            head, look, on_press=on_close, icon="x-lg", icon_size=14, on="popup", hint=_("Close")
        )
        # Packed before the title: however long that is, there is room for the cross.
        self.close_button.pack(side="right")
        words = Words(head, look, font=fonts.TITLE, role="popup_fg", on="popup")
        words.configure(text=title)
        words.pack(side="left")
