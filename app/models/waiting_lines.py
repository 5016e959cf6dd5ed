"""Lines that say of a command that it waits; they go when it was carried out or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.models.chat_room import ChatRoom
from app.models.pending_announcements import PendingAnnouncements


class RoomTeller(Protocol):
    """What is needed of the model."""

    rooms: dict[int, ChatRoom]

    def tell(self, number: int, text: str) -> None:
        """Show a line that stays."""

    def announce(self) -> None:
        """Tell what changed."""


class WaitingLines:
    """Those that are shown, each with the question whether its command waits still."""

    def __init__(
        self,
        book: RoomTeller,
        pending: PendingAnnouncements,
        notice_key: Callable[[], int],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._notice_key = notice_key
        self._time_ms = time_ms
        self._waits: dict[int, Callable[[], bool]] = {}

    def tell(self, number: int, text: str, waits: Callable[[], bool]) -> None:
        """Show a line in a room for as long as ``waits`` says so."""
        room = self._book.rooms.get(number)
        if room is None:
            self._book.tell(number, text)
            return
        key = self._notice_key()
        self._waits[key] = waits
        room.tell(key, self._time_ms(), text, is_reminder=False)
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
