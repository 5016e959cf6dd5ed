"""Virtual time: what happens when, in one heap, and a timer that follows a state machine's wish."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from tests.simulation.trace import Violation

Action = Callable[[], None]

#: So many events within so short a time: somebody sets a timer and does nothing when it is due.
_STORM_EVENTS = 50_000
_STORM_S = 0.2


class Schedule:
    """Runs actions in the order of their times; of equal times, in the order of planning."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.events = 0
        self._storm_from = float("-inf")
        self._heap: list[tuple[float, int, Action]] = []
        self._ties = count()

    def at(self, when: float, action: Action) -> None:
        """Run ``action`` at ``when``, or now if that has passed."""
        heapq.heappush(self._heap, (when, next(self._ties), action))

    def after(self, delay_s: float, action: Action) -> None:
        """Run ``action`` so much later."""
        self.at(self.now + delay_s, action)

    def run(self, seconds: float, until: Callable[[], bool] | None = None) -> bool:
        """Let time pass, at most so much; True as soon as ``until`` holds."""
        end = self.now + seconds
        heap = self._heap
        while heap and heap[0][0] <= end:
            when, _, action = heapq.heappop(heap)
            if when > self.now:
                # Asked between moments only: within one, things are half done.
                if until is not None and until():
                    return True
                self.now = when
            self.events += 1
            if self.events % _STORM_EVENTS == 0:
                self._check_storm()
            action()
        self.now = end
        return until is not None and until()

    def _check_storm(self) -> None:
        if self.now < self._storm_from + _STORM_S:
            raise Violation("S16", f"{_STORM_EVENTS} things happened within {_STORM_S} s")
        self._storm_from = self.now


class Clock:
    """A machine's own monotonic clock: it starts anywhere and runs a little fast or slow."""

    def __init__(self, schedule: Schedule, offset_s: float, rate: float) -> None:
        self._schedule = schedule
        self._offset_s = offset_s
        self._rate = rate

    def now(self) -> float:
        """What the machine reads."""
        return self._offset_s + self._schedule.now * self._rate

    def when(self, local: float) -> float:
        """The true time at which the machine reads ``local``."""
        return (local - self._offset_s) / self._rate


class Alarm:
    """Calls ``action`` when a state machine's next timer is due; set it again after each call."""

    def __init__(self, schedule: Schedule, clock: Clock, action: Action) -> None:
        self._schedule = schedule
        self._clock = clock
        self._action = action
        self._set_for: float | None = None

    def set(self, local: float | None) -> None:
        """Due at this time of the machine's clock; None: never."""
        if local == self._set_for:
            return
        self._set_for = local
        if local is not None:
            # A hair later, so that the machine's clock has surely reached it.
            when = max(self._schedule.now, self._clock.when(local) + 1e-9)
            self._schedule.at(when, lambda: self._ring(local))

    def _ring(self, local: float) -> None:
        if self._set_for == local:
            self._set_for = None
            self._action()
