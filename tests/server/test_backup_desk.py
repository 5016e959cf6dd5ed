"""The desk: a copy is made when the log is free, by the log itself, and the asker hears of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from server import backup_desk
from server.backup_desk import BackupDesk, NoAnswer
from tests.server.log_fixtures import LogUnderTest, entry


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def under_test(folder: Path) -> Iterator[LogUnderTest]:
    under_test = LogUnderTest(folder / "log.sqlite", threaded=True)
    under_test.log.create_room("a", "a", 0)
    under_test.commit()
    yield under_test
    under_test.log.close()


class Bell:
    def __init__(self) -> None:
        self.rings = 0

    def ring(self) -> None:
        self.rings += 1


def request(folder: Path, target: Path) -> Path:
    path = folder / "backup-7.request"
    path.write_text(json.dumps({"to": str(target)}))
    return path.with_suffix(".answer")


def heads(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [n for (n,) in connection.execute("SELECT count(*) FROM entries GROUP BY room")]


def wait_for_copy(under_test: LogUnderTest, desk: BackupDesk) -> None:
    while desk.busy:
        assert under_test.wakes.acquire(timeout=30)
        desk.poll()


def test_copy_waits_for_the_open_batch(
    folder: Path, tmp_path: Path, under_test: LogUnderTest
) -> None:
    log, bell = under_test.log, Bell()
    desk = BackupDesk(folder, log, bell.ring)
    answer = request(folder, tmp_path / "copy")
    log.append(1, [entry()])
    desk.look()
    assert bell.rings == 1
    desk.poll()
    assert (log.dirty, desk.busy) == (True, False), "the batch is somebody's still"
    under_test.commit()
    desk.poll()
    assert log.busy, "nobody touches the log while it is copied"
    wait_for_copy(under_test, desk)
    assert json.loads(answer.read_text()) == {"error": ""}
    assert heads(tmp_path / "copy") == [1]
    log.append(1, [entry()])
    assert under_test.commit() is None, "the log goes on"
    desk.close()


def test_copy_that_cannot_be_written_is_answered_and_the_log_goes_on(
    folder: Path, tmp_path: Path, under_test: LogUnderTest
) -> None:
    desk = BackupDesk(folder, under_test.log, Bell().ring)
    answer = request(folder, tmp_path / "missing" / "copy")
    desk.look()
    desk.poll()
    wait_for_copy(under_test, desk)
    assert "unable to open" in json.loads(answer.read_text())["error"]
    assert under_test.log.trouble == "", "it is another disk"
    under_test.log.append(1, [entry()])
    assert under_test.commit() is None


@pytest.mark.parametrize("text", ["", "[]", '"x"', '{"to": 7}', "\udcff", '{"too": "x"}'])
def test_nonsense_is_taken_away_and_costs_nothing(
    folder: Path, under_test: LogUnderTest, text: str
) -> None:
    path = folder / "backup-7.request"
    path.write_bytes(text.encode(errors="surrogateescape"))
    desk = BackupDesk(folder, under_test.log, Bell().ring)
    desk.look()
    desk.poll()
    assert not path.exists()
    assert not desk.busy


def test_asker_is_told_what_went_wrong(
    folder: Path, tmp_path: Path, under_test: LogUnderTest
) -> None:
    bell = Bell()
    desk = BackupDesk(folder, under_test.log, bell.ring)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(backup_desk.ask, folder, tmp_path / "missing" / "copy", "9", 30)
        while not (bell.rings or asked.done()):
            desk.look()
        desk.poll()
        wait_for_copy(under_test, desk)
        with pytest.raises(NoAnswer, match="unable to open"):
            asked.result(timeout=30)
    assert list(folder.glob("backup-*")) == []
