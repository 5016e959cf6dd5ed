"""One room: what of it is committed, who follows it, and its newest entries in memory."""

from __future__ import annotations

from collections import deque
from itertools import islice

from server.audience import Audience
from server.live_stream import LiveStream
from server.push_packing import pack
from server.room_log import LogEntry, RoomRecord


class Room:
    """A room as the server serves it.

    ``head``, ``visible`` and ``chain`` are what is committed. Entries of the open batch wait in
    ``fresh`` until ``publish``: nobody hears of them before.
    """

    __slots__ = (
        "room", "stream_id", "incarnation", "name", "topic", "head", "visible", "chain",
        "members", "member_count", "followers", "recent", "fresh", "people",
        "people_followers", "complete",
    )  # fmt: skip

    def __init__(self, record: RoomRecord, recent_max: int) -> None:
        self.room = record.room
        self.stream_id = record.stream_id
        self.recent: deque[LogEntry] = deque(maxlen=recent_max)
        self.fresh: list[LogEntry] = []
        #: Sessions that get the log pushed, and those that watch who is here.
        self.followers = Audience()
        self.people_followers = Audience()
        #: The stream of who is here; None while nobody watches.
        self.people: LiveStream | None = None
        #: Person -> number up to which he holds the log, as far as he reported.
        self.complete: dict[int, int] = {}
        self.restore(record)

    def restore(self, record: RoomRecord) -> None:
        """Take over what the log says: at a start, and after a batch that failed."""
        self.incarnation = record.incarnation
        self.name = record.name
        self.topic = record.topic
        self.head = record.head
        self.visible = record.visible
        self.chain = record.chain
        self.member_count = record.members
        #: Persons; None until they are needed, read from the log then.
        self.members: set[int] | None = None
        self.fresh.clear()

    def publish(self) -> list[bytes]:
        """The open batch is durable: its entries become the room's newest. Returns pushes."""
        if not self.fresh:
            return []
        newest = self.fresh[-1]
        self.head, self.visible, self.chain = newest.number, newest.visible, newest.chain
        self.recent.extend(self.fresh)
        pushes = pack(self.room, self.fresh)
        self.fresh = []
        return pushes

    def recent_range(self, first: int, last: int) -> list[LogEntry] | None:
        """Entries ``first..last`` if memory holds them all, else None."""
        if not self.recent or first < self.recent[0].number:
            return None
        start = first - self.recent[0].number
        stop = last - self.recent[0].number + 1
        return list(islice(self.recent, start, stop))

    def chain_at(self, number: int) -> bytes | None:
        """Chain value after entry ``number`` if memory knows it."""
        if number == self.head:
            return self.chain
        entries = self.recent_range(number, number) if 0 < number < self.head else None
        return entries[0].chain if entries else None
