"""When a post that nobody has answered for is sent again.

A receipt is the answer of a person's own words, and it waits for more than the network: for the
server's turn and its disk. So the time that receipts take is measured beside the round trip, and
two things follow from it. Where they are quick, or the path may lose datagrams, a fresh post that
has none after some 15 ms is repeated at once: on a lossy path that often saves a round trip. Where
they are slow and the path is clean, or near, that repeat would double every post for nothing, a
busy server's work most of all; there a post waits for the longer of both timers (RFC 9002, 6.2).
"""

from __future__ import annotations

from typing import Final

from protocol import limits
from protocol.flow import Flow, RoundTrip
from protocol.redundancy import repeats

#: A burst of posts repeats nothing early: its first receipts show soon enough if the path loses.
_EARLY_IN_HAND_MAX: Final = 2
#: A longer one says no more than this: either end slept, or the server stalled or wants it so. Else
#: one of them would delay the repeats of dozens of posts that come after.
_ANSWER_MAX_S: Final = 0.5
#: As two answers of a busy server in a row seldom are by chance.
_FAR_QUICKER: Final = 8


class AnswerTime(RoundTrip):
    """The same estimate, of how long a post waits for its answer.

    Unlike a path, a server that stalled is as quick as before the moment it goes on.
    """

    __slots__ = ()

    def sample(self, seconds: float) -> None:
        """Take one answer into the estimate; two in a row that are far quicker halve it."""
        latest_s = self.latest_s
        if latest_s is None or max(seconds, latest_s) > self.smoothed_s / _FAR_QUICKER:
            super().sample(seconds)
        else:
            self.latest_s = seconds
            self.smoothed_s /= 2
            self.variation_s /= 2


class PostRepeats:
    """What one session's receipts have shown so far."""

    __slots__ = ("_answered_at", "_answers")

    def __init__(self) -> None:
        self._answers = AnswerTime()
        #: When the last answer came whose time was taken.
        self._answered_at = float("-inf")

    def on_answer(self, first_sent_at: float, now: float) -> None:
        """An answer came, to a post that had left first at that time.

        It may have answered a later one (Karn), so the time is at worst too long. That would matter
        where the path loses, and there nobody looks at it. Posts that waited together waited for
        one thing: it counts once, or a stall with dozens of them would delay dozens of repeats.
        """
        if first_sent_at >= self._answered_at:
            self._answers.sample(min(now - first_sent_at, _ANSWER_MAX_S))
            self._answered_at = now

    def wait_s(self, times: int, in_hand: int, flow: Flow, now: float) -> float:
        """How long a post waits that has now been sent ``times`` times, among ``in_hand``."""
        early = 0 if self._is_server_slow(flow, now) else repeats(flow.loss_ratio)
        if times <= early and in_hand <= _EARLY_IN_HAND_MAX:
            return limits.POST_REPEAT_S
        attempt = max(0, times - 1 - early)
        path_s, answers_s = flow.round_trip.timeout_s(attempt), self._answers.timeout_s(attempt)
        if self._answers.latest_s is None:
            return path_s
        if flow.round_trip.latest_s is None:
            return answers_s  # an answer has been there and back as well
        return path_s if flow.is_lossy(now) else max(path_s, answers_s)

    def _is_server_slow(self, flow: Flow, now: float) -> bool:
        """Receipts take longer than an early repeat waits, and not because something was lost."""
        if self._answers.latest_s is None or self._answers.smoothed_s <= limits.POST_REPEAT_S:
            return False
        is_near = flow.round_trip.smoothed_s <= limits.POST_REPEAT_S
        return flow.is_clean(now) or (is_near and not flow.is_lossy(now))
