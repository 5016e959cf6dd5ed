"""How far the members of a room hold its log, kept for the marks that the next start shows.

Theory. These numbers come some times a second, and only grow; the server tells them again in any
case. So none is worth a write of its own: they wait here, and go to the disk together with
something that is, or at the end. After a crash the marks are some moments old.
"""

from __future__ import annotations

from typing import Final

from app.models.commands import NoteHolders
from app.models.events import HeldChanged, PeopleChanged
from app.models.store_schema import Connection
from protocol.frames import Presence

#: Of a room, those who hold most of it.
HOLDERS_MAX: Final = 200
#: Beyond so many numbers that wait they are worth a write.
WAITING_MAX: Final = 1000
_GONE: Final = -1

#: Server and room.
_Place = tuple[int, int]


class HolderTable:
    """Holders in every room, on an open transaction; changes wait until ``write``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: dict[_Place, dict[int, int]] = {}
        self._sums: dict[_Place, NoteHolders] = {}

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return sum(map(len, self._numbers.values())) + len(self._sums) >= WAITING_MAX

    def note(self, server: int, event: HeldChanged | PeopleChanged | NoteHolders) -> None:
        """Remember for the next write."""
        place = (server, event.room)
        match event:
            case HeldChanged(steps=steps):
                known = self._numbers.setdefault(place, {})
                for complete_to, person in steps:
                    known[person] = max(complete_to, known.get(person, 0))
            case PeopleChanged(members=members):
                gone = [each.person for each in members if each.presence == Presence.GONE]
                if gone:
                    self._numbers.setdefault(place, {}).update(dict.fromkeys(gone, _GONE))
            case NoteHolders():
                self._sums[place] = event

    def forget(self, server: int, room: int) -> None:
        """The room's log is another one from somewhere on."""
        place = (server, room)
        self._numbers.pop(place, None)
        self._sums.pop(place, None)
        self._connection.execute(
            "DELETE FROM holders WHERE room_id ="
            " (SELECT id FROM rooms WHERE server = ? AND room = ?)",
            place,
        )
        self._connection.execute(
            "UPDATE rooms SET held_by_all = 0 WHERE server = ? AND room = ?", place
        )

    def write(self) -> None:
        """Put all that waits on the disk; ``written`` says that it is there."""
        for (server, room), numbers in self._numbers.items():
            rows = self._connection.execute(
                "SELECT id FROM rooms WHERE server = ? AND room = ?", (server, room)
            ).fetchall()
            for (room_id,) in rows:
                for person, number in numbers.items():
                    self._set(room_id, person, number)
                self._connection.execute(
                    "DELETE FROM holders WHERE room_id = ?1 AND person NOT IN (SELECT person"
                    " FROM holders WHERE room_id = ?1 ORDER BY complete_to DESC LIMIT ?2)",
                    (room_id, HOLDERS_MAX),
                )
        for (server, room), sums in self._sums.items():
            self._connection.execute(
                "UPDATE rooms SET held_by_all = ?, others = ? WHERE server = ? AND room = ?",
                (sums.by_all, sums.others, server, room),
            )

    def written(self) -> None:
        """The transaction of ``write`` came to the disk."""
        self._numbers.clear()
        self._sums.clear()

    def of(self, room_id: int) -> tuple[tuple[int, int], ...]:
        """(person, number) pairs."""
        return tuple(
            self._connection.execute(
                "SELECT person, complete_to FROM holders WHERE room_id = ?", (room_id,)
            )
        )

    def _set(self, room_id: int, person: int, number: int) -> None:
        if number == _GONE:
            self._connection.execute(
                "DELETE FROM holders WHERE room_id = ? AND person = ?", (room_id, person)
            )
            return
        self._connection.execute(
            "INSERT INTO holders VALUES (?, ?, ?) ON CONFLICT (room_id, person)"
            " DO UPDATE SET complete_to = max(complete_to, excluded.complete_to)",
            (room_id, person, number),
        )
