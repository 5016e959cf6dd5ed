"""Every number of every frame at the edges of 31, 32, 63 and 64 bits, to both ends of a session."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from protocol.errors import RemoteProtocolError
from protocol.frame_codec import decode_frames
from tests.app.models.test_hostile_server import HostileServer
from tests.fuzzing.fuzz import read_corpus
from tests.fuzzing.targets import TARGETS
from tests.server.server_pair import Client, ServerPair

EDGES: Final = (
    -(2**63), -1, 0, 1, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1,
    2**48, 2**48 + 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1,
)  # fmt: skip


def variants(value: Any) -> Iterator[Any]:
    """The value with each of its numbers, one at a time, at each edge."""
    if isinstance(value, int):
        yield from EDGES
    elif isinstance(value, list):
        for place, part in enumerate(value):
            for other in variants(part):
                yield [*value[:place], other, *value[place + 1 :]]


def plaintexts() -> Iterator[bytes]:
    """One frame of each kind, its tag as it is, everything else varied."""
    for data in read_corpus("frames"):
        try:
            decode_frames(data)
        except RemoteProtocolError:
            continue
        for frame in msgspec.msgpack.decode(data):
            for fields in variants(frame[1:]):
                yield msgspec.msgpack.encode([[frame[0], *fields]])


def test_decoding_refuses_or_comes_back_as_it_was() -> None:
    tried = list(plaintexts())
    assert len(tried) > 1000
    for plaintext in tried:
        TARGETS["frames"](plaintext)


def decodable() -> Iterator[bytes]:
    for plaintext in plaintexts():
        try:
            decode_frames(plaintext)
        except RemoteProtocolError:
            continue
        yield plaintext


def test_a_server_lives_through_all_that_can_be_said() -> None:
    def start() -> tuple[ServerPair, Client]:
        pair = ServerPair()
        return pair, pair.join(1, "Ada")

    (pair, ada), said = start(), 0
    for plaintext in decodable():
        assert ada.session is not None
        pair.server.receive(ada.session.seal_plaintext(plaintext, pair.now), ada.address, pair.now)
        pair.settle()
        pair.now += 0.001
        ada.take()
        said += 1
        if ada.served is None or ada.served.closed or said % 200 == 0:
            assert pair.log.log.check() == []
            pair, ada = start()
    assert said > 300


def test_a_client_lives_through_all_that_can_be_said() -> None:
    hostile, said = HostileServer(), 0
    hostile.follow(head=3)
    for plaintext in decodable():
        assert hostile.session is not None
        hostile.client.receive(hostile.session.seal_plaintext(plaintext, hostile.now), hostile.now)
        hostile.carry()
        hostile.wait(0.05)
        hostile.take()
        hostile.events.clear()
        said += 1
        if hostile.client.link.traffic.session is None or not hostile.client.link.online:
            hostile = HostileServer()
            hostile.follow(head=3)
    assert said > 300
