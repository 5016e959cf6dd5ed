"""The wire vocabulary: one frozen struct per statement.

A frame is an array that begins with its tag. New trailing fields and unknown frames do not disturb
an older peer. Everything is bounded here, so whoever gets a frame may rely on its declared ranges.
How frames become bytes, and bytes frames, is in ``frame_codec``.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Annotated, Final

import msgspec

from protocol import limits

Number = Annotated[int, msgspec.Meta(ge=0, le=limits.NUMBER_MAX)]
Small = Annotated[int, msgspec.Meta(ge=0, le=2**32 - 1)]
Ref = Small
Question = Annotated[int, msgspec.Meta(ge=0, le=255)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=2**48)]
StreamId = Annotated[bytes, msgspec.Meta(max_length=limits.STREAM_ID_BYTES)]
Chain = Annotated[bytes, msgspec.Meta(max_length=limits.CHAIN_BYTES)]
Name = Annotated[str, msgspec.Meta(max_length=limits.NAME_BYTES_MAX)]
Status = Annotated[str, msgspec.Meta(max_length=limits.STATUS_CODE_POINTS_MAX)]
Text = Annotated[str, msgspec.Meta(max_length=limits.BODY_BYTES_MAX)]
Token8 = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """Root of everything that can be said in a datagram."""


# --- both directions -------------------------------------------------------------------------
class Report(Frame, tag=1, frozen=True, array_like=True):
    """What has arrived. Everything a sender knows of its path, it knows from this."""

    #: Highest session counter received, and how many datagrams in all on these keys.
    highest: Number
    received: Number
    #: Time between receiving ``highest`` and sending this.
    delay_ms: Milliseconds
    #: (stream reference, complete to) pairs that changed since they were last reported.
    complete: Annotated[
        list[tuple[Ref, Number]], msgspec.Meta(max_length=limits.COMPLETE_TO_REPORTED_MAX)
    ] = []
    #: Of those received, how many came after a later one.
    late: Number = 0


class Ping(Frame, tag=2, frozen=True, array_like=True):
    """Asks for a report at once."""


class Pad(Frame, tag=3, frozen=True, array_like=True):
    """Fills a datagram up to a wanted length."""

    zeros: Annotated[bytes, msgspec.Meta(max_length=limits.DATAGRAM_BYTES_MAX)]


class PathChallenge(Frame, tag=4, frozen=True, array_like=True):
    """Asks the peer to prove that it receives at this address (RFC 9000, 8.2)."""

    token: Token8


class PathResponse(Frame, tag=5, frozen=True, array_like=True):
    """The token of a ``PathChallenge``, sent back."""

    token: Token8


class Close(Frame, tag=6, frozen=True, array_like=True):
    """Goodbye: the session is over. ``reason`` is a ``CloseReason``."""

    reason: Small


class CloseReason(IntEnum):
    """Why a session was closed by one side."""

    GOODBYE = 0
    SERVER_STOPS = 1
    SIGNED_IN_ELSEWHERE = 2
    BROKE_THE_RULES = 3
    NEVER_SIGNED_IN = 4


# --- client to server ------------------------------------------------------------------------
class SignIn(Frame, tag=10, frozen=True, array_like=True):
    """First frame of a session: who is there. Repeated until answered."""

    name: Name
    software: Name = ""


class Subscribe(Frame, tag=11, frozen=True, array_like=True):
    """Follow a stream from a position; repeated until answered.

    ``checkpoints`` are (number, chain value) pairs of entries that the client holds, newest
    first; none when it holds nothing, and for streams that are not logs a single pair
    (complete to, empty).
    """

    ref: Ref
    stream_id: StreamId
    incarnation: Small
    checkpoints: Annotated[
        list[tuple[Number, Chain]], msgspec.Meta(max_length=limits.CHECKPOINTS_MAX)
    ] = []
    #: Comes back with the answer, so that a late one is not taken for an answer to this.
    question: Question = 0


class Unsubscribe(Frame, tag=12, frozen=True, array_like=True):
    """Nothing more of this stream, please, not even what was asked for."""

    ref: Ref


class Range(Frame, tag=13, frozen=True, array_like=True):
    """Send me entries ``first..last``: repair, catching up, scrolling back are all this."""

    ref: Ref
    first: Number
    last: Number


class Post(Frame, tag=14, frozen=True, array_like=True):
    """Something for a log, by a device; the only frame that writes one.

    ``client_seq`` counts 1, 2, 3, … per device; ``room`` is 0 where there is none yet. A long
    text comes as ``parts`` frames with the same number, counted from 0 by ``part``.
    """

    client_seq: Annotated[int, msgspec.Meta(ge=1, le=limits.NUMBER_MAX)]
    post_id: Number
    room: Small
    kind: Small
    text: Text
    part: Annotated[int, msgspec.Meta(ge=0, lt=limits.PARTS_MAX)] = 0
    parts: Annotated[int, msgspec.Meta(ge=1, le=limits.PARTS_MAX)] = 1
    #: ``PostFlag`` bits.
    flags: Annotated[int, msgspec.Meta(ge=0, le=3)] = 1


class PostFlag(IntFlag):
    """What the server cannot know of a post by itself."""

    #: It counts as one message, though the server does not know its kind.
    VISIBLE = 1
    #: It waited when this session began. If data folders were copied back on both sides, it may
    #: stand in the log under another number, and its id says so.
    WAITED = 2


class Who(Frame, tag=15, frozen=True, array_like=True):
    """Asks for the current names of people."""

    people: Annotated[list[Small], msgspec.Meta(max_length=limits.PEOPLE_ASKED_MAX)]


class SetPresence(Frame, tag=16, frozen=True, array_like=True):
    """The person is at the keyboard, or away, and ``status`` is what he says of it."""

    presence: Annotated[int, msgspec.Meta(ge=1, le=2)]
    status: Status = ""


# --- server to client ------------------------------------------------------------------------
class Welcome(Frame, tag=20, frozen=True, array_like=True):
    """Answers ``SignIn``; padded to a full datagram, so its arrival proves the path's size."""

    person: Small
    device: Small
    name: Name
    #: Where the device's dense numbering stands, and the random id of that post. What could not
    #: be counted on from is no such number.
    last_client_seq: Annotated[int, msgspec.Meta(ge=0, lt=2**62)]
    last_post_id: Number
    server_name: Name
    #: Rooms in which the person is a member.
    rooms: Annotated[list[Small], msgspec.Meta(max_length=512)]
    #: Proves a later ``RESET`` datagram for this session.
    reset_token: Annotated[bytes, msgspec.Meta(max_length=16)]
    #: Wall clock of the server, milliseconds since 1970.
    time_ms: Milliseconds
    #: Goes up whenever a person is renamed: then names held by the client may be old.
    names_version: Number = 0
    #: Public key that the server will have some day, beside its present one; empty for none.
    next_key: Annotated[bytes, msgspec.Meta(max_length=32)] = b""


class SignInRefused(Frame, tag=21, frozen=True, array_like=True):
    """Answers ``SignIn`` with a ``Refusal``; ``suggestion`` is a name that is free, or empty."""

    code: Small
    suggestion: Name = ""


class Subscribed(Frame, tag=22, frozen=True, array_like=True):
    """Answers ``Subscribe``: the stream as it stands.

    ``agreed_to`` is the newest of the client's checkpoints that is also the server's (0 if
    none): what the client holds beyond it is another history.
    """

    ref: Ref
    stream_id: StreamId
    incarnation: Small
    #: Oldest number that can still be had, newest number, visible messages and chain there.
    first: Number
    head: Number
    visible: Number
    chain: Chain
    agreed_to: Number
    #: The ``Subscribe`` that this answers.
    question: Question = 0


class SubscribeRefused(Frame, tag=23, frozen=True, array_like=True):
    """Answers ``Subscribe`` with a ``Refusal``."""

    ref: Ref
    code: Small
    #: The ``Subscribe`` that this answers.
    question: Question = 0


class EntryFlag(IntFlag):
    """What a client needs to know of an entry even when it does not know its kind."""

    #: Counts as one message for "unread".
    VISIBLE = 1
    #: The next entry continues this message.
    CONTINUES = 2


class EntryKind(IntEnum):
    """What happened in a room. Kinds a client does not know are kept and shown by their text."""

    #: Not an entry: a post that only uses up its number.
    VOID = 0
    MESSAGE = 1
    CREATED = 2
    JOIN = 3
    LEAVE = 4
    TOPIC = 5
    NAME = 6


#: Kinds from here on mean nothing to the server: it carries them for newer clients.
FIRST_OPAQUE_KIND: Final = 64


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One entry of a push; its number follows from its place.

    ``after_ms`` is the distance to the push's base time. ``text`` is what a person wrote, a new
    topic or name, or what to show for a kind the reader does not know.
    """

    kind: Small
    author: Small
    device: Small
    client_seq: Number
    after_ms: Annotated[int, msgspec.Meta(ge=-(2**48), le=2**48)]
    text: Text
    flags: Small = 1


class Push(Frame, tag=24, frozen=True, array_like=True):
    """Consecutive entries of a log, byte-identical for all members.

    ``chain`` is the hash chain's value after the last of them: with it a client can prove, when
    it comes back, that it holds this very history, without a hash per entry on the wire.
    """

    ref: Ref
    first: Number
    time_ms: Milliseconds
    #: Visible messages before ``first``.
    visible_before: Number
    chain: Chain
    entries: Annotated[list[Entry], msgspec.Meta(min_length=1, max_length=256)]


class Changes(Frame, tag=25, frozen=True, array_like=True):
    """The live items with numbers ``first..last`` of a short-lived stream.

    Such a stream holds the newest change for each subject only, so numbers in the range that
    are missing here were superseded: whoever gets this is complete for the whole range.
    """

    ref: Ref
    incarnation: Small
    first: Number
    last: Number
    head: Number
    items: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=256)]


class Heads(Frame, tag=26, frozen=True, array_like=True):
    """(reference, newest number, visible messages) of streams; asks for a report at once."""

    heads: Annotated[list[tuple[Ref, Number, Number]], msgspec.Meta(max_length=100)]


class Receipt(Frame, tag=27, frozen=True, array_like=True):
    """The device's post is durable: ``number`` is its (last) entry, 0 if nothing had to be said."""

    client_seq: Number
    room: Small
    number: Number


class Refused(Frame, tag=28, frozen=True, array_like=True):
    """The device's post was refused for good; its number is used up (but ``NUMBER_REUSED``)."""

    client_seq: Number
    code: Small


class SlowDown(Frame, tag=29, frozen=True, array_like=True):
    """Not now: repeat the post after this time. Nothing is used up.

    ``code`` is 0 for whoever posts too fast, ``Refusal.SERVER_FULL`` when the disk is full.
    """

    client_seq: Number
    retry_after_ms: Milliseconds
    code: Small = 0


class Persons(Frame, tag=30, frozen=True, array_like=True):
    """Answers ``Who``: (person, current name) pairs."""

    people: Annotated[list[tuple[Small, Name]], msgspec.Meta(max_length=limits.PEOPLE_ASKED_MAX)]


AnyFrame = (
    Report | Ping | Pad | PathChallenge | PathResponse | Close
    | SignIn | Subscribe | Unsubscribe | Range | Post | Who | SetPresence
    | Welcome | SignInRefused | Subscribed | SubscribeRefused | Push | Changes | Heads
    | Receipt | Refused | SlowDown | Persons
)  # fmt: skip


# --- items of short-lived streams --------------------------------------------------------------
class Presence(IntEnum):
    """Where a member is. ``GONE`` takes the member out of the list."""

    GONE = 0
    ONLINE = 1
    AWAY = 2
    OFFLINE = 3


class RoomItem(msgspec.Struct, tag=1, frozen=True, array_like=True):
    """In the list of rooms: a room as it now is."""

    number: Number
    room: Small
    stream_id: StreamId
    name: Name
    topic: Annotated[str, msgspec.Meta(max_length=limits.TOPIC_BYTES_MAX)]
    people: Small


class PersonItem(msgspec.Struct, tag=2, frozen=True, array_like=True):
    """In the list of rooms: a person has a new name."""

    number: Number
    person: Small
    name: Name


class MemberItem(msgspec.Struct, tag=3, frozen=True, array_like=True):
    """In a room's people: one of them as he or she now is; ``presence`` is a ``Presence``, and
    ``status`` what the person says of it. Most say nothing: then it is not sent."""

    number: Number
    person: Small
    name: Name
    presence: Annotated[int, msgspec.Meta(ge=0, le=255)]
    status: Status = ""


class HeldItem(msgspec.Struct, tag=4, frozen=True, array_like=True):
    """In a room's people: how much of the log its members hold.

    ``steps`` are (complete to, person) pairs, highest first, at most 50: "held by 3 of 8" counts
    the people in it whose number is not below the message's.
    """

    number: Number
    steps: Annotated[list[tuple[Number, Small]], msgspec.Meta(max_length=50)]


Item = RoomItem | PersonItem | MemberItem | HeldItem
