"""A line in each room where a person is known, when the server says another name of him.

The logs of rooms do not have it: a person is one number at the server, and whoever was away hears
only what he is called now. So the line stands where one learned of it. The window keeps the newest
from one start to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from app.models.chat_room import ChatRoom
from app.models.message import RenameNotice
from app.models.pending_announcements import PendingAnnouncements
from app.structs import replace

#: Of all rooms together, the newest.
KEPT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class KeptRename:
    """One line, in the room with this stream (in hexadecimal), behind the entry ``after``."""

    stream: str
    after: int
    time_ms: int
    person: int
    before: str
    name: str


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
            if room.is_joined and (person in room.people.here or person in timeline.authors):
                key, now = self._notice_key(), self._time_ms()
                timeline.add_rename(RenameNotice(key, timeline.head, now, person, before, name))
                self._pending.timelines.add(room.room)

    def restore(self, kept: Iterable[KeptRename]) -> None:
        """Put lines of before where they were."""
        lines: dict[str, list[RenameNotice]] = {}
        for one in kept:
            line = RenameNotice(0, one.after, one.time_ms, one.person, one.before, one.name)
            lines.setdefault(one.stream, []).append(line)
        for room in self._book.rooms.values():
            before = lines.get(room.stream_id.hex(), ()) if room.stream_id else ()
            if before:
                # Names that were said since this server's rooms are here come behind them.
                for line in (*before, *room.timeline.take_renames()):
                    room.timeline.add_rename(replace(line, key=self._notice_key()))
                self._pending.timelines.add(room.room)

    def with_own(self, kept: Iterable[KeptRename]) -> tuple[KeptRename, ...]:
        """What to keep: the lines of the rooms here as they are now, and of others as kept."""
        rooms = {room.stream_id.hex(): room for room in self._book.rooms.values()}
        all_lines = [one for one in kept if one.stream not in rooms]
        for stream, room in rooms.items():
            all_lines += (
                KeptRename(stream, one.after, one.time_ms, one.person, one.before, one.name)
                for one in room.timeline.renames
                if stream
            )
        all_lines.sort(key=lambda one: one.time_ms)
        return tuple(all_lines[-KEPT_MAX:])
