"""The entries of all rooms' logs: each with its number, its salt and its place in the hash chain.

What a room's next entry goes on from is remembered, so that appending reads nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Final

from server.batched_connection import BatchedConnection
from server.hash_chain import SALT_BYTES, extend_chain, hash_body
from server.room_log import LogEntry, NewEntry

#: Of ``EntryFlag``: this entry counts as one message.
_VISIBLE: Final = 1
_SALTS_DRAWN: Final = 64

_SELECT_PLACE: Final = (
    "SELECT coalesce(number, 0), coalesce(visible, 0), coalesce(chain, seed)"
    " FROM rooms LEFT JOIN entries USING (room) WHERE rooms.room = ?"
    " ORDER BY number DESC LIMIT 1"
)
#: In the order of ``LogEntry``; of a chain value 8 bytes are shown.
_SELECT_ENTRIES: Final = (
    "SELECT number, kind, author, device, client_seq, time_ms, coalesce(text, ''), flags,"
    " visible, substr(chain, 1, 8) FROM entries"
    " WHERE room = ? AND number BETWEEN ? AND ? ORDER BY number"
)
_SELECT_CHAIN: Final = (
    "SELECT substr(seed, 1, 8) FROM rooms WHERE room = ?1 AND ?2 = 0 UNION ALL"
    " SELECT substr(chain, 1, 8) FROM entries WHERE room = ?1 AND number = ?2"
)
_INSERT_ENTRY: Final = (
    "INSERT INTO entries (room, number, kind, author, device, client_seq, time_ms, text, flags,"
    " visible, chain, body_hash, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class EntryTable:
    """See ``RoomLog`` for what its methods promise."""

    def __init__(self, connection: BatchedConnection, random_bytes: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._random_bytes = random_bytes
        #: Where rooms stand (number, visible, chain), as long as nothing was undone.
        self._places: dict[int, tuple[int, int, bytes]] = {}
        self._places_undone = 0
        #: That no entry has used yet: one system call for many entries.
        self._salts: list[bytes] = []

    def read(self, room: int, first: int, last: int, bytes_max: int) -> list[LogEntry]:
        """See ``RoomLog.entries``."""
        found: list[LogEntry] = []
        # Closed as soon as enough is found: rows are only read when asked for.
        with (
            self._connection.reading as connection,
            closing(connection.execute(_SELECT_ENTRIES, (room, first, last))) as rows,
        ):
            for row in rows:
                entry = LogEntry(*row)
                bytes_max -= len(entry.text.encode())
                if bytes_max < 0 and found:
                    break
                found.append(entry)
        return found

    def chain(self, room: int, number: int) -> bytes | None:
        """See ``RoomLog.chain``."""
        with self._connection.reading as connection:
            row = connection.execute(_SELECT_CHAIN, (room, number)).fetchone()
        return bytes(row[0]) if row else None

    def append(self, room: int, entries: Sequence[NewEntry]) -> list[LogEntry]:
        """See ``RoomLog.append``."""
        appended: list[LogEntry] = []
        number, visible, chain = self._place(room)
        for new in entries:
            salt = self._salt()
            body_hash = hash_body(salt, new.text)
            number += 1
            visible += new.flags & _VISIBLE
            chain = extend_chain(chain, number, new, body_hash)
            header = (number, new.kind, new.author, new.device, new.client_seq, new.time_ms)
            shown = (*header, new.text, new.flags, visible)
            appended.append(LogEntry(*shown, chain[:8]))
            # For bytes the library looks for an adapter, which takes longer than these copies.
            blobs = bytearray(chain), bytearray(body_hash), bytearray(salt)
            self._connection.insert_later(_INSERT_ENTRY, (room, *shown, *blobs))
        self._places[room] = number, visible, chain
        return appended

    def _salt(self) -> bytes:
        if not self._salts:
            drawn = self._random_bytes(_SALTS_DRAWN * SALT_BYTES)
            places = range(0, len(drawn), SALT_BYTES)
            self._salts = [drawn[place : place + SALT_BYTES] for place in places]
        return self._salts.pop()

    def _place(self, room: int) -> tuple[int, int, bytes]:
        """Number, visible messages and whole chain value of the room's newest entry."""
        if self._places_undone != self._connection.undone:
            self._places_undone = self._connection.undone
            self._places.clear()
        place = self._places.get(room)
        if place is None:
            # If it fails, so does the batch; and what waits to be inserted is of other rooms.
            with self._connection.writing as connection:
                place = connection.execute(_SELECT_PLACE, (room,)).fetchone()
                assert place is not None, "entries for a room that does not exist"
        return place
