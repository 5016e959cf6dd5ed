"""The server's core: datagrams in, datagrams out; it finds the session and calls the handler.

It does no I/O. A tick of its owner is ``receive`` for each datagram of a batch, ``handle_timer``,
``write``, and sending what ``take_datagrams`` returns. Whatever touches the log waits for ``write``
and for the commit gate, so nothing is told that a power cut could still take back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from protocol import limits, noise
from protocol.cookie import Address
from protocol.datagrams import DATA_HEADER, DatagramType, receiver_index
from protocol.errors import RemoteProtocolError
from protocol.frames import Close, CloseReason, EntryKind
from protocol.rate_limit import RateLimit
from protocol.server_handshakes import ClientEstablished, HandshakeLimits, ServerHandshakes
from protocol.session import RandomBytes, Session
from protocol.text_rules import canonical_name
from server.client_session import ClientSession
from server.commit_gate import After, CommitGate, Write
from server.delivery import Delivery
from server.dispatch_table import HANDLERS
from server.handler_context import HandlerContext
from server.live_stream import LiveStream
from server.outbox import Outbox
from server.people import Device, Person
from server.post_intake import StagingRoom
from server.presence import PresenceBoard
from server.ranges import Ranges
from server.rates import Rates, source_of
from server.resets import Resets
from server.room import Room
from server.room_directory import RoomDirectory
from server.room_log import LogError, RoomLog
from server.server_config import ServerConfig
from server.session_keeper import SessionKeeper
from server.timers import Timers

_HANDSHAKES: Final = (DatagramType.HELLO, DatagramType.M1, DatagramType.M3)
#: While the disk has a batch, changes of the list of rooms wait this long for it.
_FLUSH_AGAIN_S: Final = 0.005
#: A disk that cannot be read after a batch was lost is tried again after this.
_READ_AGAIN_S: Final = 1.0
_MEMBERSHIP: Final = frozenset({EntryKind.CREATED, EntryKind.JOIN, EntryKind.LEAVE})


class ChatServer:
    """Everything the server knows; see the module for how to drive it."""

    def __init__(
        self,
        config: ServerConfig,
        private_key: bytes,
        reset_secret: bytes,
        log: RoomLog,
        random_bytes: RandomBytes,
        now: float,
        time_ms: int,
        next_key: bytes = b"",
    ) -> None:
        """``next_key`` is the public key that the server will have some day, if that is decided."""
        self.config = config
        self.fingerprint = noise.fingerprint(noise.public_key(private_key))
        #: What happened, by name.
        self.counters: Counter[str] = Counter()
        self._now = now
        self._log = log
        self._random_bytes = random_bytes
        #: A batch was lost, and memory could not be taken from the log again yet.
        self._is_stale = False
        bounds = config.limits
        self._source_of = source_of(bounds)
        self._handshakes = ServerHandshakes(
            private_key, random_bytes, _handshake_limits(config), source_of=self._source_of
        )
        self._forged = RateLimit(bounds.forged_burst, bounds.forged_per_s)
        self._timers = Timers()
        people: dict[int, Person] = {}
        devices: dict[int, Device] = {}
        listing = LiveStream(0, random_bytes(8), int.from_bytes(random_bytes(4)))
        rooms = RoomDirectory(log, listing, bounds.recent_entries)
        rooms.on_dirty = lambda: self._timers.at(self._now + config.merge_s, self._flush_listing)
        sessions = SessionKeeper(config, rooms, people, self._timers, self.counters)
        outbox = Outbox(sessions.wake)
        self._resets = Resets(reset_secret, bounds.resets_per_s, outbox, self._timers)
        ranges = Ranges(rooms, log, outbox, sessions.wake)
        delivery = Delivery(rooms, outbox, ranges, sessions.wake)
        presence = PresenceBoard(rooms, log, people, random_bytes, self._flush_people_later)
        sessions.wire(outbox, ranges, delivery, presence)
        rates = Rates(bounds, enabled=config.rate_limits)
        gate = CommitGate(
            log,
            self._publish,
            self._reload,
            bounds.writes_waiting_max,
            config.commit_distance_s,
            bytes_waiting_max=bounds.writes_waiting_bytes_max,
        )
        self.context = HandlerContext(
            config, log, rooms, people, devices, sessions, outbox, ranges, delivery, presence, gate,
            rates,
            StagingRoom(bounds.staged_bytes_total_max),
            reset_secret, self.counters, next_key,
        )  # fmt: skip
        remembered = log.remembered_sessions()
        sessions.forget_remembered(remembered)
        self._resets.tell(remembered, now)
        if not len(rooms):
            gate.write_soon(Write(self._create_first_room, lambda error: None))

    @property
    def people_online(self) -> int:
        """How many people are here, or were a moment ago; any thread may ask."""
        return len(self.context.people)

    # --- the verbs -------------------------------------------------------------------------
    def receive(self, datagram: bytes, address: Address, now: float) -> None:
        """One datagram from the network, whatever it is."""
        self._now = now
        kind = datagram[0] if datagram else 0
        if kind == DatagramType.DATA:
            self._receive_data(datagram, address)
        elif kind in _HANDSHAKES:
            self._receive_handshake(datagram, address)
        else:
            self.counters["dropped"] += 1

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self._now = now
        self._handshakes.expire(now)
        self._timers.run(now)

    def next_timer(self) -> float | None:
        """When ``handle_timer`` or ``write`` has something to do; None while nothing is planned."""
        soonest = self._next_due()
        gate = self.context.gate
        if self._log.busy:
            # What has the log may go on as long as nobody else wants it: so be there to want it.
            batch_at = gate.next_batch_at
            if batch_at is not None and batch_at > self._now:
                return batch_at if soonest is None else min(soonest, batch_at)
            return soonest
        if gate.reads_waiting or self.context.ranges.wants_to_read:
            return float("-inf")
        write_at = None if self._is_stale else gate.next_batch_at
        if write_at is not None and (soonest is None or write_at < soonest):
            return write_at
        return soonest

    def late_s(self, now: float) -> float:
        """For how long ``handle_timer`` has had something to do; less than 0: it has nothing."""
        due = self._next_due()
        return -1.0 if due is None else now - due

    def _next_due(self) -> float | None:
        soonest = self._timers.next
        handshake_at = self._handshakes.next_timer()
        if handshake_at is not None and (soonest is None or handshake_at < soonest):
            return handshake_at
        return soonest

    def write(self, now: float, time_ms: int) -> None:
        """The end of a tick: if the log is free, read what is asked for and write what waits.

        ``time_ms`` is the wall clock, milliseconds since 1970: it dates entries, nothing else.
        """
        self._now = now
        if self._log.busy:
            return
        gate = self.context.gate
        try:
            gate.run_reads()
            self.context.ranges.read(now)
        except LogError:
            # Whoever asked asks again; what has been read and verified is still served.
            self.counters["reads_failed"] += 1
        if self._is_stale:
            return
        sessions = self.context.sessions
        batch_at = gate.next_batch_at
        if (batch_at is not None and batch_at <= now) or sessions.is_save_due(now):
            sessions.save(self._log)
            gate.run_writes(now, time_ms)

    @property
    def wants_to_write(self) -> bool:
        """``write`` has something to do as soon as the log is free."""
        gate = self.context.gate
        batch_at = gate.next_batch_at
        due = batch_at is not None and batch_at <= self._now and not self._is_stale
        return due or gate.reads_waiting or self.context.ranges.wants_to_read

    @property
    def narrow_paths(self) -> Collection[Address]:
        """Addresses to which a full datagram only comes in fragments."""
        return self.context.narrow_paths

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        """Everything to be sent now, in order."""
        return self.context.outbox.take(self._now)

    def stop(self, now: float) -> None:
        """Tell every session that the server stops."""
        self._now = now
        for client in self.context.sessions.table:
            self.context.outbox.answer(client, Close(CloseReason.SERVER_STOPS))

    def statistics(self) -> dict[str, int]:
        """Counters and sizes, for the log and for tests."""
        return {
            **self.counters,
            "sessions": len(self.context.sessions.table),
            "people": len(self.context.people),
            "rooms": len(self.context.rooms),
            "half_open": self._handshakes.half_open_count,
            "handshakes_computed": self._handshakes.counters.computed,
            "handshakes_dropped": self._handshakes.counters.dropped,
        }

    # --- datagrams -------------------------------------------------------------------------
    def _receive_data(self, datagram: bytes, address: Address) -> None:
        sessions = self.context.sessions
        if len(datagram) < DATA_HEADER.size:
            self._receive_unknown(receiver_index(datagram), len(datagram), address)
            return
        _, index, counter = DATA_HEADER.unpack_from(datagram)
        client = sessions.table.find(index)
        if client is None:
            self._receive_unknown(index, len(datagram), address)
            return
        address_before = client.session.address
        if self._now < client.wary_until and address != address_before:
            self.counters["dropped"] += 1
            return
        try:
            frames = client.session.receive(datagram, address, self._now)
        except RemoteProtocolError:
            self.counters["broke_the_rules"] += 1
            sessions.close(client, CloseReason.BROKE_THE_RULES, self._now)
            return
        if client.session.channel.exhausted:
            # With used-up keys nothing can be said, not even goodbye: it learns by a reset.
            self.counters["keys_used_up"] += 1
            sessions.forget(client, self._now)
            return
        if frames is None:
            self.counters["dropped"] += 1
            self._beware(client, address)
            return
        client.counter = counter if index == client.session.channel.local_index else -1
        for frame in frames:
            row = HANDLERS.get(type(frame))
            if row is None or client.closed or (row.signed_in and client.person is None):
                continue
            row.handler(self.context, client, frame, self._now)
        if client.closed:
            return
        if client.session.address != address_before:
            sessions.remember(client, self._now)
        # Any datagram may have carried a report, so the window may be open again.
        self.context.delivery.on_report(client, self._now)
        due = client.session.next_timer()
        if due is not None:
            sessions.wake(client, due, self._now)

    def _beware(self, client: ClientSession, address: Address) -> None:
        """What did not open has cost as much as what does. Whoever sends much of it, from where
        the session is not, is not listened to for a while; the session goes on."""
        if address == client.session.address:
            return
        if not self._forged.missing_s(client, self._now):
            self._forged.take(client, self._now)
        client.wary_until = self._now + self._forged.missing_s(client, self._now)

    def _receive_unknown(self, index: int | None, size: int, address: Address) -> None:
        """Data for a session nobody knows: of a server that restarted, or a stranger's."""
        self.counters["unknown_index"] += 1
        if index is not None and not self._handshakes.is_half_open(index):
            self._resets.answer(index, size, address, self._now)

    def _receive_handshake(self, datagram: bytes, address: Address) -> None:
        outcome = self._handshakes.receive(datagram, address, self._now)
        if isinstance(outcome, ClientEstablished):
            self._begin_session(outcome)
        elif outcome is not None:
            self.context.outbox.queue(outcome.datagram, address)

    def _begin_session(self, established: ClientEstablished) -> None:
        """A client proved its key: new keys for a session that says so, else a new session."""
        sessions, bounds = self.context.sessions, self.config.limits
        continued = sessions.table.find(int.from_bytes(established.payload[:8]))
        if continued is not None and continued.key == established.client_key:
            sessions.table.adopt(continued, established.channel, self._now)
            continued.begun_at = established.begun_at
            continued.begin_counters_anew()
            sessions.remember(continued, self._now)
            sessions.wake(continued, self._now + limits.OLD_KEYS_KEPT_S, self._now)
            return
        source = self._source_of(established.address)
        crowded = sessions.table.unproven(source) >= bounds.new_sessions_per_source_max
        if len(sessions.table) >= bounds.sessions_max and (stranger := sessions.table.stranger):
            # A full table must not be a wall of people who never say who they are.
            self.counters["strangers_replaced"] += 1
            sessions.close(stranger, CloseReason.NEVER_SIGNED_IN, self._now)
        if len(sessions.table) >= bounds.sessions_max or (self.config.rate_limits and crowded):
            self.counters["sessions_refused"] += 1
            return
        session = Session(established.channel, established.address, self._now, self._random_bytes)
        client = ClientSession(session, established.client_key, source, self._now)
        client.begun_at = established.begun_at
        sessions.table.add(client)
        sessions.wake(client, self._now + bounds.sign_in_timeout_s, self._now)
        self.counters["sessions_opened"] += 1

    # --- what the commit gate calls ----------------------------------------------------------
    def _publish(self, room: Room) -> None:
        """Entries of the room are durable: push them."""
        came_or_went = [entry.author for entry in room.fresh if entry.kind in _MEMBERSHIP]
        self.context.delivery.push(room.followers, room.publish(), self._now)
        for author in came_or_went:
            person = self.context.people.get(author)
            if person is not None:
                self.context.presence.person_changed(person, (room.room,))

    def _reload(self) -> None:
        """A batch was lost: memory is what the log says, again."""
        self.counters["batches_lost"] += 1
        self.context.sessions.save_again(self._now)
        self._is_stale = True
        self._read_again(self._now)

    def _read_again(self, now: float) -> None:
        """Until the disk can be read, nothing is written and no change is told; what was
        committed, and what memory holds of it, is served on."""
        if self._log.busy:
            self._timers.at(now + _FLUSH_AGAIN_S, self._read_again)
            return
        try:
            rooms_of = {person: set(self._log.rooms_of(person)) for person in self.context.people}
            self.context.rooms.reload()
        except LogError:
            self.counters["reloads_failed"] += 1
            self._timers.at(now + _READ_AGAIN_S, self._read_again)
            return
        for person, rooms in rooms_of.items():
            self.context.people[person].rooms = rooms
        self._is_stale = False

    # --- merged changes --------------------------------------------------------------------
    def _flush_listing(self, now: float) -> None:
        if self._log.busy or self._is_stale:  # what is not committed is not to be told
            self._timers.at(now + _FLUSH_AGAIN_S, self._flush_listing)
            return
        rooms = self.context.rooms
        self.context.delivery.push(rooms.followers, rooms.listing.flush(), now)

    def _flush_people_later(self, room: Room) -> None:
        large = room.member_count > self.config.merge_large_members
        delay_s = self.config.merge_large_s if large else self.config.merge_s

        def flush(now: float) -> None:
            if room.people is not None:
                self.context.delivery.push(room.people_followers, room.people.flush(), now)

        self._timers.at(self._now + delay_s, flush)

    # --- starting --------------------------------------------------------------------------
    def _create_first_room(self, time_ms: int) -> After:
        name = self.config.first_room
        self.context.rooms.add(self._log.create_room(name, canonical_name(name) or name, 0))

        def after() -> None:
            # Nobody follows the list yet, and whoever comes first is to find the room in it.
            self.context.rooms.listing.flush()

        return after


def _handshake_limits(config: ServerConfig) -> HandshakeLimits:
    given = config.handshakes
    if config.rate_limits:
        return given
    return HandshakeLimits(
        half_open_max=given.half_open_max,
        half_open_per_source_max=given.half_open_max,
        half_open_ttl_s=given.half_open_ttl_s,
        rate_per_source=None,
        rate_total=None,
    )
