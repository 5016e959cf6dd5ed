"""What an owner does with a data folder: check it, copy it, bring a copy back, change its key.

Theory. ``check`` and ``restore`` want the folder for themselves. ``backup`` does not: where a
server runs, that server writes the copy (see ``backup_desk`` for why nobody else can). A copy is
built in a folder beside the one it is for, checked there as a whole, and gets its name last: what
has the name of a backup is whole.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from protocol import noise
from server import backup_desk
from server.batched_connection import LogLocked
from server.room_log import LogError
from server.server_folder import KEY_BYTES, ServerFolder
from server.sqlite_log import SqliteLog

#: As many rooms, and as many people, as will hardly have been made since a backup.
_ROOMS_SKIPPED: Final = 1_000
_PEOPLE_SKIPPED: Final = 10_000
#: A server whose disk takes longer than this for a copy is taken for hung.
BACKUP_TIMEOUT_S: Final = 600.0


class MaintenanceError(Exception):
    """It was not done; the text says why, each finding on a line of its own."""


def check(data: Path) -> str:
    """Read all of a folder that no server is using, and say what is in it.

    Raises:
        MaintenanceError: what is wrong with it.
    """
    folder = _existing(data)
    findings = [*_key_damage(folder), *_cut_off(folder)]
    try:
        with closing(_open(folder)) as log:
            findings += log.check()
            summary = _summary(log)
    except LogLocked:
        raise MaintenanceError(
            f"a server is using {data}: stop it first, or make a backup, which is checked"
        ) from None
    except LogError as error:
        raise MaintenanceError("\n".join([*findings, str(error)])) from error
    if findings:
        raise MaintenanceError("\n".join(findings))
    folder.forget_left_open()
    return f"{data} is whole: {summary}"


def _cut_off(folder: ServerFolder) -> Iterator[str]:
    """A file that is shorter than its own header says (SQLite's file format, 1.3)."""
    try:
        size = folder.log_path.stat().st_size
        with folder.log_path.open("rb") as file:
            header = file.read(32)
    except OSError:
        return  # opening it will say so
    page_bytes = int.from_bytes(header[16:18]) or 1
    page_bytes = 65_536 if page_bytes == 1 else page_bytes
    pages = int.from_bytes(header[28:32])
    if header.startswith(b"SQLite format 3\0") and size < pages * page_bytes:
        yield (
            f"{folder.log_path} is cut off: it has {size} bytes of the {pages * page_bytes} that"
            " it says it has"
        )


def backup(data: Path, to: Path, *, timeout_s: float = BACKUP_TIMEOUT_S) -> str:
    """Write a copy of the folder, as it is at one moment, whether or not a server is using it.

    Raises:
        MaintenanceError: ``to`` holds something or lies in ``data``, the copy could not be
            written, or is damaged.
    """
    folder = _existing(data)
    if _is_within(to, data):
        raise MaintenanceError(
            f"{to} lies in the data folder {data}, and would be lost with it: name a place outside"
        )
    with _draft(to) as draft:
        copy = ServerFolder(draft)
        try:
            with closing(_open(folder)) as log:
                _copy(log, copy.log_path)
        except LogLocked:
            try:
                backup_desk.ask(data, copy.log_path, secrets.token_hex(8), timeout_s)
            except backup_desk.NoAnswer as error:
                raise MaintenanceError(str(error)) from error
        except LogError as error:
            raise MaintenanceError(str(error)) from error
        _copy_keys(folder, copy)
        check(draft)
        with closing(_open(copy)) as log:
            summary = _summary(log)
    return f"{to} is a copy of {data}: {summary}"


def make_next_key(data: Path) -> str:
    """Make the key that the server is to have some day, for it to announce from its next start.

    Raises:
        MaintenanceError: the folder is not there.
        FolderError: the key cannot be written.
    """
    key = _existing(data).make_next_key(secrets.token_bytes)
    return (
        f"the next key has fingerprint {_fingerprint(key)}. The server announces it from its next"
        " start; when everybody has connected since, stop the server and run switch-key"
    )


def switch_key(data: Path) -> str:
    """Give the next key to a server that is stopped. Whoever was told of it goes on.

    Raises:
        MaintenanceError: a server is using the folder, or the folder is not there.
        FolderError: there is no next key, or the folder cannot be written.
    """
    folder = _existing(data)
    try:
        with closing(_open(folder)):
            folder.switch_key()
    except LogLocked:
        raise MaintenanceError(f"a server is using {data}: stop it first") from None
    except LogError as error:
        raise MaintenanceError(str(error)) from error
    key = folder.private_key(secrets.token_bytes)
    fingerprint = _fingerprint(key)
    return (
        f"{data} has the key with fingerprint {fingerprint} now. Invite links from before do not"
        " fit it any more. Whoever has not connected since next-key is stopped, and needs an"
        f" invite link with the new one: hubbub://HOST:PORT#{fingerprint}"
    )


def restore(source: Path, data: Path, *, now_s: Callable[[], float] = time.time) -> str:
    """Make a new folder from a backup, for a server to start on.

    What was said after the backup is lost here, but clients still hold it: the rooms get a higher
    incarnation, by which they notice. It is also the time of day in seconds, so that two folders
    made of one backup differ. Numbers that rooms and people got after the backup are not given
    again.

    Raises:
        MaintenanceError: the backup is damaged, or ``data`` lies in it or holds something already.
    """
    backed_up = _existing(source)
    if _is_within(data, source):
        raise MaintenanceError(
            f"{data} lies in the backup {source}, which stays as it is: name a place outside"
        )
    with _draft(data) as draft:
        folder = ServerFolder(draft)
        shutil.copyfile(backed_up.log_path, folder.log_path)
        _copy_keys(backed_up, folder)
        check(draft)
        with closing(_open(folder)) as log:
            log.raise_incarnations(int(now_s()))
            log.skip_numbers(_ROOMS_SKIPPED, _PEOPLE_SKIPPED)
            _wait(log, log.commit)
            summary = _summary(log)
            fingerprint = _fingerprint(folder.private_key(secrets.token_bytes))
    return (
        f"{data} is ready for a server: {summary}. Its key is that of the backup, with fingerprint"
        f" {fingerprint}: if the server has changed its key since, clients take this one for"
        " another server"
    )


# --- private -------------------------------------------------------------------------------
def _existing(path: Path) -> ServerFolder:
    """A folder with a log; nothing is made."""
    if not path.is_dir():
        raise MaintenanceError(
            f"{path} is a file, not a folder" if path.exists() else f"there is no folder {path}"
        )
    folder = ServerFolder(path)
    if not folder.log_path.is_file():
        raise MaintenanceError(f"{path} holds no log of a server ({folder.log_path.name})")
    return folder


def _is_within(path: Path, folder: Path) -> bool:
    """Whether the path, which need not exist, is the folder or lies below it, links followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise MaintenanceError(f"{path} cannot be used: {error}") from error


def _open(folder: ServerFolder) -> SqliteLog:
    was_left_open = folder.was_left_open
    log = SqliteLog.open(
        folder.log_path, random_bytes=secrets.token_bytes, wake=lambda: None, threaded=False
    )
    if was_left_open:
        folder.note_left_open()
    return log


def _key_damage(folder: ServerFolder) -> Iterator[str]:
    for path in (folder.key_path, folder.next_key_path):
        try:
            size = path.stat().st_size
        except OSError as error:
            if path == folder.key_path or path.exists():
                yield f"the server's key {path} cannot be read: {error.strerror}"
            continue
        if size != KEY_BYTES:
            yield f"{path} is no key: it has {size} bytes instead of {KEY_BYTES}"


def _summary(log: SqliteLog) -> str:
    rooms = log.rooms()
    entries = sum(room.head for room in rooms)
    counts = ((len(rooms), "room"), (entries, "entry"), (log.people_count(), "person"))
    return ", ".join(f"{n} {one if n == 1 else _MANY[one]}" for n, one in counts)


_MANY: Final = {"room": "rooms", "entry": "entries", "person": "people"}


def _copy(log: SqliteLog, path: Path) -> None:
    _wait(log, lambda done: log.copy_to(path, done))


def _wait(log: SqliteLog, begin: Callable[[Callable[[LogError | None], None]], None]) -> None:
    """Run what answers later on a log that has no thread: it is done when it returns."""
    answers: list[LogError | None] = []
    begin(answers.append)
    log.poll()
    (error,) = answers
    if error is not None:
        raise error


def _copy_keys(source: ServerFolder, target: ServerFolder) -> None:
    shutil.copyfile(source.key_path, target.key_path)
    if source.next_key_path.exists():
        shutil.copyfile(source.next_key_path, target.next_key_path)


def _fingerprint(private_key: bytes) -> str:
    return noise.fingerprint(noise.public_key(private_key))


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A new folder that takes the name ``path`` when it is finished, and is gone if it is not."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if any(path.iterdir()):
            raise MaintenanceError(f"{path} is not empty")
    draft = path.absolute().with_name(f"{path.name}.new-{secrets.token_hex(4)}")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.mkdir(mode=0o700)
        yield draft
        for file in draft.iterdir():
            _make_durable(file)
        _make_durable(draft)
        if path.is_dir():
            path.rmdir()
        draft.rename(path)
        _make_durable(draft.parent)
    except OSError as error:
        raise MaintenanceError(f"{error.filename or path}: {error.strerror or error}") from error
    except LogError as error:
        raise MaintenanceError(str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _make_durable(path: Path) -> None:
    """A file or, where the system can, a folder: still there after a power cut."""
    if path.is_dir() and os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
