"""Which counters of a session have come already: each is accepted at most once.

The window is one integer whose bit *n* stands for the counter *n* below the highest. Asking and
remembering are apart, because a counter may only be remembered after its datagram proved
genuine; else a forger could use up the numbers of datagrams that are still on their way (RFC
4303, 3.4.3).
"""

from __future__ import annotations

from typing import Final

#: Datagrams may overtake each other by this many before the late one is taken for a replay.
REPLAY_WINDOW_BITS: Final = 2048

_ALL_BITS: Final = (1 << REPLAY_WINDOW_BITS) - 1


class ReplayWindow:
    """Remembers the highest counter and which of the 2,047 below it have come."""

    __slots__ = ("_seen", "highest")

    def __init__(self) -> None:
        #: Highest counter committed, -1 before the first.
        self.highest = -1
        self._seen = 0

    def would_accept(self, counter: int) -> bool:
        """Whether the counter is new and not too old. Changes nothing."""
        age = self.highest - counter
        return age < 0 or (age < REPLAY_WINDOW_BITS and not self._seen >> age & 1)

    def commit(self, counter: int) -> bool:
        """Remembers an acceptable counter; True when it is the highest so far."""
        age = self.highest - counter
        if age < 0:
            # A far jump must not build an integer as long as the jump.
            self._seen = (self._seen << min(-age, REPLAY_WINDOW_BITS) | 1) & _ALL_BITS
            self.highest = counter
            return True
        assert age < REPLAY_WINDOW_BITS, "committed a counter that would not be accepted"
        self._seen |= 1 << age
        return False
