"""Things to do later, in one heap: nothing ever walks all sessions to see who is due."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

Action = Callable[[float], None]


class Timers:
    """Runs actions at or after their time. An action gets the current time as argument."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Action]] = []
        self._ties = count()

    def at(self, when: float, action: Action) -> None:
        """Run ``action`` at ``when`` (seconds of the caller's clock)."""
        heapq.heappush(self._heap, (when, next(self._ties), action))

    @property
    def next(self) -> float | None:
        """When the earliest action is due, None if there is none."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: float) -> None:
        """Run what is due; what it schedules for now or earlier waits for the next call."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap)[2])
        for action in due:
            action(now)
