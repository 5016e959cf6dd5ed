"""A client and a server handshake face to face, on a clock and dice of the test's choosing."""

from __future__ import annotations

import random
from collections.abc import Callable

from protocol.client_handshake import ClientHandshake, ClientOutcome, Established
from protocol.noise import public_key
from protocol.server_handshakes import (
    ClientEstablished,
    HandshakeLimits,
    Reply,
    ServerHandshakes,
)

SERVER_PRIVATE = bytes(range(32))
CLIENT_PRIVATE = bytes(range(1, 33))
ADDRESS = ("192.0.2.7", 50000)

#: Changes a datagram on its way.
Tamper = Callable[[bytes], bytes]


def dice(seed: int = 1) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    return random.Random(seed).randbytes


def new_server(
    limits: HandshakeLimits | None = None, *, versions: tuple[int, ...] = (1,), seed: int = 2
) -> ServerHandshakes:
    return ServerHandshakes(
        SERVER_PRIVATE, dice(seed), limits or HandshakeLimits(), versions=versions
    )


def new_client(
    seed: int = 1,
    *,
    expected: bytes | None = None,
    fingerprint: str | None = None,
    following: bytes | None = None,
    payload: bytes = b"",
    versions: tuple[int, ...] = (1,),
    now: float = 0.0,
) -> ClientHandshake:
    return ClientHandshake(
        CLIENT_PRIVATE,
        expected,
        payload,
        dice(seed),
        now,
        expected_fingerprint=fingerprint,
        next_server_key=following,
        versions=versions,
    )


def only(datagrams: list[bytes]) -> bytes:
    """The one datagram that there is."""
    (datagram,) = datagrams
    return datagram


def answer(server: ServerHandshakes, datagram: bytes, now: float = 0.0) -> bytes:
    """What the server replies to a datagram from ``ADDRESS``; it must reply."""
    reply = server.receive(datagram, ADDRESS, now)
    assert isinstance(reply, Reply)
    return reply.datagram


def m1_of(server: ServerHandshakes, client: ClientHandshake, now: float = 0.0) -> bytes:
    """Brings a client as far as its M1."""
    client.receive(answer(server, only(client.datagrams_to_send(now)), now), now)
    return only(client.datagrams_to_send(now))


def m3_of(
    server: ServerHandshakes, client: ClientHandshake, now: float = 0.0
) -> tuple[bytes, Established]:
    """Brings a client as far as its M3."""
    outcome = client.receive(answer(server, m1_of(server, client, now), now), now)
    assert isinstance(outcome, Established)
    return only(client.datagrams_to_send(now)), outcome


def converse(
    client: ClientHandshake,
    server: ServerHandshakes,
    to_server: Tamper = lambda datagram: datagram,
    to_client: Tamper = lambda datagram: datagram,
) -> tuple[ClientOutcome | None, ClientEstablished | None]:
    """Lets the two talk at time 0, without repetitions, until nobody has anything to say."""
    reached: ClientOutcome | None = None
    accepted: ClientEstablished | None = None
    while datagrams := client.datagrams_to_send(0.0):
        for datagram in map(to_server, datagrams):
            result = server.receive(datagram, ADDRESS, 0.0)
            if isinstance(result, ClientEstablished):
                accepted = result
            elif result is not None:
                reply = to_client(result.datagram)
                reached = client.receive(reply, 0.0) or reached
    return reached, accepted


SERVER_KEY = public_key(SERVER_PRIVATE)
CLIENT_KEY = public_key(CLIENT_PRIVATE)
