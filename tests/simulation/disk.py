"""Disks: SQLite in memory, and the moment at which a commit counts is decided by the seed.

Theory. A log's COMMIT is in hand between ``start`` and ``finished``, as with the real thread. In
between it stalls, fails, or the machine dies: before COMMIT ran the batch is gone, after it the
batch is there though nobody was told. A commit with ``synchronous`` below FULL counts for a
power cut only when something else syncs, later; that is the disk a wrong setting would get.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.models import store_schema
from app.models.local_store import LocalStore
from server import connection_settings, log_schema
from server.batched_connection import BatchedConnection
from server.commit_thread import Committed
from server.room_log import LogError, RoomRecord
from server.sqlite_log import SqliteLog
from tests.simulation.schedule import Schedule
from tests.simulation.trace import Trace

_FULL = 2
#: With synchronous=NORMAL the WAL is synced at a checkpoint, once in so many commits.
_COMMITS_BETWEEN_SYNCS = 8
#: Share of commits that the disk answers at once.
_QUICK = 0.3
#: Share of failed commits after which the disk cannot be read for a while either.
_UNREADABLE = 0.1
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class DiskManners:
    """How a disk behaves; probabilities for each commit."""

    commit_mean_s: float = 0.0005
    stall: float = 0.0
    stall_max_s: float = 5.0
    error: float = 0.0
    full: float = 0.0


class _FailingLog(SqliteLog):
    """The real log on a disk that sometimes cannot be read either."""

    disk: ServerDisk

    def rooms(self) -> list[RoomRecord]:
        """See ``SqliteLog``."""
        self.disk.read()
        return super().rooms()


class ServerDisk:
    """The server's log file and what becomes of its commits; plays the commit thread."""

    def __init__(
        self,
        schedule: Schedule,
        trace: Trace,
        rng: random.Random,
        on_commit: Callable[[sqlite3.Connection], None],
    ) -> None:
        self.manners = DiskManners()
        #: Called at the two moments at which dying hurts most: COMMIT handed over, COMMIT done.
        #: True: the machine dies here.
        self.on_moment: Callable[[str], bool] = lambda moment: False
        self._schedule = schedule
        self._trace = trace
        self._rng = rng
        self._on_commit = on_commit
        self.connection = _memory()
        self._synced = b""
        self._commits = 0
        self._outcome: Committed | None = None
        self._unreadable_until = 0.0
        self._wake: Callable[[], None] = lambda: None
        #: Goes up when the machine dies: what was under way then does not arrive.
        self._life = 0

    # --- the machine -------------------------------------------------------------------------
    def open(self, random_bytes: RandomBytes, wake: Callable[[], None]) -> SqliteLog:
        """A server starts on what is on disk."""
        connection_settings.apply_settings(self.connection, in_memory=True)
        log_schema.migrate(self.connection, log_schema.MIGRATIONS)
        self._wake = wake
        self._unreadable_until = 0.0
        batched = BatchedConnection(self.connection, wake, threaded=False)
        batched._thread = self  # type: ignore[assignment]
        log = _FailingLog(batched, random_bytes)
        log.disk = self
        return log

    def read(self) -> None:
        """Somebody reads; the disk may have failed as a whole."""
        if self._schedule.now < self._unreadable_until:
            self._trace.fault(self._schedule.now, "disk unreadable")
            raise LogError("disk I/O error")

    def crash(self) -> None:
        """The process dies: what it had not handed over is gone."""
        self._life += 1
        self._outcome = None
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def power_cut(self) -> None:
        """The machine dies: what was not synced may be gone as well."""
        self.crash()
        if self._is_synchronous() or not self._synced:
            return
        self.load(self._synced)

    def image(self) -> bytes:
        """What a copy of the data folder holds."""
        return self.connection.serialize()

    def load(self, image: bytes) -> None:
        """The data folder is replaced by a copy, between two lives of the server."""
        self.connection.close()
        self.connection = _memory()
        self.connection.deserialize(image)

    def limit(self, more_pages: int | None) -> None:
        """The disk has room for so many more pages; None: enough."""
        pages = self.connection.execute("PRAGMA page_count").fetchone()[0]
        most = 1 << 30 if more_pages is None else pages + more_pages
        self.connection.execute(f"PRAGMA max_page_count = {most:d}")

    def _is_synchronous(self) -> bool:
        return bool(self.connection.execute("PRAGMA synchronous").fetchone()[0] >= _FULL)

    # --- the commit thread's half --------------------------------------------------------------
    def start(self, *, slow: bool = False) -> None:
        """COMMIT is handed over; a quick one has run when this returns."""
        rng, manners, life = self._rng, self.manners, self._life
        delay_s = rng.expovariate(1.0) * manners.commit_mean_s
        error = self._error()
        if manners.stall and rng.random() < manners.stall:
            self._trace.fault(self._schedule.now, "disk stalled")
            delay_s += rng.random() * manners.stall_max_s
        elif not slow and rng.random() < _QUICK:
            if not self.on_moment("before commit"):
                self._run(life, error)
            return
        self._schedule.after(delay_s, lambda: self._run(life, error))
        self.on_moment("before commit")

    def _error(self) -> sqlite3.Error | None:
        manners, draw = self.manners, self._rng.random()
        if draw < manners.error:
            self._trace.fault(self._schedule.now, "disk failed")
            if self._rng.random() < _UNREADABLE:
                self._unreadable_until = self._schedule.now + self._rng.random() * 5.0
            return _error("disk I/O error", sqlite3.SQLITE_IOERR)
        if draw < manners.error + manners.full:
            self._trace.fault(self._schedule.now, "disk full at commit")
            return _error("database or disk is full", sqlite3.SQLITE_FULL)
        return None

    def _run(self, life: int, error: sqlite3.Error | None) -> None:
        if life != self._life:
            return
        if error is None:
            self.connection.execute("COMMIT")
            self._commits += 1
            if not self._is_synchronous() and self._commits % _COMMITS_BETWEEN_SYNCS == 1:
                self._synced = self.connection.serialize()
            self._on_commit(self.connection)
        self._outcome = Committed(error)
        self.on_moment("after commit")
        self._schedule.after(self._rng.random() * 0.0002, lambda: self._tell(life))

    def _tell(self, life: int) -> None:
        if life == self._life:
            self._wake()

    def finished(self) -> Committed | None:
        """What came of the commit in hand, once."""
        outcome, self._outcome = self._outcome, None
        return outcome

    def stop(self) -> None:
        """The log is closed."""


class ClientDisk:
    """A client's store; each batch is one transaction, on disk as a whole or not at all."""

    def __init__(self) -> None:
        self._connection = _memory()

    def open(self, random_bytes: RandomBytes) -> LocalStore:
        """A client starts on what is on disk."""
        self._connection.execute("PRAGMA foreign_keys = ON")
        store_schema.migrate(self._connection)
        return LocalStore(self._connection, Path("store"), random_bytes)

    def image(self) -> bytes:
        """What a copy of the data folder holds."""
        return self._connection.serialize()

    def load(self, image: bytes) -> None:
        """The data folder is replaced by a copy."""
        self._connection.close()
        self._connection = _memory()
        self._connection.deserialize(image)


def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _error(text: str, code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error
