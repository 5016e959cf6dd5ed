"""One server that was met under two keys, because nobody here heard of the change.

Theory. A server is its key, so an invite link with another fingerprint for the same address makes
another row, and what was kept under the old one is out of sight. Streams have random ids: where
the list of rooms under the new key has a stream of the old row, it is the same log. Then the old
row gets the new key, and what it keeps is in sight again; the new row, which has nothing that the
server does not have, is dropped. Posts keep their numbers and ids: by them the server knows which
it has already.
"""

from __future__ import annotations

from typing import Final

from app.models.store_answers import EarlierServerFound
from app.models.store_schema import Connection
from protocol.frames import EntryKind

#: The older row is the one that has something to lose.
_IS_SAME_LOG: Final = (
    "SELECT :new > :old AND EXISTS (SELECT 1 FROM rooms AS new JOIN rooms AS old"
    " ON new.stream_id = old.stream_id WHERE new.server = :new AND old.server = :old)"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE server = :new)"
    " AND NOT EXISTS (SELECT 1 FROM orphans JOIN rooms ON room_id = rooms.id WHERE server = :new)"
)
_MERGE_STEPS: Final = (
    "UPDATE rooms SET read = max(read, (SELECT new.read FROM rooms AS new"
    " WHERE new.server = :new AND new.stream_id = rooms.stream_id))"
    " WHERE server = :old AND stream_id IN (SELECT stream_id FROM rooms WHERE server = :new)",
    # Rooms made since the key changed; a number that the old row gave to another room stays there.
    "UPDATE OR IGNORE rooms SET server = :old WHERE server = :new"
    " AND stream_id NOT IN (SELECT stream_id FROM rooms WHERE server = :old)",
    "DELETE FROM entries WHERE room_id IN (SELECT id FROM rooms WHERE server = :new)",
    "DELETE FROM held WHERE room_id IN (SELECT id FROM rooms WHERE server = :new)",
    "DELETE FROM holders WHERE room_id IN (SELECT id FROM rooms WHERE server = :new)",
    "DELETE FROM rooms WHERE server = :new",
    "DELETE FROM joined WHERE server = :new",
    "DELETE FROM names WHERE server = :new",
    "UPDATE addresses SET server = :old WHERE server = :new",
    "UPDATE servers SET earlier = nullif(:old, server) WHERE earlier = :new",
)


def note_earlier(connection: Connection, server: int, earlier: int) -> None:
    """The server is where another one was expected before."""
    connection.execute("UPDATE servers SET earlier = ? WHERE server = ?", (earlier, server))


def with_its_past(connection: Connection, server: int) -> int:
    """The server, under the number by which it was known before its key changed."""
    earlier = _earlier(connection, server)
    if earlier is None or not _can_merge(connection, server, earlier):
        return server
    _merge(connection, server, earlier)
    return earlier


def look_for_earlier(connection: Connection, server: int) -> EarlierServerFound | None:
    """Once all rooms are listed: whether they are those of the server that was here before, or
    what is kept for that one."""
    earlier = _earlier(connection, server)
    if earlier is None:
        return None
    is_same = _can_merge(connection, server, earlier)
    messages = _messages_kept(connection, earlier)
    return EarlierServerFound(is_same, messages) if is_same or messages else None


# --- private -------------------------------------------------------------------------------
def _earlier(connection: Connection, server: int) -> int | None:
    """The one that was expected where this one is now; None if there is none."""
    ((earlier,),) = connection.execute(
        "SELECT earlier FROM servers WHERE server = ?", (server,)
    ).fetchall()
    return None if earlier is None else int(earlier)


def _can_merge(connection: Connection, server: int, earlier: int) -> bool:
    """Whether both are one log, and nothing of the newer row would be lost.

    What was written under the new key goes out first: its numbers are taken at the server.
    """
    ((is_same,),) = connection.execute(_IS_SAME_LOG, {"new": server, "old": earlier}).fetchall()
    return bool(is_same)


def _merge(connection: Connection, server: int, earlier: int) -> None:
    """Give the earlier server the key and the addresses of this one, which is no more."""
    for statement in _MERGE_STEPS:
        connection.execute(statement, {"new": server, "old": earlier})
    (identity,) = connection.execute(
        "SELECT key, fingerprint, next_key, server_name, person, name FROM servers"
        " WHERE server = ?",
        (server,),
    ).fetchall()
    connection.execute("DELETE FROM servers WHERE server = ?", (server,))
    connection.execute(
        "UPDATE servers SET (key, fingerprint, next_key, server_name, person, name)"
        " = (?, ?, ?, ?, ?, ?) WHERE server = ?",
        (*identity, earlier),
    )


def _messages_kept(connection: Connection, server: int) -> int:
    """Messages in the outbox of a server."""
    ((count,),) = connection.execute(
        "SELECT count(*) FROM outbox WHERE server = ? AND kind = ?", (server, EntryKind.MESSAGE)
    ).fetchall()
    return int(count)
