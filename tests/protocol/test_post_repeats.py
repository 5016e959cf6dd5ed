"""A post is said again early where that helps, and by its timer alone where it is for nothing."""

from __future__ import annotations

import pytest

from protocol import limits
from protocol.flow import Flow, RoundTrip
from protocol.post_repeats import PostRepeats

EARLY = limits.POST_REPEAT_S
QUICK, SLOW = EARLY / 3, EARLY * 3


def clean_path(round_trip_s: float = 0.001) -> Flow:
    flow = Flow()
    for counter in range(30):
        flow.on_received(counter, True, 0.0, 0.0)
    flow.round_trip.sample(round_trip_s)
    return flow


def after(*answers_s: float) -> PostRepeats:
    repeats = PostRepeats()
    for seconds in answers_s:
        repeats.on_answer(seconds, 1)
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
        repeats.on_answer(QUICK, 1)


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


def test_early_as_long_as_too_little_has_come_to_call_the_path_clean() -> None:
    flow = Flow()
    for counter in range(29):
        flow.on_received(counter, True, 0.0, 0.0)
    assert waits(after(SLOW), flow, 1) == [EARLY]
    flow.on_received(29, True, 0.0, 0.0)
    assert waits(after(SLOW), flow, 1) != [EARLY]


def test_a_burst_is_not_repeated_early() -> None:
    assert waits(after(QUICK), clean_path(), 1, in_hand=2) == [EARLY]
    assert waits(after(QUICK), clean_path(), 1, in_hand=3) != [EARLY]


@pytest.mark.parametrize("seconds", [3.0, 1800.0])
def test_however_long_an_answer_took_the_next_post_is_soon_repeated(seconds: float) -> None:
    repeats = after(*[QUICK] * 20, seconds)

    assert waits(repeats, clean_path(), 1)[0] < 0.6
    for _ in range(15):
        repeats.on_answer(QUICK, 1)
    assert waits(repeats, clean_path(), 1) == [EARLY]


def test_who_answers_just_before_the_next_repeat_cannot_make_posts_wait_ever_longer() -> None:
    repeats, flow = after(), clean_path()
    for _ in range(30):
        first, second = waits(repeats, flow, 2)
        assert first < 1.6
        repeats.on_answer(first + 0.99 * second, 2)


@pytest.mark.parametrize(("times", "counts"), [(0, False), (1, True), (2, True), (3, False)])
def test_only_what_was_sent_once_or_twice_is_timed(times: int, counts: bool) -> None:
    repeats = PostRepeats()
    repeats.on_answer(SLOW, times)
    assert (waits(repeats, clean_path(), 1) != [EARLY]) is counts
