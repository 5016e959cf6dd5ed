"""One SQLite connection whose writes are gathered into batches and committed off the tick.

Theory. One connection holds the file for itself from the first moment (WAL, exclusive), so there
is no second server on a data folder and nobody to share a WAL with. ``synchronous=FULL`` makes
COMMIT mean "survives a power cut". The tick thread reads and inserts; only COMMIT, which waits
for the disk, runs on the thread of ``commit_thread``, and while it does the connection is left
alone. What happens to a batch::

    NONE ──write──► OPEN ──commit──► COMMITTING ──poll──► NONE   done(None), or done(error)
                     │ └─rollback, failed write──► NONE
                     └─failed read─► LOST ──commit──► COMMITTING ──poll──► NONE   done(error)

``copy_to`` and ``check_table`` go the way of a commit: to whoever uses the log, the disk is slow.

LOST: some errors make SQLite undo the transaction even when only a read ran into them, or what was
gathered could not be inserted. Who wrote must not take the next commit for his own, so that commit
answers with the error.
"""

from __future__ import annotations

import enum
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from server import log_schema
from server.commit_thread import Committed, CommitThread
from server.connection_settings import apply_settings, limit_pages
from server.disk_trouble import UNREADABLE, DiskTrouble, in_our_terms, primary_code
from server.room_log import CommitDone, LogError, LogFull, LogInterrupted

#: Of SQLite's virtual machine: a few milliseconds.
_INSTRUCTIONS_BETWEEN_LOOKS: Final = 10_000
#: The parameters of one execution of a statement.
Row = tuple[int | str | bytearray, ...]


class LogLocked(LogError):
    """Another server has this log open."""


class _Batch(enum.Enum):
    NONE = enum.auto()
    OPEN = enum.auto()
    #: A read failed in such a way that SQLite undid the batch; its commit has to fail.
    LOST = enum.auto()
    COMMITTING = enum.auto()


class _Writing:
    """``with connection.writing``: one object for all, since each post enters it twice."""

    __slots__ = ("_owner",)

    def __init__(self, owner: BatchedConnection) -> None:
        self._owner = owner

    def __enter__(self) -> sqlite3.Connection:
        return self._owner._begin()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._owner._fail(error)


class _Reading:
    """``with connection.reading``."""

    __slots__ = ("_owner",)

    def __init__(self, owner: BatchedConnection) -> None:
        self._owner = owner

    def __enter__(self) -> sqlite3.Connection:
        self._owner._assert_callable()
        self._owner._insert_gathered()
        return self._owner._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            self._owner._read_failed(error)
        elif isinstance(error, UnicodeDecodeError):
            raise self._owner.trouble.found_damage(UNREADABLE) from error


class BatchedConnection:
    """The connection, the batch that is open on it, and the commit that is in hand.

    Using it while ``busy`` is a mistake of the caller: AssertionError.
    """

    @classmethod
    def open(
        cls,
        path: Path | None,
        *,
        wake: Callable[[], None],
        threaded: bool,
        pages_max: int | None,
        free_bytes_min: int = 0,
    ) -> BatchedConnection:
        """Open the file ``path``, making or migrating it; with None it lives in memory.

        ``wake`` is called, on any thread, when ``poll`` has something to deliver; it must not
        raise. Without ``threaded``, and always in memory, COMMIT runs inside ``commit``; ``done``
        is called from ``poll`` even so. ``pages_max``: see ``limit_pages``. While the
        disk has less than ``free_bytes_min`` left, writing raises ``LogFull``: the rest is for
        whatever else the machine has to write, and for reading on.

        Raises:
            LogLocked: another server is using the folder.
            LogError: the file is newer than this server, is no log, or cannot be opened.
        """
        try:
            connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=0,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise LogError(f"{path} cannot be opened: {error}") from error
        try:
            apply_settings(connection, in_memory=path is None)
            if pages_max is not None:
                limit_pages(connection, pages_max)
            log_schema.migrate(connection, log_schema.MIGRATIONS)
        except sqlite3.Error as error:
            connection.close()
            if path is not None and primary_code(error) == sqlite3.SQLITE_BUSY:
                raise LogLocked(f"another server is using the folder {path.parent}") from error
            raise in_our_terms(error, f"{path} cannot be used: ") from error
        except UnicodeDecodeError as error:
            connection.close()
            raise LogError(f"{path} cannot be used: {UNREADABLE}") from error
        except BaseException:
            connection.close()
            raise
        return cls(
            connection,
            wake,
            threaded=threaded and path is not None,
            folder=path.parent if path is not None and free_bytes_min else None,
            free_bytes_min=free_bytes_min,
        )

    def __init__(
        self,
        connection: sqlite3.Connection,
        wake: Callable[[], None],
        *,
        threaded: bool,
        folder: Path | None = None,
        free_bytes_min: int = 0,
    ) -> None:
        """Use ``open``."""
        #: Whose disk has to have so much left; None: not looked at.
        self._folder = folder
        self._free_bytes_min = free_bytes_min
        self._connection = connection
        self._wake = wake
        self._thread = CommitThread(self._run_job, wake) if threaded else None
        #: What the thread does next.
        self._job: Callable[[], None] = self._run_commit
        #: What came of a commit that did not go through the thread, until ``poll`` takes it.
        self._committed: Committed | None = None
        self._done: CommitDone | None = None
        #: ``with log.writing as connection`` joins the open batch, or opens one; whatever goes
        #: wrong undoes it as a whole. Raises ``LogFull`` when the disk, or what is allowed of it,
        #: is full, ``LogError`` when it failed otherwise, ``AssertionError`` when a constraint of
        #: the schema does not hold.
        self.writing = _Writing(self)
        #: The same for statements that write nothing; they see the open batch. Raises ``LogError``
        #: when the disk failed, or what it holds is damaged.
        self.reading = _Reading(self)
        self._batch = _Batch.NONE
        #: What the batch was LOST to.
        self._loss: LogError | None = None
        #: Statement -> rows of the open batch that it has yet to insert.
        self._gathered: defaultdict[str, list[Row]] = defaultdict(list)
        self._closed = False
        self.trouble = DiskTrouble()
        #: Goes up whenever what was written may have been undone: what was remembered of it is
        #: to be read again.
        self.undone = 0

    def insert_later(self, statement: str, row: Row) -> None:
        """A row joins the open batch, or opens one; it is inserted with all others of its statement
        before anything is read, and before the commit, which fails if that does. Raises as
        ``writing`` does."""
        if self._batch is not _Batch.OPEN:
            self._begin()
        self._gathered[statement].append(row)

    def _insert_gathered(self) -> None:
        try:
            for statement, rows in self._gathered.items():
                self._connection.executemany(statement, rows)
        except sqlite3.IntegrityError as error:
            self._fail(error)
        except sqlite3.Error as error:
            raise self._lose(error) from error
        self._gathered.clear()

    def _lose(self, error: sqlite3.Error) -> LogError:
        """The open batch is as good as undone; its commit will say so."""
        self._gathered.clear()  # or it would be inserted outside of any batch
        self._batch, self._loss = _Batch.LOST, self.trouble.note(error)
        return self._loss

    def _begin(self) -> sqlite3.Connection:
        if self._batch is not _Batch.OPEN:
            self._assert_callable()
            try:
                if unfit := self._loss or self.trouble.damage:
                    raise unfit
                self._check_free_space()
                self._connection.execute("BEGIN IMMEDIATE")
            except (sqlite3.Error, LogError) as error:
                self._fail(error)
            self._batch = _Batch.OPEN
        return self._connection

    def _fail(self, error: BaseException) -> NoReturn:
        """Undo the batch, and say in the log's terms what was wrong."""
        self._undo()
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
            raise AssertionError(f"the log was asked for what cannot be: {error}") from error
        if isinstance(error, sqlite3.Error):
            raise self.trouble.note(error) from error
        raise error

    def _read_failed(self, error: sqlite3.Error) -> NoReturn:
        if self._batch is _Batch.OPEN and not self._connection.in_transaction:
            raise self._lose(error) from error
        raise self.trouble.note(error) from error

    @property
    def busy(self) -> bool:
        return self._batch is _Batch.COMMITTING

    @property
    def dirty(self) -> bool:
        return self._batch in (_Batch.OPEN, _Batch.LOST)

    def commit(self, done: CommitDone) -> None:
        self._assert_callable()
        with suppress(LogError):  # the batch is LOST then
            self._insert_gathered()
        batch, self._batch, self._done = self._batch, _Batch.COMMITTING, done
        if batch is _Batch.OPEN:
            self._start(self._run_commit)
            return
        self._committed = Committed(self._loss)
        self._wake()

    def copy_to(self, path: Path, done: CommitDone) -> None:
        """Write what is committed into a new file, durably; the log is ``busy`` meanwhile, and
        ``done`` is called as for a commit. Not while a batch is open: AssertionError."""
        self._assert_callable()
        assert self._batch is _Batch.NONE, "a batch is open"
        self._batch, self._done = _Batch.COMMITTING, done
        self._start(partial(self._run_copy, path), slow=True)

    def check_table(self, table: str, is_wanted: Callable[[], bool], done: CommitDone) -> None:
        """Have SQLite look through a table and its indexes; the log is ``busy`` meanwhile.

        ``done`` gets what is wrong, and then nothing is written any more; or ``LogInterrupted``
        when ``is_wanted``, asked every few milliseconds on any thread, says that somebody else
        wants the log, or it is closed. Not while a batch is open: AssertionError.
        """
        self._assert_callable()
        assert self._batch is _Batch.NONE, "a batch is open"
        self._batch, self._done = _Batch.COMMITTING, done
        self._start(partial(self._run_check, table, is_wanted), slow=True)

    def poll(self) -> None:
        """Call ``done`` of the commit in hand, if it has come to an end; for after each ``wake``.

        The log is no longer busy then, so ``done`` may read and write.
        """
        if self._committed is not None:
            committed, self._committed = self._committed, None
        elif self._thread is not None and (finished := self._thread.finished()) is not None:
            committed = finished
        else:
            return
        error = committed.error
        if isinstance(error, sqlite3.Error):
            error = self.trouble.note(error)
        done, self._done = self._done, None
        if error is not None or self._connection.in_transaction:
            self._undo()
        self._batch = _Batch.NONE
        self._loss = None
        assert done is not None
        if error is not None and not isinstance(error, LogError):
            raise error
        done(error)

    def rollback(self) -> None:
        self._assert_callable()
        self._undo()

    def close(self) -> None:
        """Finish the commit in hand (its ``done`` is not called any more), forget the open
        batch, let go of the file. Calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._thread is not None:
            self._thread.stop()
        self._undo()
        self._connection.close()

    def limit_pages(self, pages_max: int) -> None:
        """Let the file grow to this many pages of 4 KiB: beyond it, writing raises ``LogFull``.

        A file that is larger already is kept as it is and cannot grow.
        """
        self._assert_callable()
        limit_pages(self._connection, pages_max)

    def _check_free_space(self) -> None:
        if self._folder is None:
            return
        try:
            free_bytes = shutil.disk_usage(self._folder).free
        except OSError:
            return  # what is wrong with the disk, writing will find out
        if free_bytes < self._free_bytes_min:
            raise LogFull(f"the disk has {free_bytes // 2**20} MiB left, too little to go on")

    def _assert_callable(self) -> None:
        assert not self._closed, "the log is closed"
        assert self._batch is not _Batch.COMMITTING, "a commit is in hand"

    def _start(self, job: Callable[[], None], *, slow: bool = False) -> None:
        self._job = job
        if self._thread is not None:
            self._thread.start(slow=slow)
            return
        try:
            job()
        except (sqlite3.Error, LogError) as error:
            self._committed = Committed(error)
        else:
            self._committed = Committed(None)
        self._wake()

    def _run_job(self) -> None:
        self._job()

    def _run_commit(self) -> None:
        self._connection.execute("COMMIT")

    def _run_copy(self, path: Path) -> None:
        try:
            # SQLite lets go of the interpreter while it copies.
            with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as copy:
                copy.execute("PRAGMA synchronous = FULL")
                self._connection.backup(copy)
        except sqlite3.Error as error:
            raise in_our_terms(error) from error  # of the copy's disk, not of ours

    def _run_check(self, table: str, is_wanted: Callable[[], bool]) -> None:
        query = "SELECT quick_check FROM pragma_quick_check(?)"
        self._connection.set_progress_handler(
            lambda: self._closed or is_wanted(), _INSTRUCTIONS_BETWEEN_LOOKS
        )
        try:
            (verdict,) = self._connection.execute(query, (table,)).fetchone()
        except UnicodeDecodeError as error:
            raise self.trouble.found_damage(UNREADABLE) from error
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_INTERRUPT:
                raise
            raise LogInterrupted(f"{table} was not looked through to its end") from error
        finally:
            self._connection.set_progress_handler(None, 0)
        if verdict != "ok":
            # Under a headline of SQLite's.
            raise self.trouble.found_damage(f"{table}: {verdict.splitlines()[-1]}")

    def _undo(self) -> None:
        """No batch any more. SQLite may have undone it already, and has when it is committed."""
        self.undone += 1
        self._gathered.clear()
        self._batch = _Batch.NONE
        self._loss = None
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
