"""What is known of an entry, a person, a room, a post: plain values.

Events carry them and the store keeps them, so they say nothing of where they come from.
"""

from __future__ import annotations

from app.structs import Struct


class RoomEntry(Struct, frozen=True):
    """One entry of a room's log."""

    number: int
    #: A ``protocol.frames.EntryKind``, or one that this version does not know.
    kind: int
    author: int
    device: int
    client_seq: int
    time_ms: int
    text: str
    #: Bit 0: counts as a message. Bit 1: the next entry continues it.
    flags: int
    #: Visible messages up to and including this entry.
    visible: int


class Member(Struct, frozen=True):
    """Somebody in a room; ``presence`` is a ``protocol.frames.Presence``, 0 for gone."""

    person: int
    name: str
    presence: int
    status: str = ""


class OutboxPost(Struct, frozen=True):
    """Something to be said, from the moment it is on disk until the server named its number."""

    client_seq: int
    post_id: int
    #: The room by its stream where it is known (else empty: then by name), and its name.
    stream_id: bytes
    room_name: str
    kind: int  # a ``protocol.frames.EntryKind``
    text: str
    time_ms: int
    #: A refusal, once there is one: the post then waits for its person.
    refused: int = 0


class StoredRoom(Struct, frozen=True):
    """A room as the local history holds it; of its ``visible`` messages so many were ``read``."""

    room: int
    stream_id: bytes
    incarnation: int
    name: str
    topic: str
    joined: bool
    base: int
    head: int
    visible: int
    read: int
    #: Ranges of entries on disk, and (number, chain) of some of them, newest first.
    held: tuple[tuple[int, int], ...]
    checkpoints: tuple[tuple[int, bytes], ...]
    #: (person, complete to) of others; what all held who were here last; how many others.
    holders: tuple[tuple[int, int], ...] = ()
    held_by_all: int = 0
    others: int = 0
    #: Of the entries on disk the newest that set the topic.
    topic_entry: RoomEntry | None = None
    #: Those behind what was read that the person wrote, counted as ``visible``.
    own_unread: tuple[int, ...] = ()
    fresh: bool = False  # joined, and nothing was heard of it since


class KeptRoom(Struct, frozen=True):
    """Messages that only this computer has, since the server came back from an older copy: those
    of a room that it does not have any more, or (``is_part``) those that it lost of a room."""

    #: Below zero: no server gives such a number. It is the same at every start.
    room: int
    #: Of the room they were written in.
    stream_id: bytes
    name: str
    is_part: bool
    #: Their numbers: those of the room's log, or for a part, counted anew from 1.
    first: int
    last: int
    messages: int
    #: When the last entry before the part was written (0 if there is none), and its number.
    since_ms: int = 0
    after: int = 0


class StrandedPost(Struct, frozen=True):
    """A message in the outbox of another server than the one at work."""

    server: int
    client_seq: int
    #: As it was called when somebody signed in there last, "" if nobody did.
    server_name: str
    room_name: str
    time_ms: int
    text: str
