"""Moments in which the whole machine stood still, as a virtual machine does when its host is busy.

A thread sleeps a millisecond at a time and notes when it woke much too late. Where it may, it runs
before all others, so that what it sees is the machine and not the load.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from typing import Final

_STEP_S: Final = 0.001
_LATE_S: Final = 0.020


class StallWatch:
    """Counts between ``start`` and ``stop``."""

    def __init__(self) -> None:
        self.count = 0
        self.longest_s = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stalls", daemon=True)

    def start(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def stop(self) -> dict[str, float]:
        """What was seen: how often, and the longest, in milliseconds."""
        self._stopped.set()
        self._thread.join(2.0)
        return {"count": self.count, "longest_ms": round(self.longest_s * 1000, 1)}

    def _run(self) -> None:
        if hasattr(os, "sched_setscheduler"):
            with contextlib.suppress(OSError):  # only root may
                os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        before = time.perf_counter()
        while not self._stopped.is_set():
            time.sleep(_STEP_S)
            now = time.perf_counter()
            late_s = now - before - _STEP_S
            if late_s > _LATE_S:
                self.count += 1
                self.longest_s = max(self.longest_s, late_s)
            before = now
