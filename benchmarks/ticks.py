"""What one tick of the server costs, whole, with real sockets and real members in one process.

``python -m benchmarks.ticks --members 100 --burst 64`` prints CPU microseconds of the endpoint's
tick alone, without the members' own work: for each delivery, and what of it is the kernel's call,
laying datagrams out for it, and the rest. ``stages`` measures parts with warm caches; here each
tick is followed by what the members do, so caches are about as cold as on a server with work.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.member import Member, MemberState
from server.batch_socket import BatchSocket
from server.chat_server import ChatServer
from server.server_config import ServerConfig
from server.sqlite_log import SqliteLog
from server.udp_endpoint import Doorbell, UdpEndpoint

_SENDERS: Final = 4
_POST_BYTES: Final = 100
_CONNECT_S: Final = 30.0


class Kernel:
    """What hands datagrams to the kernel, with the CPU time that it takes."""

    def __init__(self, udp: BatchSocket) -> None:
        self._libc = udp._libc
        self.recvmmsg = self._libc.recvmmsg
        self.sent = 0
        self.send_ns = 0
        if udp._native is not None:
            self._send_from = udp._native
            udp._native = self.send_from
        udp._libc = self

    def sendmmsg(self, *given: Any) -> int:
        return self._measured(self._libc.sendmmsg, *given)

    def send_from(self, *given: Any) -> int:
        """The native one, laying out included."""
        return self._measured(self._send_from, *given)

    def _measured(self, call: Callable[..., int], *given: Any) -> int:
        began = time.process_time_ns()
        sent = call(*given)
        self.send_ns += time.process_time_ns() - began
        self.sent += sent
        return sent


class Room:
    """A server and the members of its first room, on the loopback."""

    def __init__(self, members: int, path: Path | None) -> None:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        udp.bind(("127.0.0.1", 0))
        self._target = udp.getsockname()
        self._socket = BatchSocket(udp)
        self.kernel = Kernel(self._socket)
        self._bell = Doorbell([self._socket])
        self.log = SqliteLog.open(path, random_bytes=os.urandom, wake=self._bell.ring)
        config = ServerConfig(rate_limits=False, commit_distance_s=0.0)
        now, time_ms = time.monotonic(), time.time_ns() // 1_000_000
        core = ChatServer(
            config, secrets.token_bytes(32), b"r" * 32, self.log, os.urandom, now, time_ms
        )
        self._endpoint = UdpEndpoint(core, self.log, [self._socket], self._bell)
        self.members: list[tuple[Member, socket.socket]] = []
        for number in range(members):
            self._connect(number)

    def close(self) -> None:
        for _, udp in self.members:
            udp.close()
        self.log.close()
        self._bell.close()
        self._socket.close()

    def tick_ns(self) -> int:
        """CPU time of one tick, and of what its commit leaves for the next."""
        readable = self._bell.wait(0)
        began = time.process_time_ns()
        self._endpoint.tick(readable)
        spent = time.process_time_ns() - began
        while self.log.busy:
            readable = self._bell.wait(0.001)
            began = time.process_time_ns()
            self._endpoint.tick(readable)
            spent += time.process_time_ns() - began
        return spent

    def drain(self) -> int:
        """Members read what came and do what is due; returns how many entries they got."""
        entries = 0
        now = time.monotonic()
        for member, udp in self.members:
            with contextlib.suppress(BlockingIOError):
                while True:
                    entries += sum(len(new) for _, new in member.receive(udp.recv(2048), now))
            due = member.next_timer()
            if due is not None and due <= now:
                member.handle_timer(now)
        return entries

    def _connect(self, number: int) -> None:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.connect(self._target)
        udp.setblocking(False)
        member = Member(f"member {number}", os.urandom(32), udp.send, os.urandom, time.monotonic())
        self.members.append((member, udp))
        give_up_at = time.monotonic() + _CONNECT_S
        while member.state is not MemberState.FOLLOWING:
            self.tick_ns()
            self.drain()
            if member.state is MemberState.SIGNED_IN:
                member.join(1, time.monotonic())
            if time.monotonic() > give_up_at:
                raise SystemExit(f"{member.name} could not connect")


def measure(members: int, posts: int, burst: int, path: Path | None) -> dict[str, float]:
    """CPU microseconds: of a delivery, of a datagram in the kernel, of a tick that only reports."""
    room = Room(members, path)
    try:
        return _measure(room, posts, burst)
    finally:
        room.close()


def _measure(room: Room, posts: int, burst: int) -> dict[str, float]:
    gc.collect()
    gc.freeze()
    gc.disable()
    for _ in range(3):
        room.tick_ns()
        room.drain()
    kernel = room.kernel
    kernel.sent = kernel.send_ns = 0
    ticks: list[int] = []
    delivered = quiet_ns = 0
    senders = room.members[:_SENDERS]
    for number in range(posts):
        for member, _ in senders if burst > 1 else senders[number % len(senders) :][:1]:
            for _ in range(max(1, burst // len(senders))):
                member.post(f"{number} ".ljust(_POST_BYTES, "x"))
            member.flush(time.monotonic())
        ticks.append(room.tick_ns())
        delivered += room.drain()
        quiet_ns += room.tick_ns()  # what the members said to it: reports
    room.drain()
    gc.enable()
    share = len(ticks) / max(1, delivered) / 1000
    return {
        "entries delivered": delivered,
        "tick with posts, median, per delivery": median(ticks) * share,
        "tick with posts, best tenth, per delivery": sorted(ticks)[len(ticks) // 10] * share,
        "ticks with reports, per delivery": quiet_ns / max(1, delivered) / 1000,
        "sendmmsg, per datagram": kernel.send_ns / max(1, kernel.sent) / 1000,
    }


@contextlib.contextmanager
def _log_path(*, durable: bool) -> Iterator[Path | None]:
    if not durable:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "log.sqlite3"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--posts", type=int, default=200, help="ticks with posts")
    parser.add_argument("--burst", type=int, default=1, help="posts in a tick, from 4 senders")
    parser.add_argument("--durable", action="store_true", help="with a log on disk")
    options = parser.parse_args()
    sys.setswitchinterval(20e-6)
    with _log_path(durable=options.durable) as path:
        figures = measure(options.members, options.posts, options.burst, path)
    for name, figure in figures.items():
        print(f"{name:45} {figure:10.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
