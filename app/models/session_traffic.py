"""What is said on the session with the server: in datagrams, within the window, never in silence.

Theory. Whatever is sent is answered, by a report at least, so an answer that does not come within
some seconds means that the path or the session is gone. A full window asks for the report that
opens it. When nothing was heard for long, a ping asks whether the path still works: sooner while
somebody sees how the link does. A report may be held back, and on a path that loses much several
pings can be lost by chance: silence is told when that is not what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.models.events import Event, LinkMeasured
from app.models.recent_round_trips import RecentRoundTrips
from protocol import limits
from protocol.channel import Channel
from protocol.frame_codec import encode_frame
from protocol.frames import AnyFrame, Frame, Ping
from protocol.session import Session

#: The client's socket is connected: there is one peer, and its address does not matter here.
_PEER: Final = ("", 0)
#: Round trip and loss are told at most so often.
_MEASURED_EVERY_S: Final = 1.0
#: Until the round trip is known from a few samples, silence is broken so soon to get another.
_MEASURE_PING_S: Final = 2.0
#: The same while somebody looks.
_WATCH_PING_S: Final = 4.0
#: What was not answered by then is asked after: a report is held back for ``REPORT_DELAY_S``.
_ASK_AFTER_S: Final = 2.5
#: Pings that are not answered follow each other so closely, unless the round trip is longer.
_PING_AGAIN_MAX_S: Final = 1.0
#: Silence is told after so long, and so many pings.
_SILENCE_TOLD_S: Final = 2.5
_PINGS_UNANSWERED: Final = 4
#: On a path that lost something lately; and more, by the share that it loses.
_PINGS_UNANSWERED_LOSSY: Final = 8
_PINGS_BY_LOSS: Final = 20
_LOSSY_FROM: Final = 0.01


def fits(datagram: list[bytes], encoded: bytes) -> bool:
    """Whether one more encoded frame fits a datagram of these."""
    size = sum(map(len, datagram)) + len(encoded)
    return size < limits.PLAINTEXT_BYTES_MAX - 3 and len(datagram) < limits.FRAMES_MAX


class SessionTraffic:
    """Datagrams to and from one server; sessions come and go."""

    def __init__(self, random_bytes: Callable[[int], bytes], emit: Callable[[Event], None]) -> None:
        #: None while there is no session on which something may be said.
        self.session: Session | None = None
        #: What is to be sent now, handshakes too.
        self.outgoing: list[bytes] = []
        #: Something was sent that must be answered, and has not been, since then.
        self.unanswered_since: float | None = None
        self._random_bytes = random_bytes
        self._emit = emit
        self._ping_at = 0.0
        self._pings = 0
        self._is_watched = False
        #: The window was full, and a report was asked for that has not come.
        self._report_asked = False
        self._measured_at = 0.0
        self._round_trips = RecentRoundTrips()
        #: Datagrams received and sent on these keys by then.
        self._counted = (0, 0)

    # --- sessions --------------------------------------------------------------------------
    def adopt(self, channel: Channel, round_trip_s: float | None, now: float) -> None:
        """A session begins with these keys, or goes on with them. ``round_trip_s`` is what their
        handshake measured, None if it could not."""
        if self.session is None:
            self.session = Session(channel, _PEER, now, self._random_bytes)
        else:
            self.session.adopt(channel, now)
        if round_trip_s is not None:
            self.session.flow.round_trip.sample(round_trip_s)
        self._measured_at, self._counted = now - _MEASURED_EVERY_S, (0, 0)
        self.unanswered_since = None
        self._report_asked = False

    def end(self) -> None:
        """There is no session any more."""
        self.session = self.unanswered_since = None
        self._pings = 0

    # --- sending ---------------------------------------------------------------------------
    def send(self, frames: list[Frame], now: float) -> None:
        """One datagram of frames that want an answer."""
        self.send_encoded([encode_frame(frame) for frame in frames], now)

    def send_encoded(self, encoded: list[bytes], now: float) -> None:
        """The same, of frames that are encoded already."""
        assert self.session is not None, "nothing can be sent without a session"
        self.outgoing.append(self.session.seal(encoded, now))
        if self.unanswered_since is None:
            self.unanswered_since = now
            self._ping_at = min(self._ping_at, now + _ASK_AFTER_S)

    def send_packed(self, frames: list[Frame], now: float) -> list[Frame]:
        """The frames in as few datagrams as hold them; returns those that the window has no
        room for, which are to be sent later."""
        datagram: list[bytes] = []
        first = 0
        for place, frame in enumerate(frames):
            encoded = encode_frame(frame)
            if datagram and not fits(datagram, encoded):
                if not self.may_send(now):
                    return frames[first:]
                self.send_encoded(datagram, now)
                datagram, first = [], place
            datagram.append(encoded)
        if datagram:
            if not self.may_send(now):
                return frames[first:]
            self.send_encoded(datagram, now)
        return []

    def ping(self, now: float) -> None:
        """Ask for a report: does the path still work, and how long is it?"""
        assert self.session is not None
        round_trip, since = self.session.flow.round_trip, self.unanswered_since
        wait_s = round_trip.timeout_s(self._pings)
        if since is None or now < since + limits.SILENCE_MAX_S:
            wait_s = min(wait_s, max(round_trip.timeout_s(), _PING_AGAIN_MAX_S))
        self._ping_at = now + min(wait_s, limits.SILENCE_MAX_S)
        self._pings += 1
        self.send([Ping()], now)

    def watch(self, is_on: bool, now: float) -> None:
        """Whether somebody sees how the link does."""
        self._is_watched = is_on
        if is_on and self.session is not None:
            heard_at = self.session.last_received_at
            self._ping_at = min(self._ping_at, max(now, heard_at + _WATCH_PING_S))

    def may_send(self, now: float) -> bool:
        """Whether the window has room; if not, asks for the report that would open it."""
        if self.session is None:
            return False
        if self.session.flow.may_send:
            return True
        if not self._report_asked:
            self._report_asked = True
            self.ping(now)
        return False

    @property
    def waits_for_report(self) -> bool:
        """The window is full, and the report that opens it is asked for: nothing else is due."""
        return self._report_asked and self.session is not None and not self.session.flow.may_send

    # --- receiving -------------------------------------------------------------------------
    def receive(self, datagram: bytes, now: float) -> list[AnyFrame] | None:
        """The frames of a datagram; None if it says nothing.

        Raises:
            RemoteProtocolError: the server said nonsense.
        """
        session = self.session
        frames = session.receive(datagram, _PEER, now) if session is not None else None
        if session is None or frames is None or session.channel.exhausted:
            return None
        self.unanswered_since = None
        self._round_trips.look(session.flow)
        if session.flow.may_send:
            self._report_asked = False
        if not self._report_asked:
            self._pings = 0
            wait_s = _WATCH_PING_S if self._is_watched else limits.KEEPALIVE_S
            if self._round_trips.are_few:
                wait_s = _MEASURE_PING_S
            self._ping_at = now + wait_s * (0.8 + 0.4 * self.jitter())
        self._measure(session, now)
        return frames

    def jitter(self) -> float:
        """0 to 1 by chance: what many clients do, they do not do in one breath."""
        return self._random_bytes(1)[0] / 255

    def _measure(self, session: Session, now: float) -> None:
        flow = session.flow
        round_trip_s = self._round_trips.shortest_s
        if round_trip_s is not None and now >= self._measured_at + _MEASURED_EVERY_S:
            passed_s = now - self._measured_at
            received, sent = flow.received - self._counted[0], flow.sent - self._counted[1]
            self._measured_at, self._counted = now, (flow.received, flow.sent)
            measured = LinkMeasured(
                round_trip_s,
                flow.loss_ratio,
                received_per_s=received / passed_s,
                sent_per_s=sent / passed_s,
                age_s=now - session.opened_at,
            )
            self._emit(measured)

    def _tell_silence(self, session: Session, now: float) -> None:
        """Before one more ping: should there have been an answer to those before?"""
        since, flow = self.unanswered_since, session.flow
        round_trip_s = self._round_trips.shortest_s
        if since is None or round_trip_s is None or now < since + _SILENCE_TOLD_S:
            return
        pings: float = _PINGS_UNANSWERED
        if flow.is_lossy(now) or flow.loss_ratio >= _LOSSY_FROM:
            pings = _PINGS_UNANSWERED_LOSSY + _PINGS_BY_LOSS * flow.loss_ratio
        if self._pings >= pings:
            age_s = now - session.opened_at
            self._emit(
                LinkMeasured(round_trip_s, flow.loss_ratio, age_s=age_s, silent_s=now - since)
            )

    # --- timers ----------------------------------------------------------------------------
    def next_timer(self, *, online: bool) -> float | None:
        """When ``send_due`` has something to send."""
        if self.session is None:
            return None
        due_at = self.session.next_timer()
        if online and (due_at is None or self._ping_at < due_at):
            return self._ping_at
        return due_at

    def send_due(self, now: float, *, online: bool) -> None:
        """Reports, and a ping into a long silence."""
        if self.session is None:
            return
        self.session.drop_old_keys(now)
        if online and now >= self._ping_at:
            self._tell_silence(self.session, now)
            self.ping(now)
        self.outgoing += (datagram for datagram, _path in self.session.datagrams_to_send(now))
