"""Who is in a room, and how much of its log each of them holds.

What somebody holds he keeps, so these numbers only grow, whoever goes offline and however often the
server starts anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass

from app.models.records import Member, StoredRoom
from protocol.frames import Presence


@dataclass(frozen=True, slots=True)
class HeldBy:
    """How many of the others in a room hold a message; ``everyone`` who is there now does, or
    did when somebody was there last."""

    count: int
    others: int
    everyone: bool


class RoomPeople:
    """The people of one room, as the server tells of them while the list is open."""

    def __init__(self) -> None:
        self.here: dict[int, Member] = {}
        #: Goes up with every change of who is here or of what they hold.
        self.version = 0
        #: Person -> the log up to there is on his disk.
        self._complete_to: dict[int, int] = {}
        self._weighed_for: tuple[int, int] = (0, -1)
        self._others_complete_to: list[int] = []
        self._everyone_to = 0
        #: How many others there are, until the list of people says it.
        self._others_kept = 0

    def restore(self, stored: StoredRoom) -> None:
        """As the last run knew it."""
        self._complete_to = dict(stored.holders)
        self._everyone_to, self._others_kept = stored.held_by_all, stored.others

    def change(self, members: tuple[Member, ...], *, fresh: bool) -> None:
        """Some came, went, or are away; ``fresh`` begins the list anew."""
        self.version += 1
        if fresh:
            self.here.clear()
        for member in members:
            if member.presence == Presence.GONE:
                self.here.pop(member.person, None)
                self._complete_to.pop(member.person, None)
            else:
                self.here[member.person] = member

    def change_held(self, steps: tuple[tuple[int, int], ...]) -> None:
        """How far members hold the log; of those not named it is as it was."""
        named = {person for _, person in steps}
        before = self._complete_to
        if self.here:  # known by now
            before = {p: n for p, n in before.items() if p in self.here or p in named}
        self._complete_to = dict(before)
        for complete_to, person in steps:
            self._complete_to[person] = max(complete_to, before.get(person, 0))
        self.version += 1

    def forget_held(self) -> None:
        """The log is another one from somewhere on: who holds it is told again."""
        self._complete_to.clear()
        self._everyone_to = 0
        self.version += 1

    @property
    def holders(self) -> Collection[int]:
        """Of whom it is known how much they hold."""
        return self._complete_to.keys()

    def complete_to(self, person: int) -> int | None:
        """Up to where this person holds the log, None if that is not known."""
        return self._complete_to.get(person)

    def held_by(self, number: int, me: int) -> HeldBy:
        """Who of the others holds the log up to ``number``."""
        if self._weighed_for != (me, self.version):
            self._weighed_for = (me, self.version)
            self._weigh(me)
        numbers = self._others_complete_to
        return HeldBy(
            count=len(numbers) - bisect_left(numbers, number),
            others=self._others(me),
            everyone=number <= self._everyone_to,
        )

    def holders_to_keep(self, me: int) -> tuple[int, int]:
        """Up to where all hold the log that are here, or were last; how many others there are."""
        self.held_by(0, me)
        return self._everyone_to, self._others(me)

    def _others(self, me: int) -> int:
        return len(self.here.keys() - {me}) if self.here else self._others_kept

    def _weigh(self, me: int) -> None:
        """Once for all messages, since a room may show hundreds of one's own."""
        held = self._complete_to
        self._others_complete_to = sorted(held[person] for person in held.keys() - {me})
        here = [
            member.person
            for member in self.here.values()
            if member.person != me and member.presence in (Presence.ONLINE, Presence.AWAY)
        ]
        if here:
            self._everyone_to = min(held.get(person, 0) for person in here)
