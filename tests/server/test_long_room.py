"""A room of a million entries beside one of 100: opening and reading cost the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.sqlite_log import SqliteLog
from tests.server.log_fixtures import KEY, LogUnderTest, entry

LONG = 1_000_000


class StepCounter:
    """Counts the steps of SQLite's virtual machine on the connections opened under it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = 0
        self.connections = 0
        self._connect: Callable[..., sqlite3.Connection] = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", self.connect)

    def connect(self, *args: Any, **keywords: Any) -> sqlite3.Connection:
        connection = self._connect(*args, **keywords)
        self.connections += 1
        connection.set_progress_handler(self._count, 1)
        return connection

    def _count(self) -> int:
        self.steps += 1
        return 0


def bytes_read() -> int:
    """What this process has read, in calls to the system, whatever the cache answered."""
    first_line = Path("/proc/self/io").read_text().splitlines()[0]
    return int(first_line.removeprefix("rchar: "))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with a room of 100 entries and one with a long one, both closed."""
    folder = tmp_path_factory.mktemp("rooms")
    for length in (100, LONG):
        under_test = LogUnderTest(folder / f"{length}.sqlite", threaded=False)
        device = under_test.log.add_device(KEY, "Ann", "ann")
        room = under_test.log.create_room("a", "a", 0).room
        under_test.log.add_member(room, device.person)
        for _ in range(0, length, 100):
            under_test.log.append(room, [entry("x" * 60)] * 100)
        assert under_test.commit() is None
        under_test.log.close()
    return folder


def use(path: Path, length: int) -> None:
    """What a start and a joining client ask for."""
    log = LogUnderTest(path, threaded=False).log
    with closing(log):
        (room,) = log.rooms()
        assert room.head == length
        found = log.entries(room.room, length - 49, length, 10**6)
        assert [e.number for e in found] == list(range(length - 49, length + 1))
        # An answer that is cut by its bytes reads no further.
        assert len(log.entries(room.room, 1, length, 600)) == 10
        assert log.chain(room.room, length // 2) is not None
        assert log.members(room.room) == log.members(1)


def test_statements_take_the_same_steps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    for length in (100, LONG):
        with monkeypatch.context() as counted:
            counter = StepCounter(counted)
            use(folder / f"{length}.sqlite", length)
        assert counter.connections == 1, "SQLite below 3.51.3 needs it so to keep its WAL whole"
        steps.append(counter.steps)
    assert 0 < steps[1] <= steps[0] + 20
    assert steps[1] < 5000


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="counts reads as Linux does")
def test_file_is_read_in_a_few_pages(folder: Path) -> None:
    pages = []
    for length in (100, LONG):
        before = bytes_read()
        use(folder / f"{length}.sqlite", length)
        pages.append((bytes_read() - before) // 4096)
    # The tree is deeper by a level or two for each of the three places read.
    assert 0 < pages[1] <= pages[0] + 12


@pytest.mark.parametrize(
    ("ask", "tables"),
    [
        (lambda log: log.entries(1, 5, 9, 100), ["entries"]),
        (lambda log: log.chain(1, 5), ["rooms", "entries"]),
        (lambda log: log.members(1), ["members"]),
        (lambda log: log.rooms_of(1), ["members"]),
        (lambda log: log.rooms_created_by(1), ["rooms"]),
        (lambda log: log.people([1]), ["people"]),
        (lambda log: log.people_called("Ann", "ann"), ["people", "people"]),
        (lambda log: log.device(KEY), ["devices"]),
        (lambda log: log.post_result(1, 1), ["posts"]),
        (lambda log: log.post_with_id(1, 1), ["posts", "posts"]),
    ],
)
def test_rows_are_found_by_key_or_index(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[SqliteLog], object],
    tables: Sequence[str],
) -> None:
    statements: list[str] = []
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def traced(*args: Any, **keywords: Any) -> sqlite3.Connection:
        connection = connect(*args, **keywords)
        connection.set_trace_callback(statements.append)
        return connection

    path = folder / "100.sqlite"
    with monkeypatch.context() as tracing:
        tracing.setattr(sqlite3, "connect", traced)
        log = LogUnderTest(path, threaded=False).log
    with closing(log):
        del statements[:]
        ask(log)
        (asked,) = statements
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert [word for line in plan for word in line.split() if word == "SCAN"] == []
    for table in tables:
        assert any(line.startswith(f"SEARCH {table} USING") for line in plan)
