"""Starts and stops the client runtime for the window, on a thread of its own.

Opening a store and saying goodbye take time, and the window never waits: what is wanted is done in
order by one worker thread, and what comes of it arrives as events. A runtime takes the data folder
with it when it stops, so each connection opens the folder again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.client_config import ServerAddress, parse_address
from app.discovery import Discovery
from app.event_handover import EventHandover
from app.models.chat_model import Command
from app.models.client_runtime import ClientRuntime
from app.models.commands import ForgetServer
from app.models.data_folder import DataFolder, FolderError
from app.models.events import Event, LinkChanged, LinkState, SignedIn
from app.models.local_store import LocalStore
from app.models.server_lists import Destination
from app.models.store_answers import EarlierServerFound, ServersSaved
from app.models.store_errors import StoreError
from app.network_test_thread import NetworkTester
from app.translation import _

_log: Final = logging.getLogger(__name__)


class RuntimeConnector:
    """One runtime at a time."""

    def __init__(
        self, folder: DataFolder, handover: EventHandover, discovery: Discovery | None = None
    ) -> None:
        """The folder is used for the first connection, and closed if there is none."""
        self._path: Final[Path] = folder.path
        self._handover = handover
        self._discovery = discovery or Discovery(handover.put)
        self._tester = NetworkTester(handover.put)
        self._folder: DataFolder | None = folder
        self._runtime: ClientRuntime | None = None
        self._address: ServerAddress | None = None
        #: For which wish somebody signed in, and where: what is said of an earlier one counts not.
        self._signed_in: tuple[ServerAddress, ServerAddress] | None = None
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="connector")

    # --- from the window's thread ------------------------------------------------------------
    def connect(self, server: str, name: str) -> Destination:
        """Be that person at that server from now on; says what the address or link names.

        Raises:
            ValueError: it is no address.
        """
        self._address = address = parse_address(server)
        self._worker.submit(self._guarded, lambda: self._connect(address, name))
        return Destination(address.host_and_port, address.room or "", address.is_loopback)

    def disconnect(self) -> None:
        """End the connection."""
        self._worker.submit(self._guarded, self._disconnect_and_list)

    def forget(self, address: str) -> None:
        """Take the server from those that are saved; the connection to it ends."""
        self._worker.submit(self._guarded, lambda: self._forget(address))

    def give_up_link(self, address: str) -> None:
        """End the connection, and expect nothing of a server that was not the one of a link."""
        self._worker.submit(self._guarded, lambda: self._give_up_link(address))

    def invite_link(self, room: str, fingerprint: str) -> str:
        """A link for others to the server of the last ``connect``, at the address where one is
        signed in; ``room`` may be empty."""
        here = self._here
        assert here is not None
        return replace(here, room=room or None, fingerprint=fingerprint or None).link

    def look(self) -> None:
        """Look for servers on this network from now on."""
        self._discovery.start()

    def rest(self) -> None:
        """Look no more."""
        self._discovery.stop()

    def test_network(self, server: str) -> None:
        """Test the way to an address or link, "" for the network alone; the newest test counts.

        Raises:
            ValueError: it is no address.
        """
        self._tester.start(parse_address(server) if server else None)

    def stop_test(self) -> None:
        """End the test that runs."""
        self._tester.stop()

    def submit(self, command: Command) -> bool:
        """Hand a wish to the runtime; False if there is none, or it takes no more."""
        runtime = self._runtime
        return runtime is not None and runtime.submit(command)

    def close(self) -> None:
        """End the connection and wait until everything is on disk (some seconds at the most)."""
        self._discovery.stop()
        self._tester.stop()
        self._worker.submit(self._guarded, self._disconnect)
        self._worker.shutdown()
        if self._folder is not None:
            self._folder.close()

    @property
    def _here(self) -> ServerAddress | None:
        """Where one is signed in, or wants to be."""
        asked, signed_in = self._address, self._signed_in
        return signed_in[1] if signed_in is not None and signed_in[0] is asked else asked

    # --- on the worker thread ----------------------------------------------------------------
    def _guarded(self, do: Callable[[], None]) -> None:
        try:
            do()
        except (FolderError, StoreError) as error:
            self._handover.put(LinkChanged(LinkState.STOPPED, reason=f"{error}."))
        except Exception:  # noqa: BLE001 - the edge: nobody looks at the future
            _log.exception("! the connection could not be made")
            words = _("The connection could not be made. The reason is in the log.")
            self._handover.put(LinkChanged(LinkState.STOPPED, reason=words))

    def _connect(self, address: ServerAddress, name: str) -> None:
        def hear(event: Event) -> None:
            self._handover.put(event)
            if isinstance(event, SignedIn) and self._runtime is runtime:
                there = parse_address(event.address) if event.address else address
                self._signed_in = (address, there)
            if isinstance(event, EarlierServerFound) and event.is_same:
                # A new start brings back what was kept under the old key. Not after ``close``.
                with suppress(RuntimeError):
                    self._worker.submit(self._guarded, begin_anew)

        def begin_anew() -> None:
            if self._runtime is runtime:
                self._connect(address, name)

        self._disconnect()
        folder, self._folder = self._folder or DataFolder.open(self._path), None
        try:
            runtime = ClientRuntime(folder, address, name, hear, is_full=self._handover.is_full)
        except BaseException:
            self._folder = folder
            raise
        self._runtime = runtime
        self._handover.put(ServersSaved(runtime.saved))
        runtime.start()

    def _disconnect_and_list(self) -> None:
        self._disconnect()
        self._with_store(lambda store: None)

    def _forget(self, address: str) -> None:
        runtime = self._runtime
        here = self._here
        is_active = here is None or here.host_and_port == address
        if runtime is not None and not is_active:
            runtime.submit(ForgetServer(address))
            return
        self._disconnect()
        self._with_store(lambda store: store.forget(address))

    def _give_up_link(self, address: str) -> None:
        self._disconnect()
        self._with_store(lambda store: store.give_up_link(address))

    def _with_store(self, do: Callable[[LocalStore], None]) -> None:
        """While there is no runtime the store is ours; what servers it then has is told."""
        self._folder = self._folder or DataFolder.open(self._path)
        store = LocalStore.open(self._folder.store_path)
        try:
            do(store)
            self._handover.put(ServersSaved(store.servers()))
        finally:
            store.close()

    def _disconnect(self) -> None:
        runtime, self._runtime = self._runtime, None
        if runtime is not None and not runtime.stop():
            _log.error("! not everything came to the disk in time")
