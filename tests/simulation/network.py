"""The network between one server and its clients, with everything that can go wrong on the way.

Theory. Clients have a public address each, which a NAT may change under them; the server sees
addresses only. Each client's link has two directions. A datagram that enters one may be lost
(at random, in bursts, for want of room, in a partition), damaged, delayed, overtaken or copied,
also much later. An attacker may copy what a client sends and send it from elsewhere first.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from protocol.datagrams import DatagramType
from tests.simulation.schedule import Schedule
from tests.simulation.trace import Trace

Address = tuple[str, int]
UP, DOWN = "up", "down"


@dataclass(frozen=True, slots=True)
class Weather:
    """What each datagram meets; probabilities 0..1, times in seconds."""

    loss: float = 0.0
    #: Gilbert-Elliott: to go into a burst, to leave it, to lose within it.
    burst_enter: float = 0.0
    burst_leave: float = 0.3
    burst_loss: float = 0.7
    duplicate: float = 0.0
    duplicate_late_s: float = 0.2
    #: Recorded and sent again much later, perhaps after a restart.
    replay: float = 0.0
    replay_late_s: float = 150.0
    delay_min_s: float = 0.0002
    delay_mean_s: float = 0.001
    heavy_tail: float = 0.0
    corrupt: float = 0.0
    truncate: float = 0.0
    extend: float = 0.0
    splice: float = 0.0
    mtu: int = 1500
    in_flight_max: int = 10_000


CALM = Weather()


@dataclass(slots=True)
class Link:
    """One direction of one client's way to the server."""

    in_flight: int = 0
    in_burst: bool = False
    blocked_until: float = 0.0
    clogged_until: float = 0.0
    last: bytes = b""


@dataclass(slots=True)
class Port:
    """Where a client is, and what becomes of datagrams for it."""

    name: str
    address: Address
    deliver: Callable[[bytes, bool], None]
    up: Link = field(default_factory=Link)
    down: Link = field(default_factory=Link)
    #: The attacker's address while somebody copies what this client sends.
    copied_from: Address | None = None
    copied_share: float = 0.0


class Network:
    """``to_server`` gets (datagram, address, damaged)."""

    def __init__(
        self,
        schedule: Schedule,
        trace: Trace,
        rng: random.Random,
        to_server: Callable[[bytes, Address, bool], None],
    ) -> None:
        self.weather = CALM
        self._schedule = schedule
        self._trace = trace
        self._rng = rng
        self._to_server = to_server
        self._ports: dict[Address, Port] = {}
        #: Some datagrams that passed, for whoever replays or splices.
        self.recorded: list[tuple[str, bytes, Address]] = []
        #: Bytes from and to addresses that belong to attackers.
        self.strange_in: dict[Address, int] = {}
        self.strange_out: dict[Address, int] = {}
        #: Sealed datagrams.
        self.sent = {UP: 0, DOWN: 0}

    # --- who is where ------------------------------------------------------------------------
    def plug(self, port: Port) -> None:
        """A client is reachable at its address from now on."""
        self._ports[port.address] = port

    def move(self, port: Port, address: Address) -> None:
        """The client has another public address; the old one leads nowhere."""
        if self._ports.get(port.address) is port:
            del self._ports[port.address]
        port.address = address
        self._ports[address] = port

    def swap(self, one: Port, other: Port) -> None:
        """Two clients change places: what is under way to one comes to the other."""
        one.address, other.address = other.address, one.address
        self._ports[one.address], self._ports[other.address] = one, other

    # --- datagrams -------------------------------------------------------------------------
    def send_up(self, port: Port, datagram: bytes) -> None:
        """A client sends."""
        self.sent[UP] += is_data(datagram)
        self._trace.datagram(self._schedule.now, f"{port.name} >", datagram)
        address = port.address
        self._record(UP, datagram, address)
        if port.copied_from is not None and self._rng.random() < port.copied_share:
            self._trace.fault(self._schedule.now, "copied by an attacker")
            self.strange_in.setdefault(port.copied_from, 0)
            self.inject(datagram, port.copied_from)
        self._carry(port.up, datagram, lambda d, bad: self._to_server(d, address, bad))

    def inject(self, datagram: bytes, address: Address, *, forged: bool = False) -> None:
        """An attacker sends to the server, from an own address or in a client's name."""
        if address in self.strange_in:
            self.strange_in[address] += len(datagram)
        self._schedule.after(0.0001, lambda: self._to_server(datagram, address, forged))

    def inject_down(self, port: Port, datagram: bytes) -> None:
        """Somebody sends to a client in the server's name."""
        self._schedule.after(0.0001, lambda: port.deliver(datagram, True))

    def send_down(self, datagram: bytes, address: Address) -> None:
        """The server sends."""
        self.sent[DOWN] += is_data(datagram)
        port = self._ports.get(address)
        self._trace.datagram(self._schedule.now, f"{port.name if port else address} <", datagram)
        if address in self.strange_in:
            self.strange_out[address] = self.strange_out.get(address, 0) + len(datagram)
        if port is None:
            return
        self._record(DOWN, datagram, address)
        self._carry(port.down, datagram, lambda d, bad: self._arrive(address, d, bad))

    def _arrive(self, address: Address, datagram: bytes, damaged: bool) -> None:
        port = self._ports.get(address)
        if port is not None:
            port.deliver(datagram, damaged)

    def _record(self, way: str, datagram: bytes, address: Address) -> None:
        if len(self.recorded) < 200:
            self.recorded.append((way, datagram, address))
        elif self._rng.random() < 0.05:
            self.recorded[self._rng.randrange(200)] = (way, datagram, address)

    # --- what happens on the way -------------------------------------------------------------
    def _carry(self, link: Link, datagram: bytes, deliver: Callable[[bytes, bool], None]) -> None:
        weather, rng, now = self.weather, self._rng, self._schedule.now
        if now < link.blocked_until:
            self._trace.fault(now, "lost in a partition")
            return
        if link.in_flight >= weather.in_flight_max:
            self._trace.fault(now, "lost for want of room")
            return
        if len(datagram) > weather.mtu:
            self._trace.fault(now, "too large for the path")
            return
        if self._is_lost(link):
            self._trace.fault(now, "lost")
            return
        if weather.duplicate and rng.random() < weather.duplicate:
            self._trace.fault(now, "doubled")
            self._later(link, datagram, deliver, rng.random() * weather.duplicate_late_s)
        if weather.replay and rng.random() < weather.replay:
            self._trace.fault(now, "replayed late")
            self._later(link, datagram, deliver, rng.random() * weather.replay_late_s)
        changed = self._damage(link, datagram)
        damaged = changed not in (datagram, link.last)
        link.last = datagram
        delay_s = self._delay_s()
        if now < link.clogged_until:
            delay_s += link.clogged_until - now
        link.in_flight += 1

        def arrive() -> None:
            link.in_flight -= 1
            deliver(changed, damaged)

        self._schedule.after(delay_s, arrive)

    def _later(
        self, link: Link, datagram: bytes, deliver: Callable[[bytes, bool], None], late_s: float
    ) -> None:
        self._schedule.after(self._delay_s() + late_s, lambda: deliver(datagram, False))

    def _is_lost(self, link: Link) -> bool:
        weather, rng = self.weather, self._rng
        if weather.burst_enter:
            if link.in_burst:
                link.in_burst = rng.random() >= weather.burst_leave
            else:
                link.in_burst = rng.random() < weather.burst_enter
            if link.in_burst and rng.random() < weather.burst_loss:
                return True
        return bool(weather.loss) and rng.random() < weather.loss

    def _delay_s(self) -> float:
        weather = self.weather
        delay_s = weather.delay_min_s + self._rng.expovariate(1.0) * weather.delay_mean_s
        if weather.heavy_tail and self._rng.random() < weather.heavy_tail:
            self._trace.faults["delayed much"] += 1
            delay_s += self._rng.paretovariate(1.5) * 10 * weather.delay_mean_s
        return min(delay_s, 10.0)

    def _damage(self, link: Link, datagram: bytes) -> bytes:
        weather, rng, now = self.weather, self._rng, self._schedule.now
        if weather.corrupt and rng.random() < weather.corrupt:
            self._trace.fault(now, "bits flipped")
            changed = bytearray(datagram)
            for _ in range(rng.randint(1, 4)):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            return bytes(changed)
        if weather.truncate and rng.random() < weather.truncate:
            self._trace.fault(now, "truncated")
            return datagram[: rng.randrange(len(datagram))]
        if weather.extend and rng.random() < weather.extend:
            self._trace.fault(now, "extended")
            return datagram + rng.randbytes(rng.randint(1, 40))
        if weather.splice and link.last and rng.random() < weather.splice:
            self._trace.fault(now, "spliced")
            cut = rng.randrange(min(len(datagram), len(link.last)))
            return datagram[:cut] + link.last[cut:]
        return datagram


def is_data(datagram: bytes) -> bool:
    """Whether the datagram says that it is sealed for a session."""
    return bool(datagram) and datagram[0] == DatagramType.DATA
