"""People: their cards, who is hidden, and oneself with another nick or away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.controllers import slash_commands as slash
from app.controllers.flush_timer import FlushTimer, Scheduler
from app.controllers.person_presenter import card_row, known_people, row_of, self_row
from app.controllers.waiting_wish import say_it_waits
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.composed_text import CannotSend, clean_status
from app.models.signals import ServerSwitched
from app.text_folding import fold
from app.translation import _

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.rows import PersonRow

PeopleCommand = slash.Ignore | slash.Whois | slash.Away | slash.Nick


class PersonController:
    """Keeps the open card as things are, and does what is chosen in it or typed."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        local_now: Callable[[], datetime],
        on_ignored: Callable[[], None],
        zone: tzinfo | None = None,
    ) -> None:
        self._model = model
        self._window = window
        self._local_now = local_now
        self._on_ignored = on_ignored
        self._zone = zone
        #: Whose card is open, 0 for none.
        self._shown = 0
        self._self: PersonRow | None = None
        self._flush = FlushTimer(scheduler, clock, self._refresh)
        signals = model.signals
        signals.server_switched.connect(self._on_server_switched)
        signals.self_changed.connect(lambda _me: self._show_self())
        signals.link_changed.connect(lambda _link: self._show_self())
        for signal in (
            signals.people_shown, signals.names_changed, signals.link_changed,
            signals.self_changed, signals.timelines_changed, signals.room_opened,
        ):  # fmt: skip
            signal.connect(lambda _payload: self._mark())

    # --- the card ------------------------------------------------------------------------------
    def show_card(self, person_id: str | None) -> None:
        """The card of this person is open, None for no longer."""
        self._shown = _number(person_id or "")
        self._refresh()

    def show_known(self) -> None:
        """Somebody looks for people by name."""
        self._window.show_known_people(known_people(self._model))

    def ignore(self, person_id: str, is_on: bool) -> None:
        """Hide what a person writes, or show it again."""
        person = _number(person_id)
        if person and person != self._model.person:
            self._model.ignore(person, is_on)
            self._on_ignored()
            self._refresh()

    def rename(self, name: str) -> None:
        """Take another nick."""
        try:
            self._rename(name)
        except CannotSend as error:
            self._window.set_notice(str(error))

    def set_away(self, is_away: bool, text: str) -> None:
        """Away from the keyboard, or back; ``text`` is what the others read of it."""
        try:
            self._model.set_away(is_away, clean_status(text))
        except CannotSend as error:
            self._window.set_notice(str(error))

    def close(self) -> None:
        """Show nothing more."""
        self._flush.close()

    # --- commands ------------------------------------------------------------------------------
    def do(self, room: ChatRoom, command: PeopleCommand) -> bool:
        """What was typed; True if the text may go from the field.

        Raises:
            CannotSend: the nick is empty, or it or what one says of being away is too long.
        """
        model = self._model
        match command:
            case slash.Nick(name=name):
                self._rename(name)
            case slash.Away(is_away=is_away, text=text):
                model.set_away(is_away, clean_status(text))
                words = _("You are away now.") if is_away else _("You are back.")
                if model.away_status:
                    words = _("You are away now: {text}").format(text=model.away_status)
                model.lines.tell(room.room, words)
            case slash.Whois(nick=nick):
                person = self._find(room, nick)
                if not person:
                    return False
                self._window.open_person_card(row_of(model, person))
            case slash.Ignore():
                return self._ignore(room, command)
        return True

    def _rename(self, name: str) -> None:
        model = self._model
        model.rename_self(name)
        wish = model.wanted_name
        words = _("Your nick will be {nick} when the connection is back.").format(nick=wish)
        say_it_waits(model, words, waits=lambda: model.wanted_name == wish != model.name)

    def _ignore(self, room: ChatRoom, wish: slash.Ignore) -> bool:
        """Hide somebody, or show him again; True if that could be done."""
        model = self._model
        if not wish.nick:
            hidden = (model.names.of(person) or str(person) for person in model.ignored)
            names = ", ".join(sorted(hidden))
            words = _("You ignore: {names}.").format(names=names) if names else ""
            model.lines.tell(room.room, words or _("You ignore nobody."))
            return True
        person = self._find(room, wish.nick, but_oneself=True)
        if not person:
            return False
        model.ignore(person, wish.is_on)
        self._on_ignored()
        if wish.is_on:
            words = _("What {nick} writes is hidden on this computer. /unignore shows it again.")
        else:
            words = _("What {nick} writes is shown again.")
        model.lines.tell(room.room, words.format(nick=model.names.of(person)))
        return True

    def _find(self, room: ChatRoom, nick: str, *, but_oneself: bool = False) -> int:
        """The person who is called so: hidden, in the room, or somebody who wrote there; 0 and a
        line about it if there is none, or are several. Case and accents matter only between
        several people."""
        model = self._model
        candidates = {*model.ignored, *room.people.here, *room.shown.authors} - {0}
        names = {one: model.names.of(one) for one in candidates}
        named = [one for one, name in names.items() if name and name == nick]
        if not named and (wanted := fold(nick)):
            named = [one for one, name in names.items() if fold(name) == wanted]
        if len(named) == 1 and not (but_oneself and named[0] == model.person):
            return named[0]
        if not named:
            words = _("There is nobody here called {nick}.").format(nick=nick)
        elif len(named) == 1:
            words = _("That is you: what you write cannot be hidden from yourself.")
        else:
            words = _("Several people are called like {nick}: {names}. Write the one you mean.")
            words = words.format(nick=nick, names=_told_apart(names, named))
        model.lines.tell(room.room, words)
        return 0

    # --- what the model says -----------------------------------------------------------------
    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        """Whoever is away by his own word is so at each server, and after a restart."""
        if self._model.is_away:
            self._model.set_away(True, self._model.away_status)

    def _show_self(self) -> None:
        row = self_row(self._model)
        if row != self._self:
            self._self = row
            self._window.show_self(row)

    # --- private -----------------------------------------------------------------------------
    def _mark(self) -> None:
        if self._shown:
            self._flush.mark()

    def _refresh(self) -> None:
        if self._shown:
            today = self._local_now().date()
            self._window.show_person_card(card_row(self._model, self._shown, self._zone, today))


def _told_apart(names: Mapping[int, str], people: Sequence[int]) -> str:
    """Their names; with the number at the server where two have the very same one."""
    counts = Counter(names[one] for one in people)
    told = [names[one] if counts[names[one]] == 1 else f"{names[one]} ({one})" for one in people]
    return ", ".join(sorted(told))


def _number(person_id: str) -> int:
    return int(person_id) if person_id.isdecimal() and len(person_id) < 20 else 0
