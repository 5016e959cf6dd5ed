"""Changes reach the screen together, at most once in 33 ms."""

from __future__ import annotations

from itertools import pairwise

from app.controllers.flush_timer import FLUSH_EVERY_S, FlushTimer
from tests.app.controllers.window_world import FakeScheduler
from tests.simulation.world import World


def timer_in(world: World, flushes: list[float]) -> FlushTimer:
    """A timer that notes when it flushed."""
    return FlushTimer(FakeScheduler(world), lambda: world.now, lambda: flushes.append(world.now))


class TestFlushing:
    def test_first_change_shows_at_the_next_turn(self) -> None:
        world, flushes = World(), list[float]()
        timer = FlushTimer(
            FakeScheduler(world), lambda: world.now, lambda: flushes.append(world.now)
        )
        start = world.now

        for _ in range(10):
            timer.mark()
        world.run(0.5)

        assert len(flushes) == 1
        assert flushes[0] - start < 0.002

    def test_flood_is_flushed_at_a_steady_pace(self) -> None:
        world, flushes = World(), list[float]()
        timer = FlushTimer(
            FakeScheduler(world), lambda: world.now, lambda: flushes.append(world.now)
        )

        for _ in range(1000):
            timer.mark()
            world.run(0.001)

        gaps = [after - before for before, after in pairwise(flushes)]
        assert min(gaps) >= FLUSH_EVERY_S
        assert 25 <= len(flushes) <= 31

    def test_closed_timer_flushes_nothing_more(self) -> None:
        world, flushes = World(), list[float]()
        scheduler = FakeScheduler(world)
        timer = FlushTimer(scheduler, lambda: world.now, lambda: flushes.append(world.now))
        timer.mark()

        timer.close()
        timer.mark()
        world.run(1.0)

        assert flushes == [] and scheduler.waiting == 0
