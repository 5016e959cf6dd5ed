"""The client's socket hears the one address that it was opened for, and nobody else."""

from __future__ import annotations

import errno
import select
import socket
from contextlib import closing

from app.models.udp_socket import UdpSocket
from protocol.limits import DATAGRAM_BYTES_MAX


def peer() -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    return udp


def test_only_the_server_is_heard_and_only_what_it_may_send() -> None:
    with closing(peer()) as server, closing(peer()) as stranger:
        client = UdpSocket(*server.getsockname())
        assert client.open()
        assert client.raw is not None
        ours = client.raw.getsockname()
        assert ours[1] != 0, "a port of the system's choice"
        stranger.sendto(b"from a stranger", ours)
        server.sendto(bytes(DATAGRAM_BYTES_MAX + 1), ours)
        server.sendto(b"", ours)
        server.sendto(b"hello", ours)
        heard: list[bytes] = []
        while not heard or heard[-1] != b"hello":
            assert select.select([client.raw], [], [], 5)[0]
            heard += client.receive(10)
        assert heard == [b"", b"hello"]
        client.close()


def test_a_port_nobody_listens_at_is_an_error_to_look_at_and_no_end() -> None:
    with closing(peer()) as server:
        address = server.getsockname()
        client = UdpSocket(*address)
        assert client.open()
        server.close()
        client.send([b"anybody there"])
        assert client.raw is not None
        select.select([client.raw], [], [], 0.5)
        client.receive(10)
        client.send([b"anybody there"])
        assert isinstance(client.take_error(), ConnectionRefusedError)
        assert client.take_error() is None
        assert client.raw is not None
        client.close()


def test_a_server_that_was_restarted_finds_us_at_the_port_we_had() -> None:
    with closing(peer()) as server:
        client = UdpSocket(*server.getsockname())
        assert client.open()
        assert client.raw is not None
        ours = client.raw.getsockname()
        assert client.open()
        server.sendto(b"it is me again", ours)
        assert select.select([client.raw], [], [], 5)[0]
        assert client.receive(10) == [b"it is me again"]
        client.close()


def test_where_there_is_no_way_any_more_it_is_closed_and_says_so() -> None:
    ways = [True]

    class Loopback(socket.socket):
        def connect(self, address: object) -> None:
            if not ways[0]:
                raise OSError(errno.ENETUNREACH, "no way")
            super().connect(address)  # type: ignore[arg-type]

    with closing(peer()) as server:
        client = UdpSocket(
            *server.getsockname(),
            socket_factory=lambda family: Loopback(family, socket.SOCK_DGRAM),
        )
        assert client.open()
        ways[0] = False
        assert not client.open()
        error = client.take_error()
        assert error is not None and error.errno == errno.ENETUNREACH
        ways[0] = True
        assert client.open()
        client.close()
