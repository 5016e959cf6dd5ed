"""What the tests of the durable log share: a log with its wake-ups, and things to write to it."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from server.room_log import LogError, NewEntry, PostResult
from server.sqlite_log import SqliteLog

#: A device's.
KEY = bytes(range(32))
_PAGE_BYTES = 4096


class LogUnderTest:
    """A log, and the wake-ups that its endpoint would get.

    With a commit thread only where the test is sure to close it, even when it fails: a thread
    that is left would keep the run from ending.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        threaded: bool = False,
        pages_max: int | None = None,
        free_bytes_min: int = 0,
        seed: int = 1,
    ) -> None:
        self.wakes = threading.Semaphore(0)
        self.log = SqliteLog.open(
            path,
            random_bytes=random.Random(seed).randbytes,
            wake=self.wakes.release,
            threaded=threaded,
            pages_max=pages_max,
            free_bytes_min=free_bytes_min,
        )

    def commit(self) -> LogError | None:
        """Commit the open batch and wait for the answer."""
        answers: list[LogError | None] = []
        self.log.commit(answers.append)
        assert self.log.busy
        assert not answers, "answered from inside the call"
        self.finish()
        (answer,) = answers
        return answer

    def finish(self) -> None:
        """Let the commit in hand come to its end, and those that its answer starts."""
        self.log.poll()
        while self.log.busy:
            # One that ran inside ``commit`` wakes nobody: its outcome is there already.
            self.wakes.acquire(timeout=0.001)
            self.log.poll()


def damage_page_with(path: Path, text: bytes) -> None:
    """Makes nonsense of the page that holds this text, in a log that is closed."""
    content = bytearray(path.read_bytes())
    start = content.index(text) // _PAGE_BYTES * _PAGE_BYTES
    content[start : start + _PAGE_BYTES] = bytes([7]) * _PAGE_BYTES
    path.write_bytes(content)


def entry(text: str = "hello", *, flags: int = 1, client_seq: int = 0) -> NewEntry:
    return NewEntry(
        kind=1,
        author=3,
        device=4,
        client_seq=client_seq,
        time_ms=1_700_000_000_000,
        text=text,
        flags=flags,
    )


def accepted(room: int, number: int, post_id: int = 77) -> PostResult:
    return PostResult(post_id=post_id, room=room, number=number, refusal=0)
