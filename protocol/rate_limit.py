"""Token buckets, one per key, in one number each.

Theory: the generic cell rate algorithm. For each key we keep the time at which its bucket will
be full again. An event moves that time on by the cost of one token, and is allowed unless the
time would then lie further ahead than a whole bucket. A key whose time has passed has a full
bucket, which is the same as no entry at all, so the table forgets it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

#: Keys remembered at once. Beyond it the longest remembered is forgotten: it gains a full
#: bucket, the table stays small.
KEYS_MAX: Final = 4096


class RateLimit:
    """At most ``burst`` events at once and ``per_s`` a second, for each key apart."""

    def __init__(self, burst: int, per_s: float) -> None:
        self._interval_s = 1 / per_s
        self._bucket_s = burst / per_s
        self._full_at: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def allow(self, key: Hashable, now: float) -> bool:
        """Takes a token of the key's bucket; False, and nothing taken, when it is empty."""
        return self.wait_s(key, now) == 0.0

    def wait_s(self, key: Hashable, now: float) -> float:
        """Takes a token like ``allow`` and returns 0, or takes none and returns how many
        seconds it will be until there is one."""
        full_at = max(self._full_at.pop(key, now), now)
        wait_s = full_at + self._interval_s - (now + self._bucket_s)
        if wait_s <= 1e-9:
            full_at += self._interval_s
            wait_s = 0.0
        # Put back at the end: the first key of the table is the one longest unused.
        self._full_at[key] = full_at
        self._forget(now)
        return wait_s

    def _forget(self, now: float) -> None:
        # Two a call at most: the table shrinks faster than it grows, and nobody waits for it.
        for _ in range(2):
            oldest = next(iter(self._full_at))
            if self._full_at[oldest] > now and len(self._full_at) <= KEYS_MAX:
                return
            del self._full_at[oldest]
            if not self._full_at:
                return
