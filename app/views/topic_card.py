"""The whole topic of a room, and who set it: opened by a click on the line in the header."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.popups import Popup
from app.views.rows import HeaderRow
from app.views.safe_text import safe_line, safe_name
from app.views.surface import FlatButton, Surface, Words
from app.views.theme import Look

_WIDTH = 420
_INSIDE = _WIDTH - 42


class TopicCard(Popup):
    """A frame placed in the window; Esc closes it, and so does a click beside it."""

    width_wanted = _WIDTH

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_copy: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._row = HeaderRow("")
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(12), px(4)))
        self.close_button = FlatButton(
            head, look, on_press=on_close, icon="x-lg", icon_size=14, on="popup", hint=_("Close")
        )
        self.close_button.pack(side="right")
        self.copy_button = FlatButton(
            head,
            look,
            on_press=lambda: on_copy(self._row.topic),
            icon="copy",
            icon_size=14,
            on="popup",
            hint=_("Copy the topic"),
        )
        self.copy_button.pack(side="right", padx=(0, px(4)))
        self._title = Words(head, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self._title.pack(side="left")
        self.topic = Words(body, look, font=fonts.BODY, role="popup_fg", on="popup")
        self.topic.configure(justify="left", wraplength=px(_INSIDE))
        self.topic.pack(fill="x", padx=px(20), pady=(0, px(8)))
        self.origin = Words(body, look, font=fonts.SMALL, role="popup_muted", on="popup")
        self.origin.configure(justify="left", wraplength=px(_INSIDE))

    def begin(self) -> None:
        """It was opened: take the keys."""
        self.close_button.focus_set()

    def show(self, row: HeaderRow, width: int) -> None:
        """`width` is that of the card, in real pixels."""
        self._row = row
        px = self.look.px
        name = f"#{safe_name(row.room_name)}"
        self._title.configure(text=fonts.shortened(self, fonts.TITLE, name, width - px(120)))
        for words in (self.topic, self.origin):
            words.configure(wraplength=width - px(42))
        self.topic.configure(text=safe_line(row.topic, 1_000))
        self.origin.configure(text=safe_line(row.topic_tooltip))
        if row.topic_tooltip:
            self.origin.pack(fill="x", padx=px(20), pady=(0, px(14)))
        else:
            self.origin.pack_forget()
