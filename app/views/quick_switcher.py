"""Ctrl+K: type a few letters of a room, Enter goes there; also rooms one is not in yet."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import N_, _
from app.views import fonts
from app.views.choice_list import Choice, ChoiceList
from app.views.images import Badge, Icon
from app.views.line_field import LineField
from app.views.matching import folded, ranked
from app.views.popups import Popup
from app.views.rows import Key, RoomChoiceRow, RoomRow
from app.views.surface import Line, Surface, Words
from app.views.theme import Look
from app.views.widgets import Label
from app.views.wording import badge_text

WIDTH = 520
_ROWS_MAX = 8
_RECENT_MAX = 50
_KEYS = N_("↑ ↓ move  ·  Enter open  ·  Esc close")


class QuickSwitcher(Popup):
    """`open` it with what there is; it tells the choice and closes nothing by itself."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_open: Callable[[Key], None],
        on_join: Callable[[str], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._on_open, self._on_join = on_open, on_join
        self._rooms: Sequence[RoomRow] = ()
        self._others: Sequence[RoomChoiceRow] = ()
        self._recent: list[Key] = []
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(16), pady=px(14))
        glass = Label(head)
        glass.pack(side="left", padx=(0, px(12)))
        look.watch(
            glass,
            lambda: glass.configure(
                image=look.images.get(Icon("search", 17, "popup_muted")),
                background=look.tokens.popup,
            ),
        )
        self.field = LineField(
            head,
            look,
            placeholder=_("Jump to a room…"),
            on_change=lambda _text: self._show(),
            on_enter=self._enter,
            on_step=lambda by: self.choices.move_current(by),
            on="popup",
            font=fonts.TITLE,
        )
        self.field.pack(side="left", fill="x", expand=True)
        Line(body, look).pack(fill="x")
        self.choices = ChoiceList(
            body, look, row_height=48, rows_max=_ROWS_MAX, on_choose=self._chosen
        )
        self.choices.pack(fill="x", pady=px(6))
        self._empty = Words(body, look, font=fonts.BODY, role="popup_muted", on="popup")
        self._empty.configure(text=_("No room of that name."))
        keys = Words(body, look, font=fonts.SMALL, role="popup_muted", on="popup")
        keys.configure(text=_(_KEYS))
        keys.pack(side="bottom", fill="x", padx=px(18), pady=(px(4), px(10)))

    def note_visit(self, key: Key) -> None:
        """A room was opened: it comes first the next time but one."""
        if key in self._recent:
            self._recent.remove(key)
        self._recent.insert(0, key)
        del self._recent[_RECENT_MAX:]

    def begin(self, rooms: Sequence[RoomRow], others: Sequence[RoomChoiceRow]) -> None:
        """Start with an empty field."""
        self._rooms, self._others = rooms, others
        self.field.set_value("")
        self._show()
        self.field.focus_set()

    def show_others(self, others: Sequence[RoomChoiceRow]) -> None:
        """Rooms one is not in, for the open switcher."""
        self._others = others
        if self.winfo_manager():
            self._show()

    def _show(self) -> None:
        typed = self.field.value.strip().removeprefix("#").strip()
        choices = self._known(typed)
        if typed:
            places = _ROWS_MAX - len(choices)
            others = ranked(typed, self._others, lambda row: row.name, max(0, places))
            choices += [_other_choice(row) for row in others]
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
        if choices:
            self._empty.pack_forget()
        else:
            self._empty.pack(padx=self.look.px(18), pady=self.look.px(10))

    def _known(self, typed: str) -> list[Choice]:
        if typed:
            rooms = ranked(typed, self._rooms, lambda row: row.name, _ROWS_MAX)
        else:
            rooms = sorted(self._rooms, key=self._importance)[:_ROWS_MAX]
        return [_room_choice(row) for row in rooms]

    def _importance(self, row: RoomRow) -> tuple[bool, bool, bool, int]:
        """The room one is in comes last, unread ones before it, then as they were visited."""
        visited = self._recent.index(row.key) if row.key in self._recent else _RECENT_MAX
        return (row.is_selected, not row.mentions, not row.unread, visited)

    def _enter(self) -> None:
        self.choices.choose_current()

    def _chosen(self, choice: Choice) -> None:
        match choice.key:
            case ("join", str(name)):
                self._on_join(name)
            case ("room", key):
                self._on_open(key)


def _room_choice(row: RoomRow) -> Choice:
    badge = None
    if row.is_joined and row.mentions:
        badge = Badge("@" + badge_text(row.mentions), "alert", "alert_text")
    elif row.is_joined and row.unread:
        badge = Badge(badge_text(row.unread), "badge", "badge_text")
    return Choice(("room", row.key), row.name, row.topic, icon="hash", badge=badge)


def _other_choice(row: RoomChoiceRow) -> Choice:
    detail = " · ".join(filter(None, (_("Join"), row.topic)))
    return Choice(("join", row.name), row.name, detail, icon="hash")
