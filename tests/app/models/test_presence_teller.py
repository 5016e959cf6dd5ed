"""Whether somebody is here is said until a report shows that the server has heard it."""

from __future__ import annotations

from app.models.presence_teller import PresenceTeller
from protocol import limits
from protocol.flow import Flow
from protocol.frames import Presence, SetPresence

LUNCH = SetPresence(Presence.AWAY, "lunch")
BACK = SetPresence(Presence.ONLINE, "")


def told(before: int = 0) -> tuple[PresenceTeller, Flow]:
    """Said at 1.0, in the datagram after so many others."""
    teller, flow = PresenceTeller(), Flow()
    for _ in range(before):
        flow.on_sent(flow.sent, 0.5)
    teller.say(LUNCH)
    send(teller, flow, 1.0)
    return teller, flow


def send(teller: PresenceTeller, flow: Flow, now: float) -> None:
    flow.on_sent(flow.sent, now)
    teller.on_sent(flow, now)


def test_it_is_due_at_once_and_then_after_a_report_should_have_come() -> None:
    teller = PresenceTeller()
    assert teller.is_heard and teller.next_timer() is None and teller.due(9.0) is None
    teller.say(LUNCH)
    assert teller.due(0.0) is LUNCH
    teller, _ = told()
    again_at = teller.next_timer()
    assert again_at is not None and 1.0 + limits.REPORT_DELAY_S < again_at < 6.0
    assert teller.due(again_at - 0.01) is None and teller.due(again_at) is LUNCH


def test_a_report_without_a_loss_ends_it() -> None:
    teller, flow = told(before=3)
    flow.on_report(2, 3, 0, 1.1)
    teller.look(flow, 1.1)
    assert teller.due(9.0) is LUNCH, "it speaks of those before"
    flow.on_report(3, 4, 0, 1.2)
    teller.look(flow, 1.2)
    assert teller.is_heard and teller.next_timer() is None


def test_after_a_report_with_a_loss_it_is_said_again_at_once() -> None:
    teller, flow = told()
    flow.on_sent(flow.sent, 1.1)
    flow.on_report(1, 1, 0, 1.2)
    teller.look(flow, 1.2)
    assert teller.due(1.2) is LUNCH
    send(teller, flow, 1.2)
    flow.on_report(2, 2, 0, 1.3)
    teller.look(flow, 1.3)
    assert teller.is_heard, "the loss of before is not one of this"


def test_only_the_newest_is_said() -> None:
    teller, flow = told()
    teller.say(BACK)
    flow.on_report(0, 1, 0, 1.1)
    teller.look(flow, 1.1)
    assert teller.due(1.1) is BACK


def test_in_silence_it_is_said_ever_more_seldom() -> None:
    teller, flow = told()
    waits = []
    for _ in range(12):
        at = teller.next_timer()
        assert at is not None
        waits.append(at - flow.last_sent_at)
        send(teller, flow, at)
    assert waits == sorted(waits) and waits[-1] == limits.KEEPALIVE_S
