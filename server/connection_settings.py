"""What a connection to the log's file must be set to, or a promise would be broken silently."""

from __future__ import annotations

import sqlite3
from typing import Final

from server.room_log import LogError

#: What to set, how to read it back, and what must come: one process, WAL, durable commits, deleted
#: text gone from the file.
SETTINGS: Final = (
    ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "exclusive"),
    ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"),
    ("PRAGMA synchronous = FULL", "PRAGMA synchronous", 2),
    ("PRAGMA secure_delete = ON", "PRAGMA secure_delete", 1),
    ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", 1),
)
_JOURNAL: Final = "PRAGMA journal_mode"


def apply_settings(connection: sqlite3.Connection, *, in_memory: bool) -> None:
    """Set them all; raises ``LogError`` if one does not hold."""
    for change, query, wanted in SETTINGS:
        if in_memory and query == _JOURNAL:
            continue
        connection.execute(change)
        (value,) = connection.execute(query).fetchone()
        if value != wanted:
            raise LogError(f"SQLite answers {query} with {value}, the log needs {wanted}")


def limit_pages(connection: sqlite3.Connection, pages_max: int) -> None:
    """Let the file grow to so many pages."""
    # PRAGMA takes no parameters; the format lets nothing but a number through.
    connection.execute(f"PRAGMA max_page_count = {pages_max:d}")
