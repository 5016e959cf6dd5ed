"""Checking a log: changes made to its file behind its back are found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from server.room_log import LogError
from tests.server.log_fixtures import KEY, LogUnderTest, accepted, entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    before = LogUnderTest(tmp_path / "log.sqlite")
    log = before.log
    device = log.add_device(KEY, "Ann", "ann")
    room = log.create_room("a", "a", 0).room
    log.add_member(room, device.person)
    log.append(room, [entry(f"the message {number}") for number in range(1, 6)])
    log.record_post(device.device, 1, accepted(room, 5))
    before.commit()
    assert log.check() == []
    log.close()
    return tmp_path / "log.sqlite"


def findings(path: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)
    with closing(LogUnderTest(path).log) as log:
        return log.check()


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        (
            "UPDATE entries SET text = 'the massage 3' WHERE number = 3",
            ["room 1: entry 3 is not what was written"],
        ),
        (
            "UPDATE entries SET author = 8 WHERE number = 3",
            ["room 1: the hash chain breaks at entry 3"],
        ),
        (
            "UPDATE entries SET visible = 9 WHERE number = 5",
            ["room 1: entry 5 does not count its visible messages right"],
        ),
        (
            "DELETE FROM entries WHERE number IN (2, 3)",
            ["room 1: entries 2 to 3 are missing"],
        ),
        (
            "DELETE FROM entries WHERE number = 5",
            ["room 1: entry 5, which a post became, is missing"],
        ),
        (
            "UPDATE posts SET client_seq = client_seq + 1 WHERE client_seq = 1",
            ["device 1: of its 2 posts 1 are recorded"],
        ),
        (
            "UPDATE rooms SET members = 2",
            ["room 1: it has 1 members, its record says 2"],
        ),
        (
            "INSERT INTO members VALUES (1, 99)",
            [
                "members: a row names what is missing from people",
                "room 1: it has 2 members, its record says 1",
            ],
        ),
    ],
)
def test_change_is_found(path: Path, sql: str, wanted: list[str]) -> None:
    assert findings(path, sql) == wanted


def test_post_that_needed_no_entry_is_no_damage(path: Path) -> None:
    """Joining a room one is in is accepted, and says nothing."""
    assert findings(path, "INSERT INTO posts VALUES (1, 2, 5, 1, 0, 0)") == []


def test_deleted_text_leaves_the_chain_whole(path: Path) -> None:
    sql = "UPDATE entries SET salt = NULL, text = NULL WHERE number = 3"
    assert findings(path, sql) == []
    with closing(LogUnderTest(path).log) as log:
        assert [e.text for e in log.entries(1, 2, 4, 100)][1] == ""


def test_flipped_bit_in_the_file_is_found(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"the message 4") + 12] ^= 1
    path.write_bytes(content)
    with closing(LogUnderTest(path).log) as log:
        assert log.check() == ["room 1: entry 4 is not what was written"]


def test_any_flipped_bit_is_a_finding_or_changes_nothing(path: Path) -> None:
    content, chance = path.read_bytes(), Random(5)

    def rows() -> list[list[tuple[object, ...]]]:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            tables = ("rooms", "people", "devices", "members", "entries", "posts")
            return [connection.execute(f"SELECT * FROM {t}").fetchall() for t in tables]

    before, found = rows(), 0
    for _ in range(150):
        spoilt = bytearray(content)
        # Entries and posts are what chains and numbers stand for.
        at = chance.randrange(content.index(b"the message 5") - 400, len(content))
        spoilt[at % len(content)] ^= 1 << chance.randrange(8)
        path.write_bytes(spoilt)
        try:
            with closing(LogUnderTest(path).log) as log:
                findings = log.check()
        except LogError as error:
            findings = [str(error)]
        found += bool(findings)
        if not findings:
            assert rows()[4] == before[4]
    assert found > 3


def test_page_of_garbage_is_an_error_or_a_finding(path: Path) -> None:
    content = bytearray(path.read_bytes())
    page = content.index(b"the message 4") // 4096
    content[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    with closing(LogUnderTest(path).log) as log:
        with pytest.raises(LogError):
            log.entries(1, 1, 5, 1000)
        with pytest.raises(LogError):
            log.rooms()
