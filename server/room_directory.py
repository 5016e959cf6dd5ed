"""All rooms, by number and by name, and the stream that lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol import streams
from protocol.frames import PersonItem, RoomItem
from protocol.look_alikes import skeleton
from protocol.text_rules import canonical_name
from server.audience import Audience
from server.live_stream import LiveStream
from server.room import Room
from server.room_log import RoomLog, RoomRecord


class RoomDirectory:
    """Number and canonical name to ``Room``; tells ``listing`` whatever changes."""

    def __init__(self, log: RoomLog, listing: LiveStream, recent_max: int) -> None:
        self._log = log
        self._recent_max = recent_max
        self._rooms: dict[int, Room] = {}
        self._named: dict[str, Room] = {}
        #: The same by what the names look like.
        self._looking: dict[str, Room] = {}
        self.listing = listing
        #: Sessions that follow the list.
        self.followers = Audience()
        #: Called when the list has its first change since it was last flushed.
        self.on_dirty: Callable[[], None] = lambda: None
        for record in log.rooms():
            self.add(record)
        listing.flush()

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, number: int) -> Room | None:
        """The room with this number."""
        return self._rooms.get(number)

    def named(self, canonical: str) -> Room | None:
        """The room with this canonical name."""
        return self._named.get(canonical)

    def looking_like(self, name: str) -> Room | None:
        """A room whose name is drawn like this one."""
        return self._looking.get(skeleton(name))

    def _note_name(self, room: Room) -> None:
        self._named[canonical_name(room.name) or room.name] = room
        self._looking[skeleton(room.name)] = room

    def add(self, record: RoomRecord) -> Room:
        """A room the log has just been given, or had."""
        room = Room(record, self._recent_max)
        self._rooms[room.room] = room
        self._note_name(room)
        self.changed(room)
        return room

    def rename(self, room: Room, name: str) -> None:
        """The room has another name."""
        self._named.pop(canonical_name(room.name) or room.name, None)
        self._looking.pop(skeleton(room.name), None)
        room.name = name
        self._note_name(room)
        self.changed(room)

    def live_stream(self, ref: int) -> LiveStream | None:
        """The short-lived stream with this reference."""
        if ref == streams.ROOMS:
            return self.listing
        room = self.get(streams.room_of(ref))
        return room.people if room else None

    def members(self, room: Room) -> set[int]:
        """The persons in the room; reads the log once for each room."""
        if room.members is None:
            room.members = set(self._log.members(room.room))
        return room.members

    def changed(self, room: Room) -> None:
        """Tell the followers of the list, soon, how the room now is."""

        def item(number: int) -> RoomItem:
            return RoomItem(
                number, room.room, room.stream_id, room.name, room.topic, room.member_count
            )

        if self.listing.change(room.room, item):
            self.on_dirty()

    def renamed_person(self, person: int, name: str) -> None:
        """Tell the followers of the list, soon, that a person has another name."""
        subject = ("person", person)
        if self.listing.change(subject, lambda number: PersonItem(number, person, name)):
            self.on_dirty()

    def reload(self) -> None:
        """A batch failed: take everything from the log again."""
        records = {record.room: record for record in self._log.rooms()}
        self._named.clear()
        self._looking.clear()
        for number, room in list(self._rooms.items()):
            if number not in records:
                del self._rooms[number]
                self.listing.take_back(number)
                continue
            before = (room.stream_id, room.name, room.topic, room.member_count)
            room.restore(records[number])
            self._note_name(room)
            if before != (room.stream_id, room.name, room.topic, room.member_count):
                self.changed(room)
