"""The client's socket: connected to where the server may be, and renewed when the way changed.

Theory. A host name stands for several addresses, and a connected UDP socket does not tell which of
them answers: so they are taken in turn, one a try. An error is a hint about the path and never the
end of a session. Which local address the system would use now is asked of a socket that is thrown
away: if it is another one than ours, ours is dead without knowing it.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import Final

from protocol.limits import DATAGRAM_BYTES_MAX

#: For a burst of a few hundred datagrams while the thread is busy; the system may give less.
_RECEIVE_BUFFER_BYTES: Final = 1024 * 1024

#: Address family and address, as ``socket.connect`` takes it.
Place = tuple[int, tuple[str | int | bytes, ...]]
SocketFactory = Callable[[int], socket.socket]
Resolve = Callable[[str, int], list[Place]]


def make_socket(family: int) -> socket.socket:
    """A UDP socket of an address family."""
    return socket.socket(family, socket.SOCK_DGRAM)


def resolve_host(host: str, port: int) -> list[Place]:
    """All places a host name stands for, the system's favourite first. May wait for a name server.

    Raises:
        OSError: nobody knows the name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))


class UdpSocket:
    """The way to ``host``: closed until ``open``, and after an ``open`` that failed.

    Nothing here raises ``OSError``; the last one is found in ``take_error``.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        socket_factory: SocketFactory = make_socket,
        resolve: Resolve = resolve_host,
    ) -> None:
        self._host, self._port = host, port
        self._socket_factory = socket_factory
        self._resolve = resolve
        self._places: list[Place] = []
        self._socket: socket.socket | None = None
        self._local = ""
        self._error: OSError | None = None
        self.errors = 0

    @property
    def raw(self) -> socket.socket | None:
        """What a selector waits on; another object after each opening."""
        return self._socket

    @property
    def places(self) -> int:
        """How many addresses the host name stood for when it was asked."""
        return len(self._places)

    def lead_to(self, host: str, port: int) -> None:
        """The next ``open`` goes there."""
        if (host, port) != (self._host, self._port):
            self._host, self._port, self._places = host, port, []

    def open(self) -> bool:
        """Ask for the host's addresses again and go to the next one. If it is the same, so is the
        socket: a server that was restarted tells those who were there, at the port they had."""
        tried = self._places[0] if self._places else None
        try:
            places = self._resolve(self._host, self._port)
        except (OSError, UnicodeError) as error:
            self._failed(error if isinstance(error, OSError) else OSError(str(error)))
            places = self._places
        # The one after the last; those before it come at the end.
        turn = places.index(tried) + 1 if tried in places else 0
        self._places = places[turn:] + places[:turn]
        is_same = self._socket is not None and self._places[:1] == [tried]
        if is_same and not self.route_changed() and self._local:
            return True
        return self.reopen()  # which also says why, where there is no way at all

    def next_place(self) -> bool:
        """Go to the next of the known addresses, without asking anybody."""
        self._places = self._places[1:] + self._places[:1]
        return self.reopen()

    def reopen(self) -> bool:
        """A new socket to the same place, or to the next one that there is a route to."""
        self.close()
        for _ in range(len(self._places)):
            try:
                self._socket = self._connected(self._places[0])
            except OSError as error:
                self._failed(error)
                self._places = self._places[1:] + self._places[:1]
            else:
                self._local = str(self._socket.getsockname()[0])
                return True
        return False

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._local = ""

    def receive(self, count_max: int) -> list[bytes]:
        """What has arrived, at most so many datagrams; never waits."""
        datagrams: list[bytes] = []
        if self._socket is None:
            return datagrams
        for _ in range(count_max):
            try:
                datagram = self._socket.recv(DATAGRAM_BYTES_MAX + 1)
            except BlockingIOError:
                break
            except OSError as error:
                # It stands for a datagram that was sent before; others may follow.
                self._failed(error)
                continue
            if len(datagram) <= DATAGRAM_BYTES_MAX:
                datagrams.append(datagram)
        return datagrams

    def send(self, datagrams: list[bytes]) -> None:
        """Send, without waiting: what the system does not take is lost, as on any path."""
        if self._socket is None:
            return
        for datagram in datagrams:
            try:
                self._socket.send(datagram)
            except OSError as error:
                self._failed(error)

    def take_error(self) -> OSError | None:
        """The last error since the last call."""
        error, self._error = self._error, None
        return error

    def route_changed(self) -> bool:
        """Whether the system would now use another local address than this socket has."""
        if not self._places:
            return False
        try:
            with contextlib.closing(self._connected(self._places[0])) as probe:
                local = str(probe.getsockname()[0])
        except OSError:
            self._local = ""  # no way at all: when there is one again, it counts as another
            return False
        return local != self._local

    def _connected(self, place: Place) -> socket.socket:
        family, address = place
        udp = self._socket_factory(family)
        try:
            udp.setblocking(False)
            with contextlib.suppress(OSError):  # a wish: smaller buffers work as well
                udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER_BYTES)
            udp.connect(address)
        except OSError:
            udp.close()
            raise
        return udp

    def _failed(self, error: OSError) -> None:
        self.errors += 1
        self._error = error
