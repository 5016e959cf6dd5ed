"""The data folder: made once, locked, with one key for ever."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.data_folder import (
    DataFolder,
    FolderError,
    FolderInUse,
    default_data_folder,
)

ROOT = Path(__file__).parents[3]
OPEN_IT = """
import sys
from pathlib import Path
from app.models.data_folder import DataFolder, FolderInUse
try:
    DataFolder.open(Path(sys.argv[1]))
except FolderInUse as error:
    print(error)
"""


def open_in_another_process(path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_IT, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def make_key(count: int) -> bytes:
    return bytes(range(count))


class TestDataFolder:
    def test_is_made_with_a_key_for_its_owner_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "folder"

        with DataFolder.open(path, random_bytes=make_key) as folder:
            assert folder.device_key == bytes(range(32))
            assert folder.store_path.parent == path
        if os.name == "posix":
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
            assert stat.S_IMODE((path / "device.key").stat().st_mode) == 0o600
        assert {file.name for file in path.iterdir()} == {"device.key", "lock"}

    def test_keeps_its_key(self, tmp_path: Path) -> None:
        with DataFolder.open(tmp_path) as folder:
            key = folder.device_key

        with DataFolder.open(tmp_path) as folder:
            assert folder.device_key == key
        assert len(set(key)) > 1

    def test_survives_a_cut_while_the_key_was_made(self, tmp_path: Path) -> None:
        (tmp_path / "device.new").write_bytes(b"half")

        with DataFolder.open(tmp_path, random_bytes=make_key) as folder:
            assert folder.device_key == bytes(range(32))
        assert (tmp_path / "device.key").read_bytes() == bytes(range(32))

    @pytest.mark.parametrize("size", [0, 31, 33])
    def test_refuses_a_key_of_wrong_size_and_leaves_it(self, tmp_path: Path, size: int) -> None:
        (tmp_path / "device.key").write_bytes(bytes(size))

        for _ in range(2):  # the lock was given back
            with pytest.raises(FolderError, match=f"damaged .{size} bytes instead of 32"):
                DataFolder.open(tmp_path)
        assert len((tmp_path / "device.key").read_bytes()) == size

    def test_is_refused_to_another_process_in_one_line(self, tmp_path: Path) -> None:
        with DataFolder.open(tmp_path):
            said = open_in_another_process(tmp_path)
        assert said.count("\n") == 1
        assert f"{tmp_path} is in use by another Hubbub" in said

        assert open_in_another_process(tmp_path) == ""

    def test_is_refused_to_the_same_process_until_closed(self, tmp_path: Path) -> None:
        folder = DataFolder.open(tmp_path)
        with pytest.raises(FolderInUse):
            DataFolder.open(tmp_path)
        folder.close()
        folder.close()

        DataFolder.open(tmp_path).close()

    def test_says_so_when_the_path_is_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.touch()

        for folder in (path, path / "in" / "it"):
            with pytest.raises(FolderError, match="/file is a file, not a folder: name another"):
                DataFolder.open(folder)

    @pytest.mark.skipif(
        not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
    )
    def test_says_so_when_it_is_read_only(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        try:
            with pytest.raises(FolderError, match="cannot be used: Permission denied"):
                DataFolder.open(tmp_path)
        finally:
            tmp_path.chmod(0o700)

    def test_has_a_place_of_its_own(self) -> None:
        assert default_data_folder().is_absolute()
        assert "hubbub" in default_data_folder().parts
