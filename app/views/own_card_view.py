"""Oneself at the foot of the rooms column: avatar, nick, presence, and three switches."""

import tkinter as tk
from collections.abc import Callable

from app.translation import _
from app.views import fonts
from app.views.images import Avatar
from app.views.key_words import with_keys
from app.views.pictured_text import PicturedText
from app.views.presence_words import presence_text
from app.views.round_frame import RoundFrame
from app.views.round_styles import Face
from app.views.rows import PersonRow
from app.views.safe_text import initials
from app.views.surface import FlatButton, Surface
from app.views.theme import Look
from app.views.tokens import nick_index
from app.views.widgets import Label
from app.views.wording import minute_text


class OwnCardView(Surface):
    """58 px high; avatar and nick together are a button that opens the own card."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_person: Callable[[PersonRow], None],
        on_do_not_disturb: Callable[[bool], None],
        on_toggle_theme: Callable[[], None],
        on_settings: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "own_card")
        px = look.px
        self.configure(height=px(58))
        self.pack_propagate(False)
        self._row = PersonRow("", "")
        self._is_quiet = False
        self._quiet_until: int | None = None
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
        self.settings_button.pack(side="right", padx=(0, px(6)))
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
        self.theme_button.pack(side="right")
        self.quiet_button = FlatButton(
            self,
            look,
            on_press=lambda: on_do_not_disturb(not self._is_quiet),
            icon="bell-fill",
            icon_size=17,
            icon_role="icon_side",
            on="own_card",
        )
        self.quiet_button.pack(side="right")
        self.set_quiet(False)
        self.person_button = _PersonButton(self, look, on_press=lambda: on_person(self._row))
        self.person_button.pack(side="left", fill="both", expand=True, padx=(px(6), 0), pady=px(4))
        self._avatar = Label(self.person_button)
        self._avatar.pack(side="left", padx=(px(8), px(8)))
        words = Surface(self.person_button, look, "own_card")
        words.pack(side="left", fill="x", expand=True, padx=(0, px(3)))
        self._name = PicturedText(words, look, font=fonts.BOLD, role="row_text", on="own_card")
        self._name.pack(fill="x")
        self._presence = PicturedText(
            words, look, font=fonts.SMALL, role="muted_side", on="own_card"
        )
        self._presence.pack(fill="x")
        self.person_button.take_clicks_of(self._avatar, words, self._name, self._presence)
        look.watch(self._avatar, self._repaint)

    def show(self, row: PersonRow) -> None:
        self._row = row
        self._repaint()

    def set_quiet(self, is_quiet: bool) -> None:
        """Whether the person wants nothing to pop up."""
        self._is_quiet = is_quiet
        self._show_quiet()

    def set_quiet_hours(self, until: int | None) -> None:
        """Nothing pops up until this minute of the day, or None: it does."""
        if until != self._quiet_until:
            self._quiet_until = until
            self._show_quiet()

    def _show_quiet(self) -> None:
        icon, hint = "bell-fill", _("Do not disturb")
        if self._is_quiet:
            icon, hint = "bell-slash-fill", _("Do not disturb is on: nothing pops up")
        elif self._quiet_until is not None:
            until = minute_text(self._quiet_until)
            icon, hint = "bell-slash", _("Quiet hours until {time}: nothing pops up")
            hint = hint.format(time=until)
        self.quiet_button.show_icon(icon)
        self.quiet_button.hint = hint

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
        self._name.show(row.name, 1)  # they have what the buttons leave
        self._presence.show(row.status_text or presence_text(row.presence), 1)


class _PersonButton(RoundFrame):
    """What is in it is pressed by a click, Space or Enter; a ring shows the focus."""

    def __init__(self, master: tk.Misc, look: Look, *, on_press: Callable[[], None]) -> None:
        at_rest, with_keys = Face("own_card"), Face("own_card", "accent", 2)
        super().__init__(master, look, at_rest, on="own_card")
        self._on_press = on_press
        self.configure(takefocus=True, cursor="hand2")
        for sequence in ("<Return>", "<KP_Enter>", "<Key-space>"):
            self.bind(sequence, self._pressed)
        self.bind("<FocusIn>", lambda _event: self.show_face(with_keys))
        self.bind("<FocusOut>", lambda _event: self.show_face(at_rest))
        self.take_clicks_of(self, *self.winfo_children())

    def take_clicks_of(self, *widgets: tk.Misc) -> None:
        """A click on one of these presses the button."""
        for widget in widgets:
            widget.bind("<ButtonRelease-1>", lambda _event: self.invoke(), add="+")

    def invoke(self) -> None:
        """Press it, as a click does."""
        self._on_press()

    def _pressed(self, _event: "tk.Event[tk.Misc]") -> str:
        self.invoke()
        return "break"
