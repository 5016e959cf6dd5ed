"""The tables of the durable log, and the way from each older version of them to the newest.

Theory. ``PRAGMA user_version`` names the version of a file: so many of ``MIGRATIONS`` have been
applied. A file that is older gets the rest, all in one transaction; a new file gets them all.
A migration that has been released is never changed: append another one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from protocol.look_alikes import skeleton
from server.room_log import LogError

#: The statements of one step; the last one writes the version that they lead to.
Migration = Sequence[str]

_FIRST_VERSION: Final[Migration] = (
    # AUTOINCREMENT, here and below: the number of something that is gone never returns.
    """
    CREATE TABLE people (
        person      INTEGER PRIMARY KEY AUTOINCREMENT,
        name        TEXT NOT NULL,
        canonical   TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE devices (
        device          INTEGER PRIMARY KEY AUTOINCREMENT,
        person          INTEGER NOT NULL REFERENCES people,
        key             BLOB NOT NULL UNIQUE CHECK (length(key) = 32)
    ) STRICT
    """,
    # Where a room stands is said by its newest entry, and where a device stands by its newest
    # post: a post touches no other pages than theirs. Creator 0 is the server itself.
    """
    CREATE TABLE rooms (
        room        INTEGER PRIMARY KEY AUTOINCREMENT,
        stream_id   BLOB NOT NULL UNIQUE CHECK (length(stream_id) = 8),
        incarnation INTEGER NOT NULL DEFAULT 1,
        seed        BLOB NOT NULL CHECK (length(seed) = 16),
        name        TEXT NOT NULL,
        canonical   TEXT NOT NULL UNIQUE,
        topic       TEXT NOT NULL DEFAULT '',
        creator     INTEGER NOT NULL,
        members     INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX rooms_by_creator ON rooms (creator)",
    """
    CREATE TABLE members (
        room        INTEGER NOT NULL REFERENCES rooms,
        person      INTEGER NOT NULL REFERENCES people,
        PRIMARY KEY (room, person)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX members_by_person ON members (person, room)",
    # Deleting a message takes salt and text; what the chain needs stays.
    """
    CREATE TABLE entries (
        room        INTEGER NOT NULL,
        number      INTEGER NOT NULL,
        kind        INTEGER NOT NULL,
        author      INTEGER NOT NULL,
        device      INTEGER NOT NULL,
        client_seq  INTEGER NOT NULL,
        time_ms     INTEGER NOT NULL,
        flags       INTEGER NOT NULL,
        visible     INTEGER NOT NULL,
        chain       BLOB NOT NULL,
        body_hash   BLOB NOT NULL,
        salt        BLOB,
        text        TEXT,
        PRIMARY KEY (room, number)
    ) STRICT, WITHOUT ROWID
    """,
    # A post that was refused has no entry, one of several parts has several: hence a table of
    # its own. Room and number are 0 for what was refused.
    """
    CREATE TABLE posts (
        device      INTEGER NOT NULL,
        client_seq  INTEGER NOT NULL,
        post_id     INTEGER NOT NULL,
        room        INTEGER NOT NULL,
        number      INTEGER NOT NULL,
        refusal     INTEGER NOT NULL,
        PRIMARY KEY (device, client_seq)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE sessions (
        session     BLOB NOT NULL PRIMARY KEY,
        host        TEXT NOT NULL,
        port        INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # Numbers that belong to the server as a whole.
    """
    CREATE TABLE counters (
        name        TEXT NOT NULL PRIMARY KEY,
        value       INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO counters VALUES ('names_version', 0)",
    "PRAGMA user_version = 1",
)

#: What a name looks like; ``skeleton`` is a function of ours that the connection is given.
_LOOKS: Final[Migration] = (
    "ALTER TABLE people ADD COLUMN looks TEXT NOT NULL DEFAULT ''",
    "UPDATE people SET looks = skeleton(name)",
    "CREATE INDEX people_by_looks ON people (looks)",
    "PRAGMA user_version = 2",
)

MIGRATIONS: Final[Sequence[Migration]] = (_FIRST_VERSION, _LOOKS)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the file to the newest version, or leave it as it is.

    Takes the write lock before it looks, so that nobody else migrates meanwhile.

    Raises:
        LogError: the file is newer than this program.
        sqlite3.Error: the disk or the file failed.
    """
    connection.create_function("skeleton", 1, skeleton, deterministic=True)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(migrations):
            raise LogError(
                f"the log has version {version}, this server knows versions up to "
                f"{len(migrations)}: it was written by a newer server"
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


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
