"""A UDP relay between clients and a server that loses, doubles, reorders, records and moves.

One thread, one socket towards the clients, one towards the server for each client. Everything
random comes from a seed; how the operating system interleaves the rest does not.
"""

from __future__ import annotations

import heapq
import random
import selectors
import socket
import threading
import time
from itertools import count
from typing import Self


class Relay:
    """``address`` is where clients go; what they say reaches ``server`` as the faults allow."""

    def __init__(
        self,
        server: tuple[str, int],
        *,
        seed: int = 0,
        loss: float = 0.0,
        duplication: float = 0.0,
        reorder: float = 0.0,
        record: bool = False,
    ) -> None:
        self.loss, self.duplication, self.reorder = loss, duplication, reorder
        #: Datagrams that came, were dropped, doubled and delayed.
        self.counts = {"carried": 0, "lost": 0, "doubled": 0, "delayed": 0}
        self.recorded: list[bytes] = []
        self._record = record
        self._server = server
        self._random = random.Random(seed)
        self._selector = selectors.DefaultSelector()
        self._front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._front.bind(("127.0.0.1", 0))
        self._front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._front.setblocking(False)
        self.address: tuple[str, int] = self._front.getsockname()
        self._selector.register(self._front, selectors.EVENT_READ)
        self._backs: dict[tuple[str, int], socket.socket] = {}
        self._clients: dict[socket.socket, tuple[str, int]] = {}
        self._later: list[tuple[float, int, socket.socket, bytes, tuple[str, int]]] = []
        self._ties = count()
        self._move = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        assert not self._thread.is_alive()
        for sock in [self._front, *self._clients]:
            sock.close()
        self._selector.close()

    def move(self) -> None:
        """From now on the server sees all clients at other ports, as after a new NAT binding."""
        self._move.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._move.is_set():
                self._move.clear()
                self._backs.clear()  # the old sockets still hear late answers
            for key, _ in self._selector.select(0.002):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                self._read(sock)
            now = time.monotonic()
            while self._later and self._later[0][0] <= now:
                _, _, out, datagram, to = heapq.heappop(self._later)
                self._send(out, datagram, to)

    def _read(self, sock: socket.socket) -> None:
        for _ in range(64):
            try:
                datagram, address = sock.recvfrom(2048)
            except BlockingIOError:
                return
            except ConnectionError:
                continue  # the server is away for a moment
            if self._record:
                self.recorded.append(datagram)
            if sock is self._front:
                self._carry(self._back(address), datagram, self._server)
            else:
                self._carry(self._front, datagram, self._clients[sock])

    def _back(self, client: tuple[str, int]) -> socket.socket:
        back = self._backs.get(client)
        if back is None:
            back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            back.bind(("127.0.0.1", 0))
            back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            back.setblocking(False)
            self._backs[client] = back
            self._clients[back] = client
            self._selector.register(back, selectors.EVENT_READ)
        return back

    def _carry(self, out: socket.socket, datagram: bytes, to: tuple[str, int]) -> None:
        self.counts["carried"] += 1
        copies = 1
        if self._random.random() < self.duplication:
            self.counts["doubled"] += 1
            copies = 2
        for _ in range(copies):
            if self._random.random() < self.loss:
                self.counts["lost"] += 1
            elif self._random.random() < self.reorder:
                self.counts["delayed"] += 1
                when = time.monotonic() + self._random.random() * 0.02
                heapq.heappush(self._later, (when, next(self._ties), out, datagram, to))
            else:
                self._send(out, datagram, to)

    def _send(self, out: socket.socket, datagram: bytes, to: tuple[str, int]) -> None:
        try:
            out.sendto(datagram, to)
        except OSError:
            self.counts["lost"] += 1
