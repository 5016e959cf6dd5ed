"""The file of the local store: opened by one program at a time, and written all or nothing.

WAL with ``synchronous=FULL`` makes COMMIT mean "survives a power cut"; there is one connection,
which has the file for itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.models.store_errors import StoreError, trouble_with_disk
from app.models.store_schema import Connection, migrate

#: What to set, how to read it back, and what must come: without any of them a promise would be
#: broken silently.
_PRAGMAS: Final = (
    ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode", "exclusive"),
    ("PRAGMA journal_mode = WAL", "PRAGMA journal_mode", "wal"),
    ("PRAGMA synchronous = FULL", "PRAGMA synchronous", 2),
    ("PRAGMA foreign_keys = ON", "PRAGMA foreign_keys", 1),
)


def open_file(path: Path) -> Connection:
    """Open the file, making or migrating it.

    Raises:
        StoreError: it is damaged, newer than this program, in use, or not writable.
    """
    try:
        # What people wrote is for the owner's eyes, whoever may enter the folder.
        path.touch(mode=0o600)
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(f"{path} cannot be opened: {reason}") from error
    with in_words(path):
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            _apply_pragmas(connection, path)
            migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _apply_pragmas(connection: Connection, path: Path) -> None:
    for setting, question, wanted in _PRAGMAS:
        connection.execute(setting)
        (value,) = connection.execute(question).fetchone()
        if value != wanted:
            raise StoreError(f"{path} cannot be written safely here: {question} is {value}")


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """What the disk does to us here is a ``StoreError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise trouble_with_disk(error, path) or error from error


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[None]:
    """All of it or nothing; what the disk does to us is a ``StoreError``."""
    with in_words(path):
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("COMMIT")
        except BaseException:
            # Some errors make SQLite roll back by itself.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
