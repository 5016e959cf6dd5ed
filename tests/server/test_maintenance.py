"""Checking, copying and bringing back a data folder: what is said, and what is left behind."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from protocol import noise
from server import maintenance
from server.maintenance import MaintenanceError
from tests.server.log_fixtures import KEY, LogUnderTest, accepted, entry

WHOLE = "1 room, 5 entries, 1 person"


def make_folder(path: Path) -> Path:
    """A stopped server's, with one room of five entries."""
    path.mkdir()
    (path / "server.key").write_bytes(KEY)
    before = LogUnderTest(path / "hubbub.sqlite3")
    device = before.log.add_device(KEY, "Ann", "ann")
    room = before.log.create_room("a", "a", 0).room
    before.log.append(room, [entry(f"the message {number}") for number in range(1, 6)])
    before.log.record_post(device.device, 1, accepted(room, 5))
    before.commit()
    before.log.close()
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "data")


def names(path: Path) -> list[str]:
    return sorted(file.name for file in path.iterdir())


def incarnations(path: Path) -> list[int]:
    with closing(LogUnderTest(path / "hubbub.sqlite3").log) as log:
        return [room.incarnation for room in log.rooms()]


def damage(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path / "hubbub.sqlite3")) as connection, connection:
        connection.execute(sql)


class TestCheck:
    def test_whole_folder_is_summed_up(self, data: Path) -> None:
        assert maintenance.check(data) == f"{data} is whole: {WHOLE}"

    def test_each_damage_is_a_line(self, data: Path) -> None:
        damage(data, "DELETE FROM entries WHERE number = 2")
        damage(data, "UPDATE entries SET text = 'another' WHERE number = 4")
        (data / "server.key").write_bytes(b"short")
        with pytest.raises(MaintenanceError) as raised:
            maintenance.check(data)
        assert str(raised.value).splitlines() == [
            f"{data / 'server.key'} is no key: it has 5 bytes instead of 32",
            "room 1: entries 2 to 2 are missing",
            "room 1: entry 4 is not what was written",
        ]

    def test_next_key_is_looked_at_where_there_is_one(self, data: Path) -> None:
        (data / "next.key").write_bytes(b"short")
        with pytest.raises(MaintenanceError, match=r"next\.key is no key: it has 5 bytes"):
            maintenance.check(data)

    @pytest.mark.parametrize("lost", [1, 4096, 20_000])
    def test_file_that_is_cut_off_says_so_first(self, data: Path, lost: int) -> None:
        path = data / "hubbub.sqlite3"
        content = path.read_bytes()
        path.write_bytes(content[:-lost])
        with pytest.raises(MaintenanceError) as raised:
            maintenance.check(data)
        first = str(raised.value).splitlines()[0]
        assert first == (
            f"{path} is cut off: it has {len(content) - lost} bytes of the {len(content)} that"
            " it says it has"
        )

    def test_text_that_is_no_text_any_more_is_named_and_not_shown(self, data: Path) -> None:
        path = data / "hubbub.sqlite3"
        content = bytearray(path.read_bytes())
        content[content.index(b"the message 4") + 5] |= 0x80
        path.write_bytes(content)
        with pytest.raises(MaintenanceError) as raised:
            maintenance.check(data)
        assert str(raised.value) == "room 1: entry 4 is not what was written"

    def test_damage_that_sqlite_quotes_is_said_all_the_same(self, data: Path) -> None:
        path = data / "hubbub.sqlite3"
        content = bytearray(path.read_bytes())
        at = content.index(b"CREATE TABLE people")
        content[at : at + 19] = b"CREATE TABLE p\xa0ople"
        path.write_bytes(content)
        with pytest.raises(MaintenanceError, match="cannot be used"):
            maintenance.check(data)

    def test_missing_key_is_found(self, data: Path) -> None:
        (data / "server.key").unlink()
        with pytest.raises(MaintenanceError, match="key cannot be read"):
            maintenance.check(data)

    def test_file_that_is_no_database_is_a_finding(self, data: Path) -> None:
        (data / "hubbub.sqlite3").write_bytes(b"\xa5" * 8192)
        with pytest.raises(MaintenanceError, match="not a database"):
            maintenance.check(data)

    def test_nothing_is_made_where_nothing_is(self, tmp_path: Path) -> None:
        with pytest.raises(MaintenanceError, match="there is no folder"):
            maintenance.check(tmp_path / "missing")
        with pytest.raises(MaintenanceError, match="holds no log"):
            maintenance.check(tmp_path)
        assert names(tmp_path) == []

    def test_a_file_in_place_of_the_folder_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_bytes(b"")
        with pytest.raises(MaintenanceError, match="is a file, not a folder"):
            maintenance.check(tmp_path / "data")

    def test_folder_in_use_is_said(self, data: Path) -> None:
        with (
            closing(LogUnderTest(data / "hubbub.sqlite3").log),
            pytest.raises(MaintenanceError, match="a server is using"),
        ):
            maintenance.check(data)


class TestBackup:
    def test_copy_of_a_stopped_server_is_whole(self, data: Path, tmp_path: Path) -> None:
        copy = tmp_path / "deep" / "copy"
        assert maintenance.backup(data, copy) == f"{copy} is a copy of {data}: {WHOLE}"
        assert names(copy) == names(data) == ["hubbub.sqlite3", "server.key"]
        assert (copy / "server.key").read_bytes() == KEY
        assert maintenance.check(copy) == f"{copy} is whole: {WHOLE}"
        assert incarnations(copy) == [1]

    def test_target_that_holds_something_is_refused(self, data: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy"
        copy.mkdir()
        (copy / "precious").touch()
        with pytest.raises(MaintenanceError, match="is not empty"):
            maintenance.backup(data, copy)
        assert names(copy) == ["precious"]
        assert names(tmp_path) == ["copy", "data"]

    @pytest.mark.parametrize("place", [".", "backup", "deep/er", "../data/x", "../link/x"])
    def test_target_in_the_data_folder_is_refused(
        self, data: Path, tmp_path: Path, place: str
    ) -> None:
        (tmp_path / "link").symlink_to(data)
        with pytest.raises(MaintenanceError, match=r"lies in the data folder .* outside"):
            maintenance.backup(data, data / place)
        assert names(data) == ["hubbub.sqlite3", "server.key"]

    def test_target_beside_it_with_a_longer_name_is_none_in_it(
        self, data: Path, tmp_path: Path
    ) -> None:
        maintenance.backup(data, tmp_path / "data-2026")
        assert names(tmp_path / "data-2026") == names(data)

    def test_links_in_a_circle_are_said(self, data: Path, tmp_path: Path) -> None:
        (tmp_path / "circle").symlink_to(tmp_path / "circle")
        with pytest.raises(MaintenanceError):
            maintenance.backup(data, tmp_path / "circle" / "copy")

    def test_damage_is_not_copied(self, data: Path, tmp_path: Path) -> None:
        damage(data, "UPDATE entries SET text = 'another' WHERE number = 4")
        with pytest.raises(MaintenanceError, match="entry 4 is not what was written"):
            maintenance.backup(data, tmp_path / "copy")
        assert names(tmp_path) == ["data"], "no half a backup"

    def test_server_that_does_not_answer_is_given_up(self, data: Path, tmp_path: Path) -> None:
        with (
            closing(LogUnderTest(data / "hubbub.sqlite3").log),
            pytest.raises(MaintenanceError, match=r"no answer within 0\.2 s"),
        ):
            maintenance.backup(data, tmp_path / "copy", timeout_s=0.2)
        assert names(tmp_path) == ["data"]
        assert [name for name in names(data) if name.startswith("backup")] == []


class TestRestore:
    def test_numbers_of_what_was_made_after_the_backup_never_come_again(
        self, data: Path, tmp_path: Path
    ) -> None:
        restored = tmp_path / "restored"
        maintenance.restore(data, restored)
        numbers = []
        for folder in (data, restored):
            under_test = LogUnderTest(folder / "hubbub.sqlite3", seed=2)
            device = under_test.log.add_device(bytes(32), "new", "new")
            room = under_test.log.create_room("new", "new", device.person)
            assert under_test.commit() is None
            under_test.log.close()
            numbers.append((room.room, device.person, device.device))
        assert [later - first for first, later in zip(*numbers, strict=True)] == [
            1_000, 10_000, 10_000,
        ]  # fmt: skip

    def test_rooms_get_an_incarnation_that_was_never_before(
        self, data: Path, tmp_path: Path
    ) -> None:
        first, second = tmp_path / "first", tmp_path / "second"
        second.mkdir()
        said = maintenance.restore(data, first, now_s=lambda: 1_700_000_000.5)
        assert said.startswith(f"{first} is ready for a server: {WHOLE}. ")
        assert noise.fingerprint(noise.public_key(KEY)) in said
        maintenance.restore(first, second, now_s=lambda: 0.0)  # a clock that is wrong
        assert incarnations(data) == [1]
        assert incarnations(first) == [1_700_000_000]
        assert incarnations(second) == [1_700_000_001]
        assert names(second) == ["hubbub.sqlite3", "server.key"]
        assert second.stat().st_mode & 0o077 == 0

    def test_target_that_holds_something_is_refused(self, data: Path, tmp_path: Path) -> None:
        other = make_folder(tmp_path / "other")
        with pytest.raises(MaintenanceError, match="is not empty"):
            maintenance.restore(data, other)
        assert incarnations(other) == [1]

    def test_target_in_the_backup_is_refused(self, data: Path) -> None:
        with pytest.raises(MaintenanceError, match=r"lies in the backup .* outside"):
            maintenance.restore(data, data / "new")
        assert names(data) == ["hubbub.sqlite3", "server.key"]

    def test_damaged_backup_makes_nothing(self, data: Path, tmp_path: Path) -> None:
        damage(data, "DELETE FROM entries WHERE number = 2")
        with pytest.raises(MaintenanceError, match="entries 2 to 2 are missing"):
            maintenance.restore(data, tmp_path / "new")
        assert names(tmp_path) == ["data"]


class TestSwitchKey:
    def test_says_what_whoever_was_not_told_needs(self, data: Path) -> None:
        made = maintenance.make_next_key(data)

        said = maintenance.switch_key(data)

        link = re.search(r"hubbub://HOST:PORT#(\w+)$", said)
        assert link is not None and link[1] in made
