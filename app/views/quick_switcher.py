"""Ctrl+K: a few letters of a room or a person, then Enter; also for rooms one is not in yet."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.addresses import INVITE_LENGTH_MAX, is_invite
from app.translation import N_, _
from app.views import fonts
from app.views.choice_list import Choice, ChoiceList
from app.views.images import Badge
from app.views.line_field import LineField, search_sign
from app.views.matching import folded, ranked
from app.views.popups import Popup
from app.views.presence_words import presence_text
from app.views.rows import Key, PersonRow, Presence, RoomChoiceRow, RoomRow
from app.views.surface import Line, Surface, Words
from app.views.theme import Look
from app.views.wording import badge_text

_ROWS_MAX = 8
#: With nothing typed: rooms one is in, and of each other kind where there is no room for more.
_LAST_MAX, _OFFERED_MAX = 6, 3
#: With a sign alone.
_LISTED_MAX = 1_000
_SIGNS = ("#", "@")
_KEYS = N_("↑ ↓ move  ·  Enter open  ·  Esc close  ·  # rooms  @ people")
_ROOM, _OTHER_ROOM, _PERSON = N_("Room"), N_("Join room"), N_("Person")


class QuickSwitcher(Popup):
    """`open` it with what there is; it tells the choice and closes nothing by itself."""

    width_wanted = 520

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[Key], None],
        on_join: Callable[[str], None],
        on_person: Callable[[PersonRow], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._on_open, self._on_join, self._on_person = on_open, on_join, on_person
        self._rooms: Sequence[RoomRow] = ()
        self._others: Sequence[RoomChoiceRow] = ()
        self._people: Sequence[PersonRow] = ()
        self._recent: Sequence[Key] = ()
        #: The offers of an empty field stand there: one of them may be chosen.
        self._is_begun = False
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(16), pady=px(14))
        glass = search_sign(head, look, 17, on="popup")
        glass.pack(side="left", padx=(0, px(12)))
        self.field = LineField(
            head,
            look,
            placeholder=_("Jump to a room or a person…"),
            on_change=lambda _text: self._show(),
            on_enter=self._enter,
            on_step=lambda by: self.choices.move_current(by),
            on="popup",
            font=fonts.TITLE,
            length_max=INVITE_LENGTH_MAX + 1,
        )
        self.field.pack(side="left", fill="x", expand=True)
        Line(body, look).pack(fill="x")
        # Before the list: in a low window that has what is left.
        keys = Words(body, look, font=fonts.SMALL, role="popup_muted", on="popup")
        keys.configure(text=_(_KEYS), justify="left")
        keys.bind("<Configure>", lambda event: self._wrap(keys, event.width), add="+")
        keys.pack(side="bottom", fill="x", padx=px(18), pady=(px(8), px(10)))
        Line(body, look).pack(side="bottom", fill="x")
        self.choices = ChoiceList(
            body, look, row_height=48, rows_max=_ROWS_MAX, on_choose=self._chosen
        )
        self.choices.pack(fill="x", pady=px(6))
        self._empty = Words(body, look, font=fonts.BODY, role="popup_muted", on="popup")
        self._empty.configure(text=_("Nobody and no room of that name."))

    def begin(
        self,
        rooms: Sequence[RoomRow],
        others: Sequence[RoomChoiceRow],
        people: Sequence[PersonRow] = (),
        recent: Sequence[Key] = (),
    ) -> None:
        """Start with an empty field; `recent` are the rooms seen last, the newest first."""
        self._rooms, self._others, self._people = rooms, others, people
        self._recent = recent
        self.field.set_value("")
        self._is_begun = False
        self._show()
        self.field.focus_set()

    def show_others(self, others: Sequence[RoomChoiceRow]) -> None:
        """Rooms one is not in, for the open switcher."""
        self._others = others
        if self.winfo_manager():
            self._show()

    def show_people(self, people: Sequence[PersonRow]) -> None:
        """Everybody one could look for, for the open switcher."""
        self._people = people
        if self.winfo_manager():
            self._show()

    def _show(self) -> None:
        value = self.field.value.strip()
        if is_invite(value):
            self._show_invite(value)
            return
        sign = value[:1] if value[:1] in _SIGNS else ""
        typed = value.removeprefix(sign).strip()
        if not (typed or sign):
            self._show_offers()
            return
        self._is_begun = False
        choices = self._fitting(typed, sign)
        if typed and sign != "@":
            names = [row.name for row in self._rooms] + [row.name for row in self._others]
            if folded(typed) not in map(folded, names):
                create = Choice(
                    ("join", typed),
                    _("Create #{room}").format(room=typed),
                    _("A new room"),
                    icon="plus-lg",
                )
                choices = [*choices[: _ROWS_MAX - 1], create]
        self.choices.show_choices(choices)
        self._say_if_empty()

    def _show_invite(self, link: str) -> None:
        self._is_begun = False
        choice = Choice(("join", link), _("Open the invite link"), link, icon="link-45deg")
        self.choices.show_choices([choice])
        self._say_if_empty()

    def _show_offers(self) -> None:
        """Nothing is typed: what is unread, the rooms seen last, and whom and what else there is.

        What is told of the server while it is open does not move what is chosen."""
        rooms = self._by_importance()[:_LAST_MAX]
        unread = [row for row in rooms if row.unread or row.mentions]
        here = [row for row in self._people if not row.is_self]
        people = sorted(here, key=lambda row: row.presence is Presence.OFFLINE or row.is_elsewhere)
        left = _ROWS_MAX - len(rooms)
        others = self._others[: max(_OFFERED_MAX, left - min(len(people), _OFFERED_MAX))]
        shown = people[: max(_OFFERED_MAX, left - len(others))]
        to_join, known = _("Rooms to join"), _("People")
        if len(others) < len(self._others):
            to_join = _("Rooms to join  ·  # shows more")
        if len(shown) < len(people):
            known = _("People  ·  @ shows more")
        groups: list[tuple[str, Sequence[RoomRow | RoomChoiceRow | PersonRow]]] = [
            (_("Unread"), unread),
            (_("Seen last"), [row for row in rooms if row not in unread]),
            (to_join, others),
            (known, shown),
        ]
        choices = [(heading, [self._choice_of(row) for row in rows]) for heading, rows in groups]
        self.choices.show_groups(choices, keeps_current=self._is_begun)
        self._is_begun = True
        self._say_if_empty()

    def _say_if_empty(self) -> None:
        if self.choices.items:
            self._empty.pack_forget()
        else:
            self._empty.pack(padx=self.look.px(18), pady=self.look.px(10))
        self.keep_inside()

    def _wrap(self, words: Words, width: int) -> None:
        if int(str(words.cget("wraplength"))) != width:
            words.configure(wraplength=width)
            self.keep_inside()

    def _fitting(self, typed: str, sign: str) -> list[Choice]:
        """What is called so; of what fits equally well rooms come before people, and those one
        would have to join last."""
        rows: list[RoomRow | PersonRow | RoomChoiceRow] = []
        if sign != "@":
            rows += self._by_importance()
        if sign != "#":
            rows += self._people
        if sign != "@":
            rows += self._others
        most = _ROWS_MAX if typed else _LISTED_MAX
        fitting = ranked(typed, rows, lambda row: row.name, most)
        return [self._choice_of(row) for row in fitting]

    def _choice_of(self, row: RoomRow | PersonRow | RoomChoiceRow) -> Choice:
        match row:
            case RoomRow():
                return _room_choice(row)
            case PersonRow():
                return _person_choice(
                    row, is_room_open=any(each.is_selected for each in self._rooms)
                )
            case _:
                return _other_choice(row)

    def _by_importance(self) -> list[RoomRow]:
        return sorted(self._rooms, key=self._importance)

    def _importance(self, row: RoomRow) -> tuple[bool, bool, bool, int]:
        """The room one is in comes last, unread ones before it, then as they were visited."""
        visited = self._recent.index(row.key) if row.key in self._recent else len(self._recent)
        return (row.is_selected, not row.mentions, not row.unread, visited)

    def _enter(self) -> None:
        self.choices.choose_current()

    def _chosen(self, choice: Choice) -> None:
        match choice.key:
            case ("join", str(name)):
                self._on_join(name)
            case ("room", key):
                self._on_open(key)
            case ("person", _id) if choice.person is not None:
                self._on_person(choice.person)


def _room_choice(row: RoomRow) -> Choice:
    badge = None
    if row.is_joined and row.mentions:
        badge = Badge("@" + badge_text(row.mentions), "alert", "alert_text")
    elif row.is_joined and row.unread:
        badge = Badge(badge_text(row.unread), "badge", "badge_text")
    icon = "archive" if row.is_kept else "hash"
    return Choice(("room", row.key), row.name, row.topic, icon=icon, badge=badge, kind=_(_ROOM))


def _other_choice(row: RoomChoiceRow) -> Choice:
    icon, kind = ("clock", "") if row.is_waiting else ("hash", _(_OTHER_ROOM))
    return Choice(("join", row.name), row.name, row.topic, icon=icon, kind=kind)


def _person_choice(row: PersonRow, *, is_room_open: bool) -> Choice:
    detail = row.status_text or presence_text(row.presence)
    if row.is_elsewhere:
        detail = _("Not in this room") if is_room_open else ""
    return Choice(("person", row.person_id), row.name, detail, person=row, kind=_(_PERSON))
