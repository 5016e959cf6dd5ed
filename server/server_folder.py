"""The data folder of a server: its key and its log, for its owner's eyes only."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import platformdirs

KEY_BYTES: Final = 32

_KEY_FILE: Final = "server.key"
_NEXT_KEY_FILE: Final = "next.key"
_LEFT_OPEN_FILE: Final = "left-open"
_LOG_FILE: Final = "hubbub.sqlite3"


class FolderError(Exception):
    """The folder cannot be used; the text says why, for the person who started the server."""


class ServerFolder:
    """One folder; who may use it is decided by the lock on its log."""

    def __init__(self, path: Path) -> None:
        """Makes the folder, with mode 0700, if it is not there.

        Raises:
            FolderError: it cannot be made, or is something else.
        """
        self.path: Final = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise FolderError(_unmakable(path, error)) from error

    @property
    def log_path(self) -> Path:
        """Of the SQLite file with rooms, people and entries."""
        return self.path / _LOG_FILE

    @property
    def was_left_open(self) -> bool:
        """Whether the log was not closed by the last who had it, or was not looked through since.

        To be asked before the log is opened, for closing it takes the sign away; a server that is
        at work shows the same sign.
        """
        journal = self.log_path.with_name(f"{_LOG_FILE}-wal")
        try:
            return journal.stat().st_size > 0 or self._left_open_path.exists()
        except OSError:
            return self._left_open_path.exists()

    def note_left_open(self) -> None:
        """Remember it until ``forget_left_open``; only with the log open."""
        with contextlib.suppress(OSError):  # on such a disk nothing else will work either
            self._left_open_path.touch(mode=0o600)

    @property
    def _left_open_path(self) -> Path:
        return self.path / _LEFT_OPEN_FILE

    def forget_left_open(self) -> None:
        """The log was looked through, and is whole."""
        with contextlib.suppress(OSError):
            self._left_open_path.unlink(missing_ok=True)

    @property
    def key_path(self) -> Path:
        """Of the file with the server's private key."""
        return self.path / _KEY_FILE

    @property
    def has_key(self) -> bool:
        """Whether a server has run here before."""
        return self.key_path.exists()

    @property
    def next_key_path(self) -> Path:
        """Of the file with the private key that is to follow, if one was made."""
        return self.path / _NEXT_KEY_FILE

    def private_key(self, random_bytes: Callable[[int], bytes]) -> bytes:
        """The server's private key, made and kept for ever on the first call.

        Call it only with the log open: its lock keeps two servers from making two keys.

        Raises:
            FolderError: it cannot be read or written, or is no key.
        """
        return _read_key(self.key_path) or _make_key(self.key_path, random_bytes)

    def next_private_key(self) -> bytes | None:
        """The private key that is to follow; None if none was made.

        Raises:
            FolderError: it cannot be read, or is no key.
        """
        return _read_key(self.next_key_path)

    def make_next_key(self, random_bytes: Callable[[int], bytes]) -> bytes:
        """The private key that is to follow, made and kept on the first call.

        Raises:
            FolderError: it cannot be read or written, or is no key.
        """
        return self.next_private_key() or _make_key(self.next_key_path, random_bytes)

    def switch_key(self) -> None:
        """The next key becomes the server's, and the old one is gone; only with the log open.

        Raises:
            FolderError: there is no next key, or the folder cannot be written.
        """
        if self.next_private_key() is None:
            raise FolderError(f"{self.path} has no next key: make one with next-key")
        try:
            self.next_key_path.replace(self.key_path)
            _make_names_durable(self.path)
        except OSError as error:
            raise FolderError(f"{self.key_path} cannot be written: {error.strerror}") from error


def _unmakable(path: Path, error: OSError) -> str:
    for part in (path, *path.parents):
        if os.path.lexists(part) and not os.path.isdir(part):
            return (
                f"{part} is a file, not a folder: name another data folder, or move the file away"
            )
    return f"the folder {path} cannot be made: {error.strerror}"


def default_folder() -> Path:
    """Where this system keeps the data of a person's programs."""
    return platformdirs.user_data_path("hubbub", appauthor=False) / "server"


def reset_secret(private_key: bytes) -> bytes:
    """The secret behind the reset tokens of sessions: it outlives restarts, as the key does."""
    return hashlib.blake2s(key=private_key, person=b"resetkey").digest()


def _read_key(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise FolderError(
            f"{path} is no key: it has {len(key)} bytes instead of {KEY_BYTES}."
            " Bring it back from a backup; without it every client will refuse this server"
        )
    return key


def _make_key(path: Path, random_bytes: Callable[[int], bytes]) -> bytes:
    key = random_bytes(KEY_BYTES)
    try:
        _write_durably(path, key)
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {error.strerror}") from error
    return key


def _write_durably(path: Path, content: bytes) -> None:
    """All of it or nothing, readable by the owner alone, still there after a power cut."""
    draft = path.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    _make_names_durable(path.parent)


def _make_names_durable(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
