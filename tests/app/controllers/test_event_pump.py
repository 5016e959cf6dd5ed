"""Events go into the model in order, in batches, and never for longer than 8 ms."""

from __future__ import annotations

from collections import deque

import pytest

from app.controllers.event_pump import BATCH_MAX, DRAIN_MAX_S, EventPump
from app.models.chat_model import ChatModel
from app.models.events import Event, PersonNamed
from app.models.signals import NamesChanged
from app.models.store_answers import PostsRenumbered


class Bench:
    """A pump, a queue, and a clock that each event costs something."""

    def __init__(self, event_cost_s: float = 0.0) -> None:
        self.now = 0.0
        self.queue: deque[Event] = deque()
        self.batches: list[int] = []
        self.model = ChatModel(lambda _command: True, lambda: 0)
        self.model.signals.names_changed.connect(self._note)
        self.pump = EventPump(self._take, self.model, lambda: self.now)
        self._event_cost_s = event_cost_s

    def fill(self, count: int) -> None:
        self.queue.extend(PersonNamed(number, f"p{number}") for number in range(1, count + 1))

    def _take(self, count_max: int) -> list[Event]:
        count = min(count_max, len(self.queue))
        self.now += count * self._event_cost_s
        return [self.queue.popleft() for _ in range(count)]

    def _note(self, changed: NamesChanged) -> None:
        self.batches.append(len(changed.people))


class TestDrain:
    def test_nothing_to_do_says_so(self) -> None:
        assert Bench().pump.drain() is False

    def test_burst_is_announced_a_few_times_and_in_order(self) -> None:
        bench = Bench()
        bench.fill(3 * BATCH_MAX)

        assert bench.pump.drain() is True

        assert bench.batches == [BATCH_MAX] * 3
        assert list(bench.model.names._names) == list(range(1, 3 * BATCH_MAX + 1))

    def test_drain_ends_in_time_and_leaves_the_rest(self) -> None:
        batch_s = 0.003
        bench = Bench(batch_s / BATCH_MAX)
        bench.fill(10 * BATCH_MAX)

        assert bench.pump.drain() is True

        assert bench.now <= DRAIN_MAX_S + batch_s
        assert len(bench.queue) == 7 * BATCH_MAX

    def test_bad_event_does_not_end_the_traffic(self, caplog: pytest.LogCaptureFixture) -> None:
        bench = Bench()
        bench.queue.append(PostsRenumbered(((1,),)))  # type: ignore[arg-type]
        bench.queue.extend([PersonNamed(0, "")] * (BATCH_MAX - 1))
        bench.queue.append(PersonNamed(1, "anna"))

        bench.pump.drain()

        assert bench.model.names.of(1) == "anna"
        assert "events could not be applied" in caplog.text
