"""Thousands of clients in one process, told what to do on standard input, answering in JSON.

It connects rooms x members clients, each with a socket of its own, prints that it is ready, then
obeys lines ``run MESSAGES RATE WINDOW`` until the input ends. RATE 0 keeps WINDOW messages in
flight. Every member must get every entry, in the order of the log, once, with the words that the
others got; if not, it says so and ends with exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import heapq
import json
import os
import resource
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.member import LoadError, Member, MemberState
from protocol.frames import Entry

#: Datagrams taken from one socket before the next one has its turn.
_READ_MAX: Final = 16
#: Datagrams taken from all sockets before they are opened.
_READ_AHEAD_MAX: Final = 512
_WAIT_MAX_S: Final = 0.02
_DATAGRAM_BYTES_MAX: Final = 2048
_BUFFER_BYTES: Final = 1 << 20
_SETTLED_S: Final = 0.3


@dataclass
class Connected:
    """A member, its socket, and where it stands in the run."""

    member: Member
    udp: socket.socket
    room: int
    place: int
    wake_at: float = float("inf")
    #: Every entry up to this one has been shown in strict order.
    ordered_to: int = 0


@dataclass
class Run:
    """What one run has sent and seen."""

    number: int
    messages: int
    timed: bool
    sent: int = 0
    delivered: int = 0
    last_at: float = 0.0
    sent_at: list[float] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    slowest_s: list[float] = field(default_factory=list)
    member_s: list[float] = field(default_factory=list)
    ordered_s: list[float] = field(default_factory=list)


class Load:
    """The clients, and the loop that serves them."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._server = (options.host, options.port)
        self._epoll = select.epoll()
        self._of_socket: dict[int, Connected] = {}
        self._clients: list[list[Connected]] = [[] for _ in range(options.rooms)]
        self._timers: list[tuple[float, int, Connected]] = []
        self._ties = count()
        self._token = os.urandom(4).hex()
        self._room_numbers: dict[int, int] = {}
        self._run = Run(0, 0, timed=False)
        #: For each room: number of an entry -> its words, as the first member saw them.
        self._words: list[dict[int, str]] = [{} for _ in range(options.rooms)]
        self._typed = b""
        self.datagrams_in = 0
        self.problems: list[str] = []

    # --- connecting ----------------------------------------------------------------------------
    def connect(self) -> float:
        """All clients in their rooms; returns the seconds it took."""
        options, began = self._options, time.perf_counter()
        # Those who create the rooms come first: the others need their numbers.
        waiting = [
            (room, place) for place in range(options.members) for room in range(options.rooms)
        ]
        waiting.reverse()
        entering: list[Connected] = []
        while waiting or entering:
            while waiting and len(entering) < options.connecting:
                entering.append(self._open(*waiting.pop()))
            self._turn(_WAIT_MAX_S)
            now = time.perf_counter()
            for client in entering:
                if client.member.state is MemberState.SIGNED_IN:
                    self._enter(client, now)
            entering = [c for c in entering if c.member.state is not MemberState.FOLLOWING]
            if now - began > options.settle:
                raise LoadError(
                    f"{len(waiting) + len(entering)} clients were not connected in time"
                )
        return time.perf_counter() - began

    def _open(self, room: int, place: int) -> Connected:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        udp.connect(self._server)
        udp.setblocking(False)
        name = f"{self._token} {room} {place}"
        member = Member(name, os.urandom(32), _sender(udp), os.urandom, time.perf_counter())
        client = Connected(member, udp, room, place)
        self._clients[room].append(client)
        self._of_socket[udp.fileno()] = client
        self._epoll.register(udp.fileno(), select.EPOLLIN)
        self._plan(client)
        return client

    def _enter(self, client: Connected, now: float) -> None:
        if client.place == 0:
            client.member.create(f"room {self._token} {client.room}", now)
        else:
            number = self._room_numbers.get(client.room)
            if number is None:
                number = self._clients[client.room][0].member.room
                if not number:
                    return
                self._room_numbers[client.room] = number
            client.member.join(number, now)
        self._plan(client)

    def settle(self) -> None:
        """Until nobody has said anything for a while: what joining caused is over."""
        quiet_since, seen = time.perf_counter(), self.datagrams_in
        while time.perf_counter() - quiet_since < _SETTLED_S:
            self._turn(_WAIT_MAX_S)
            if self.datagrams_in != seen:
                quiet_since, seen = time.perf_counter(), self.datagrams_in

    @property
    def clients(self) -> list[Connected]:
        """All of them, room by room."""
        return [client for room in self._clients for client in room]

    def close(self) -> None:
        """Let go of the sockets."""
        for client in self.clients:
            client.udp.close()
        self._epoll.close()

    # --- runs ----------------------------------------------------------------------------------
    def run(self, messages: int, rate: float, window: int) -> dict[str, object]:
        """Send so many messages and account for their arrival."""
        options = self._options
        run = self._run = Run(self._run.number + 1, messages, timed=rate > 0)
        run.seen, run.slowest_s = [0] * messages, [0.0] * messages
        # Or the first message of a timed run would wait until all of the runs before was looked at.
        for client in self.clients:
            assert client.member.replica is not None
            client.ordered_to = client.member.replica.complete_to
        expected = messages * options.members
        cpu, datagrams, sent_before = time.process_time(), self.datagrams_in, self._datagrams_sent()
        start = progress_at = time.perf_counter()
        progress = 0
        while run.delivered < expected:
            wait_s = _WAIT_MAX_S
            if rate:
                due = run.sent
                while due < messages and start + due / rate <= time.perf_counter():
                    due += 1
                self._send(due)
                if due < messages:
                    wait_s = min(wait_s, max(start + due / rate - time.perf_counter(), 0.0))
            else:
                self._send(min(messages, run.delivered // options.members + window))
            self._turn(0.0 if options.spin else wait_s)
            now = time.perf_counter()
            if run.delivered != progress or (rate and run.sent < messages):
                progress, progress_at = run.delivered, now
            elif now - progress_at > options.stall:
                self.problems.append(f"only {run.delivered} of {expected} deliveries arrived")
                break
        wall = (run.last_at or time.perf_counter()) - start
        result: dict[str, object] = {
            "event": "result",
            "sent": run.sent,
            "expected": expected,
            "delivered": run.delivered,
            "wall_s": round(wall, 6),
            "gen_cpu_s": round(time.process_time() - cpu, 6),
            "datagrams_in": self.datagrams_in - datagrams,
            "datagrams_out": self._datagrams_sent() - sent_before,
        }
        if run.timed:
            whole = [
                s for s, n in zip(run.slowest_s, run.seen, strict=True) if n == options.members
            ]
            result["member_us"] = _quantiles(run.member_s)
            result["last_us"] = _quantiles(whole)
            result["ordered_us"] = _quantiles(run.ordered_s)
        self._check()
        return result

    def _send(self, up_to: int) -> None:
        """Post messages until so many were sent; a sender with several packs them together."""
        run, options = self._run, self._options
        posting: dict[int, Connected] = {}
        for index in range(run.sent, up_to):
            room = index % options.rooms
            client = self._clients[room][index // options.rooms % options.senders]
            client.member.post(f"{run.number} {index} ".ljust(options.size, "x"))
            posting[id(client)] = client
            run.sent_at.append(time.perf_counter())
        run.sent = max(run.sent, up_to)
        for client in posting.values():
            client.member.flush(time.perf_counter())
            self._plan(client)

    def _check(self) -> None:
        """Everybody in a room holds the same unbroken log."""
        for room, clients in enumerate(self._clients):
            ends = set()
            for client in clients:
                replica = client.member.replica
                assert replica is not None
                if replica.complete_to < replica.head:
                    self.problems.append(f"{client.member.name} lacks {replica.missing} entries")
                ends.add(replica.complete_to)
            if len(ends) > 1:
                self.problems.append(f"members of room {room} end at {sorted(ends)}")
            self._words[room].clear()

    def _datagrams_sent(self) -> int:
        return sum(c.member.datagrams_sent for c in self._of_socket.values())

    # --- the loop ------------------------------------------------------------------------------
    def wait_for_line(self) -> str:
        """The next line of standard input; the clients are served meanwhile."""
        # Unbuffered: a line that was read ahead would not be seen by ``select``.
        while b"\n" not in self._typed:
            if select.select([0], [], [], 0)[0]:
                typed = os.read(0, 4096)
                if not typed:
                    return ""
                self._typed += typed
            else:
                self._turn(_WAIT_MAX_S)
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode()

    def _turn(self, wait_s: float) -> None:
        if self._timers:
            wait_s = min(wait_s, max(self._timers[0][0] - time.perf_counter(), 0.0))
        for client, datagram, read_at in self._read(wait_s):
            self._open_datagram(client, datagram, read_at)
        now = time.perf_counter()
        while self._timers and self._timers[0][0] <= now:
            planned, _, client = heapq.heappop(self._timers)
            if client.wake_at == planned:
                client.wake_at = float("inf")
                client.member.handle_timer(now)
                self._plan(client)

    def _read(self, wait_s: float) -> list[tuple[Connected, bytes, float]]:
        """What has come, with the moment it was read.

        All sockets are read before any datagram is opened: on a hundred machines nobody would
        wait until the others had opened theirs.
        """
        arrived: list[tuple[Connected, bytes, float]] = []
        ready = self._epoll.poll(wait_s, 256)
        while ready and len(arrived) < _READ_AHEAD_MAX:
            for descriptor, _ in ready:
                client = self._of_socket[descriptor]
                for _ in range(_READ_MAX):
                    try:
                        datagram = client.udp.recv(_DATAGRAM_BYTES_MAX)
                    except BlockingIOError:
                        break
                    except ConnectionRefusedError:
                        continue
                    arrived.append((client, datagram, time.perf_counter()))
                    if len(datagram) < _DATAGRAM_BYTES_MAX // 4:
                        break  # a quiet room: one datagram at a time
            ready = self._epoll.poll(0.0, 256)
        return arrived

    def _open_datagram(self, client: Connected, datagram: bytes, read_at: float) -> None:
        """Its entries are seen once this member has opened it, however many others are before."""
        self.datagrams_in += 1
        began = time.perf_counter()
        news = client.member.receive(datagram, read_at)
        seen_at = read_at + time.perf_counter() - began
        for first, entries in news:
            self.note(client, first, entries, seen_at)
        self._plan(client)

    def note(self, client: Connected, first: int, entries: list[Entry], now: float) -> None:
        """Entries that are new to this client, from number ``first`` on."""
        run, words = self._run, self._words[client.room]
        mark = f"{run.number} "
        for number, entry in enumerate(entries, first):
            text = entry.text
            if words.setdefault(number, text) != text:
                self.problems.append(f"{client.member.name} got other words at {number}")
            if not text.startswith(mark):
                continue  # somebody joined, or a message of the run before
            run.delivered += 1
            run.last_at = now
            if run.timed:
                index = int(text.split(" ", 2)[1])
                age_s = now - run.sent_at[index]
                run.member_s.append(age_s)
                run.seen[index] += 1
                run.slowest_s[index] = max(run.slowest_s[index], age_s)
        if run.timed:
            self._note_ordered(client, now)

    def _note_ordered(self, client: Connected, now: float) -> None:
        """What a reader would see now who insists on the order."""
        run, words, replica = self._run, self._words[client.room], client.member.replica
        assert replica is not None
        for number in range(client.ordered_to + 1, replica.complete_to + 1):
            text = words.get(number, "")
            if text.startswith(f"{run.number} "):
                run.ordered_s.append(now - run.sent_at[int(text.split(" ", 2)[1])])
        client.ordered_to = replica.complete_to

    def _plan(self, client: Connected) -> None:
        due = client.member.next_timer()
        if due is not None and due < client.wake_at:
            client.wake_at = due
            heapq.heappush(self._timers, (due, next(self._ties), client))


def _sender(udp: socket.socket) -> Callable[[bytes], None]:
    def send(datagram: bytes) -> None:
        # What the system does not take is lost, as any datagram may be.
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            udp.send(datagram)

    return send


def _quantiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {"n": 0, "p50": 0.0, "p99": 0.0, "p999": 0.0, "max": 0.0}

    def at(part: float) -> float:
        return round(ordered[min(int(part * len(ordered)), len(ordered) - 1)] * 1e6, 1)

    return {"n": len(ordered), "p50": at(0.5), "p99": at(0.99), "p999": at(0.999), "max": at(1.0)}


def parse_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--members", type=int, default=10, help="of each room")
    parser.add_argument("--senders", type=int, default=4, help="of each room")
    parser.add_argument("--size", type=int, default=100, help="bytes of text in a message")
    parser.add_argument("--settle", type=float, default=60.0, help="seconds connecting may take")
    parser.add_argument("--connecting", type=int, default=8, help="handshakes at a time")
    parser.add_argument(
        "--stall", type=float, default=5.0, help="give up after so long without progress"
    )
    parser.add_argument("--spin", action="store_true", help="poll without sleeping")
    options, _ = parser.parse_known_args(arguments)
    options.senders = min(options.senders, options.members)
    return options


def main() -> int:
    options = parse_options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    load = Load(options)
    try:
        connect_s = load.connect()
        load.settle()
        gc.collect()
        gc.freeze()
        ready = {
            "event": "ready",
            "clients": options.rooms * options.members,
            "connect_s": round(connect_s, 4),
            "cipher": "Noise XX, ChaCha20-Poly1305",
        }
        print(json.dumps(ready), flush=True)
        while (words := load.wait_for_line().split()) and words[0] == "run":
            print(json.dumps(load.run(int(words[1]), float(words[2]), int(words[3]))), flush=True)
            if load.problems:
                break
    except LoadError as error:
        load.problems.append(str(error))
    for problem in load.problems[:10]:
        print(f"loadgen: {problem}", file=sys.stderr)
    return 1 if load.problems else 0


if __name__ == "__main__":
    sys.exit(main())
