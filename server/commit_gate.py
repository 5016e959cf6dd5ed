"""The gate between deciding and telling: nothing passes before it is on disk.

What writes the log is gathered while the disk has the batch before, and run all together when it
is free; the answers and pushes that follow wait for the commit. Reads of the log wait for a free
log as well, so they only ever see what is committed. A lone write goes at once; those that follow
closely are gathered for a few milliseconds, for a commit costs the same whatever it holds, and a
datagram to each member nearly so: the more have to be told, the longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec

from protocol.limits import FRAMES_MAX
from server.room import Room
from server.room_log import LogError, RoomLog

#: Writes put into one batch; the rest wait for the next.
_BATCH_MAX = 1024
#: So many writes for each room of the last batch are worth one of their own, however close it was.
_GATHERED: Final = 32
#: After telling this many sessions batches keep their distance once, after four times as many and
#: more four times (measured: `docs/performance.md`, "Gathering"). What waits for a batch shares its
#: commit, and in one room its datagrams too, so if all are of one room it is half as many, and
#: eight times.
_TOLD: Final = 250
_DISTANCES_MAX: Final = 4
_TOLD_IN_ONE_ROOM: Final = 125
_DISTANCES_IN_ONE_ROOM_MAX: Final = 8
#: Reads between two batches, so that posts never wait long for readers.
_READS_MAX = 64

#: What is done once the batch is durable.
After = Callable[[], None]


class Write(msgspec.Struct, frozen=True, gc=False):
    """Something for the log. ``run`` gets the wall clock in milliseconds, joins the batch, and
    returns what to do once it is durable; ``failed`` is called instead if the batch is lost."""

    run: Callable[[int], After]
    failed: Callable[[LogError], None]
    #: About what it holds in memory while it waits.
    size_bytes: int = 0


class CommitGate:
    """Runs writes in batches, and tells of them afterwards.

    ``publish`` is called for each room with new entries, ``on_failed`` when a batch was lost and
    memory has to be taken from the log again.
    """

    def __init__(
        self,
        log: RoomLog,
        publish: Callable[[Room], None],
        on_failed: Callable[[], None],
        waiting_max: int,
        distance_s: float = 0.0,
        *,
        bytes_waiting_max: int = 1 << 62,
    ) -> None:
        """Commits begin at least ``distance_s`` after one another, unless many writes wait; up to
        eight times that after one that many had to be told of."""
        self._bytes_waiting_max = bytes_waiting_max
        self._bytes_waiting = 0
        self._log = log
        self._publish = publish
        self._on_failed = on_failed
        self._waiting_max = waiting_max
        # What one datagram asks for always finds a place, however small the bound.
        self._reads_max = max(waiting_max, FRAMES_MAX)
        self._distance_s = distance_s
        self._batch_at = self._next_commit_at = float("-inf")
        self._gathered = _GATHERED
        self._writes: deque[Write] = deque()
        self._reads: deque[Callable[[], None]] = deque()
        self._turned_away: deque[Callable[[float], None]] = deque()
        self._batch: list[tuple[Write, After]] = []
        self._touched: dict[int, Room] = {}

    @property
    def reads_waiting(self) -> bool:
        """Somebody wants to read as soon as the log is free."""
        return bool(self._reads)

    @property
    def next_batch_at(self) -> float | None:
        """From when on a batch is to be opened, if the log is free; None: nothing to write."""
        if not self._writes:
            return None
        return float("-inf") if len(self._writes) >= self._gathered else self._next_commit_at

    @property
    def is_full(self) -> bool:
        """``write_soon`` would refuse."""
        return (
            len(self._writes) >= self._waiting_max or self._bytes_waiting >= self._bytes_waiting_max
        )

    def read_soon(self, read: Callable[[], None]) -> bool:
        """Run ``read`` when the log is free; False if too much waits already."""
        if len(self._reads) >= self._reads_max:
            return False
        self._reads.append(read)
        return True

    def write_soon(self, write: Write) -> bool:
        """Run ``write`` with the next batch; False if too much waits already."""
        if self.is_full:
            return False
        self._writes.append(write)
        self._bytes_waiting += write.size_bytes
        return True

    def when_free(self, action: Callable[[float], None]) -> None:
        """Call ``action``, with the time, when there is a place again for whoever found none."""
        self._turned_away.append(action)

    def touch(self, room: Room) -> None:
        """The open batch holds entries of this room."""
        self._touched[room.room] = room

    def run_reads(self) -> None:
        """Run what waits to read; call it while the log is free."""
        for _ in range(min(len(self._reads), _READS_MAX)):
            self._reads.popleft()()

    def run_writes(self, now: float, time_ms: int) -> None:
        """Run what waits to be written, and start its commit; call it while the log is free."""
        batch = self._batch
        self._batch_at, self._next_commit_at = now, now + self._distance_s
        try:
            while self._writes and len(batch) < _BATCH_MAX:
                write = self._writes.popleft()
                self._bytes_waiting -= write.size_bytes
                batch.append((write, _nothing))
                batch[-1] = (write, write.run(time_ms))
        except LogError as error:
            self._lost(error)
            return
        if self._log.dirty:
            self._log.commit(self._committed)
        elif batch:
            self._committed(None)
        while self._turned_away and not self.is_full:
            self._turned_away.popleft()(now)

    def _committed(self, error: LogError | None) -> None:
        if error is not None:
            self._lost(error)
            return
        batch, self._batch = self._batch, []
        touched, self._touched = self._touched, {}
        told = largest = 0
        for room in touched.values():
            followers = len(room.followers)
            told += followers
            largest = max(largest, followers)
            self._publish(room)
        distances = max(
            1.0,
            min(told / _TOLD, _DISTANCES_MAX),
            min(largest / _TOLD_IN_ONE_ROOM, _DISTANCES_IN_ONE_ROOM_MAX),
        )
        self._next_commit_at = self._batch_at + self._distance_s * distances
        self._gathered = _GATHERED * max(len(touched), 1)
        for _, after in batch:
            after()

    def _lost(self, error: LogError) -> None:
        if self._log.dirty:
            self._log.rollback()
        batch, self._batch = self._batch, []
        self._touched.clear()
        self._on_failed()
        for write, _ in batch:
            write.failed(error)


def _nothing() -> None:
    """What follows a write that never ran to its end."""
