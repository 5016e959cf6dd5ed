"""A chat model, a local store and a network worker for the tests of their parts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.local_store import LocalStore
from app.models.store_thread import StoreThread
from tests.app.models.chat_fixtures import Bench
from tests.app.models.network_desk import Desk
from tests.app.models.store_fixtures import started_store
from tests.app.models.store_listener import TIMEOUT_S, Listener


@pytest.fixture
def bench() -> Bench:
    """Signed in, in room 1, which is open and empty."""
    return Bench()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """At work for a server, with nothing in it."""
    opened = started_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def desk() -> Desk:
    """A worker that has not started."""
    return Desk()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def thread(store: LocalStore, listener: Listener) -> Iterator[StoreThread]:
    made = StoreThread(store, listener.hear, listener.hear, retry_s=0.001)
    yield made
    made.flush_and_stop(TIMEOUT_S)
