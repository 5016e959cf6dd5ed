"""What is held, what is missing, and when it is asked for."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits
from protocol.sequence_set import SequenceSet
from protocol.stream_replica import StreamReplica

LINGER_S = limits.REPAIR_LINGER_S
TIMEOUT_S = 0.5


def follower(head: int, held: tuple[tuple[int, int], ...] = (), base: int = 1) -> StreamReplica:
    """A replica that has just subscribed at time 0 to a stream that stands at ``head``."""
    replica = StreamReplica(2, base, SequenceSet(held))
    replica.head = head
    replica.restart(0.0)
    return replica


def asked(replica: StreamReplica, now: float) -> list[tuple[int, int]]:
    return replica.requests_due(now, TIMEOUT_S)


class TestHolding:
    def test_gives_what_is_new_once(self) -> None:
        replica = StreamReplica(2)
        assert replica.hold(1, 3, 0.0) == [(1, 3)]
        assert replica.hold(2, 5, 0.0) == [(4, 5)]
        assert replica.hold(1, 5, 0.0) == []
        assert replica.hold(9, 9, 0.0) == [(9, 9)]
        assert replica.hold(4, 10, 0.0) == [(6, 8), (10, 10)]
        assert (replica.complete_to, replica.head, replica.missing) == (10, 10, 0)

    def test_what_lies_below_the_base_is_not_missing(self) -> None:
        replica = StreamReplica(2, base=50)
        replica.hold(60, 60, 0.0)
        assert (replica.complete_to, replica.missing) == (49, 10)
        replica.hold(10, 12, 0.0)
        assert replica.missing == 10

    def test_knows_its_head_from_what_it_is_given(self) -> None:
        assert StreamReplica(2, 1, SequenceSet([(1, 7)])).head == 7
        assert StreamReplica(2).head == 0
        replica = StreamReplica(2)
        replica.note_head(5, 0.0)
        replica.note_head(3, 0.0)
        assert replica.head == 5


class TestLinger:
    def test_a_gap_is_taken_for_reordering_first(self) -> None:
        replica = StreamReplica(2)
        replica.hold(1, 1, 1.0)
        replica.hold(3, 3, 1.0)
        assert replica.next_timer() == pytest.approx(1.0 + LINGER_S)
        assert asked(replica, 1.0 + LINGER_S * 0.9) == []
        assert asked(replica, 1.0 + LINGER_S) == [(2, 2)]

    def test_and_forgotten_when_it_closes_in_time(self) -> None:
        replica = StreamReplica(2)
        replica.hold(2, 2, 1.0)
        replica.hold(1, 1, 1.0 + LINGER_S / 2)
        assert asked(replica, 2.0) == []
        assert replica.next_timer() is None

    def test_later_holes_do_not_prolong_it(self) -> None:
        replica = StreamReplica(2)
        for number in range(2, 30, 2):
            replica.hold(number, number, 1.0 + number / 10_000)
        assert replica.next_timer() == pytest.approx(1.0002 + LINGER_S)

    def test_a_head_alone_shows_a_gap(self) -> None:
        replica = StreamReplica(2)
        replica.note_head(2, 1.0)
        assert asked(replica, 1.0 + LINGER_S) == [(1, 2)]

    def test_a_new_session_does_not_wait(self) -> None:
        assert asked(follower(5, held=((1, 2),)), 0.0) == [(3, 5)]

    def test_nor_does_whoever_scrolls_back(self) -> None:
        replica = follower(100, held=((51, 100),), base=51)
        replica.want_from(60, 0.0)
        assert replica.next_timer() is None
        replica.want_from(41, 0.0)
        assert asked(replica, 0.0) == [(41, 50)]


class TestAsking:
    def test_newest_first_in_parts_of_two_hundred_three_at_a_time(self) -> None:
        assert asked(follower(1000), 0.0) == [(801, 1000), (601, 800), (401, 600)]

    def test_the_newest_hole_comes_before_the_older_ones(self) -> None:
        replica = follower(500, held=((1, 99), (150, 399), (401, 489)))
        assert asked(replica, 0.0) == [(490, 500), (400, 400), (100, 149)]

    def test_goes_on_when_an_answer_is_complete(self) -> None:
        replica = follower(1000)
        asked(replica, 0.0)
        assert asked(replica, 0.1) == []
        replica.hold(801, 1000, 0.1)
        assert asked(replica, 0.1) == [(201, 400)]
        replica.hold(201, 800, 0.2)
        assert asked(replica, 0.2) == [(1, 200)]
        replica.hold(1, 200, 0.3)
        assert asked(replica, 9.0) == []
        assert replica.next_timer() is None

    def test_nothing_twice_while_an_answer_may_still_come(self) -> None:
        replica = follower(10)
        assert asked(replica, 0.0) == [(1, 10)]
        replica.hold(4, 4, 0.1)
        assert asked(replica, 0.1 + LINGER_S) == []

    def test_what_is_new_is_asked_for_beside_what_was_asked(self) -> None:
        replica = follower(10)
        asked(replica, 0.0)
        replica.note_head(12, 0.1)
        assert asked(replica, 0.1 + LINGER_S) == [(11, 12)]


class TestBackOff:
    def test_doubles_while_nothing_comes(self) -> None:
        replica = follower(10)
        now = 0.0
        times: list[float] = []
        while len(times) < 9:
            if asked(replica, now):
                times.append(now)
            due = replica.next_timer()
            assert due is not None
            now = due
        distances = [later - earlier for earlier, later in pairwise(times)]
        # Not to a minute: after 8 s of silence the link gets new keys, and all is asked anew.
        assert distances == pytest.approx([0.5, 1, 2, 4, 8, 8, 8, 8])

    def test_even_the_first_after_bad_times_is_no_longer_than_silence(self) -> None:
        replica = StreamReplica(2)
        replica.note_head(5, 0.0)
        assert replica.requests_due(1.0, limits.TIMEOUT_MAX_S) == [(1, 5)]
        assert replica.next_timer() == 1.0 + limits.SILENCE_MAX_S
        replica.hold(4, 5, 2.0)
        assert replica.requests_due(2.02, limits.TIMEOUT_MAX_S) == []
        assert replica.next_timer() == 2.0 + limits.SILENCE_MAX_S

    def test_begins_anew_with_progress(self) -> None:
        replica = follower(10)
        asked(replica, 0.0)
        assert asked(replica, 0.5) == [(1, 10)]
        assert asked(replica, 1.5) == [(1, 10)]  # the next would be due 2 s later
        replica.hold(9, 10, 1.6)
        assert asked(replica, 2.0) == []
        assert asked(replica, 2.1) == [(1, 8)]
        assert asked(replica, 2.6) == []
        assert asked(replica, 3.1) == [(1, 8)]

    def test_only_what_is_still_missing_newest_part_first(self) -> None:
        replica = follower(10)
        asked(replica, 0.0)
        replica.hold(3, 3, 0.0)
        replica.hold(6, 7, 0.0)
        assert asked(replica, 0.5) == [(8, 10), (4, 5), (1, 2)]

    def test_all_repeats_together_are_no_more_than_a_server_keeps_in_hand(self) -> None:
        replica = follower(600)
        asked(replica, 0.0)
        for number in range(2, 600, 2):
            replica.hold(number, number, 0.0)
        again = asked(replica, 0.5)
        assert len(again) == 63 <= limits.RANGES_IN_HAND_MAX
        assert again[0] == (599, 600)


class TestANewSession:
    def test_asks_again_for_what_was_asked(self) -> None:
        replica = follower(10)
        assert asked(replica, 0.0) == [(1, 10)]
        replica.restart(0.1)
        assert asked(replica, 0.1) == [(1, 10)]

    def test_asks_nothing_when_complete(self) -> None:
        replica = follower(10, held=((1, 10),))
        assert replica.next_timer() is None
        assert asked(replica, 1.0) == []


class TestAnotherHistory:
    def test_is_cut_off_and_asked_for(self) -> None:
        replica = follower(10, held=((1, 10),))
        replica.cut_above(6)
        assert (replica.head, replica.complete_to) == (6, 6)
        replica.note_head(8, 1.0)
        assert asked(replica, 2.0) == [(7, 8)]

    def test_open_questions_go_with_it(self) -> None:
        replica = follower(10, held=((1, 4),))
        asked(replica, 0.0)
        replica.cut_above(4)
        assert asked(replica, 5.0) == []


@given(
    st.integers(1, 700),
    st.lists(st.tuples(st.integers(1, 700), st.integers(0, 40)), max_size=20),
    st.integers(1, 300),
    st.randoms(use_true_random=False),
)
def test_whatever_is_missing_is_asked_for_in_the_end(
    head: int, arrived: list[tuple[int, int]], base: int, chance: random.Random
) -> None:
    replica = StreamReplica(2, base)
    now = 0.0
    for first, length in arrived:
        replica.hold(first, first + length, now)
    replica.note_head(head, now)
    for _ in range(2000):
        due = replica.next_timer()
        if due is None:
            break
        now = max(now, due)
        ranges = replica.requests_due(now, TIMEOUT_S)
        assert len(ranges) <= limits.RANGES_IN_HAND_MAX
        for first, last in ranges:
            assert base <= first <= last <= replica.head
            if chance.random() < 0.7:  # else the answer is lost
                replica.hold(first, last, now)
    assert replica.missing == 0
    assert replica.next_timer() is None


def test_a_lost_answer_is_not_waited_for_ever_longer_while_others_arrive() -> None:
    replica = StreamReplica(2)
    replica.hold(2, 2, 0.0)
    now, asked = 0.0, []
    for step in range(3, 403):
        now = step / 20
        replica.hold(step, step, now)
        if replica.requests_due(now, 0.1):
            asked.append(now)
    assert max(b - a for a, b in pairwise(asked)) <= 0.26
    assert len(asked) <= 20 / 0.2, "twice the time-out apart"
