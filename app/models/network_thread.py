"""The thread that runs the client core: datagrams, wishes and timers in, datagrams and events out.

Theory. A turn is bounded, so that nobody waits behind a flood: some wishes, some datagrams, the
timers, then what came of it is told and sent. Nothing here waits but the selector, and whoever
hands over a wish wakes it through a socket pair. While those who are told have too much, the
socket is not read: what the system drops meanwhile is noticed as a hole and repaired.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from app.client_config import ServerAddress
from app.models.chat_client import ChatClient, Output
from app.models.commands import NetworkCommand, PathMayHaveChanged, SendPost, Stop
from app.models.events import NO_NETWORK, LinkChanged, LinkState, SignedIn
from app.models.store_answers import PostsRenumbered
from app.models.udp_socket import Resolve, SocketFactory, UdpSocket, make_socket, resolve_host
from app.structs import Struct, replace
from app.translation import _

#: Datagrams and wishes of one turn.
BATCH_MAX: Final = 64
#: Wishes of people that wait; what the store says is taken beyond it (the outbox bounds it).
COMMANDS_MAX: Final = 1024
#: Distance of looks at the route, and of hints to the core after errors.
ROUTE_CHECK_S: Final = 2.0
#: The wall clock ran on for so much longer than the other one: the machine slept.
SLEPT_S: Final = 5.0
#: While nobody takes events, they are asked again after this.
FULL_RETRY_S: Final = 0.05

_log: Final = logging.getLogger(__name__)

Command = NetworkCommand | PostsRenumbered
Emit = Callable[[Output], None]


class System(Struct, frozen=True):
    """What the network side takes from the machine; tests give their own."""

    #: Seconds that only ever grow, and seconds of the clock on the wall.
    clock: Callable[[], float] = time.monotonic
    wall_clock: Callable[[], float] = time.time
    random_bytes: Callable[[int], bytes] = os.urandom
    socket_factory: SocketFactory = make_socket
    resolve: Resolve = resolve_host


def _never() -> bool:
    return False


class NetworkWorker:
    """A core and its socket; knows no thread and never waits (except for a name server).

    ``emit`` is told what happened and may neither block nor raise. While ``is_full`` says so,
    nothing is read.
    """

    def __init__(
        self,
        core: ChatClient,
        address: ServerAddress,
        emit: Emit,
        *,
        others: Sequence[ServerAddress] = (),
        system: System | None = None,
        is_full: Callable[[], bool] = _never,
    ) -> None:
        """``others`` are further addresses of the same server, in the order of the core's places
        from 1 on."""
        system = system or System()
        self._ways, self._place = (address, *others), 0
        self.is_full = is_full
        self.udp = UdpSocket(
            address.host,
            address.port,
            socket_factory=system.socket_factory,
            resolve=system.resolve,
        )
        self._core = core
        self._emit = emit
        self._clock, self._wall_clock = system.clock, system.wall_clock
        self._state = LinkState.OFFLINE
        self._route_check_at = 0.0
        self._hint_at = 0.0
        self._places_left = 0
        self._told_error = ""
        self._seen_at = (system.clock(), system.wall_clock())

    def start(self) -> None:
        """Connect."""
        now = self._clock()
        self._route_check_at = now + ROUTE_CHECK_S
        self._core.start(now)
        self._flush(now)

    def command(self, command: Command) -> None:
        """Something that somebody wants; what comes of it is sent by the next ``turn``."""
        self._core.command(command, self._clock())

    def turn(self) -> bool:
        """Do what is due. True if there may be more to read at once."""
        now = self._clock()
        self._notice_sleep(now)
        datagrams = [] if self.is_full() else self.udp.receive(BATCH_MAX)
        for datagram in datagrams:
            self._core.receive(datagram, now)
        due_at = self._core.next_timer()
        if due_at is not None and due_at <= now:
            self._core.handle_timer(now)
        self._heed_error(now)
        if now >= self._route_check_at:
            self._route_check_at = now + ROUTE_CHECK_S
            if self.udp.route_changed():
                self._renew_path(now)
        self._flush(now)
        return len(datagrams) == BATCH_MAX

    def wait_s(self) -> float:
        """How long the next turn may wait if nothing happens."""
        due_at = self._core.next_timer()
        wake_at = self._route_check_at if due_at is None else min(due_at, self._route_check_at)
        wait_s = max(0.0, wake_at - self._clock())
        return min(wait_s, FULL_RETRY_S) if self.is_full() else wait_s

    def close(self) -> None:
        """Let go of the socket."""
        self.udp.close()

    # --- the path ----------------------------------------------------------------------------
    def _notice_sleep(self, now: float) -> None:
        wall = self._wall_clock()
        before, wall_before = self._seen_at
        self._seen_at = (now, wall)
        if (wall - wall_before) - (now - before) > SLEPT_S:
            self._renew_path(now)

    def _renew_path(self, now: float) -> None:
        """The old socket may be bound to an address that we no longer have."""
        self.udp.reopen()
        self._core.command(PathMayHaveChanged(), now)

    def _heed_error(self, now: float) -> None:
        """An error is a hint: look at the route, ask the path, or try the host's next address."""
        error = self.udp.take_error()
        if error is None:
            return
        if self._state is LinkState.CONNECTING and isinstance(error, ConnectionRefusedError):
            if self._places_left > 0:
                self._places_left -= 1
                self.udp.next_place()
        elif self._state is LinkState.ONLINE and now >= self._hint_at:
            self._hint_at = now + ROUTE_CHECK_S
            self._route_check_at = now
            self._core.command(PathMayHaveChanged(), now)

    def _open(self) -> None:
        """A new try to connect: the name may stand for other addresses by now."""
        way = self._ways[self._place]
        self.udp.lead_to(way.host, way.port)
        is_open = self.udp.open()
        self._places_left = self.udp.places - 1
        error = None if is_open else self.udp.take_error()
        words = "" if error is None else _why_unreachable(error)
        if words and words != self._told_error:
            where = self._other_address
            told = LinkChanged(LinkState.CONNECTING, 0.0, words, place=self._place, address=where)
            self._emit(told)
        self._told_error = words

    # --- what came of it ---------------------------------------------------------------------
    def _flush(self, now: float) -> None:
        for output in self._core.take_outputs():
            if isinstance(output, LinkChanged):
                before, self._state = self._state, output.state
                self._place = output.place
                output = replace(output, address=self._other_address)
                is_deaf = output.state is LinkState.OFFLINE and self._told_error
                # Nobody answered, because nobody could be asked.
                self._emit(replace(output, reason=self._told_error) if is_deaf else output)
                if before is LinkState.OFFLINE and output.state is LinkState.CONNECTING:
                    self._open()
            elif isinstance(output, SignedIn):
                self._emit(replace(output, address=self._other_address))
            else:
                self._emit(output)
        self.udp.send(self._core.take_datagrams())

    @property
    def _other_address(self) -> str:
        """Where the way leads, "" for the address that was asked for."""
        return self._ways[self._place].host_and_port if self._place else ""


def _why_unreachable(error: OSError) -> str:
    no_network = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL)
    if error.errno in no_network or error.errno == socket.EAI_AGAIN:
        return _(NO_NETWORK)
    if isinstance(error, socket.gaierror):
        return _("No server has this name. Check the address.")
    words = _("The server cannot be reached: {reason}.")
    return words.format(reason=error.strerror or error)


class NetworkThread:
    """Runs a ``NetworkWorker``. An exception ends the thread, and is told as ``STOPPED``."""

    def __init__(
        self,
        core: ChatClient,
        address: ServerAddress,
        emit: Emit,
        *,
        others: Sequence[ServerAddress] = (),
        system: System | None = None,
        is_full: Callable[[], bool] = _never,
    ) -> None:
        self._emit = emit
        self._worker = NetworkWorker(
            core, address, emit, others=others, system=system, is_full=is_full
        )
        self._commands: deque[Command] = deque()
        self._lock = threading.Lock()
        self._awake, self._waker = socket.socketpair()
        self._awake.setblocking(False)
        self._waker.setblocking(False)
        self._is_woken = self._stopping = self._ended = False
        self._watched: socket.socket | None = None
        # A daemon, because a name server that does not answer must not keep the program alive.
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        """Connect, and stay connected until ``stop``."""
        self._thread.start()

    def submit(self, command: Command) -> bool:
        """Hand a wish over, from any thread, without waiting; False if it was not taken."""
        must_be_taken = isinstance(command, (SendPost, PostsRenumbered, Stop))
        with self._lock:
            if self._stopping or (len(self._commands) >= COMMANDS_MAX and not must_be_taken):
                return False
            self._commands.append(command)
            self._stopping = isinstance(command, Stop)
            self._wake()
        return True

    def stop(self, timeout_s: float) -> bool:
        """Say goodbye and end. False if the thread did not come to an end in time."""
        self.submit(Stop())
        if self._thread.ident is None:
            self._close()
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _wake(self) -> None:
        if not self._is_woken and not self._ended:
            self._is_woken = True
            with contextlib.suppress(BlockingIOError):  # then there is enough to read already
                self._waker.send(b"\0")

    # --- in the thread -----------------------------------------------------------------------
    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # noqa: BLE001 - the thread's edge: never a silent death
            _log.exception("! the network thread ended by a mistake of ours")
            words = _("The network part ended by a mistake in this program: {reason}")
            reason = words.format(reason=repr(error))
            self._emit(LinkChanged(LinkState.STOPPED, reason=reason))
        finally:
            self._close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._awake, selectors.EVENT_READ)
            self._worker.start()
            has_more = False
            while True:
                self._watch(selector)
                selector.select(0.0 if has_more else self._worker.wait_s())
                commands, stopping = self._take_commands()
                for command in commands:
                    self._worker.command(command)
                has_more = self._worker.turn() or len(commands) == BATCH_MAX
                if stopping:
                    return

    def _watch(self, selector: selectors.BaseSelector) -> None:
        """Wait for the socket of now, unless it is not to be read."""
        wanted = None if self._worker.is_full() else self._worker.udp.raw
        if wanted is self._watched:
            return
        if self._watched is not None:
            selector.unregister(self._watched)
        if wanted is not None:
            selector.register(wanted, selectors.EVENT_READ)
        self._watched = wanted

    def _take_commands(self) -> tuple[list[Command], bool]:
        """Some wishes, and whether the last of all is among them."""
        with self._lock:
            if self._is_woken:
                self._is_woken = False
                with contextlib.suppress(BlockingIOError):
                    self._awake.recv(BATCH_MAX)
            commands = list(islice(self._commands, BATCH_MAX))
            for _command in commands:
                self._commands.popleft()
            return commands, self._stopping and not self._commands

    def _close(self) -> None:
        with self._lock:
            self._ended = True
            self._worker.close()
            self._awake.close()
            self._waker.close()
