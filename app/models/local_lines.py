"""Lines in a room that only this person sees: an answer, a reminder, or that a command waits.

What says of a command that it waits goes when the command was carried out or refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.models.chat_room import ChatRoom
from app.models.pending_announcements import PendingAnnouncements
from app.models.signals import ChatSignals, Told


class RoomBook(Protocol):
    """What is needed of the model."""

    rooms: dict[int, ChatRoom]

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    def announce(self) -> None:
        """Tell what changed."""


class LocalLines:
    """Puts them into rooms, and takes back those that said of a command that it waits."""

    def __init__(
        self, book: RoomBook, pending: PendingAnnouncements, time_ms: Callable[[], int]
    ) -> None:
        self._book = book
        self._pending = pending
        self._time_ms = time_ms
        self._last_key = 0
        #: By key, whether the command of a line waits still.
        self._waits: dict[int, Callable[[], bool]] = {}

    def next_key(self) -> int:
        """For a line that is in no log."""
        # Even; keys of posts are odd below zero, numbers are above.
        self._last_key -= 2
        return self._last_key

    def tell(
        self,
        number: int,
        text: str,
        *,
        is_reminder: bool = False,
        waits: Callable[[], bool] | None = None,
    ) -> None:
        """Show a line in a room; with ``waits`` for as long as that says so. Without such a room
        it is told once."""
        room = self._book.rooms.get(number)
        if room is None:
            self._pending.event(self._book.signals.told, Told(text))
        else:
            key = self.next_key()
            if waits is not None:
                self._waits[key] = waits
            room.tell(key, self._time_ms(), text, is_reminder=is_reminder)
            self._pending.rooms.add(number)
            self._pending.timelines.add(number)
        self._book.announce()

    def settle(self) -> None:
        """Take back the lines whose command waits no more."""
        done = {key for key, waits in self._waits.items() if not waits()}
        if not done:
            return
        for key in done:
            del self._waits[key]
        for number, room in self._book.rooms.items():
            if room.timeline.take_back(done):
                self._pending.timelines.add(number)
