"""Runs of datagrams that leave as one message, and everything that may not."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from server import batch_socket
from server.batch_socket import BatchSocket, SendFrom
from server.datagram_socket import RECEIVE_BYTES_MAX, Address, DatagramSocket
from tests.server.test_datagram_socket import arrived, opened

NATIVE = batch_socket.NATIVE
pytestmark = pytest.mark.skipif(NATIVE is None, reason="it was not compiled")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@dataclass
class Calls:
    """The native function, which notes what it took, and refuses runs when told to."""

    refusal: int = 0
    took: list[int] = field(default_factory=list)

    def __call__(
        self,
        descriptor: int,
        datagrams: list[tuple[bytes, Address]],
        start: int,
        names: dict[Address, bytes],
        sources: dict[bytes, bytes] | None,
        in_runs: bool,
    ) -> int:
        assert NATIVE is not None
        if in_runs and self.refusal:
            raise OSError(self.refusal, "not like this")
        sent = NATIVE(descriptor, datagrams, start, names, sources, in_runs)
        self.took.append(sent)
        return sent


def exchange(
    stack: ExitStack, native: SendFrom | None = NATIVE, host: str = "127.0.0.1"
) -> tuple[BatchSocket, DatagramSocket, Address]:
    server, _ = opened(stack, host, lambda udp: BatchSocket(udp, native))
    client, port = opened(stack, "127.0.0.1")
    assert isinstance(server, BatchSocket)
    if not server._in_runs:
        pytest.skip("this kernel does not cut datagrams apart")
    return server, client, ("127.0.0.1", port)


@pytest.mark.parametrize(
    "sizes",
    [
        [5, *[1200] * 10, 900, 7],
        [9, 9, 5, 5],
        [5, 9, 9],
        [0, 0, 9, 0, 0],
        [1200] * 130,
        [9] * 700,
        [2000] * 31,
    ],
)
def test_datagrams_arrive_one_by_one_and_in_order(stack: ExitStack, sizes: list[int]) -> None:
    server, client, peer = exchange(stack)
    texts = [bytes([n % 251]) * size for n, size in enumerate(sizes)]

    for start in range(0, len(texts), 130):  # as many as the receive buffer surely holds
        some = texts[start : start + 130]
        assert server.send([(text, peer) for text in some]) == 0
        shown = [text[:RECEIVE_BYTES_MAX] for text in some]
        assert [datagram for datagram, _ in arrived(client, len(some))] == shown


def test_a_run_is_one_message_and_bounded(stack: ExitStack) -> None:
    calls = Calls()
    server, client, peer = exchange(stack, calls)

    server.send([(b"x", peer)] * 600)

    assert calls.took == [0, 512, 88], "the first call knew no name yet"
    assert len(arrived(client, 600)) == 600


def test_peers_in_turn_get_each_his_own(stack: ExitStack) -> None:
    server, client, peer = exchange(stack)
    other, port = opened(stack, "127.0.0.1")
    second: Address = ("127.0.0.1", port)
    ways = [peer, peer, second, peer, second, second]

    assert server.send([(b"%d" % n, way) for n, way in enumerate(ways)]) == 0

    assert [text for text, _ in arrived(client, 3)] == [b"0", b"1", b"3"]
    assert [text for text, _ in arrived(other, 3)] == [b"2", b"4", b"5"]


def test_answers_come_from_where_was_asked(stack: ExitStack) -> None:
    server, port = opened(stack, "0.0.0.0", BatchSocket)
    client, _ = opened(stack, "127.0.0.1")
    client.send([(b"x", ("127.0.0.2", port))])
    ((_, peer),) = arrived(server)

    server.send([(b"one", peer), (b"two", peer)])

    assert arrived(client, 2) == [(b"one", ("127.0.0.2", port)), (b"two", ("127.0.0.2", port))]


@pytest.mark.parametrize(
    ("error", "goes_on"), [(errno.EMSGSIZE, True), (errno.EINVAL, True), (errno.EIO, False)]
)
def test_what_cannot_go_as_one_goes_one_by_one(stack: ExitStack, error: int, goes_on: bool) -> None:
    server, client, peer = exchange(stack, Calls(refusal=error))

    assert server.send([(b"one", peer), (b"two", peer)]) == 0

    assert [datagram for datagram, _ in arrived(client, 2)] == [b"one", b"two"]
    assert server._in_runs is goes_on


def test_hopeless_runs_are_dropped(stack: ExitStack) -> None:
    server, client, peer = exchange(stack)
    nowhere: Address = ("::1", 1)

    assert server.send([(b"x", nowhere), (b"x", nowhere), (b"last", peer)]) == 2

    assert [datagram for datagram, _ in arrived(client)] == [b"last"]


def test_what_may_be_fragmented_is_no_run(stack: ExitStack) -> None:
    calls = Calls(refusal=errno.EINVAL)
    server, client, peer = exchange(stack, calls)

    assert server.send_in_fragments([(b"one", peer), (b"two", peer)]) == 0

    assert calls.took == [0, 2], "the first call knew no name yet"
    assert [datagram for datagram, _ in arrived(client, 2)] == [b"one", b"two"]
