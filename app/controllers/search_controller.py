"""The search over all rooms: what its filters mean here, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, TypeVar

from app.controllers.presenters import UNKNOWN_NAME, moment, room_key
from app.controllers.typed_times import day_of, day_start_ms, no_day_words
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.search_filters import TypedSearch, typed_search
from app.models.signals import EverywhereFound, NamesChanged, ServerSwitched
from app.models.store_answers import FoundMessage
from app.translation import _, ngettext
from app.views.matching import folded
from app.views.search_rows import FoundMessageRow, SearchRow
from app.views.wording import number_text, when_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: A search names at most so many people.
PEOPLE_MAX: Final = 1_000

T = TypeVar("T")


class _NotUnderstood(Exception):
    """A filter that means nothing here; the text says so."""


class SearchController:
    """Asks the model for what was typed, and shows what it found."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        *,
        local_now: Callable[[], datetime],
        zone: tzinfo | None = None,
    ) -> None:
        self._model = model
        self._window = window
        self._local_now = local_now
        self._zone = zone
        self._typed, self._words = "", ""
        self._rooms: Sequence[ChatRoom] = ()
        self._found: EverywhereFound | None = None
        model.signals.everywhere_found.connect(self._on_found)
        model.signals.names_changed.connect(self._on_names_changed)
        model.signals.server_switched.connect(self._on_server_switched)

    def find(self, typed: str) -> None:
        """Look for what was typed, "" for nothing any more."""
        search = typed_search(typed)
        self._typed, self._words, self._found = typed, search.words, None
        desk = self._model.history.everywhere
        problem = ""
        try:
            if not search.is_empty:
                self._begin(search)
                return
        except _NotUnderstood as error:
            problem = str(error)
        desk.stop()
        self._window.show_search(SearchRow(typed, problem=problem))

    def _begin(self, search: TypedSearch) -> None:
        desk = self._model.history.everywhere
        authors = self._people(search.people)
        self._rooms = self._rooms_of(search.rooms) if search.rooms else desk.rooms
        before = [self._start_ms(day, 0) for day in search.before]
        after = [self._start_ms(day, 1) for day in search.after]
        times = {"before_ms": min(before)} if before else {}
        rooms = tuple(room.room for room in self._rooms)
        desk.find(search.words, rooms, authors=authors, since_ms=max([0, *after]), **times)

    def _people(self, names: Iterable[str]) -> tuple[int, ...]:
        book, found = self._model.names, dict[int, None]()
        for name in names:
            fitting = _called(name, book.people, book.of)
            if not fitting:
                raise _NotUnderstood(_("Nobody here is called {name}.").format(name=name))
            found.update(dict.fromkeys(fitting))
        if len(found) > PEOPLE_MAX:
            raise _NotUnderstood(_("Too many people are called so. Write more of the name."))
        return tuple(found)

    def _rooms_of(self, names: Iterable[str]) -> list[ChatRoom]:
        found = dict[int, ChatRoom]()
        for name in names:
            rooms = self._model.history.everywhere.rooms
            fitting = _called(name, rooms, lambda room: room.name)
            if not fitting:
                raise _NotUnderstood(_("You are not in #{room}.").format(room=name))
            found.update((room.room, room) for room in fitting)
        return list(found.values())

    def _start_ms(self, text: str, days_later: int) -> int:
        """When a day that was typed begins, or one that many days later."""
        today = self._local_now().date()
        day = day_of(text, today)
        if day is None:
            raise _NotUnderstood(no_day_words(text, today))
        # No message is of a later day, and the calendar ends somewhere.
        day = min(day, today + timedelta(days=2))
        return day_start_ms(day + timedelta(days=days_later), self._zone)

    # --- what the model says -----------------------------------------------------------------
    def _on_found(self, found: EverywhereFound) -> None:
        self._found = found
        self._show(found)

    def _on_names_changed(self, _changed: NamesChanged) -> None:
        if self._found is not None:
            self._show(self._found)

    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        self._found = None
        if self._typed:
            self.find(self._typed)

    def _show(self, found: EverywhereFound) -> None:
        today = self._local_now().date()
        rows = [
            FoundMessageRow(
                room_key=room_key(self._model, room.room),
                message_key=room.timeline.key_of(message.number),
                room_name=room.name,
                author_id=str(message.author),
                author_name=self._model.names.of(message.author) or _(UNKNOWN_NAME),
                when=when_text(moment(message.time_ms, self._zone), today),
                excerpt=message.excerpt,
            )
            for message, room in self._in_rooms(found.messages)
        ]
        self._window.show_search(SearchRow(self._typed, self._words, rows, self._note(found)))

    def _in_rooms(
        self, messages: Iterable[FoundMessage]
    ) -> Iterable[tuple[FoundMessage, ChatRoom]]:
        rooms, hidden = self._model.rooms, self._model.ignored
        return (
            (each, rooms[each.room])
            for each in messages
            if each.room in rooms and each.author not in hidden
        )

    def _note(self, found: EverywhereFound) -> str:
        """Never more than is known."""
        if not found.is_over:
            return _("Looking…")
        if found.is_cut:
            words = _("These are the newest {count}. More words or a filter find older ones.")
            return words.format(count=number_text(len(found.messages)))
        count = len(self._rooms)
        if found.messages:
            words = ngettext("That is all in the one room.", "That is all in {count} rooms.", count)
        else:
            words = ngettext("Nothing in the one room.", "Nothing in {count} rooms.", count)
        words = words.format(count=number_text(count))
        if all(room.is_whole for room in self._rooms):
            return words
        older = _("Older messages that were never loaded here are not looked through.")
        return f"{words} {older}"


def _called(name: str, things: Iterable[T], name_of: Callable[[T], str]) -> list[T]:
    """Those of that name, whatever its case and accents; else those whose name begins so."""
    wanted = folded(name)
    beginning = [thing for thing in things if folded(name_of(thing)).startswith(wanted)]
    exact = [thing for thing in beginning if folded(name_of(thing)) == wanted]
    return exact or beginning
