"""One runtime at a time, started and stopped in order, away from the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from app.client_config import ServerAddress
from app.connector import RuntimeConnector
from app.event_handover import EventHandover
from app.models.commands import ConnectNow
from app.models.data_folder import DataFolder, FolderInUse
from app.models.events import LinkChanged, LinkState
from app.models.store_schema import StoreError


class Runtimes:
    """Stands for ``ClientRuntime``: notes what was done with each, and keeps its folder."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.threads: set[str] = set()

    def make(
        self, folder: DataFolder, address: ServerAddress, name: str, *_: Any, **__: Any
    ) -> Runtime:
        if self.error is not None:
            raise self.error
        return Runtime(self, folder, f"{name}@{address.host_and_port}")


class Runtime:
    def __init__(self, all_of_them: Runtimes, folder: DataFolder, who: str) -> None:
        self._all, self._folder, self._who = all_of_them, folder, who

    def start(self) -> None:
        with pytest.raises(FolderInUse):  # it is ours, and locked
            DataFolder.open(self._folder.path)
        self._note("start")

    def submit(self, command: object) -> bool:
        self._note(type(command).__name__)
        return True

    def stop(self) -> bool:
        self._note("stop")
        self._folder.close()
        return True

    def _note(self, what: str) -> None:
        self._all.done.append((what, self._who))
        self._all.threads.add(threading.current_thread().name)


@pytest.fixture
def runtimes(mocker: MockerFixture) -> Runtimes:
    runtimes = Runtimes()
    mocker.patch("app.connector.ClientRuntime", runtimes.make)
    return runtimes


@pytest.fixture
def handover() -> Iterator[EventHandover]:
    handover = EventHandover()
    yield handover
    handover.close()


@pytest.fixture
def connector(tmp_path: Path, runtimes: Runtimes, handover: EventHandover) -> RuntimeConnector:
    return RuntimeConnector(DataFolder.open(tmp_path / "data"), handover)


class TestConnecting:
    def test_next_connection_begins_after_the_last_has_ended(
        self, connector: RuntimeConnector, runtimes: Runtimes
    ) -> None:
        connector.connect("one", "anna")
        connector.connect("two:5", "annika")
        connector.close()

        assert runtimes.done == [
            ("start", "anna@one:48228"),
            ("stop", "anna@one:48228"),
            ("start", "annika@two:5"),
            ("stop", "annika@two:5"),
        ]
        assert threading.current_thread().name not in runtimes.threads

    def test_folder_is_free_after_the_end(
        self, connector: RuntimeConnector, tmp_path: Path
    ) -> None:
        connector.close()

        DataFolder.open(tmp_path / "data").close()

    def test_wrong_address_is_said_at_once_and_changes_nothing(
        self, connector: RuntimeConnector, runtimes: Runtimes
    ) -> None:
        with pytest.raises(ValueError, match="port"):
            connector.connect("one:x", "anna")
        connector.close()

        assert runtimes.done == []

    def test_wishes_without_a_connection_are_not_taken(
        self, connector: RuntimeConnector, runtimes: Runtimes
    ) -> None:
        assert not connector.submit(ConnectNow())

        connector.connect("one", "anna")
        connector.disconnect()
        connector.close()
        assert not connector.submit(ConnectNow())

    def test_wishes_reach_the_connection(
        self, connector: RuntimeConnector, runtimes: Runtimes, mocker: MockerFixture
    ) -> None:
        started = threading.Event()
        mocker.patch.object(Runtime, "start", side_effect=started.set)
        connector.connect("one", "anna")
        assert started.wait(10)

        assert connector.submit(ConnectNow())
        connector.close()

        assert runtimes.done[0] == ("ConnectNow", "anna@one:48228")

    @pytest.mark.parametrize("error", [StoreError("the store is damaged"), RuntimeError("oh")])
    def test_connection_that_cannot_be_made_is_told_and_can_be_tried_again(
        self,
        connector: RuntimeConnector,
        runtimes: Runtimes,
        handover: EventHandover,
        error: Exception,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        runtimes.error = error
        connector.connect("one", "anna")
        connector.connect("two", "anna")
        connector.close()

        told = handover.take(9)
        assert [event.state for event in told if isinstance(event, LinkChanged)] == [
            LinkState.STOPPED, LinkState.STOPPED,
        ]  # fmt: skip
