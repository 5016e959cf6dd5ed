"""Who is in a room and whether they are there: a short-lived stream for each watched room.

Being a member is durable, being online is not. Changes are merged before they are told, and only
sessions that have the room's list of people open follow it, so a room of a thousand in which
nobody looks costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from protocol import streams
from protocol.frames import HeldItem, MemberItem, Presence
from server.live_stream import LiveStream
from server.people import Person
from server.room import Room
from server.room_directory import RoomDirectory
from server.room_log import RoomLog

#: Subject of the item that tells how far members hold the room's log.
_HELD = "held"
#: People named in it: a larger room shows "held by many".
_HELD_MAX = 50


class PresenceBoard:
    """Keeps the people streams of watched rooms up to date."""

    def __init__(
        self,
        rooms: RoomDirectory,
        log: RoomLog,
        people: dict[int, Person],
        random_bytes: Callable[[int], bytes],
        on_dirty: Callable[[Room], None],
    ) -> None:
        self._rooms = rooms
        self._log = log
        self._people = people
        self._random_bytes = random_bytes
        self._on_dirty = on_dirty

    def watch(self, room: Room) -> LiveStream:
        """The room's people stream; reads the members' names when nobody watched before."""
        if room.people is None:
            incarnation = int.from_bytes(self._random_bytes(4))
            stream = LiveStream(streams.people_of(room.room), room.stream_id, incarnation)
            members = sorted(self._rooms.members(room))
            for record in self._log.people(members):
                person = self._people.get(record.person)
                presence = person.shown if person else Presence.OFFLINE
                status = person.shown_status if person else ""
                self._set(stream, record.person, record.name, presence, status)
            stream.change(_HELD, self._held_item(room))
            stream.flush()
            room.people = stream
        return room.people

    def unwatch(self, room: Room) -> None:
        """Nobody looks any more: forget the stream, the next watcher gets a fresh one."""
        room.people = None

    def person_changed(self, person: Person, rooms: Iterable[int]) -> None:
        """The person came, went, has another name or says something else of it: tell the watched
        ones of these rooms."""
        for number in rooms:
            room = self._rooms.get(number)
            if room is None or room.people is None:
                continue
            # Not asked of the log: it may have a batch in hand.
            is_member = number in person.rooms
            presence = person.shown if is_member else Presence.GONE
            status = person.shown_status if is_member else ""
            if self._set(room.people, person.person, person.name, presence, status):
                self._on_dirty(room)

    def holds(self, room: Room, person: int, number: int) -> None:
        """The person holds the room's log up to this number."""
        number = min(number, room.head)
        if number <= room.complete.get(person, 0):
            return
        room.complete[person] = number
        if room.people is not None and room.people.change(_HELD, self._held_item(room)):
            self._on_dirty(room)

    @staticmethod
    def _set(stream: LiveStream, person: int, name: str, presence: Presence, status: str) -> bool:
        return stream.change(
            person, lambda number: MemberItem(number, person, name, presence, status)
        )

    @staticmethod
    def _held_item(room: Room) -> Callable[[int], HeldItem]:
        def item(number: int) -> HeldItem:
            steps = sorted(((n, p) for p, n in room.complete.items()), reverse=True)
            return HeldItem(number, steps[:_HELD_MAX])

        return item
