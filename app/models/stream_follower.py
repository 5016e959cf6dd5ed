"""Follows streams: the rooms' logs, the list of rooms, who is in the open room.

What it holds are numbers and names; entries pass through it once, as events. Subscriptions and
questions are repeated until answered, holes are asked for, and every new session begins by
saying again what is followed, and from where.
"""

from __future__ import annotations

from collections.abc import Callable
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
    RoomFollowed,
    RoomReplaced,
)
from app.models.live_replica import LiveReplica
from app.models.person_names import PersonNames, asked_together
from app.models.presence_teller import PresenceTeller
from app.models.records import Member, RoomEntry
from app.models.requests import Requests
from app.models.room_listing import RoomListing
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
    Push,
    Range,
    RoomItem,
    Subscribed,
    SubscribeRefused,
    Unsubscribe,
)
from protocol.sequence_set import SequenceSet

#: What a ``Subscribe`` has room for.
_QUESTIONS: Final = 256


class StreamFollower:
    """The replicas of one client."""

    def __init__(self, link: ServerLink, restored: Restored, emit: Callable[[Event], None]) -> None:
        self._link = link
        self._emit = emit
        self._requests = Requests()
        self.presence = PresenceTeller()
        #: By stream the number of our newest subscription, around at 256: a late answer to an
        #: older one says nothing of what we asked since, or gave up.
        self._questions: dict[int, int] = {}
        #: Frames that leave once, as soon as the window has room for them.
        self._unsent: list[Frame] = []
        self.names: Final = PersonNames(
            restored.names, restored.names_version, self._requests, emit
        )
        self.listing: Final = RoomListing(emit)
        self._people: LiveReplica | None = None
        self._rooms: dict[int, RoomReplica] = {}
        #: Entries of rooms that came late, mostly on request, as their pushes were lost.
        self.repaired = 0
        for room in restored.rooms:
            self.listing.note_stream(room.room, room.stream_id)
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
        self.listing.stream.subscribed = False
        self._subscribe(self.listing.stream, now)
        # Rooms that are followed without being a member stay followed.
        followed = {room for room, replica in self._rooms.items() if replica.followed}
        for room in rooms | followed:
            self.follow(room, now)
        if self._people is not None:
            self._people.subscribed = False
            self._subscribe(self._people, now)
        self.names.on_signed_in(names_version, now)

    def _subscribe(self, replica: RoomReplica | LiveReplica, now: float) -> None:
        ref = replica.numbers.ref
        self._requests.ask(("subscribe", ref), replica.subscribe(self._next_question(ref)), now)

    def _next_question(self, ref: int) -> int:
        number = (self._questions.get(ref, -1) + 1) % _QUESTIONS
        self._questions[ref] = number
        return number

    def next_timer(self) -> float | None:
        """When ``send_due`` has something to send: nothing on new keys before the server has
        said where it stands, for it may be another than the questions are about."""
        if not self._link.is_welcome:
            return None
        if self._unsent:
            return 0.0
        times = [replica.numbers.next_timer() for replica in self._subscribed()]
        times += [self._requests.next_timer(), self.presence.next_timer()]
        return min((t for t in times if t is not None), default=None)

    def send_due(self, now: float) -> None:
        """Questions that are due, and ranges that are missing, as far as the window goes."""
        session = self._link.traffic.session
        if session is not None:
            self.presence.look(session.flow, now)
        due_at = self.next_timer()
        if due_at is not None and now >= due_at and self._link.traffic.may_send(now):
            presence = self.presence.due(now)
            said: list[Frame] = [presence] if presence else []
            frames = self._unsent + asked_together(self._due(now))
            unsent = self._link.traffic.send_packed(said + frames, now)
            self._unsent = [frame for frame in unsent if frame is not presence]
            if said and session and len(self._unsent) == len(unsent):
                self.presence.on_sent(session.flow, now)

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
        replicas: list[RoomReplica | LiveReplica] = [self.listing.stream, *self._rooms.values()]
        if self._people is not None:
            replicas.append(self._people)
        return [replica for replica in replicas if replica.subscribed]

    def _replica(self, ref: int) -> RoomReplica | LiveReplica | None:
        if ref == streams.ROOMS:
            return self.listing.stream
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
        self.names.ask((entry.author for entry in fresh), now)
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
        if replica is self.listing.stream:
            if fresh:
                self.listing.begin_anew()
            self.listing.tell_if_complete()
        elif fresh:
            self._emit(PeopleChanged(streams.room_of(frame.ref), (), fresh=True))

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
            self.names.doubt(now)
        replica.incarnation = frame.incarnation
        replica.subscribed = True
        numbers = replica.numbers
        if replica.since > frame.head:
            replica.since = 0  # a number of a history that the server has no more
        if not numbers.held:
            wanted = replica.since or frame.head - replica.backlog + 1
            numbers.base = max(frame.first, wanted, 1)
        numbers.head = max(frame.head, min(replica.early_head, limits.NUMBER_MAX))
        numbers.restart(now)
        replica.live_from = numbers.head
        replica.head_visible = frame.visible
        self.listing.note_stream(room, frame.stream_id)
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
            self.names.doubt(now)
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
                    self.listing.take(item)
                case PersonItem():
                    self.names.learn(item.person, item.name)
                case MemberItem():
                    members.append(Member(item.person, item.name, item.presence, item.status))
                    self.names.learn(item.person, item.name)
                case HeldItem():
                    steps = tuple((number, person) for number, person in item.steps)
                    self._emit(HeldChanged(room, steps))
        if members:
            self._emit(PeopleChanged(room, tuple(members)))
        if replica is self.listing.stream:
            self.listing.tell_if_complete()

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
        room = self.listing.number(stream_id, name)
        is_there = room is not None and (self.listing.shows(room) or self.is_followed(room))
        return room if is_there else None
