"""What means the person in a message: the name, other words, and what the name was before.

Theory. Text stays as it was written, so a message calls by the name of its time. Each former name
is kept with the time until which it was the name, by the server's clock. Around a change both
count: a message may be on its way, and clocks differ.
"""

from __future__ import annotations

from typing import Final

from app.markup import is_mentioned
from app.structs import Struct

#: Of former names, the newest.
FORMER_NAMES_MAX: Final = 16
OVERLAP_MS: Final = 60_000


class FormerName(Struct, frozen=True):
    """What the person was called until a time, in milliseconds since 1970."""

    name: str
    until_ms: int


class Calling(Struct, frozen=True):
    """All of it, as it is now; ``former`` begins with the oldest."""

    name: str = ""
    words: tuple[str, ...] = ()
    former: tuple[FormerName, ...] = ()

    def is_in(self, text: str, time_ms: int) -> bool:
        """Whether a message of that time calls the person."""
        names = self._names_at(time_ms)
        return any(is_mentioned(text, word) for word in (*names, *self.words))

    def name_in(self, text: str, time_ms: int) -> str:
        """The person's name as a message of that time may have it, "" if it is not there."""
        folded = text.casefold()
        names = self._names_at(time_ms)
        return next((name for name in names if name and name.casefold() in folded), "")

    def renamed(self, name: str, now_ms: int) -> Calling:
        """The same person, called so from now on."""
        if not self.name or name == self.name:
            return Calling(name, self.words, self.former)
        former = (*self.former, FormerName(self.name, now_ms))
        return Calling(name, self.words, former[-FORMER_NAMES_MAX:])

    def _names_at(self, time_ms: int) -> tuple[str, ...]:
        if not self.former or time_ms > self.former[-1].until_ms + OVERLAP_MS:
            return (self.name,)  # nearly always so
        names, since_ms = list[str](), 0
        for one in self.former:
            if since_ms - OVERLAP_MS <= time_ms <= one.until_ms + OVERLAP_MS:
                names.append(one.name)
            since_ms = one.until_ms
        if time_ms >= since_ms - OVERLAP_MS:
            names.append(self.name)
        return tuple(names)
