"""What a sender learns from reports, when a receiver makes them, and what lies do not achieve."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.flow import Flow, RoundTrip

#: Receivers get a jitter of nothing, of half, of all.
MIDDLE = 0.5


def sent_flow(count: int, *, every_s: float = 0.001) -> Flow:
    """A sender whose datagrams 0..count-1 left one after the other from time 0."""
    flow = Flow()
    for counter in range(count):
        flow.on_sent(counter, counter * every_s)
    return flow


def may_send(flow: Flow) -> bool:
    """Reads the property afresh: a type checker takes it for unchanging."""
    return flow.may_send


def due_at(flow: Flow) -> float | None:
    """The same for when a report is due."""
    return flow.report_due_at


class TestRoundTrip:
    def test_before_any_sample_the_timeout_is_a_second_and_doubles_to_a_minute(self) -> None:
        round_trip = RoundTrip()
        timeouts = [round_trip.timeout_s(attempt) for attempt in (0, 1, 2, 5, 6, 100)]
        assert timeouts == [1, 2, 4, 32, 60, 60]

    def test_the_first_sample_is_the_estimate(self) -> None:
        round_trip = RoundTrip()
        round_trip.sample(0.2)
        assert (round_trip.latest_s, round_trip.smoothed_s, round_trip.variation_s) == (
            0.2, 0.2, 0.1,
        )  # fmt: skip
        assert round_trip.timeout_s() == pytest.approx(0.2 + 4 * 0.1 + limits.ANSWER_DELAY_MAX_S)

    def test_later_samples_are_averaged_as_rfc_9002_says(self) -> None:
        round_trip = RoundTrip()
        round_trip.sample(0.2)
        round_trip.sample(0.4)
        assert round_trip.variation_s == pytest.approx(0.75 * 0.1 + 0.25 * 0.2)
        assert round_trip.smoothed_s == pytest.approx(0.875 * 0.2 + 0.125 * 0.4)

    def test_the_spread_never_falls_below_the_granularity(self) -> None:
        round_trip = RoundTrip()
        for _ in range(200):
            round_trip.sample(0.01)
        assert round_trip.timeout_s() == pytest.approx(
            0.01 + limits.GRANULARITY_S + limits.ANSWER_DELAY_MAX_S
        )


class TestWindow:
    def test_is_full_after_ten_datagrams(self) -> None:
        flow = sent_flow(limits.WINDOW_INITIAL - 1)
        assert may_send(flow)
        flow.on_sent(limits.WINDOW_INITIAL - 1, 0.0)
        assert not may_send(flow)
        assert flow.in_flight == limits.WINDOW_INITIAL

    def test_a_report_opens_it_and_lets_it_grow(self) -> None:
        flow = sent_flow(10)
        assert flow.on_report(9, 10, 0, 0.1) == 0
        assert (flow.in_flight, flow.window) == (0, 20)

    def test_a_window_that_was_not_used_does_not_grow(self) -> None:
        flow = sent_flow(2)
        flow.on_report(1, 2, 0, 0.1)
        assert flow.window == limits.WINDOW_INITIAL

    def test_after_a_loss_it_grows_by_one_a_round_trip(self) -> None:
        flow = sent_flow(10)
        flow.on_report(9, 9, 0, 0.1)
        assert flow.window == 5
        for counter in range(10, 15):
            flow.on_sent(counter, 0.2)
        flow.on_report(14, 14, 0, 0.3)
        assert flow.window == 6

    def test_it_never_grows_beyond_its_bound(self) -> None:
        flow, counter = Flow(), 0
        for _ in range(20):
            while may_send(flow):
                flow.on_sent(counter, 0.0)
                counter += 1
            flow.on_report(counter - 1, counter, 0, 0.1)
        assert flow.window == limits.WINDOW_MAX

    def test_losses_of_one_round_trip_halve_it_once(self) -> None:
        flow = sent_flow(10)
        assert flow.on_report(4, 4, 0, 0.1) == 1
        assert flow.window == 5
        assert flow.on_report(9, 8, 0, 0.1) == 1
        assert flow.window == 5, "what was in flight at the first loss does not count again"
        for counter in range(10, 14):
            flow.on_sent(counter, 0.2)
        assert flow.on_report(13, 11, 0, 0.3) == 1
        assert flow.window == limits.WINDOW_MIN

    def test_silence_halves_it_down_to_a_few_datagrams(self) -> None:
        flow = sent_flow(10)
        for _ in range(5):
            flow.on_congestion()
        assert flow.window == limits.WINDOW_MIN

    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 40)), max_size=30))
    def test_stays_within_its_bounds_whatever_is_reported(
        self, rounds: list[tuple[int, int]]
    ) -> None:
        flow, received = Flow(), 0
        for now, (burst, arrived) in enumerate(rounds):
            for _ in range(burst):
                flow.on_sent(flow.sent, float(now))
            received += min(arrived, burst)
            flow.on_report(flow.sent - 1, received, 0, now + 0.5)
            assert limits.WINDOW_MIN <= flow.window <= limits.WINDOW_MAX
            assert 0 <= flow.loss_ratio <= 1
            assert received == 0 or flow.in_flight == 0


class TestQuietDatagrams:
    def test_are_not_in_flight(self) -> None:
        flow = Flow()
        for counter in range(1000):
            flow.on_sent(counter, 0.0, quiet=True)
        assert (flow.in_flight, may_send(flow)) == (0, True)

    def test_one_that_left_after_the_newest_reported_stays_out_of_it(self) -> None:
        flow = sent_flow(3)
        flow.on_sent(3, 0.1, quiet=True)
        flow.on_report(2, 3, 0, 0.2)
        assert flow.in_flight == 0, "nobody will report the quiet one"

    @settings(max_examples=60)
    @given(st.lists(st.booleans(), min_size=1, max_size=limits.WINDOW_MAX // 10), st.data())
    def test_in_flight_counts_the_others_after_the_newest_reported(
        self, quiets: list[bool], data: st.DataObject
    ) -> None:
        flow = Flow()
        for counter, quiet in enumerate(quiets):
            flow.on_sent(counter, 0.0, quiet=quiet)
        for highest in sorted(data.draw(st.sets(st.integers(0, len(quiets) - 1), max_size=3))):
            flow.on_report(highest, highest + 1, 0, 0.1)
            assert flow.in_flight == quiets[highest + 1 :].count(False)

    def test_a_report_about_long_ago_leaves_nothing_negative(self) -> None:
        flow = sent_flow(1)
        for counter in range(1, 1000):
            flow.on_sent(counter, 0.0, quiet=True)
        flow.on_report(0, 1, 0, 0.1)
        assert flow.in_flight in (0, 1)
        flow.on_report(900, 901, 0, 0.2)
        assert flow.in_flight == 0


class TestSmallDatagrams:
    def test_count_by_their_bytes_but_not_less_than_an_eighth(self) -> None:
        for size_bytes, fit in ((1200, 10), (600, 20), (170, 71), (150, 80), (50, 80)):
            flow = Flow()
            while may_send(flow):
                flow.on_sent(flow.sent, 0.0, size_bytes)
            assert flow.sent == fit

    def test_are_reported_at_half_the_window_as_well(self) -> None:
        flow = Flow()
        while due_at(flow) != 1.0:
            flow.on_received(flow.received, True, 1.0, MIDDLE, 100)
        assert flow.received == 8 * limits.REPORT_EVERY_INITIAL

    def test_a_report_beyond_what_is_remembered_takes_them_for_full_ones(self) -> None:
        flow = Flow()
        for counter in range(1000):
            flow.on_sent(counter, 0.0, 100)
        before = flow.in_flight
        flow.on_report(10, 11, 0, 0.1)
        assert flow.in_flight == before == 125
        flow.on_report(998, 999, 0, 0.2)
        assert flow.in_flight == 1


class TestReportsBesideOtherFrames:
    def test_are_welcome_when_due_soon_or_on_a_path_that_loses(self) -> None:
        flow = Flow()
        assert not flow.wants_company(1.0), "there is nothing to report"
        flow.on_received(0, True, 1.0, 1.0)
        assert not flow.wants_company(1.5)
        assert flow.wants_company(1.0 + limits.REPORT_DELAY_S / 2 + 0.1)
        flow.take_report(2.1)
        flow.on_received(2, True, 2.2, 1.0)
        flow.take_report(2.3)
        assert flow.wants_company(2.4), "it may have been lost"


class TestSamples:
    def test_a_sample_is_the_age_of_the_highest_less_the_delay(self) -> None:
        flow = sent_flow(3, every_s=1.0)
        flow.on_report(2, 3, 30, 2.1)
        assert flow.round_trip.latest_s == pytest.approx(0.07)

    def test_a_repeated_report_gives_no_sample(self) -> None:
        flow = sent_flow(1)
        flow.on_report(0, 1, 0, 0.1)
        flow.on_report(0, 1, 0, 5.0)
        assert flow.round_trip.latest_s == pytest.approx(0.1)

    def test_a_repeat_of_the_content_has_its_own_counter_and_so_its_own_sample(self) -> None:
        flow = Flow()
        flow.on_sent(0, 0.0)  # lost
        flow.on_sent(1, 1.0)  # the same post once more
        flow.on_report(1, 1, 0, 1.05)
        assert flow.round_trip.latest_s == pytest.approx(0.05)

    def test_a_delay_that_cannot_be_gives_no_sample(self) -> None:
        flow = sent_flow(1)
        flow.on_report(0, 1, 10_000, 0.1)
        assert flow.round_trip.latest_s is None

    def test_one_whose_time_is_forgotten_gives_no_sample(self) -> None:
        flow = sent_flow(129)
        flow.on_report(0, 1, 0, 5.0)
        assert flow.round_trip.latest_s is None
        flow.on_report(1, 2, 0, 5.0)
        assert flow.round_trip.latest_s == pytest.approx(5.0 - 0.001)


class TestLossCounting:
    def test_what_is_missing_below_the_highest_is_lost(self) -> None:
        flow = sent_flow(8)
        assert flow.on_report(3, 3, 0, 0.1) == 1
        assert flow.on_report(7, 5, 0, 0.2) == 2
        assert flow.lost == 3
        assert flow.lossy_until == pytest.approx(0.2 + limits.LOSSY_FOR_S)

    def test_a_late_arrival_takes_its_loss_back(self) -> None:
        flow = sent_flow(8)
        assert flow.on_report(3, 3, 0, 0.1) == 1
        assert flow.on_report(3, 4, 0, 0.2) == 0
        assert flow.lost == 0
        assert flow.on_report(7, 8, 0, 0.3) == 0

    def test_reports_that_overtook_each_other_change_nothing(self) -> None:
        flow = sent_flow(8)
        flow.on_report(5, 6, 0, 0.1)
        window = flow.window
        assert flow.on_report(2, 2, 0, 0.2) == 0
        assert flow.on_report(5, 5, 0, 0.2) == 0, "older than the report that closed the gap"
        assert (flow.lost, flow.reported, flow.window) == (0, 6, window)

    def test_the_share_is_smoothed(self) -> None:
        flow = sent_flow(100)
        flow.on_report(49, 40, 0, 0.1)
        assert flow.loss_ratio == pytest.approx(0.2)
        flow.on_report(59, 50, 0, 0.2)
        assert flow.loss_ratio == pytest.approx(0.2 * 15 / 25)

    @settings(max_examples=60)
    @given(st.lists(st.booleans(), min_size=1, max_size=60), st.randoms(use_true_random=False))
    def test_two_ends_agree_on_what_was_lost(self, arrives: list[bool], random: Random) -> None:
        sender, receiver = sent_flow(len(arrives)), Flow()
        arrived = [counter for counter, came in enumerate(arrives) if came]
        random.shuffle(arrived)
        for counter in arrived:
            receiver.on_received(counter, True, 1.0, MIDDLE)
        highest, received, delay_ms = receiver.take_report(1.0)
        lost = sender.on_report(highest, received, delay_ms, 2.0)
        assert lost == (arrives[: max(arrived) + 1].count(False) if arrived else 0)


class TestLies:
    @pytest.mark.parametrize(
        ("highest", "received"), [(5, 5), (2**62, 1), (3, 5), (0, 2), (4, 2**62)]
    )
    def test_what_was_never_sent_cannot_have_arrived(self, highest: int, received: int) -> None:
        flow = sent_flow(5)
        with pytest.raises(RemoteProtocolError):
            flow.on_report(highest, received, 0, 0.1)
        assert (flow.reported, flow.window, flow.in_flight) == (0, limits.WINDOW_INITIAL, 5)

    def test_a_report_of_nothing_says_nothing(self) -> None:
        flow = Flow()
        assert flow.on_report(0, 0, 0, 0.1) == 0, "nothing was sent, nothing has come"
        flow.on_sent(0, 0.2)
        assert flow.on_report(0, 0, 0, 0.3) == 0, "it is still on its way"
        assert (flow.in_flight, flow.lost) == (1, 0)


class TestNewPath:
    def test_everything_about_the_way_is_forgotten(self) -> None:
        flow = sent_flow(10)
        flow.on_report(4, 4, 0, 0.5)
        flow.on_new_path()
        assert flow.round_trip.latest_s is None
        assert (flow.window, flow.in_flight) == (limits.WINDOW_INITIAL, 0)

    def test_late_reports_of_the_old_path_change_nothing(self) -> None:
        flow = sent_flow(10)
        flow.on_new_path()
        assert flow.on_report(8, 2, 0, 1.1) == 0
        assert (flow.window, flow.in_flight) == (limits.WINDOW_INITIAL, 0)
        assert flow.round_trip.latest_s is None


class TestWhenAReportIsDue:
    def test_never_before_anything_came(self) -> None:
        assert due_at(Flow()) is None

    @pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
    def test_seconds_after_the_last_unreported_one(self, jitter: float) -> None:
        flow = Flow()
        share = 0.75 + jitter / 4
        flow.on_received(0, True, 10.0, jitter)
        assert due_at(flow) == pytest.approx(10 + limits.REPORT_DELAY_S * share)
        flow.on_received(1, True, 10.5, jitter)
        assert due_at(flow) == pytest.approx(10.5 + limits.REPORT_DELAY_S * share)

    @pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
    def test_whatever_keeps_coming_puts_it_off_only_so_long(self, jitter: float) -> None:
        flow = Flow()
        for counter in range(10):
            flow.on_received(counter, True, 10.0 + counter, jitter, 100)
        assert due_at(flow) == pytest.approx(10 + limits.REPORT_HELD_MAX_S * (0.75 + jitter / 4))
        flow.take_report(15.0)
        flow.on_received(10, True, 15.5, jitter)
        assert due_at(flow) == pytest.approx(15.5 + limits.REPORT_DELAY_S * (0.75 + jitter / 4))

    def test_what_is_wanted_at_once_is_not_put_off(self) -> None:
        flow = Flow()
        flow.on_received(0, True, 10.0, MIDDLE)
        flow.ask_report(10.1)
        flow.on_received(1, True, 10.2, MIDDLE)
        assert due_at(flow) == 10.1

    def test_at_once_at_half_the_window(self) -> None:
        flow = Flow()
        for counter in range(limits.REPORT_EVERY_INITIAL - 1):
            flow.on_received(counter, True, 1.0, MIDDLE)
        assert due_at(flow) != 1.0
        flow.on_received(limits.REPORT_EVERY_INITIAL - 1, True, 1.0, MIDDLE)
        assert due_at(flow) == 1.0

    def test_soon_after_a_gap(self) -> None:
        flow = Flow()
        flow.on_received(0, True, 1.0, 0.0)
        flow.on_received(2, True, 1.0, 0.0)
        assert due_at(flow) == pytest.approx(1.0 + limits.REPAIR_LINGER_S)

    def test_a_gap_before_the_very_first(self) -> None:
        flow = Flow()
        flow.on_received(1, True, 1.0, 0.0)
        assert due_at(flow) == pytest.approx(1.0 + limits.REPAIR_LINGER_S)

    def test_sooner_on_a_path_that_lost_something(self) -> None:
        flow = Flow()
        flow.on_received(1, True, 1.0, 1.0)
        flow.take_report(1.1)
        flow.on_received(2, True, 2.0, 1.0)
        assert due_at(flow) == pytest.approx(2.0 + limits.LOSSY_REPORT_DELAY_S)
        flow.take_report(2.3)
        later = 1.0 + limits.LOSSY_FOR_S
        flow.on_received(3, True, later, 1.0)
        assert due_at(flow) == pytest.approx(later + limits.REPORT_DELAY_S)

    def test_quiet_ones_are_not_reported_or_reports_would_answer_reports(self) -> None:
        flow = Flow()
        for counter in range(100):
            flow.on_received(counter, False, 1.0, MIDDLE)
        assert due_at(flow) is None
        assert flow.received == 100

    def test_at_once_when_asked(self) -> None:
        flow = Flow()
        flow.on_received(0, True, 1.0, MIDDLE)
        flow.ask_report(1.2)
        assert due_at(flow) == 1.2

    def test_clean_reports_become_rarer_and_a_gap_makes_them_frequent_again(self) -> None:
        flow = Flow()
        counter, distances = 0, []
        for _ in range(12):
            begin = counter
            while due_at(flow) != 1.0:
                flow.on_received(counter, True, 1.0, MIDDLE)
                counter += 1
            distances.append(counter - begin)
            flow.take_report(1.0)
        assert distances[:3] == [5, 8, 12]
        assert distances == sorted(distances)
        assert distances[-1] == limits.REPORT_EVERY_MAX
        flow.on_received(counter + 1, True, 2.0, MIDDLE)
        flow.take_report(2.1)
        flow.on_received(counter + 2, True, 3.0, MIDDLE)
        flow.on_received(counter + 3, True, 3.0, MIDDLE)
        assert due_at(flow) == 3.0, "every other one after a gap"

    def test_a_report_tells_highest_count_and_delay_and_is_then_done(self) -> None:
        flow = Flow()
        flow.on_received(4, True, 1.0, MIDDLE)
        flow.on_received(2, True, 1.5, MIDDLE)
        assert flow.take_report(1.75) == (4, 2, 750)
        assert due_at(flow) is None


def test_what_comes_late_does_not_hide_what_was_lost_since() -> None:
    sender, receiver = Flow(), Flow()
    for counter in range(4):
        sender.on_sent(counter, 1.0)
    receiver.on_received(0, True, 1.1, MIDDLE)
    receiver.on_received(3, True, 1.1, MIDDLE)
    assert sender.on_report(*receiver.take_report(1.1), 1.2, receiver.late) == 2
    receiver.on_received(1, True, 1.3, MIDDLE)
    receiver.on_received(2, True, 1.3, MIDDLE)
    for counter in (4, 5):
        sender.on_sent(counter, 1.3)
    receiver.on_received(5, True, 1.4, MIDDLE)
    assert sender.on_report(*receiver.take_report(1.4), 1.5, receiver.late) == 1, "number 4"
    assert sender.lost == 1
