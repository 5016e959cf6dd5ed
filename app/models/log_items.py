"""Entries in rising order become messages and the gaps between them.

Parts that continue each other become one message; until the last of them is here, they belong to
the gap. What is fed later only adds at the end, so one more message costs one message.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.models.message import Gap, Message, is_shown
from app.models.records import RoomEntry
from protocol.frames import EntryFlag
from protocol.limits import PARTS_MAX


class LogItems:
    """Items of a log from its first entry here to its last."""

    def __init__(self, make: Callable[[Sequence[RoomEntry]], Message]) -> None:
        """``make`` gives the message of these entries."""
        self._make = make
        self.items: list[Message | Gap] = []
        #: The last entry that was fed.
        self.fed_to = 0
        # The last entry in ``items`` or between them, and the messages up to it.
        self._shown_to = 0
        self._visible = 0
        self._parts: list[RoomEntry] = []

    def feed(self, entry: RoomEntry) -> None:
        """The next entry; its number is above those before."""
        if entry.number != self.fed_to + 1:
            self._parts = []  # the rest is missing: it belongs to the gap
        self.fed_to = entry.number
        self._parts.append(entry)
        if entry.flags & EntryFlag.CONTINUES and len(self._parts) < PARTS_MAX:
            return
        first = self._parts[0].number
        if self._shown_to and first != self._shown_to + 1:
            before = entry.visible - (entry.flags & EntryFlag.VISIBLE)
            self.items.append(Gap(self._shown_to + 1, first - 1, before - self._visible))
        if is_shown(entry):
            self.items.append(self._make(self._parts))
        self._shown_to, self._visible, self._parts = entry.number, entry.visible, []

    def gap_to(self, head: int, visible: int) -> Gap | None:
        """What is missing up to the end of the log, if anything is here."""
        if not self._shown_to or head <= self._shown_to:
            return None
        return Gap(self._shown_to + 1, head, visible - self._visible)
