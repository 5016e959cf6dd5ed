"""A world in which programs with a mocked window run, and a chat model alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from app.models.events import PersonNamed
from tests.app.controllers.window_world import Program, WindowWorld
from tests.app.models.chat_fixtures import Bench
from tests.simulation.world import SimulatedClient


@pytest.fixture
def world(mocker: MockerFixture) -> WindowWorld:
    """A server, and nobody yet."""
    return WindowWorld(mocker)


@pytest.fixture
def anna(world: WindowWorld, tmp_path: Path) -> Program:
    """Anna's program, in #general."""
    return world.start_program(tmp_path / "anna", room="general").in_room()


@pytest.fixture
def ben(world: WindowWorld) -> SimulatedClient:
    """Another member of #general, without a window."""
    client = world.add_client("ben")
    world.run(1.0)
    world.join(client)
    world.run(1.0)
    return client


@pytest.fixture
def bench() -> Bench:
    """Signed in, in room 1, which is open and empty; the other is ben."""
    bench = Bench()
    bench.model.apply(PersonNamed(1, "ben"))
    return bench
