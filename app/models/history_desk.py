"""Reading in the past of a room: scrolling back, finding words, going to a message and coming back.

Theory. The messages around a far hit are a timeline of their own, ``ChatRoom.past``, shown in
place of the newest ones, which go on beneath it. It grows in both directions as somebody scrolls;
where it meets the newest ones the two become one. So nothing between has to be loaded, and no
entry that is on this disk is ever drawn as missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.name_book import NameBook
from app.models.pending_announcements import PendingAnnouncements
from app.models.records import RoomEntry
from app.models.search_desk import SearchDesk
from app.models.signals import ChatSignals, LinkStatus, WordsFound
from app.models.store_answers import (
    AroundLoaded,
    FoundEverywhere,
    HistoryLoaded,
    NewerLoaded,
    TextFound,
)
from app.models.timeline import Timeline
from app.models.word_seeker import WordSeeker

#: Entries asked for at once.
PAGE: Final = 100


class RoomBook(Protocol):
    """What the desk needs of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    @property
    def names(self) -> NameBook:
        """Who is called how."""

    rooms: dict[int, ChatRoom]
    ignored: frozenset[int]
    device: int
    link: LinkStatus

    def announce(self) -> None:
        """Tell what changed."""


class HistoryDesk:
    """Takes the reader to and fro; what the disk answers comes in by ``apply``."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand | commands.NetworkCommand], bool],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._loading_newer: tuple[int, int] | None = None
        self._words = WordSeeker(book, submit)
        self.everywhere: Final = SearchDesk(book, pending, submit)
        #: How many hits the last answer had.
        self._hits = 0

    # --- wishes ------------------------------------------------------------------------------
    def find(self, number: int, words: str, *, is_further: bool = False) -> None:
        """Look for words in all that is here of the room; ``is_further``: in what is before that,
        since what is here was looked through."""
        room = self._book.rooms.get(number)
        if not is_further:
            self._words.stop()
            self._submit(commands.FindText(number, words))
        elif room is not None and self._words.can_fetch(room):
            self._words.seek(room, words, self._hits)

    def settle(self) -> None:
        """Something changed: what is waited for may be here."""
        self._words.settle()

    def stop(self) -> None:
        """The rooms are those of another server: their numbers mean others now."""
        self._words.stop()
        self.everywhere.stop()

    def go_to(self, number: int, key: int) -> None:
        """Show the room around a message that is not in memory."""
        room = self._book.rooms.get(number)
        if room is not None:
            self._submit(commands.LoadAround(number, room.timeline.number_of(key), PAGE))

    def load_older(self, number: int) -> None:
        """Somebody scrolls back: load what is above the oldest message here."""
        room = self._book.rooms.get(number)
        if room is None or room.loading_below is not None:
            return
        timeline = room.shown
        if timeline.has_older and timeline.head:
            wish = commands.LoadHistory(number, timeline.oldest, PAGE)
            if self._submit(wish):
                room.loading_below = wish.before

    def load_newer(self, number: int) -> None:
        """Somebody scrolls down in the past."""
        room = self._book.rooms.get(number)
        if room is None or room.past is None:
            return
        wish = commands.LoadNewer(number, room.past.head, PAGE)
        if self._loading_newer != (number, wish.after) and self._submit(wish):
            self._loading_newer = (number, wish.after)

    def show_newest(self, number: int) -> None:
        """Out of the past."""
        room = self._book.rooms.get(number)
        if room is not None and room.leave_past():
            self._pending.timelines.add(number)
            self._book.announce()

    # --- answers -----------------------------------------------------------------------------
    def apply(self, event: AroundLoaded | NewerLoaded | TextFound | FoundEverywhere) -> None:
        """What the disk found."""
        if isinstance(event, FoundEverywhere):
            self.everywhere.apply(event)
            return
        room = self._book.rooms.get(event.room)
        if room is None:
            return
        match event:
            case TextFound(words=words, numbers=numbers, is_cut=is_cut):
                keys = tuple(room.timeline.key_of(number) for number in numbers)
                goes_on = self._words.goes_on(room, event)
                can_go_on = self._words.can_fetch(room)
                self._hits = len(numbers)
                found = WordsFound(
                    room.room, words, keys, is_cut, room.held_count, room.is_whole, can_go_on,
                    goes_on,
                )  # fmt: skip
                self._pending.event(self._book.signals.words_found, found)
            case AroundLoaded(number=number, entries=entries):
                self._show_around(room, number, entries)
            case NewerLoaded(after=after, entries=entries):
                self._add_newer(room, after, entries)

    def add_older(self, room: ChatRoom, event: HistoryLoaded) -> None:
        """What the disk has above the oldest message here."""
        if room.past is not None and self._is_of_past(room, room.past, event):
            return
        timeline = room.timeline
        before = timeline.oldest
        older = [entry for entry in event.entries if entry.number < before]
        if older:
            timeline.want_from(older[0].number)
            room.loading_below = None
        # The numbers of posts begin anew with the server's: there none of ours is in the log.
        timeline.add(event.entries, 0 if room.is_gone else self._book.device)
        self._book.names.ask({entry.author for entry in event.entries})
        if room.loading_below is not None and timeline.has_older and not room.is_gone:
            # Nothing of it is on this disk: the server has it.
            wanted = max(timeline.first, before - PAGE)
            timeline.want_from(wanted)
            self._submit(commands.FetchOlder(room.room, wanted))

    def _is_of_past(self, room: ChatRoom, past: Timeline, event: HistoryLoaded) -> bool:
        """Whether that was asked for while reading far back; it is added then."""
        if not event.entries:
            return True  # no more of it here; what is far back is not fetched
        if event.entries[-1].number >= past.oldest:
            return False
        past.want_from(event.entries[0].number)
        past.add(event.entries, self._book.device)
        room.loading_below = None
        self._book.names.ask({entry.author for entry in event.entries})
        return True

    def _show_around(self, room: ChatRoom, number: int, entries: tuple[RoomEntry, ...]) -> None:
        if not entries:
            return
        self._book.names.ask({entry.author for entry in entries})
        past = Timeline()
        past.first, past.floor = room.timeline.first, entries[0].number
        past.know_own(room.timeline)
        past.want_from(entries[0].number)
        past.add(entries, self._book.device)
        past.move_head(entries[-1].number, entries[-1].visible)
        room.enter_past(past, room.timeline.key_of(number))
        self._loading_newer = None
        self._meet(room)
        self._pending.timelines.add(room.room)

    def _add_newer(self, room: ChatRoom, after: int, entries: tuple[RoomEntry, ...]) -> None:
        past = room.past
        if past is None or past.head != after:
            return
        self._book.names.ask({entry.author for entry in entries})
        if entries:
            past.add(entries, self._book.device)
            past.move_head(entries[-1].number, entries[-1].visible)
        if not entries or not self._meet(room):
            self._pending.timelines.add(room.room)
        if not entries:
            room.leave_past()

    def _meet(self, room: ChatRoom) -> bool:
        """Make one of past and newest messages where they touch."""
        past, newest = room.past, room.timeline
        if past is None or past.head < newest.oldest - 1:
            return False
        newest.want_from(past.oldest)
        newest.add(past.entries, 0 if room.is_gone else self._book.device)
        room.past = None
        self._pending.timelines.add(room.room)
        return True
