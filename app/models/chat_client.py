"""The client's core: commands and datagrams in; datagrams and events out.

It does no I/O and keeps no message: entries go out as events, once each, to whoever stores and
shows them. The link gets us to the server, the follower gets what is there, the post office
brings what is said here; this file lets each of them know what the others found out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.models import commands
from app.models.commands import NetworkCommand, RenumberPosts
from app.models.events import Event, LinkMeasured, MembershipChanged, SignedIn
from app.models.post_office import PostOffice
from app.models.records import OutboxPost
from app.models.room_replica import BACKLOG
from app.models.server_link import ServerLink
from app.models.server_pin import Pin
from app.models.store_answers import PostsRenumbered, Restored
from app.models.stream_follower import StreamFollower
from app.structs import replace
from protocol import streams
from protocol.errors import RemoteProtocolError
from protocol.frames import (
    AnyFrame,
    Changes,
    EntryKind,
    Heads,
    Persons,
    Presence,
    Push,
    Receipt,
    Refused,
    SetPresence,
    SlowDown,
    Subscribed,
    SubscribeRefused,
)

#: What the core says: events for the models and the store, and one wish for the store alone.
Output = Event | RenumberPosts


_MEMBERSHIP: Final = frozenset({EntryKind.CREATED, EntryKind.JOIN, EntryKind.LEAVE})


class ChatClient:
    """One person at one server."""

    def __init__(
        self,
        private_key: bytes,
        name: str,
        restored: Restored,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._outputs: list[Output] = []
        pin = Pin(restored.server_key, restored.fingerprint or None, restored.next_key)
        places = 1 + len(restored.others)
        self.link = ServerLink(
            private_key, name, pin, random_bytes, self._on_link_event, places=places
        )
        self._follower = StreamFollower(self.link, restored, self._outputs_append)
        self._posts = PostOffice(
            self.link, self._follower, restored.outbox, self._outputs_append, self._on_accepted
        )
        self._joined = {room.room for room in restored.rooms if room.joined}
        #: What the newest welcome tells of rooms holds up to this post of ours; of those after it,
        #: the newest that decided whether we are in a room. Answers come in any order.
        self._told_up_to = 0
        self._decided_by: dict[int, int] = {}
        self._away = commands.SetAway(False)
        self._now = 0.0

    def _outputs_append(self, output: Output) -> None:
        self._outputs.append(output)

    # --- the verbs -------------------------------------------------------------------------
    def start(self, now: float) -> None:
        """Connect."""
        self._now = now
        self.link.connect(now)

    def receive(self, datagram: bytes, now: float) -> None:
        """A datagram from the server."""
        self._now = now
        for frame in self.link.receive(datagram, now):
            try:
                self._on_frame(frame, now)
            except RemoteProtocolError:
                continue  # one item of a frame was nonsense: the rest of the session is fine
        self._send_due(now)

    def command(self, command: NetworkCommand | PostsRenumbered, now: float) -> None:
        """Something the person, or the store, wants."""
        self._now = now
        match command:
            case commands.SendPost():
                self._posts.add(command.post)
            case PostsRenumbered():
                self._posts.on_renumbered(command, now)
            case commands.FollowRoom():
                self._follower.want(command, now)
            case commands.FetchOlder():
                self._follower.fetch_older(command.room, command.base, now)
            case commands.WatchPeople():
                self._follower.watch_people(command.room, now)
            case commands.AskNames():
                self._follower.names.ask(command.people, now)
            case commands.SetAway():
                self._away = command
                self._tell_presence()
            case commands.WatchLink():
                self.link.traffic.watch(command.is_on, now)
                if command.is_on and not self.link.online:
                    self.link.path_changed(now)
            case commands.ConnectNow(is_hint=True):
                self.link.server_may_be_there(now)
            case commands.ConnectNow() | commands.PathMayHaveChanged():
                self.link.path_changed(now)
            case commands.Rename():
                self.link.sign_in_as(command.name, now)
            case commands.Stop():
                self.link.goodbye(now)
        self._send_due(now)

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self._now = now
        self.link.handle_timer(now)
        self._send_due(now)

    def next_timer(self) -> float | None:
        """When ``handle_timer`` wants to be called; None: only if something happens."""
        times = [self.link.next_timer()]
        if self.link.online and not self.link.traffic.waits_for_report:
            times += [self._follower.next_timer(), self._posts.next_timer()]
        return min((t for t in times if t is not None), default=None)

    def take_datagrams(self) -> list[bytes]:
        """What is to be sent to the server now, in order."""
        return self.link.take_datagrams()

    def take_outputs(self) -> list[Output]:
        """What happened since the last call, in order."""
        taken = self._outputs[:]
        self._outputs.clear()
        return taken

    @property
    def posts_waiting(self) -> int:
        """Posts the server has not answered for."""
        return len(self._posts)

    # --- what the parts have to know of each other -------------------------------------------
    def _on_link_event(self, event: Event) -> None:
        told_up_to = 0
        if isinstance(event, SignedIn):
            told_up_to = event.last_client_seq
            # The store numbers new posts by this: an older word would give a number twice.
            answered = self._posts.last_answered(event.last_client_seq)
            event = replace(event, last_client_seq=answered)
        elif isinstance(event, LinkMeasured):
            event = replace(event, repaired=self._follower.repaired)
        self._outputs.append(event)
        if isinstance(event, SignedIn):
            self._on_signed_in(event, told_up_to)

    def _on_signed_in(self, event: SignedIn, told_up_to: int) -> None:
        """A session begins (or goes on with new keys): say again what we follow and post."""
        self._told_up_to = told_up_to
        self._decided_by.clear()  # a server that was restored may know nothing of it
        rooms = set(event.rooms)
        for room in sorted(rooms ^ self._joined):
            self._outputs.append(MembershipChanged(room, joined=room in rooms))
        self._joined = rooms
        self._follower.on_signed_in(rooms, event.names_version, self._now)
        self._posts.on_signed_in(event.device, event.last_client_seq, self._now)
        if self._away.away or not self._follower.presence.is_heard:
            self._tell_presence()

    def _tell_presence(self) -> None:
        if self.link.online:
            presence = Presence.AWAY if self._away.away else Presence.ONLINE
            self._follower.presence.say(SetPresence(presence, self._away.status))

    def _on_accepted(self, post: OutboxPost, room: int, number: int, now: float) -> None:
        """A post of ours took effect: did it make us a member, or none any more?"""
        if post.kind not in _MEMBERSHIP:
            return
        if post.client_seq <= self._decided_by.get(room, self._told_up_to):
            return  # something later has been heard of already
        self._decided_by[room] = post.client_seq
        if post.kind in (EntryKind.CREATED, EntryKind.JOIN) and room not in self._joined:
            self._joined.add(room)
            self._outputs.append(MembershipChanged(room, joined=True))
            if not self._follower.is_followed(room):
                # Everything since we joined is ours to read, however much it is by now. Who was
                # a member already (number 0) gets the usual part.
                since = max(1, number - BACKLOG) if number else 0
                self._follower.follow(room, now, since=since)
        elif post.kind == EntryKind.LEAVE and room in self._joined:
            self._joined.discard(room)
            self._outputs.append(MembershipChanged(room, joined=False))
            self._follower.unfollow(room)

    # --- frames ----------------------------------------------------------------------------
    def _on_frame(self, frame: AnyFrame, now: float) -> None:
        match frame:
            case Push():
                fresh = self._follower.on_push(frame, now)
                self._posts.on_entries(streams.room_of(frame.ref), fresh, now)
            case Changes():
                self._follower.on_changes(frame, now)
                self._posts.on_rooms_changed(now)
            case Heads():
                self._follower.on_heads(frame, now)
            case Subscribed():
                self._follower.on_subscribed(frame, now)
                self._posts.on_rooms_changed(now)
            case SubscribeRefused():
                self._follower.on_subscribe_refused(frame)
            case Persons():
                self._follower.names.on_persons(frame)
            case Receipt():
                self._posts.settle(frame.client_seq, frame.room, frame.number, now)
            case Refused():
                self._posts.on_refused(frame, now)
            case SlowDown():
                self._posts.on_slow_down(frame, now)
            case _:
                pass  # frames for servers mean nothing here

    def _send_due(self, now: float) -> None:
        if self.link.traffic.session is not None and self.link.online:
            self._follower.send_due(now)
            self._posts.send_due(now)
