"""Questions are repeated, further and further apart, until they are answered."""

from __future__ import annotations

import pytest

from app.models.requests import Requests
from protocol import limits
from protocol.flow import RoundTrip
from protocol.frames import Who


def times_sent(requests: Requests, round_trip: RoundTrip, until: float) -> list[float]:
    times = []
    while (due := requests.next_timer()) is not None and due <= until:
        assert requests.due(due - 1e-6, round_trip) == []
        times += [due] * len(requests.due(due, round_trip))
    return times


def test_repeats_with_back_off_and_not_slower_than_silence_is_noticed() -> None:
    requests = Requests()
    requests.ask("who", Who([1]), 10.0)
    times = times_sent(requests, RoundTrip(), 50.0)
    assert times == pytest.approx([10, 11, 13, 17, 25, 33, 41, 49])
    assert times[-1] - times[-2] == pytest.approx(limits.SILENCE_MAX_S)


def test_sooner_where_the_round_trip_is_known() -> None:
    requests, round_trip = Requests(), RoundTrip()
    round_trip.sample(0.010)
    requests.ask("who", Who([1]), 0.0)
    first, second = times_sent(requests, round_trip, 0.1)[:2]
    assert second - first == pytest.approx(round_trip.timeout_s())


def test_an_answer_ends_it_once() -> None:
    requests = Requests()
    requests.ask("who", Who([1]), 0.0)
    assert "who" in requests
    assert requests.answered("who")
    assert not requests.answered("who")
    assert "who" not in requests
    assert requests.next_timer() is None
    assert requests.due(99.0, RoundTrip()) == []


def test_the_same_question_anew_begins_anew() -> None:
    requests = Requests()
    requests.ask("who", Who([1]), 0.0)
    assert requests.due(0.0, RoundTrip()) == [Who([1])]
    assert requests.due(1.0, RoundTrip()) == [Who([1])]
    requests.ask("who", Who([2]), 1.5)
    assert requests.due(1.5, RoundTrip()) == [Who([2])]
    assert requests.next_timer() == pytest.approx(2.5)


def test_others_are_not_disturbed_and_a_new_session_forgets_all() -> None:
    requests = Requests()
    requests.ask("a", Who([1]), 0.0)
    requests.ask("b", Who([2]), 5.0)
    assert requests.due(0.0, RoundTrip()) == [Who([1])]
    assert requests.answered("a")
    assert requests.next_timer() == 5.0
    requests.clear()
    assert requests.next_timer() is None
