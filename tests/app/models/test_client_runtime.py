"""The runtime: what a start tells, where wishes go, and what is left after the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.client_config import ServerAddress
from app.models.client_runtime import (
    ENTRIES_AT_START,
    ClientRuntime,
    LastUsed,
    NoName,
    last_used,
)
from app.models.commands import LoadHistory, SaveSetting, StorePost
from app.models.data_folder import DataFolder, FolderInUse
from app.models.events import Event, LinkChanged, LinkState, MembershipChanged
from app.models.local_store import LocalStore
from app.models.store_answers import HistoryLoaded, PostStored, Restored
from tests.app.models.store_fixtures import ROOM, followed, received, wish

#: Nobody listens there, and nobody is asked who it is.
NOWHERE = ServerAddress("127.0.0.1", 9)
TIMEOUT_S = 30.0


class Listener:
    """Events, and a way to wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def hear(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[Event], bool]) -> Event:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(condition, self.events)), TIMEOUT_S)
            return next(event for event in self.events if condition(event))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    with DataFolder.open(tmp_path / "anna") as opened:
        yield opened


@pytest.fixture
def runtime(folder: DataFolder, listener: Listener) -> Iterator[ClientRuntime]:
    made = ClientRuntime(folder, NOWHERE, "anna", listener.hear)
    yield made
    made.stop(TIMEOUT_S)


def store_of(folder: DataFolder) -> LocalStore:
    """The store, at work for the server that is not there."""
    store = LocalStore.open(folder.store_path)
    store.restore(store.use_server(NOWHERE.host_and_port))
    return store


class TestStart:
    def test_tells_what_is_known_before_it_connects(
        self, folder: DataFolder, listener: Listener
    ) -> None:
        store = store_of(folder)
        last = ENTRIES_AT_START + 10
        store.apply(followed(last), received(1, last), MembershipChanged(ROOM, True))
        store.close()

        runtime = ClientRuntime(folder, NOWHERE, "anna", listener.hear)
        runtime.start()
        runtime.stop(TIMEOUT_S)

        restored, history, connecting = listener.events[:3]
        assert isinstance(restored, Restored)
        assert [room.joined for room in restored.rooms] == [True]
        assert isinstance(history, HistoryLoaded)
        assert [entry.number for entry in history.entries] == list(range(11, last + 1))
        assert connecting == LinkChanged(LinkState.CONNECTING)

    def test_shows_no_history_of_rooms_that_were_only_read(
        self, folder: DataFolder, listener: Listener
    ) -> None:
        store = store_of(folder)
        store.apply(followed(3), received(1, 3))
        store.close()

        runtime = ClientRuntime(folder, NOWHERE, "anna", listener.hear)
        runtime.start()
        runtime.stop(TIMEOUT_S)

        assert not any(isinstance(event, HistoryLoaded) for event in listener.events)

    def test_without_any_name_the_folder_stays_the_callers(self, folder: DataFolder) -> None:
        with pytest.raises(NoName):
            ClientRuntime(folder, NOWHERE, "", lambda event: None)

        assert last_used(folder) == LastUsed(None, "")
        with pytest.raises(FolderInUse):
            DataFolder.open(folder.path)

    def test_without_a_name_the_last_one_is_used(
        self, folder: DataFolder, listener: Listener
    ) -> None:
        store = store_of(folder)
        store.apply(SaveSetting("name", "anna"))
        store.close()

        runtime = ClientRuntime(folder, NOWHERE, "", listener.hear)

        assert runtime.stop(TIMEOUT_S)

    def test_server_that_was_not_reached_is_not_the_last_used(
        self, folder: DataFolder, runtime: ClientRuntime
    ) -> None:
        runtime.stop(TIMEOUT_S)

        with DataFolder.open(folder.path) as again:
            assert last_used(again).server is None


class TestWishes:
    def test_post_is_in_the_outbox_when_it_is_told(
        self, folder: DataFolder, runtime: ClientRuntime, listener: Listener
    ) -> None:
        runtime.start()

        assert runtime.submit(wish("hello", token=7))
        told = listener.wait_for(lambda event: isinstance(event, PostStored))
        assert runtime.stop(TIMEOUT_S)

        assert isinstance(told, PostStored)
        assert told.token == 7
        store = store_of(folder)
        assert store.restore(1).outbox == (told.post,)
        store.close()

    def test_text_that_is_none_is_refused_where_it_comes_from(self, runtime: ClientRuntime) -> None:
        with pytest.raises(ValueError, match="lone surrogates"):
            runtime.submit(StorePost(1, b"", "general", 1, "\ud800", 0))

    def test_history_can_be_asked_for(self, runtime: ClientRuntime, listener: Listener) -> None:
        runtime.start()

        runtime.submit(LoadHistory(ROOM, 10, 5))

        told = listener.wait_for(lambda event: isinstance(event, HistoryLoaded))
        assert told == HistoryLoaded(ROOM, ())


class TestEnd:
    def test_releases_the_folder(self, folder: DataFolder, runtime: ClientRuntime) -> None:
        runtime.start()

        assert runtime.stop(TIMEOUT_S)

        DataFolder.open(folder.path).close()
        assert runtime.stop(TIMEOUT_S), "the second time there is nothing to do"

    def test_leaves_no_thread(self, runtime: ClientRuntime) -> None:
        runtime.start()
        runtime.stop(TIMEOUT_S)

        assert {"network", "store"}.isdisjoint(t.name for t in threading.enumerate())
