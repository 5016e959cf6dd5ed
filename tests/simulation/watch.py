"""Watches the ciphers and the sending side of every session: S9, S10, S14.

A window bounds whatever says something new or asks something; what is let through beside it are
answers, of which the other side's window bounds the number, and words about the session itself.

The checks sit around the real methods, or around what a planted bug made of them, for as long as
the context lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.models.post_sender import PostSender
from protocol.channel import Channel, Opened
from protocol.client_handshake import ClientHandshake, ClientOutcome, Established
from protocol.errors import RemoteProtocolError
from protocol.flow import Flow, RoundTrip
from protocol.frame_codec import decode_frames
from protocol.frames import (
    Changes,
    Pad,
    Post,
    Push,
    Range,
    SetPresence,
    Subscribe,
    Unsubscribe,
    Who,
)
from protocol.limits import DATAGRAM_BYTES_MAX
from protocol.redundancy import repeats
from protocol.sealing import seal_for_each
from protocol.session import Session
from server import delivery
from tests.simulation.patches import Put, patches
from tests.simulation.trace import Trace, Violation

#: The least a transmission timer can be: RFC 9002's granularity and the answer's delay.
_TIMEOUT_MIN_S = 0.025
#: Whoever is silent for so long gets nothing more, or what shows it; then it stops this soon.
_SILENT_MAX_S = 60.0
_STOPS_WITHIN_S = 4.0
#: A datagram was sealed: by which channel, its counter, its plaintext, itself.
Sealed = Callable[[Channel, int, bytes, bytes], None]
#: A plaintext is about to leave: of which session, when, how many bytes were counted before it.
WithinWindow = Callable[[Session, bytes, float, int], None]
#: A datagram left: of which flow, its counter, when.
Left = Callable[[Flow, int, float], None]

_WITHIN_WINDOW = (Changes, Post, Push, Range, SetPresence, Subscribe, Unsubscribe, Who)


@contextmanager
def watched(trace: Trace) -> Iterator[None]:
    """Raise ``Violation`` for whatever the ciphers or the timers of posts should never do."""
    with patches() as put:
        sealed = _watch_channels(put, trace)
        _watch_posts(put, trace)
        within_window = _watch_windows(put, trace)
        left = _watch_round_trips(put, trace)
        _watch_pushes(put, sealed, within_window, left)
        yield


def _watch_channels(put: Put, trace: Trace) -> Sealed:
    init, seal, opening = Channel.__init__, Channel.seal, Channel.open
    #: Kept alive, so that no id is given twice.
    keys: dict[int, tuple[Channel, bytes]] = {}
    sealed: set[tuple[bytes, int]] = set()
    accepted: set[tuple[int, int]] = set()

    def watch_init(self: Channel, **given: Any) -> None:
        init(self, **given)
        keys[id(self)] = (self, given["send_key"])

    def note_sealed(channel: Channel, counter: int, plaintext: bytes, datagram: bytes) -> None:
        used = (keys[id(channel)][1], counter)
        if used in sealed:
            raise Violation("S10", f"counter {used[1]} was used twice with one key")
        sealed.add(used)
        trace.checks["S10"] += 1
        if trace.full:
            trace.meanings[datagram] = _described(plaintext)

    def watch_seal(self: Channel, plaintext: bytes) -> bytes:
        counter = self.sent_counter
        datagram = seal(self, plaintext)
        note_sealed(self, counter, plaintext, datagram)
        return datagram

    def watch_open(self: Channel, datagram: bytes) -> Opened | None:
        opened = opening(self, datagram)
        if opened is not None:
            trace.checks["S9"] += 1
            if (id(self), opened.counter) in accepted:
                raise Violation("S9", f"counter {opened.counter} was accepted twice")
            accepted.add((id(self), opened.counter))
        return opened

    put(Channel, "__init__", watch_init)
    put(Channel, "seal", watch_seal)
    put(Channel, "open", watch_open)
    return note_sealed


def _described(plaintext: bytes) -> str:
    try:
        frames = [frame for frame in decode_frames(plaintext) if not isinstance(frame, Pad)]
    except RemoteProtocolError:
        return "(malformed)"
    return " ".join(str(frame)[:150] for frame in frames)


def _watch_posts(put: Put, trace: Trace) -> None:
    transmitted = PostSender.transmitted
    #: When the first transmission was, of each that waits; kept alive, so that no id comes twice.
    first_sent: dict[int, tuple[object, float]] = {}
    #: How many early repeats the loss allowed, at its worst while the post waited.
    early: dict[int, int] = {}

    def watch_transmitted(self: PostSender, client_seq: int, now: float, flow: Flow) -> None:
        sending = self._posts[client_seq]
        if sending.sent == 0:
            first_sent[id(sending)], early[id(sending)] = (sending, now), 1
        early[id(sending)] = max(early[id(sending)], repeats(flow.loss_ratio))
        times, took_s = sending.sent + 1, now - first_sent[id(sending)][1]
        trace.checks["S14"] += 1
        by_timer = max(0, times - 1 - early[id(sending)])
        least_s = _TIMEOUT_MIN_S * (2.0 ** min(by_timer, 8) - 1)
        if took_s < 0.8 * least_s:
            raise Violation("S14", f"post {client_seq} was sent {times} times in {took_s:.3f} s")
        transmitted(self, client_seq, now, flow)

    put(PostSender, "transmitted", watch_transmitted)


def _watch_windows(put: Put, trace: Trace) -> WithinWindow:
    seal_plaintext = Session.seal_plaintext

    #: Since when something is sent to a peer who is silent for too long; kept alive.
    silent: dict[int, tuple[Session, float]] = {}

    def check(session: Session, plaintext: bytes, now: float, counted_bytes: int) -> None:
        flow = session.flow
        trace.checks["S14 window"] += 1
        if now > session.last_received_at + _SILENT_MAX_S:
            since = silent.setdefault(id(session), (session, now))[1]
            trace.checks["S14 silence"] += 1
            if now > since + _STOPS_WITHIN_S:
                silent_s = now - session.last_received_at
                raise Violation("S14", f"sent to one who is silent for {silent_s:.0f} s")
        if counted_bytes - flow.reported_bytes < flow.window * DATAGRAM_BYTES_MAX:
            return
        trace.sometimes["window full"] += 1
        for frame in decode_frames(plaintext):
            if isinstance(frame, _WITHIN_WINDOW):
                kind = type(frame).__name__
                text = f"{flow.in_flight} in flight, the window {flow.window:.1f}"
                raise Violation("S14", f"{kind} was sent with {text}")

    def watch_seal_plaintext(
        self: Session, plaintext: bytes, now: float, *, quiet: bool = False
    ) -> bytes:
        check(self, plaintext, now, self.flow.counted_bytes)
        return seal_plaintext(self, plaintext, now, quiet=quiet)

    put(Session, "seal_plaintext", watch_seal_plaintext)
    return check


def _watch_pushes(put: Put, sealed: Sealed, within_window: WithinWindow, left: Left) -> None:
    """What seals for a whole room may be native and call nothing that could be watched: what it
    did to each session is looked at afterwards, as if it had been done step by step."""

    def watch_seal_for_each(
        sessions: list[Any],
        place: int,
        plaintexts: tuple[bytes, ...],
        now: float,
        out: list[Any],
        unawaited: list[int],
    ) -> int:
        counted_before = [session.flow.counted_bytes for session in sessions]
        begun_at = len(out)
        end = seal_for_each(sessions, place, plaintexts, now, out, unawaited)
        datagrams = iter(out[begun_at:])
        for session, counted_bytes in zip(
            sessions[place:end], counted_before[place:end], strict=True
        ):
            first = session.channel.sent_counter - len(plaintexts)
            for counter, plaintext in enumerate(plaintexts, first):
                within_window(session, plaintext, now, counted_bytes)
                counted_bytes = session.flow.counted_to(counter)
                sealed(session.channel, counter, plaintext, next(datagrams)[0])
                left(session.flow, counter, now)
        return end

    put(delivery, "seal_for_each", watch_seal_for_each)


def _watch_round_trips(put: Put, trace: Trace) -> Left:
    """Every sample is the age of the very transmission that was reported, or that a handshake had
    answered (Karn)."""
    on_sent, on_report, sample = Flow.on_sent, Flow.on_report, RoundTrip.sample
    #: When each datagram left; kept alive, so that no id comes twice.
    left: dict[int, tuple[Flow, dict[int, float]]] = {}
    expected_s = [0.0]

    def note_left(flow: Flow, counter: int, now: float) -> None:
        left.setdefault(id(flow), (flow, {}))[1][counter] = now

    def watch_sent(self: Flow, counter: int, now: float, *size: int, quiet: bool = False) -> None:
        note_left(self, counter, now)
        on_sent(self, counter, now, *size, quiet=quiet)

    def watch_report(
        self: Flow, highest: int, received: int, delay_ms: int, now: float, late: int = 0
    ) -> int:
        times = left[id(self)][1] if id(self) in left else {}
        expected_s[0] = now - times.get(highest, now) - delay_ms / 1000
        return on_report(self, highest, received, delay_ms, now, late)

    def watch_sample(self: RoundTrip, seconds: float) -> None:
        if type(self) is RoundTrip:  # not the time that an answer took
            trace.checks["S14 round trip"] += 1
            if abs(seconds - expected_s[0]) > 1e-6:
                text = f"{seconds:.6f} s was taken for a round trip of {expected_s[0]:.6f} s"
                raise Violation("S14", text)
        sample(self, seconds)

    put(Flow, "on_sent", watch_sent)
    put(Flow, "on_report", watch_report)
    put(RoundTrip, "sample", watch_sample)
    _watch_handshakes(put, expected_s)
    return note_left


def _watch_handshakes(put: Put, expected_s: list[float]) -> None:
    """What a handshake says of the way is the newest of its steps in which one datagram left, and
    the answer to it came."""
    take, receive = ClientHandshake.datagrams_to_send, ClientHandshake.receive
    #: When the datagrams of the step in hand left, and the newest step; kept alive as above.
    steps: dict[int, tuple[ClientHandshake, list[float], list[float]]] = {}

    def watch_take(self: ClientHandshake, now: float) -> list[bytes]:
        datagrams = take(self, now)
        steps.setdefault(id(self), (self, [], []))[1].extend(now for _ in datagrams)
        return datagrams

    def watch_receive(self: ClientHandshake, datagram: bytes, now: float) -> ClientOutcome | None:
        before, outcome = self.state, receive(self, datagram, now)
        _, left_at, measured_s = steps.setdefault(id(self), (self, [], []))
        if self.state is not before:
            if len(left_at) == 1:
                measured_s[:] = [now - left_at[0]]
            left_at.clear()
        if isinstance(outcome, Established):
            expected_s[:] = measured_s or [float("inf")]
        return outcome

    put(ClientHandshake, "datagrams_to_send", watch_take)
    put(ClientHandshake, "receive", watch_receive)
