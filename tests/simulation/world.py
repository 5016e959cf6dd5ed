"""A server core and client cores on a virtual clock, with a lossy network between them.

Everything random comes from one seed, so a failure is repeated by naming its seed. The disk is
SQLite in memory: what a crash of the real one would take is modelled by when a commit is told.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from app.models.chat_client import ChatClient
from app.models.commands import FollowRoom, NetworkCommand, RenumberPosts, SendPost
from app.models.events import (
    EntriesReceived,
    Event,
    HistoryForked,
    PostAccepted,
    PostRefused,
    RoomReplaced,
    SignedIn,
)
from app.models.records import OutboxPost, RoomEntry
from app.models.store_answers import PostsRenumbered, Restored
from app.structs import replace
from protocol.frames import EntryKind
from server.chat_server import ChatServer
from server.server_config import ServerConfig
from server.sqlite_log import SqliteLog

AnyEvent = TypeVar("AnyEvent")


@dataclass
class Network:
    """What happens to a datagram on its way."""

    loss: float = 0.0
    duplication: float = 0.0
    delay_s: float = 0.001
    jitter_s: float = 0.0


@dataclass
class SimulatedClient:
    """A client core, what it saw, and its outbox as a store would keep it."""

    core: ChatClient
    address: tuple[str, int]
    private_key: bytes
    name: str
    events: list[Event] = field(default_factory=list)
    outbox: dict[int, OutboxPost] = field(default_factory=dict)
    next_seq: int = 1
    receipts: dict[int, tuple[int, int]] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    rooms: dict[int, dict[int, RoomEntry]] = field(default_factory=dict)
    orphans: list[RoomEntry] = field(default_factory=list)
    doubled: int = 0
    online: bool = True

    def entries(self, room: int) -> list[RoomEntry]:
        """Entries of the room that arrived, in order of their numbers."""
        held = self.rooms.get(room, {})
        return [held[number] for number in sorted(held)]

    def texts(self, room: int) -> list[str]:
        """What people said in the room."""
        return [e.text for e in self.entries(room) if e.kind == EntryKind.MESSAGE]

    def happened(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        """Events of one type."""
        return [event for event in self.events if isinstance(event, kind)]


class World:
    """One server, some clients, and time."""

    def __init__(
        self,
        seed: int = 0,
        network: Network | None = None,
        config: ServerConfig | None = None,
        path: Path | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.network = network or Network()
        self.config = config or ServerConfig(rate_limits=False)
        self.now = 1000.0
        self.time_ms = 1_763_900_000_000
        self.commit_s = 0.0005
        self.datagrams = {"up": 0, "down": 0}
        self.seen: list[bytes] = []
        self.clients: list[SimulatedClient] = []
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._ties = count()
        self._alive = True
        self._server_key = self.random.randbytes(32)
        self._path = path
        self.log = self._open_log()
        self.server = self._new_server()
        self._flush_server()

    def _open_log(self) -> SqliteLog:
        return SqliteLog.open(
            self._path, random_bytes=self.random.randbytes, wake=self._plan_poll, threaded=False
        )

    def _new_server(self) -> ChatServer:
        return ChatServer(
            self.config, self._server_key, b"r" * 32, self.log, self.random.randbytes,
            self.now, self.time_ms,
        )  # fmt: skip

    # --- time ------------------------------------------------------------------------------
    def at(self, when: float, action: Callable[[], None]) -> None:
        """Run ``action`` at a time."""
        heapq.heappush(self._queue, (when, next(self._ties), action))

    def run(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass; stops early when ``until`` holds, and returns whether it did."""
        end = self.now + seconds
        steps = 0
        while True:
            if until is not None and until():
                return True
            when = min(self._next_timer(), self._queue[0][0] if self._queue else float("inf"))
            if when > end:
                break
            self.now = max(self.now, when)
            steps += 1
            assert steps < 2_000_000, "time does not advance"
            while self._queue and self._queue[0][0] <= self.now:
                heapq.heappop(self._queue)[2]()
            self._timers()
        self.now = end
        return until is not None and until()

    def _next_timer(self) -> float:
        timers = [self.server.next_timer() if self._alive else None]
        timers += [client.core.next_timer() for client in self.clients]
        return min((t for t in timers if t is not None), default=float("inf"))

    def _timers(self) -> None:
        due = self.server.next_timer()
        if self._alive and due is not None and due <= self.now:
            self.server.handle_timer(self.now)
        if self._alive:
            self._flush_server()
        for client in self.clients:
            due = client.core.next_timer()
            if due is not None and due <= self.now:
                client.core.handle_timer(self.now)
            self._flush_client(client)

    # --- server ----------------------------------------------------------------------------
    def _plan_poll(self) -> None:
        self.at(self.now + self.commit_s, self._poll)

    def _poll(self) -> None:
        if self._alive:
            self.log.poll()
            self._flush_server()

    def _flush_server(self) -> None:
        self.server.write(self.now, self.time_ms + int((self.now - 1000) * 1000))
        for datagram, address in self.server.take_datagrams():
            self.datagrams["down"] += 1
            self.seen.append(datagram)
            for client in self.clients:
                if client.address == address:
                    self._carry(datagram, partial(self._to_client, client))

    def _to_server(self, address: tuple[str, int], datagram: bytes) -> None:
        if self._alive:
            self.server.receive(datagram, address, self.now)
            self._flush_server()

    def restart_server(self, *, before_opening: Callable[[], None] | None = None) -> None:
        """The server dies and comes back on the same log: sessions and memory are gone.

        A batch whose commit was not answered yet is on disk or not, as it happens: here it is.
        With a log on disk, ``before_opening`` may do something to its files.
        """
        if self._path is None:
            while self.log.busy:
                self.log.poll()
        else:
            self.log.close()
            if before_opening:
                before_opening()
            self.log = self._open_log()
        self.server = self._new_server()
        self._flush_server()

    def kill_server(self) -> None:
        """The server is gone; datagrams to it vanish."""
        self._alive = False

    def revive_server(self) -> None:
        """It is started again."""
        self._alive = True
        self.restart_server()

    # --- clients ---------------------------------------------------------------------------
    def add_client(
        self, name: str, restored: Restored | None = None, private_key: bytes | None = None
    ) -> SimulatedClient:
        """Somebody starts the program."""
        private_key = private_key or self.random.randbytes(32)
        empty = Restored(1, None, 0, name, "", 0, (), (), (), 1)
        core = ChatClient(private_key, name, restored or empty, self.random.randbytes)
        address = (f"10.0.0.{len(self.clients) + 1}", 5000)
        client = SimulatedClient(core, address, private_key, name)
        self.clients.append(client)
        core.start(self.now)
        self._flush_client(client)
        return client

    def _to_client(self, client: SimulatedClient, datagram: bytes) -> None:
        client.core.receive(datagram, self.now)
        self._flush_client(client)

    def command(self, client: SimulatedClient, command: NetworkCommand) -> None:
        """Something the person wants."""
        client.core.command(command, self.now)
        self._flush_client(client)

    def post(self, client: SimulatedClient, room: str, kind: int, text: str = "") -> int:
        """Put a post into the outbox and send it; returns its number."""
        seq = client.next_seq
        client.next_seq += 1
        post_id = self.random.getrandbits(63)
        post = OutboxPost(seq, post_id, b"", room, kind, text, self.time_ms)
        client.outbox[seq] = post
        self.command(client, SendPost(post))
        return seq

    def say(self, client: SimulatedClient, text: str, room: str = "general") -> int:
        """A message."""
        return self.post(client, room, EntryKind.MESSAGE, text)

    def join(self, client: SimulatedClient, room: str = "general") -> int:
        """Join a room by name."""
        return self.post(client, room, EntryKind.JOIN)

    def follow(self, client: SimulatedClient, room: int, since: int = 1) -> None:
        """Follow a room without joining it."""
        self.command(client, FollowRoom(room, since=since))

    def _flush_client(self, client: SimulatedClient) -> None:
        for output in client.core.take_outputs():
            if isinstance(output, RenumberPosts):
                self._renumber(client, output)
            else:
                self._apply(client, output)
        for datagram in client.core.take_datagrams():
            self.datagrams["up"] += 1
            self.seen.append(datagram)
            address = client.address
            self._carry(datagram, partial(self._to_server, address))

    def _renumber(self, client: SimulatedClient, output: RenumberPosts) -> None:
        moved = {old: client.outbox.pop(old) for old, _ in output.numbers}
        for old, new in output.numbers:
            client.outbox[new] = replace(moved[old], client_seq=new)
        client.next_seq = max([*client.outbox, client.next_seq - 1]) + 1
        renumbered = PostsRenumbered(output.numbers)
        client.events.append(renumbered)
        client.core.command(renumbered, self.now)
        self.at(self.now, lambda: self._flush_client(client))

    def _apply(self, client: SimulatedClient, event: Event) -> None:
        client.events.append(event)
        match event:
            case EntriesReceived():
                room = client.rooms.setdefault(event.room, {})
                for entry in event.entries:
                    client.doubled += entry.number in room
                    room[entry.number] = entry
            case HistoryForked():
                room = client.rooms.get(event.room, {})
                for number in [n for n in room if n > event.agreed_to]:
                    client.orphans.append(room.pop(number))
            case RoomReplaced(room=number):
                client.orphans += client.rooms.pop(number, {}).values()
            case SignedIn():
                # What the store does: numbers follow the server's last without a hole.
                lowest = event.last_client_seq + 1
                client.next_seq = max(client.next_seq, lowest) if client.outbox else lowest
            case PostAccepted():
                client.receipts[event.client_seq] = (event.room, event.number)
                client.outbox.pop(event.client_seq, None)
            case PostRefused():
                client.refused[event.client_seq] = event.code
                client.outbox.pop(event.client_seq, None)

    # --- the network -----------------------------------------------------------------------
    def _carry(self, datagram: bytes, deliver: Callable[[bytes], None]) -> None:
        copies = 2 if self.random.random() < self.network.duplication else 1
        for _ in range(copies):
            if self.random.random() < self.network.loss:
                continue
            delay_s = self.network.delay_s + self.random.random() * self.network.jitter_s
            self.at(self.now + delay_s, lambda: deliver(datagram))
