"""Batches: durable when told so, kept whole or not at all, and one server to a folder."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from server.batched_connection import LogLocked
from server.room_log import LogError, LogFull
from server.sqlite_log import SqliteLog
from tests.server.log_fixtures import LogUnderTest, entry

OPEN_IN_ANOTHER_PROCESS = """
import os, pathlib, sys
from server.room_log import LogError
from server.sqlite_log import SqliteLog
try:
    SqliteLog.open(pathlib.Path(sys.argv[1]), random_bytes=os.urandom, wake=print).close()
except LogError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture(params=[True, False], ids=["threaded", "inline"])
def under_test(request: pytest.FixtureRequest, path: Path) -> Iterator[LogUnderTest]:
    under_test = LogUnderTest(path, threaded=request.param)
    yield under_test
    under_test.log.close()


def a_room(under_test: LogUnderTest) -> int:
    """A committed room."""
    room = under_test.log.create_room("a", "a", 0).room
    assert under_test.commit() is None
    return room


class TestOpening:
    def test_second_server_is_told_the_folder(self, under_test: LogUnderTest, path: Path) -> None:
        with pytest.raises(LogLocked, match="another server") as raised:
            LogUnderTest(path)
        assert str(path.parent) in str(raised.value)
        a_room(under_test)

    def test_second_process_is_refused_until_the_first_ends(
        self, under_test: LogUnderTest, path: Path
    ) -> None:
        command = [sys.executable, "-c", OPEN_IN_ANOTHER_PROCESS, str(path)]
        refused = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert refused.stdout == f"LogLocked another server is using the folder {path.parent}\n"
        under_test.log.close()
        let_in = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        assert let_in.stdout == ""

    def test_journal_that_is_not_wal_is_refused(self) -> None:
        # A name that SQLite takes for a database in memory, which has no WAL.
        with pytest.raises(LogError, match="journal_mode with memory, the log needs wal"):
            LogUnderTest(Path(":memory:"))

    def test_file_of_something_else_is_refused(self, path: Path) -> None:
        path.write_bytes(b"not a database at all" * 100)
        with pytest.raises(LogError, match="not a database"):
            LogUnderTest(path)
        assert path.read_bytes() == b"not a database at all" * 100

    def test_folder_that_is_missing_is_an_error(self, path: Path) -> None:
        with pytest.raises(LogError, match="cannot be opened"):
            LogUnderTest(path / "missing" / "log.sqlite")

    def test_file_is_let_go_when_opening_fails(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE rooms (something_else)")
        with pytest.raises(LogError, match="already exists"):
            LogUnderTest(path)
        with closing(sqlite3.connect(path, timeout=0)) as connection:
            connection.execute("DROP TABLE rooms")
        LogUnderTest(path).log.close()


class TestBatch:
    def test_write_opens_a_batch_and_commit_ends_it(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        assert (log.dirty, log.busy) == (False, False)
        room = log.create_room("a", "a", 0).room
        assert (log.dirty, log.busy) == (True, False)
        assert under_test.commit() is None
        assert (log.dirty, log.busy) == (False, False)
        log.set_topic(room, "tea")
        assert log.dirty

    def test_commit_of_nothing_is_answered_too(self, under_test: LogUnderTest) -> None:
        assert under_test.commit() is None
        assert not under_test.log.dirty

    def test_what_was_gathered_is_read_before_the_commit(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        first = log.append(room, [entry("first")])
        assert log.entries(room, 1, 9, 100) == first
        second = log.append(room, [entry("second")])
        assert under_test.commit() is None
        assert log.entries(room, 1, 9, 100) == [*first, *second]
        assert log.check() == []

    def test_what_was_gathered_goes_with_the_batch(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        log.append(room, [entry("undone")])
        log.rollback()
        assert not log.dirty
        assert under_test.commit() is None
        assert log.entries(room, 1, 9, 100) == []

    def test_poll_with_nothing_in_hand_does_nothing(self, under_test: LogUnderTest) -> None:
        under_test.log.poll()
        assert not under_test.log.busy

    def test_log_takes_no_calls_until_the_answer_was_given(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        log.set_topic(room, "tea")
        log.commit(lambda error: None)
        assert log.busy
        for call in (
            log.rooms,
            log.rollback,
            log.check,
            lambda: log.entries(room, 1, 1, 100),
            lambda: log.append(room, [entry()]),
            lambda: log.commit(lambda error: None),
            lambda: log.limit_pages(100),
        ):
            with pytest.raises(AssertionError, match="commit is in hand"):
                call()
        under_test.finish()
        assert log.rooms()[0].topic == "tea"

    def test_answer_may_write_and_commit_again(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        answers: list[str] = []

        def first_done(error: LogError | None) -> None:
            answers.append("first")
            log.set_topic(room, "coffee")
            log.commit(lambda error: answers.append("second"))

        log.set_topic(room, "tea")
        log.commit(first_done)
        for _ in range(2):
            under_test.finish()
        assert answers == ["first", "second"]
        assert log.rooms()[0].topic == "coffee"

    def test_close_finishes_the_commit_in_hand(self, under_test: LogUnderTest, path: Path) -> None:
        under_test.log.create_room("a", "a", 0)
        under_test.log.commit(lambda error: pytest.fail("nobody asked any more"))
        under_test.log.close()
        under_test.log.close()
        with pytest.raises(AssertionError, match="closed"):
            under_test.log.rooms()
        with closing(LogUnderTest(path).log) as log:
            assert [room.name for room in log.rooms()] == ["a"]

    def test_close_forgets_the_open_batch(self, under_test: LogUnderTest, path: Path) -> None:
        a_room(under_test)
        under_test.log.create_room("b", "b", 0)
        under_test.log.close()
        with closing(LogUnderTest(path).log) as log:
            assert [room.name for room in log.rooms()] == ["a"]


class TestFullDisk:
    def fill(self, log: SqliteLog, room: int) -> None:
        for _ in range(100):
            log.append(room, [entry("x" * 1000)] * 10)

    def test_whole_batch_is_undone_and_reading_goes_on(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        kept = log.append(room, [entry("kept")])
        assert under_test.commit() is None
        log.limit_pages(40)
        log.set_topic(room, "of the batch that fails")
        self.fill(log, room)
        error = under_test.commit()
        assert isinstance(error, LogFull)
        assert "full" in str(error)
        assert (log.dirty, log.busy) == (False, False)
        assert log.entries(room, 1, 10**6, 10**6) == kept
        assert log.rooms()[0].topic == ""
        assert log.check() == []
        assert log.trouble == "", "a full disk passes"
        assert under_test.commit() is None, "there is nothing to fail"

    def test_writing_succeeds_again_when_there_is_room(self, under_test: LogUnderTest) -> None:
        log = under_test.log
        room = a_room(under_test)
        log.limit_pages(40)
        self.fill(log, room)
        assert isinstance(under_test.commit(), LogFull)
        log.append(room, [entry("small enough")])
        assert under_test.commit() is None
        log.limit_pages(4000)
        self.fill(log, room)
        assert under_test.commit() is None
        assert log.rooms()[0].head == 1001
        assert log.check() == []

    def test_ceiling_holds_from_the_start(self, path: Path) -> None:
        under_test = LogUnderTest(path, pages_max=40)
        with closing(under_test.log):
            self.fill(under_test.log, a_room(under_test))
            assert isinstance(under_test.commit(), LogFull)

    def test_a_read_that_meets_it_says_so_and_the_commit_fails(
        self, under_test: LogUnderTest
    ) -> None:
        log = under_test.log
        room = a_room(under_test)
        kept = log.append(room, [entry("kept")])
        assert under_test.commit() is None
        log.limit_pages(40)
        self.fill(log, room)
        with pytest.raises(LogFull):
            log.entries(room, 1, 1, 100)
        assert log.dirty, "whoever wrote waits for the commit"
        assert isinstance(under_test.commit(), LogFull)
        assert log.entries(room, 1, 10**6, 10**6) == kept

    def test_ceiling_below_the_tables_is_full_at_once(self, path: Path) -> None:
        with pytest.raises(LogFull):
            LogUnderTest(path, pages_max=3)

    def test_nothing_is_written_while_little_space_is_left(self, path: Path) -> None:
        free = shutil.disk_usage(path.parent).free
        under_test = LogUnderTest(path, free_bytes_min=free // 2)
        with closing(under_test.log) as log:
            room = a_room(under_test)
            assert under_test.commit() is None
            log._connection._free_bytes_min = 2 * free
            with pytest.raises(LogFull, match="left"):
                log.append(room, [entry("no")])
            assert (log.dirty, log.rooms()[0].head) == (False, 0), "reading goes on"
            log._connection._free_bytes_min = free // 2
            log.append(room, [entry("yes")])
            assert under_test.commit() is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
class TestFailingDisk:
    @contextmanager
    def files_cannot_grow(self, path: Path) -> Iterator[None]:
        """The WAL is written at COMMIT, and the system refuses to make it longer."""
        import resource

        size = path.with_name("log.sqlite-wal").stat().st_size
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def test_commit_that_fails_keeps_nothing_and_says_so(
        self, under_test: LogUnderTest, path: Path
    ) -> None:
        log = under_test.log
        room = a_room(under_test)
        with self.files_cannot_grow(path):
            log.append(room, [entry("x" * 1000)] * 100)
            error = under_test.commit()
        assert isinstance(error, LogError)
        assert log.trouble == f"the disk failed 1 times, at last with: {error}"
        assert (log.dirty, log.busy) == (False, False)
        assert log.rooms()[0].head == 0
        assert [e.number for e in log.append(room, [entry("next")])] == [1]
        assert under_test.commit() is None
        log.close()
        with closing(LogUnderTest(path).log) as again:
            assert [e.text for e in again.entries(room, 1, 99, 9999)] == ["next"]
            assert again.check() == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="finds its files as on Linux")
class TestUnreadableDisk:
    """A read that fails makes SQLite undo the batch of those who wrote."""

    @pytest.fixture
    def under_test(self, path: Path) -> Iterator[LogUnderTest]:
        """A log with much in the file and nothing of it in memory."""
        before = LogUnderTest(path)
        room = before.log.create_room("a", "a", 0).room
        before.log.append(room, [entry("x" * 1000)] * 200)
        before.commit()
        before.log.close()
        under_test = LogUnderTest(path)
        yield under_test
        under_test.log.close()

    @contextmanager
    def reads_fail(self, path: Path) -> Iterator[None]:
        """Puts a descriptor that cannot be read in the place of the log's own."""
        (descriptor,) = (
            int(link.name)
            for link in Path("/proc/self/fd").iterdir()
            if link.is_symlink() and os.path.realpath(link) == str(path)
        )
        kept = os.dup(descriptor)
        blind = os.open(path, os.O_WRONLY)
        os.dup2(blind, descriptor)
        try:
            yield
        finally:
            os.dup2(kept, descriptor)
            os.close(kept)
            os.close(blind)

    def lose_batch(self, under_test: LogUnderTest, path: Path) -> None:
        under_test.log.set_topic(1, "lost")
        under_test.log.append(1, [entry("lost")])
        with self.reads_fail(path), pytest.raises(LogError, match="I/O"):
            under_test.log.entries(1, 1, 200, 10**6)

    def test_commit_of_the_batch_fails(self, under_test: LogUnderTest, path: Path) -> None:
        log = under_test.log
        self.lose_batch(under_test, path)
        assert under_test.log.dirty, "whoever wrote waits for the commit"
        error = under_test.commit()
        assert isinstance(error, LogError)
        assert "I/O" in str(error)
        assert not log.dirty
        assert (log.rooms()[0].topic, log.rooms()[0].head) == ("", 200)
        assert under_test.commit() is None

    def test_next_write_fails_instead_of_starting_another_batch(
        self, under_test: LogUnderTest, path: Path
    ) -> None:
        self.lose_batch(under_test, path)
        with pytest.raises(LogError, match="I/O"):
            under_test.log.set_topic(1, "second half")
        assert not under_test.log.dirty
        under_test.log.set_topic(1, "again")
        assert under_test.commit() is None
        assert under_test.log.rooms()[0].topic == "again"

    def test_rollback_ends_it(self, under_test: LogUnderTest, path: Path) -> None:
        self.lose_batch(under_test, path)
        under_test.log.rollback()
        assert not under_test.log.dirty
        assert under_test.commit() is None
