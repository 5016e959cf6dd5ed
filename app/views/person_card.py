"""A person's card: who it is, whether he is there and since when, and what one can do with him.

Of oneself it says the same, and one takes another nick in it, or says that one is away.
"""

import tkinter as tk
from collections.abc import Callable

from app.structs import Struct
from app.translation import _
from app.views import fonts
from app.views.facts_table import FactsTable
from app.views.images import Avatar
from app.views.line_field import FramedField
from app.views.pictured_text import PicturedText
from app.views.popups import Popup
from app.views.rows import PersonCardRow, PersonRow, Presence
from app.views.safe_text import initials, safe_line, system_line
from app.views.surface import FlatButton, Line, Surface, Words
from app.views.theme import Look
from app.views.tokens import nick_index
from app.views.typing_on import TypingOn
from app.views.widgets import Label

WIDTH = 300
_INSIDE = WIDTH - 34
_AVATAR = 56
_BESIDE_AVATAR = _INSIDE - _AVATAR - 48  # the button that closes stands there too


class PersonCardCallbacks(Struct, frozen=True, kw_only=True):
    """What can be done in a card, with the person it shows; `on_text` is given what is typed
    meanwhile and not for the card."""

    on_mention: Callable[[PersonRow], None]
    on_ignore: Callable[[PersonRow, bool], None]
    on_rename: Callable[[str], None]
    on_away: Callable[[bool, str], None]
    on_text: Callable[[str], None]
    on_close: Callable[[], None]


class PersonCard(Popup):
    """A frame placed in the window; Esc closes it, and so does a click beside it."""

    #: Called after it was closed, however that came.
    on_closed: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, master: tk.Misc, look: Look, callbacks: PersonCardCallbacks) -> None:
        super().__init__(master, look, "popup_border")
        self._calls = callbacks
        self._row = PersonCardRow(PersonRow("", ""))
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(16), pady=(px(14), px(10)))
        self._avatar = Label(head)
        self._avatar.pack(side="left", anchor="n", padx=(0, px(12)))
        self.close_button = FlatButton(
            head,
            look,
            on_press=callbacks.on_close,
            icon="x-lg",
            icon_size=12,
            on="popup",
            hint=_("Close"),
        )
        self.close_button.pack(side="right", anchor="n")
        words = Surface(head, look, "popup")
        words.pack(side="left", fill="x", expand=True)
        self.name = PicturedText(words, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self.name.pack(anchor="w")
        self.presence = Words(words, look, font=fonts.SMALL, role="popup_muted", on="popup")
        self.presence.configure(justify="left", wraplength=px(_BESIDE_AVATAR))
        self.presence.pack(fill="x")
        self.status = PicturedText(
            words, look, font=fonts.SMALL, role="popup_fg", on="popup", wraps=True
        )
        self._facts = FactsTable(body, look, width=_INSIDE)
        self._facts.pack(fill="x", padx=px(16))
        Line(body, look).pack(fill="x", padx=px(16), pady=px(8))
        self._others = self._build_for_others(body)
        self._own = self._build_for_oneself(body)
        self._typing = TypingOn(self, callbacks.on_text)
        look.watch(self._avatar, self._repaint)

    def _build_for_others(self, body: tk.Misc) -> Surface:
        px = self.look.px
        line = Surface(body, self.look, "popup")
        self.mention_button = self._button(
            line, lambda: self._calls.on_mention(self._row.person), "at", _("Mention")
        )
        self.mention_button.pack(side="left")
        self.ignore_button = self._button(line, self._ignore, "eye-slash", _("Ignore"))
        self.ignore_button.pack(side="left", padx=(px(8), 0))
        return line

    def _build_for_oneself(self, body: tk.Misc) -> Surface:
        px = self.look.px
        part = Surface(body, self.look, "popup")
        line = self._titled_line(part, _("Nick"))
        self.rename_button = self._button(line, self._rename, "", _("Rename"))
        self.rename_button.pack(side="right", padx=(px(8), 0))
        self.nick = self._field(line, _("Nick"), self._rename)
        line = self._titled_line(part, _("Away"))
        self.reason = self._field(line, _("Shown to the others"), self._say_why)
        self.away_button = self._button(part, self._toggle_away, "moon-fill", _("Set to away"))
        self.away_button.pack(anchor="w")
        return part

    def _titled_line(self, part: Surface, words: str) -> Surface:
        px = self.look.px
        title = Words(part, self.look, font=fonts.SMALL_BOLD, role="popup_muted", on="popup")
        title.configure(text=words)
        title.pack(fill="x")
        line = Surface(part, self.look, "popup")
        line.pack(fill="x", pady=(px(4), px(10)))
        return line

    def _field(self, line: Surface, placeholder: str, on_enter: Callable[[], None]) -> FramedField:
        field = FramedField(
            line,
            self.look,
            placeholder=placeholder,
            on_change=lambda _text: None,
            on_enter=on_enter,
        )
        field.frame.pack(side="left", fill="both", expand=True)
        return field

    def closed_by_person(self) -> None:
        self.on_closed()

    def begin(self) -> None:
        """It was opened: take the keys. Of another person not by a button that does something:
        somebody may be typing."""
        self._typing.begin()
        row = self._row.person
        if row.is_self:
            self.reason.set_value(row.status_text or self.reason.value)
            self.nick.set_value(row.name)
            self.nick.focus_set()
        else:
            self.close_button.focus_set()

    @property
    def person_id(self) -> str:
        """Whose card it is."""
        return self._row.person.person_id

    def show(self, row: PersonCardRow) -> None:
        """What is known now; what is being typed stays."""
        self._row = row
        person, px = row.person, self.look.px
        self.name.show(person.name or "?", px(_BESIDE_AVATAR))
        self.presence.configure(text=safe_line(row.presence_text))
        status = system_line(person.status_text)
        self.status.show(status, 1)
        if status:
            self.status.pack(fill="x", pady=(px(2), 0))
        else:
            self.status.pack_forget()
        self._facts.show(row.facts)
        shown, hidden = self._others, self._own
        if person.is_self:
            shown, hidden = hidden, shown
            is_away = person.presence is Presence.AWAY
            words = _("I am back") if is_away else _("Set to away")
            self.away_button.configure(text=f" {words}")
        else:
            words = _("Show again") if person.is_ignored else _("Ignore")
            self.ignore_button.configure(text=f" {words}")
            self._offer_mention(not person.is_elsewhere)
        hidden.pack_forget()
        shown.pack(fill="x", padx=px(16), pady=(0, px(14)))
        self._repaint()

    def _offer_mention(self, can_mention: bool) -> None:
        if can_mention:
            self.mention_button.pack(side="left", before=self.ignore_button)
        else:
            self.mention_button.pack_forget()

    def _button(
        self, master: tk.Misc, on_press: Callable[[], None], icon: str, text: str
    ) -> FlatButton:
        return FlatButton(
            master,
            self.look,
            on_press=on_press,
            text=f" {text}" if icon else text,
            icon=icon,
            icon_size=14,
            icon_role="popup_muted",
            role="popup_fg",
            on="popup_field",
            pad=(10, 5),
        )

    def _ignore(self) -> None:
        self._calls.on_ignore(self._row.person, not self._row.person.is_ignored)

    def _rename(self) -> None:
        nick = self.nick.value.strip()
        if nick and nick != self._row.person.name:
            self._calls.on_rename(nick)
        self._calls.on_close()

    def _toggle_away(self) -> None:
        if self._row.person.presence is Presence.AWAY:
            self._calls.on_away(False, "")
        else:
            self._say_why()

    def _say_why(self) -> None:
        self._calls.on_away(True, self.reason.value.strip())

    def _repaint(self) -> None:
        look, person = self.look, self._row.person
        self._avatar.configure(background=look.tokens.popup)
        if not person.name:
            return
        index = nick_index(person.person_id)
        avatar = Avatar(
            index,
            initials(person.name),
            _AVATAR,
            None if person.is_elsewhere else person.presence,
            behind="popup",
        )
        self._avatar.configure(image=look.images.get(avatar))
        self.name.paint(index, "popup")
