"""Migrations: each once, all or none; and the disk's errors in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.models.store_errors import StoreError, trouble_with_disk
from app.models.store_schema import MIGRATIONS, migrate

KNOWN = len(MIGRATIONS)
NEXT = ("ALTER TABLE settings ADD COLUMN extra TEXT", f"PRAGMA user_version = {KNOWN + 1}")


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        yield opened


class TestMigrate:
    def test_keeps_what_an_older_file_holds(self, connection: sqlite3.Connection) -> None:
        migrate(connection)
        connection.execute("INSERT INTO settings VALUES ('theme', 'dark')")

        migrate(connection, [*MIGRATIONS, NEXT])
        migrate(connection, [*MIGRATIONS, NEXT])

        assert connection.execute("SELECT * FROM settings").fetchall() == [("theme", "dark", None)]

    def test_addresses_of_the_first_version_stay(self, connection: sqlite3.Connection) -> None:
        migrate(connection, MIGRATIONS[:1])
        connection.execute("INSERT INTO servers (server) VALUES (1)")
        connection.execute("INSERT INTO addresses VALUES ('ship:1', 1)")

        migrate(connection)

        assert connection.execute("SELECT * FROM addresses").fetchall() == [("ship:1", 1, 0)]

    def test_of_messages_that_are_here_those_of_the_person_are_known(
        self, connection: sqlite3.Connection
    ) -> None:
        migrate(connection, MIGRATIONS[:6])
        connection.execute("INSERT INTO servers (server, person) VALUES (1, 7), (2, 0)")
        connection.executemany(
            "INSERT INTO rooms (id, server, stream_id) VALUES (?, ?, x'ab')", [(1, 1), (2, 2)]
        )
        connection.executemany(
            "INSERT INTO entries VALUES (?, ?, 1, ?, 1, 1, 1, 'x', ?, ?, NULL, NULL)",
            [(1, 1, 7, 1, 1), (1, 2, 8, 1, 2), (1, 3, 7, 0, 2), (1, 4, 7, 1, 3), (2, 1, 0, 1, 1)],
        )

        migrate(connection)

        own = connection.execute("SELECT room_id, number FROM entries WHERE own = 1").fetchall()
        assert own == [(1, 1), (1, 4)]

    def test_leaves_the_file_as_it_was_when_a_step_fails(
        self, connection: sqlite3.Connection
    ) -> None:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, [*MIGRATIONS, ("DROP TABLE outbox", "DROP TABLE nothing")])

        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(0,)]
        assert not connection.in_transaction

    def test_refuses_a_newer_file(self, connection: sqlite3.Connection) -> None:
        migrate(connection, [*MIGRATIONS, NEXT])

        words = f"version {KNOWN + 1}, this program knows versions up to {KNOWN}:"
        with pytest.raises(StoreError, match=words):
            migrate(connection)


class TestTroubleWithDisk:
    def test_blames_a_full_disk_and_says_what_to_do(self, connection: sqlite3.Connection) -> None:
        migrate(connection)
        connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("INSERT INTO settings VALUES ('big', ?)", ("x" * 100_000,))

        trouble = trouble_with_disk(caught.value, Path("store"))

        assert str(trouble).startswith("the disk is full: make room")

    def test_does_not_blame_the_disk_for_our_mistakes(self, connection: sqlite3.Connection) -> None:
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("SELECT nothing")

        assert trouble_with_disk(caught.value, Path("store")) is None
