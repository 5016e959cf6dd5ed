"""How a running server is asked for a copy of its log, and answers.

Theory. The server's only connection holds the log for itself, and a second one is what must never
be (it would bring back SQLite's trouble with shared WALs), so nobody else can copy the log: the
server does, on its commit thread, where a copy is just a commit that takes long. Datagrams,
heartbeats and timers go on, posts wait. It is asked through files in its folder, which only its
owner can write::

    backup-ID.request   {"to": PATH}          the command writes it, the server takes it away
    backup-ID.answer    {"error": TEXT}       the server writes it, the command takes it away

Files rather than a signal or a local socket, because they are the same on every system, need no
process id that may be another program's by now, and leave nothing behind that a crash could make
wrong: a request that nobody waits for any more names a folder that is gone.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from server.room_log import CommitDone, LogError

#: How often the server looks into its folder.
LOOK_INTERVAL_S: Final = 0.5
#: How often the command looks for its answer.
_ANSWER_INTERVAL_S: Final = 0.05

_REQUEST: Final = "backup-*.request"

_log = logging.getLogger(__name__)


class NoAnswer(Exception):
    """The server made no copy; the text says why, for the person who asked."""


class CopyableLog(Protocol):
    """What the desk needs of the log."""

    @property
    def busy(self) -> bool: ...
    @property
    def dirty(self) -> bool: ...
    def poll(self) -> None: ...
    def copy_to(self, path: Path, done: CommitDone) -> None: ...


class BackupDesk:
    """Stands before the log in the endpoint's loop, and starts a copy when the log is free.

    ``ring`` is called on the desk's own thread, which does nothing but look into the folder: a
    disk that hangs must not stop the loop.
    """

    def __init__(self, folder: Path, log: CopyableLog, ring: Callable[[], None]) -> None:
        self._folder = folder
        self._log = log
        self._ring = ring
        self._wanted: queue.SimpleQueue[tuple[Path, Path]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backup desk")

    def start(self) -> None:
        """Look into the folder from now on; ``close`` has to follow."""
        self._thread.start()

    def close(self) -> None:
        """Take no more requests."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def busy(self) -> bool:
        """The log's."""
        return self._log.busy

    def poll(self) -> None:
        """The log's; and a copy starts if one is wanted and the log is free."""
        self._log.poll()
        if self._wanted.empty() or self._log.busy or self._log.dirty:
            return
        request, target = self._wanted.get()
        _log.info("a copy of the log is being made", {"to": str(target)})
        self._log.copy_to(target, lambda error: _write_answer(request, error))

    def look(self) -> None:
        """Take the requests that lie in the folder."""
        for request in sorted(self._folder.glob(_REQUEST)):
            try:
                wanted = _read(request)
                target = Path(wanted["to"])
            except (OSError, ValueError, KeyError, TypeError):
                _log.warning("a request for a copy makes no sense", {"file": request.name})
                target = None
            with contextlib.suppress(OSError):  # whoever asked has taken it back
                request.unlink()
                if target is not None:
                    self._wanted.put((request, target))
                    self._ring()

    def _run(self) -> None:
        while not self._stop.wait(LOOK_INTERVAL_S):
            self.look()


def ask(folder: Path, target: Path, request_id: str, timeout_s: float) -> None:
    """Have the server that runs on ``folder`` copy its log into the new file ``target``.

    Raises:
        NoAnswer: it could not, or did not within the time.
    """
    request = folder / f"backup-{request_id}.request"
    answer = request.with_suffix(".answer")
    try:
        _write(request, {"to": str(target.absolute())})
        deadline = time.monotonic() + timeout_s
        while not answer.exists():
            if time.monotonic() > deadline:
                raise NoAnswer(f"the server gave no answer within {timeout_s:g} s")
            time.sleep(_ANSWER_INTERVAL_S)
        error = _read(answer)["error"]
        if error:
            raise NoAnswer(f"the server could not write the copy: {error}")
    except OSError as error:
        raise NoAnswer(f"{folder}: {error.strerror or error}") from error
    finally:
        for path in (request, answer):
            path.unlink(missing_ok=True)


def _write_answer(request: Path, error: LogError | None) -> None:
    try:
        _write(request.with_suffix(".answer"), {"error": "" if error is None else str(error)})
    except OSError:
        _log.warning("the answer to a request for a copy cannot be written")


def _write(path: Path, content: dict[str, str]) -> None:
    """All of it or nothing, for whoever looks meanwhile."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(json.dumps(content), encoding="utf-8")
    draft.replace(path)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
