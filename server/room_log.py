"""The log's interface: what the server core asks of the disk, and nothing else.

Writes are gathered: every method that writes joins the batch that is open, and ``commit`` makes
the batch durable *later*, answering through a callback. Until then nobody outside may hear of
it: whoever wrote holds back answers and pushes. One batch is in the hands of the disk at a time,
and while it is there (``busy``) the log takes no calls. That is the seam for an engine that lives
on other machines: append a batch, be told when it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


@dataclass(frozen=True, slots=True)
class RoomRecord:
    """A room as the log knows it; ``room`` is a small number that never changes or returns."""

    room: int
    stream_id: bytes
    incarnation: int
    name: str
    topic: str
    #: Number of the newest entry, 0 in an empty room.
    head: int
    #: How many visible messages there are up to the head.
    visible: int
    #: Hash chain value at the head, 8 bytes.
    chain: bytes
    members: int


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device, the person behind it, and how far its posts have come."""

    device: int
    person: int
    key: bytes
    #: Number and random id of its last post that was committed or refused, 0 and 0 before.
    last_client_seq: int
    last_post_id: int


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person: a number for ever, a name for now."""

    person: int
    name: str


class NewEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry that is to be appended; the log gives it its number and its place in the chain."""

    kind: int
    author: int
    device: int
    client_seq: int
    time_ms: int
    text: str
    #: ``EntryFlag`` bits of ``protocol.frames``; bit 0 (VISIBLE) counts one message.
    flags: int


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry of a room's log with its place."""

    number: int
    kind: int
    author: int
    device: int
    client_seq: int
    time_ms: int
    text: str
    flags: int
    #: Visible messages up to and including this entry.
    visible: int
    #: Hash chain value after this entry, 8 bytes.
    chain: bytes


class PostResult(msgspec.Struct, frozen=True, gc=False):
    """What became of a device's post: ``refusal`` 0 means it stands in the room at ``number``."""

    post_id: int
    room: int
    number: int
    refusal: int


@dataclass(frozen=True, slots=True)
class RememberedSession:
    """Enough of a session to tell its client after a restart that it must sign in again."""

    index: bytes
    host: str
    port: int


class LogError(Exception):
    """The disk did not take a batch; nothing of it was kept. The text says why, for the log."""


class LogInterrupted(LogError):
    """It was given up, for something else is wanted of the log; nothing is wrong."""


class LogDamaged(LogError):
    """The file is not whole: it is read, and nothing is written to it any more."""


class LogFull(LogError):
    """There is no room left: reading goes on, writing may succeed again later."""


#: Called once for each ``commit``: with None when the batch is durable, else with what went
#: wrong; then nothing of the batch was kept.
CommitDone = Callable[[LogError | None], None]


class RoomLog(Protocol):
    """Rooms, people and entries, durable. All methods but ``commit`` answer at once."""

    @property
    def busy(self) -> bool:
        """A batch is on its way to the disk: no other method may be called."""

    @property
    def dirty(self) -> bool:
        """The open batch holds something."""

    # --- reading (sees the open batch too; the core clamps to what is committed) -----------
    def rooms(self) -> list[RoomRecord]: ...
    def members(self, room: int) -> list[int]: ...
    def rooms_of(self, person: int) -> list[int]: ...
    def rooms_created_by(self, person: int) -> int: ...
    def people_count(self) -> int: ...
    def names_version(self) -> int:
        """How often a person was renamed: clients that hold names ask again when it changed."""

    def people(self, persons: Sequence[int]) -> list[PersonRecord]: ...

    def people_called(self, name: str, canonical: str) -> list[int]:
        """Whoever has this name, or one that is drawn like it; two of them if there are many."""

    def device(self, key: bytes) -> DeviceRecord | None: ...
    def post_result(self, device: int, client_seq: int) -> PostResult | None: ...

    def post_with_id(self, device: int, post_id: int) -> PostResult | None:
        """What became of the post with this id, under whatever number, if it is one of the
        device's last 512."""

    def entries(self, room: int, first: int, last: int, bytes_max: int) -> list[LogEntry]:
        """Entries ``first..last``, oldest first, as many as fit ``bytes_max`` of text (at least
        one). Reads a number of rows that depends on the answer, not on the room."""

    def chain(self, room: int, number: int) -> bytes | None:
        """Chain value after entry ``number``; of 0 it is the room's seed; None beyond the head."""

    # --- writing: joins the open batch -----------------------------------------------------
    def create_room(self, name: str, canonical: str, creator: int) -> RoomRecord: ...
    def set_topic(self, room: int, topic: str) -> None: ...
    def set_room_name(self, room: int, name: str, canonical: str) -> None: ...
    def add_member(self, room: int, person: int) -> None: ...
    def remove_member(self, room: int, person: int) -> None: ...
    def add_device(self, key: bytes, name: str, canonical: str) -> DeviceRecord:
        """A new person with a new device; the canonical name must be free."""

    def rename_person(self, person: int, name: str, canonical: str) -> None: ...

    def append(self, room: int, entries: Sequence[NewEntry]) -> list[LogEntry]:
        """Give the entries the next consecutive numbers of the room."""

    def record_post(self, device: int, client_seq: int, result: PostResult) -> None:
        """Remember what became of the post; ``client_seq`` is the device's last plus one."""

    def remember_sessions(
        self, opened: Sequence[RememberedSession], closed: Sequence[bytes]
    ) -> None: ...

    def remembered_sessions(self) -> list[RememberedSession]: ...

    # --- the batch -------------------------------------------------------------------------
    def commit(self, done: CommitDone) -> None:
        """Make the open batch durable; ``done`` is called later, never from inside this call."""

    def rollback(self) -> None:
        """Forget the open batch."""

    def close(self) -> None: ...
