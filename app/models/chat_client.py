"""The client's core: commands and datagrams in; datagrams and events out.

It does no I/O and keeps no message: entries go out as events, once each, to whoever stores and
shows them. What it keeps is numbers: which entries are held, which posts wait for their answer,
what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.models import commands
from app.models.commands import NetworkCommand, RenumberPosts
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    Event,
    HeadMoved,
    HeldChanged,
    HistoryForked,
    Member,
    MembershipChanged,
    OutboxPost,
    PeopleChanged,
    PersonNamed,
    PostAccepted,
    PostDelayed,
    PostRefused,
    PostsRenumbered,
    Restored,
    RoomEntry,
    RoomFollowed,
    RoomListed,
    RoomsComplete,
    SignedIn,
)
from app.models.live_replica import LiveReplica
from app.models.post_sender import PostSender
from app.models.requests import Requests
from app.models.room_replica import RoomReplica
from app.models.server_link import Pin, ServerLink
from protocol import limits, streams
from protocol.errors import Refusal, RemoteProtocolError
from protocol.frames import (
    AnyFrame,
    Changes,
    EntryFlag,
    EntryKind,
    Frame,
    Heads,
    HeldItem,
    MemberItem,
    PersonItem,
    Persons,
    Presence,
    Push,
    Range,
    Receipt,
    Refused,
    RoomItem,
    SetPresence,
    SlowDown,
    Subscribed,
    SubscribeRefused,
    Unsubscribe,
    Who,
    encode_frame,
)
from protocol.sequence_set import SequenceSet

#: What the core says: events for the models and the store, and one wish for the store alone.
Output = Event | RenumberPosts
#: While an earlier post may still create the room of a later one, the later one waits.
_WAIT_FOR_ROOM_S = 0.2


class ChatClient:
    """One person at one server."""

    def __init__(
        self,
        private_key: bytes,
        name: str,
        restored: Restored,
        random_bytes: Callable[[int], bytes],
        *,
        fingerprint: str | None = None,
    ) -> None:
        self._outputs: list[Output] = []
        pin = Pin(restored.server_key, fingerprint or restored.fingerprint or None)
        self.link = ServerLink(private_key, name, pin, random_bytes, self._on_link_event)
        self._requests = Requests()
        self._posts = PostSender()
        self._listing = LiveReplica(streams.ROOMS)
        self._people: LiveReplica | None = None
        self._rooms: dict[int, RoomReplica] = {}
        self._by_stream: dict[bytes, int] = {}
        self._by_name: dict[str, int] = {}
        self._names = dict(restored.names)
        self._names_version = restored.names_version
        self._joined: set[int] = set()
        self._device = 0
        #: The greatest number the server has answered for, as far as we know.
        self._last_client_seq = 0
        #: The same when this session began: posts up to it may be older than our outbox.
        self._last_before = 0
        self._rooms_complete = False
        #: Posts wait until the store has written their new numbers.
        self._renumbering = False
        self._away = False
        for room in restored.rooms:
            self._by_stream[room.stream_id] = room.room
            if room.joined:
                self._joined.add(room.room)
            self._rooms[room.room] = RoomReplica(
                room.room,
                room.stream_id,
                room.incarnation,
                room.base,
                SequenceSet(room.held),
                room.checkpoints,
            )
        for post in restored.outbox:
            if not post.refused:
                self._posts.add(post)

    # --- the verbs -------------------------------------------------------------------------
    def start(self, now: float) -> None:
        """Connect."""
        self.link.connect(now)

    def receive(self, datagram: bytes, now: float) -> None:
        """A datagram from the server."""
        for frame in self.link.receive(datagram, now):
            try:
                self._on_frame(frame, now)
            except RemoteProtocolError:
                continue  # one item of a frame was nonsense: the rest of the session is fine
        self._send_due(now)

    def command(self, command: NetworkCommand | PostsRenumbered, now: float) -> None:
        """Something the person, or the store, wants."""
        match command:
            case commands.SendPost():
                self._add_post(command.post)
            case PostsRenumbered():
                self._posts.renumber(command.numbers)
                self._renumbering = False
                self._posts.restart(now)
            case commands.FollowRoom():
                self._follow(command, now)
            case commands.FetchOlder():
                self._fetch_older(command.room, command.base, now)
            case commands.WatchPeople():
                self._watch_people(command.room, now)
            case commands.SetAway():
                self._away = command.away
                if self.link.online:
                    self.link.send([self._presence()], now)
            case commands.ConnectNow() | commands.PathMayHaveChanged():
                self.link.path_changed(now)
            case commands.Rename():
                self.link.sign_in_as(command.name, now)
            case commands.Stop():
                self.link.goodbye(now)
        self._send_due(now)

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self.link.handle_timer(now)
        self._send_due(now)

    def next_timer(self) -> float | None:
        """When ``handle_timer`` wants to be called; None: only if something happens."""
        times = [self.link.next_timer()]
        if self.link.online:
            times.append(self._requests.next_timer())
            if not self._renumbering:
                times.append(self._posts.next_timer())
            times += [replica.numbers.next_timer() for replica in self._subscribed()]
        return min((t for t in times if t is not None), default=None)

    def take_datagrams(self) -> list[bytes]:
        """What is to be sent to the server now, in order."""
        return self.link.take_datagrams()

    def take_outputs(self) -> list[Output]:
        """What happened since the last call, in order."""
        taken, self._outputs = self._outputs, []
        return taken

    @property
    def posts_waiting(self) -> int:
        """Posts the server has not answered for."""
        return len(self._posts)

    # --- the session -----------------------------------------------------------------------
    def _on_link_event(self, event: Event) -> None:
        self._outputs.append(event)
        if isinstance(event, SignedIn):
            self._on_signed_in(event)

    def _on_signed_in(self, event: SignedIn) -> None:
        """A session begins (or goes on with new keys): say again what we follow and post."""
        self._device = event.device
        self._requests.clear()
        now = 0.0  # due at once
        self._listing.subscribed = False
        self._requests.ask(("subscribe", streams.ROOMS), self._listing.subscribe(), now)
        for gone in self._joined - set(event.rooms):
            self._outputs.append(MembershipChanged(gone, False))
        for new in set(event.rooms) - self._joined:
            self._outputs.append(MembershipChanged(new, True))
        # Rooms that are followed without being a member stay followed.
        followed = {room for room, replica in self._rooms.items() if replica.subscribed}
        self._joined = set(event.rooms)
        for room in self._joined | followed:
            self._ask_to_follow(room, now)
        if self._people is not None:
            self._people.subscribed = False
            self._requests.ask(("subscribe", self._people.ref), self._people.subscribe(), now)
        if event.names_version != self._names_version:
            self._names_version = event.names_version
            self._names.clear()
        self._posts.restart(now)
        self._last_client_seq = self._last_before = event.last_client_seq
        self._renumber_posts()
        if self._away:
            self._requests.ask("presence", self._presence(), now)

    def _presence(self) -> SetPresence:
        return SetPresence(Presence.AWAY if self._away else Presence.ONLINE)

    def _add_post(self, post: OutboxPost) -> None:
        expected = max(self._posts.greatest, self._last_client_seq) + 1
        self._posts.add(post)
        # The store may have numbered it before it heard where the server stands.
        if post.client_seq > expected and self.link.online and not self._renumbering:
            self._renumber_posts()

    def _renumber_posts(self) -> None:
        """Posts after the server's last must follow it without a hole.

        They do, unless the data folder here, or the server's, came back from an earlier moment.
        Posts up to its last are sent as they are: the server knows whether it has them.
        """
        last = self._last_client_seq
        beyond = [p.client_seq for p in self._posts.posts() if p.client_seq > last]
        wanted = range(last + 1, last + 1 + len(beyond))
        numbers = tuple((old, new) for old, new in zip(beyond, wanted, strict=True) if old != new)
        if numbers:
            self._ask_to_renumber(numbers)

    def _ask_to_renumber(self, numbers: tuple[tuple[int, int], ...]) -> None:
        self._renumbering = True
        self._outputs.append(RenumberPosts(numbers))

    # --- frames ----------------------------------------------------------------------------
    def _on_frame(self, frame: AnyFrame, now: float) -> None:
        match frame:
            case Push():
                self._on_push(frame, now)
            case Changes():
                self._on_changes(frame, now)
            case Heads():
                self._on_heads(frame, now)
            case Subscribed():
                self._on_subscribed(frame, now)
            case SubscribeRefused():
                self._requests.answered(("subscribe", frame.ref))
            case Receipt():
                self._settle(frame.client_seq, frame.room, frame.number, now)
            case Refused():
                self._on_refused(frame, now)
            case SlowDown():
                self._posts.pause(now + frame.retry_after_ms / 1000)
                self._outputs.append(PostDelayed(frame.client_seq, frame.retry_after_ms / 1000))
            case Persons():
                self._on_persons(frame)
            case _:
                pass  # frames for servers mean nothing here

    def _on_push(self, frame: Push, now: float) -> None:
        room = streams.room_of(frame.ref)
        replica = self._rooms.get(room)
        if replica is None or not streams.is_log(frame.ref) or not replica.subscribed:
            return
        numbers = replica.numbers
        for entries, chain in replica.take(frame, now):
            replica.head_visible = max(replica.head_visible, entries[-1].visible)
            self._outputs.append(EntriesReceived(room, entries, chain))
            self._ask_names(entries, now)
            for entry in entries:
                if self._is_receipt(entry):
                    self._settle(entry.client_seq, room, entry.number, now)
        if self.link.session is not None:
            self.link.session.note_complete(frame.ref, numbers.complete_to, now)

    def _is_receipt(self, entry: RoomEntry) -> bool:
        """Whether the entry answers for a post of ours.

        Not if the server had that number before this session: in a data folder that was copied
        back, the post with this number may be another one, and only the server knows.
        """
        return (
            entry.device == self._device
            and entry.client_seq > self._last_before
            and not entry.flags & EntryFlag.CONTINUES
        )

    def _on_heads(self, frame: Heads, now: float) -> None:
        for ref, head, visible in frame.heads:
            replica = self._replica(ref)
            if replica is None or not replica.subscribed:
                continue
            replica.numbers.note_head(head, now)
            if isinstance(replica, RoomReplica):
                if visible > replica.head_visible:
                    replica.head_visible = visible
                    self._outputs.append(HeadMoved(replica.room, head, visible))
                if self.link.session is not None:
                    self.link.session.note_complete(ref, replica.numbers.complete_to, now)

    def _replica(self, ref: int) -> RoomReplica | LiveReplica | None:
        if ref == streams.ROOMS:
            return self._listing
        if streams.is_log(ref):
            return self._rooms.get(streams.room_of(ref))
        return self._people if self._people and self._people.ref == ref else None

    def _subscribed(self) -> Iterable[RoomReplica | LiveReplica]:
        replicas: list[RoomReplica | LiveReplica] = [self._listing, *self._rooms.values()]
        if self._people is not None:
            replicas.append(self._people)
        return [replica for replica in replicas if replica.subscribed]

    def _on_subscribed(self, frame: Subscribed, now: float) -> None:
        if not self._requests.answered(("subscribe", frame.ref)):
            return
        if streams.is_log(frame.ref):
            self._on_room_subscribed(frame, now)
            return
        replica = self._replica(frame.ref)
        if not isinstance(replica, LiveReplica):
            return
        fresh = replica.on_subscribed(frame.stream_id, frame.incarnation, frame.head, now)
        replica.numbers.restart(now)
        if replica is self._people and fresh:
            room = streams.room_of(frame.ref)
            self._outputs.append(PeopleChanged(room, (), fresh=True))
        if replica is self._listing:
            self._check_rooms_complete()

    def _on_room_subscribed(self, frame: Subscribed, now: float) -> None:
        room = streams.room_of(frame.ref)
        replica = self._rooms.get(room)
        if replica is None:
            return
        if replica.stream_id != frame.stream_id:
            replica = self._begin_anew(replica, frame.stream_id)
        elif replica.parting or frame.agreed_to < replica.newest_named:
            # Their history is not ours. Where do the two part?
            question = replica.find_fork(frame.agreed_to)
            if question is not None:
                self._requests.ask(("subscribe", frame.ref), question, now)
                return
            replica.cut_above(replica.agreed_to)
            self._outputs.append(HistoryForked(room, replica.agreed_to))
        replica.incarnation = frame.incarnation
        replica.subscribed = True
        numbers = replica.numbers
        if not numbers.held:
            wanted = replica.since or frame.head - replica.backlog + 1
            numbers.base = max(frame.first, wanted, 1)
        numbers.head = frame.head
        numbers.restart(now)
        replica.head_visible = frame.visible
        self._by_stream[frame.stream_id] = room
        self._outputs.append(
            RoomFollowed(
                room,
                frame.stream_id,
                frame.incarnation,
                numbers.base,
                frame.first,
                frame.head,
                frame.visible,
            )
        )
        if self.link.session is not None:
            self.link.session.note_complete(frame.ref, numbers.complete_to, now)

    def _begin_anew(self, old: RoomReplica, stream_id: bytes) -> RoomReplica:
        """The number belongs to another room now: the server has another history."""
        if old.stream_id and old.numbers.held:
            self._outputs.append(HistoryForked(old.room, 0))
        replica = RoomReplica(old.room, stream_id)
        replica.backlog, replica.since = old.backlog, old.since
        self._rooms[old.room] = replica
        return replica

    def _on_changes(self, frame: Changes, now: float) -> None:
        replica = self._replica(frame.ref)
        if not isinstance(replica, LiveReplica):
            return
        room = streams.room_of(frame.ref)
        members = []
        for item in replica.take(frame, now):
            match item:
                case RoomItem():
                    self._by_stream[item.stream_id] = item.room
                    self._by_name = {n: r for n, r in self._by_name.items() if r != item.room}
                    self._by_name[item.name.casefold()] = item.room
                    self._outputs.append(
                        RoomListed(item.room, item.stream_id, item.name, item.topic, item.people)
                    )
                case PersonItem():
                    self._name(item.person, item.name)
                case MemberItem():
                    members.append(Member(item.person, item.name, item.presence))
                    self._name(item.person, item.name)
                case HeldItem():
                    steps = tuple((number, person) for number, person in item.steps)
                    self._outputs.append(HeldChanged(room, steps))
        if members:
            self._outputs.append(PeopleChanged(room, tuple(members)))
        if replica is self._listing:
            self._check_rooms_complete()

    def _check_rooms_complete(self) -> None:
        if self._listing.complete and not self._rooms_complete:
            self._rooms_complete = True
            self._outputs.append(RoomsComplete())

    # --- names -----------------------------------------------------------------------------
    def _ask_names(self, entries: Iterable[RoomEntry], now: float) -> None:
        unknown = {entry.author for entry in entries} - self._names.keys() - {0}
        for start in range(0, len(unknown), limits.PEOPLE_ASKED_MAX):
            asked = sorted(unknown)[start : start + limits.PEOPLE_ASKED_MAX]
            asked = [person for person in asked if ("who", person) not in self._requests]
            for person in asked:
                self._requests.ask(("who", person), Who([person]), now)

    def _on_persons(self, frame: Persons) -> None:
        for person, name in frame.people:
            self._requests.answered(("who", person))
            self._name(person, name)

    def _name(self, person: int, name: str) -> None:
        if self._names.get(person) != name:
            self._names[person] = name
            self._outputs.append(PersonNamed(person, name))

    # --- rooms -----------------------------------------------------------------------------
    def _ask_to_follow(self, room: int, now: float) -> None:
        replica = self._rooms.setdefault(room, RoomReplica(room))
        replica.subscribed = False
        self._requests.ask(("subscribe", streams.log_of(room)), replica.subscribe(), now)

    def _follow(self, command: commands.FollowRoom, now: float) -> None:
        replica = self._rooms.setdefault(command.room, RoomReplica(command.room))
        replica.backlog, replica.since = command.backlog, command.since
        if not replica.subscribed:
            self._ask_to_follow(command.room, now)
            return
        wanted = command.since or replica.numbers.head - command.backlog + 1
        self._fetch_older(command.room, max(1, wanted), now)

    def _fetch_older(self, room: int, base: int, now: float) -> None:
        replica = self._rooms.get(room)
        if replica is not None and base < replica.numbers.base:
            replica.numbers.want_from(max(1, base), now)
            self._outputs.append(BaseMoved(room, replica.numbers.base))

    def _watch_people(self, room: int, now: float) -> None:
        before = self._people
        if before is not None and before.ref == streams.people_of(room):
            return
        if before is not None and before.subscribed and self.link.online:
            self.link.send([Unsubscribe(before.ref)], now)
        if before is not None:
            self._requests.answered(("subscribe", before.ref))
        self._people = LiveReplica(streams.people_of(room)) if room else None
        if self._people is not None and self.link.online:
            self._requests.ask(("subscribe", self._people.ref), self._people.subscribe(), now)

    # --- posts -----------------------------------------------------------------------------
    def _settle(self, client_seq: int, room: int, number: int, now: float) -> None:
        self._last_client_seq = max(self._last_client_seq, client_seq)
        post = self._posts.settle(client_seq)
        if post is None:
            return
        self._outputs.append(PostAccepted(client_seq, room, number))
        if post.kind == EntryKind.CREATED:
            self._by_name[post.text.casefold()] = room
        if post.kind in (EntryKind.CREATED, EntryKind.JOIN) and room not in self._joined:
            self._joined.add(room)
            self._outputs.append(MembershipChanged(room, True))
            replica = self._rooms.get(room)
            if replica is None or not replica.subscribed:
                self._ask_to_follow(room, now)
        if post.kind == EntryKind.LEAVE and room in self._joined:
            self._joined.discard(room)
            self._outputs.append(MembershipChanged(room, False))
            self._rooms[room].subscribed = False
            self._requests.answered(("subscribe", streams.log_of(room)))
            self.link.send([Unsubscribe(streams.log_of(room))], now)

    def _on_refused(self, frame: Refused, now: float) -> None:
        if frame.code == Refusal.NUMBER_REUSED:
            self._on_number_reused(frame.client_seq)
            return
        self._last_client_seq = max(self._last_client_seq, frame.client_seq)
        code = self._posts.withdrawn.pop(frame.client_seq, frame.code)
        if self._posts.settle(frame.client_seq) is not None:
            self._outputs.append(PostRefused(frame.client_seq, code))

    def _on_number_reused(self, client_seq: int) -> None:
        """Another post has this number at the server: this one, and all after it, move up."""
        if self._renumbering or client_seq not in self._posts:
            return
        waiting = [post.client_seq for post in self._posts.posts()]
        moved = [client_seq, *(seq for seq in waiting if seq > client_seq)]
        free = max(waiting) + 1
        self._ask_to_renumber(tuple((old, free + n) for n, old in enumerate(moved)))

    def _room_for(self, post: OutboxPost, now: float) -> int | None:
        """The number of the post's room; None if it has to wait, 0 if there is none."""
        if post.kind == EntryKind.CREATED:
            return 0
        room = self._by_stream.get(post.stream_id) if post.stream_id else None
        if room is None:
            room = self._by_name.get(post.room_name.casefold())
        if room is not None:
            return room
        creating = any(
            other.kind == EntryKind.CREATED and other.client_seq < post.client_seq
            for other in self._posts.posts()
        )
        if creating or not self._rooms_complete:
            self._posts.postpone(post.client_seq, now + _WAIT_FOR_ROOM_S)
            return None
        self._posts.withdrawn[post.client_seq] = Refusal.NO_SUCH_ROOM
        return 0

    def _send_posts(self, now: float) -> None:
        """Posts that are due, as many in a datagram as fit."""
        session = self.link.session
        assert session is not None
        datagram: list[bytes] = []
        inside: list[int] = []
        for post in self._posts.due(now):
            room = self._room_for(post, now)
            if room is None:
                continue
            for frame in self._posts.frames(post.client_seq, room):
                encoded = encode_frame(frame)
                if datagram and not _fits(datagram, encoded):
                    if not self._send_posts_in(datagram, inside, now):
                        return
                    datagram, inside = [], []
                datagram.append(encoded)
            inside.append(post.client_seq)
        if datagram:
            self._send_posts_in(datagram, inside, now)

    def _send_posts_in(self, datagram: list[bytes], posts: list[int], now: float) -> bool:
        """One datagram that holds (the rest of) these posts, if the window has room."""
        session = self.link.session
        assert session is not None
        if not self.link.may_send(now):
            # The report that opens the window is on its way: look again when it is here.
            self._posts.pause(now + session.flow.round_trip.smoothed_s)
            return False
        self.link.send_encoded(datagram, now)
        for client_seq in posts:
            self._posts.transmitted(client_seq, now, session.flow.round_trip)
        return True

    # --- sending ---------------------------------------------------------------------------
    def _send_due(self, now: float) -> None:
        session = self.link.session
        if session is None or not self.link.online:
            return
        round_trip = session.flow.round_trip
        for frame in self._requests.due(now, round_trip):
            self.link.send([frame], now)
        if "presence" in self._requests:
            self._requests.answered("presence")
        for replica in self._subscribed():
            ranges: list[Frame] = [
                Range(replica.numbers.ref, first, last)
                for first, last in replica.numbers.requests_due(now, round_trip.timeout_s())
            ]
            for start in range(0, len(ranges), 32):
                self.link.send(ranges[start : start + 32], now)
        if not self._renumbering:
            self._send_posts(now)


def _fits(datagram: list[bytes], encoded: bytes) -> bool:
    size = sum(map(len, datagram)) + len(encoded)
    return size < limits.PLAINTEXT_BYTES_MAX - 3 and len(datagram) < limits.FRAMES_MAX
