"""After a crash the log is looked through, table by table, beside those who use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from server import batched_connection
from server.crash_check import CrashCheck
from server.room_log import LogError
from tests.server.log_fixtures import LogUnderTest, damage_page_with, entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "log.sqlite"
    before = LogUnderTest(path)
    before.log.create_room("a", "a", 0)
    before.log.append(
        1, [*[entry("x" * 1000)] * 30, entry("the middle"), *[entry("x" * 1000)] * 30]
    )
    before.commit()
    before.log.close()
    return path


@pytest.fixture(params=[True, False], ids=["threaded", "inline"])
def under_test(request: pytest.FixtureRequest, path: Path) -> Iterator[LogUnderTest]:
    under_test = LogUnderTest(path, threaded=request.param)
    yield under_test
    under_test.log.close()


@pytest.fixture
def damaged(path: Path) -> Iterator[LogUnderTest]:
    damage_page_with(path, b"the middle")
    under_test = LogUnderTest(path)
    yield under_test
    under_test.log.close()


class Counted:
    """Before the log; counts what SQLite is asked for."""

    def __init__(self, under_test: LogUnderTest) -> None:
        self.under_test = under_test
        self.wanted = False
        self.whole = 0
        self.now = 100.0
        self.check = CrashCheck(
            under_test.log,
            under_test.log,
            is_wanted=lambda: self.wanted,
            on_whole=self._on_whole,
            clock=lambda: self.now,
        )

    def _on_whole(self) -> None:
        self.whole += 1

    def turn(self) -> bool:
        """One look of the loop, and whatever it starts to its end; False: nothing was started."""
        self.check.poll()
        started = self.check.busy
        while self.check.busy:
            self.under_test.wakes.acquire(timeout=0.001)
            self.check.poll()
        return started


def test_each_table_is_looked_at_once(under_test: LogUnderTest) -> None:
    counted = Counted(under_test)
    for _ in under_test.log.tables():
        assert counted.turn()
    assert not counted.turn()
    assert under_test.log.trouble == ""
    assert counted.whole == 1


def test_who_writes_has_a_turn_between_two_tables(under_test: LogUnderTest) -> None:
    counted = Counted(under_test)
    assert counted.turn()
    under_test.log.append(1, [entry("between")])
    assert not counted.turn(), "the batch is somebody's"
    assert under_test.commit() is None
    assert counted.turn()


def test_nothing_begins_while_somebody_wants_the_log(under_test: LogUnderTest) -> None:
    counted = Counted(under_test)
    counted.wanted = True
    assert not counted.turn()
    counted.wanted = False
    assert counted.turn()


def test_a_table_is_given_up_for_whoever_wants_the_log_and_begun_again_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batched_connection, "_INSTRUCTIONS_BETWEEN_LOOKS", 1)
    under_test = LogUnderTest(path)
    with closing(under_test.log):
        looks = count(1)
        counted = Counted(under_test)
        counted.check._is_wanted = lambda: next(looks) == 3
        assert counted.turn(), "wanted after it was begun"
        assert (next(looks), counted.whole, under_test.log.trouble) == (4, 0, "")
        under_test.log.append(1, [entry("at once")])
        assert under_test.commit() is None
        assert not counted.turn(), "not at once"
        counted.now += 1.0
        while counted.turn():
            pass
        assert counted.whole == 1


def test_damage_ends_writing_and_reading_goes_on(
    damaged: LogUnderTest, caplog: pytest.LogCaptureFixture
) -> None:
    counted = Counted(damaged)
    while counted.turn():
        pass
    assert [record.message for record in caplog.records] == ["damage"]
    for _ in range(2):
        with pytest.raises(LogError, match="the log is damaged: "):
            damaged.log.append(1, [entry("buried")])
        assert (damaged.log.dirty, damaged.log.busy) == (False, False)
    assert [e.text for e in damaged.log.entries(1, 1, 2, 10**6)] == ["x" * 1000] * 2
    assert "nothing was written since" in damaged.log.trouble
    assert counted.whole == 0


def test_damage_that_a_reader_meets_ends_writing_too(damaged: LogUnderTest) -> None:
    with pytest.raises(LogError, match="malformed"):
        damaged.log.entries(1, 1, 61, 10**6)
    with pytest.raises(LogError, match="the log is damaged"):
        damaged.log.append(1, [entry("buried")])
