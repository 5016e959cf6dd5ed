"""The server of a simulation: the real core on a simulated disk, on a machine that may die."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from protocol import limits, streams
from protocol.datagrams import DatagramType, receiver_index
from protocol.limits import DATAGRAM_BYTES_MAX, FRAMES_MAX
from protocol.session import Session
from server import ranges
from server.chat_server import ChatServer
from server.client_session import ClientSession
from server.server_config import ServerConfig
from server.sqlite_log import SqliteLog
from tests.simulation.disk import ServerDisk
from tests.simulation.network import Address, Network, is_data
from tests.simulation.schedule import Alarm, Clock, Schedule
from tests.simulation.trace import Trace, Violation, guarded
from tests.simulation.truth import Truth

_SOCKET_BUFFER = 200
#: A burst of what was asked for, and as much of answers, pushes and words about the session.
_AT_ONCE_MAX = 2 * limits.BURST_MAX
#: Answers and reports that may leave beside what the window counts.
_SMALL_IN_FULL = limits.DATAGRAM_BYTES_MAX // limits.COUNTED_BYTES_MIN
_BESIDE_WINDOW = 24


class ServerNode:
    """Where the log lives."""

    def __init__(
        self,
        config: ServerConfig,
        schedule: Schedule,
        clock: Clock,
        rng: random.Random,
        truth: Truth,
        trace: Trace,
    ) -> None:
        self.config = config
        self.alive = False
        self.paused = False
        self.wall_jump_ms = 0
        #: Its folder came back from an earlier moment: what was acknowledged may be gone.
        self.was_copied_back = False
        self.disk = ServerDisk(schedule, trace, rng, truth.on_commit)
        self.disk.on_moment = self._on_moment
        self.network: Network
        self.core: ChatServer
        self.log: SqliteLog
        self.truth = truth
        #: A crash that waits for its moment, and how the machine then dies.
        self._crash_at: tuple[str, Callable[[], None]] | None = None
        self._is_dying = False
        self._key, self._reset_secret = rng.randbytes(32), rng.randbytes(32)
        self._rng = rng
        self._schedule, self._clock, self._trace = schedule, clock, trace
        self._alarm = Alarm(schedule, clock, self._ring)
        self._inbox: list[tuple[bytes, Address, bool]] = []
        self._is_tick_planned = False
        #: Addresses that were asked to prove themselves; per session: (reported, received, sent).
        self._retried: set[Address] = set()
        self._progress: dict[ClientSession, tuple[int, int, int, float]] = {}

    # --- life --------------------------------------------------------------------------------
    def start(self, *, copied_back: bool = False) -> None:
        """The server starts on what is on disk."""
        if self.alive:
            return
        self.alive = True
        self._trace.restarts += 1
        self._progress.clear()
        self.log = self.disk.open(self._rng.randbytes, self._poll)
        self.truth.on_restart(self.disk.connection, copied_back=copied_back)
        if damage := self.log.check():
            raise Violation("S15", f"after a restart the log is damaged: {damage}")
        self._guard(self._make_core)
        self._trace.note(self._schedule.now, "the server is up")
        self._tick()

    def _make_core(self) -> None:
        self.core = ChatServer(
            self.config, self._key, self._reset_secret, self.log, self._rng.randbytes,
            self._clock.now(), self._time_ms(),
        )  # fmt: skip

    def crash(self, *, power_cut: bool = False) -> None:
        """The process, or the machine, dies."""
        self._is_dying, self._crash_at = False, None
        if not self.alive:
            return
        self.alive = self.paused = self._is_tick_planned = False
        self._inbox.clear()
        self._alarm.set(None)
        if power_cut:
            self._trace.sometimes["power cut"] += 1
            self.disk.power_cut()
        else:
            self.disk.crash()

    def heal(self) -> None:
        """It runs, whatever was to happen to it."""
        if self._is_dying:
            self.crash()
        self._crash_at = None
        self.disk.limit(None)
        self.wake()
        self.start()

    def crash_at(self, moment: str, then: Callable[[], None]) -> None:
        """Die at the next such moment; ``then`` does it."""
        self._crash_at = (moment, then)

    def _on_moment(self, moment: str) -> bool:
        if self._crash_at is None or self._crash_at[0] != moment:
            return False
        self._is_dying = True
        if moment == "after commit":
            self._trace.sometimes["crash between commit and ack"] += 1
        then, self._crash_at = self._crash_at[1], None
        # Not from within the core: when it returns, nothing of what it says gets out any more.
        self._schedule.after(0.0, then)
        return True

    def pause(self, seconds: float) -> None:
        """The process is stopped for a while."""
        self.paused = True

        self._schedule.after(seconds, self.wake)

    def wake(self) -> None:
        """The process goes on."""
        if self.paused:
            self.paused = False
            self._tick()

    # --- ticks -----------------------------------------------------------------------------
    def receive(self, datagram: bytes, address: Address, damaged: bool) -> None:
        """A datagram comes to the machine."""
        if not self.alive or len(self._inbox) >= _SOCKET_BUFFER:
            return
        self._inbox.append((datagram, address, damaged))
        if not self._is_tick_planned and not self.paused:
            self._is_tick_planned = True
            self._schedule.after(self._rng.random() * 0.0005, self._tick_planned)

    def _tick_planned(self) -> None:
        self._is_tick_planned = False
        self._tick()

    def _ring(self) -> None:
        self._tick()

    def _poll(self) -> None:
        if self.alive and not self._is_dying and not self.paused:
            self._guard(self.log.poll)
            self._tick()

    def _tick(self) -> None:
        if not self.alive or self.paused or self._is_dying:
            return
        batch, self._inbox = self._inbox, []
        for datagram, address, damaged in batch:
            self._receive_one(datagram, address, damaged)
        now = self._clock.now()
        due = self.core.next_timer()
        if due is not None and due <= now:
            self._guard(lambda: self.core.handle_timer(now))
        self._guard(self.log.poll)  # the answer may have come while the process was stopped
        self._guard(lambda: self.core.write(now, self._time_ms()))
        if not self._is_dying:
            self._guard(self.log.poll)  # a quick disk has answered already
        self._send()
        self._alarm.set(self.core.next_timer())
        if self.core.wants_to_write and not self.log.busy:
            self._schedule.after(0.0, self._tick)

    def _receive_one(self, datagram: bytes, address: Address, damaged: bool) -> None:
        now = self._clock.now()
        if datagram and datagram[0] in (DatagramType.M1, DatagramType.M3):
            self._on_moment("handshake")
        before = self.summary() if damaged and is_data(datagram) else None
        index = receiver_index(datagram) if is_data(datagram) else None
        client = None if index is None else self.core.context.sessions.table.find(index)
        was_on_trial = client is not None and client.session.on_trial
        self._guard(lambda: self.core.receive(datagram, address, now))
        if client is not None and client.session.on_trial and not was_on_trial:
            self._trace.sometimes["migration"] += 1
        if before is not None:
            self._trace.checks["S8"] += 1
            if self.summary() != before:
                raise Violation("S8", f"a forged datagram from {address} changed the server")

    def summary(self) -> object:
        """What a datagram that is not genuine must not change."""
        sessions = []
        for client in self.core.context.sessions.table:
            session = client.session
            flow, channel = session.flow, session.channel
            sessions.append((
                session.address, session.on_trial, session.last_received_at,
                channel.received_count, channel.highest_received, channel._window._seen,
                flow.sent, flow.reported, flow.received, flow.window,
            ))  # fmt: skip
        return sessions

    def _guard(self, call: Callable[[], None]) -> None:
        guarded("the server's core", call)

    def _time_ms(self) -> int:
        return 1_763_900_000_000 + int(self._schedule.now * 1000) + self.wall_jump_ms

    # --- sending -----------------------------------------------------------------------------
    def _send(self) -> None:
        if self._is_dying:
            return
        datagrams = self.core.take_datagrams()
        cut = len(datagrams)
        if self._crash_at is not None and self._crash_at[0] == "while telling" and cut >= 2:
            cut = self._rng.randrange(cut)
            self._on_moment("while telling")
        for datagram, address in datagrams[:cut]:
            self._check_datagram(datagram, address)
            self.network.send_down(datagram, address)
        if datagrams:
            self._check_windows()
            self._check_bursts(datagrams)

    def _check_datagram(self, datagram: bytes, address: Address) -> None:
        if len(datagram) > DATAGRAM_BYTES_MAX:
            raise Violation("S13", f"the server sent {len(datagram)} bytes")
        kind = datagram[0]
        if kind == DatagramType.RETRY:
            self._retried.add(address)
        elif kind == DatagramType.M2 and address not in self._retried:
            raise Violation("S11", f"{address} got M2 and never brought a cookie of its own")
        elif kind == DatagramType.RESET:
            self._trace.sometimes["stateless reset sent"] += 1
        given = self.network.strange_in.get(address)
        if given is not None:
            self._trace.checks["S11"] += 1
            if self.network.strange_out.get(address, 0) + len(datagram) > 3 * given:
                raise Violation("S11", f"{address} gets more than three times what it sent")

    def _check_windows(self) -> None:
        """What leaves while nothing is reported fits the window, and answers what was asked."""
        for client in self.core.context.sessions.table:
            flow = client.session.flow
            reported, received = flow.reported, flow.received
            before = self._progress.get(client)
            if before is None or before[0] != reported or flow.sent < before[2]:
                self._progress[client] = (reported, received, flow.sent, flow.window)
                continue
            self._trace.checks["S14 window"] += 1
            allowed = _SMALL_IN_FULL * before[3] + _BESIDE_WINDOW + 2 * (received - before[1])
            if flow.sent - before[2] > allowed:
                sent = flow.sent - before[2]
                raise Violation("S14", f"{sent} datagrams to one who reports nothing")

    def _check_bursts(self, datagrams: list[tuple[bytes, Address]]) -> None:
        """What leaves for one session at once is a burst of a range, and little beside it."""
        if len(datagrams) <= _AT_ONCE_MAX:
            return
        self._trace.checks["S14 burst"] += 1
        # A reset is the smaller answer to one datagram; those have a rate of their own.
        # And two may share an address, while one of them is on its way to another.
        sealed = Counter(receiver_index(datagram) for datagram, _ in datagrams if is_data(datagram))
        index, most = max(sealed.items(), key=lambda item: item[1], default=(None, 0))
        if most > _AT_ONCE_MAX and self._is_paced(index):
            raise Violation("S14", f"{most} datagrams left for session {index} at once")

    def _is_paced(self, index: int | None) -> bool:
        """Whether a burst takes long enough on this path for a timer between two of them."""
        for client in self.core.context.sessions.table:
            if client.session.channel.remote_index == index:
                flow = client.session.flow
                windows = limits.BURST_MAX / (ranges._PACE * flow.window)
                return windows * flow.round_trip.smoothed_s >= ranges._PACED_FROM_S
        return False

    def entries_asked_for(self) -> int:
        """How many entries the server has yet to send to those who asked for them."""
        count = 0
        for client in self.core.context.sessions.table if self.alive else ():
            for ref, first, last in client.pulls:
                room = self.core.context.rooms.get(streams.room_of(ref))
                if room is not None and streams.is_log(ref):
                    count += max(0, min(last, room.head) - first + 1)
        return count

    # --- tables --------------------------------------------------------------------------------
    def check_tables(self) -> None:
        """Nothing grows beyond its bound (S12)."""
        if not self.alive:
            return
        self._trace.checks["S12"] += 1
        context, bounds = self.core.context, self.config.limits
        handshakes = self.config.handshakes
        sizes = [
            ("sessions", len(context.sessions.table), bounds.sessions_max),
            ("handshakes", self.core._handshakes.half_open_count, handshakes.half_open_max),
            ("writes", len(context.gate._writes), bounds.writes_waiting_max),
            ("reads", len(context.gate._reads), max(bounds.writes_waiting_max, FRAMES_MAX)),
            ("readers", len(context.ranges._readers), len(context.sessions.table) + 1),
        ]
        for client in context.sessions.table:
            in_hand = limits.RANGES_IN_HAND_MAX
            sizes.append(("ranges", len(client.pulls), in_hand + 1))
            sizes.append(("served", len(client.served), in_hand + 1))
            sizes.append(("subscriptions", len(client.refs), bounds.subscriptions_max))
            if client.device is not None:
                intake = client.device.intake
                sizes.append(("staged bytes", intake.bytes_held, bounds.staged_bytes_max))
                sizes.append(("staged", len(intake._staged), limits.POSTS_AHEAD_MAX))
        sizes += [("recent", len(r.recent), bounds.recent_entries) for r in context.rooms]
        for name, size, most in sizes:
            if size > most:
                raise Violation("S12", f"{name}: {size}, at most {most}")

    def knows(self, session: Session | None, address: Address) -> bool:
        """Whether this client's session lives here as well, and where the client is."""
        if session is None:
            return False
        client = self.core.context.sessions.table.find(session.channel.remote_index)
        return client is not None and client.session.address == address
