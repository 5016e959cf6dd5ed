"""Events from other threads: in order, with one wake-up for a burst, within a bound."""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator

import pytest

from app.event_handover import EventHandover
from app.models.events import PersonNamed


@pytest.fixture
def handover() -> Iterator[EventHandover]:
    handover = EventHandover(events_max=5)
    yield handover
    handover.close()


def is_awake(handover: EventHandover) -> bool:
    """Whether the window would be woken now."""
    return bool(select.select([handover.descriptor], [], [], 0)[0])


class TestHandover:
    def test_put_wakes_and_taking_everything_calms(self, handover: EventHandover) -> None:
        assert not is_awake(handover)
        handover.put(PersonNamed(1, "a"))
        assert is_awake(handover)

        assert handover.take(10) == [PersonNamed(1, "a")]
        assert not is_awake(handover)
        assert handover.take(10) == []

    def test_put_after_a_partial_take_wakes_again(self, handover: EventHandover) -> None:
        handover.put(PersonNamed(1, "a"))
        handover.put(PersonNamed(2, "b"))
        handover.take(1)

        handover.put(PersonNamed(3, "c"))

        assert is_awake(handover)
        assert handover.take(9) == [PersonNamed(2, "b"), PersonNamed(3, "c")]

    def test_bound_is_said_but_nothing_is_lost(self, handover: EventHandover) -> None:
        for number in range(4):
            handover.put(PersonNamed(number, "x"))
        assert not handover.is_full()

        handover.put(PersonNamed(4, "x"))
        handover.put(PersonNamed(5, "x"))

        assert handover.is_full()
        assert len(handover.take(10)) == 6
        assert not handover.is_full()

    def test_burst_wakes_with_one_byte(self) -> None:
        handover = EventHandover()
        for number in range(100_000):  # more bytes than a socket's buffer holds would block
            handover.put(PersonNamed(number, "x"))
        handover.take(1)

        assert not is_awake(handover)
        handover.close()

    def test_closed_handover_takes_and_gives_nothing(self, handover: EventHandover) -> None:
        handover.put(PersonNamed(1, "a"))
        handover.close()

        handover.put(PersonNamed(2, "b"))

        assert handover.take(10) == []

    def test_events_of_each_thread_keep_their_order(self) -> None:
        handover = EventHandover()

        def bring(first: int) -> None:
            for number in range(first, first + 2000):
                handover.put(PersonNamed(number, "x"))

        threads = [threading.Thread(target=bring, args=(start,)) for start in (0, 10_000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        people = [event.person for event in handover.take(5000) if isinstance(event, PersonNamed)]

        assert [p for p in people if p < 10_000] == list(range(2000))
        assert [p for p in people if p >= 10_000] == list(range(10_000, 12_000))
        handover.close()
