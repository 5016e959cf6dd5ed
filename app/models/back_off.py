"""How long to wait before the next try to come to the server.

Theory. Each try in vain doubles the pause, with jitter, so that a room full of clients does not
call in one breath. What says that the server may be there again cuts a pause short: an announcement
on the network, a datagram from where it was, its own reset. All but the last can be forged or
repeated, so such hints have an allowance, beyond which they are not heeded: nobody can make us call
without end.
"""

from __future__ import annotations

from typing import Final

from protocol.rate_limit import RateLimit

FIRST_S: Final = 0.5
MAX_S: Final = 30.0
#: After a restart clients come back within this (security: "restart storm").
RETURN_SPREAD_S: Final = 2.0
#: A hint is heeded within this: it reaches many clients at once.
HINT_SPREAD_S: Final = 0.5
#: So many hints are heeded at once, then one in so many seconds. Forged without end they bring the
#: datagrams of some minutes to less than one in 3 s.
HINTS_AT_ONCE: Final = 3
HINT_EVERY_S: Final = 120.0


class BackOff:
    """When the next try is due. ``jitter`` is 0 to 1 by chance."""

    def __init__(self) -> None:
        #: None while nothing is planned.
        self.due_at: float | None = None
        self._pause_s = FIRST_S
        self._hints = RateLimit(HINTS_AT_ONCE, 1 / HINT_EVERY_S)

    def begin_anew(self) -> None:
        """The next pause is a short one."""
        self._pause_s = FIRST_S

    def soon(self, now: float, jitter: float) -> float:
        """Plan a try after a short pause, which is returned, in seconds."""
        return self.wait(now, FIRST_S * (0.5 + jitter))

    def pause(self, now: float, jitter: float) -> float:
        """Plan a try after a pause, which is returned; the next one is twice as long."""
        wait_s = self._pause_s * (0.5 + jitter)
        self._pause_s = min(self._pause_s * 2, MAX_S)
        return self.wait(now, wait_s)

    def spread(self, now: float, jitter: float) -> float:
        """Plan a try beside many others who lost the same server in the same moment."""
        return self.wait(now, jitter * RETURN_SPREAD_S)

    def wait(self, now: float, wait_s: float) -> float:
        """Plan a try after so many seconds, which are returned."""
        self.due_at = now + wait_s
        return wait_s

    def hint(self, now: float, jitter: float, *, is_proven: bool = False) -> None:
        """The server may be there again, for sure if ``is_proven``: try soon, and go on trying."""
        is_soon = self.due_at is not None and self.due_at <= now + HINT_SPREAD_S
        if not is_soon and (is_proven or self._hints.allow(None, now)):
            self.begin_anew()
            self.wait(now, jitter * HINT_SPREAD_S)

    def take_due(self, now: float) -> bool:
        """Whether a try is due, once."""
        is_due = self.due_at is not None and now >= self.due_at
        if is_due:
            self.due_at = None
        return is_due
