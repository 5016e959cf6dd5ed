"""A post is said again early where that helps, and by its timer alone where it is for nothing."""

from __future__ import annotations

import pytest

from protocol import limits
from protocol.flow import Flow, RoundTrip
from protocol.post_repeats import PostRepeats

EARLY = limits.POST_REPEAT_S
QUICK, SLOW = EARLY / 3, EARLY * 3


def path(received: int, round_trip_s: float) -> Flow:
    flow = Flow()
    for counter in range(received):
        flow.on_received(counter, True, 0.0, 0.0)
    flow.round_trip.sample(round_trip_s)
    return flow


def clean_path(round_trip_s: float = 0.001) -> Flow:
    return path(30, round_trip_s)


class Repeats(PostRepeats):
    """One post after the other is answered."""

    now = 0.0

    def answer(self, seconds: float, posts: int = 1) -> None:
        """So many posts leave, and all are answered so much later."""
        left_at, self.now = self.now, self.now + seconds
        for _ in range(posts):
            self.on_answer(left_at, self.now)


def after(*answers_s: float) -> Repeats:
    repeats = Repeats()
    for seconds in answers_s:
        repeats.answer(seconds)
    return repeats


def waits(repeats: PostRepeats, flow: Flow, count: int, in_hand: int = 1) -> list[float]:
    return [repeats.wait_s(times, in_hand, flow, 1.0) for times in range(1, count + 1)]


def timer(*samples_s: float) -> RoundTrip:
    round_trip = RoundTrip()
    for seconds in samples_s:
        round_trip.sample(seconds)
    return round_trip


def test_early_where_receipts_are_quick_or_nothing_is_known_of_them() -> None:
    flow = clean_path()
    assert waits(after(), flow, 2) == [EARLY, flow.round_trip.timeout_s()]
    assert waits(after(QUICK), flow, 2) == [EARLY, timer(QUICK).timeout_s()]


def test_not_early_where_they_are_slow_and_the_path_is_clean() -> None:
    repeats, answers = after(SLOW, SLOW), timer(SLOW, SLOW)

    assert waits(repeats, clean_path(), 3) == [answers.timeout_s(attempt) for attempt in (0, 1, 2)]


def test_it_waits_for_the_longer_of_both_timers() -> None:
    far = clean_path(0.5)

    assert waits(after(SLOW), far, 1) == [far.round_trip.timeout_s()]


def test_early_again_after_they_became_quick() -> None:
    repeats = after(SLOW)
    while waits(repeats, clean_path(), 1) != [EARLY]:
        repeats.answer(QUICK)


@pytest.mark.parametrize("received", [True, False])
def test_early_as_often_as_the_loss_asks_for_whatever_receipts_take(received: bool) -> None:
    flow = clean_path()
    flow.loss_ratio = 0.2
    if received:
        flow.on_received(31, True, 0.9, 0.0)  # 30 is missing
    else:
        flow.lossy_until = 1.1

    found = waits(after(SLOW), flow, 4)

    assert found == [EARLY, EARLY, EARLY, flow.round_trip.timeout_s()]


def test_early_as_long_as_too_little_has_come_to_call_a_long_path_clean() -> None:
    far = 2 * EARLY
    assert waits(after(SLOW), path(29, far), 1) == [EARLY]
    assert waits(after(SLOW), path(30, far), 1) != [EARLY]


def test_not_early_where_the_path_is_quick_and_the_server_slow_however_little_has_come() -> None:
    repeats, answers = after(SLOW), timer(SLOW)

    assert waits(repeats, path(1, QUICK), 2) == [answers.timeout_s(0), answers.timeout_s(1)]


def test_what_nobody_has_measured_is_no_quick_path() -> None:
    assert waits(after(SLOW), Flow(), 1) == [EARLY]


def test_where_no_round_trip_was_measured_an_answer_is_one() -> None:
    unmeasured = Flow()
    for counter in range(30):
        unmeasured.on_received(counter, True, 0.0, 0.0)
    assert waits(after(SLOW), unmeasured, 2) == [timer(SLOW).timeout_s(n) for n in (0, 1)]


def test_answers_are_waited_for_before_the_path_is_known_to_be_clean() -> None:
    assert waits(after(SLOW), path(1, 2 * EARLY), 2) == [EARLY, timer(SLOW).timeout_s()]


def test_a_burst_is_not_repeated_early() -> None:
    assert waits(after(QUICK), clean_path(), 1, in_hand=2) == [EARLY]
    assert waits(after(QUICK), clean_path(), 1, in_hand=3) != [EARLY]


@pytest.mark.parametrize(("seconds", "posts"), [(3.0, 1), (1800.0, 1), (3.0, 50)])
def test_however_long_an_answer_took_the_next_post_is_soon_repeated(
    seconds: float, posts: int
) -> None:
    repeats = after(*[QUICK] * 20)
    repeats.answer(seconds, posts)

    assert waits(repeats, clean_path(), 1)[0] < 0.6
    for _ in range(15):
        repeats.answer(QUICK)
    assert waits(repeats, clean_path(), 1) == [EARLY]


def test_who_answers_just_before_the_next_repeat_cannot_make_posts_wait_ever_longer() -> None:
    repeats, flow = after(), clean_path()
    for _ in range(30):
        first, second = waits(repeats, flow, 2)
        assert first < 1.6
        repeats.answer(first + 0.99 * second)


@pytest.mark.parametrize("posts", [1, 50])
def test_a_few_quick_answers_end_what_a_stall_has_shown(posts: int) -> None:
    very_quick = EARLY / 10
    repeats = after(*[very_quick] * 20)
    repeats.answer(3.0, posts)
    for _ in range(3):
        assert waits(repeats, clean_path(), 1) != [EARLY]
        repeats.answer(very_quick)
    assert waits(repeats, clean_path(), 1) == [EARLY]


def test_one_quick_answer_of_a_busy_server_does_not() -> None:
    slow_then_quick = after(*[SLOW] * 9, SLOW / 20)
    assert slow_then_quick._answers.smoothed_s == timer(*[SLOW] * 9, SLOW / 20).smoothed_s
