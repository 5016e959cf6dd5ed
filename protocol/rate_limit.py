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
        if self.missing_s(key, now):
            return False
        self.take(key, now)
        return True

    def missing_s(self, key: Hashable, now: float, cost: int = 1) -> float:
        """How many seconds it will be until the key's bucket holds so many tokens, 0 when it
        does. What costs more than a whole bucket waits until that is full."""
        if self._full_at:
            self._forget(now)
        full_at = max(self._full_at.get(key, now), now)
        cost_s = min(cost * self._interval_s, self._bucket_s)
        wait_s = full_at + cost_s - (now + self._bucket_s)
        return wait_s if wait_s > 1e-9 * max(1.0, self._bucket_s) else 0.0

    def take(self, key: Hashable, now: float, cost: int = 1) -> None:
        """Takes so many tokens, which there are."""
        # Put back at the end: the first key of the table is the one longest unused.
        full_at = max(self._full_at.pop(key, now), now)
        self._full_at[key] = full_at + cost * self._interval_s
        self._forget(now)

    def _forget(self, now: float) -> None:
        # Two a call at most: the table shrinks faster than it grows, and nobody waits for it.
        for _ in range(2):
            oldest = next(iter(self._full_at))
            if self._full_at[oldest] > now and len(self._full_at) <= KEYS_MAX:
                return
            del self._full_at[oldest]
            if not self._full_at:
                return
