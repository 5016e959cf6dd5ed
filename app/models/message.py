"""What a timeline consists of: messages, holes, and lines that only this computer shows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

from app.models.records import RoomEntry
from app.structs import Struct
from protocol.frames import EntryFlag, EntryKind


class MessageState(Enum):
    """How far a message has come."""

    #: Here only; it goes out by itself.
    PENDING = "pending"
    #: Durable at the server, with its number.
    ACCEPTED = "accepted"
    #: Refused, or not even kept here: its person decides.
    FAILED = "failed"


class MessageKind(Enum):
    """What a message is about."""

    TEXT = "text"
    CREATED = "created"
    JOINED = "joined"
    LEFT = "left"
    TOPIC = "topic"
    RENAMED = "renamed"
    #: Of a kind this version does not know; its text says what to show.
    OTHER = "other"


_KINDS: Final[dict[int, MessageKind]] = {
    EntryKind.MESSAGE: MessageKind.TEXT,
    EntryKind.CREATED: MessageKind.CREATED,
    EntryKind.JOIN: MessageKind.JOINED,
    EntryKind.LEAVE: MessageKind.LEFT,
    EntryKind.TOPIC: MessageKind.TOPIC,
    EntryKind.NAME: MessageKind.RENAMED,
}


class Message(Struct, frozen=True):
    """One message, from one or several entries, or one that is to become such."""

    #: The same from the moment it is typed until it is read back from disk.
    key: int
    #: Its entries; both 0 while the server has not numbered it.
    first: int
    number: int
    kind: MessageKind
    author: int
    time_ms: int
    text: str
    state: MessageState = MessageState.ACCEPTED
    #: Messages of the room up to and including this one, as unread is counted.
    visible: int = 0
    #: Our own name for a post of this run of the program, 0 for what came from the server.
    token: int = 0
    #: Why it failed, for people.
    failure: str = ""


class Gap(Struct, frozen=True):
    """Entries that are known to exist and not held yet; ``missing`` of them are messages."""

    first: int
    last: int
    missing: int


class LocalNotice(Struct, frozen=True):
    """A line for this person alone, behind entry ``after``; a reminder calls as a mention does."""

    key: int
    after: int
    time_ms: int
    text: str
    is_reminder: bool = False


class ForkNotice(Struct, frozen=True):
    """The server lost what came after entry ``after``; ``lost`` messages are only here.

    ``since_ms`` is when the last common entry was written, 0 if nothing is common.
    """

    key: int
    after: int
    time_ms: int
    lost: int
    since_ms: int


class RenameNotice(Struct, frozen=True):
    """Behind entry ``after`` it became known that a person called ``before`` is ``name`` now."""

    key: int
    after: int
    time_ms: int
    person: int
    before: str
    name: str


TimelineItem = Message | Gap | LocalNotice | ForkNotice | RenameNotice


def is_shown(entry: RoomEntry) -> bool:
    """Whether people see the entry: not what newer clients say to each other."""
    return entry.kind in _KINDS or bool(entry.flags & EntryFlag.VISIBLE)


def kind_of(entry_kind: int) -> MessageKind:
    """The kind of message that an entry of this kind makes."""
    return _KINDS.get(entry_kind, MessageKind.OTHER)


def is_message_of(entry: RoomEntry, person: int) -> bool:
    """Whether it counts as a message, and this person (0 for nobody) wrote it."""
    return bool(person) and entry.author == person and bool(entry.flags & EntryFlag.VISIBLE)


def message_of(parts: Sequence[RoomEntry], key: int, token: int = 0) -> Message:
    """One message from its consecutive entries."""
    last = parts[-1]
    return Message(
        key=key,
        first=parts[0].number,
        number=last.number,
        kind=kind_of(last.kind),
        author=last.author,
        time_ms=last.time_ms,
        text="".join(part.text for part in parts) if len(parts) > 1 else last.text,
        visible=last.visible,
        token=token,
    )
