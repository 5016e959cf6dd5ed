"""Sockets on loopback, with and without batched calls, and what they make of addresses."""

from __future__ import annotations

import errno
import select
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from server import batch_socket, datagram_socket
from server.batch_socket import BatchSocket
from server.datagram_socket import Address, DatagramSocket, PlainSocket, bind, plain_address

ROOT = Path(__file__).parents[2]
Make = Callable[[socket.socket], DatagramSocket]


def slots_socket(udp: socket.socket) -> BatchSocket:
    """Sends from slots, whatever was built here."""
    return BatchSocket(udp, native=None)


NEEDS_CALLS = pytest.mark.skipif(
    not batch_socket.is_available(), reason="the batched calls are Linux's"
)
BATCHED = [
    pytest.param(slots_socket, marks=NEEDS_CALLS),
    pytest.param(
        BatchSocket,
        marks=pytest.mark.skipif(batch_socket.NATIVE is None, reason="it was not compiled"),
    ),
]
KINDS = [PlainSocket, *BATCHED]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(stack: ExitStack, host: str, make: Make = PlainSocket) -> tuple[DatagramSocket, int]:
    """One socket on a free port, and the port."""
    (udp,) = bind(host, 0)
    made = make(udp)
    stack.callback(made.close)
    return made, udp.getsockname()[1]


def arrived(udp: DatagramSocket, count: int = 1) -> list[tuple[bytes, Address]]:
    """The next ``count`` datagrams; loopback has them at once, the wait is for its failure."""
    received: list[tuple[bytes, Address]] = []
    while len(received) < count and select.select([udp], [], [], 5)[0]:
        received += udp.receive(count - len(received))
    return received


@pytest.mark.parametrize("make", KINDS)
class TestExchange:
    @pytest.mark.parametrize(
        ("listening", "asked"),
        [
            ("127.0.0.1", "127.0.0.1"),
            ("::1", "::1"),
            ("0.0.0.0", "127.0.0.1"),
            ("::", "127.0.0.1"),
            ("::", "::1"),
        ],
    )
    def test_datagrams_come_and_go_in_order_with_plain_addresses(
        self, stack: ExitStack, make: Make, listening: str, asked: str
    ) -> None:
        server, port = opened(stack, listening, make)
        client, client_port = opened(stack, asked)

        assert client.send([(b"%d" % n, (asked, port)) for n in range(300)]) == 0
        received = arrived(server, 300)
        assert server.send(received) == 0

        assert received == [(b"%d" % n, (asked, client_port)) for n in range(300)]
        assert arrived(client, 300) == [(b"%d" % n, (asked, port)) for n in range(300)]

    def test_nothing_is_received_when_there_is_nothing(self, stack: ExitStack, make: Make) -> None:
        server, _ = opened(stack, "127.0.0.1", make)

        assert server.receive(64) == []

    def test_receive_is_bounded(self, stack: ExitStack, make: Make) -> None:
        server, port = opened(stack, "127.0.0.1", make)
        client, _ = opened(stack, "127.0.0.1")
        client.send([(b"x", ("127.0.0.1", port))] * 5)

        assert [len(server.receive(3)), len(server.receive(3))] == [3, 2]

    def test_empty_and_too_long_datagrams_arrive_as_such(
        self, stack: ExitStack, make: Make
    ) -> None:
        server, port = opened(stack, "127.0.0.1", make)
        client, _ = opened(stack, "127.0.0.1")
        client.send([(bytes(size), ("127.0.0.1", port)) for size in (0, 1200, 5000)])

        sizes = [len(datagram) for datagram, _ in arrived(server, 3)]

        assert sizes == [0, 1200, datagram_socket.RECEIVE_BYTES_MAX]

    def test_slot_holds_nothing_of_the_datagram_before(self, stack: ExitStack, make: Make) -> None:
        server, port = opened(stack, "127.0.0.1", make)
        client, _ = opened(stack, "127.0.0.1")

        for text in (b"a long one", b"short"):
            client.send([(text, ("127.0.0.1", port))])
            server.send(arrived(server))

        assert [datagram for datagram, _ in arrived(client, 2)] == [b"a long one", b"short"]

    def test_what_cannot_be_sent_is_dropped_and_the_rest_goes_out(
        self, stack: ExitStack, make: Make
    ) -> None:
        server, _ = opened(stack, "127.0.0.1", make)
        client, port = opened(stack, "127.0.0.1")
        target = ("127.0.0.1", port)
        hopeless = [
            (b"IPv6 from an IPv4 socket", ("::1", port)),
            (b"port 0", ("127.0.0.1", 0)),
            (b"broadcast without leave", ("255.255.255.255", port)),
            (b"no such scope", ("fe80::1%no-such-link", port)),
            (bytes(70_000), target),
        ]

        dropped = server.send([(b"first", target), *hopeless, (b"last", target)])

        assert dropped == len(hopeless)
        assert [datagram for datagram, _ in arrived(client, 2)] == [b"first", b"last"]

    def test_closed_port_of_a_peer_is_no_error(self, stack: ExitStack, make: Make) -> None:
        server, port = opened(stack, "127.0.0.1", make)
        gone, gone_port = opened(stack, "127.0.0.1")
        gone.close()
        client, _ = opened(stack, "127.0.0.1")

        assert server.send([(b"hello?", ("127.0.0.1", gone_port))] * 3) == 0
        client.send([(b"still here", ("127.0.0.1", port))])

        assert [datagram for datagram, _ in arrived(server)] == [b"still here"]

    def test_peers_remembered_are_bounded(
        self, stack: ExitStack, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (datagram_socket, batch_socket):
            monkeypatch.setattr(module, "PEERS_MAX", 2)
        server, port = opened(stack, "0.0.0.0", make)
        clients = [opened(stack, "127.0.0.1") for _ in range(5)]

        for client, _ in clients:
            client.send([(b"x", ("127.0.0.1", port))])
            assert server.send(arrived(server)) == 0

        assert [len(arrived(client)) for client, _ in clients] == [1] * 5
        tables = [v for k, v in vars(server).items() if isinstance(v, dict)]
        assert tables and all(len(table) <= 2 for table in tables)


@pytest.mark.parametrize("make", BATCHED)
class TestAnswersComeFromWhereWasAsked:
    @pytest.mark.parametrize("listening", ["0.0.0.0", "::"])
    def test_wildcard_socket_answers_from_the_address_it_was_asked_at(
        self, stack: ExitStack, make: Make, listening: str
    ) -> None:
        server, port = opened(stack, listening, make)
        client, _ = opened(stack, "127.0.0.1")
        client.send([(b"x", ("127.0.0.2", port))])

        server.send(arrived(server))

        assert arrived(client) == [(b"x", ("127.0.0.2", port))]

    def test_source_that_is_not_ours_any_more_is_forgotten(
        self, stack: ExitStack, make: Make
    ) -> None:
        server, port = opened(stack, "0.0.0.0", make)
        client, _ = opened(stack, "127.0.0.1")
        client.send([(b"x", ("127.0.0.2", port))])
        received = arrived(server)
        assert isinstance(server, BatchSocket)
        (name,) = server._sources
        ours = socket.inet_aton("127.0.0.2")
        server._sources[name] = server._sources[name].replace(ours, bytes([192, 0, 2, 1]))

        assert server.send(received) == 0

        assert arrived(client) == [(b"x", ("127.0.0.1", port))]
        assert not server._sources


@pytest.mark.skipif(batch_socket.NATIVE is None, reason="it was not compiled")
class TestNativeSending:
    """What only C has to ask for: the kernel is only pointed at what is there."""

    def test_it_stops_before_an_address_without_a_name(self, stack: ExitStack) -> None:
        receiver, port = opened(stack, "127.0.0.1")
        sender = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        known, unknown = ("127.0.0.1", port), ("127.0.0.2", port)
        names = {known: batch_socket._encode_name(known, socket.AF_INET)}
        datagrams = [(b"one", known), (b"two", known), (b"three", unknown)]
        send = batch_socket.NATIVE
        assert send is not None

        taken = [
            send(sender.fileno(), datagrams, start, names, None, False) for start in (0, 1, 2, 3, 9)
        ]

        assert taken == [2, 1, 0, 0, 0]
        assert [datagram for datagram, _ in arrived(receiver, 3)] == [b"one", b"two", b"two"]

    def test_one_call_takes_as_many_as_there_are_slots(self, stack: ExitStack) -> None:
        receiver, port = opened(stack, "127.0.0.1")
        sender = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        known = ("127.0.0.1", port)
        names = {known: batch_socket._encode_name(known, socket.AF_INET)}
        send = batch_socket.NATIVE
        assert send is not None

        count = send(
            sender.fileno(), [(b"x", known)] * (2 * batch_socket.SLOTS), 0, names, {}, False
        )

        assert count == batch_socket.SLOTS
        assert len(arrived(receiver, count)) == count

    def test_what_the_kernel_refuses_is_an_error_with_its_number(self) -> None:
        name = batch_socket._encode_name(("127.0.0.1", 1), socket.AF_INET)
        send = batch_socket.NATIVE
        assert send is not None

        with pytest.raises(OSError, match="descriptor") as caught:
            send(-1, [(b"x", ("a", 1))], 0, {("a", 1): name}, None, False)

        assert caught.value.errno == errno.EBADF

    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            (0, (), 0, {}, None, False),
            (0, [], 0, [], None, False),
            (0, [], "0", {}, None, False),
            (2**40, [], 0, {}, None, False),
            (-1, [b"x"], 0, {}, None, False),
            (-1, [("x", 1)], 0, {1: b""}, None, False),
            (-1, [(b"x", 1, 2)], 0, {1: b""}, None, False),
            (-1, [(b"x", [])], 0, {}, None, False),
            (-1, [(b"x", 1)], 0, {1: "name"}, None, False),
            (-1, [(b"x", 1)], 0, {1: b"name"}, {b"name": "source"}, False),
        ],
    )
    def test_other_kinds_are_refused(self, arguments: tuple[object, ...]) -> None:
        send: Any = batch_socket.NATIVE
        with pytest.raises((TypeError, OverflowError)):
            send(*arguments)

    def test_what_was_built_from_other_sources_is_not_used(self) -> None:
        program = """
import sys, types
import server
other = types.ModuleType("server._sending")
other.send_from = object()
sys.modules["server._sending"] = server._sending = other
from server import batch_socket
assert batch_socket.NATIVE is None
"""
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)

    def test_a_place_before_the_first_is_refused(self) -> None:
        send: Any = batch_socket.NATIVE
        with pytest.raises(ValueError, match="place"):
            send(-1, [], -1, {}, None, False)


class TooLongForItsPath:
    """A socket of a path that takes nothing above 1,000 bytes in one piece."""

    def __init__(self) -> None:
        self.family = socket.AF_INET
        self.dont_fragment = True
        self.sent: list[tuple[int, bool]] = []

    def setblocking(self, flag: bool) -> None:
        assert not flag

    def setsockopt(self, level: int, option: int, value: int) -> None:
        assert (level, option) == (socket.IPPROTO_IP, 10)
        self.dont_fragment = value == 2

    def sendto(self, datagram: bytes, target: object) -> None:
        if len(datagram) > 1000 and self.dont_fragment:
            raise OSError(errno.EMSGSIZE, "too long")
        self.sent.append((len(datagram), self.dont_fragment))


@pytest.mark.skipif(sys.platform != "linux", reason="the bit is only set on Linux")
class TestDontFragment:
    @pytest.mark.parametrize("host", ["127.0.0.1", "::"])
    def test_bit_is_set(self, host: str) -> None:
        (udp,) = bind(host, 0)
        with udp:
            assert udp.getsockopt(socket.IPPROTO_IP, 10) == 2

    def test_datagram_too_long_for_its_path_goes_in_fragments_and_only_that(self) -> None:
        path = TooLongForItsPath()
        peer = ("192.0.2.1", 1)

        dropped = PlainSocket(path).send([(bytes(1200), peer), (b"x", peer)])  # type: ignore[arg-type]

        assert dropped == 0
        assert path.sent == [(1200, False), (1, True)]


class TestBind:
    def test_port_in_use_is_an_error(self) -> None:
        (udp,) = bind("127.0.0.1", 0)
        with udp, pytest.raises(OSError, match="in use"):
            bind("127.0.0.1", udp.getsockname()[1])

    def test_name_with_two_families_has_one_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        both: list[object] = [
            (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", 0)),
            (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.2", 0)),
            (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("::1", 0, 0, 0)),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)

        bound = bind("a-name", 0)

        names = [udp.getsockname()[:2] for udp in bound]
        for udp in bound:
            udp.close()
        assert names == [("127.0.0.1", names[0][1]), ("::1", names[0][1])]

    def test_machine_without_ipv6_gets_every_ipv4_address(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = socket.socket

        def without_ipv6(family: int, kind: int) -> socket.socket:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "no IPv6")
            return real(family, kind)

        monkeypatch.setattr(socket, "socket", without_ipv6)

        (udp,) = bind("::", 0)

        with udp:
            assert udp.getsockname()[0] == "0.0.0.0"

    def test_receive_buffer_is_raised(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as usual:
            before = usual.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        (udp,) = bind("127.0.0.1", 0)
        with udp:
            assert udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) > before


class TestPlainAddress:
    @pytest.mark.parametrize(
        ("system", "plain"),
        [
            (("192.0.2.1", 7), ("192.0.2.1", 7)),
            (("::ffff:192.0.2.1", 7, 0, 0), ("192.0.2.1", 7)),
            (("2001:db8::1", 7, 0, 0), ("2001:db8::1", 7)),
            (("fe80::1", 7, 0, 2), ("fe80::1%2", 7)),
        ],
    )
    def test_address_is_host_and_port_and_back(
        self, system: tuple[object, ...], plain: Address
    ) -> None:
        family = socket.AF_INET6 if len(system) == 4 else socket.AF_INET

        assert plain_address(system) == plain
        assert datagram_socket.system_address(plain, family) == system

    @pytest.mark.parametrize(
        "address",
        [("192.0.2.1", 7), ("2001:db8::1", 65535), ("fe80::1%2", 1)],
    )
    def test_kernels_form_is_the_same_and_back(self, address: Address) -> None:
        name = batch_socket._encode_name(address, socket.AF_INET6)

        assert batch_socket._decode_name(name) == address
