"""Oneself at the foot of the rooms column: avatar, nick, presence, light or dark."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.images import Avatar
from app.views.key_words import with_keys
from app.views.member_list_view import presence_text
from app.views.rows import PersonRow
from app.views.safe_text import initials, safe_line, safe_name
from app.views.surface import FlatButton, Surface, Words
from app.views.theme import Look
from app.views.tokens import nick_index
from app.views.widgets import Label


class OwnCardView(Surface):
    """58 px high."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_toggle_theme: Callable[[], None],
        on_settings: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "own_card")
        px = look.px
        self.configure(height=px(58))
        self.pack_propagate(False)
        self._row = PersonRow("", "")
        self._avatar = Label(self)
        self._avatar.pack(side="left", padx=(px(14), px(8)))
        self.settings_button = FlatButton(
            self,
            look,
            on_press=on_settings,
            icon="gear-fill",
            icon_size=17,
            icon_role="icon_side",
            on="own_card",
            hint=with_keys(_("Settings"), "Ctrl+,"),
        )
        self.settings_button.pack(side="right", padx=(0, px(10)))
        self.theme_button = FlatButton(
            self,
            look,
            on_press=on_toggle_theme,
            icon="moon-fill",
            icon_size=17,
            icon_role="icon_side",
            on="own_card",
            hint=_("Light or dark"),
        )
        self.theme_button.pack(side="right", padx=(0, px(2)))
        words = Surface(self, look, "own_card")
        words.pack(side="left", fill="x", expand=True)
        self._name = Words(words, look, font=fonts.BOLD, role="row_text", on="own_card")
        self._name.pack(fill="x")
        self._presence = Words(words, look, font=fonts.SMALL, role="muted_side", on="own_card")
        self._presence.pack(fill="x")
        self._name.bind("<Configure>", lambda _event: self._fit(), add="+")
        look.watch(self._avatar, self._repaint)

    def show(self, row: PersonRow) -> None:
        self._row = row
        self._repaint()

    def _repaint(self) -> None:
        row, look = self._row, self.look
        self.theme_button.show_icon("brightness-high-fill" if look.tokens.is_dark else "moon-fill")
        self._avatar.configure(background=look.tokens.own_card)
        if not row.name:
            return
        avatar = Avatar(
            nick_index(row.person_id), initials(row.name), 34, row.presence, behind="own_card"
        )
        self._avatar.configure(image=look.images.get(avatar))
        status = safe_line(row.status_text) or presence_text(row.presence)
        self._presence.configure(text=status)
        self._fit()

    def _fit(self) -> None:
        width = self._name.winfo_width()
        text = safe_name(self._row.name) if self._row.name else ""
        shown = fonts.shortened(self, fonts.BOLD, text, width) if width > 1 else text
        if self._name.cget("text") != shown:
            self._name.configure(text=shown)
