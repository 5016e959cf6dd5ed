"""Who is in the rooms, since when, and how much of their logs they hold, as the server tells it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.events import HeldChanged, PeopleChanged
from app.models.name_book import NameBook
from app.models.pending_announcements import PendingAnnouncements
from app.models.presence_times import PresenceTimes


class RoomBook(Protocol):
    """What is needed of the model."""

    person: int
    rooms: dict[int, ChatRoom]

    @property
    def names(self) -> NameBook:
        """What people are called."""


class PeopleDesk:
    """Takes in what is told of people, and has the marks kept for the next start."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand], bool],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._time_ms = time_ms
        self.presence_times = PresenceTimes()
        #: By room what the disk was asked to keep last.
        self._kept_holders: dict[int, tuple[int, int]] = {}

    def begin_anew(self) -> None:
        """The people of another server."""
        self.presence_times = PresenceTimes()
        self._kept_holders.clear()

    def apply(self, room: ChatRoom, event: PeopleChanged | HeldChanged) -> None:
        """It is told of this room."""
        if isinstance(event, HeldChanged):
            room.people.change_held(event.steps)
        else:
            room.people.change(event.members, fresh=event.fresh)
            if event.fresh:
                self.presence_times.look_away()
            self.presence_times.note(event.members, self._time_ms())
            for member in event.members:
                self._book.names.learn(member.person, member.name)
        self._keep_holders(room)
        self._pending.people.add(room.room)
        # Whether everyone here holds a message depends on who is here.
        self._pending.timelines.add(room.room)

    def _keep_holders(self, room: ChatRoom) -> None:
        """So that the marks of the next start are those of now."""
        holders = room.people.holders_to_keep(self._book.person)
        if holders != self._kept_holders.get(room.room):
            self._kept_holders[room.room] = holders
            self._submit(commands.NoteHolders(room.room, *holders))
