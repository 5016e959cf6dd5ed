"""Looks through the file after a stop that was none, while the server is at work already.

Theory. A server that was killed, or lost its power, finds its log whole by SQLite's design and the
disk's word; whether the disk kept it is worth a look (security: D7). Looking takes 0.3 s for a
million entries and many times that from a cold disk, so nobody waits for it: table by table it goes
through the commit thread, as a commit that is slow, when nobody else wants the log. Chains and
bodies are not read: that is ``hubbub-server check``.
"""

from __future__ import annotations

import logging
from typing import Final, Protocol

from server.room_log import CommitDone, LogError

_log = logging.getLogger(__name__)


class Polled(Protocol):
    """Whoever stands before the log already."""

    def poll(self) -> None: ...


class CheckableLog(Protocol):
    """What is needed of the log."""

    @property
    def busy(self) -> bool: ...
    @property
    def dirty(self) -> bool: ...
    def tables(self) -> list[str]: ...
    def check_table(self, table: str, done: CommitDone) -> None: ...


class CrashCheck:
    """Stands before the log in the endpoint's loop, behind ``front``, whose wishes come first."""

    def __init__(self, log: CheckableLog, front: Polled) -> None:
        self._log = log
        self._front = front
        self._tables: Final = log.tables()
        self._is_whole = True

    @property
    def busy(self) -> bool:
        """The log's."""
        return self._log.busy

    def poll(self) -> None:
        """The log's; and the next table, if the log is free and was before, so that between two
        tables whoever wants to write has a turn."""
        was_busy = self._log.busy
        self._front.poll()
        if self._tables and not (was_busy or self._log.busy or self._log.dirty):
            table = self._tables.pop()
            self._log.check_table(table, lambda error: self._on_checked(table, error))

    def _on_checked(self, table: str, error: LogError | None) -> None:
        if error is not None:
            self._is_whole = False
            _log.error("damage", {"table": table, "error": str(error)})
        if not self._tables and self._is_whole:
            _log.info("the log is whole after a stop that was none")
