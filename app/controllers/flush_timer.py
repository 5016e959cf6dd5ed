"""Lets many changes reach the screen together: at most one flush in 33 ms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

FLUSH_EVERY_S: Final = 0.033


class Scheduler(Protocol):
    """Runs something later on this thread: Tk's ``after`` looks like this."""

    def after(self, ms: int, func: Callable[[], object], /) -> str:
        """Call ``func`` once, in so many milliseconds."""

    def after_cancel(self, id: str, /) -> None:  # noqa: A002 - Tk calls it so
        """Do not."""


class FlushTimer:
    """Calls ``flush`` soon after ``mark``, and not again for a while."""

    def __init__(
        self, scheduler: Scheduler, clock: Callable[[], float], flush: Callable[[], None]
    ) -> None:
        self._scheduler = scheduler
        self._clock = clock
        self._flush = flush
        self._timer: str | None = None
        self._next_at = 0.0
        self._is_closed = False

    def mark(self) -> None:
        """Something changed: what is typed shows at the next turn of the loop, a flood in steps."""
        if self._timer is None and not self._is_closed:
            wait_s = max(0.0, self._next_at - self._clock())
            self._timer = self._scheduler.after(int(wait_s * 1000) + 1, self._run)

    def close(self) -> None:
        """No more flushes."""
        self._is_closed = True
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    def _run(self) -> None:
        self._timer = None
        self._next_at = self._clock() + FLUSH_EVERY_S
        self._flush()
