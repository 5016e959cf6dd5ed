"""Somebody asked to be in a room: whether he still waits for it when the answer comes.

What is answered at once opens the room, whatever was done meanwhile. Later only whoever did nothing
else is taken there: a room that changes under the fingers puts half a sentence where it was never
meant to be.
"""

from __future__ import annotations

from typing import Final

from app.structs import Struct

#: An answer that takes no longer is the one to what was just done.
AT_ONCE_MS: Final = 2000


class RoomWait(Struct, frozen=True):
    """Where one was when asking: the open room, how often something had been typed until then,
    the time in milliseconds since 1970, and whether there was a server to answer. ``order`` is
    greater with each room that is asked for."""

    open_room: int
    typed: int
    time_ms: int
    was_online: bool
    order: int = 0

    def is_on(self, now: RoomWait, *, has_text: bool) -> bool:
        """Whether to open the room, ``now`` that it is granted; ``has_text``: something is
        written and not sent."""
        if self.was_online and 0 <= now.time_ms - self.time_ms <= AT_ONCE_MS:
            return True
        is_there = (now.open_room, now.typed) == (self.open_room, self.typed)
        return is_there and not has_text
