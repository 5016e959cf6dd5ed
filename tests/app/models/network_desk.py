"""A worker of the network thread at a desk: sockets, names, clock and core are played."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any, cast

from app.client_config import ServerAddress
from app.models.chat_client import ChatClient, Output
from app.models.events import LinkChanged, LinkState
from app.models.network_thread import NetworkWorker, System
from app.models.store_answers import Restored
from app.models.udp_socket import Place

ADDRESS = ServerAddress("ship", 4000)
V4: Place = (int(socket.AF_INET), ("10.0.0.1", 4000))
V6: Place = (int(socket.AF_INET6), ("fd00::1", 4000, 0, 0))
NOBODY = Restored(1, None, 0, "anna", "", 0, (), (), (), 1)


class FakeSocket:
    """A UDP socket on a network that the test makes up."""

    def __init__(self, net: FakeNetwork, family: int) -> None:
        self.net, self.family = net, family
        self.place: Any = None
        self.sent: list[bytes] = []
        self.arrived: list[bytes | OSError] = []
        self.is_closed = False

    def setblocking(self, flag: bool) -> None:
        assert not flag

    def setsockopt(self, *_: int) -> None:
        raise OSError(errno.ENOPROTOOPT, "not here")

    def connect(self, address: object) -> None:
        if self.net.local is None:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        self.place = address
        self.local = self.net.local

    def getsockname(self) -> tuple[str, int]:
        return (self.local, 5000)

    def recv(self, size: int) -> bytes:
        if not self.arrived:
            raise BlockingIOError
        item = self.arrived.pop(0)
        if isinstance(item, OSError):
            raise item
        return item[:size]

    def send(self, datagram: bytes) -> int:
        if self.net.send_error is not None:
            raise self.net.send_error
        self.sent.append(datagram)
        return len(datagram)

    def close(self) -> None:
        self.is_closed = True


class FakeNetwork:
    """Names, routes and sockets; and clocks that stand still."""

    def __init__(self) -> None:
        self.places: list[Place] = [V4]
        self.resolve_error: OSError | None = None
        self.resolved: list[str] = []
        self.local: str | None = "10.0.0.9"
        self.send_error: OSError | None = None
        self.sockets: list[FakeSocket] = []
        self.now = 100.0
        self.wall = 5000.0

    def resolve(self, host: str, port: int) -> list[Place]:
        self.resolved.append(f"{host}:{port}")
        if self.resolve_error is not None:
            raise self.resolve_error
        return list(self.places)

    def make_socket(self, family: int) -> socket.socket:
        self.sockets.append(FakeSocket(self, family))
        return cast(socket.socket, self.sockets[-1])

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds

    @property
    def open_sockets(self) -> list[FakeSocket]:
        return [udp for udp in self.sockets if not udp.is_closed]

    @property
    def socket(self) -> FakeSocket:
        """The only one that is open."""
        (udp,) = self.open_sockets
        return udp

    def system(self) -> System:
        return System(
            clock=lambda: self.now,
            wall_clock=lambda: self.wall,
            random_bytes=bytes,
            socket_factory=self.make_socket,
            resolve=self.resolve,
        )


class ScriptedCore:
    """A core that does what the test says, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.outputs: list[Output] = []
        self.datagrams: list[bytes] = []
        self.timer: float | None = None
        self.on_command: Callable[[object], None] = lambda command: None

    def start(self, now: float) -> None:
        self.outputs.append(LinkChanged(LinkState.CONNECTING))
        self.datagrams.append(b"hello")

    def receive(self, datagram: bytes, now: float) -> None:
        self.told.append(datagram)

    def command(self, command: object, now: float) -> None:
        self.told.append(command)
        self.on_command(command)

    def handle_timer(self, now: float) -> None:
        self.told.append("timer")
        self.timer = None

    def next_timer(self) -> float | None:
        return self.timer

    def take_outputs(self) -> list[Output]:
        taken, self.outputs = self.outputs, []
        return taken

    def take_datagrams(self) -> list[bytes]:
        taken, self.datagrams = self.datagrams, []
        return taken


class Desk:
    """A worker on a made-up network, and what it emitted."""

    def __init__(self) -> None:
        self.net = FakeNetwork()
        self.core = ScriptedCore()
        self.events: list[Output] = []
        self.is_full = False
        self.worker = NetworkWorker(
            cast(ChatClient, self.core), ADDRESS, self.events.append,
            system=self.net.system(), is_full=lambda: self.is_full,
        )  # fmt: skip

    def started(self, state: LinkState = LinkState.CONNECTING) -> Desk:
        self.worker.start()
        if state is not LinkState.CONNECTING:
            self.core.outputs.append(LinkChanged(state))
            self.worker.turn()
        return self
