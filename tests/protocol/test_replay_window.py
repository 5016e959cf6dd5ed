"""Each counter is accepted at most once, however the datagrams come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocol.replay_window import REPLAY_WINDOW_BITS, ReplayWindow


def accept(window: ReplayWindow, counter: int) -> bool:
    accepted = window.would_accept(counter)
    if accepted:
        window.commit(counter)
    return accepted


def test_counters_in_order_are_accepted_once() -> None:
    window = ReplayWindow()
    for counter in range(3 * REPLAY_WINDOW_BITS):
        assert accept(window, counter)
        assert not accept(window, counter)
    assert window.highest == 3 * REPLAY_WINDOW_BITS - 1


def test_counters_in_reverse_are_accepted_once() -> None:
    window = ReplayWindow()
    for counter in reversed(range(REPLAY_WINDOW_BITS)):
        assert accept(window, counter)
    assert not any(accept(window, counter) for counter in range(REPLAY_WINDOW_BITS))


def test_oldest_in_window_is_accepted_and_one_older_is_not() -> None:
    window = ReplayWindow()
    assert accept(window, REPLAY_WINDOW_BITS)
    assert not accept(window, 0)
    assert accept(window, 1)
    assert not accept(window, 1)


def test_jump_forgets_exactly_what_falls_out() -> None:
    window = ReplayWindow()
    assert accept(window, 0)
    assert accept(window, 10)
    assert accept(window, REPLAY_WINDOW_BITS + 9)
    assert not accept(window, 9)
    assert not accept(window, 10)
    assert accept(window, 11)


def test_jump_past_everything_leaves_a_clean_window() -> None:
    window = ReplayWindow()
    assert accept(window, 5)
    far = 2**64 - 1
    assert accept(window, far)
    assert not accept(window, far)
    assert not accept(window, far - REPLAY_WINDOW_BITS)
    assert accept(window, far - REPLAY_WINDOW_BITS + 1)
    assert accept(window, far - 1)


def test_asking_changes_nothing() -> None:
    window = ReplayWindow()
    window.commit(7)
    assert window.would_accept(2**40)
    assert window.highest == 7
    assert window.would_accept(6)
    assert window.would_accept(6)


def test_commit_says_whether_it_is_the_newest() -> None:
    window = ReplayWindow()
    assert window.commit(4)
    assert not window.commit(2)
    assert window.commit(5)


@given(
    st.lists(
        st.one_of(
            st.integers(0, 3 * REPLAY_WINDOW_BITS),
            st.integers(-3, 3).map(lambda step: REPLAY_WINDOW_BITS + step),
            st.integers(0, 2**64 - 1),
        )
    )
)
def test_agrees_with_a_set_of_everything_ever_seen(counters: list[int]) -> None:
    window, seen = ReplayWindow(), set[int]()
    for counter in counters:
        highest = max(seen, default=-1)
        expected = counter not in seen and counter > highest - REPLAY_WINDOW_BITS
        assert accept(window, counter) == expected
        if expected:
            seen.add(counter)
