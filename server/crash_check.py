"""Looks through the file after a stop that was none, while the server is at work already.

Theory. A server that was killed, or lost its power, finds its log whole by SQLite's design and the
disk's word; whether the disk kept it is worth a look (security: D7). Looking takes 0.3 s for a
million entries and many times that from a cold disk, so nobody waits for it: table by table it goes
through the commit thread, as a commit that is slow, and is given up as soon as somebody wants the
log, to be begun again later. Chains and bodies are not read: that is ``hubbub-server check``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Protocol

from server.room_log import CommitDone, LogError, LogInterrupted

#: After a table was given up for the first time, then twice as long each time.
_AGAIN_AFTER_S: Final = 1.0
_AGAIN_AFTER_MAX_S: Final = 300.0

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
    def check_table(self, table: str, is_wanted: Callable[[], bool], done: CommitDone) -> None: ...


class CrashCheck:
    """Stands before the log in the endpoint's loop, behind ``front``, whose wishes come first.

    ``is_wanted`` says, on any thread, that somebody waits for the log or the server stops;
    ``on_whole`` is called when all tables were found whole. ``clock`` tells seconds.
    """

    def __init__(
        self,
        log: CheckableLog,
        front: Polled,
        is_wanted: Callable[[], bool],
        on_whole: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._log = log
        self._front = front
        self._is_wanted = is_wanted
        self._on_whole = on_whole
        self._clock = clock
        self._tables: Final = log.tables()
        self._is_whole = True
        self._not_before = float("-inf")
        self._again_after_s = _AGAIN_AFTER_S

    @property
    def busy(self) -> bool:
        """The log's."""
        return self._log.busy

    def poll(self) -> None:
        """The log's; and the next table, if the log is free and was before, so that between two
        tables whoever wants to write has a turn."""
        was_busy = self._log.busy
        self._front.poll()
        if not self._tables or was_busy or self._log.busy or self._log.dirty:
            return
        if self._clock() < self._not_before or self._is_wanted():
            return
        table = self._tables.pop()
        self._log.check_table(table, self._is_wanted, lambda error: self._on_done(table, error))

    def _on_done(self, table: str, error: LogError | None) -> None:
        if isinstance(error, LogInterrupted):
            self._tables.append(table)
            self._not_before = self._clock() + self._again_after_s
            self._again_after_s = min(2 * self._again_after_s, _AGAIN_AFTER_MAX_S)
            return
        if error is not None:
            self._is_whole = False
            _log.error("damage", {"table": table, "error": str(error)})
        if not self._tables and self._is_whole:
            _log.info("the log was looked through: it is whole")
            self._on_whole()
