"""Join or create a room: a field, and the rooms of the server that fit what is typed in it."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.addresses import is_invite
from app.shortcodes import with_emoji
from app.structs import Struct
from app.translation import N_, _, ngettext
from app.views import fonts
from app.views.canvas_list import CanvasList, ListItem
from app.views.images import Icon, Rounded
from app.views.key_bindings import put_keys_first
from app.views.matching import folded, nearly, ranked
from app.views.pictured_words import draw_line
from app.views.popups import Popup
from app.views.problem_words import ProblemWords
from app.views.push_button import PushButton
from app.views.rows import RoomChoiceRow, RoomRow
from app.views.safe_text import safe_name
from app.views.surface import FlatButton, Surface, Words
from app.views.text_entry import TextEntry
from app.views.theme import Look
from app.views.wording import number_text

_WIDTH = 460
_ROW_HEIGHT = 44
_ROWS_SHOWN = 6
_HITS_MAX = 1000
_NEAR_MAX = 3
#: What is said while one waits: is there no connection, and is the room to be created?
_WAITS = {
    (False, False): N_("Joining #{room}…"),
    (False, True): N_("Creating #{room}…"),
    (True, False): N_("You join #{room} when the connection is back. You can close this."),
    (True, True): N_(
        "Room #{room} will be created when the connection is back. You can close this."
    ),
}


class RoomHit(Struct, frozen=True):
    """A row: a room by name with words below and at the right, or one that Enter would create."""

    name: str
    topic: str = ""
    aside: str = ""
    is_new: bool = False
    #: The name is an invite link.
    is_link: bool = False
    #: One is in it.
    is_joined: bool = False
    #: It was asked for already.
    is_waiting: bool = False


class JoinRoomDialog(Popup):
    """A frame placed in the window. Enter takes the row that is lit, at first the best hit; a room
    is created only by the last row, which says so. It stays open until the room is granted: what
    is refused is said below the field, where it can be mended."""

    width_wanted = _WIDTH
    is_dialog = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_join: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__(master, look, "popup_border")
        self._on_join = on_join
        self._others: Sequence[RoomChoiceRow] = ()
        self._joined: Sequence[RoomRow] = ()
        self._shown_for = self._asked = ""
        #: The room that was asked for and not answered yet, and whether it is to be created.
        self._awaited, self._creates = "", False
        self._is_delayed = False
        px = look.px
        body = Surface(self, look, "popup")
        body.pack(fill="both", expand=True, padx=1, pady=1)
        head = Surface(body, look, "popup")
        head.pack(fill="x", padx=px(20), pady=(px(14), 0))
        self.close_button = FlatButton(
            head,
            look,
            on_press=on_close,
            icon="x-lg",
            icon_size=14,
            on="popup",
            hint=_("Close"),
        )
        # Packed before the title: however long that is, there is room for the cross.
        self.close_button.pack(side="right", anchor="n")
        self.title = Words(head, look, font=fonts.TITLE, role="popup_fg", on="popup")
        self.title.configure(text=_("Join or create a room"), justify="left")
        self.title.pack(side="left", fill="x", expand=True)
        head.bind("<Configure>", lambda event: self._fit_title(event.width))
        label = Words(body, look, font=fonts.SMALL_BOLD, role="popup_muted", on="popup")
        label.configure(text=_("Room name"))
        label.pack(fill="x", padx=px(20), pady=(px(12), px(4)))
        line = Surface(body, look, "popup")
        line.pack(fill="x", padx=px(20))
        self.button = PushButton(line, look, on="popup", text=_("Join room"), command=self._press)
        self.button.pack(side="right", padx=(px(8), 0))
        # Whatever changes it: keys, a paste with the mouse, an input method.
        self._text = tk.StringVar(self)
        self.name = TextEntry(line, look, on="popup", font=fonts.BODY, textvariable=self._text)
        self.name.pack(side="left", fill="x", expand=True)
        self._line = line
        self.problem = ProblemWords(body, look, width=_WIDTH - 40, on="popup")
        self.note = Words(body, look, font=fonts.SMALL, role="popup_muted", on="popup")
        self.note.configure(wraplength=px(_WIDTH - 40), justify="left")
        self.note.pack(fill="x", padx=px(20), pady=(px(6), px(10)))
        self.choices = _Choices(body, look, on_choose=self._chosen, on_current=self._say_what)
        for sequence in ("<Return>", "<KP_Enter>"):
            self.name.bind(sequence, self._enter)
        for sequence, by in (("<Up>", -1), ("<Down>", 1)):
            self.name.bind(sequence, lambda _event, by=by: self._step(by))  # type: ignore[misc]
        self._text.trace_add("write", lambda *_names: self._filter())
        put_keys_first(self.name)

    def begin(self, joined: Sequence[RoomRow], asked: str = "") -> None:
        """Start with an empty field, or with the name of a room that was asked for and is not
        there; `joined` are the rooms one is in."""
        self._asked = ""
        self._others, self._joined = (), [row for row in joined if row.is_joined]
        self._stop_waiting()
        self._say_problem("")
        self.name.delete(0, "end")
        self._asked = asked
        self.name.insert(0, asked)
        self._show()
        self.name.focus_set()

    def show_choices(self, rows: Sequence[RoomChoiceRow]) -> None:
        """The rooms one is not in."""
        self._others = rows
        self._show()

    def wait_for(self, name: str) -> None:
        """The room that was chosen here is asked for under this name."""
        if self._awaited:
            self._awaited = name
            self._say_what()
            self._show_note()

    def set_delayed(self, is_delayed: bool) -> None:
        """Whether the server cannot be asked now."""
        self._is_delayed = is_delayed
        self._show_note()

    def take_answer(self, name: str, refused: str) -> bool:
        """Say why that room was refused; False if nobody waits here for an answer about it."""
        if not self._awaited or folded(self._awaited) != folded(name):
            return False
        self._stop_waiting()
        if refused and folded(name) != folded(self._typed()):
            refused = f"#{safe_name(name)}: {refused}"
        self._say_problem(refused)
        self.name.focus_set()
        return True

    def _stop_waiting(self) -> None:
        self._awaited = ""
        self._say_what()
        self._show_note()

    def _say_problem(self, words: str) -> None:
        self.problem.say(words)
        if words:
            px = self.look.px
            self.problem.pack(fill="x", padx=px(20), pady=(px(6), 0), after=self._line)
        else:
            self.problem.pack_forget()
        self.keep_inside()

    def _typed(self) -> str:
        return self.name.get().strip().removeprefix("#").strip()

    def _filter(self) -> None:
        if self._typed() != self._shown_for:
            self._stop_waiting()
            self._say_problem("")
            self._show()

    def _show(self) -> None:
        typed = self._shown_for = self._typed()
        hits = self._hits(typed)
        if typed and typed == self._asked:
            self._say_nowhere(typed, hits)
        self.choices.show_hits(hits, is_first_lit=bool(typed))
        if hits:
            rows = min(len(hits), _ROWS_SHOWN)
            self.choices.configure(height=self.look.px(_ROW_HEIGHT * rows))
            pad = self.look.px(8), self.look.px(10)
            self.choices.pack(fill="both", expand=True, padx=pad[0], pady=(0, pad[1]))
        else:
            self.choices.pack_forget()
        self._show_note()
        self._say_what()

    def _say_nowhere(self, name: str, hits: Sequence[RoomHit]) -> None:
        words = _("There is no room #{room}.")
        if len(hits) > 1:
            words = _("There is no room #{room}. Did you mean one of these?")
        # Somebody may have made it meanwhile.
        self._say_problem(words.format(room=safe_name(name)) if hits[-1].is_new else "")

    def _show_note(self) -> None:
        note = _("Rooms are open: everybody on this server can join and read them.")
        if self._awaited:
            note = _(_WAITS[self._is_delayed, self._creates])
            note = note.format(room=safe_name(self._awaited))
        elif self._joined and not self._others:
            note = _("You are in all rooms. Type a name to create one.")
        self.note.configure(text=note)
        self.keep_inside()

    def _hits(self, typed: str) -> list[RoomHit]:
        if not typed:
            return [_hit(row) for row in self._others]
        if is_invite(typed):
            return [RoomHit(typed, typed, is_link=True)]
        wanted = folded(typed)
        known = [_hit(row) for row in self._others]
        aside = _("You are in it")
        known += [RoomHit(row.name, row.topic, aside, is_joined=True) for row in self._joined]
        # Letters in order are not enough here: Enter would join a room of quite another name.
        near = known
        known = [hit for hit in known if wanted in folded(hit.name)]
        known.sort(key=lambda hit: folded(hit.name) != wanted)
        hits = ranked(typed, known, lambda hit: hit.name, _HITS_MAX)
        if typed == self._asked:
            hits += [
                hit
                for hit in nearly(typed, near, lambda hit: hit.name, _NEAR_MAX)
                if hit not in hits
            ]
        if all(folded(hit.name) != wanted for hit in known):
            hits.append(RoomHit(typed, _("A new room, open to everybody"), is_new=True))
        return hits

    def _say_what(self) -> None:
        """The button, by the row that it takes."""
        hit = self.choices.current_row
        can_press = hit is not None and not self._awaited
        self.button.configure(state="normal" if can_press else "disabled")
        self.button.configure(text=_button_words(hit))

    def _fit_title(self, width: int) -> None:
        room = width - self.close_button.winfo_reqwidth() - self.look.px(8)
        self.title.configure(wraplength=max(self.look.px(80), room))

    def _step(self, by: int) -> str:
        self._filter()
        self.choices.move_current(by)
        self._say_what()
        return "break"

    def _enter(self, _event: "tk.Event[tk.Misc]") -> str:
        self._press()
        return "break"

    def _press(self) -> None:
        self._filter()
        hit = self.choices.current_row
        if hit is None:
            self.name.focus_set()
        else:
            self._chosen(hit)

    def _chosen(self, hit: RoomHit) -> None:
        if not self._awaited:  # one at a time
            self._awaited, self._creates, self._asked = hit.name, hit.is_new, ""
            self._say_problem("")
            self._on_join(hit.name)


def _hit(row: RoomChoiceRow) -> RoomHit:
    if row.is_waiting:
        return RoomHit(row.name, row.topic, is_waiting=True)
    people = ngettext("{count} person", "{count} people", row.people_count)
    return RoomHit(row.name, row.topic, people.format(count=number_text(row.people_count)))


def _button_words(hit: RoomHit | None) -> str:
    if hit is not None and hit.is_link:
        return _("Open link")
    if hit is not None and hit.is_joined:
        return _("Open room")
    return _("Create room") if hit is not None and hit.is_new else _("Join room")


def _icon_of(hit: RoomHit) -> str:
    if hit.is_waiting:
        return "clock"
    return "link-45deg" if hit.is_link else "plus-lg" if hit.is_new else "hash"


class _Choices(CanvasList[RoomHit]):
    shows_current = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_choose: Callable[[RoomHit], None],
        on_current: Callable[[], None],
    ) -> None:
        super().__init__(master, look, role="popup")
        self._on_choose, self._on_current = on_choose, on_current
        # The focus stays in the field, whose arrows move the row that is lit.
        self.configure(takefocus=False)

    def show_hits(self, hits: Sequence[RoomHit], *, is_first_lit: bool) -> None:
        """Show these from the first one on, which is lit or none is."""
        self.show_items([ListItem((hit.is_new, hit.name), _ROW_HEIGHT, hit) for hit in hits])
        self._current = 0 if hits and is_first_lit else None
        self._offset = 0
        self.mark_dirty()

    def _go_to(self, at: int) -> None:
        super()._go_to(at)
        self._on_current()

    def item_chosen(self, item: ListItem[RoomHit]) -> None:
        if item.row is not None:
            self._on_choose(item.row)

    def draw_item(self, item: ListItem[RoomHit], top: int, tag: str, *, is_hovered: bool) -> None:
        row, look, px = item.row, self.look, self.look.px
        if row is None:
            return
        width, height = self.winfo_width(), px(_ROW_HEIGHT)
        if is_hovered:
            field = look.images.get(Rounded(width - px(8), height - px(2), 6, "selected_popup"))
            self.create_image(px(4), top + px(1), anchor="nw", image=field, tags=(tag,))
        icon = look.images.get(Icon(_icon_of(row), 17, "popup_muted"))
        self.create_image(px(22), top + height // 2, image=icon, tags=(tag,))
        right = width - px(14)
        self.create_text(
            right,
            top + height // 2,
            anchor="e",
            text=row.aside,
            font=fonts.SMALL,
            fill=look.tokens.popup_muted,
            tags=(tag,),
        )
        room = right - px(50) - fonts.text_width(self, fonts.SMALL, row.aside)
        topic, name = with_emoji(row.topic), row.name or "?"
        ground = "selected_popup" if is_hovered else "popup"
        if row.is_new:
            name = _("Create #{room}").format(room=name)
        elif row.is_link:
            name = _("Open the invite link")
        draw_line(
            self, look, name, room=room, x=px(40), y=top + (px(14) if topic else height // 2),
            font=fonts.BODY, fill=look.tokens.popup_fg, ground=ground, tag=tag,
        )  # fmt: skip
        if topic:
            draw_line(
                self, look, topic, room=room, x=px(40), y=top + px(31),
                font=fonts.SMALL, fill=look.tokens.popup_muted, ground=ground, tag=tag,
            )  # fmt: skip
