"""A chat model for the tests of its parts."""

from __future__ import annotations

import pytest

from tests.app.models.chat_fixtures import Bench


@pytest.fixture
def bench() -> Bench:
    """Signed in, in room 1, which is open and empty."""
    return Bench()
