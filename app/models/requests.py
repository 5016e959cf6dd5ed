"""Requests that write nothing: repeated until answered, harmless when they arrive twice."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from protocol import limits
from protocol.flow import RoundTrip
from protocol.frames import Frame


@dataclass(slots=True)
class _Request:
    frame: Frame
    due_at: float
    attempt: int = 0


class Requests:
    """What was asked and not yet answered, by a key that its answer leads to."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Request] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._open

    def ask(self, key: Hashable, frame: Frame, now: float) -> None:
        """Send this, and again until ``answered``; replaces what was asked under the key."""
        self._open[key] = _Request(frame, now)

    def answered(self, key: Hashable) -> bool:
        """The answer is here; False if nobody asked (any more)."""
        return self._open.pop(key, None) is not None

    def clear(self) -> None:
        """A new session: what was asked in the old one is asked anew by whoever needs it."""
        self._open.clear()

    def next_timer(self) -> float | None:
        """When something is to be sent."""
        return min((request.due_at for request in self._open.values()), default=None)

    def due(self, now: float, round_trip: RoundTrip) -> list[Frame]:
        """Frames to send now."""
        frames = []
        for request in self._open.values():
            if now >= request.due_at:
                frames.append(request.frame)
                wait_s = min(round_trip.timeout_s(request.attempt), limits.SILENCE_MAX_S)
                request.due_at = now + wait_s
                request.attempt += 1
        return frames
