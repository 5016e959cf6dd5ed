"""Rooms, and parts of rooms, that the server lost when it came back from an older copy of its data.

Theory. The server says rooms by number, and after such a return it gives a number to another
room. A room is its stream: so the one that is shown under the number leaves it for a number
below zero, which no server gives, and takes its messages, and what was not sent, with it. There
it can be read and copied, and nothing goes out from it. If its stream is told of again, it
comes back. What the disk has of such rooms, and of the messages that were lost of others, it
tells (``KeptRoom``), under numbers that stay the same; until then a number of ours will do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.message import ForkNotice, LocalNotice, Message, MessageState
from app.models.pending_announcements import PendingAnnouncements
from app.models.post_desk import PostDesk
from app.models.records import KeptRoom
from app.models.signals import ChatSignals, RoomMoved, RoomOpened, Told
from app.translation import _, ngettext

#: Numbers of the disk are above it, ours below.
_FREE_NUMBERS_BELOW: Final = -(1 << 62)


class Rooms(Protocol):
    """What is needed of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    @property
    def desk(self) -> PostDesk:
        """Where posts are followed."""

    rooms: dict[int, ChatRoom]
    open_room_number: int

    def announce(self) -> None:
        """Tell what changed."""


class GoneRooms:
    """Gives a number to the room whose stream has it now."""

    def __init__(
        self,
        book: Rooms,
        pending: PendingAnnouncements,
        submit: Callable[[commands.NetworkCommand | commands.StoreCommand], bool],
        notice_key: Callable[[], int],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._notice_key = notice_key
        self._time_ms = time_ms

    def room_of(self, number: int, stream_id: bytes) -> ChatRoom:
        """The room with this stream, under this number from now on."""
        rooms = self._book.rooms
        room = rooms.get(number)
        if room is not None and room.stream_id in (b"", stream_id):
            return room
        back = next((r for r in rooms.values() if r.is_gone and r.stream_id == stream_id), None)
        is_joined = room is not None and room.is_joined
        if room is not None:
            self._let_go(room)
        if back is None:
            back = rooms[number] = ChatRoom(number)
        else:
            self._move(back, number)
            back.kept = None
        # Who is in which room is said by number, and was said before this.
        if is_joined:
            back.join(True)
        return back

    def on_complete(self, listed: Collection[int]) -> None:
        """These rooms are all there are."""
        rooms = list(self._book.rooms.values())
        gone = [r for r in rooms if not (r.is_gone or r.is_joined or r.room in listed) and r.name]
        said = [room.name for room in gone if room.timeline.items]
        for room in gone:
            self._let_go(room)
        if said:
            words = ngettext(
                "The server came back from an older copy that does not have the room {rooms}.",
                "The server came back from an older copy that does not have the rooms {rooms}.",
                len(said),
            )
            names = ", ".join(f"#{name}" for name in sorted(said, key=str.casefold))
            self._pending.event(self._book.signals.told, Told(words.format(rooms=names)))

    def on_kept(self, kept: Collection[KeptRoom]) -> None:
        """All that the disk here has and the server has not."""
        rooms = self._book.rooms
        numbers = {one.room for one in kept}
        for room in [r for r in rooms.values() if r.kept and r.room not in numbers]:
            self._drop(room)
        for one in kept:
            room = rooms.get(one.room) or self._place(one)
            room.keep(one)
            self._pending.rooms.add(room.room)
            self._pending.timelines.add(room.room)
            if one.is_part:
                self._say_what_was_lost(one)

    def drop(self, number: int) -> None:
        """The person wants a gone room no more: neither its messages nor those that failed."""
        room = self._book.rooms.get(number)
        if room is None or not room.is_gone:
            return
        for item in room.timeline.items:
            if isinstance(item, Message) and item.state is MessageState.FAILED:
                self._book.desk.delete_failed(number, item.key)
        if room.kept:
            self._submit(commands.DropKept(number))
        self._drop(room)
        self._book.announce()

    def keep(self, stream_id: bytes, name: str) -> ChatRoom:
        """The place of what was written for a room that no number means any more."""
        for room in self._book.rooms.values():
            if room.is_gone and (room.stream_id, room.name) == (stream_id, name):
                return room
        room = ChatRoom(self._free_number())
        room.stream_id, room.name = stream_id, name
        self._book.rooms[room.room] = room
        self._say_so(room)
        return room

    def _let_go(self, room: ChatRoom) -> None:
        room.go()
        # The disk may have told of it before this.
        told = next((r for r in self._book.rooms.values() if _is_kept(r, room.stream_id)), None)
        if told is None or told.kept is None:
            self._move(room, self._free_number())
        else:
            self._move(room, told.room)
            room.keep(told.kept)
        self._say_so(room)

    def _say_so(self, room: ChatRoom) -> None:
        text = _(
            "#{room} is no longer on the server, which came back from an older copy. What you"
            " did not send is still here: copy it to write it elsewhere."
        ).format(room=room.name)
        room.timeline.add_notice(
            LocalNotice(self._notice_key(), room.timeline.head, self._time_ms(), text)
        )

    def _move(self, room: ChatRoom, number: int) -> None:
        book, pending, before = self._book, self._pending, room.room
        del book.rooms[before]
        room.room = number
        book.rooms[number] = room
        book.desk.move(before, number)
        pending.rooms |= {before, number}
        pending.timelines |= {before, number}
        room.loading_below = None
        pending.event(book.signals.room_moved, RoomMoved(before, number))
        if book.open_room_number == before:
            book.open_room_number = number
            self._submit(commands.WatchPeople(max(0, number)))
            pending.event(book.signals.room_opened, RoomOpened(number))

    def _place(self, kept: KeptRoom) -> ChatRoom:
        """The room for what is kept: the one that was let go just now, or a new one."""
        rooms = self._book.rooms
        if not kept.is_part:
            for room in rooms.values():
                if room.is_gone and room.stream_id == kept.stream_id:
                    self._move(room, kept.room)
                    return room
        room = rooms[kept.room] = ChatRoom(kept.room)
        room.keep(kept)
        if not kept.is_part:
            self._say_so(room)
        return room

    def _drop(self, room: ChatRoom) -> None:
        room.kept = None
        if room.timeline.has_own:
            room.timeline.cut_above(0)  # what was not sent is still to be seen
        else:
            del self._book.rooms[room.room]
        self._pending.rooms.add(room.room)
        self._pending.timelines.add(room.room)

    def _say_what_was_lost(self, kept: KeptRoom) -> None:
        """In the room, at the place where it was."""
        for room in self._book.rooms.values():
            if room.stream_id == kept.stream_id and not room.is_gone:
                time_ms = kept.since_ms or self._time_ms()
                room.timeline.add_notice(
                    ForkNotice(
                        self._notice_key(), kept.after, time_ms, kept.messages, kept.since_ms
                    )
                )
                self._pending.timelines.add(room.room)

    def _free_number(self) -> int:
        return min([_FREE_NUMBERS_BELOW, *self._book.rooms]) - 1


def _is_kept(room: ChatRoom, stream_id: bytes) -> bool:
    return room.kept is not None and not room.kept.is_part and room.stream_id == stream_id
