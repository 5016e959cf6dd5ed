"""The durable log of rooms, people and entries in one SQLite file.

What makes it durable, and one batch at a time, is ``batched_connection``; the tables are in
``log_schema``; here is what is read from them and written to them, for entries in ``entry_table``
and for posts in ``post_table``. Every statement finds its rows through a key or an index, so that
nothing gets slower as a room gets longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from protocol.look_alikes import skeleton
from server.batched_connection import BatchedConnection
from server.entry_table import EntryTable
from server.hash_chain import HASH_BYTES
from server.log_check import find_damage
from server.post_table import PostTable, unsigned
from server.remembered_number import RememberedNumber
from server.room_log import (
    CommitDone,
    DeviceRecord,
    LogEntry,
    NewEntry,
    PersonRecord,
    PostResult,
    RememberedSession,
    RoomRecord,
)

_STREAM_ID_BYTES: Final = 8

#: In the order of ``RoomRecord``; of a chain value 8 bytes are shown.
_SELECT_ROOM: Final = (
    "SELECT rooms.room, stream_id, incarnation, name, topic, coalesce(number, 0),"
    " coalesce(visible, 0), substr(coalesce(chain, seed), 1, 8), members"
    " FROM rooms LEFT JOIN entries ON entries.room = rooms.room"
    " AND number = (SELECT max(number) FROM entries WHERE room = rooms.room)"
)
_SELECT_DEVICE: Final = (
    "SELECT devices.device, person, key, coalesce(client_seq, 0), coalesce(post_id, 0)"
    " FROM devices LEFT JOIN posts ON posts.device = devices.device"
    " AND client_seq = (SELECT max(client_seq) FROM posts WHERE device = devices.device)"
    " WHERE key = ?"
)
_SELECT_CALLED: Final = "SELECT person FROM people WHERE canonical = ? OR looks = ? LIMIT 2"
_COUNT_PEOPLE: Final = "SELECT count(*) FROM people"
_SELECT_NAMES_VERSION: Final = "SELECT value FROM counters WHERE name = 'names_version'"


class SqliteLog:
    """``RoomLog`` on SQLite; see there for what each method promises.

    Every method may raise ``LogError``. When a *writing* one does, the whole open batch has been
    undone and ``dirty`` is False: all that was written since the last commit is to be refused,
    not only what this call wrote. After a *reading* one the batch stands, or its commit fails.

    Calling something while ``busy``, and breaking a precondition (a name that is taken, a room
    that does not exist), are mistakes of the caller: AssertionError.
    """

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        random_bytes: Callable[[int], bytes],
        wake: Callable[[], None],
        threaded: bool = True,
        pages_max: int | None = None,
        free_bytes_min: int = 0,
    ) -> SqliteLog:
        """Open the log file ``path``, making or migrating it; with None it lives in memory.

        ``random_bytes`` gives ids, seeds and salts. For ``wake``, ``threaded``, the bounds
        and the errors see ``BatchedConnection.open``.
        """
        connection = BatchedConnection.open(
            path,
            wake=wake,
            threaded=threaded,
            pages_max=pages_max,
            free_bytes_min=free_bytes_min,
        )
        return cls(connection, random_bytes)

    def __init__(self, connection: BatchedConnection, random_bytes: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._random_bytes = random_bytes
        self._entries = EntryTable(connection, random_bytes)
        self._posts = PostTable(connection)
        self._people_count = RememberedNumber(connection, _COUNT_PEOPLE)
        self._names_version = RememberedNumber(connection, _SELECT_NAMES_VERSION)

    # --- the batch -------------------------------------------------------------------------
    @property
    def busy(self) -> bool:
        return self._connection.busy

    @property
    def dirty(self) -> bool:
        return self._connection.dirty

    def commit(self, done: CommitDone) -> None:
        self._connection.commit(done)

    def poll(self) -> None:
        """Call ``done`` of the commit in hand if it has ended; for after each ``wake``."""
        self._connection.poll()

    def rollback(self) -> None:
        self._connection.rollback()

    def close(self) -> None:
        """Finish the commit in hand (its ``done`` is not called any more), forget the open
        batch, let go of the file. Calling it again does nothing."""
        self._connection.close()

    def limit_pages(self, pages_max: int) -> None:
        """Let the file grow to this many pages of 4 KiB; beyond it, writing raises ``LogFull``."""
        self._connection.limit_pages(pages_max)

    def copy_to(self, path: Path, done: CommitDone) -> None:
        """Write all that is committed into a new file; as a commit, it keeps the log busy and
        answers later. Only while the log is not ``dirty``."""
        self._connection.copy_to(path, done)

    def tables(self) -> list[str]:
        """Those that ``check_table`` can look through."""
        rows = self._select("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        return [name for (name,) in rows]

    def check_table(self, table: str, is_wanted: Callable[[], bool], done: CommitDone) -> None:
        """Have SQLite look through a table; as a commit, it keeps the log busy and answers later,
        with what is wrong. Only while the log is not ``dirty``; given up when it ``is_wanted``."""
        self._connection.check_table(table, is_wanted, done)

    @property
    def trouble(self) -> str:
        """What the disk did wrong so far, as a sentence; empty when nothing."""
        return str(self._connection.trouble)

    def check(self) -> list[str]:
        """All that is wrong with the log, a sentence each. Reads the whole of it."""
        with self._connection.reading as connection:
            return find_damage(connection)

    # --- reading ---------------------------------------------------------------------------
    def rooms(self) -> list[RoomRecord]:
        return [RoomRecord(*row) for row in self._select(f"{_SELECT_ROOM} ORDER BY rooms.room")]

    def members(self, room: int) -> list[int]:
        rows = self._select("SELECT person FROM members WHERE room = ? ORDER BY person", room)
        return [person for (person,) in rows]

    def rooms_of(self, person: int) -> list[int]:
        rows = self._select("SELECT room FROM members WHERE person = ? ORDER BY room", person)
        return [room for (room,) in rows]

    def rooms_created_by(self, person: int) -> int:
        ((count,),) = self._select("SELECT count(*) FROM rooms WHERE creator = ?", person)
        return int(count)

    def people_count(self) -> int:
        return self._people_count.get()

    def names_version(self) -> int:
        return self._names_version.get()

    def people(self, persons: Sequence[int]) -> list[PersonRecord]:
        """Those that exist, in the order asked for."""
        found: list[PersonRecord] = []
        for person in persons:
            rows = self._select("SELECT person, name FROM people WHERE person = ?", person)
            found.extend(PersonRecord(*row) for row in rows)
        return found

    def people_called(self, name: str, canonical: str) -> list[int]:
        rows = self._select(_SELECT_CALLED, canonical, skeleton(name))
        return [person for (person,) in rows]

    def device(self, key: bytes) -> DeviceRecord | None:
        rows = self._select(_SELECT_DEVICE, key)
        if not rows:
            return None
        record = DeviceRecord(*rows[0])
        return replace(record, last_post_id=unsigned(record.last_post_id))

    def post_result(self, device: int, client_seq: int) -> PostResult | None:
        return self._posts.result(device, client_seq)

    def post_with_id(self, device: int, post_id: int) -> PostResult | None:
        return self._posts.with_id(device, post_id)

    def entries(self, room: int, first: int, last: int, bytes_max: int) -> list[LogEntry]:
        return self._entries.read(room, first, last, bytes_max)

    def chain(self, room: int, number: int) -> bytes | None:
        return self._entries.chain(room, number)

    def remembered_sessions(self) -> list[RememberedSession]:
        rows = self._select("SELECT session, host, port FROM sessions ORDER BY session")
        return [RememberedSession(*row) for row in rows]

    # --- writing ---------------------------------------------------------------------------
    def create_room(self, name: str, canonical: str, creator: int) -> RoomRecord:
        stream_id = self._random_bytes(_STREAM_ID_BYTES)
        seed = self._random_bytes(HASH_BYTES)
        with self._connection.writing as connection:
            room = connection.execute(
                "INSERT INTO rooms (stream_id, seed, name, canonical, creator)"
                " VALUES (?, ?, ?, ?, ?)",
                (stream_id, seed, name, canonical, creator),
            ).lastrowid
        (row,) = self._select(f"{_SELECT_ROOM} WHERE rooms.room = ?", room)
        return RoomRecord(*row)

    def set_topic(self, room: int, topic: str) -> None:
        with self._connection.writing as connection:
            connection.execute("UPDATE rooms SET topic = ? WHERE room = ?", (topic, room))

    def set_room_name(self, room: int, name: str, canonical: str) -> None:
        with self._connection.writing as connection:
            connection.execute(
                "UPDATE rooms SET name = ?, canonical = ? WHERE room = ?", (name, canonical, room)
            )

    def add_member(self, room: int, person: int) -> None:
        """A member who is one already stays one."""
        with self._connection.writing as connection:
            added = connection.execute(
                "INSERT INTO members VALUES (?, ?) ON CONFLICT DO NOTHING", (room, person)
            ).rowcount
            _count_members(connection, room, added)

    def remove_member(self, room: int, person: int) -> None:
        """Nothing happens to who is no member."""
        with self._connection.writing as connection:
            removed = connection.execute(
                "DELETE FROM members WHERE room = ? AND person = ?", (room, person)
            ).rowcount
            _count_members(connection, room, -removed)

    def add_device(self, key: bytes, name: str, canonical: str) -> DeviceRecord:
        with self._connection.writing as connection:
            person = connection.execute(
                "INSERT INTO people (name, canonical, looks) VALUES (?, ?, ?)",
                (name, canonical, skeleton(name)),
            ).lastrowid
            device = connection.execute(
                "INSERT INTO devices (person, key) VALUES (?, ?)", (person, key)
            ).lastrowid
        assert person is not None and device is not None
        self._people_count.count()
        return DeviceRecord(device, person, key, last_client_seq=0, last_post_id=0)

    def raise_incarnations(self, at_least: int) -> None:
        """Every room's history may go on differently from here than it once did: clients that
        saw the other way have to notice."""
        with self._connection.writing as connection:
            connection.execute(
                "UPDATE rooms SET incarnation = max(incarnation + 1, ?)", (at_least,)
            )

    def skip_numbers(self, rooms: int, people: int) -> None:
        """Rooms, people and devices from here on get numbers that many higher: those between may
        have been given once, in a history that was lost, and clients remember whose they were."""
        with self._connection.writing as connection:
            for table, skipped in (("rooms", rooms), ("people", people), ("devices", people)):
                # No row, no number was ever given: then the first one is written here.
                connection.execute(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, 0 WHERE NOT EXISTS"
                    " (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
                    (table,),
                )
                connection.execute(
                    "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?", (skipped, table)
                )

    def rename_person(self, person: int, name: str, canonical: str) -> None:
        with self._connection.writing as connection:
            connection.execute(
                "UPDATE people SET name = ?, canonical = ?, looks = ? WHERE person = ?",
                (name, canonical, skeleton(name), person),
            )
            connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'names_version'")
        self._names_version.count()

    def append(self, room: int, entries: Sequence[NewEntry]) -> list[LogEntry]:
        return self._entries.append(room, entries)

    def record_post(self, device: int, client_seq: int, result: PostResult) -> None:
        self._posts.record(device, client_seq, result)

    def remember_sessions(
        self, opened: Sequence[RememberedSession], closed: Sequence[bytes]
    ) -> None:
        with self._connection.writing as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO sessions (session, host, port) VALUES (?, ?, ?)",
                [(session.index, session.host, session.port) for session in opened],
            )
            connection.executemany(
                "DELETE FROM sessions WHERE session = ?", [(index,) for index in closed]
            )

    # --- private ---------------------------------------------------------------------------
    def _select(self, sql: str, *parameters: object) -> list[Any]:
        with self._connection.reading as connection:
            return connection.execute(sql, parameters).fetchall()


def _count_members(connection: sqlite3.Connection, room: int, change: int) -> None:
    connection.execute("UPDATE rooms SET members = members + ? WHERE room = ?", (change, room))
