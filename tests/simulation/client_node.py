"""One client of a simulation: the real core and the real store, on a machine that may fail.

What the core says goes to the store and comes back as in ``app.models.client_runtime``; here the
store's batch takes a moment of virtual time, in which the client may die.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from app.models.chat_client import ChatClient, Output
from app.models.commands import NetworkCommand, SendPost, StoreCommand
from app.models.events import (
    EntriesReceived,
    Event,
    HistoryForked,
    LinkChanged,
    LinkState,
    MembershipChanged,
    PostAccepted,
    PostRefused,
    RoomFollowed,
    RoomListed,
    SignedIn,
)
from app.models.local_store import LocalStore, StoreItem
from app.models.records import OutboxPost, RoomEntry
from app.models.store_answers import PostsRenumbered, PostStored, Restored, StoreFailed
from app.models.store_thread import StoreWorker
from app.structs import replace
from protocol.datagrams import DatagramType
from protocol.frames import EntryKind
from protocol.limits import DATAGRAM_BYTES_MAX
from tests.simulation.disk import ClientDisk
from tests.simulation.network import Address, Network, Port, is_data
from tests.simulation.schedule import Alarm, Clock, Schedule
from tests.simulation.trace import Trace, Violation, guarded
from tests.simulation.truth import Row, Truth

_SOCKET_BUFFER = 90
_RESET = bytes([DatagramType.RESET])


class ClientNode:
    """A person's machine."""

    def __init__(
        self,
        name: str,
        address: Address,
        schedule: Schedule,
        clock: Clock,
        rng: random.Random,
        network: Network,
        truth: Truth,
        trace: Trace,
        store_mean_s: float,
    ) -> None:
        self.name = name
        self.port = Port(name, address, self.receive)
        self.private_key = rng.randbytes(32)
        self.rng = rng
        self.disk = ClientDisk()
        self.alive = False
        self.paused = False
        self.signed_in = False
        self.copied_back = False
        self.state = LinkState.OFFLINE
        #: When posts were stored, and how long each answer took.
        self._stored_at: dict[int, float] = {}
        self.answered_s: list[float] = []
        #: Rooms as the client knows them: number to (stream, name); posts by their numbers.
        self.listed: dict[int, tuple[bytes, str]] = {}
        self.joined: set[int] = set()
        self.posts: dict[int, OutboxPost] = {}
        #: Words of messages that came to disk here, and of those that were refused.
        self.stored_words: set[str] = set()
        self.refused_words: set[str] = set()
        self.dropped_words: set[str] = set()
        self.core: ChatClient
        self.store: LocalStore
        self._schedule, self._clock = schedule, clock
        self._network, self._truth, self._trace = network, truth, trace
        self._store_mean_s = store_mean_s
        self._alarm = Alarm(schedule, clock, self._ring)
        self._inbox: list[tuple[bytes, bool]] = []
        self._to_store: list[StoreItem] = []
        self._is_storing = False
        self._life = 0
        self._said = 0
        self._token = 0
        self._streams: dict[int, bytes] = {}
        self._held: dict[int, set[int]] = {}
        network.plug(self.port)

    # --- life --------------------------------------------------------------------------------
    def start(self) -> None:
        """The program starts, on what its disk holds."""
        if self.alive:
            return
        self.alive, self._life = True, self._life + 1
        self.store = self.disk.open(self.rng.randbytes)
        restored = self.store.restore(self.store.use_server("server:48228"))
        self._worker = StoreWorker(self.store, self._on_answer, self._to_core)
        self._restore(restored)
        self.core = ChatClient(
            self.private_key, restored.name or self.name, restored, self.rng.randbytes
        )
        self._guard(lambda: self.core.start(self._clock.now()))
        self.flush()

    def _restore(self, restored: Restored) -> None:
        self.posts = {post.client_seq: post for post in restored.outbox if not post.refused}
        self.listed = {room.room: (room.stream_id, room.name) for room in restored.rooms}
        self.joined = {room.room for room in restored.rooms if room.joined}
        self._streams = {room.room: room.stream_id for room in restored.rooms}
        self._held = {
            room.room: {n for first, last in room.held for n in range(first, last + 1)}
            for room in restored.rooms
        }

    def crash(self) -> None:
        """The program dies: what it had not stored is gone."""
        if not self.alive:
            return
        self.alive = self.paused = self.signed_in = self._is_storing = False
        self.state = LinkState.OFFLINE
        self._life += 1
        self._inbox.clear()
        self._to_store.clear()
        self._alarm.set(None)

    def pause(self, seconds: float) -> None:
        """The machine sleeps; its clock goes on."""
        self.paused = True
        life = self._life

        def wake() -> None:
            if life == self._life:
                self.wake()

        self._schedule.after(seconds, wake)

    def wake(self) -> None:
        """The machine is awake again."""
        if self.paused:
            self.paused = False
            waiting, self._inbox = self._inbox, []
            for datagram, damaged in waiting:
                self.receive(datagram, damaged)
            self._ring()

    def local_now(self) -> float:
        """What this machine's clock reads."""
        return self._clock.now()

    @property
    def is_busy(self) -> bool:
        """Something is on its way to the disk."""
        return bool(self._to_store) or self._is_storing

    @property
    def is_missing_something(self) -> bool:
        """It knows of entries that it does not hold."""
        return self.alive and any(r.numbers.missing for r in self.core._follower._rooms.values())

    def held(self, room: int) -> set[int]:
        """Numbers of entries it was given of a room."""
        return self._held.get(room, set())

    @property
    def followed(self) -> set[int]:
        """Rooms it follows, whether its person is a member or not."""
        rooms = self.core._follower._rooms
        return {room for room, replica in rooms.items() if replica.followed}

    def complete(self) -> list[tuple[int, int]]:
        """How far it holds each room."""
        rooms = self.core._follower._rooms
        return [(room, replica.numbers.complete_to) for room, replica in rooms.items()]

    def outbox(self) -> tuple[OutboxPost, ...]:
        """Posts on disk."""
        return self.store._outbox.posts(1)

    @staticmethod
    def as_row(entry: RoomEntry) -> Row:
        """The entry as the truth has it."""
        return _row(entry)

    # --- datagrams and time --------------------------------------------------------------------
    def receive(self, datagram: bytes, damaged: bool) -> None:
        """A datagram comes to the machine."""
        if not self.alive:
            return
        if self.paused:
            if len(self._inbox) < _SOCKET_BUFFER:
                self._inbox.append((datagram, damaged))
            return
        before = self._summary() if damaged else None
        self._guard(lambda: self.core.receive(datagram, self._clock.now()))
        if before is not None and (is_data(datagram) or datagram[:1] == _RESET):
            self._trace.checks["S8"] += 1
            if self._summary() != before:
                raise Violation("S8", f"a forged datagram changed {self.name}")
        self.flush()

    def _summary(self) -> object:
        """What a datagram that is not genuine must not change."""
        link = self.core.link
        if link.traffic.session is None:
            return link.online
        flow, channel = link.traffic.session.flow, link.traffic.session.channel
        # Not what was sent: with any datagram the core says what is due.
        return (
            link.online, channel.received_count, channel.highest_received, channel._window._seen,
            flow.reported, flow.received, flow.window, link.traffic.session.last_received_at,
        )  # fmt: skip

    def _ring(self) -> None:
        if self.alive and not self.paused:
            self._guard(lambda: self.core.handle_timer(self._clock.now()))
            self.flush()

    def command(self, command: NetworkCommand) -> None:
        """Something the person wants of the network."""
        if self.alive and not self.paused:
            self._guard(lambda: self.core.command(command, self._clock.now()))
            self.flush()

    def wish(self, wish: StoreCommand) -> None:
        """Something the person wants of the store."""
        if self.alive and not self.paused:
            self._to_store.append(wish)
            self._store_soon()

    def _guard(self, call: Callable[[], None]) -> None:
        guarded(f"the core of {self.name}", call)

    def flush(self) -> None:
        """Hand on what the core has to say."""
        for output in self.core.take_outputs():
            self._observe(output)
            self._to_store.append(output)
        if self._to_store:
            self._store_soon()
        for datagram in self.core.take_datagrams():
            if len(datagram) > DATAGRAM_BYTES_MAX:
                raise Violation("S13", f"{self.name} sent {len(datagram)} bytes")
            self._network.send_up(self.port, datagram)
        self._alarm.set(self.core.next_timer())

    # --- the store -----------------------------------------------------------------------------
    def _store_soon(self) -> None:
        if self._is_storing:
            return
        self._is_storing = True
        life = self._life
        delay_s = self.rng.expovariate(1.0) * self._store_mean_s
        self._schedule.after(delay_s, lambda: self._run_batch(life))

    def _run_batch(self, life: int) -> None:
        if life != self._life:
            return
        self._is_storing = False
        items, self._to_store = self._to_store, []
        self._guard(lambda: self._store_batch(items))
        self.flush()

    def _store_batch(self, items: list[StoreItem]) -> None:
        self._worker.run_batch(items)

    def _to_core(self, command: NetworkCommand | PostsRenumbered) -> None:
        if isinstance(command, SendPost):
            self.posts[command.post.client_seq] = command.post
        self.core.command(command, self._clock.now())

    def _on_answer(self, event: Event) -> None:
        match event:
            case PostStored(post=post):
                self.posts[post.client_seq] = post
                self._stored_at[post.client_seq] = self._schedule.now
                if post.kind == EntryKind.MESSAGE:
                    self.stored_words.add(post.text.split(" ", 1)[0])
            case PostsRenumbered(numbers):
                self._trace.sometimes["posts renumbered"] += 1
                self._stored_at.clear()
                moved = [(new, self.posts.pop(old, None)) for old, new in numbers]
                for new, old_post in moved:
                    if old_post is not None:
                        self.posts[new] = replace(old_post, client_seq=new)
            case StoreFailed():
                raise Violation("S16", f"the store of {self.name} failed: {event.reason}")
            case Restored():
                self._restore(event)

    # --- what the core says ----------------------------------------------------------------------
    def _observe(self, output: Output) -> None:
        match output:
            case EntriesReceived():
                self._on_entries(output)
            case RoomFollowed():
                before = self._streams.get(output.room)
                if before != output.stream_id:
                    self._held[output.room] = set()
                self._streams[output.room] = output.stream_id
            case HistoryForked(room, agreed_to):
                self._trace.sometimes["fork of a history told"] += 1
                held = self._held.get(room, set())
                self._held[room] = {number for number in held if number <= agreed_to}
            case PostAccepted():
                self._on_accepted(output)
            case PostRefused(client_seq):
                post = self.posts.pop(client_seq, None)
                if post is not None and post.kind == EntryKind.MESSAGE:
                    self.refused_words.add(post.text.split(" ", 1)[0])
            case SignedIn():
                self.signed_in = True
                self.joined = set(output.rooms)
            case MembershipChanged(room, joined):
                (self.joined.add if joined else self.joined.discard)(room)
            case LinkChanged(state):
                self.state = state
                self._trace.note(self._schedule.now, f"{self.name} is {state.value}")
            case RoomListed():
                self.listed[output.room] = (output.stream_id, output.name)

    def _on_entries(self, event: EntriesReceived) -> None:
        stream = self._streams.get(event.room)
        if stream is None:
            raise Violation("S4", f"{self.name} got entries of a room it does not follow")
        held = self._held.setdefault(event.room, set())
        self._trace.checks["S4"] += len(event.entries)
        for entry in event.entries:
            if entry.number in held:
                raise Violation("S4", f"{self.name} got entry {entry.number} of {event.room} twice")
            held.add(entry.number)
            if not self._truth.was(stream, entry.number, _row(entry)):
                text = f"{self.name} was shown entry {entry.number} of room {event.room}"
                raise Violation("S4", f"{text}, which is not durable: {entry.text[:40]!r}")

    def _on_accepted(self, event: PostAccepted) -> None:
        post = self.posts.pop(event.client_seq, None)
        stored_at = self._stored_at.pop(event.client_seq, None)
        if stored_at is not None:
            self.answered_s.append(self._schedule.now - stored_at)
        if post is None:
            raise Violation("S3", f"{self.name} got a receipt for {event.client_seq}, never sent")
        self._trace.checks["S3"] += 1
        if not event.number:
            return
        # Of a folder that was copied back posts may be known by their id, under other numbers.
        client_seq = None if self.copied_back else event.client_seq
        if self._truth.has_post(client_seq, event.number, post.kind, post.text):
            return
        raise Violation("S3", f"{self.name}'s post {event.client_seq} was acknowledged, not stored")

    # --- what people say -------------------------------------------------------------------------
    def next_words(self) -> tuple[str, int]:
        """The word that begins this client's next text, and its place among them."""
        self._said += 1
        return f"{self.name}.{self._said}", self._said

    def new_token(self) -> int:
        """A name for one more wish."""
        self._token += 1
        return self._token


def _row(entry: RoomEntry) -> Row:
    return (
        entry.number, entry.kind, entry.author, entry.device, entry.client_seq, entry.time_ms,
        entry.text, entry.flags, entry.visible,
    )  # fmt: skip
