"""Says whether we are here, and what we say of it, until the server has heard it.

No frame answers this one, but every report of the server tells how many datagrams it has: if one
that covers ours shows no more of them lost than were before, ours has arrived. If it shows more, or
none comes in time, it is said again, in its newest form; to hear it twice changes nothing.
"""

from __future__ import annotations

from protocol import limits
from protocol.flow import Flow
from protocol.frames import SetPresence


class PresenceTeller:
    """Drive it with ``look`` whenever something came, and send what is ``due``."""

    def __init__(self) -> None:
        self._frame: SetPresence | None = None
        self._due_at = 0.0
        self._times = 0
        #: When it left last: datagrams sent by then, and how many were known to be lost.
        self._sent = self._lost = 0

    @property
    def is_heard(self) -> bool:
        """Nothing was said that may not have arrived."""
        return self._frame is None

    def say(self, frame: SetPresence) -> None:
        """From now on this holds; it is due at once."""
        self._frame, self._due_at, self._times = frame, float("-inf"), 0

    def look(self, flow: Flow, now: float) -> None:
        """Perhaps a report came."""
        if self._frame is not None and self._times and flow.reported >= self._sent:
            if flow.lost <= self._lost:
                self._frame = None
            else:
                self._due_at = min(self._due_at, now)

    def due(self, now: float) -> SetPresence | None:
        """What is to be sent now; tell ``on_sent`` when it has left."""
        return self._frame if now >= self._due_at else None

    def on_sent(self, flow: Flow, now: float) -> None:
        """It is in a datagram of this flow, which is the newest."""
        self._times += 1
        self._sent, self._lost = flow.sent, flow.lost
        wait_s = flow.round_trip.timeout_s(self._times - 1) + limits.REPORT_DELAY_S
        self._due_at = now + min(wait_s, limits.KEEPALIVE_S)

    def next_timer(self) -> float | None:
        """When ``due`` has something; None: never."""
        return None if self._frame is None else self._due_at
