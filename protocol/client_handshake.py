"""The client's side of opening a session: asks, proves its address, proves both keys, repeats.

Theory: only M2 is authenticated, so until it comes a RETRY may be anybody's. The client therefore
follows up to four different ones side by side, each an *attempt* with its own ephemeral key, and
keeps the attempt whose M2 proves genuine. Datagrams that prove wrong change nothing. An answer to
what was sent only once measures the round trip, and the next step repeats sooner than after the
customary second (RFC 6298, 2.2; Karn's rule).

    AWAITING_RETRY -> AWAITING_M2 -> ESTABLISHED -> CONFIRMED
                 \\________\\_____________\\______-> FAILED
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from protocol.channel import Channel
from protocol.datagrams import INDEX_BYTES, DatagramType
from protocol.errors import LocalProtocolError, RemoteProtocolError
from protocol.handshake_datagrams import (
    CLIENT_NONCE_BYTES,
    ECHO_BYTES,
    M3_PAYLOAD_BYTES_MAX,
    SUITES,
    Negotiation,
    Offer,
    Retry,
    VersionRefusal,
    decode_m2,
    decode_retry,
    encode_hello,
    encode_m3,
    encode_negotiation,
    prologue_of,
)
from protocol.limits import INITIAL_TIMEOUT_S, PROTOCOL_VERSIONS
from protocol.noise import KeyPair, NoiseXX, fingerprint, fingerprint_matches, generate_private_key

#: Given up when a step takes so long: as long as the server remembers a handshake in hand.
HANDSHAKE_TIMEOUT_S: Final = 10.0
#: However short the round trip, a busy server may need this much to compute.
REPEAT_TIMEOUT_MIN_S: Final = 0.1
#: Time-outs are stretched by up to this part, so that a room full of clients does not call in
#: chorus.
TIMEOUT_JITTER: Final = 0.25
#: Different RETRYs followed side by side.
ATTEMPTS_MAX: Final = 4


class ClientHandshakeState(Enum):
    """How far the handshake is."""

    AWAITING_RETRY = auto()
    AWAITING_M2 = auto()
    #: The channel works; M3 is repeated until something from the server opened.
    ESTABLISHED = auto()
    CONFIRMED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Established:
    """Both sides hold the keys, as far as the client knows. Send M3, then data at once.

    ``round_trip_s`` is that of the newest step in which nothing was repeated; None if in each
    something was.
    """

    channel: Channel
    server_key: bytes
    handshake_hash: bytes
    round_trip_s: float | None


@dataclass(frozen=True, slots=True)
class WrongServerKey:
    """Somebody else answered, and learnt nothing of who we are. Both are fingerprints."""

    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class VersionRefused:
    """No version in common; the server's newest says which side has to be renewed."""

    server_version: int


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nobody answered, or nobody confirmed. A new handshake may try again."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A handshake in hand, and the datagram that began it."""

    noise: NoiseXX
    m1: bytes


ClientOutcome = Established | WrongServerKey | VersionRefused | TimedOut


class ClientHandshake:
    """One try to open a session, of three steps of at most ``HANDSHAKE_TIMEOUT_S``.

    ``expected_server_key`` or ``expected_fingerprint`` is the pin; without either the caller
    decides about ``Established.server_key`` (first contact). ``next_server_key``, which the server
    announced inside an earlier session, is as good as the pin. After every verb the caller sends
    ``datagrams_to_send`` and arms its timer for ``next_timer``.
    """

    def __init__(
        self,
        static_private: bytes,
        expected_server_key: bytes | None,
        m3_payload: bytes,
        random_bytes: Callable[[int], bytes],
        now: float,
        *,
        expected_fingerprint: str | None = None,
        next_server_key: bytes | None = None,
        versions: tuple[int, ...] = PROTOCOL_VERSIONS,
    ) -> None:
        if len(m3_payload) > M3_PAYLOAD_BYTES_MAX:
            raise LocalProtocolError(f"M3 carries at most {M3_PAYLOAD_BYTES_MAX} bytes")
        if expected_server_key is not None:
            expected_fingerprint = fingerprint(expected_server_key)
        self.state = ClientHandshakeState.AWAITING_RETRY
        self._static = KeyPair(static_private)
        self._expected = expected_fingerprint
        self._next_server_key = next_server_key
        self._m3_payload = m3_payload
        self._random_bytes = random_bytes
        self._offer = Offer(versions, SUITES)
        self._nonce = random_bytes(CLIENT_NONCE_BYTES)
        self._index = int.from_bytes(random_bytes(INDEX_BYTES))
        self._hello = encode_hello(self._nonce, self._offer)
        #: By the RETRY that each of them follows.
        self._attempts: dict[bytes, _Attempt] = {}
        self._m3 = b""
        self._give_up_at = now + HANDSHAKE_TIMEOUT_S
        self._outbox: list[bytes] = []
        self._timer: float | None = None
        self._sent_at = now
        self._round_trip_s: float | None = None
        #: How long to wait for a first answer: a second, until a step has measured the way.
        self._first_timeout_s = self._timeout_s = INITIAL_TIMEOUT_S
        #: Of the step we are in: when it began, and how often we had to repeat ourselves.
        self._step_began = now
        self._repeats = 0
        self._send(self._hello, now=now)

    def datagrams_to_send(self, now: float) -> list[bytes]:
        """What is to be sent to the server, once."""
        del now  # the clock does not matter here; the verb looks alike on every core
        datagrams, self._outbox = self._outbox, []
        return datagrams

    def next_timer(self) -> float | None:
        """When to call ``handle_timer``; None when nothing is awaited any more."""
        return self._timer

    def receive(self, datagram: bytes, now: float) -> ClientOutcome | None:
        """Takes a datagram from the network; returns the outcome when this one decided it."""
        if not datagram:
            return None
        if datagram[0] == DatagramType.RETRY:
            return self._receive_retry(datagram, now)
        if datagram[0] == DatagramType.M2 and self.state is ClientHandshakeState.AWAITING_M2:
            return self._receive_m2(datagram, now)
        return None

    def handle_timer(self, now: float) -> TimedOut | None:
        """Repeats what was not answered, or gives up. Harmless when nothing is due."""
        if self._timer is None or now < self._timer:
            return None
        if now >= self._give_up_at:
            self._finish(ClientHandshakeState.FAILED)
            return TimedOut()
        self._timeout_s *= 2
        self._repeats += 1
        if self.state is ClientHandshakeState.ESTABLISHED:
            self._send(self._m3, now=now)
        else:
            m1s = [attempt.m1 for attempt in self._attempts.values()]
            # M1 unanswered twice: the server may have restarted and forgotten its cookies.
            with_hello = not m1s or self._repeats > 1
            self._send(*m1s, *([self._hello] if with_hello else []), now=now)
        return None

    def hurry(self, now: float) -> None:
        """The server may be there now: what is unanswered is repeated as if it were said for the
        first time. Never sooner than a first time-out after the last datagram."""
        if self._timer is not None:
            self._timeout_s = self._first_timeout_s / 2
            soonest = max(now, self._sent_at + self._first_timeout_s)
            self._timer = min(self._timer, soonest)

    def confirmed(self) -> None:
        """Something from the server opened: it has M3, which need not be repeated."""
        if self.state is ClientHandshakeState.ESTABLISHED:
            self._finish(ClientHandshakeState.CONFIRMED)

    def _receive_retry(self, datagram: bytes, now: float) -> VersionRefused | None:
        retry = decode_retry(datagram)
        if retry is None or retry.echo != self._nonce[:ECHO_BYTES]:
            return None
        if self.state not in (
            ClientHandshakeState.AWAITING_RETRY,
            ClientHandshakeState.AWAITING_M2,
        ):
            return None
        if isinstance(retry, VersionRefusal):
            return self._receive_refusal(retry)
        version, suite = retry.selection
        offered = version in self._offer.versions and suite in self._offer.suites
        if offered and datagram not in self._attempts and len(self._attempts) < ATTEMPTS_MAX:
            self._attempts[datagram] = attempt = self._begin_attempt(retry)
            if self.state is ClientHandshakeState.AWAITING_RETRY:
                self._advance(ClientHandshakeState.AWAITING_M2, now)
            self._send(attempt.m1, now=now)
        return None

    def _receive_refusal(self, refusal: VersionRefusal) -> VersionRefused | None:
        # A server whose newest version we offered has no reason to refuse; and a stranger's
        # word does not end what a server has already begun.
        contradictory = refusal.server_version in self._offer.versions
        if contradictory or self.state is not ClientHandshakeState.AWAITING_RETRY:
            return None
        self._finish(ClientHandshakeState.FAILED)
        return VersionRefused(refusal.server_version)

    def _begin_attempt(self, retry: Retry) -> _Attempt:
        negotiation = encode_negotiation(
            Negotiation(self._index, self._nonce, self._offer, retry.selection, retry.baked)
        )
        noise = NoiseXX(
            initiator=True,
            static=self._static,
            ephemeral=KeyPair(generate_private_key(self._random_bytes)),
            prologue=prologue_of(negotiation),
        )
        # Kept as bytes: every repetition is the same datagram, and the server knows it again.
        return _Attempt(noise, negotiation + noise.write_message())

    def _receive_m2(self, datagram: bytes, now: float) -> Established | WrongServerKey | None:
        message = decode_m2(datagram, self._index)
        if message is None:
            return None
        for attempt in self._attempts.values():
            try:
                payload = attempt.noise.read_message(message)
            except RemoteProtocolError:
                continue
            return self._judge(attempt.noise, int.from_bytes(payload), now)
        return None

    def _judge(self, noise: NoiseXX, server_index: int, now: float) -> Established | WrongServerKey:
        """Names ourselves to the server, but only if it is the one we mean."""
        server_key = noise.remote_static
        assert server_key is not None
        is_meant = (
            self._expected is None
            or fingerprint_matches(server_key, self._expected)
            or server_key == self._next_server_key
        )
        if not is_meant:
            assert self._expected is not None
            self._finish(ClientHandshakeState.FAILED)
            return WrongServerKey(self._expected, fingerprint(server_key))
        self._m3 = encode_m3(server_index, noise.write_message(self._m3_payload))
        keys = noise.split()
        self._advance(ClientHandshakeState.ESTABLISHED, now)
        self._attempts.clear()
        self._send(self._m3, now=now)
        channel = Channel(
            send_key=keys.send,
            receive_key=keys.receive,
            local_index=self._index,
            remote_index=server_index,
        )
        return Established(channel, server_key, keys.handshake_hash, self._round_trip_s)

    def _advance(self, state: ClientHandshakeState, now: float) -> None:
        """The next step, with a time-out from the round trip of this one, if that is certain: if
        one datagram was sent, once."""
        if self._repeats == 0 and len(self._attempts) < 2:
            self._round_trip_s = now - self._step_began
            # Smoothed round trip plus four times its variation, after one sample.
            timeout_s = max(3 * self._round_trip_s, REPEAT_TIMEOUT_MIN_S)
            self._first_timeout_s = min(timeout_s, INITIAL_TIMEOUT_S)
        # What an earlier step measured still holds: a lost datagram makes no path longer.
        self._timeout_s = self._first_timeout_s
        self.state = state
        self._step_began = now
        self._repeats = 0
        self._give_up_at = now + HANDSHAKE_TIMEOUT_S

    def _send(self, *datagrams: bytes, now: float) -> None:
        self._outbox.extend(datagrams)
        self._sent_at = now
        jitter = TIMEOUT_JITTER * int.from_bytes(self._random_bytes(2)) / 0xFFFF
        self._timer = min(now + self._timeout_s * (1 + jitter), self._give_up_at)

    def _finish(self, state: ClientHandshakeState) -> None:
        """Nothing is sent or awaited from here on."""
        self.state = state
        self._timer = None
        self._outbox.clear()
        self._attempts.clear()
