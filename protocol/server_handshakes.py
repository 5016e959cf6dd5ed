"""The server's side of opening sessions: strangers cost one stateless reply, smaller than theirs.

A HELLO is answered and forgotten. An M1 is looked at only with a cookie that this very address
brought back, and computed only within the rates; its repetitions get the same M2 again without
computing. What exists in the meantime is in one small table. Only a genuine M3 makes a session,
and nothing before it touches one that is alive. Whatever is wrong is counted and dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import msgspec

from protocol.channel import Channel
from protocol.cookie import Address, CookieJar
from protocol.datagrams import INDEX_BYTES, DatagramType
from protocol.errors import RemoteProtocolError
from protocol.half_open_table import HalfOpen, HalfOpenTable
from protocol.handshake_datagrams import (
    M1,
    decode_hello,
    decode_m1,
    decode_m3,
    encode_m2,
    encode_retry,
    encode_version_refusal,
    select,
)
from protocol.limits import PROTOCOL_VERSIONS
from protocol.noise import KeyPair, NoiseXX, generate_private_key
from protocol.rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` at once, then ``per_s`` a second."""

    burst: int
    per_s: float


@dataclass(frozen=True, slots=True)
class HandshakeLimits:
    """What strangers may cost; a rate of None is no limit."""

    half_open_max: int = 1000
    #: A classroom behind one address signs in at once.
    half_open_per_source_max: int = 64
    half_open_ttl_s: float = 10.0
    rate_per_source: Rate | None = Rate(64, 10.0)
    rate_total: Rate | None = Rate(500, 500.0)


class Reply(msgspec.Struct, frozen=True, gc=False):
    """To be sent to where the datagram came from; never longer than it."""

    datagram: bytes


class ClientEstablished(msgspec.Struct, frozen=True, gc=False):
    """A client proved its key: a session may begin. ``payload`` is what its M3 carried.

    ``address`` is the one that proved itself by the cookie, wherever M3 came from: a copied M3
    must not point a session at somebody else. Data will show where the client is.
    """

    channel: Channel
    client_key: bytes
    payload: bytes
    address: Address
    handshake_hash: bytes
    #: When M1 came: of two sessions of a client, the one begun later is the one it means.
    begun_at: float


@dataclass(slots=True)
class HandshakeCounters:
    """What came in and what became of it; never reset."""

    retries: int = 0
    #: Handshakes begun, each at the price of two exchanges; and copies of M1, for nothing.
    computed: int = 0
    repeated: int = 0
    completed: int = 0
    #: Whatever led to nothing, and of these the ones refused for their rate alone.
    dropped: int = 0
    limited: int = 0


def source_of(address: Address) -> Hashable:
    """Whom the limits count: the host, whatever its port."""
    return address[0]


class ServerHandshakes:
    """All handshakes of one server; sessions are the caller's.

    The caller routes to ``receive`` whatever is HELLO, M1 or M3, calls ``expire`` at
    ``next_timer``, and answers data for an index that ``is_half_open`` with silence: its M3 is
    late.
    """

    def __init__(
        self,
        static_private: bytes,
        random_bytes: Callable[[int], bytes],
        limits: HandshakeLimits = HandshakeLimits(),
        *,
        versions: tuple[int, ...] = PROTOCOL_VERSIONS,
        source_of: Callable[[Address], Hashable] = source_of,
    ) -> None:
        self.counters: Final = HandshakeCounters()
        self._static = KeyPair(static_private)
        self._random_bytes = random_bytes
        self._limits = limits
        self._versions = versions
        self._source_of = source_of
        self._cookies = CookieJar(random_bytes)
        self._half_open = HalfOpenTable(limits.half_open_max, limits.half_open_per_source_max)
        self._rate_per_source = _rate_limit(limits.rate_per_source)
        self._rate_total = _rate_limit(limits.rate_total)

    @property
    def server_key(self) -> bytes:
        """The public key that clients pin."""
        return self._static.public

    @property
    def half_open_count(self) -> int:
        """Handshakes in hand."""
        return len(self._half_open)

    def is_half_open(self, server_index: int) -> bool:
        """Whether a session with this index may begin any moment."""
        return server_index in self._half_open

    def receive(
        self, datagram: bytes, address: Address, now: float
    ) -> Reply | ClientEstablished | None:
        """Takes a HELLO, M1 or M3; returns what came of it, None where nothing did."""
        kind = datagram[0] if datagram else 0
        outcome: Reply | ClientEstablished | None = None
        if kind == DatagramType.HELLO:
            outcome = self._receive_hello(datagram, address, now)
        elif kind == DatagramType.M1:
            outcome = self._receive_m1(datagram, address, now)
        elif kind == DatagramType.M3:
            outcome = self._receive_m3(datagram, now)
        if outcome is None:
            self.counters.dropped += 1
        return outcome

    def next_timer(self) -> float | None:
        """When ``expire`` has something to do; None when no handshake is in hand."""
        oldest = self._half_open.oldest()
        return None if oldest is None else oldest.expires_at

    def expire(self, now: float) -> None:
        """Forgets handshakes that nobody finished in time."""
        while (oldest := self._half_open.oldest()) is not None and oldest.expires_at <= now:
            self._half_open.remove(oldest)

    def _receive_hello(self, datagram: bytes, address: Address, now: float) -> Reply | None:
        hello = decode_hello(datagram)
        if hello is None:
            return None
        client_nonce, offer = hello
        self.counters.retries += 1
        selection = select(offer, self._versions)
        if selection is None:
            return Reply(encode_version_refusal(max(self._versions), client_nonce))
        baked = self._cookies.bake(address, client_nonce, now)
        return Reply(encode_retry(selection, client_nonce, baked))

    def _receive_m1(self, datagram: bytes, address: Address, now: float) -> Reply | None:
        m1 = decode_m1(datagram)
        if m1 is None or not self._is_true(m1, address, now):
            return None
        self.expire(now)
        m1_hash = hashlib.blake2s(datagram).digest()
        begun = self._half_open.by_m1(m1_hash)
        if begun is not None:
            self.counters.repeated += 1
            return Reply(begun.m2)
        if not self._is_within_rates(self._source_of(address), now):
            self.counters.limited += 1
            return None
        return self._begin(m1, m1_hash, address, now)

    def _is_true(self, m1: M1, address: Address, now: float) -> bool:
        """Whether what M1 repeats of our RETRY is what we said, to whom we said it."""
        negotiation = m1.negotiation
        return negotiation.selection == select(
            negotiation.offer, self._versions
        ) and self._cookies.check(negotiation.baked, address, negotiation.client_nonce, now)

    def _is_within_rates(self, source: Hashable, now: float) -> bool:
        # The source first: one that is over its own rate must not use up everybody's.
        per_source, total = self._rate_per_source, self._rate_total
        if per_source is not None and not per_source.allow(source, now):
            return False
        return total is None or total.allow(None, now)

    def _begin(self, m1: M1, m1_hash: bytes, address: Address, now: float) -> Reply | None:
        """Computes M2 and keeps what M3 will need."""
        self.counters.computed += 1
        noise = NoiseXX(
            initiator=False,
            static=self._static,
            ephemeral=KeyPair(generate_private_key(self._random_bytes)),
            prologue=m1.prologue,
        )
        index_bytes = self._random_bytes(INDEX_BYTES)
        server_index = int.from_bytes(index_bytes)
        try:
            noise.read_message(m1.message)
            message = noise.write_message(index_bytes)
        except RemoteProtocolError:
            return None
        client_index = m1.negotiation.client_index
        m2 = encode_m2(client_index, message)
        self._half_open.add(
            HalfOpen(
                noise,
                client_index,
                server_index,
                m1_hash,
                m2,
                address,
                self._source_of(address),
                now + self._limits.half_open_ttl_s,
            )
        )
        return Reply(m2)

    def _receive_m3(self, datagram: bytes, now: float) -> ClientEstablished | None:
        m3 = decode_m3(datagram)
        entry = None if m3 is None else self._half_open.by_index(m3[0])
        if m3 is None or entry is None or entry.expires_at <= now:
            return None
        try:
            payload = entry.noise.read_message(m3[1])
        except RemoteProtocolError:
            return None
        client_key = entry.noise.remote_static
        assert client_key is not None
        self._half_open.remove(entry)
        self.counters.completed += 1
        keys = entry.noise.split()
        begun_at = entry.expires_at - self._limits.half_open_ttl_s
        channel = Channel(
            send_key=keys.send,
            receive_key=keys.receive,
            local_index=entry.server_index,
            remote_index=entry.client_index,
        )
        return ClientEstablished(
            channel, client_key, payload, entry.address, keys.handshake_hash, begun_at
        )


def _rate_limit(rate: Rate | None) -> RateLimit | None:
    return None if rate is None else RateLimit(rate.burst, rate.per_s)
