"""The way to the server: handshake, signing in, keeping alive, coming back.

Theory. A link is offline, on its way, online, or stopped for good (the server's key changed, the
versions do not match, the name was refused). It comes back by itself: at once when the server
says that it forgot us, else after a back-off with jitter, so that a room full of clients does not
return in one breath. New keys, after an hour or when nothing is heard, are made beside the old
ones: the handshake names the session it continues, and everybody stays where he is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from app.models.events import (
    NO_ANSWER,
    Event,
    LinkChanged,
    LinkMeasured,
    LinkState,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
    SignInRefused,
    VersionRefused,
)
from app.models.recent_round_trips import RecentRoundTrips
from app.translation import N_, _
from protocol import client_handshake, limits
from protocol.client_handshake import ClientHandshake, ClientHandshakeState
from protocol.datagrams import DatagramType, receiver_index
from protocol.errors import Refusal, RemoteProtocolError
from protocol.frames import (
    AnyFrame,
    Close,
    CloseReason,
    Frame,
    Ping,
    SignIn,
    Welcome,
    encode_frame,
)
from protocol.frames import SignInRefused as SignInRefusedFrame
from protocol.noise import KEY_BYTES, fingerprint
from protocol.session import Session
from protocol.stateless_reset import is_reset
from protocol.text_rules import is_text

#: The client's socket is connected: there is one peer, and its address does not matter here.
_PEER: Final = ("", 0)
_BACK_OFF_FIRST_S: Final = 0.5
_BACK_OFF_MAX_S: Final = 30.0
#: After a restart clients come back within this (security: "restart storm").
_RETURN_SPREAD_S: Final = 2.0
#: Unanswered for so long, the link is taken for lost and new keys are tried.
_SILENCE_MAX_S: Final = limits.SILENCE_MAX_S
#: New keys that cannot be made now are tried again after this, while the old ones serve.
_REKEY_RETRY_S: Final = 60.0
#: Round trip and loss are told at most so often.
_MEASURED_EVERY_S: Final = 1.0
#: Until the round trip is known from a few samples, silence is broken so soon to get another.
_MEASURE_PING_S: Final = 2.0
#: Refusals that another try, later, may not meet again.
_PASSING: Final = (Refusal.SERVER_FULL, Refusal.TOO_MANY_SESSIONS, Refusal.TOO_MANY_PEOPLE)
_CLOSE_WORDS: Final = {
    CloseReason.SERVER_STOPS: N_("The server stops."),
    CloseReason.SIGNED_IN_ELSEWHERE: N_("This device signed in from another window."),
}

_KEY_CHANGED: Final = N_("The key of this server has changed. Nothing was sent.")
_WRONG_INVITE: Final = N_("This is not the server of the invite link. Nothing was sent.")


@dataclass(frozen=True, slots=True)
class Pin:
    """What the server must show: its key, or a fingerprint from a link, or nothing yet."""

    key: bytes | None = None
    fingerprint: str | None = None
    #: What the server announced inside a session: as good as its key.
    next_key: bytes | None = None


def fits(datagram: list[bytes], encoded: bytes) -> bool:
    """Whether one more encoded frame fits a datagram of these."""
    size = sum(map(len, datagram)) + len(encoded)
    return size < limits.PLAINTEXT_BYTES_MAX - 3 and len(datagram) < limits.FRAMES_MAX


class ServerLink:
    """One server, one device; sessions come and go."""

    def __init__(
        self,
        private_key: bytes,
        name: str,
        pin: Pin,
        random_bytes: Callable[[int], bytes],
        emit: Callable[[Event], None],
    ) -> None:
        self.name = name
        #: None while there is no session on which something may be said.
        self.session: Session | None = None
        self.online = False
        self._accepted_name = name
        self._private_key = private_key
        self._pin = pin
        self._random_bytes = random_bytes
        self._emit = emit
        self._handshake: ClientHandshake | None = None
        self._state = LinkState.OFFLINE
        self._retry_at: float | None = None
        self._back_off_s = _BACK_OFF_FIRST_S
        self._reset_token = b""
        self._rekey_at = 0.0
        #: Something was sent that must be answered, and has not been, since then.
        self._unanswered_since: float | None = None
        self._ping_at = 0.0
        self._pings = 0
        #: The window was full, and a report was asked for that has not come.
        self._report_asked = False
        self._sign_in_at: float | None = None
        self._sign_ins = 0
        #: When we first asked, with the keys we have, who we are here: what was answered since
        #: may be newer than a welcome.
        self.sign_in_began_at = 0.0
        self._measured_at = 0.0
        self._round_trips = RecentRoundTrips()
        #: Datagrams received and sent on these keys by then.
        self._counted = (0, 0)
        self._outgoing: list[bytes] = []

    # --- what people want ------------------------------------------------------------------
    def connect(self, now: float) -> None:
        """Try now, unless the link works or was stopped for good."""
        if self._state is LinkState.OFFLINE and self._handshake is None:
            self._set_state(LinkState.CONNECTING)
            self._shake_hands(now)

    def sign_in_as(self, name: str, now: float) -> None:
        """Another name: after a refusal, or because the person wants one."""
        self.name = name
        if self.session is not None:
            self._sign_ins, self._sign_in_at = 0, now
            if not self.online:
                self._set_state(LinkState.CONNECTING)
        elif self._state is LinkState.STOPPED:
            self._state = LinkState.OFFLINE
            self.connect(now)

    def path_changed(self, now: float) -> None:
        """The route may be another, or the machine slept: speak at once."""
        if self.session is not None and self.online:
            self.ping(now)
        else:
            self._back_off_s = _BACK_OFF_FIRST_S
            self.connect(now)

    def goodbye(self, now: float) -> None:
        """End the session politely."""
        if self.session is not None:
            self.send([Close(CloseReason.GOODBYE)], now)

    # --- sending ---------------------------------------------------------------------------
    def send(self, frames: list[Frame], now: float) -> None:
        """One datagram of frames that want an answer."""
        self.send_encoded([encode_frame(frame) for frame in frames], now)

    def send_encoded(self, encoded: list[bytes], now: float) -> None:
        """The same, of frames that are encoded already."""
        assert self.session is not None, "nothing can be sent without a session"
        self._outgoing.append(self.session.seal(encoded, now))
        if self._unanswered_since is None:
            self._unanswered_since = now

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
        timeout_s = self.session.flow.round_trip.timeout_s(self._pings)
        self._ping_at = now + min(timeout_s, _SILENCE_MAX_S)
        self._pings += 1
        self.send([Ping()], now)

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

    def take_datagrams(self) -> list[bytes]:
        """What is to be sent now."""
        taken, self._outgoing = self._outgoing, []
        return taken

    # --- receiving -------------------------------------------------------------------------
    def receive(self, datagram: bytes, now: float) -> list[AnyFrame]:
        """A datagram from the server; returns the frames that are not about the link."""
        kind = datagram[0] if datagram else 0
        if kind == DatagramType.DATA:
            return self._receive_data(datagram, now)
        if kind == DatagramType.RESET:
            self._receive_reset(datagram, now)
        elif self._handshake is not None:
            self._on_outcome(self._handshake.receive(datagram, now), now)
            self._flush_handshake(now)
        return []

    def _receive_data(self, datagram: bytes, now: float) -> list[AnyFrame]:
        session = self.session
        if session is None:
            return []
        try:
            frames = session.receive(datagram, _PEER, now)
        except RemoteProtocolError:
            self._lost(_("The server said something that makes no sense."), now)
            return []
        if session.channel.exhausted:
            self._lost(_("The keys of this session were used up."), now)
            return []
        if frames is None:
            return []
        self._unanswered_since = None
        self._round_trips.look(session.flow)
        if session.flow.may_send:
            self._report_asked = False
        if not self._report_asked:
            self._pings = 0
            wait_s = _MEASURE_PING_S if self._round_trips.are_few else limits.KEEPALIVE_S
            self._ping_at = now + wait_s * (0.8 + 0.4 * self._jitter())
        is_newest = receiver_index(datagram) == session.channel.local_index
        if self._handshake is not None and is_newest:
            # What the old keys still bring says nothing about a handshake for new ones.
            self._handshake.confirmed()
            if self._handshake.state is ClientHandshakeState.CONFIRMED:
                self._handshake = None
        self._measure(session, now)
        rest: list[AnyFrame] = []
        for frame in frames:
            match frame:
                case Welcome():
                    if is_newest:  # on old keys it answers a sign-in of before
                        self._on_welcome(frame, now)
                case SignInRefusedFrame():
                    self._on_sign_in_refused(frame, now)
                case Close():
                    self._on_close(frame, now)
                case _:
                    rest.append(frame)
        return rest

    def _receive_reset(self, datagram: bytes, now: float) -> None:
        if self.session is None:
            return
        if is_reset(datagram, self.session.channel.remote_index, self._reset_token):
            self._lost(_("The server was restarted."), now, self._jitter() * _RETURN_SPREAD_S)

    # --- timers ----------------------------------------------------------------------------
    def next_timer(self) -> float | None:
        """When ``handle_timer`` wants to be called."""
        times = [self._retry_at, self._sign_in_at]
        if self._handshake is not None:
            times.append(self._handshake.next_timer())
        if self.session is not None:
            times.append(self.session.next_timer())
            if self.online:
                times.append(self._ping_at)
                if self._handshake is None:
                    times.append(self._rekey_at)
            if self._unanswered_since is not None and self._handshake is None:
                times.append(self._unanswered_since + _SILENCE_MAX_S)
        return min((t for t in times if t is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self.connect(now)
        if self._handshake is not None:
            self._on_outcome(self._handshake.handle_timer(now), now)
            self._flush_handshake(now)
        if self.session is None:
            return
        if self._sign_in_at is not None and now >= self._sign_in_at:
            self._sign_in(now)
        self._look_after(self.session, now)

    def _look_after(self, session: Session, now: float) -> None:
        session.drop_old_keys(now)
        if self.online and now >= self._ping_at:
            self.ping(now)
        silent = (
            self._unanswered_since is not None and now >= self._unanswered_since + _SILENCE_MAX_S
        )
        if self._handshake is None and (silent or (self.online and now >= self._rekey_at)):
            if silent:
                assert self._unanswered_since is not None, "silence has a beginning"
                self._state = LinkState.CONNECTING
                silent_s = now - self._unanswered_since
                self._emit(LinkChanged(self._state, reason=_(NO_ANSWER), silent_s=silent_s))
            self._shake_hands(now)
        for datagram, _path in session.datagrams_to_send(now):
            self._outgoing.append(datagram)

    # --- handshake -------------------------------------------------------------------------
    def _shake_hands(self, now: float) -> None:
        payload = b""
        if self.session is not None:
            payload = self.session.channel.remote_index.to_bytes(8)
        self._retry_at = None
        self._handshake = ClientHandshake(
            self._private_key,
            self._pin.key,
            payload,
            self._random_bytes,
            now,
            expected_fingerprint=self._pin.fingerprint,
            next_server_key=self._pin.next_key,
        )
        self._flush_handshake(now)

    def _flush_handshake(self, now: float) -> None:
        if self._handshake is not None:
            self._outgoing += self._handshake.datagrams_to_send(now)

    def _on_outcome(self, outcome: client_handshake.ClientOutcome | None, now: float) -> None:
        match outcome:
            case client_handshake.Established():
                self._on_established(outcome, now)
            case client_handshake.WrongServerKey():
                is_first = self._pin.key is None
                self._emit(ServerKeyChanged(outcome.expected, outcome.seen, is_first))
                self._stop(_(_WRONG_INVITE if is_first else _KEY_CHANGED))
            case client_handshake.VersionRefused():
                self._emit(VersionRefused(outcome.server_version))
                self._stop(_("The server speaks another version of the protocol."))
            case client_handshake.TimedOut():
                self._on_no_answer(now)
            case None:
                pass

    def _on_no_answer(self, now: float) -> None:
        session = self.session
        heard = session is not None and now < session.last_received_at + _SILENCE_MAX_S
        if self.online and heard and self._sign_in_at is None:
            # The old keys serve well: the session goes on with them, new ones can wait.
            self._handshake, self._rekey_at = None, now + _REKEY_RETRY_S
            self._set_state(LinkState.ONLINE)
        else:
            self._lost(_(NO_ANSWER), now)

    def _on_established(self, outcome: client_handshake.Established, now: float) -> None:
        if outcome.server_key != self._pin.key:  # the first contact, or the key it announced
            was_announced = self._pin.key is not None
            self._pin = Pin(outcome.server_key)
            word = fingerprint(outcome.server_key)
            self._emit(ServerKeySeen(outcome.server_key, word, was_announced))
        self._flush_handshake(now)  # M3 goes before the first datagram it makes possible
        if self.session is None:
            self.session = Session(outcome.channel, _PEER, now, self._random_bytes)
        else:
            self.session.adopt(outcome.channel, now)
        self._measured_at, self._counted = now - _MEASURED_EVERY_S, (0, 0)
        self._rekey_at = now + limits.REKEY_AFTER_S * (0.9 + 0.2 * self._jitter())
        self._unanswered_since = None
        self._report_asked = False
        self._reset_token = b""  # it belonged to the old keys
        self._sign_ins = 0
        self.sign_in_began_at = now
        self._sign_in(now)

    def _sign_in(self, now: float) -> None:
        assert self.session is not None
        wait_s = self.session.flow.round_trip.timeout_s(self._sign_ins)
        # No longer than the silence after which the link is taken for lost: if the server has
        # forgotten this session, only asking again shows it.
        self._sign_in_at = now + min(wait_s, _SILENCE_MAX_S)
        self._sign_ins += 1
        if not is_text(self.name, limits.NAME_BYTES_MAX):
            # It cannot even be said, so we answer as the server would.
            self._on_sign_in_refused(SignInRefusedFrame(Refusal.NAME_NOT_ALLOWED), now)
            return
        self.send([SignIn(self.name, "hubbub")], now)

    # --- what the server says about us -------------------------------------------------------
    def _on_welcome(self, frame: Welcome, now: float) -> None:
        if self._sign_in_at is None:
            return  # the answer to a repeat
        self._sign_in_at = None
        self._reset_token = frame.reset_token
        self.name = self._accepted_name = frame.name
        self._back_off_s = _BACK_OFF_FIRST_S
        next_key = frame.next_key if len(frame.next_key) == KEY_BYTES else b""
        self._pin = replace(self._pin, next_key=next_key or None)
        self.online = True
        self._emit(
            SignedIn(
                person=frame.person,
                device=frame.device,
                name=frame.name,
                server_name=frame.server_name,
                rooms=tuple(frame.rooms),
                last_client_seq=frame.last_client_seq,
                names_version=frame.names_version,
                server_time_ms=frame.time_ms,
                next_key=next_key,
            )
        )
        self._set_state(LinkState.ONLINE)
        self.ping(now)

    def _on_sign_in_refused(self, frame: SignInRefusedFrame, now: float) -> None:
        if self._sign_in_at is None:
            return
        self._sign_in_at = None
        self._emit(SignInRefused(frame.code, frame.suggestion))
        if frame.code in _PASSING:
            self._lost(_("The server has no room at the moment."), now)
        elif self.online:
            # Or the next session would ask for it again, and be refused.
            self.name = self._accepted_name
        else:
            # The session stays: another name can be tried on it.
            self._set_state(LinkState.STOPPED, reason=_("The name was refused."))

    def _on_close(self, frame: Close, now: float) -> None:
        reason = (
            _(_CLOSE_WORDS.get(CloseReason(frame.reason), ""))
            if frame.reason
            in (
                CloseReason.SERVER_STOPS,
                CloseReason.SIGNED_IN_ELSEWHERE,
            )
            else _("The server ended the session.")
        )
        if frame.reason == CloseReason.SIGNED_IN_ELSEWHERE:
            self._stop(reason)
        else:
            self._lost(reason, now, self._jitter() * _RETURN_SPREAD_S)

    # --- state -----------------------------------------------------------------------------
    def _lost(self, reason: str, now: float, wait_s: float | None = None) -> None:
        if self._state is LinkState.STOPPED:
            self._stop(reason)  # the name was refused: only the person can go on
            return
        self.session = self._handshake = self._sign_in_at = None
        self._unanswered_since, self._pings = None, 0
        self.online = False
        if wait_s is None:
            wait_s = self._back_off_s * (0.5 + self._jitter())
            self._back_off_s = min(self._back_off_s * 2, _BACK_OFF_MAX_S)
        self._retry_at = now + wait_s
        self._set_state(LinkState.OFFLINE, retry_in_s=wait_s, reason=reason)

    def _stop(self, reason: str) -> None:
        self.session = self._handshake = self._sign_in_at = self._retry_at = None
        self.online = False
        self._set_state(LinkState.STOPPED, reason=reason)

    def _set_state(self, state: LinkState, *, retry_in_s: float = 0.0, reason: str = "") -> None:
        if state is not self._state or state is LinkState.OFFLINE:
            self._state = state
            self._emit(LinkChanged(state, retry_in_s, reason))

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

    def _jitter(self) -> float:
        return self._random_bytes(1)[0] / 255
