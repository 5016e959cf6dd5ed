"""A world in which programs with a mocked window run."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from tests.app.controllers.window_world import Program, WindowWorld


@pytest.fixture
def world(mocker: MockerFixture) -> WindowWorld:
    """A server, and nobody yet."""
    return WindowWorld(mocker)


@pytest.fixture
def anna(world: WindowWorld, tmp_path: Path) -> Program:
    """Anna's program, in #general."""
    return world.start_program(tmp_path / "anna", room="general").in_room()
