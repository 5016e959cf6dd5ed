"""The server's loop, with its clock: wait, receive a batch, hand over, commit, send a batch.

One thread, one tick after the other; a tick is bounded, so that datagrams, timers and commits all
get their turn however many there are of one kind (security: 64 to 256 datagrams a wake-up)::

    wait ─► receive ─► core.receive … ─► log.poll ─► core.handle_timer ─► core.write ─► log.poll
                                                                                     ─► send

Other threads only ``wake`` it. An exception out of one datagram is our own mistake: it is logged,
counted, and costs that datagram, not the server. Anywhere else an exception ends the loop.
"""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol

from server.datagram_socket import Address, DatagramSocket

#: Received from one socket in one tick.
BATCH_MAX: Final = 128
#: A commit in hand, and the one after it, may take this long when the server stops.
STOP_TIME_MAX_S: Final = 3.0

#: Timers later than this were not late by themselves: the process or the machine slept. What came
#: in meanwhile is read first, else everybody seems to have been silent ...
_SLEPT_S: Final = 1.0
#: ... but for so many ticks at most; together they read more than a receive buffer holds.
_CATCH_UP_TICKS_MAX: Final = 64
_WAIT_MAX_S: Final = 3600.0

_log = logging.getLogger(__name__)


class Core(Protocol):
    """What the endpoint needs of the server's core; see ``chat_server``."""

    @property
    def wants_to_write(self) -> bool: ...
    @property
    def narrow_paths(self) -> Collection[Address]: ...
    def receive(self, datagram: bytes, address: Address, now: float) -> None: ...
    def handle_timer(self, now: float) -> None: ...
    def next_timer(self) -> float | None: ...
    def late_s(self, now: float) -> float: ...
    def write(self, now: float, time_ms: int) -> None: ...
    def take_datagrams(self) -> list[tuple[bytes, Address]]: ...
    def stop(self, now: float) -> None: ...


class CommitLog(Protocol):
    """What the endpoint needs of the log: to bring home what its thread has committed."""

    @property
    def busy(self) -> bool: ...
    def poll(self) -> None: ...


class Waiter(Protocol):
    """What the endpoint sleeps on."""

    def wait(self, timeout_s: float | None) -> Sequence[DatagramSocket]:
        """Sockets that have something, at once or when one has; empty after the time-out, and
        when somebody rang."""

    def wait_for_bell(self, timeout_s: float) -> None:
        """Until somebody rings, whatever the sockets have; ``timeout_s`` is more than 0."""


class Doorbell:
    """Sleeps until a socket has something, or another thread (or a signal) rings."""

    def __init__(self, sockets: Sequence[DatagramSocket]) -> None:
        """Closes neither sooner nor later than it is told: the sockets stay their owner's."""
        self._listening, self._ringing = socket.socketpair()
        self._listening.setblocking(False)
        self._ringing.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ, None)
        for udp in sockets:
            self._selector.register(udp.fileno(), selectors.EVENT_READ, udp)

    def ring(self) -> None:
        """End the present or the next ``wait``; from any thread."""
        with contextlib.suppress(BlockingIOError):  # it rings already
            self._ringing.send(b"\0")

    def ringing_fileno(self) -> int:
        """For ``signal.set_wakeup_fd``."""
        return self._ringing.fileno()

    def wait(self, timeout_s: float | None) -> Sequence[DatagramSocket]:
        """See ``Waiter``."""
        readable: list[DatagramSocket] = []
        for key, _ in self._selector.select(timeout_s):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._listening.recv(4096)
            else:
                readable.append(key.data)
        return readable

    def wait_for_bell(self, timeout_s: float) -> None:
        """See ``Waiter``."""
        self._listening.settimeout(timeout_s)
        with contextlib.suppress(TimeoutError):
            self._listening.recv(4096)
        self._listening.setblocking(False)

    def close(self) -> None:
        """Nobody may ring any more."""
        self._selector.close()
        self._listening.close()
        self._ringing.close()


class UdpEndpoint:
    """Runs a core on sockets until ``stop``. The core must not be touched by anyone else then."""

    def __init__(
        self,
        core: Core,
        log: CommitLog,
        sockets: Sequence[DatagramSocket],
        waiter: Waiter,
        *,
        clock: Callable[[], float] = time.monotonic,
        clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """``clock`` never goes back, in seconds; ``clock_ms`` is the time of day, since 1970."""
        assert sockets
        self._core = core
        self._log = log
        self._sockets = sockets
        self._of_family = {udp.is_ipv6: udp for udp in sockets}
        self._waiter = waiter
        self._clock = clock
        self._clock_ms = clock_ms
        self._stopping = False
        self._catch_up_ticks = 0
        #: Datagrams: taken in, handed to the system, given up on the way out; and mistakes.
        self.received = 0
        self.sent = 0
        self.dropped = 0
        self.core_errors = 0

    def stop(self) -> None:
        """Let ``run`` come to its end; from a signal handler too. Ring the bell beside it."""
        self._stopping = True

    @property
    def is_stopping(self) -> bool:
        """``stop`` was called; any thread may ask."""
        return self._stopping

    def run(self) -> None:
        """Serve until ``stop``; then end the commit in hand, tell the sessions, and return."""
        while not self._stopping:
            self.tick(self._waiter.wait(self._timeout_s()))
        self._finish_commits()
        self._core.stop(self._clock())
        self._send()

    def statistics(self) -> dict[str, int]:
        """How many datagrams came and went, since the start."""
        return {
            "datagrams_received": self.received,
            "datagrams_sent": self.sent,
            "datagrams_not_sent": self.dropped,
            "mistakes": self.core_errors,
        }

    def tick(self, readable: Sequence[DatagramSocket]) -> None:
        """One turn, with the sockets that have something."""
        now = self._clock()
        more_to_come = False
        for udp in readable:
            batch = udp.receive(BATCH_MAX)
            more_to_come = more_to_come or len(batch) == BATCH_MAX
            self._hand_over(batch, now)
        self._log.poll()
        late_s = self._core.late_s(now)
        if late_s >= 0 and not self._must_catch_up(late_s, more_to_come):
            self._core.handle_timer(now)
        self._core.write(now, self._clock_ms())
        self._log.poll()  # a quick disk has answered already
        self._send()

    def _timeout_s(self) -> float | None:
        due = self._core.next_timer()
        if due is None:
            return None
        return min(max(due - self._clock(), 0.0), _WAIT_MAX_S)

    def _hand_over(self, batch: list[tuple[bytes, Address]], now: float) -> None:
        self.received += len(batch)
        for datagram, address in batch:
            try:
                self._core.receive(datagram, address, now)
            except Exception:  # noqa: BLE001 - one stranger's datagram must not end it for all
                self.core_errors += 1
                _log.exception("a datagram met a mistake of ours")

    def _must_catch_up(self, late_s: float, more_to_come: bool) -> bool:
        if late_s > _SLEPT_S and more_to_come and self._catch_up_ticks < _CATCH_UP_TICKS_MAX:
            self._catch_up_ticks += 1
            return True
        self._catch_up_ticks = 0
        return False

    def _send(self) -> None:
        datagrams = self._core.take_datagrams()
        if not datagrams:
            return
        if len(self._sockets) == 1:
            self._send_from(self._sockets[0], datagrams)
            return
        of_family: dict[bool, list[tuple[bytes, Address]]] = {False: [], True: []}
        for datagram in datagrams:
            of_family[":" in datagram[1][0]].append(datagram)
        for is_ipv6, group in of_family.items():
            if group:
                self._send_from(self._of_family.get(is_ipv6, self._sockets[0]), group)

    def _send_from(self, udp: DatagramSocket, datagrams: list[tuple[bytes, Address]]) -> None:
        count, dropped = len(datagrams), 0
        if narrow := self._core.narrow_paths:
            dropped = udp.send_in_fragments([d for d in datagrams if d[1] in narrow])
            datagrams = [d for d in datagrams if d[1] not in narrow]
        dropped += udp.send(datagrams)
        self.sent += count - dropped
        self.dropped += dropped

    def _finish_commits(self) -> None:
        deadline = self._clock() + STOP_TIME_MAX_S
        while True:
            self._log.poll()
            self._core.write(self._clock(), self._clock_ms())
            self._send()
            left_s = deadline - self._clock()
            if left_s <= 0 or not (self._log.busy or self._core.wants_to_write):
                return
            if self._log.busy:
                # Whatever still comes in stays unread; it would end an ordinary wait at once.
                self._waiter.wait_for_bell(left_s)
