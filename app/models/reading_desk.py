"""Which room is open, and how far each was read.

A room that is left for another keeps its messages in memory for a while: going back is instant.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.events import LinkState
from app.models.history_desk import PAGE, HistoryDesk
from app.models.pending_announcements import PendingAnnouncements
from app.models.room_wait import RoomWait
from app.models.signals import ChatSignals, LinkStatus, RoomOpened
from app.models.timeline import OTHER_ENTRIES_MAX, RECENT_ENTRIES_MAX

#: Rooms that keep their messages in memory after they were left for another.
_RECENT_ROOMS: Final = 5


class RoomBook(Protocol):
    """What the desk needs of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    @property
    def history(self) -> HistoryDesk:
        """Where older messages are loaded."""

    @property
    def open_room(self) -> ChatRoom | None:
        """The room that is shown."""

    @property
    def joined_rooms(self) -> list[ChatRoom]:
        """The rooms one is in."""

    rooms: dict[int, ChatRoom]
    person: int
    open_room_number: int
    link: LinkStatus

    def announce(self) -> None:
        """Tell what changed."""


class ReadingDesk:
    """Opens rooms and keeps their read places."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand | commands.NetworkCommand], bool],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._time_ms = time_ms
        self._recent: deque[int] = deque()
        self._typed = self._asked = self._visits = 0
        #: Somebody sees what is shown; what comes while nobody does is new.
        self._is_looked_at = True
        #: Whether something is written in the open room that was not sent; asked when it counts.
        self.has_text: Callable[[], bool] = lambda: False

    def note_typing(self) -> None:
        """The person writes: who did that waits for no room any more."""
        self._typed += 1

    def begin_wait(self) -> RoomWait:
        """The person asks for a room that only the server can open."""
        self._asked += 1
        return self._where_one_is()

    def bring_awaited(self, number: int, wait: RoomWait) -> None:
        """Open that room, unless its person is at something else by now."""
        has_text = self.has_text()  # which may first tell of what was typed just now
        if wait.is_on(self._where_one_is(), has_text=has_text):
            self.bring_up(number)

    def _where_one_is(self) -> RoomWait:
        book = self._book
        is_online = book.link.state is LinkState.ONLINE
        return RoomWait(book.open_room_number, self._typed, self._time_ms(), is_online, self._asked)

    def show_room(self, number: int) -> None:
        """Open a room, 0 for none; its newest messages are loaded when they are not here."""
        self.bring_up(number)
        self._book.announce()

    def bring_up(self, number: int) -> None:
        """The same, announced with whatever else is going on."""
        book = self._book
        if number == book.open_room_number and number:
            return
        before, room = book.open_room, book.rooms.get(number)
        if before is not None:
            before.new_after = None
            before.leave_past()
            self._forget_old_rooms(before)
        book.open_room_number = number if room is not None else 0
        self._submit(commands.WatchPeople(max(0, book.open_room_number)))
        if room is not None:
            room.timeline.entries_max = RECENT_ENTRIES_MAX
            room.new_after = room.read if room.unread else None
            self._visits += 1
            room.visit = self._visits
            if len(room.timeline.items) < PAGE:
                book.history.load_older(number)
        self._pending.rooms.update({number, before.room if before else number})
        self._pending.event(book.signals.room_opened, RoomOpened(book.open_room_number))

    def look(self, is_looked_at: bool) -> None:
        """Whether somebody sees the open room from now on."""
        self._is_looked_at = is_looked_at
        self._submit(commands.WatchLink(is_looked_at))

    def settle(self) -> None:
        """What nobody looked at begins with the New line, which stays until the room is left."""
        room = self._book.open_room
        if room is not None and room.unread and not self._is_looked_at:
            room.new_after = room.read

    def mark_read(self, number: int) -> None:
        """The newest message of the room was seen."""
        room = self._book.rooms.get(number)
        if room is None:
            return
        room.timeline.entries_max = min(room.timeline.entries_max, RECENT_ENTRIES_MAX)
        if room.mark_read():
            self._submit(commands.MarkRead(number, room.read))
            self._pending.rooms.add(number)
            self._book.announce()

    def mark_unread(self, number: int, key: int) -> None:
        """The message with this key and what follows it was not read after all."""
        room = self._book.rooms.get(number)
        if room is not None and room.mark_unread(key, self._book.person):
            self._submit(commands.MarkUnread(number, room.read))
            self._pending.rooms.add(number)
            self._pending.timelines.add(number)
            self._book.announce()

    def mark_all_read(self, number: int = 0) -> None:
        """The person wants to have seen everything, also what is not here yet: in this room, 0
        for all."""
        for room in self._book.joined_rooms:
            if number in (0, room.room) and room.mark_all_read():
                self._submit(commands.MarkRead(room.room, room.read))
                self._pending.rooms.add(room.room)
        self._book.announce()

    def clear_view(self, number: int) -> None:
        """Take what was said in the room out of view; nothing is deleted."""
        room = self._book.rooms.get(number)
        if room is not None:
            room.clear_view()
            self._pending.timelines.add(number)
            self._book.announce()

    def show_cleared(self, number: int) -> None:
        """Show it again."""
        room = self._book.rooms.get(number)
        if room is not None and room.show_cleared():
            self._pending.timelines.add(number)
            self._book.announce()

    def begin_anew(self) -> None:
        """The rooms are others now, and so is the link."""
        self._submit(commands.WatchLink(self._is_looked_at))
        self._book.open_room_number = 0
        self._recent.clear()

    def _forget_old_rooms(self, left: ChatRoom) -> None:
        if left.room in self._recent:
            self._recent.remove(left.room)
        self._recent.append(left.room)
        left.timeline.entries_max = RECENT_ENTRIES_MAX
        left.timeline.trim()
        if len(self._recent) > _RECENT_ROOMS:
            old = self._book.rooms.get(self._recent.popleft())
            if old is not None:
                old.timeline.entries_max = OTHER_ENTRIES_MAX
                old.timeline.trim()
