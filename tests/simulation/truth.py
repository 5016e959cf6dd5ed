"""What is durable, kept beside the server's own log and compared with it: S1, S2, S3, S6, S7.

Theory. After each COMMIT the new rows are copied from here on. Every later look at the disk must
show them again, so an acknowledged entry that a crash takes away is seen at the restart. When a
copy of the data folder is put back, what came after the copy leaves the truth, but stays in
``ever``: datagrams of before may still be under way.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from protocol.frames import EntryFlag, EntryKind
from tests.simulation.trace import Violation

#: In the order of ``app.models.records.RoomEntry``.
_ENTRIES = (
    "SELECT number, kind, author, device, client_seq, time_ms, coalesce(text, ''), flags, visible"
    " FROM entries WHERE room = ? AND number > ? ORDER BY number"
)
_ROOMS = "SELECT room, stream_id FROM rooms ORDER BY room"
_MEMBERSHIP = {EntryKind.CREATED: True, EntryKind.JOIN: True, EntryKind.LEAVE: False}

Row = tuple[int, int, int, int, int, int, str, int, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote: every text of a run is another one, and begins with who and which."""

    client: str
    place: int
    text: str


class Truth:
    """The durable log, read after each commit."""

    def __init__(self) -> None:
        #: Room number to stream, stream to its rows in order; and all that ever was durable.
        self.streams: dict[int, bytes] = {}
        self.rows: dict[bytes, list[Row]] = {}
        self.ever: dict[tuple[bytes, int], list[Row]] = {}
        #: The same by (client_seq, number), for receipts.
        self._ends: dict[tuple[int, int], list[Row]] = {}
        #: Messages of several parts.
        self.long_texts = 0
        #: What people wrote, by the word a text begins with.
        self.said: dict[str, Said] = {}
        #: Device keys of people who mean well, by name; and the devices the server gave them.
        self.keys: dict[bytes, str] = {}
        self._names: dict[int, tuple[int, str]] = {}
        self._members: dict[bytes, set[int]] = {}
        self._texts: dict[str, tuple[bytes, int]] = {}
        self._posts: dict[tuple[int, int], tuple[bytes, int]] = {}
        self._newest_place: dict[tuple[bytes, str], int] = {}

    # --- the disk ----------------------------------------------------------------------------
    def on_commit(self, connection: sqlite3.Connection) -> None:
        """A batch is durable."""
        for room, stream in connection.execute(_ROOMS).fetchall():
            self.streams[room] = stream
            rows = self.rows.setdefault(stream, [])
            for row in connection.execute(_ENTRIES, (room, len(rows))).fetchall():
                self._add(connection, stream, row)

    def on_restart(self, connection: sqlite3.Connection, *, copied_back: bool) -> None:
        """The server comes back: everything that was durable must be there, as it was."""
        if copied_back:
            self.streams.clear()
            self.rows.clear()
            self._members.clear()
            self._texts.clear()
            self._posts.clear()
            self._newest_place.clear()
            self._names.clear()
            self.on_commit(connection)
            return
        found = set()
        for room, stream in connection.execute(_ROOMS).fetchall():
            found.add(stream)
            stored = connection.execute(_ENTRIES, (room, 0)).fetchall()
            known = self.rows.get(stream, [])
            if stored[: len(known)] != known:
                lost = len(known) - len(stored)
                raise Violation("S3", f"room {room} lost or changed entries ({lost} are missing)")
            if len(stored) > len(known):
                raise Violation("S1", f"room {room} has entries that no commit brought")
        if missing := [s for s, rows in self.rows.items() if rows and s not in found]:
            raise Violation("S3", f"{len(missing)} rooms are lost")

    def on_folder_back(self, name: str) -> None:
        """A person's folder was copied back, after the server's had been: what still waited there
        may be of a time that the server forgot, and comes behind what was said since."""
        for key in [key for key in self._newest_place if key[1] == name]:
            del self._newest_place[key]

    def check_members(self, connection: sqlite3.Connection) -> None:
        """Who is in a room follows from the room's log (S15)."""
        for room, stream in self.streams.items():
            members = connection.execute(
                "SELECT person FROM members WHERE room = ? ORDER BY person", (room,)
            ).fetchall()
            if [person for (person,) in members] != sorted(self._members.get(stream, set())):
                raise Violation("S15", f"members of room {room} are not what its log says")

    # --- one entry -----------------------------------------------------------------------------
    def _add(self, connection: sqlite3.Connection, stream: bytes, row: Row) -> None:
        number, kind, author, device, client_seq, _, _, flags, _ = row
        rows = self.rows[stream]
        if number != len(rows) + 1:
            raise Violation("S1", f"entry {number} follows entry {len(rows)}")
        continues = bool(rows) and bool(rows[-1][7] & EntryFlag.CONTINUES)
        if continues and rows[-1][3:5] != (device, client_seq):
            raise Violation("S1", f"entry {number} stands within another's message")
        if not continues:
            before = self._posts.setdefault((device, client_seq), (stream, number))
            if before != (stream, number):
                raise Violation("S2", f"device {device} post {client_seq}: {before} and {number}")
        self._check_author(connection, stream, row, continues=continues)
        rows.append(row)
        self.ever.setdefault((stream, number), []).append(row)
        self._ends.setdefault((client_seq, number), []).append(row)
        if kind == EntryKind.MESSAGE and not flags & EntryFlag.CONTINUES:
            self._check_text(stream, author, device)

    def _check_author(
        self, connection: sqlite3.Connection, stream: bytes, row: Row, *, continues: bool
    ) -> None:
        number, kind, author, device = row[:4]
        if device not in self._names:
            ((person, key),) = connection.execute(
                "SELECT person, key FROM devices WHERE device = ?", (device,)
            ).fetchall()
            self._names[device] = (person, self.keys.get(key, ""))
        if self._names[device][0] != author:
            raise Violation("S7", f"entry {number} names an author whose device it is not")
        members = self._members.setdefault(stream, set())
        joins = _MEMBERSHIP.get(EntryKind(kind)) if kind in _MEMBERSHIP else None
        if joins:
            members.add(author)
        elif author not in members:
            raise Violation("S7", f"entry {number} is by person {author}, who is no member")
        if joins is False:
            members.discard(author)

    def _check_text(self, stream: bytes, author: int, device: int) -> None:
        text, number = self.message_at(stream, len(self.rows[stream]))
        self.long_texts += number < len(self.rows[stream])
        word = text.split(" ", 1)[0]
        said = self.said.get(word)
        name = self._names[device][1]
        if said is None or said.text != text:
            if name:
                raise Violation("S3", f"entry {number} is not what {name} wrote: {text[:60]!r}")
            return
        if said.client != name:
            raise Violation(
                "S7", f"entry {number} of {name or author} was written by {said.client}"
            )
        if word in self._texts:
            raise Violation("S2", f"{word} stands in the logs twice: {self._texts[word]}, {number}")
        self._texts[word] = (stream, number)
        place = self._newest_place.get((stream, name), -1)
        if said.place < place:
            raise Violation("S6", f"{word} comes after a later post of {name}")
        self._newest_place[stream, name] = said.place

    def message_at(self, stream: bytes, number: int) -> tuple[str, int]:
        """The whole text of the message whose last part is ``number``, and its first number."""
        rows = self.rows[stream]
        first = number
        while first > 1 and rows[first - 2][7] & EntryFlag.CONTINUES:
            first -= 1
        return "".join(row[6] for row in rows[first - 1 : number]), first

    def has_text(self, word: str) -> bool:
        """Whether the message that begins with this word is in a log."""
        return word in self._texts

    def has_post(self, client_seq: int | None, number: int, kind: int, text: str) -> bool:
        """Whether such a post is, or once was, durable with its last entry at ``number``; with
        None under whatever number of its device."""
        if client_seq is None:
            rows = [row for (_, at), found in self._ends.items() if at == number for row in found]
        else:
            rows = list(self._ends.get((client_seq, number), ()))
        if kind == EntryKind.VOID:  # withdrawn, but too late
            return bool(rows)
        return any(row[1] == kind and text.endswith(row[6]) for row in rows)

    def was(self, stream: bytes, number: int, row: Row) -> bool:
        """Whether this entry is, or once was, durable."""
        return row in self.ever.get((stream, number), ())
