"""Things to do later, in one heap: nothing ever walks all sessions to see who is due."""

from __future__ import annotations

import heapq
from collections.abc import Callable

Action = Callable[[float], None]


class Timers:
    """Runs actions at or after their time. An action gets the current time as argument."""

    def __init__(self) -> None:
        #: Times in a heap, each once: a push to a large room plans the same for all its members.
        self._times: list[float] = []
        self._actions: dict[float, list[Action]] = {}

    def at(self, when: float, action: Action) -> None:
        """Run ``action`` at ``when`` (seconds of the caller's clock)."""
        actions = self._actions.get(when)
        if actions is None:
            self._actions[when] = [action]
            heapq.heappush(self._times, when)
        else:
            actions.append(action)

    @property
    def next(self) -> float | None:
        """When the earliest action is due, None if there is none."""
        return self._times[0] if self._times else None

    def run(self, now: float) -> None:
        """Run what is due; what it schedules for now or earlier waits for the next call."""
        due: list[Action] = []
        while self._times and self._times[0] <= now:
            due += self._actions.pop(heapq.heappop(self._times))
        for action in due:
            action(now)
