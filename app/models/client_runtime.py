"""The client put together: folder, store, core and the two threads, behind four verbs.

Theory. What the core says goes to the store first and then to the listener, so whoever hears of an
entry can already ask the store for it. Wishes go to the thread that can fulfil them. The threads
only share frozen values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.client_config import ServerAddress, parse_address
from app.models.chat_client import ChatClient, Output
from app.models.commands import (
    LoadHistory,
    NetworkCommand,
    RenumberPosts,
    SaveSetting,
    StoreCommand,
)
from app.models.data_folder import DataFolder
from app.models.events import Event, SignedIn
from app.models.local_store import LocalStore
from app.models.network_thread import NetworkThread, System
from app.models.server_lists import SavedServer
from app.models.store_answers import PostsRenumbered, Restored, StoreFailed
from app.models.store_settings import SERVER_SETTING
from app.models.store_thread import StoreThread
from protocol.limits import NUMBER_MAX

#: Newest entries of each joined room that a start shows.
ENTRIES_AT_START: Final = 50
#: How long ``stop`` waits for both threads together.
STOP_TIMEOUT_S: Final = 3.0
#: Of that, for the goodbye: the disk needs the rest more.
_GOODBYE_SHARE: Final = 0.4

#: Setting under which the last name is found.
NAME_SETTING: Final = "name"


class NoName(Exception):
    """No name was given, and none is known from before."""


@dataclass(frozen=True, slots=True)
class LastUsed:
    """What the next start begins with when nobody says otherwise."""

    server: ServerAddress | None
    #: Empty before anybody signed in.
    name: str
    servers: tuple[SavedServer, ...] = ()


def last_used(folder: DataFolder) -> LastUsed:
    """Server and name of the last time.

    Raises:
        StoreError: the local store cannot be read.
    """
    store = LocalStore.open(folder.store_path)
    try:
        settings, servers = store.settings(), store.servers()
    finally:
        store.close()
    server = settings.get(SERVER_SETTING)
    return LastUsed(
        parse_address(server) if server else None, settings.get(NAME_SETTING, ""), servers
    )


class ClientRuntime:
    """One person at one server, from ``start`` to ``stop``.

    ``on_event`` hears of everything, first on the caller's thread (in ``start``), then on both
    worker threads; it may neither block nor raise. While ``is_full`` says so, nothing is read from
    the network. The folder belongs to the runtime from now on.

    Raises:
        NoName: see there; the folder is still the caller's.
        StoreError: the local store cannot be used; the folder is still the caller's.
    """

    def __init__(
        self,
        folder: DataFolder,
        address: ServerAddress,
        name: str,
        on_event: Callable[[Event], None],
        *,
        is_full: Callable[[], bool] = lambda: False,
        system: System | None = None,
    ) -> None:
        system = system or System()
        self._folder = folder
        self._address = address
        self._on_event = on_event
        self._is_listener_full = is_full
        self._local = LocalStore.open(folder.store_path, random_bytes=system.random_bytes)
        try:
            server = self._local.use_server(address.host_and_port, address.fingerprint)
            self.restored: Restored = self._local.restore(server)
            #: The servers that were used before this one.
            self.saved = self._local.servers()
            settings = self._local.settings()
            name = name or self.restored.name or settings.get(NAME_SETTING, "")
            if not name:
                raise NoName
        except BaseException:
            self._local.close()
            raise
        core = ChatClient(folder.device_key, name, self.restored, system.random_bytes)
        self._store = StoreThread(self._local, on_event, self._to_network)
        self._network = NetworkThread(
            core,
            address,
            self._on_output,
            others=[parse_address(other) for other in self.restored.others],
            system=system,
            is_full=self._is_full,
        )

    def start(self) -> None:
        """Tell what is known from before, then connect.

        Raises:
            StoreError: the local history cannot be read.
        """
        self._on_event(self.restored)
        wishes = [
            LoadHistory(stored.room, NUMBER_MAX, ENTRIES_AT_START)
            for stored in self.restored.rooms
            if stored.joined
        ]
        for answer in self._local.apply(*wishes):
            assert not isinstance(answer, NetworkCommand), "history is for the listener"
            self._on_event(answer)
        self._store.start()
        self._network.start()

    def submit(self, command: StoreCommand | NetworkCommand) -> bool:
        """Hand over a wish, from any thread, without waiting.

        False if it was not taken: too much waits already, or ``stop`` was called.

        Raises:
            ValueError: a text in it cannot be stored (see ``store_texts.check``).
        """
        if isinstance(command, StoreCommand):
            return self._store.submit(command)
        return self._network.submit(command)

    def stop(self, timeout_s: float = STOP_TIMEOUT_S) -> bool:
        """Say goodbye, store what is to be stored, release the folder; each only once.

        False if not all of it came to the disk in time. The folder then stays locked until the
        process ends, because a thread is still writing into it.
        """
        self._network.stop(timeout_s * _GOODBYE_SHARE)
        is_stored = self._store.flush_and_stop(timeout_s * (1 - _GOODBYE_SHARE))
        if is_stored:
            self._local.close()
            self._folder.close()
        return is_stored

    def _on_output(self, output: Output) -> None:
        """What the core says, on the network thread."""
        # Refused only while the disk fails, and what is lost then is found at the next start.
        taken = self._store.submit(output)
        if isinstance(output, RenumberPosts):
            if not taken:
                self._on_event(StoreFailed("posts wait: they could not be numbered anew"))
            return
        self._on_event(output)
        if isinstance(output, SignedIn):
            address = output.address or self._address.host_and_port
            self._store.submit(SaveSetting(SERVER_SETTING, address))
            self._store.submit(SaveSetting(NAME_SETTING, output.name))

    def _to_network(self, command: NetworkCommand | PostsRenumbered) -> None:
        self._network.submit(command)

    def _is_full(self) -> bool:
        return self._store.is_behind or self._is_listener_full()
