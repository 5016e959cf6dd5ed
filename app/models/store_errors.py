"""What can go wrong with the local store, in words with a way out."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final


class StoreError(Exception):
    """The local store cannot be read or written; the text says what to do."""


_DAMAGED: Final = (
    "{path} is damaged: move it away and start again. The rooms come back from the server; "
    "messages that were not sent yet are in the damaged file only"
)
_NOT_WRITABLE: Final = "{path} cannot be written: check the rights of the file and its folder"

#: What the disk does to us, by SQLite's primary result code. All else is our own mistake.
_TROUBLES: Final = {
    sqlite3.SQLITE_FULL: "the disk is full: make room, and what waits for {path} is written",
    sqlite3.SQLITE_IOERR: "the disk fails to read or write {path}: look after the disk",
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
    sqlite3.SQLITE_PERM: _NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: check the rights of the file and its folder",
    sqlite3.SQLITE_BUSY: "{path} is in use by another program",
    sqlite3.SQLITE_LOCKED: "{path} is in use by another program",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_NOMEM: "there is no memory left to read or write {path}",
}


def trouble_with_disk(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The error in words with a way out, or None where neither disk nor file is to blame."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    words = _TROUBLES.get(code)
    return StoreError(words.format(path=path)) if words else None
