"""The round trip that is shown: the shortest of the last few. No I/O.

The smoothed one (RFC 9002, 5.3) moves by an eighth with each sample: right for timers, but while
little is said a single slow answer, as at the start of a program, would be shown for minutes.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from protocol.flow import Flow

SAMPLES: Final = 4


class RecentRoundTrips:
    """Looks at a flow each time something was received on it."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=SAMPLES)
        self._flow: Flow | None = None
        self._reported = 0

    def look(self, flow: Flow) -> None:
        """Take in what `flow` has measured since; another flow begins anew."""
        if flow is not self._flow:
            self._flow, self._reported = flow, 0
            self._seconds.clear()
        latest_s = flow.round_trip.latest_s
        if latest_s is not None and flow.reported != self._reported:
            self._reported = flow.reported
            self._seconds.append(latest_s)

    @property
    def are_few(self) -> bool:
        """More samples would tell more."""
        return len(self._seconds) < SAMPLES

    @property
    def shortest_s(self) -> float | None:
        """In seconds; None before the first sample."""
        return min(self._seconds, default=None)
