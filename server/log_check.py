"""Checks a whole log: SQLite's own structures, dense numbers, hash chains, and what is counted.

It reads everything, which takes seconds for a million entries: for ``check`` on the command line
and after a server that did not stop properly, never on the way of a start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from server.hash_chain import extend_chain, hash_body
from server.room_log import NewEntry

#: Of an entry's columns as they are read below: a flipped bit can make a text of a number.
_TYPES: Final = (
    int, int, bytes, bytes, bytes | None,
    int, int, int, int, int, str | None, int,
)  # fmt: skip


def find_damage(connection: sqlite3.Connection) -> list[str]:
    """Everything that is wrong, a sentence each; empty when the log is whole.

    Raises:
        sqlite3.Error: the file is so broken that it cannot be read to its end.
    """
    # A letter that is none any more is one of the findings, not the end of the search for them.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        return _find_damage(connection)
    finally:
        connection.text_factory = str


def _find_damage(connection: sqlite3.Connection) -> list[str]:
    findings = [
        f"SQLite: {line}"
        for (line,) in connection.execute("PRAGMA quick_check").fetchall()
        if line != "ok"
    ]
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        findings.append(f"{table}: a row names what is missing from {parent}")
    for device, count, last in connection.execute(
        "SELECT device, count(*), max(client_seq) FROM posts GROUP BY device"
        " HAVING count(*) <> max(client_seq)"
    ).fetchall():
        findings.append(f"device {device}: of its {last} posts {count} are recorded")
    for room in connection.execute(
        "SELECT room, seed, members FROM rooms ORDER BY room"
    ).fetchall():
        findings.extend(_room_damage(connection, *room))
    for room, number in connection.execute(
        "SELECT posts.room, posts.number FROM posts LEFT JOIN entries USING (room, number)"
        " WHERE posts.refusal = 0 AND posts.number != 0 AND entries.number IS NULL"
    ).fetchall():
        findings.append(f"room {room}: entry {number}, which a post became, is missing")
    return findings


def _room_damage(
    connection: sqlite3.Connection, room: int, seed: bytes, members: int
) -> Iterator[str]:
    """Walk the room's entries; each broken link is told once, for the walk goes on from what
    is stored."""
    number_before, visible_before, chain_before = 0, 0, seed
    for number, stored_visible, stored_chain, body_hash, salt, *fields in connection.execute(
        "SELECT number, visible, chain, body_hash, salt,"
        " kind, author, device, client_seq, time_ms, text, flags"
        " FROM entries WHERE room = ? ORDER BY number",
        (room,),
    ):
        entry = NewEntry(*fields)
        columns = (number, stored_visible, stored_chain, body_hash, salt, *fields)
        if not all(map(isinstance, columns, _TYPES)):
            yield f"room {room}: entry {number} holds what it cannot hold"
            return
        if number != number_before + 1:
            yield f"room {room}: entries {number_before + 1} to {number - 1} are missing"
        elif extend_chain(chain_before, number, entry, body_hash) != stored_chain:
            yield f"room {room}: the hash chain breaks at entry {number}"
        elif stored_visible != visible_before + (entry.flags & 1):
            yield f"room {room}: entry {number} does not count its visible messages right"
        if salt is not None and hash_body(salt, entry.text) != body_hash:
            yield f"room {room}: entry {number} is not what was written"
        number_before, visible_before, chain_before = number, stored_visible, stored_chain
    (counted,) = connection.execute(
        "SELECT COUNT(*) FROM members WHERE room = ?", (room,)
    ).fetchone()
    if counted != members:
        yield f"room {room}: it has {counted} members, its record says {members}"
