"""The way to the server: handshake, signing in, coming back.

Theory. A link is offline, on its way, online, or stopped for good (the server's key changed, the
versions do not match, the name was refused). It comes back by itself, after a back-off
(`back_off.py`), or soon when something says that the server is there. New keys, after an hour or
when nothing is heard, are made beside the old ones: the handshake names the session it continues,
and everybody stays where he is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.models.back_off import BackOff
from app.models.events import (
    NO_ANSWER,
    Event,
    LinkChanged,
    LinkState,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
    SignInRefused,
    VersionRefused,
)
from app.models.refusal_words import connection_ended
from app.models.server_pin import Pin
from app.models.session_traffic import SessionTraffic
from app.structs import replace
from app.translation import N_, _
from protocol import client_handshake, limits
from protocol.client_handshake import ClientHandshake, ClientHandshakeState
from protocol.datagrams import DatagramType, receiver_index
from protocol.errors import Refusal, RemoteProtocolError
from protocol.frames import AnyFrame, Close, CloseReason, SignIn, Welcome
from protocol.frames import SignInRefused as SignInRefusedFrame
from protocol.noise import KEY_BYTES, fingerprint
from protocol.stateless_reset import is_reset
from protocol.text_rules import is_text

#: Unanswered for so long, the link is taken for lost and new keys are tried.
_SILENCE_MAX_S: Final = limits.SILENCE_MAX_S
#: New keys that cannot be made now are tried again after this, while the old ones serve.
_REKEY_RETRY_S: Final = 60.0
#: Refusals that another try, later, may not meet again.
_PASSING: Final = (Refusal.SERVER_FULL, Refusal.TOO_MANY_SESSIONS, Refusal.TOO_MANY_PEOPLE)
_KEY_CHANGED: Final = N_("The key of this server has changed. Nothing was sent.")
_WRONG_INVITE: Final = N_("This is not the server of the invite link. Nothing was sent.")


class ServerLink:
    """One server, one device; what is said there goes over ``traffic``."""

    def __init__(
        self,
        private_key: bytes,
        name: str,
        pin: Pin,
        random_bytes: Callable[[int], bytes],
        emit: Callable[[Event], None],
        *,
        places: int = 1,
    ) -> None:
        """``places`` is how many addresses the server has; which one is taken, ``LinkChanged``
        says, and it is another one whenever there was no answer."""
        self.name = name
        self._place, self._places = 0, places
        self.traffic: Final = SessionTraffic(random_bytes, emit)
        self.online = False
        self._accepted_name = name
        self._private_key = private_key
        self._pin = pin
        self._random_bytes = random_bytes
        self._emit = emit
        self._handshake: ClientHandshake | None = None
        self._state = LinkState.OFFLINE
        self._back_off = BackOff()
        #: By which the server proves that it forgot a session: the last one, after its end too.
        self._reset_token, self._reset_index = b"", 0
        self._rekey_at = 0.0
        self._sign_in_at: float | None = None
        self._sign_ins = 0
        #: The server has said, on the keys we have, where our posts stand. It may be another
        #: process than before, on a folder that was copied back.
        self.is_welcome = False
        #: When we first asked, with the keys we have, who we are here: what was answered since
        #: may be newer than a welcome.
        self.sign_in_began_at = 0.0

    # --- what people want ------------------------------------------------------------------
    def connect(self, now: float) -> None:
        """Try now, unless the link works or was stopped for good."""
        if self._state is LinkState.OFFLINE and self._handshake is None:
            self._set_state(LinkState.CONNECTING)
            self._shake_hands(now)

    def sign_in_as(self, name: str, now: float) -> None:
        """Another name: after a refusal, or because the person wants one."""
        self.name = name
        if self.traffic.session is not None:
            self._sign_ins, self._sign_in_at = 0, now
            if not self.online:
                self._set_state(LinkState.CONNECTING)
        elif self._state is LinkState.STOPPED:
            self._state = LinkState.OFFLINE
            self.connect(now)

    def path_changed(self, now: float) -> None:
        """The route may be another, the machine slept, or the person looks: speak at once."""
        if self.traffic.session is not None and self.online:
            self.traffic.ping(now)
        else:
            self._back_off.begin_anew()
            self._try(now)

    def server_may_be_there(self, now: float, *, is_proven: bool = False) -> None:
        """Something says so, perhaps a stranger: try soon, if that is not said too often."""
        if self.traffic.session is None and self._state is not LinkState.STOPPED:
            self._back_off.hint(now, self.traffic.jitter(), is_proven=is_proven)

    def _try(self, now: float) -> None:
        if self._handshake is not None and self.traffic.session is None:
            self._handshake.hurry(now)
        else:
            self.connect(now)

    def goodbye(self, now: float) -> None:
        """End the session politely."""
        if self.traffic.session is not None:
            self.traffic.send([Close(CloseReason.GOODBYE)], now)

    def take_datagrams(self) -> list[bytes]:
        """What is to be sent now, in order."""
        taken, self.traffic.outgoing = self.traffic.outgoing, []
        return taken

    # --- receiving -------------------------------------------------------------------------
    def receive(self, datagram: bytes, now: float) -> list[AnyFrame]:
        """A datagram from the server; returns the frames that are not about the link."""
        kind = datagram[0] if datagram else 0
        if kind == DatagramType.DATA and self.traffic.session is not None:
            return self._receive_data(datagram, now)
        if kind == DatagramType.RESET:
            self._receive_reset(datagram, now)
        elif kind == DatagramType.DATA:
            self.server_may_be_there(now)  # it has not noticed that we were away
        elif self._handshake is not None:
            self._on_outcome(self._handshake.receive(datagram, now), now)
            self._flush_handshake(now)
        return []

    def _receive_data(self, datagram: bytes, now: float) -> list[AnyFrame]:
        session = self.traffic.session
        assert session is not None
        try:
            frames = self.traffic.receive(datagram, now)
        except RemoteProtocolError:
            self._lost(_("The server said something that makes no sense."), now)
            return []
        if session.channel.exhausted:
            self._lost(_("The connection needs new keys."), now)
            return []
        if frames is None:
            return []
        is_newest = receiver_index(datagram) == session.channel.local_index
        if self._handshake is not None and is_newest:
            # What the old keys still bring says nothing about a handshake for new ones.
            self._handshake.confirmed()
            if self._handshake.state is ClientHandshakeState.CONFIRMED:
                self._handshake = None
        if self.is_welcome and not is_newest:
            return []  # late, perhaps of a server before it was restarted, with heads of its own
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
        if not is_reset(datagram, self._reset_index, self._reset_token):
            return
        self._reset_token = b""  # it proves it once: whoever repeats it is a stranger
        if self.traffic.session is None:
            self.server_may_be_there(now, is_proven=True)
        else:
            self._lost(_("The server was restarted."), now, self._back_off.spread)

    # --- timers ----------------------------------------------------------------------------
    def next_timer(self) -> float | None:
        """When ``handle_timer`` wants to be called."""
        times = [self._back_off.due_at, self._sign_in_at]
        if self._handshake is not None:
            times.append(self._handshake.next_timer())
        if self.traffic.session is not None:
            times.append(self.traffic.next_timer(online=self.online))
            if self._handshake is None:
                if self.online:
                    times.append(self._rekey_at)
                if self.traffic.unanswered_since is not None:
                    times.append(self.traffic.unanswered_since + _SILENCE_MAX_S)
        return min((t for t in times if t is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        if self._back_off.take_due(now):
            self._try(now)
        if self._handshake is not None:
            self._on_outcome(self._handshake.handle_timer(now), now)
            self._flush_handshake(now)
        if self.traffic.session is None:
            return
        if self._sign_in_at is not None and now >= self._sign_in_at:
            self._sign_in(now)
        self.traffic.send_due(now, online=self.online)
        if self._handshake is None:
            self._renew_keys(now)

    def _renew_keys(self, now: float) -> None:
        """When their time is over, or the server is silent: it may have forgotten them."""
        unanswered_since = self.traffic.unanswered_since
        if unanswered_since is not None and now >= unanswered_since + _SILENCE_MAX_S:
            self._state = LinkState.CONNECTING
            silent_s = now - unanswered_since
            reason = _(NO_ANSWER)
            self._emit(LinkChanged(self._state, 0.0, reason, silent_s, place=self._place))
            self._shake_hands(now)
        elif self.online and now >= self._rekey_at:
            self._shake_hands(now)

    # --- handshake -------------------------------------------------------------------------
    def _shake_hands(self, now: float) -> None:
        payload = b""
        if self.traffic.session is not None:
            payload = self.traffic.session.channel.remote_index.to_bytes(8)
        self._back_off.due_at = None
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
            self.traffic.outgoing += self._handshake.datagrams_to_send(now)

    def _on_outcome(self, outcome: client_handshake.ClientOutcome | None, now: float) -> None:
        match outcome:
            case client_handshake.Established():
                self._on_established(outcome, now)
            case client_handshake.WrongServerKey():
                self._on_wrong_key(outcome.expected, outcome.seen, now)
            case client_handshake.VersionRefused() if self._place:
                self._lost_here(_("The server needs another version of Hubbub."), now)
            case client_handshake.VersionRefused():
                self._emit(VersionRefused(outcome.server_version))
                self._stop(_("The server needs another version of Hubbub."))
            case client_handshake.TimedOut():
                self._on_no_answer(now)
            case None:
                pass

    def _on_wrong_key(self, expected: str, seen: str, now: float) -> None:
        if self._place:
            # Addresses change hands; where nobody asked for this one, that is no alarm.
            self._lost_here(_("Another server answers at this address."), now)
            return
        is_first = self._pin.key is None
        self._emit(ServerKeyChanged(expected, seen, is_first))
        self._stop(_(_WRONG_INVITE if is_first else _KEY_CHANGED))

    def _on_no_answer(self, now: float) -> None:
        session = self.traffic.session
        heard = session is not None and now < session.last_received_at + _SILENCE_MAX_S
        if self.online and heard and self._sign_in_at is None:
            # The old keys serve well: the session goes on with them, new ones can wait.
            self._handshake, self._rekey_at = None, now + _REKEY_RETRY_S
            self._set_state(LinkState.ONLINE)
        else:
            self._lost_here(_(NO_ANSWER), now)

    def _on_established(self, outcome: client_handshake.Established, now: float) -> None:
        if self._pin.key and outcome.server_key not in (self._pin.key, self._pin.next_key):
            # Announced when the handshake began, and taken back since.
            before, seen = fingerprint(self._pin.key), fingerprint(outcome.server_key)
            self._on_wrong_key(before, seen, now)
            return
        if outcome.server_key != self._pin.key:  # the first contact, or the key it announced
            pin, self._pin = self._pin, Pin(outcome.server_key)
            word, was_named = fingerprint(outcome.server_key), bool(pin.fingerprint)
            self._emit(ServerKeySeen(outcome.server_key, word, pin.key is not None, was_named))
        self._flush_handshake(now)  # M3 goes before the first datagram it makes possible
        self.traffic.adopt(outcome.channel, outcome.round_trip_s, now)
        self._rekey_at = now + limits.REKEY_AFTER_S * (0.9 + 0.2 * self.traffic.jitter())
        self._back_off.due_at = None
        self._reset_token = b""  # it belonged to the old keys
        self._sign_ins = 0
        self.is_welcome = False
        self.sign_in_began_at = now
        self._sign_in(now)

    def _sign_in(self, now: float) -> None:
        assert self.traffic.session is not None
        wait_s = self.traffic.session.flow.round_trip.timeout_s(self._sign_ins)
        wait_s = max(wait_s, client_handshake.REPEAT_TIMEOUT_MIN_S)
        # No longer than the silence after which the link is taken for lost: if the server has
        # forgotten this session, only asking again shows it.
        self._sign_in_at = now + min(wait_s, _SILENCE_MAX_S)
        self._sign_ins += 1
        if not is_text(self.name, limits.NAME_BYTES_MAX):
            # It cannot even be said, so we answer as the server would.
            self._on_sign_in_refused(SignInRefusedFrame(Refusal.NAME_NOT_ALLOWED), now)
            return
        self.traffic.send([SignIn(self.name, "hubbub")], now)

    # --- what the server says about us -------------------------------------------------------
    def _on_welcome(self, frame: Welcome, now: float) -> None:
        if self._sign_in_at is None:
            return  # the answer to a repeat
        self._sign_in_at = None
        assert self.traffic.session is not None
        self._reset_token = frame.reset_token
        self._reset_index = self.traffic.session.channel.remote_index
        self.name = self._accepted_name = frame.name
        self._back_off.begin_anew()
        next_key = frame.next_key if len(frame.next_key) == KEY_BYTES else b""
        self._pin = replace(self._pin, next_key=next_key or None)
        self.online = self.is_welcome = True
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
        self.traffic.ping(now)

    def _on_sign_in_refused(self, frame: SignInRefusedFrame, now: float) -> None:
        if self._sign_in_at is None:
            return
        self._sign_in_at = None
        self._emit(SignInRefused(frame.code, frame.suggestion))
        if frame.code in _PASSING:
            self._lost(_("The server is full at the moment."), now)
        elif self.online:
            # Or the next session would ask for it again, and be refused.
            self.name = self._accepted_name
        else:
            # The session stays: another name can be tried on it.
            self._set_state(LinkState.STOPPED, reason=_("The name was refused."))

    def _on_close(self, frame: Close, now: float) -> None:
        reason = connection_ended(frame.reason)
        if frame.reason == CloseReason.SIGNED_IN_ELSEWHERE:
            self._stop(reason)
        else:
            self._lost(reason, now, self._back_off.spread)

    # --- state -----------------------------------------------------------------------------
    def _lost(
        self, reason: str, now: float, plan: Callable[[float, float], float] | None = None
    ) -> None:
        """``plan`` is what the back-off has for this, by itself a pause."""
        if self._state is LinkState.STOPPED:
            self._stop(reason)  # the name was refused: only the person can go on
            return
        self.traffic.end()
        self._handshake = self._sign_in_at = None
        self.online = False
        wait_s = (plan or self._back_off.pause)(now, self.traffic.jitter())
        self._set_state(LinkState.OFFLINE, retry_in_s=wait_s, reason=reason)

    def _lost_here(self, reason: str, now: float) -> None:
        """Nothing to be had at this address: the next one soon, after all of them a pause."""
        self._place = (self._place + 1) % self._places
        self._lost(reason, now, self._back_off.soon if self._place else None)

    def _stop(self, reason: str) -> None:
        self.traffic.end()
        self._handshake = self._sign_in_at = self._back_off.due_at = None
        self.online = False
        self._set_state(LinkState.STOPPED, reason=reason)

    def _set_state(self, state: LinkState, *, retry_in_s: float = 0.0, reason: str = "") -> None:
        if state is not self._state or state is LinkState.OFFLINE:
            self._state = state
            self._emit(LinkChanged(state, retry_in_s, reason, place=self._place))
