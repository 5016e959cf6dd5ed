"""Runs of datagrams that leave in one call, and everything that may not."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pytest_mock import MockerFixture

from server import batch_socket, segments
from server.batch_socket import BatchSocket
from server.datagram_socket import Address, DatagramSocket
from tests.server.test_datagram_socket import arrived, opened

ANN: Address = ("127.0.0.1", 1)
BEN: Address = ("127.0.0.1", 2)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def sizes(datagrams: list[tuple[int, Address]]) -> list[list[int]]:
    found = segments.runs([(bytes(size), address) for size, address in datagrams])
    return [[len(datagram) for datagram, _ in run] for run in found]


class TestRuns:
    def test_a_run_has_one_peer_and_one_length_but_for_its_last(self) -> None:
        assert sizes([(9, ANN), (9, ANN), (5, ANN)]) == [[9, 9, 5]]
        assert sizes([(9, ANN), (5, ANN), (5, ANN)]) == [[9, 5], [5]]
        assert sizes([(5, ANN), (9, ANN), (9, BEN), (9, BEN)]) == [[5], [9], [9, 9]]

    def test_a_run_is_bounded_in_number_and_bytes(self) -> None:
        found = sizes([(9, ANN)] * 100)
        assert [len(run) for run in found] == [40, 40, 20]
        assert max(sum(run) for run in sizes([(2000, ANN)] * 100)) <= 60_000
        assert sizes([(70_000, ANN)] * 2) == [[70_000], [70_000]]
        assert sizes([(0, ANN)] * 2) == [[0, 0]]

    def test_nobody_looks_for_runs_where_neighbours_differ(self) -> None:
        assert not segments.has_runs([(b"x", ANN), (b"x", BEN), (b"x", ANN)])
        assert segments.has_runs([(b"x", BEN), (b"x", ANN), (b"x", ANN)])


@pytest.mark.skipif(not batch_socket.is_available(), reason="the batched calls are Linux's")
class TestOneCall:
    def exchange(self, stack: ExitStack) -> tuple[BatchSocket, DatagramSocket, Address]:
        server, _ = opened(stack, "127.0.0.1", BatchSocket)
        client, port = opened(stack, "127.0.0.1")
        assert isinstance(server, BatchSocket)
        if not server._segments:
            pytest.skip("this kernel does not cut datagrams apart")
        return server, client, ("127.0.0.1", port)

    def test_datagrams_arrive_one_by_one_and_in_order(
        self, stack: ExitStack, mocker: MockerFixture
    ) -> None:
        server, client, peer = self.exchange(stack)
        send_run = mocker.spy(segments, "send_run")
        texts = [b"first", *[bytes([n]) * 1200 for n in range(10)], b"shorter", b"after"]
        assert server.send([(text, peer) for text in texts]) == 0
        assert [datagram for datagram, _ in arrived(client, len(texts))] == texts
        assert [len(call.args[1]) for call in send_run.call_args_list] == [11]

    def test_answers_come_from_where_was_asked(self, stack: ExitStack) -> None:
        server, port = opened(stack, "0.0.0.0", BatchSocket)
        client, _ = opened(stack, "127.0.0.1")
        client.send([(b"x", ("127.0.0.2", port))])
        ((_, peer),) = arrived(server)
        server.send([(b"one", peer), (b"two", peer)])
        assert arrived(client, 2) == [(b"one", ("127.0.0.2", port)), (b"two", ("127.0.0.2", port))]

    @pytest.mark.parametrize(
        ("error", "goes_on"), [(errno.EMSGSIZE, True), (errno.EINVAL, True), (errno.EIO, False)]
    )
    def test_what_cannot_go_in_one_call_goes_one_by_one(
        self, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, error: int, goes_on: bool
    ) -> None:
        server, client, peer = self.exchange(stack)

        class Refusing:
            def __init__(self, udp: object) -> None:
                self._udp = udp

            def sendmsg(self, *given: object) -> int:
                raise OSError(error, "not like this")

            def __getattr__(self, name: str) -> object:
                return getattr(self._udp, name)

        monkeypatch.setattr(server, "_socket", Refusing(server._socket))
        assert server.send([(b"one", peer), (b"two", peer)]) == 0
        assert [datagram for datagram, _ in arrived(client, 2)] == [b"one", b"two"]
        assert server._segments is goes_on

    def test_hopeless_runs_are_dropped(self, stack: ExitStack) -> None:
        server, client, peer = self.exchange(stack)
        nowhere: Address = ("::1", 1)
        assert server.send([(b"x", nowhere), (b"x", nowhere), (b"last", peer)]) == 2
        assert [datagram for datagram, _ in arrived(client)] == [b"last"]
