"""Schema versions: an older file is brought up, a newer one refused, a failure changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from server import log_schema
from server.log_schema import MIGRATIONS, migrate
from server.room_log import LogError
from tests.server.log_fixtures import LogUnderTest, entry

NEXT = len(MIGRATIONS) + 1
WITH_COLOUR = (
    *MIGRATIONS,
    (
        "ALTER TABLE rooms ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'",
        f"PRAGMA user_version = {NEXT}",
    ),
)
BROKEN = (
    *MIGRATIONS,
    (
        "ALTER TABLE rooms ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'",
        "ALTER TABLE nowhere ADD COLUMN colour TEXT",
        f"PRAGMA user_version = {NEXT}",
    ),
)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def columns(connection: sqlite3.Connection) -> list[str]:
    return [row[1] for row in connection.execute("PRAGMA table_info(rooms)")]


def test_new_file_gets_the_newest_version(connection: sqlite3.Connection) -> None:
    migrate(connection)
    assert version(connection) == len(MIGRATIONS)
    assert not connection.in_transaction
    migrate(connection)
    assert version(connection) == len(MIGRATIONS)


def test_names_of_before_have_their_looks(connection: sqlite3.Connection) -> None:
    migrate(connection, MIGRATIONS[:1])
    connection.execute("INSERT INTO people (name, canonical) VALUES ('PaypaI', 'paypai')")
    migrate(connection)
    assert connection.execute("SELECT looks FROM people").fetchall() == [("paypal",)]


def test_older_log_is_migrated_with_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.sqlite"
    old = LogUnderTest(path)
    room = old.log.create_room("general", "general", 0).room
    (written,) = old.log.append(room, [entry("from before")])
    old.commit()
    old.log.close()
    monkeypatch.setattr(log_schema, "MIGRATIONS", WITH_COLOUR)
    new = LogUnderTest(path)
    assert new.log.entries(room, 1, 1, 1000) == [written]
    assert new.log.check() == []
    new.log.close()
    with closing(sqlite3.connect(path)) as connection:
        assert version(connection) == NEXT
        assert "colour" in columns(connection)


def test_newer_log_is_refused_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.sqlite"
    with monkeypatch.context() as newer:
        newer.setattr(log_schema, "MIGRATIONS", WITH_COLOUR)
        LogUnderTest(path).log.close()
    with pytest.raises(LogError, match=f"version {NEXT}.*newer server"):
        LogUnderTest(path)
    with closing(sqlite3.connect(path)) as connection:
        assert version(connection) == NEXT


def test_migration_that_fails_changes_nothing(connection: sqlite3.Connection) -> None:
    migrate(connection)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate(connection, BROKEN)
    assert version(connection) == len(MIGRATIONS)
    assert "colour" not in columns(connection)
    assert not connection.in_transaction


def test_migration_must_write_its_version(connection: sqlite3.Connection) -> None:
    with pytest.raises(AssertionError, match="writing its version"):
        migrate(connection, (*MIGRATIONS, ("CREATE TABLE colours (colour TEXT)",)))
    assert version(connection) == 0
