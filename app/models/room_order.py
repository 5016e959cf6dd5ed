"""In which order the rooms stand: by name, by what is new, or as the person put them.

A room is known by its stream, in hexadecimal: that stays when a server gets a new key or gives the
number to another room. Those that were left keep their place for when they are joined again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Final

#: Of all servers together; what was not seen for longest goes first.
PLACES_MAX: Final = 2000


class RoomOrder(Enum):
    NAME = "name"
    NEWEST = "newest"
    OWN = "own"


class RoomPlaces:
    """The person's own order of the rooms of all servers."""

    def __init__(self, kept: Iterable[str] = ()) -> None:
        self._streams = list(dict.fromkeys(kept))[:PLACES_MAX]

    @property
    def streams(self) -> tuple[str, ...]:
        """To be kept."""
        return tuple(self._streams)

    def of(self, streams: Iterable[str]) -> dict[str, int]:
        """The places of those of these rooms that have one."""
        places = {stream: place for place, stream in enumerate(self._streams)}
        return {stream: places[stream] for stream in streams if stream in places}

    def take_in(self, streams: Sequence[str]) -> bool:
        """These are rooms of the server one is at: new ones go to the end; True if there are."""
        known = {"", *self._streams}
        fresh = [stream for stream in dict.fromkeys(streams) if stream not in known]
        if not fresh:
            return False
        here = {*streams}
        others = [stream for stream in self._streams if stream not in here]
        ours = [stream for stream in self._streams if stream in here]
        self._streams = (ours + fresh + others)[:PLACES_MAX]
        return True

    def arrange(self, streams: Sequence[str]) -> None:
        """Put those of these rooms that have a place in this order; all others stay."""
        places = {stream: place for place, stream in enumerate(self._streams)}
        moved = [stream for stream in dict.fromkeys(streams) if stream in places]
        for place, stream in zip(sorted(places[each] for each in moved), moved, strict=True):
            self._streams[place] = stream
