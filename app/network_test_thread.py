"""Runs tests of the network on a thread of their own, with real sockets."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from app.client_config import ServerAddress
from app.models.events import NetworkTested
from app.models.network_report import NetworkReport
from app.network_test import Net, NetworkTest, Udp

#: mDNS (RFC 6762): where questions to all go.
GROUP: Final = ("224.0.0.251", 5353)
#: A question for servers of Hubbub: an id, one question, "_hubbub._udp.local" PTR IN.
_NAME: Final = b"\x07_hubbub\x04_udp\x05local\x00"
_ANSWER_BIT: Final = 0x8000
_BYTES_MAX: Final = 9000


class RealNet:
    """``Net`` of this machine."""

    def own_address(self, server: ServerAddress | None) -> str:
        """See ``Net``. Connecting a datagram socket sends nothing, it only looks up the route."""
        if server is not None:
            with contextlib.suppress(OSError), self.connect(server) as udp:
                return str(udp.getsockname()[0])
        return next(iter(own_addresses()), "")  # that there is no way to it, a later step says

    def connect(self, server: ServerAddress) -> socket.socket:
        """See ``Net``."""
        places = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)
        family, _kind, _protocol, _name, place = places[0]
        udp = _udp(family)
        try:
            udp.connect(place)
        except BaseException:
            udp.close()
            raise
        return udp

    def multicast(self, timeout_s: float) -> int | None:
        """See ``Net``."""
        with _udp(socket.AF_INET) as udp:
            udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if hasattr(socket, "SO_REUSEPORT"):
                udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            udp.bind(("", GROUP[1]))
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
            number = int.from_bytes(os.urandom(2))
            return ask_all(udp, own_addresses(), number, timeout_s, time.monotonic)


def own_addresses() -> list[str]:
    """The IPv4 addresses of this computer by which others may reach it."""
    import ifaddr  # takes a moment, and few test their network

    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    return [ip for ip in found if isinstance(ip, str) and not ip.startswith("127.")]


def ask_all(
    udp: socket.socket,
    addresses: Sequence[str],
    number: int,
    timeout_s: float,
    clock: Callable[[], float],
) -> int | None:
    """Send the question number ``number`` to all on the network of each of our addresses; see
    ``Net.multicast``. Each is named, for without a default route the system knows none to take.

    Raises:
        OSError: it can be sent from none of them.
    """
    question = struct.pack(">6H", number, 0, 1, 0, 0, 0) + _NAME + struct.pack(">2H", 12, 1)
    problem, is_sent = OSError("no address on a network"), False
    for address in addresses:
        own = socket.inet_aton(address)
        try:
            # Two addresses of one adapter are one member, which is joined already.
            with contextlib.suppress(OSError):
                group = socket.inet_aton(GROUP[0]) + own
                udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
            udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            udp.sendto(question, GROUP)
            is_sent = True
        except OSError as error:
            problem = error
    if not is_sent:
        raise problem
    end = clock() + timeout_s
    is_back, answering = False, set()
    while (left_s := end - clock()) > 0:
        udp.settimeout(left_s)
        try:
            datagram, place = udp.recvfrom(_BYTES_MAX)
        except TimeoutError:
            break
        if datagram == question:
            is_back = True
        elif _NAME[:8] in datagram and len(datagram) > 12:
            (flags,) = struct.unpack(">H", datagram[2:4])
            if flags & _ANSWER_BIT:
                answering.add(place[0])
    return len(answering) if is_back or answering else None


def _udp(family: int) -> socket.socket:
    return socket.socket(family, socket.SOCK_DGRAM)


class NetworkTester:
    """Starts and stops tests, one at a time; from one thread, without waiting."""

    def __init__(
        self,
        emit: Callable[[NetworkTested], None],
        *,
        net: Net | None = None,
        clock: Callable[[], float] = time.monotonic,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._emit = emit
        self._net = net or RealNet()
        self._clock = clock
        self._random_bytes = random_bytes
        self._stopped = threading.Event()

    def start(self, server: ServerAddress | None) -> threading.Thread:
        """Test the way to this server, or without one only this network; returns its thread."""
        self.stop()
        self._stopped = stopped = threading.Event()

        def emit(report: NetworkReport) -> None:
            if self._stopped is stopped:  # a test that was replaced says no more
                self._emit(NetworkTested(report))

        test = NetworkTest(server, self._net, self._clock, self._random_bytes, emit, stopped.is_set)
        thread = threading.Thread(target=test.run, name="network-test", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End the test that runs; what it found is told."""
        self._stopped.set()


_CHECKED: type[Udp] = socket.socket  # what ``RealNet.connect`` gives is what ``Net`` promises
