"""Finds words in the local history of a room; case and accents do not matter.

Theory. SQLite compares Latin letters without case by itself, in C: a row of ASCII that it does not
find has no hit. Only rows with other characters, and the parts of long messages, are looked at
here. So no index has to be written with each message, kept in step with forks, or migrated; a
hundred thousand messages take the store thread some tens of milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.models.store_schema import Connection
from app.text_folding import fold
from protocol.frames import EntryFlag, EntryKind

#: More hits than anybody looks at; older ones are cut off.
FOUND_MAX: Final = 10_000
#: Of the words; longer ones are cut.
WORDS_LENGTH_MAX: Final = 200

_NOT_ASCII: Final = "*[^\x01-\x7f]*"
_Row = tuple[int, str, int]


def find_messages(
    connection: Connection, table: str, room_id: int | None, words: str
) -> tuple[tuple[int, ...], bool]:
    """Numbers of the newest messages that have the words, and whether there are more.

    ``table`` has the room's entries. A message of several entries has the number of its last one.
    """
    wanted = fold(words.strip()[:WORDS_LENGTH_MAX])
    if not wanted or room_id is None:
        return (), False
    found = [
        number
        for number, text in _messages(connection, table, room_id, wanted)
        if wanted in fold(text)
    ]
    return tuple(found[-FOUND_MAX:]), len(found) > FOUND_MAX


def _messages(
    connection: Connection, table: str, room_id: int, wanted: str
) -> Iterator[tuple[int, str]]:
    """Each message that may have a hit, whole."""
    parts: list[str] = []
    expected = 0
    for number, text, flags in _rows(connection, table, room_id, wanted):
        if parts and number != expected:
            # The last part alone told nothing, so it is not among the rows.
            yield expected, "".join((*parts, _text(connection, table, room_id, expected)))
            parts = []
        parts.append(text)
        expected = number + 1
        if not flags & EntryFlag.CONTINUES:
            yield number, "".join(parts)
            parts = []
    if parts:
        yield expected, "".join((*parts, _text(connection, table, room_id, expected)))


def _rows(connection: Connection, table: str, room_id: int, wanted: str) -> Iterator[_Row]:
    like = wanted if wanted.isascii() else ""
    for sign in "\\%_":
        like = like.replace(sign, "\\" + sign)
    return connection.execute(
        # A row of ASCII cannot have what is not ASCII.
        f"SELECT number, text, flags FROM {table} WHERE room_id = ? AND kind = ?"
        " AND (? AND text LIKE ? ESCAPE '\\' OR text GLOB ? OR flags & ?) ORDER BY number",
        (
            room_id,
            int(EntryKind.MESSAGE),
            bool(like),
            f"%{like}%",
            _NOT_ASCII,
            int(EntryFlag.CONTINUES),
        ),
    )


def _text(connection: Connection, table: str, room_id: int, number: int) -> str:
    rows = connection.execute(
        f"SELECT text FROM {table} WHERE room_id = ? AND number = ?", (room_id, number)
    ).fetchall()
    return str(rows[0][0]) if rows else ""
