"""The tables of the local store, and the way from older versions of them.

Theory. ``PRAGMA user_version`` says how many of ``MIGRATIONS`` a file has had; the rest are
applied in one transaction. A migration that was released is never changed: append another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from app.models.store_errors import StoreError

Connection = sqlite3.Connection

#: The statements of one step; the last one writes the version that they lead to.
Migration = Sequence[str]


_FIRST_VERSION: Final[Migration] = (
    # A server is its key. Until that is known there may be a fingerprint it has to match.
    """
    CREATE TABLE servers (
        server          INTEGER PRIMARY KEY AUTOINCREMENT,
        key             BLOB UNIQUE CHECK (length(key) = 32),
        fingerprint     TEXT NOT NULL DEFAULT '',
        server_name     TEXT NOT NULL DEFAULT '',
        person          INTEGER NOT NULL DEFAULT 0,
        name            TEXT NOT NULL DEFAULT '',
        names_version   INTEGER NOT NULL DEFAULT 0,
        next_client_seq INTEGER NOT NULL DEFAULT 1
    ) STRICT
    """,
    "CREATE UNIQUE INDEX servers_by_fingerprint ON servers (fingerprint) WHERE fingerprint != ''",
    """
    CREATE TABLE addresses (
        address     TEXT NOT NULL PRIMARY KEY,
        server      INTEGER NOT NULL REFERENCES servers
    ) STRICT, WITHOUT ROWID
    """,
    # A room is its stream. Its number is the server's, and NULL once the server gave that to
    # another stream: then what was held stays, under the stream it belongs to.
    """
    CREATE TABLE rooms (
        id          INTEGER PRIMARY KEY,
        server      INTEGER NOT NULL REFERENCES servers,
        stream_id   BLOB NOT NULL,
        room        INTEGER,
        incarnation INTEGER NOT NULL DEFAULT 0,
        name        TEXT NOT NULL DEFAULT '',
        topic       TEXT NOT NULL DEFAULT '',
        base        INTEGER NOT NULL DEFAULT 0,
        head        INTEGER NOT NULL DEFAULT 0,
        visible     INTEGER NOT NULL DEFAULT 0,
        read        INTEGER NOT NULL DEFAULT 0,
        UNIQUE (server, stream_id),
        UNIQUE (server, room)
    ) STRICT
    """,
    # By number and apart from the rooms: a server says it before it has listed them.
    """
    CREATE TABLE joined (
        server      INTEGER NOT NULL REFERENCES servers,
        room        INTEGER NOT NULL,
        PRIMARY KEY (server, room)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE entries (
        room_id     INTEGER NOT NULL REFERENCES rooms,
        number      INTEGER NOT NULL,
        kind        INTEGER NOT NULL,
        author      INTEGER NOT NULL,
        device      INTEGER NOT NULL,
        client_seq  INTEGER NOT NULL,
        time_ms     INTEGER NOT NULL,
        text        TEXT NOT NULL,
        flags       INTEGER NOT NULL,
        visible     INTEGER NOT NULL,
        chain       BLOB,
        PRIMARY KEY (room_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX checkpoints ON entries (room_id, number, chain) WHERE chain IS NOT NULL",
    # Which entries there are, as disjoint ranges that do not touch: a start does not count rows.
    """
    CREATE TABLE held (
        room_id     INTEGER NOT NULL REFERENCES rooms,
        first       INTEGER NOT NULL,
        last        INTEGER NOT NULL CHECK (last >= first),
        PRIMARY KEY (room_id, first)
    ) STRICT, WITHOUT ROWID
    """,
    # Entries that the server's history no longer has.
    """
    CREATE TABLE orphans (
        id          INTEGER PRIMARY KEY,
        room_id     INTEGER NOT NULL REFERENCES rooms,
        number      INTEGER NOT NULL,
        kind        INTEGER NOT NULL,
        author      INTEGER NOT NULL,
        device      INTEGER NOT NULL,
        client_seq  INTEGER NOT NULL,
        time_ms     INTEGER NOT NULL,
        text        TEXT NOT NULL,
        flags       INTEGER NOT NULL,
        visible     INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX orphans_by_number ON orphans (room_id, number)",
    """
    CREATE TABLE names (
        server      INTEGER NOT NULL REFERENCES servers,
        person      INTEGER NOT NULL,
        name        TEXT NOT NULL,
        PRIMARY KEY (server, person)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        server      INTEGER NOT NULL REFERENCES servers,
        client_seq  INTEGER NOT NULL,
        post_id     INTEGER NOT NULL,
        stream_id   BLOB NOT NULL,
        room_name   TEXT NOT NULL,
        kind        INTEGER NOT NULL,
        text        TEXT NOT NULL,
        time_ms     INTEGER NOT NULL,
        refused     INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (server, client_seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE settings (
        key         TEXT NOT NULL PRIMARY KEY,
        value       TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "PRAGMA user_version = 1",
)

_NEXT_KEYS: Final[Migration] = (
    # The key that a server announced for some day: pinned beside the one it has.
    "ALTER TABLE servers ADD COLUMN next_key BLOB CHECK (length(next_key) = 32)",
    "PRAGMA user_version = 2",
)

# A server may be known at several addresses: the one that worked last has the greatest ``used``.
_USED_ADDRESSES: Final[Migration] = (
    "ALTER TABLE addresses ADD COLUMN used INTEGER NOT NULL DEFAULT 0",
    "PRAGMA user_version = 3",
)

# What a search compares, where that is not the text itself (see ``store_search``).
_FOLDED_TEXTS: Final[Migration] = (
    "ALTER TABLE entries ADD COLUMN folded TEXT",
    "PRAGMA user_version = 4",
)

# The server that was expected where this one is now (see ``store_succession``).
_EARLIER_SERVERS: Final[Migration] = (
    "ALTER TABLE servers ADD COLUMN earlier INTEGER REFERENCES servers",
    "PRAGMA user_version = 5",
)

# Up to where members hold a room's log, and up to where all did that were here; how many others
# there are in it (see ``store_holders``). And where the topic was set, found without a search.
_HOLDERS: Final[Migration] = (
    """
    CREATE TABLE holders (
        room_id     INTEGER NOT NULL REFERENCES rooms,
        person      INTEGER NOT NULL,
        complete_to INTEGER NOT NULL,
        PRIMARY KEY (room_id, person)
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE rooms ADD COLUMN held_by_all INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE rooms ADD COLUMN others INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX topics ON entries (room_id, number) WHERE kind = 5",
    "PRAGMA user_version = 6",
)

# Which messages are the person's own: they are not unread, whatever was read (see ``ChatRoom``).
# And of which rooms nothing was heard since they were joined: all that is said there by then is
# read, also if another run hears of it.
_OWN_MESSAGES: Final[Migration] = (
    "ALTER TABLE joined ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE entries ADD COLUMN own INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE entries SET own = 1 WHERE flags & 1 AND author != 0 AND author = (
        SELECT person FROM servers JOIN rooms USING (server) WHERE rooms.id = entries.room_id
    )
    """,
    "CREATE INDEX own_messages ON entries (room_id, visible) WHERE own = 1",
    "PRAGMA user_version = 7",
)

MIGRATIONS: Final[Sequence[Migration]] = (
    _FIRST_VERSION, _NEXT_KEYS, _USED_ADDRESSES, _FOLDED_TEXTS, _EARLIER_SERVERS, _HOLDERS,
    _OWN_MESSAGES,
)  # fmt: skip


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the file to the newest version, or leave it as it is.

    Raises:
        StoreError: the file is newer than this program.
        sqlite3.Error: the disk or the file failed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(migrations):
            raise StoreError(
                f"the local store has version {version}, this program knows versions up to "
                f"{len(migrations)}: use a newer Hubbub with it"
            )
        for position, migration in enumerate(migrations[version:], version + 1):
            for statement in migration:
                connection.execute(statement)
            assert _version(connection) == position, "a migration ends by writing its version"
        connection.execute("COMMIT")
    except BaseException:
        # Some errors make SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
