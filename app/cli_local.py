"""What this computer has of a room, read without the server."""

from __future__ import annotations

from dataclasses import dataclass

from app.cli_output import join_parts
from app.cli_session import Item, Session
from app.models.commands import LoadHistory
from app.models.records import RoomEntry
from app.models.store_answers import HistoryLoaded
from app.models.store_rooms import HISTORY_LOADED_MAX
from protocol.limits import NUMBER_MAX, PARTS_MAX


@dataclass(frozen=True, slots=True)
class LocalMessages:
    """Whole messages, oldest first, and how their room is written."""

    room_name: str
    messages: list[RoomEntry]


def local_messages(session: Session, name: str, last: int) -> LocalMessages | None:
    """The newest messages and other entries of the room that are on disk; None if it is not known.

    What lies before a hole counts as well: nothing newer is here.
    """
    folded = name.casefold()
    rooms = session.runtime.restored.rooms
    stored = next((room for room in rooms if room.name.casefold() == folded), None)
    if stored is None:
        return None
    pages: list[tuple[RoomEntry, ...]] = []

    def take_in(item: Item) -> None:
        if isinstance(item, HistoryLoaded) and item.room == stored.room:
            pages.append(item.entries)

    session.listen(take_in)
    entries: list[RoomEntry] = []
    messages: list[RoomEntry] = []
    wanted, is_more = last + PARTS_MAX, True
    while is_more and len(messages) < last:
        before = entries[0].number if entries else NUMBER_MAX
        session.runtime.submit(LoadHistory(stored.room, before, HISTORY_LOADED_MAX))
        session.wait_for(lambda: bool(pages))
        page = pages.pop()
        is_more = bool(page)
        entries = [*page, *entries]
        if len(entries) >= wanted or not is_more:
            messages = _whole_messages(entries)
            # Long messages take several entries: so many more are enough.
            wanted = len(entries) + PARTS_MAX * (last - len(messages))
    return LocalMessages(stored.name, messages[-last:])


def _whole_messages(entries: list[RoomEntry]) -> list[RoomEntry]:
    """Of each run without a hole; nobody knows of the first message behind a hole how it began."""
    messages: list[RoomEntry] = []
    run: list[RoomEntry] = []
    for entry in [*entries, None]:
        if entry is None or (run and entry.number != run[-1].number + 1):
            found = list(join_parts(run))
            messages += found if run and run[0].number == 1 else found[1:]
            run = []
        if entry is not None:
            run.append(entry)
    return messages
