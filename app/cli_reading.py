"""Reading a room in strict order, from disk where its entries are and from the network else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from app.cli_arguments import PATIENCE_S
from app.cli_local import local_messages
from app.cli_output import Printer, age_text, iso_time, join_parts
from app.cli_session import Failure, Item, Session, TimedOut, warn
from app.models.commands import FetchOlder, FollowRoom, LoadHistory
from app.models.events import EntriesReceived, HistoryForked, RoomReplaced
from app.models.records import RoomEntry
from app.models.store_answers import HistoryLoaded
from protocol.limits import PARTS_MAX
from protocol.sequence_set import SequenceSet

#: Entries kept in memory beyond the next one; others are read back from disk in their turn.
_WINDOW: Final = 4096
#: Entries read from disk at once.
_PAGE: Final = 500


class StrictOrder:
    """The entries of a room from one number on, each once, none before those below it.

    ``held`` says what is on disk; whoever made it keeps it up to date.
    """

    def __init__(self, room: int, first: int, held: SequenceSet) -> None:
        self.next = first
        self._room = room
        self._held = held
        self._entries: dict[int, RoomEntry] = {}
        self._asked_for = 0

    def take_in(self, item: Item) -> None:
        """Something that was heard; what is not about this room is ignored."""
        match item:
            case EntriesReceived(room, entries) if room == self._room:
                self._keep(entries)
            case HistoryLoaded(room, entries) if room == self._room and self._asked_for:
                self._keep(entries)
                if self.next == self._asked_for and self.next not in self._entries:
                    raise Failure(f"entry {self.next} cannot be read from the data folder")
                self._asked_for = 0
            case HistoryForked(room, agreed_to) if room == self._room:
                self.next = min(self.next, agreed_to + 1)
                self._entries = {n: e for n, e in self._entries.items() if n <= agreed_to}
                self._asked_for = 0
            case RoomReplaced(room) if room == self._room:
                self.next, self._entries, self._asked_for = 1, {}, 0

    def take_out(self) -> Iterator[RoomEntry]:
        """The entries that are next."""
        while (entry := self._entries.pop(self.next, None)) is not None:
            self.next += 1
            yield entry

    def wish(self) -> LoadHistory | None:
        """What has to be read from disk now; to be fulfilled once."""
        if self._asked_for or self.next in self._entries or self.next not in self._held:
            return None
        self._asked_for = self.next
        return LoadHistory(self._room, self.next + _PAGE, _PAGE)

    def _keep(self, entries: tuple[RoomEntry, ...]) -> None:
        for entry in entries:
            if self.next <= entry.number < self.next + _WINDOW:
                self._entries[entry.number] = entry


def print_tail(
    session: Session, printer: Printer, name: str, since: int | None, count: int | None
) -> None:
    """Print entries as they come, from number ``since`` or the next new one on, for as long as was
    said.

    Raises:
        TimedOut: the room was not reached in that time, or there were fewer than ``count``.
    """
    room = session.room_named(name)
    # A message may have begun before the entry that was named.
    _follow(session, room, FollowRoom(room, backlog=0, since=_begin(since)))
    session.go_on_without_end()
    followed = session.followed[room]
    first = session.heads[room] + 1 if since is None else since
    begin = session.heads[room] + 1 if since is None else max(followed.first, _begin(since))
    printed = 0
    try:
        for message in join_parts(_entries(session, room, begin, None)):
            if message.number >= first:
                printer.entry(session.rooms[room].name, message, session.author(message.author))
                printed += 1
                if printed == count:
                    return
    except TimedOut:
        # The time was all that was asked for, unless it was to come to a number.
        if count is not None:
            raise


def _begin(since: int | None) -> int:
    return 0 if since is None else max(1, since - PARTS_MAX + 1)


def print_history(session: Session, printer: Printer, name: str, last: int) -> None:
    """Print the newest messages and other entries, so many of them together; those that are
    here, where the server does not answer."""
    if not session.reach_server(PATIENCE_S):
        _print_local_history(session, printer, name, last)
        return
    room = session.room_named(name)
    _follow(session, room, FollowRoom(room, backlog=last + PARTS_MAX))
    first, head = session.followed[room].first, session.heads[room]
    begin = max(first, head - last - PARTS_MAX + 1)
    entries = list(_entries(session, room, begin, head))
    messages = _whole_messages(entries, is_beginning=begin == first)
    while len(messages) < last and begin > first:
        # Long messages take several entries: so many more are enough.
        end = begin - 1
        begin = max(first, begin - PARTS_MAX * (last - len(messages) + 1))
        entries = [*_entries(session, room, begin, end), *entries]
        messages = _whole_messages(entries, is_beginning=begin == first)
    for message in messages[-last:]:
        printer.entry(session.rooms[room].name, message, session.author(message.author))


def _print_local_history(session: Session, printer: Printer, name: str, last: int) -> None:
    found = local_messages(session, name, last)
    where = session.address.host_and_port
    reason = f" ({session.trouble})" if session.trouble else ""
    if found is None or not found.messages:
        raise Failure(f"{where} does not answer{reason}, and nothing of {name} is on this computer")
    for message in found.messages:
        printer.entry(found.room_name, message, session.author(message.author))
    newest = found.messages[-1]
    age = age_text(time.time_ns() // 1_000_000 - newest.time_ms)
    warn(
        f"{where} does not answer{reason}: this is what was on this computer, the newest entry"
        f" is {age} old ({iso_time(newest.time_ms)})"
    )


def _whole_messages(entries: list[RoomEntry], *, is_beginning: bool) -> list[RoomEntry]:
    """Without the first one, where nobody knows whether it is whole."""
    messages = list(join_parts(entries))
    return messages if is_beginning else messages[1:]


def _follow(session: Session, room: int, wish: FollowRoom) -> None:
    session.runtime.submit(wish)
    session.wait_for(lambda: room in session.followed)


def _entries(session: Session, room: int, first: int, last: int | None) -> Iterator[RoomEntry]:
    """Entries ``first`` to ``last``, or without end, waiting for each."""
    if last is not None and last < first:
        return
    session.runtime.submit(FetchOlder(room, first))
    order = StrictOrder(room, first, session.held.setdefault(room, SequenceSet()))
    session.listen(order.take_in)
    ready: list[RoomEntry] = []

    def look() -> bool:
        ready.extend(order.take_out())
        wish = order.wish()
        if wish is not None:
            session.runtime.submit(wish)
        return bool(ready)

    while last is None or first <= last:
        session.wait_for(look)
        for entry in ready:
            if last is None or entry.number <= last:
                yield entry
        first = order.next
        ready.clear()
