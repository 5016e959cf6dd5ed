"""Finding where a day begins in a room, also if that part of it is not on this disk.

Theory. The disk is asked for the first entry from a time on. If the entry before it is here too,
that is the place. Else an earlier one may be at the server only: the part before is fetched, each
time twice as much, and the disk asked again, until the entry before the place is here or the room
begins. What was fetched stays: the way there is not gone twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.events import LinkState
from app.models.pending_announcements import PendingAnnouncements
from app.models.signals import ChatSignals, DaySought, LinkStatus
from app.models.store_answers import SinceFound

#: Entries fetched first, and at most at once.
STEP_FIRST: Final = 200
STEP_MAX: Final = 5_000
#: A question names at most so many people who are hidden.
WITHOUT_MAX: Final = 200


class RoomBook(Protocol):
    """What the seeker needs of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    rooms: dict[int, ChatRoom]
    link: LinkStatus
    ignored: frozenset[int]


@dataclass(slots=True)
class _Wish:
    room: int
    since_ms: int
    step: int = STEP_FIRST
    #: The disk was asked, and has not answered.
    is_asked: bool = False


class DaySeeker:
    """One search at a time; another one takes its place."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand | commands.NetworkCommand], bool],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._wish: _Wish | None = None

    def seek(self, number: int, since_ms: int) -> None:
        """Find the room's first message from this time on; ``DaySought`` says where it is."""
        self._wish = _Wish(number, since_ms)
        self._ask(self._wish)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._wish = None

    def look_again(self) -> None:
        """Entries came, or the connection is another: that may be what was waited for."""
        wish = self._wish
        room = self._book.rooms.get(wish.room) if wish is not None else None
        if wish is None or room is None or wish.is_asked:
            return
        if not room.missing or not self._can_fetch(room):
            self._ask(wish)

    def apply(self, found: SinceFound) -> None:
        """What the disk has."""
        wish = self._wish
        room = self._book.rooms.get(found.room)
        if (
            wish is None
            or room is None
            or (wish.room, wish.since_ms) != (room.room, found.since_ms)
        ):
            return
        wish.is_asked = False
        is_first = 0 < found.entry <= room.timeline.first
        if is_first or (found.is_certain and found.entry):
            self._tell(room, found, found.entry_ms if is_first else 0)
        elif room.is_gone or (not found.entry and not room.missing):
            self._tell(room, found, 0)
        elif not self._can_fetch(room):
            self._end(DaySought(room.room, found.since_ms, is_cut=True))
        elif not room.missing:
            first = max(room.timeline.first, found.entry - wish.step)
            wish.step = min(2 * wish.step, STEP_MAX)
            self._submit(commands.FetchOlder(room.room, first))

    def _can_fetch(self, room: ChatRoom) -> bool:
        return room.is_followed and self._book.link.state is LinkState.ONLINE

    def _ask(self, wish: _Wish) -> None:
        without = tuple(sorted(self._book.ignored)[:WITHOUT_MAX])
        wish.is_asked = self._submit(commands.FindSince(wish.room, wish.since_ms, without))

    def _tell(self, room: ChatRoom, found: SinceFound, begins_ms: int) -> None:
        key = room.timeline.key_of(found.message) if found.message else 0
        self._end(DaySought(room.room, found.since_ms, key, found.message_ms, begins_ms))

    def _end(self, sought: DaySought) -> None:
        self._wish = None
        self._pending.event(self._book.signals.day_sought, sought)
