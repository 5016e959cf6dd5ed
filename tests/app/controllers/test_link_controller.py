"""When the pill speaks of messages that are still on their way."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_mock import MockerFixture

from app.controllers.link_controller import LinkController
from app.models.events import LinkChanged, LinkMeasured, LinkState
from app.views.main_window import MainWindow
from app.views.rows import LinkQuality
from tests.app.controllers.window_world import FakeScheduler, WindowWorld
from tests.app.models.chat_fixtures import Bench, received


@pytest.fixture
def window(mocker: MockerFixture, world: WindowWorld, bench: Bench) -> Any:
    """It shows a good link, and its pill was drawn more than a second ago."""
    window = mocker.create_autospec(MainWindow, instance=True)
    clock = lambda: world.now  # noqa: E731
    link = LinkController(
        bench.model, window, FakeScheduler(world), clock, address=lambda: "host:1"
    )
    bench.model.apply(LinkChanged(LinkState.ONLINE), LinkMeasured(0.024, 0.0))
    world.run(3.0)
    yield window
    link.close()


def test_who_joins_a_room_is_not_behind_for_the_moment_that_it_takes(
    world: WindowWorld, bench: Bench, window: Any
) -> None:
    bench.follow(1, head=2)
    world.run(0.5)
    bench.model.apply(received(1, 2))
    world.run(3.0)

    pills = [call.args[0] for call in window.set_status.call_args_list]
    assert {pill.quality for pill in pills} == {LinkQuality.GOOD}
    assert "You have every message" in pills[-1].tooltip


def test_who_is_behind_for_longer_is_told_until_it_is_over(
    world: WindowWorld, bench: Bench, window: Any
) -> None:
    bench.follow(1, head=2)
    world.run(2.5)
    assert window.set_status.call_args.args[0].short_text == "2 behind"

    bench.model.apply(received(1, 2))
    world.run(1.5)
    assert window.set_status.call_args.args[0].quality is LinkQuality.GOOD
