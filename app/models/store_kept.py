"""What only this computer has: messages that the server lost when it came back from an older copy.

Theory. A room that the server does not have any more is a row without a number, with its entries;
what the server lost of a room that it has lies in ``orphans``. Both are read like rooms, under
numbers below zero made of their row, so they are the same at every start. What was lost of one
room in several returns is one log, counted anew from 1: a number may be there twice. Where entries
do not follow each other a number is left out, so that no half message is joined to another.
"""

from __future__ import annotations

from typing import Final

from app.models.records import KeptRoom
from app.models.store_schema import Connection

#: The table of rooms that the server has, and of rooms that it lost as a whole.
ENTRIES: Final = "entries"
#: The lost parts of rooms, as a table that looks like it; made for each connection.
_PARTS: Final = "temp.lost_parts"

#: What was lost, and whether it does not follow what was lost before it.
_MARKED: Final = (
    "SELECT *, number != 1 + lag(number, 1, number - 1)"
    " OVER (PARTITION BY room_id ORDER BY id) AS is_apart FROM orphans"
)

PARTS_VIEW: Final = f"""
    CREATE TEMP VIEW IF NOT EXISTS {_PARTS.removeprefix("temp.")} AS
    SELECT room_id, row_number() OVER lost + sum(is_apart) OVER lost AS number, kind, author,
        device, client_seq, time_ms, text, flags, sum(flags & 1) OVER lost AS visible,
        NULL AS folded
    FROM ({_MARKED})
    WINDOW lost AS (PARTITION BY room_id ORDER BY id)
"""


def find_kept(connection: Connection, server: int, room: int) -> tuple[str, int | None]:
    """The table that has what is kept under this number, and the room's row in it."""
    room_id, is_part = divmod(-room, 2)
    rows = connection.execute(
        "SELECT 1 FROM rooms WHERE server = ? AND id = ? AND (? OR room IS NULL)",
        (server, room_id, is_part),
    ).fetchall()
    return _PARTS if is_part else ENTRIES, room_id if rows else None


def kept_rooms(connection: Connection, server: int) -> tuple[KeptRoom, ...]:
    """All that only this computer has of the server."""
    whole = connection.execute(
        "SELECT -2 * id, stream_id, name, 0, min(number), max(number), sum(flags & 1)"
        " FROM rooms JOIN entries ON room_id = id WHERE server = ? AND room IS NULL"
        " GROUP BY id HAVING sum(flags & 1) > 0",
        (server,),
    ).fetchall()
    # Each lost entry is looked at once, however many rooms there are: a start waits for this.
    parts = connection.execute(
        "WITH lost AS (SELECT room_id, count(*) + sum(is_apart) AS last,"
        " sum(flags & 1) AS messages, min(number) - 1 AS agreed_to"
        f" FROM ({_MARKED} WHERE room_id IN (SELECT id FROM rooms WHERE server = ?))"
        " GROUP BY room_id HAVING sum(flags & 1) > 0)"
        " SELECT -2 * id - 1, stream_id, rooms.name, 1, 1, last, messages,"
        " coalesce(entries.time_ms, 0), agreed_to FROM lost JOIN rooms ON id = lost.room_id"
        " LEFT JOIN entries ON entries.room_id = id AND entries.number = agreed_to",
        (server,),
    ).fetchall()
    found = [
        KeptRoom(room, stream_id, name, bool(is_part), *numbers)
        for room, stream_id, name, is_part, *numbers in (*whole, *parts)
    ]
    return tuple(sorted(found, key=lambda kept: (kept.name.casefold(), kept.room)))


def drop_kept(connection: Connection, server: int, room: int) -> None:
    """Delete what is kept under this number."""
    table, room_id = find_kept(connection, server, room)
    if table == ENTRIES:
        connection.execute("DELETE FROM entries WHERE room_id = ?", (room_id,))
        connection.execute("DELETE FROM held WHERE room_id = ?", (room_id,))
    else:
        connection.execute("DELETE FROM orphans WHERE room_id = ?", (room_id,))
