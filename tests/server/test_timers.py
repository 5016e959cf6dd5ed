"""Actions run at their time, in order, and what they plan waits for the next call."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.timers import Action, Timers


def noting(ran: list[tuple[int, int]], entry: tuple[int, int]) -> Action:
    return lambda now: ran.append(entry)


@given(st.lists(st.integers(0, 20), max_size=20), st.integers(0, 20))
def test_what_is_due_runs_in_order_of_time_and_then_of_planning(times: list[int], now: int) -> None:
    timers, ran = Timers(), list[tuple[int, int]]()
    for place, when in enumerate(times):
        timers.at(when, noting(ran, (when, place)))
    timers.run(now)
    assert ran == sorted((when, place) for place, when in enumerate(times) if when <= now)
    assert timers.next == min((when for when in times if when > now), default=None)


def test_an_action_gets_the_time_it_runs_at() -> None:
    timers, seen = Timers(), list[float]()
    timers.at(1.0, seen.append)
    timers.run(0.9)
    timers.run(2.5)
    assert seen == [2.5]


def test_an_action_that_plans_itself_again_at_once_does_not_hang_the_server() -> None:
    timers, count = Timers(), list[float]()

    def again(now: float) -> None:
        count.append(now)
        timers.at(now, again)

    timers.at(1.0, again)
    timers.run(1.0)
    timers.run(1.0)
    assert len(count) == 2
    assert timers.next == 1.0
