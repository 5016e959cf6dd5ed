"""A line in each room where a person is known, when the server says another name of him.

The logs of rooms do not have it: a person is one number at the server, and whoever was away hears
only what he is called now. So the line stands where one learned of it, and is not kept on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.models.chat_room import ChatRoom
from app.models.message import RenameNotice
from app.models.pending_announcements import PendingAnnouncements


class RoomBook(Protocol):
    """What is needed of the model."""

    rooms: dict[int, ChatRoom]


class RenameNotices:
    """Puts the line where it belongs."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        notice_key: Callable[[], int],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._notice_key = notice_key
        self._time_ms = time_ms

    def note(self, person: int, before: str, name: str) -> None:
        """The person is called ``name`` from now on."""
        for room in self._book.rooms.values():
            timeline = room.timeline
            if room.is_joined and (person in room.people or person in timeline.authors):
                key, now = self._notice_key(), self._time_ms()
                timeline.add_rename(RenameNotice(key, timeline.head, now, person, before, name))
                self._pending.timelines.add(room.room)
