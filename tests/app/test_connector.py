"""One runtime at a time, started and stopped in order, away from the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from app.client_config import ServerAddress
from app.connector import RuntimeConnector
from app.event_handover import EventHandover
from app.models.client_runtime import last_used
from app.models.commands import ConnectNow, SaveSetting
from app.models.data_folder import DataFolder, FolderInUse
from app.models.events import Event, LinkChanged, LinkState, ServerKeySeen, SignedIn
from app.models.local_store import LocalStore
from app.models.server_lists import Destination, SavedServer
from app.models.store_answers import EarlierServerFound, ServersSaved
from app.models.store_errors import StoreError


class Runtimes:
    """Stands for ``ClientRuntime``: notes what was done with each, and keeps its folder."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.error: Exception | None = None
        self.threads: set[str] = set()
        self.started = threading.Semaphore(0)

    def make(
        self,
        folder: DataFolder,
        address: ServerAddress,
        name: str,
        on_event: Callable[[Event], None],
        **_: Any,
    ) -> Runtime:
        if self.error is not None:
            raise self.error
        self.on_event = on_event
        return Runtime(self, folder, f"{name}@{address.host_and_port}")


class Runtime:
    saved = (SavedServer("one:48228", "One", "anna", ""),)

    def __init__(self, all_of_them: Runtimes, folder: DataFolder, who: str) -> None:
        self._all, self._folder, self._who = all_of_them, folder, who

    def start(self) -> None:
        with pytest.raises(FolderInUse):  # it is ours, and locked
            DataFolder.open(self._folder.path)
        self._note("start")
        self._all.started.release()

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

    def test_begins_anew_where_the_same_server_was_before(
        self, connector: RuntimeConnector, runtimes: Runtimes, handover: EventHandover
    ) -> None:
        connector.connect("one", "anna")
        assert runtimes.started.acquire(timeout=20)
        hear, found = runtimes.on_event, EarlierServerFound(is_same=True, messages=1)

        hear(EarlierServerFound(is_same=False, messages=1))
        hear(found)
        assert runtimes.started.acquire(timeout=20)
        hear(found)  # of the first runtime, which has ended
        connector.close()
        hear(found)

        who = "anna@one:48228"
        assert runtimes.done == [("start", who), ("stop", who), ("start", who), ("stop", who)]
        assert found in handover.take(10)

    def test_who_got_in_at_another_address_invites_there(
        self, connector: RuntimeConnector, runtimes: Runtimes
    ) -> None:
        connector.connect("one", "anna")
        assert runtimes.started.acquire(timeout=20)
        assert connector.invite_link("dev", "") == "hubbub://one:48228/dev"

        runtimes.on_event(SignedIn(1, 1, "anna", "Harbour", (), 0, 1, address="two:5"))

        assert connector.invite_link("dev", "") == "hubbub://two:5/dev"

        runtimes.on_event(SignedIn(1, 1, "anna", "Harbour", (), 0, 1))  # where it was asked for

        assert connector.invite_link("dev", "") == "hubbub://one:48228/dev"
        connector.close()

    def test_what_the_connection_before_says_is_not_where_one_invites(
        self, connector: RuntimeConnector, runtimes: Runtimes, mocker: MockerFixture
    ) -> None:
        connector.connect("one", "anna")
        assert runtimes.started.acquire(timeout=20)
        old = runtimes.on_event
        is_wanted, stop = threading.Event(), RuntimeConnector._disconnect

        def stop_late(self: RuntimeConnector) -> None:
            assert is_wanted.wait(20)
            old(SignedIn(1, 1, "anna", "Harbour", (), 0, 1, address="two:5"))
            stop(self)

        mocker.patch.object(RuntimeConnector, "_disconnect", stop_late)
        connector.connect("three", "anna")
        is_wanted.set()
        assert runtimes.started.acquire(timeout=20)

        assert connector.invite_link("", "") == "hubbub://three:48228"
        connector.close()

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

    def test_what_a_link_names_is_said(self, connector: RuntimeConnector) -> None:
        assert connector.connect("hubbub://one:5/dev", "anna") == Destination("one:5", "dev")
        assert connector.connect("127.0.0.1", "anna").is_loopback
        assert not connector.connect("localhost.example", "anna").is_loopback
        connector.close()

    def test_invite_link_leads_to_the_server_of_the_last_connection(
        self, connector: RuntimeConnector
    ) -> None:
        connector.connect(f"hubbub://one:5/dev#{'a' * 32}", "anna")

        assert connector.invite_link("my room", "b" * 32) == f"hubbub://one:5/my%20room#{'b' * 32}"
        assert connector.invite_link("", "") == "hubbub://one:5"
        connector.close()


class TestServers:
    def test_servers_of_before_are_told_with_each_connection_and_after_it(
        self, connector: RuntimeConnector, runtimes: Runtimes, handover: EventHandover
    ) -> None:
        connector.connect("one", "anna")
        connector.disconnect()
        connector.close()

        assert handover.take(9) == [ServersSaved(Runtime.saved), ServersSaved(())]

    def test_forgotten_server_is_no_longer_listed_and_not_gone_to(
        self, tmp_path: Path, handover: EventHandover, mocker: MockerFixture
    ) -> None:
        folder = DataFolder.open(tmp_path)
        store = LocalStore.open(folder.store_path)
        server = store.use_server("one:48228")
        store.restore(server)
        store.apply(SignedIn(1, 1, "anna", "One", (), 0, 1), SaveSetting("server", "one:48228"))
        saved = SavedServer("one:48228", "One", "anna", "")
        assert store.servers() == (saved,)
        store.apply(ServerKeySeen(b"k" * 32, "f" * 32))
        store.close()
        connector = RuntimeConnector(folder, handover)

        connector.forget("one:48228")
        connector.close()

        assert handover.take(9) == [ServersSaved(())]
        with DataFolder.open(tmp_path) as again:
            assert last_used(again).server is None
