"""The folder that makes this device what it is: its key, and the lock that keeps a second copy out.

One folder is one device. Its posts are numbered densely, so two programs on one folder would
give the same numbers to different posts: whoever comes second is refused.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

import platformdirs

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

#: An X25519 private key.
DEVICE_KEY_BYTES: Final = 32
_KEY_FILE: Final = "device.key"
_LOCK_FILE: Final = "lock"
_STORE_FILE: Final = "hubbub.sqlite3"

_LOCKED_ELSEWHERE: Final = frozenset({errno.EACCES, errno.EAGAIN, errno.EDEADLK})


class FolderError(Exception):
    """The data folder cannot be used; the text is one line for people."""


class FolderInUse(FolderError):
    """Another process holds the folder."""


def default_data_folder() -> Path:
    """Where this system keeps the data of the user's programs."""
    return platformdirs.user_data_path("hubbub", appauthor=False)


class DataFolder:
    """A locked data folder; it is free again after ``close`` and when the process ends."""

    @classmethod
    def open(cls, path: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> DataFolder:
        """Lock the folder ``path``; a missing one is made, for its owner's eyes only.

        At first start the device's key is made from ``random_bytes``.

        Raises:
            FolderInUse: another process holds the folder.
            FolderError: it cannot be made, read or written, or the key in it is damaged.
        """
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(path / _LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderError(_unusable(path, error)) from error
        try:
            _take_lock(lock, path)
            device_key = _load_or_make_key(path / _KEY_FILE, random_bytes)
        except OSError as error:
            os.close(lock)
            raise FolderError(_unusable(path, error)) from error
        except BaseException:
            os.close(lock)
            raise
        return cls(path, device_key, lock)

    def __init__(self, path: Path, device_key: bytes, lock: int) -> None:
        """Use ``open``."""
        self.path = path
        self.device_key = device_key
        self._lock: int | None = lock

    @property
    def store_path(self) -> Path:
        """Where the local store lies."""
        return self.path / _STORE_FILE

    def close(self) -> None:
        """Let others have the folder. Calling it again does nothing."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _take_lock(lock: int, path: Path) -> None:
    # The system gives the lock back when the process ends, however it ends: none is left behind.
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _LOCKED_ELSEWHERE:
            raise
        raise FolderInUse(
            f"{path} is in use by another Hubbub: end that one, or use another data folder"
        ) from None


def _load_or_make_key(path: Path, random_bytes: Callable[[int], bytes]) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = random_bytes(DEVICE_KEY_BYTES)
        _write_durably(path, key)
    if len(key) != DEVICE_KEY_BYTES:
        raise FolderError(
            f"{path} is damaged ({len(key)} bytes instead of {DEVICE_KEY_BYTES}): put back a copy "
            "of it, or move it away and be a new device"
        )
    return key


def _write_durably(path: Path, data: bytes) -> None:
    """All of the file or none of it, also after a power cut."""
    fresh = path.with_suffix(".new")
    # What a power cut left behind may have another mode.
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    if sys.platform != "win32":  # where a folder cannot be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unusable(path: Path, error: OSError) -> str:
    for part in (path, *path.parents):
        if os.path.lexists(part) and not os.path.isdir(part):
            return (
                f"{part} is a file, not a folder: name another data folder, or move the file away"
            )
    return f"the data folder {path} cannot be used: {error.strerror or error}"
