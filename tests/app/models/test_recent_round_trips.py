"""The round trip that is shown comes down as soon as the path is quick."""

from __future__ import annotations

from app.models.events import LinkMeasured
from app.models.recent_round_trips import SAMPLES, RecentRoundTrips
from protocol.flow import Flow
from tests.app.models.linked_server import Linked


def measure(flow: Flow, *round_trips_s: float) -> None:
    for seconds in round_trips_s:
        counter = flow.sent
        flow.on_sent(counter, float(counter))
        flow.on_report(counter, counter + 1, 0, counter + seconds)


def shown_after(*round_trips_s: float) -> float:
    flow, recent = Flow(), RecentRoundTrips()
    for seconds in round_trips_s:
        measure(flow, seconds)
        recent.look(flow)
        recent.look(flow)  # nothing new: not another sample
    assert recent.shortest_s is not None
    return round(recent.shortest_s, 6)


def test_one_quick_answer_is_enough_to_come_down() -> None:
    assert shown_after(0.034, 0.034, 0.034, 0.034, 0.001) == 0.001


def test_what_is_long_ago_is_forgotten() -> None:
    slow = [0.250] * SAMPLES
    assert shown_after(0.001, *slow[1:]) == 0.001
    assert shown_after(0.001, *slow) == 0.250


def test_another_flow_begins_anew() -> None:
    recent, before, now = RecentRoundTrips(), Flow(), Flow()
    measure(before, 0.001)
    recent.look(before)
    measure(now, 0.2)
    recent.look(now)
    assert recent.shortest_s is not None
    assert round(recent.shortest_s, 6) == 0.2


def test_a_slow_start_is_forgotten_within_some_seconds() -> None:
    linked = Linked().signed_in()
    assert linked.session is not None
    # The first answer is late; nothing is said after it but what the link asks by itself.
    answered_after_s = 0.034
    end = linked.now + 10
    while linked.now < end:
        linked.wait(0.25)
        if linked.session.flow.report_due_at is not None:
            answers = linked.session.datagrams_to_send(linked.now)
            if answers:
                linked.now += answered_after_s
                answered_after_s = 0.001
            for datagram, _to in answers:
                linked.link.receive(datagram, linked.now)
                linked.carry()
    shown = [event.round_trip_s for event in linked.happened(LinkMeasured)]
    assert shown[0] >= 0.033
    assert shown[-1] <= shown[0] - 0.030
