"""The follower's half of a stream: what it holds, what it lacks, and when to ask for it.

Numbers only; what the entries say is kept elsewhere. A gap that appears is taken for reordering
first, and asked for after a short linger, the newest part before the older ones. Of a range that
was asked for, what is still missing when the answer is overdue is asked for again, with back-off
that begins anew whenever something arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocol import limits
from protocol.sequence_set import SequenceSet

#: Entries asked for at once, and asks that wait for their answer at the same time. Together they
#: bound what a follower can make the other side send.
_ASK_ENTRIES = 200
_ASKS_MAX = 3
#: No more doublings than this while other entries arrive (RFC 9002, 6.2.1 resets them all).
_ATTEMPTS_ALIVE = 1
#: Ranges of one ask that are repeated at once: all asks together fit what a server keeps in hand.
_REPEATED_MAX = limits.RANGES_IN_HAND_MAX // _ASKS_MAX


@dataclass(slots=True)
class _Ask:
    first: int
    last: int
    due_at: float
    attempt: int = 0


class StreamReplica:
    """Follows one stream from ``base`` on."""

    __slots__ = ("base", "head", "held", "ref", "_asks", "_gap_at", "_timeout_s")

    def __init__(self, ref: int, base: int = 1, held: SequenceSet | None = None) -> None:
        self.ref = ref
        #: Everything from here on is wanted.
        self.base = base
        #: The newest number the other side has, as far as we know.
        self.head = held.greatest if held else 0
        self.held = held if held is not None else SequenceSet()
        self._asks: list[_Ask] = []
        self._gap_at: float | None = None
        self._timeout_s = limits.INITIAL_TIMEOUT_S

    @property
    def complete_to(self) -> int:
        """Every number from ``base`` up to this one is held."""
        return self.held.complete_to(self.base)

    @property
    def missing(self) -> int:
        """How many numbers between base and head are not held."""
        return sum(last - first + 1 for first, last in self.held.gaps(self.base, self.head))

    def hold(self, first: int, last: int, now: float) -> list[tuple[int, int]]:
        """Numbers ``first..last`` have arrived; returns the parts that are new."""
        fresh = self.held.gaps(first, last)
        if fresh:
            self.held.add(first, last)
            if self._asks:
                self._on_held(first, last, now)
        self.note_head(last, now)
        return fresh

    def _on_held(self, first: int, last: int, now: float) -> None:
        for ask in self._asks:
            if ask.first <= last and first <= ask.last:
                ask.due_at, ask.attempt = now + self._timeout_s, 0
            elif ask.attempt > _ATTEMPTS_ALIVE:
                # Something else came: the path works, so the answer is lost rather than late.
                ask.attempt = _ATTEMPTS_ALIVE
                ask.due_at = min(ask.due_at, now + self._timeout_s * 2.0**_ATTEMPTS_ALIVE)
        self._asks = [ask for ask in self._asks if self.held.gaps(ask.first, ask.last)]

    def note_head(self, head: int, now: float) -> None:
        """The other side has entries up to ``head``."""
        self.head = max(self.head, head)
        if self._gap_at is None and self.complete_to < self.head:
            self._gap_at = now

    def want_from(self, base: int, now: float) -> None:
        """Hold older entries as well, from ``base`` on."""
        if base < self.base:
            self.base = base
            self._gap_at = now - limits.REPAIR_LINGER_S

    def restart(self, now: float) -> None:
        """A new session: what was asked for in the old one will not come."""
        self._asks.clear()
        self._gap_at = now - limits.REPAIR_LINGER_S if self.complete_to < self.head else None

    def cut_above(self, number: int) -> None:
        """Entries above ``number`` belong to another history: forget them."""
        self.held.remove_above(number)
        self.head = min(self.head, number)
        self._asks.clear()

    def next_timer(self) -> float | None:
        """When ``requests_due`` will have something to ask for; None while nothing is missing."""
        if not self._asks and self._gap_at is None:
            return None
        times = [ask.due_at for ask in self._asks]
        if self._gap_at is not None and len(self._asks) < _ASKS_MAX:
            times.append(self._gap_at + limits.REPAIR_LINGER_S)
        return min(times, default=None)

    def requests_due(self, now: float, timeout_s: float) -> list[tuple[int, int]]:
        """Ranges to ask for now; ``timeout_s`` is how long an answer may take on this path."""
        # After bad times the estimate may be a minute; the path works again long before that.
        self._timeout_s = min(timeout_s, limits.SILENCE_MAX_S)
        due: list[tuple[int, int]] = []
        for ask in self._asks:
            if now >= ask.due_at:
                ask.attempt += 1
                wait_s = self._timeout_s * 2.0 ** min(ask.attempt, 16)
                ask.due_at = now + min(wait_s, limits.SILENCE_MAX_S)
                due += reversed(self.held.gaps(ask.first, ask.last)[-_REPEATED_MAX:])
        if self._gap_at is not None and now >= self._gap_at + limits.REPAIR_LINGER_S:
            due += self._ask_anew(now)
        return due

    def _ask_anew(self, now: float) -> list[tuple[int, int]]:
        """Ask for missing ranges that nobody was asked for yet, newest first."""
        wanted = SequenceSet((ask.first, ask.last) for ask in self._asks)
        fresh: list[tuple[int, int]] = []
        unasked = False
        for first, last in reversed(self.held.gaps(self.base, self.head)):
            for low, high in reversed(wanted.gaps(first, last)):
                while high >= low:
                    if len(self._asks) >= _ASKS_MAX:
                        unasked = True
                        break
                    start = max(low, high - _ASK_ENTRIES + 1)
                    self._asks.append(_Ask(start, high, now + self._timeout_s))
                    fresh.append((start, high))
                    high = start - 1
        # Whatever could not be asked for now is asked for as soon as an answer is complete.
        self._gap_at = now - limits.REPAIR_LINGER_S if unasked else None
        return fresh
