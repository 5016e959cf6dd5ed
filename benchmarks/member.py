"""One client of a load: signs in, follows one room, posts, repairs; speaks the real protocol.

It is a lean one: no store, no names, no list of rooms. What goes over the wire is what an ordinary
client sends: handshake, reports, repeats of unanswered posts, ranges for what is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from itertools import islice
from typing import Final

from protocol import limits, streams
from protocol.client_handshake import ClientHandshake, Established
from protocol.cookie import Address
from protocol.frame_codec import encode_frame
from protocol.frames import (
    AnyFrame,
    Entry,
    EntryKind,
    Frame,
    Heads,
    Ping,
    Post,
    Push,
    Range,
    Receipt,
    SignIn,
    Subscribe,
    Subscribed,
    Welcome,
)
from protocol.post_repeats import PostRepeats
from protocol.session import Session
from protocol.stream_replica import StreamReplica

_SERVER: Final[Address] = ("server", 0)
_QUESTION_REPEAT_S: Final = 1.0
#: Of so many posts the oldest are looked at for the next timer.
_LOOKED_AT: Final = 4
#: Beside the frames of a datagram: the head of their array, at its longest.
_ARRAY_HEAD_BYTES: Final = 3


class MemberState(Enum):
    """How far a member has come."""

    SHAKING = auto()
    SIGNING_IN = auto()
    #: Waits to be told its room.
    SIGNED_IN = auto()
    ENTERING = auto()
    SUBSCRIBING = auto()
    FOLLOWING = auto()


class LoadError(Exception):
    """The server did not keep a promise, or never answered."""


class _Posted:
    """A post without an answer: encoded, how often and when it left first, when to repeat it."""

    __slots__ = ("due", "encoded", "first_sent_at", "times")

    def __init__(self, encoded: bytes) -> None:
        self.encoded = encoded
        self.times = 0
        self.first_sent_at = self.due = 0.0


class Member:
    """Drive it with ``receive`` and ``handle_timer``; it sends through ``send``."""

    def __init__(
        self,
        name: str,
        private_key: bytes,
        send: Callable[[bytes], object],
        random_bytes: Callable[[int], bytes],
        now: float,
    ) -> None:
        self.name = name
        self.state = MemberState.SHAKING
        self.room = 0
        #: Set once the member follows its room.
        self.replica: StreamReplica | None = None
        self.datagrams_sent = 0
        self._send = send
        self._random_bytes = random_bytes
        self._private_key = private_key
        self._handshake = ClientHandshake(private_key, None, b"", random_bytes, now)
        self._session: Session | None = None
        self._device = 0
        self._client_seq = 0
        #: What is asked until it is answered: frame, and when to ask again.
        self._question: Frame | None = None
        self._ask_again_at = 0.0
        self._posts: dict[int, _Posted] = {}
        self._repeats = PostRepeats()
        self._new_posts: list[int] = []
        #: When to ask for the report that opens a full window.
        self._ping_at = 0.0
        self._send_handshake(now)

    # --- what the load wants -----------------------------------------------------------------
    def create(self, room_name: str, now: float) -> None:
        """Create the room that this member and others will be in."""
        self._enter(Post(1, self._post_id(), 0, EntryKind.CREATED, room_name), now)

    def join(self, room: int, now: float) -> None:
        """Become a member of a room that exists."""
        self._enter(Post(1, self._post_id(), room, EntryKind.JOIN, ""), now)

    def _enter(self, post: Post, now: float) -> None:
        assert self.state is MemberState.SIGNED_IN
        self.state = MemberState.ENTERING
        self._client_seq = 1
        self._ask(post, now)

    def post(self, text: str) -> None:
        """Say something with the next ``flush``."""
        self._client_seq += 1
        seq = self._client_seq
        frame = Post(seq, self._post_id(), self.room, EntryKind.MESSAGE, text)
        self._posts[seq] = _Posted(encode_frame(frame))
        self._new_posts.append(seq)

    def flush(self, now: float) -> None:
        """Send new posts, as many to a datagram as fit, as far as the window allows."""
        session = self._session
        assert session is not None
        # What was to be repeated may have been answered meanwhile.
        self._new_posts = [seq for seq in self._new_posts if seq in self._posts]
        while self._new_posts and session.flow.may_send:
            frames: list[bytes] = []
            size = _ARRAY_HEAD_BYTES
            for seq in self._new_posts[: limits.FRAMES_MAX]:
                posted = self._posts[seq]
                size += len(posted.encoded)
                if size > limits.PLAINTEXT_BYTES_MAX:
                    break
                frames.append(posted.encoded)
                posted.times += 1
                if posted.times == 1:
                    posted.first_sent_at = now
                in_hand = len(self._posts)
                posted.due = now + self._repeats.wait_s(posted.times, in_hand, session.flow, now)
            del self._new_posts[: len(frames)]
            self._transmit(session.seal(frames, now))
        if self._new_posts and now >= self._ping_at:
            self._ping_at = now + session.flow.round_trip.timeout_s()
            self._transmit(session.seal([encode_frame(Ping())], now))

    # --- what happens ------------------------------------------------------------------------
    def receive(self, datagram: bytes, now: float) -> list[tuple[int, list[Entry]]]:
        """Take a datagram; returns entries that are new, as (first number, entries)."""
        session = self._session
        if session is None:
            outcome = self._handshake.receive(datagram, now)
            if isinstance(outcome, Established):
                self._session = Session(outcome.channel, _SERVER, now, self._random_bytes)
                if outcome.round_trip_s is not None:
                    self._session.flow.round_trip.sample(outcome.round_trip_s)
                self._send_handshake(now)
                self.state = MemberState.SIGNING_IN
                self._ask(SignIn(self.name), now)
            elif outcome is not None:
                raise LoadError(f"{self.name}: the handshake ended with {outcome}")
            self._send_handshake(now)
            return []
        frames = session.receive(datagram, _SERVER, now)
        if frames is None:
            return []
        self._handshake.confirmed()
        fresh: list[tuple[int, list[Entry]]] = []
        for frame in frames:
            if type(frame) is Push:
                fresh += self._take(frame, session, now)
            else:
                self._on_frame(frame, session, now)
        if self._new_posts:  # a report may have opened the window
            self.flush(now)
        return fresh

    def _take(self, push: Push, session: Session, now: float) -> list[tuple[int, list[Entry]]]:
        replica = self.replica
        if replica is None or push.ref != replica.ref:
            return []
        first, entries = push.first, push.entries
        fresh = []
        for low, high in replica.hold(first, first + len(entries) - 1, now):
            new = entries[low - first : high - first + 1]
            fresh.append((low, new))
            if self._posts:
                for entry in new:
                    if entry.device == self._device:
                        self._settle(entry.client_seq, now)
        session.note_complete(replica.ref, replica.complete_to, now)
        return fresh

    def _on_frame(self, frame: AnyFrame, session: Session, now: float) -> None:
        match frame:
            case Welcome() if self.state is MemberState.SIGNING_IN:
                self._device = frame.device
                self._question = None
                self.state = MemberState.SIGNED_IN
            case Receipt() if self.state is MemberState.ENTERING:
                self.room = frame.room
                self.state = MemberState.SUBSCRIBING
                self._ask(Subscribe(streams.log_of(self.room), b"", 0), now)
            case Subscribed() if self.state is MemberState.SUBSCRIBING:
                self._question = None
                self.replica = StreamReplica(frame.ref, frame.head + 1)
                self.replica.head = frame.head
                self.state = MemberState.FOLLOWING
            case Receipt():
                self._settle(frame.client_seq, now)
            case Heads():
                for ref, head, _ in frame.heads:
                    if self.replica is not None and ref == self.replica.ref:
                        self.replica.note_head(head, now)
                        session.note_complete(ref, self.replica.complete_to, now)
            case Welcome() | Subscribed():
                pass  # answered twice, for it was asked twice: the first answer came late
            case _:
                raise LoadError(f"{self.name}: the server said {frame}")

    # --- time --------------------------------------------------------------------------------
    def next_timer(self) -> float | None:
        """When ``handle_timer`` has something to do."""
        session = self._session
        times = [self._handshake.next_timer()]
        if session is not None:
            times.append(session.next_timer())
        if self._question is not None:
            times.append(self._ask_again_at)
        if self._posts:
            times += [posted.due or None for posted in islice(self._posts.values(), _LOOKED_AT)]
        if self.replica is not None:
            times.append(self.replica.next_timer())
        return min((when for when in times if when is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Send what is due: reports, repeats, questions about what is missing."""
        if self._handshake.handle_timer(now) is not None:
            self._begin_again(now)
        self._send_handshake(now)
        session = self._session
        if session is None:
            return
        for datagram, _ in session.datagrams_to_send(now):
            self._transmit(datagram)
        if self._question is not None and now >= self._ask_again_at:
            self._ask(self._question, now)
        if self._posts:
            wait_s = session.flow.round_trip.timeout_s()
            for seq, posted in self._posts.items():
                if posted.times and now >= posted.due:
                    posted.due = now + wait_s  # if the window is full
                    if seq not in self._new_posts:
                        self._new_posts.append(seq)
            self._new_posts.sort()
            self.flush(now)
        if self.replica is not None:
            wait_s = session.flow.round_trip.timeout_s()
            for first, last in self.replica.requests_due(now, wait_s):
                self._transmit(
                    session.seal([encode_frame(Range(self.replica.ref, first, last))], now)
                )

    # --- private -----------------------------------------------------------------------------
    def _begin_again(self, now: float) -> None:
        """A handshake found no answer, as happens where much is lost."""
        if self.state not in (MemberState.SHAKING, MemberState.SIGNING_IN):
            raise LoadError(f"{self.name}: nothing has come for too long")
        self.state, self._session, self._question = MemberState.SHAKING, None, None
        self._handshake = ClientHandshake(self._private_key, None, b"", self._random_bytes, now)

    def _settle(self, client_seq: int, now: float) -> None:
        posted = self._posts.pop(client_seq, None)
        if posted is not None and posted.times:
            self._repeats.on_answer(posted.first_sent_at, now)

    def _post_id(self) -> int:
        return int.from_bytes(self._random_bytes(7))

    def _ask(self, question: Frame, now: float) -> None:
        assert self._session is not None
        self._question = question
        self._ask_again_at = now + _QUESTION_REPEAT_S
        self._transmit(self._session.seal([encode_frame(question)], now))

    def _send_handshake(self, now: float) -> None:
        for datagram in self._handshake.datagrams_to_send(now):
            self._transmit(datagram)

    def _transmit(self, datagram: bytes) -> None:
        self.datagrams_sent += 1
        self._send(datagram)
