"""Since when people are there, away or gone, as far as this client saw them change.

The server tells what is so now, never since when. So a time is known only for a change that came
while the connection stood and the list of people was watched; whoever looks away, or was cut off,
finds the others as they are and knows no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.models.records import Member
from protocol.frames import Presence

#: People whose last change is remembered; the ones heard of first are forgotten first.
PEOPLE_MAX: Final = 10_000


class PresenceTimes:
    """One server's people; times in milliseconds since 1970, 0 for not known."""

    def __init__(self) -> None:
        #: Person -> what he was when he was last told of, and since when.
        self._known: dict[int, tuple[int, int]] = {}
        #: Whose present state was told since the list was opened: what changes now is seen.
        self._watched: set[int] = set()

    def look_away(self) -> None:
        """Another list is opened, or the connection is lost: changes go by unseen."""
        self._watched.clear()

    def note(self, members: Iterable[Member], time_ms: int) -> None:
        """These people are told of, at this time of the wall clock."""
        for member in members:
            person, presence = member.person, member.presence
            if presence == Presence.GONE:
                self._known.pop(person, None)
                self._watched.discard(person)
                continue
            before = self._known.pop(person, None)
            if before is not None and before[0] == presence:
                since_ms = before[1]
            else:
                since_ms = time_ms if person in self._watched else 0
            self._known[person] = (presence, since_ms)
            self._watched.add(person)
        while len(self._known) > PEOPLE_MAX:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._watched.discard(oldest)

    def since_ms(self, person: int) -> int:
        """When he became what he is."""
        return self._known.get(person, (0, 0))[1]
