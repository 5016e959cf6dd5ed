"""The data folder: private, with one key for ever."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from server.server_folder import FolderError, ServerFolder, reset_secret

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def no_dice(count: int) -> bytes:
    raise AssertionError("there is a key already")


class TestFolder:
    @posix
    def test_new_folder_is_its_owners(self, tmp_path: Path) -> None:
        folder = ServerFolder(tmp_path / "a" / "b")

        assert mode(folder.path) == 0o700

    def test_folder_that_is_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")

        for path in (tmp_path / "file", tmp_path / "file" / "below"):
            with pytest.raises(FolderError, match="/file is a file, not a folder: name another"):
                ServerFolder(path)

    def test_log_has_its_place(self, tmp_path: Path) -> None:
        assert ServerFolder(tmp_path).log_path == tmp_path / "hubbub.sqlite3"


class TestKey:
    def test_key_is_made_once(self, tmp_path: Path) -> None:
        key = ServerFolder(tmp_path).private_key(lambda count: bytes(range(count)))

        assert key == bytes(range(32))
        assert ServerFolder(tmp_path).private_key(no_dice) == key
        assert [path.name for path in tmp_path.iterdir()] == ["server.key"]

    @posix
    def test_key_is_its_owners_whatever_the_mask(self, tmp_path: Path) -> None:
        mask = os.umask(0)
        try:
            ServerFolder(tmp_path).private_key(os.urandom)
        finally:
            os.umask(mask)

        assert mode(tmp_path / "server.key") == 0o600

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_wrong_size_is_said_and_nothing_replaced(self, tmp_path: Path, size: int) -> None:
        (tmp_path / "server.key").write_bytes(bytes(size))

        with pytest.raises(FolderError, match=f"has {size} bytes instead of 32"):
            ServerFolder(tmp_path).private_key(no_dice)

        assert (tmp_path / "server.key").read_bytes() == bytes(size)

    def test_key_that_cannot_be_read_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "server.key").mkdir()

        with pytest.raises(FolderError, match="cannot be read"):
            ServerFolder(tmp_path).private_key(no_dice)

    def test_draft_of_a_start_that_was_cut_off_is_in_nobodys_way(self, tmp_path: Path) -> None:
        (tmp_path / "server.new").write_bytes(b"half")

        assert len(ServerFolder(tmp_path).private_key(os.urandom)) == 32

    def test_folder_knows_whether_a_server_ran_there(self, tmp_path: Path) -> None:
        had_one_before = ServerFolder(tmp_path).has_key
        ServerFolder(tmp_path).private_key(os.urandom)

        assert (had_one_before, ServerFolder(tmp_path).has_key) == (False, True)

    def test_cut_before_the_end_leaves_no_key(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(descriptor: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(os, "fsync", fails)

        with pytest.raises(FolderError, match="cannot be written"):
            ServerFolder(tmp_path).private_key(os.urandom)

        assert not ServerFolder(tmp_path).has_key


class TestNextKey:
    def test_is_made_once_and_then_takes_the_place(self, tmp_path: Path) -> None:
        folder = ServerFolder(tmp_path)
        before = folder.private_key(os.urandom)
        assert folder.next_private_key() is None
        following = folder.make_next_key(os.urandom)
        assert folder.make_next_key(os.urandom) == following != before

        folder.switch_key()

        assert folder.private_key(os.urandom) == following
        assert folder.next_private_key() is None

    def test_there_has_to_be_one(self, tmp_path: Path) -> None:
        before = ServerFolder(tmp_path).private_key(os.urandom)
        with pytest.raises(FolderError, match="no next key"):
            ServerFolder(tmp_path).switch_key()
        assert ServerFolder(tmp_path).private_key(os.urandom) == before


def test_a_log_that_was_left_open_is_remembered_until_it_was_looked_through(
    tmp_path: Path,
) -> None:
    folder = ServerFolder(tmp_path)
    assert not ServerFolder(tmp_path).was_left_open
    journal = tmp_path / "hubbub.sqlite3-wal"
    journal.write_bytes(b"")
    assert not ServerFolder(tmp_path).was_left_open
    journal.write_bytes(b"of a server that was killed")
    assert ServerFolder(tmp_path).was_left_open
    folder.note_left_open()
    journal.unlink()  # as SQLite does when the log is opened and closed
    assert ServerFolder(tmp_path).was_left_open
    folder.forget_left_open()
    assert not ServerFolder(tmp_path).was_left_open


def test_reset_secret_is_the_keys_own_and_another() -> None:
    one, two = reset_secret(bytes(32)), reset_secret(b"\1" + bytes(31))

    assert len(one) == 32 and len({one, two, bytes(32)}) == 3
    assert one == reset_secret(bytes(32))
