"""What both ends know of the path between them: round trip, loss, and how much may be in flight.

Theory. Every datagram has its own counter, so a report ("highest 812, 809 received, 3 ms ago")
tells the sender everything without a record per datagram: in flight is what was sent after the
highest, lost is what is missing below it, and the round trip is the age of the highest less the
receiver's delay; a retransmission has another counter, so no sample is ever ambiguous (Karn,
RFC 8085 3.1.1). The window counts bytes, in full datagrams of 1,200; a small one counts as an
eighth at the least. It grows and halves as RFC 9002 section 7 says. One ``Flow`` lives as long as
one pair of keys.
"""

from __future__ import annotations

from typing import Final

from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.sealing import TIMES, Sent

_FULL: Final = limits.DATAGRAM_BYTES_MAX
_LEAST: Final = limits.COUNTED_BYTES_MIN
#: Shares of loss that one report shows weigh so much: some twenty datagrams decide.
_LOSS_MEMORY: Final = 25
#: Of so many datagrams one is missing, four times out of five, where one in twenty is lost.
_CLEAN_AFTER: Final = 30


class RoundTrip:
    """Smoothed round trip and retransmission timer (RFC 9002, 5.3 and 6.2), in seconds."""

    __slots__ = ("latest_s", "smoothed_s", "variation_s")

    def __init__(self) -> None:
        self.latest_s: float | None = None
        self.smoothed_s = limits.INITIAL_TIMEOUT_S / 3
        self.variation_s = self.smoothed_s / 2

    def sample(self, seconds: float) -> None:
        """Take one measured round trip into the estimate."""
        if self.latest_s is None:
            self.smoothed_s, self.variation_s = seconds, seconds / 2
        else:
            deviation = abs(self.smoothed_s - seconds)
            self.variation_s += (deviation - self.variation_s) / 4
            self.smoothed_s += (seconds - self.smoothed_s) / 8
        self.latest_s = seconds

    def timeout_s(self, attempt: int = 0) -> float:
        """How long to wait for the answer to transmission number ``attempt`` (from 0)."""
        if self.latest_s is None:
            first = limits.INITIAL_TIMEOUT_S
        else:
            spread = max(4 * self.variation_s, limits.GRANULARITY_S)
            first = self.smoothed_s + spread + limits.ANSWER_DELAY_MAX_S
        return min(first * 2.0 ** min(attempt, 16), limits.TIMEOUT_MAX_S)


class Flow(Sent):
    """Both halves of a path's bookkeeping, as sender and as receiver.

    What each push changes is in ``Sent``; what is learned from reports, and the receiver, is here.
    """

    __slots__ = (
        "round_trip", "reported", "lost", "loss_ratio", "_threshold", "_recovery_until",
        "received", "highest", "report_due_at", "_highest_at", "_unreported", "_report_every",
        "_gap_seen", "_held_until", "_receive_lossy_until", "late", "_late_reported",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__(float(limits.WINDOW_INITIAL))
        self.round_trip = RoundTrip()
        # As sender: the number of datagrams up to the highest reported, and lost of those.
        self.reported = 0
        self.lost = 0
        self.loss_ratio = 0.0
        self._threshold = float(limits.WINDOW_MAX)
        self._recovery_until = 0
        self._late_reported = 0
        # As receiver.
        self.received = 0
        self.highest = -1
        #: Of those received, how many a later one had overtaken.
        self.late = 0
        #: When a report is due, None while there is nothing to report.
        self.report_due_at: float | None = None
        self._highest_at = 0.0
        self._unreported = 0
        self._report_every = float(limits.REPORT_EVERY_INITIAL)
        self._gap_seen = False
        #: While the report is held back because more keeps coming: until when at the latest.
        self._held_until: float | None = None
        self._receive_lossy_until = 0.0

    # --- sender ----------------------------------------------------------------------------
    @property
    def in_flight(self) -> int:
        """Datagrams sent after the highest one the peer has reported, in full ones, rounded up;
        but for those that only reported themselves: nobody reports those."""
        return -((self.reported_bytes - self.counted_bytes) // _FULL)

    @property
    def last_sent_at(self) -> float:
        """When the newest datagram left."""
        return self.sent_at(self.sent - 1)

    def on_report(
        self, highest: int, received: int, delay_ms: int, now: float, late: int = 0
    ) -> int:
        """Take in the peer's report; returns how many datagrams it newly shows as lost. ``late``
        of those received came after a later one: they do not make up for what was lost since.

        Raises ``RemoteProtocolError`` if it claims what was never sent: a lie about arrivals
        would open the window (RFC 9000, 21.4).
        """
        if not received:
            return 0  # nothing has come on these keys yet, so ``highest`` says nothing
        if highest >= self.sent or received > highest + 1:
            raise RemoteProtocolError("a report of datagrams that were never sent")
        arrived_up_to = highest + 1
        if arrived_up_to < self.reported:
            return 0  # an older report that came late
        newly_reported = arrived_up_to - self.reported
        lost = arrived_up_to - received
        newly_lost = lost - self.lost
        if not newly_reported and newly_lost >= 0:
            return 0  # nothing new, or older than the report that closed a gap
        in_order = received - (self.reported - self.lost) - (late - self._late_reported)
        lost_since = min(max(newly_reported - in_order, 0), newly_reported)
        self._late_reported = late
        bytes_before = self.reported_bytes
        if newly_reported:
            self._on_newly_reported(highest, delay_ms, now)
        self.reported = arrived_up_to
        self.lost = lost
        if newly_reported:
            # Late ones make up for what was counted as lost before, never for more.
            share = max(0, newly_lost) / newly_reported
            weight = min(1.0, newly_reported / _LOSS_MEMORY)
            self.loss_ratio += weight * (share - self.loss_ratio)
        self._adapt((self.reported_bytes - bytes_before) / _FULL, newly_lost, now)
        return max(newly_lost, lost_since)

    def _on_newly_reported(self, highest: int, delay_ms: int, now: float) -> None:
        outstanding = self.sent - highest - 1
        if outstanding >= TIMES:
            # Too long ago to know their sizes: taken for full ones, as far as that is possible.
            least = self.counted_bytes - outstanding * _FULL
            self.reported_bytes = max(self.reported_bytes, least)
            return
        self.reported_bytes = self.counted_to(highest)
        seconds = now - self.sent_at(highest) - delay_ms / 1000
        if seconds > 0:
            self.round_trip.sample(seconds)

    def _adapt(self, reported: float, lost: int, now: float) -> None:
        """So many full datagrams were reported, so many of any size newly lost."""
        if lost > 0:
            self.lossy_until = now + limits.LOSSY_FOR_S
            # One reaction a round trip: what was in flight at the last one does not count again.
            if self.reported > self._recovery_until:
                self.on_congestion()
        elif reported * 4 >= self.window:
            # Only a window that was used may grow (RFC 9002, 7.8).
            step = reported if self.window < self._threshold else reported / self.window
            self.window = min(self.window + step, float(limits.WINDOW_MAX))

    def on_congestion(self) -> None:
        """Something was lost or no report came in time: halve (RFC 8085, 3.1.1)."""
        self._threshold = max(self.window / 2, float(limits.WINDOW_MIN))
        self.window = self._threshold
        self._recovery_until = self.sent

    def on_new_path(self) -> None:
        """The peer has another address: nothing is known of the way there (RFC 9000, 9.4)."""
        self.round_trip = RoundTrip()
        self.window = float(limits.WINDOW_INITIAL)
        self._threshold = float(limits.WINDOW_MAX)
        self.reported = self.sent
        self.reported_bytes = self.counted_bytes
        self._recovery_until = self.sent

    # --- receiver --------------------------------------------------------------------------
    def on_received(
        self,
        counter: int,
        wants_report: bool,
        now: float,
        jitter: float,
        size_bytes: int = _FULL,
    ) -> None:
        """A datagram was opened. ``jitter`` (0..1) keeps a room from answering in chorus."""
        self.received += 1
        if counter > self.highest:
            if counter > self.highest + 1:
                self._gap_seen = True
                self._receive_lossy_until = now + limits.LOSSY_FOR_S
                self._due(now + limits.REPAIR_LINGER_S * (1 + jitter))
            self.highest = counter
            self._highest_at = now
        else:
            self.late += 1
        if not wants_report:
            return
        self._unreported += size_bytes if size_bytes > _LEAST else _LEAST
        if self._unreported >= self._report_every * _FULL:
            self._due(now)
        elif now < self._receive_lossy_until:
            if self.report_due_at is None:
                self._due(now + limits.LOSSY_REPORT_DELAY_S * (0.75 + jitter / 4))
        elif self._held_until is not None or self.report_due_at is None:
            share = 0.75 + jitter / 4
            if self._held_until is None:
                self._held_until = now + limits.REPORT_HELD_MAX_S * share
            self.report_due_at = min(now + limits.REPORT_DELAY_S * share, self._held_until)

    def is_clean(self, now: float) -> bool:
        """Enough has come to tell, and nothing was lost lately, in either direction."""
        return self.received >= _CLEAN_AFTER and not self.is_lossy(now)

    def is_lossy(self, now: float) -> bool:
        """Something was lost lately, in either direction."""
        return now < max(self.lossy_until, self._receive_lossy_until)

    def wants_company(self, now: float) -> bool:
        """A report may as well go now, with something else: it is due soon, or the path loses so
        much that it may have to be said twice."""
        if self.report_due_at is None:
            return now < self._receive_lossy_until
        return (
            now < self._receive_lossy_until or self.report_due_at < now + limits.REPORT_DELAY_S / 2
        )

    @property
    def gap_seen(self) -> bool:
        """Something is missing that may only have been overtaken; it is reported a moment later."""
        return self._gap_seen

    def ask_report(self, now: float) -> None:
        """The peer wants to hear at once."""
        self._due(now)

    def _due(self, at: float) -> None:
        if self.report_due_at is None or at < self.report_due_at:
            self.report_due_at = at
            self._held_until = None

    def take_report(self, now: float) -> tuple[int, int, int]:
        """(highest, received, delay in ms) for a report that leaves now."""
        if self._gap_seen:
            self._report_every = float(limits.REPORT_EVERY_MIN)
        elif self._unreported >= self._report_every * _FULL:
            self._report_every = min(self._report_every * 1.5, float(limits.REPORT_EVERY_MAX))
        self._gap_seen = False
        self._unreported = 0
        self.report_due_at = self._held_until = None
        delay_ms = max(0, int((now - self._highest_at) * 1000))
        return max(self.highest, 0), self.received, delay_ms
