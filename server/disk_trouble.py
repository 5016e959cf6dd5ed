"""What the disk did wrong since the start, for the log to say, and the program when it ends.

Theory. A full disk is nobody's fault and passes. One that fails may work again the next moment: the
batch is undone, and the next one is tried, but who runs the server has to hear of it. A file that
is damaged does not mend itself, and writing on would bury what is still whole: nothing is written
any more, while all that can be read is served (security: D7).
"""

from __future__ import annotations

import sqlite3
from typing import Final

from server.room_log import LogDamaged, LogError, LogFull

#: Primary result codes of a file whose pages do not make sense.
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
#: What SQLite has to say of a damaged file may quote it, and be no text itself.
UNREADABLE: Final = "the file is damaged, and what SQLite says of it cannot be read"


class DiskTrouble:
    """Counts failures, and keeps the first sign of damage."""

    def __init__(self) -> None:
        #: Set: the file is damaged, and nothing may be written.
        self.damage: LogDamaged | None = None
        self._failures = 0
        self._last = ""

    def note(self, error: sqlite3.Error) -> LogError:
        """The error in the log's terms; one that is not about space is remembered."""
        translated = in_our_terms(error)
        if primary_code(error) in _DAMAGE:
            self.found_damage(str(translated))
        elif not isinstance(translated, LogFull):
            self._failures += 1
            self._last = str(translated)
        return translated

    def found_damage(self, what: str) -> LogDamaged:
        """The file is not whole; returns what every write is refused with from now on."""
        if self.damage is None:
            self.damage = LogDamaged(f"the log is damaged: {what}")
        return self.damage

    def __str__(self) -> str:
        """A sentence for who runs the server; empty when nothing went wrong."""
        if self.damage is not None:
            return f"{self.damage}; nothing was written since. See what check says of the folder"
        if self._failures:
            return f"the disk failed {self._failures} times, at last with: {self._last}"
        return ""


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None when Python itself raised the error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def in_our_terms(error: sqlite3.Error, before: str = "") -> LogError:
    """The error as whoever uses the log knows it, with ``before`` in front of its words."""
    kind = LogFull if primary_code(error) == sqlite3.SQLITE_FULL else LogError
    return kind(f"{before}{error}")
