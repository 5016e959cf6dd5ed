"""Which rooms this server has, and which of them a stream or a name means."""

from __future__ import annotations

from collections.abc import Callable

from app.models.events import Event, RoomListed, RoomsComplete
from app.models.live_replica import LiveReplica
from app.models.room_index import RoomIndex
from protocol import streams
from protocol.frames import RoomItem
from protocol.text_rules import canonical_name


class RoomListing:
    """The list of rooms as it comes in over its stream."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self.stream = LiveReplica(streams.ROOMS)
        self._emit = emit
        # What was written for a room of before must not go to the one that took its number, so
        # a room has one stream and one name.
        self._by_stream = RoomIndex[bytes]()
        self._by_name = RoomIndex[str]()
        #: Rooms that the list, as this server now has it, shows. What a store remembers may be
        #: another room's number since, if the server came back from a backup.
        self._listed: set[int] = set()
        self._told_complete = False

    def begin_anew(self) -> None:
        """The server tells another list than before."""
        self._listed.clear()
        self._told_complete = False
        self._by_name = RoomIndex()

    def take(self, item: RoomItem) -> None:
        """A room as it now is."""
        self._listed.add(item.room)
        self._by_stream.put(item.stream_id, item.room)
        self._by_name.put(_folded(item.name), item.room)
        self._emit(RoomListed(item.room, item.stream_id, item.name, item.topic, item.people))

    def tell_if_complete(self) -> None:
        """Once for each list."""
        if self.is_complete and not self._told_complete:
            self._told_complete = True
            self._emit(RoomsComplete(frozenset(self._listed)))

    @property
    def is_complete(self) -> bool:
        """What is not in it does not exist."""
        return self.stream.complete

    def note_stream(self, room: int, stream_id: bytes) -> None:
        """A room's stream, as a store or its subscription has it."""
        self._by_stream.put(stream_id, room)

    def note_name(self, room: int, name: str) -> None:
        """A room we created ourselves, before the list tells of it."""
        self._listed.add(room)
        self._by_name.put(_folded(name), room)

    def number(self, stream_id: bytes, name: str) -> int | None:
        """The room with this stream, or else with this name; it need not be shown."""
        room = self._by_stream.get(stream_id) if stream_id else None
        return self._by_name.get(_folded(name)) if room is None else room

    def shows(self, room: int) -> bool:
        """Whether the server, in this session, has told that there is such a room."""
        return self.stream.subscribed and room in self._listed


def _folded(name: str) -> str:
    """The form under which the server knows a room's name."""
    return canonical_name(name) or name.casefold()
