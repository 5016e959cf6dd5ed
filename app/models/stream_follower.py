"""Follows streams: the rooms' logs, the list of rooms, who is in the open room, people's names.

What it holds are numbers and names; entries pass through it once, as events. Subscriptions and
questions are repeated until answered, holes are asked for, and every new session begins by
saying again what is followed, and from where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from app.models import commands
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    Event,
    HeadMoved,
    HeldChanged,
    HistoryForked,
    PeopleChanged,
    PersonNamed,
    RoomFollowed,
    RoomListed,
    RoomReplaced,
    RoomsComplete,
)
from app.models.live_replica import LiveReplica
from app.models.records import Member, RoomEntry
from app.models.requests import Requests
from app.models.room_index import RoomIndex
from app.models.room_replica import RoomReplica
from app.models.server_link import ServerLink
from app.models.store_answers import Restored
from protocol import limits, streams
from protocol.frames import (
    Changes,
    Frame,
    Heads,
    HeldItem,
    MemberItem,
    PersonItem,
    Persons,
    Push,
    Range,
    RoomItem,
    Subscribed,
    SubscribeRefused,
    Unsubscribe,
    Who,
)
from protocol.sequence_set import SequenceSet
from protocol.text_rules import canonical_name

#: What a ``Subscribe`` has room for.
_QUESTIONS: Final = 256


class StreamFollower:
    """The replicas of one client."""

    def __init__(self, link: ServerLink, restored: Restored, emit: Callable[[Event], None]) -> None:
        self._link = link
        self._emit = emit
        self._requests = Requests()
        #: By stream the number of our newest subscription, around at 256: a late answer to an
        #: older one says nothing of what we asked since, or gave up.
        self._questions: dict[int, int] = {}
        #: Frames that leave once, as soon as the window has room for them.
        self._unsent: list[Frame] = []
        self._listing = LiveReplica(streams.ROOMS)
        self._people: LiveReplica | None = None
        self._rooms: dict[int, RoomReplica] = {}
        # What was written for a room of before must not go to the one that took its number, so
        # a room has one stream and one name.
        self._by_stream = RoomIndex[bytes]()
        self._by_name = RoomIndex[str]()
        #: Rooms that the list, as this server now has it, shows. What a store remembers may be
        #: another room's number since, if the server came back from a backup.
        self._listed: set[int] = set()
        self._names = dict(restored.names)
        self._names_version = restored.names_version
        #: Whose names were asked for and are not known: the next session asks again.
        self._unnamed: set[int] = set()
        self._told_complete = False
        #: Entries of rooms that came late, mostly on request, as their pushes were lost.
        self.repaired = 0
        for room in restored.rooms:
            self._by_stream.put(room.stream_id, room.room)
            self._rooms[room.room] = RoomReplica(
                room.room,
                room.stream_id,
                room.incarnation,
                room.base,
                SequenceSet(room.held),
                room.checkpoints,
            )

    # --- the session -----------------------------------------------------------------------
    def on_signed_in(self, rooms: set[int], names_version: int, now: float) -> None:
        """A session begins: follow the list of rooms, these rooms, and what was followed."""
        self._requests.clear()
        self._unsent.clear()
        self._listing.subscribed = False
        self._subscribe(self._listing, now)
        # Rooms that are followed without being a member stay followed.
        followed = {room for room, replica in self._rooms.items() if replica.followed}
        for room in rooms | followed:
            self.follow(room, now)
        if self._people is not None:
            self._people.subscribed = False
            self._subscribe(self._people, now)
        if names_version != self._names_version:
            self._names_version = names_version
            self._doubt_names(now)
        else:
            self.ask_names(self._unnamed, now)

    def _subscribe(self, replica: RoomReplica | LiveReplica, now: float) -> None:
        ref = replica.numbers.ref
        self._requests.ask(("subscribe", ref), replica.subscribe(self._next_question(ref)), now)

    def _next_question(self, ref: int) -> int:
        number = (self._questions.get(ref, -1) + 1) % _QUESTIONS
        self._questions[ref] = number
        return number

    def _doubt_names(self, now: float) -> None:
        """The server's history is another one: whose number it was may be somebody else."""
        self._unnamed |= self._names.keys()
        self._names.clear()
        self.ask_names(self._unnamed, now)

    def next_timer(self) -> float | None:
        """When ``send_due`` has something to send: nothing on new keys before the server has
        said where it stands, for it may be another than the questions are about."""
        if not self._link.is_welcome:
            return None
        if self._unsent:
            return 0.0
        times = [replica.numbers.next_timer() for replica in self._subscribed()]
        times.append(self._requests.next_timer())
        return min((t for t in times if t is not None), default=None)

    def send_due(self, now: float) -> None:
        """Questions that are due, and ranges that are missing, as far as the window goes."""
        due_at = self.next_timer()
        if due_at is not None and now >= due_at and self._link.traffic.may_send(now):
            frames = self._unsent + _asked_together(self._due(now))
            self._unsent = self._link.traffic.send_packed(frames, now)

    def _due(self, now: float) -> list[Frame]:
        session = self._link.traffic.session
        assert session is not None
        round_trip = session.flow.round_trip
        frames = self._requests.due(now, round_trip)
        timeout_s = round_trip.timeout_s()
        for replica in self._subscribed():
            frames += [
                Range(replica.numbers.ref, first, last)
                for first, last in replica.numbers.requests_due(now, timeout_s)
            ]
        return frames

    def tell(self, frame: Frame) -> None:
        """Send this once, in this session."""
        self._unsent.append(frame)

    def _subscribed(self) -> list[RoomReplica | LiveReplica]:
        replicas: list[RoomReplica | LiveReplica] = [self._listing, *self._rooms.values()]
        if self._people is not None:
            replicas.append(self._people)
        return [replica for replica in replicas if replica.subscribed]

    def _replica(self, ref: int) -> RoomReplica | LiveReplica | None:
        if ref == streams.ROOMS:
            return self._listing
        if streams.is_log(ref):
            return self._rooms.get(streams.room_of(ref))
        return self._people if self._people and self._people.ref == ref else None

    # --- what the server says ------------------------------------------------------------------
    def on_push(self, frame: Push, now: float) -> list[RoomEntry]:
        """Entries of a log; returns those that are new."""
        room = streams.room_of(frame.ref)
        replica = self._rooms.get(room)
        if replica is None or not streams.is_log(frame.ref):
            return []
        if not replica.subscribed:
            replica.early_head = max(replica.early_head, frame.first + len(frame.entries) - 1)
            return []
        fresh: list[RoomEntry] = []
        head = replica.numbers.head
        for entries, chain in replica.take(frame, now):
            # What there was when we came is history; what we knew to be missing was lost.
            if replica.live_from < entries[-1].number <= head:
                self.repaired += len(entries)
            replica.head_visible = max(replica.head_visible, entries[-1].visible)
            self._emit(EntriesReceived(room, entries, chain))
            fresh += entries
        self.ask_names((entry.author for entry in fresh), now)
        self._report(replica, now)
        return fresh

    def _report(self, replica: RoomReplica, now: float) -> None:
        if self._link.traffic.session is not None:
            numbers = replica.numbers
            self._link.traffic.session.note_complete(numbers.ref, numbers.complete_to, now)

    def on_heads(self, frame: Heads, now: float) -> None:
        """Newest numbers: they show what a lost push would have brought."""
        for ref, head, visible in frame.heads:
            replica = self._replica(ref)
            if replica is None:
                continue
            if not replica.subscribed:
                replica.early_head = max(replica.early_head, head)
                continue
            replica.numbers.note_head(head, now)
            if isinstance(replica, RoomReplica):
                if visible > replica.head_visible:
                    replica.head_visible = visible
                    self._emit(HeadMoved(replica.room, head, visible))
                self._report(replica, now)

    def on_subscribed(self, frame: Subscribed, now: float) -> None:
        """The server answered a subscription: the stream as it stands."""
        if frame.question != self._questions.get(frame.ref):
            return  # it was asked twice before we asked something else
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
        if replica is self._listing and fresh:
            self._listed.clear()
            self._told_complete = False
            self._by_name = RoomIndex()
        if replica is self._people and fresh:
            room = streams.room_of(frame.ref)
            self._emit(PeopleChanged(room, (), fresh=True))
        if replica is self._listing:
            self._check_rooms_complete()

    def _on_room_subscribed(self, frame: Subscribed, now: float) -> None:
        room = streams.room_of(frame.ref)
        replica = self._rooms.get(room)
        if replica is None:
            return
        if replica.stream_id != frame.stream_id:
            replica = self._begin_anew(replica, frame.stream_id, now)
        elif replica.parting or frame.agreed_to < replica.newest_named:
            # Their history is not ours. Where do the two part?
            question = replica.find_fork(frame.agreed_to, self._next_question(frame.ref))
            if question is not None:
                self._requests.ask(("subscribe", frame.ref), question, now)
                return
            replica.cut_above(replica.agreed_to)
            self._emit(HistoryForked(room, replica.agreed_to))
            self._doubt_names(now)
        replica.incarnation = frame.incarnation
        replica.subscribed = True
        numbers = replica.numbers
        if not numbers.held:
            wanted = replica.since or frame.head - replica.backlog + 1
            numbers.base = max(frame.first, wanted, 1)
        numbers.head = max(frame.head, min(replica.early_head, limits.NUMBER_MAX))
        numbers.restart(now)
        replica.live_from = numbers.head
        replica.head_visible = frame.visible
        self._by_stream.put(frame.stream_id, room)
        self._emit(
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
        self._report(replica, now)

    def _begin_anew(self, old: RoomReplica, stream_id: bytes, now: float) -> RoomReplica:
        """The number belongs to another room now: the server has another history."""
        replica = RoomReplica(old.room, stream_id)
        replica.backlog = old.backlog
        if old.stream_id:
            self._emit(RoomReplaced(old.room))
            self._doubt_names(now)
        else:  # else the number from which it was wished is one of the other history
            replica.since = old.since
        replica.followed, replica.early_head = old.followed, old.early_head
        self._rooms[old.room] = replica
        return replica

    def on_subscribe_refused(self, frame: SubscribeRefused) -> None:
        """There is no such stream."""
        if frame.question != self._questions.get(frame.ref):
            return
        self._requests.answered(("subscribe", frame.ref))
        replica = self._replica(frame.ref)
        if isinstance(replica, RoomReplica):
            replica.followed = False

    def on_changes(self, frame: Changes, now: float) -> None:
        """Changes of a short-lived stream. Raises ``RemoteProtocolError`` for nonsense."""
        replica = self._replica(frame.ref)
        if not isinstance(replica, LiveReplica):
            return
        room = streams.room_of(frame.ref)
        members = []
        for item in replica.take(frame, now):
            match item:
                case RoomItem():
                    self._listed.add(item.room)
                    self._by_stream.put(item.stream_id, item.room)
                    self._by_name.put(_folded(item.name), item.room)
                    self._emit(
                        RoomListed(item.room, item.stream_id, item.name, item.topic, item.people)
                    )
                case PersonItem():
                    self._name(item.person, item.name)
                case MemberItem():
                    members.append(Member(item.person, item.name, item.presence, item.status))
                    self._name(item.person, item.name)
                case HeldItem():
                    steps = tuple((number, person) for number, person in item.steps)
                    self._emit(HeldChanged(room, steps))
        if members:
            self._emit(PeopleChanged(room, tuple(members)))
        if replica is self._listing:
            self._check_rooms_complete()

    def _check_rooms_complete(self) -> None:
        if self._listing.complete and not self._told_complete:
            self._told_complete = True
            self._emit(RoomsComplete(frozenset(self._listed)))

    @property
    def rooms_complete(self) -> bool:
        """The list of rooms is here: what is not in it does not exist."""
        return self._listing.complete

    # --- names -----------------------------------------------------------------------------
    def ask_names(self, people: Iterable[int], now: float) -> None:
        """Find out who these are, as far as that is not known."""
        for person in set(people) - self._names.keys() - {0}:
            self._unnamed.add(person)
            if ("who", person) not in self._requests:
                self._requests.ask(("who", person), Who([person]), now)

    def on_persons(self, frame: Persons) -> None:
        """Names of people we asked for."""
        for person, name in frame.people:
            self._requests.answered(("who", person))
            if name:
                self._name(person, name)
            else:  # the server knows nobody of this number: its folder is from before
                self._unnamed.discard(person)

    def _name(self, person: int, name: str) -> None:
        self._unnamed.discard(person)
        if self._names.get(person) != name:
            self._names[person] = name
            self._emit(PersonNamed(person, name))

    # --- what people want ------------------------------------------------------------------
    def follow(self, room: int, now: float, *, since: int = 0) -> None:
        """Follow a room's log from where we are; of one never seen, everything from ``since``,
        or the usual part of its past."""
        replica = self._rooms.get(room)
        if replica is None:
            replica = self._rooms[room] = RoomReplica(room)
            replica.since = since
        replica.followed, replica.subscribed = True, False
        self._subscribe(replica, now)

    def want(self, command: commands.FollowRoom, now: float) -> None:
        """Follow a room, joined or not, with so much of its past."""
        replica = self._rooms.get(command.room)
        if replica is None or not replica.subscribed:
            self._rooms.setdefault(command.room, RoomReplica(command.room))
            replica = self._rooms[command.room]
            replica.backlog, replica.since = command.backlog, command.since
            replica.followed = True  # by the next session, if there is none now
            if self._link.online:
                self.follow(command.room, now)
            return
        wanted = command.since or replica.numbers.head - command.backlog + 1
        self.fetch_older(command.room, wanted, now)

    def unfollow(self, room: int) -> None:
        """No more of this room."""
        replica = self._rooms.get(room)
        if replica is not None:
            replica.followed = replica.subscribed = False
        self._requests.answered(("subscribe", streams.log_of(room)))
        if self._link.online:
            self.tell(Unsubscribe(streams.log_of(room)))

    def is_followed(self, room: int) -> bool:
        """Whether the room's entries are pushed to us."""
        replica = self._rooms.get(room)
        return replica is not None and replica.subscribed

    def fetch_older(self, room: int, base: int, now: float) -> None:
        """Hold the room's entries from ``base`` on."""
        replica = self._rooms.get(room)
        if replica is not None and base < replica.numbers.base:
            replica.numbers.want_from(max(1, base), now)
            self._emit(BaseMoved(room, replica.numbers.base))

    def watch_people(self, room: int, now: float) -> None:
        """Follow who is in this room, and in no other; 0 for none."""
        before = self._people
        if before is not None and before.ref == streams.people_of(room):
            return
        if before is not None:
            if self._link.online:  # answered or not: the question may have arrived
                self.tell(Unsubscribe(before.ref))
            self._requests.answered(("subscribe", before.ref))
        self._people = LiveReplica(streams.people_of(room)) if room else None
        if self._people is not None and self._link.online:
            self._subscribe(self._people, now)

    def room_number(self, stream_id: bytes, name: str) -> int | None:
        """The room with this stream, or else with this name, once the server has shown it."""
        room = self._by_stream.get(stream_id) if stream_id else None
        if room is None:
            room = self._by_name.get(_folded(name))
        if room is None:
            return None
        is_shown = self._listing.subscribed and room in self._listed
        return room if is_shown or self.is_followed(room) else None

    def note_name(self, room: int, name: str) -> None:
        """A room we created ourselves, before the list tells of it."""
        self._listed.add(room)
        self._by_name.put(_folded(name), room)


def _folded(name: str) -> str:
    """The form under which the server knows a room's name."""
    return canonical_name(name) or name.casefold()


def _asked_together(frames: list[Frame]) -> list[Frame]:
    """The same questions, those about names in as few frames as hold them."""
    people = [person for frame in frames if isinstance(frame, Who) for person in frame.people]
    most = limits.PEOPLE_ASKED_MAX
    together = [Who(people[start : start + most]) for start in range(0, len(people), most)]
    return [frame for frame in frames if not isinstance(frame, Who)] + list[Frame](together)
