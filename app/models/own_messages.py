"""Which of the messages behind what was read are the person's own: those are not unread."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from app.models.message import is_message_of
from app.models.records import RoomEntry
from protocol.frames import EntryFlag


class OwnMessages:
    """Their places among the visible messages of one room, as far as they are known."""

    def __init__(self, places: Iterable[int] = ()) -> None:
        """``places`` rise."""
        self._places = list(places)

    def count(self, read: int, visible: int) -> int:
        """How many there are behind the first ``read`` of ``visible`` messages."""
        return bisect_right(self._places, visible) - bisect_right(self._places, read)

    def note(self, entries: Iterable[RoomEntry], me: int, *, read: int) -> None:
        """Entries that were not read; they may come again. Of what was read nothing is kept."""
        del self._places[: bisect_right(self._places, read)]
        for entry in entries:
            if entry.visible <= read or not entry.flags & EntryFlag.VISIBLE:
                continue
            at = bisect_left(self._places, entry.visible)
            is_known = self._places[at : at + 1] == [entry.visible]
            if is_message_of(entry, me):
                if not is_known:
                    self._places.insert(at, entry.visible)
            elif is_known:  # in another history it was one's own
                del self._places[at]

    def cut(self, visible: int) -> None:
        """The room has only so many messages in common with what was here."""
        del self._places[bisect_right(self._places, visible) :]
