"""A window's client without window and socket: both are mocks, everything between them is real.

The composer of a mocked view leads through the real controllers, models, store and client core to
a mocked ``socket.socket``; at its other end is the real server core of the simulation.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from pytest_mock import MockerFixture

from app.client_config import parse_address
from app.controllers.event_pump import BATCH_MAX, EventPump
from app.controllers.window_controller import WindowController
from app.controllers.window_state import WindowState
from app.models.chat_client import ChatClient, Output
from app.models.chat_model import ChatModel, Command
from app.models.commands import NetworkCommand, RenumberPosts, StoreCommand
from app.models.events import Event, ServersFound
from app.models.local_store import LocalStore
from app.models.network_thread import NetworkWorker, System
from app.models.notification_rules import Popup
from app.models.server_lists import Destination, FoundServer
from app.models.store_answers import PostsRenumbered
from app.models.store_thread import StoreWorker
from app.views.callbacks import MainWindowCallbacks
from app.views.main_window import MainWindow
from app.views.rows import MessageRow, MessageState, TimelineRows
from tests.simulation.world import World

REAL_SOCKET = socket.socket
HOST = "10.0.0.99"
SERVER = f"{HOST}:48228"
STORE_S = 0.001


class WindowWorld(World):
    """The simulation, with programs that have a window beside its bare clients."""

    def __init__(self, mocker: MockerFixture, **more: Any) -> None:
        self.programs: list[Program] = []
        #: Hosts at which the server is not found: datagrams to and from there are lost.
        self.dead_hosts: set[str] = set()
        self.mocker = mocker
        self._networks: dict[tuple[str, int], Network] = {}
        super().__init__(**more)

    def start_program(self, folder: Path, **more: Any) -> Program:
        """Somebody starts Hubbub with this data folder."""
        program = Program(self, folder, **more)
        self.programs.append(program)
        return program

    def end_program(self, program: Program) -> None:
        """It is gone, without a word."""
        self.programs.remove(program)
        program.end()

    def use_another_server_key(self) -> None:
        """Somebody else answers at the server's address."""
        self._server_key = b"k" * 32
        self.restart_server()

    def _next_timer(self) -> float:
        waits = [p.network.worker.wait_s() for p in self.programs if p.network is not None]
        return min([super()._next_timer(), *(self.now + wait for wait in waits)])

    def _timers(self) -> None:
        super()._timers()
        for program in list(self.programs):
            if program.network is not None:
                program.network.worker.turn()

    def _flush_server(self) -> None:
        self.server.write(self.now, self.time_ms + int((self.now - 1000) * 1000))
        for datagram, address in self.server.take_datagrams():
            network = self._networks.get(address)
            if network is not None:
                self._carry(datagram, network.arrive)
            for client in self.clients:
                if client.address == address:
                    self._carry(datagram, partial(self._to_client, client))


class Network:
    """One runtime: the parts of ``ClientRuntime`` on the thread of the test."""

    def __init__(
        self,
        world: WindowWorld,
        folder: Path,
        server: str,
        name: str,
        emit: Callable[[Event], None],
    ) -> None:
        self._world = world
        self._emit = emit
        self._host = ""
        # One that nobody has: those who ended gave theirs back.
        places = ((f"10.0.1.{host}", 5000) for host in count(1))
        self._address = next(place for place in places if place not in world._networks)
        world._networks[self._address] = self
        self._inbox: deque[bytes] = deque()
        self._socket: Any = None
        address = parse_address(server)
        folder.mkdir(exist_ok=True)
        key = folder / "device.key"
        if not key.exists():
            key.write_bytes(world.random.randbytes(32))
        random_bytes = world.random.randbytes
        self._local = LocalStore.open(folder / "store", random_bytes=random_bytes)
        number = self._local.use_server(address.host_and_port, address.fingerprint)
        restored = self._local.restore(number)
        core = ChatClient(key.read_bytes(), name, restored, random_bytes)
        self._store = StoreWorker(self._local, emit, self._to_core)
        system = System(
            clock=lambda: world.now,
            wall_clock=lambda: world.now,
            random_bytes=random_bytes,
            # Each program its own: with one patch for all the newest would serve everybody.
            socket_factory=self._make_socket,
            resolve=lambda host, port: [(int(socket.AF_INET), (host, port))],
        )
        others = [parse_address(other) for other in restored.others]
        self.worker = NetworkWorker(core, address, self._on_output, others=others, system=system)
        emit(restored)
        self.worker.start()

    def submit(self, command: Command) -> bool:
        if isinstance(command, StoreCommand):
            wish: StoreCommand = command
            self._world.at(self._world.now + STORE_S, lambda: self._store_now(wish))
        else:
            self._to_core(command)
        return True

    def arrive(self, datagram: bytes) -> None:
        if self._host in self._world.dead_hosts:
            return
        self._inbox.append(datagram)
        self.worker.turn()

    def close(self) -> None:
        del self._world._networks[self._address]
        self.worker.close()
        self._local.close()

    def _store_now(self, item: StoreCommand) -> None:
        if self._address in self._world._networks:
            self._store.run_batch([item])

    def _on_output(self, output: Output) -> None:
        self._store.run_batch([output])
        if not isinstance(output, RenumberPosts):
            self._emit(output)

    def _to_core(self, command: NetworkCommand | PostsRenumbered) -> None:
        self._world.at(self._world.now, lambda: self._command(command))

    def _command(self, command: NetworkCommand | PostsRenumbered) -> None:
        if self._address in self._world._networks:
            self.worker.command(command)
            self.worker.turn()

    def _make_socket(self, _family: int) -> Any:
        # One for all: it takes long to make, and the way to the server is looked at each second.
        if self._socket is not None:
            return self._socket
        fake = self._socket = self._world.mocker.create_autospec(REAL_SOCKET, instance=True)
        fake.getsockname.return_value = self._address
        fake.connect.side_effect = self._connect
        fake.send.side_effect = self._send
        fake.recv.side_effect = self._recv
        return fake

    def _connect(self, place: tuple[str, int]) -> None:
        self._host = place[0]

    def _send(self, datagram: bytes) -> int:
        world = self._world
        world.seen.append(datagram)
        if self._host not in world.dead_hosts:
            world._carry(datagram, partial(world._to_server, self._address))
        return len(datagram)

    def _recv(self, _size: int) -> bytes:
        if not self._inbox:
            raise BlockingIOError
        return self._inbox.popleft()


class FakeOpening:
    """A link on its way to a browser, which opens it unless it is said otherwise."""

    is_failed: bool | None = False

    def has_failed(self) -> bool | None:
        return self.is_failed


class FakeScheduler:
    """Tk's ``after`` on the world's clock, and the place of the window."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._planned: set[str] = set()
        self._count = 0

    def after(self, ms: int, func: Callable[[], object], /) -> str:
        self._count += 1
        timer = str(self._count)
        self._planned.add(timer)

        def run() -> None:
            if timer in self._planned:
                self._planned.remove(timer)
                func()

        self._world.at(self._world.now + ms / 1000, run)
        return timer

    def after_cancel(self, timer: str, /) -> None:
        self._planned.discard(timer)

    def geometry(self) -> str:
        return "800x600+10+20"

    @property
    def waiting(self) -> int:
        """Timers that are set."""
        return len(self._planned)


class Program:
    """One run of the program: its controllers, and the mock that stands for its window."""

    def __init__(
        self,
        world: WindowWorld,
        folder: Path,
        *,
        server: str = SERVER,
        name: str = "anna",
        room: str = "",
        state: WindowState | None = None,
    ) -> None:
        self.world = world
        self.network: Network | None = None
        self.states: list[WindowState] = []
        self.links: list[str] = []
        #: What comes of a link that is opened.
        self.opening = FakeOpening()
        self.forgotten: list[str] = []
        self.given_up: list[str] = []
        self.tested: list[str] = []
        self.popups: list[Popup] = []
        self.is_looking = False
        self._folder = folder
        self._events: deque[Event] = deque()
        #: The window may wake for each event alone, or for many.
        self.events_a_batch = BATCH_MAX
        self.scheduler = FakeScheduler(world)
        self.window = world.mocker.create_autospec(MainWindow, instance=True)
        self.window.root = self.scheduler
        self.window.is_in_front, self.window.is_covered = True, False
        self.window.is_chat_seen = True
        #: How wrong the clock of this computer is.
        self.clock_ahead_s = 0.0
        self.model = ChatModel(self._submit, self._time_ms)
        self.pump = EventPump(self._take, self.model, lambda: world.now)
        self.controller = WindowController(
            self.model,
            self,
            self._make_window,
            lambda: world.now,
            state=state or WindowState(),
            on_state=self.states.append,
            open_link=self._open_link,
            notify=self.popups.append,
            local_now=lambda: datetime.fromtimestamp(world.time_ms / 1000 + world.now, UTC),
            start_room=room,
            zone=UTC,
        )
        self.controller.start(server, name)

    def _open_link(self, address: str) -> FakeOpening:
        self.links.append(address)
        return self.opening

    def _time_ms(self) -> int:
        return self.world.time_ms + int((self.world.now - 1000 + self.clock_ahead_s) * 1000)

    # --- the window --------------------------------------------------------------------------
    def _make_window(self, callbacks: MainWindowCallbacks) -> Any:
        self.calls = callbacks
        return self.window

    def last(self, name: str) -> Any:
        """The newest value that a method of the window was given."""
        method = getattr(self.window, name)
        assert method.called, f"{name} was never called"
        return method.call_args.args[0]

    @property
    def timeline(self) -> TimelineRows:
        rows: TimelineRows = self.last("show_timeline")
        return rows

    @property
    def messages(self) -> list[MessageRow]:
        """What people said in the room that is shown."""
        rows = [row for row in self.timeline.rows if isinstance(row, MessageRow)]
        return [row for row in rows if row.kind.value == "message"]

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.messages]

    @property
    def marks(self) -> list[MessageState]:
        """How far these have come."""
        return [row.state for row in self.messages]

    @property
    def notices(self) -> list[str]:
        rows = [row for row in self.timeline.rows if isinstance(row, MessageRow)]
        return [row.text for row in rows if row.kind.value != "message"]

    @property
    def room_names(self) -> list[str]:
        return [row.name for row in self.last("show_rooms")]

    def say(self, text: str) -> None:
        """Enter in the composer of the room that is shown."""
        self.calls.on_send(self.timeline.room_key, text)

    def until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Let time pass until the condition holds."""
        assert self.world.run(seconds, condition), "it did not come to that in time"

    def in_room(self, name: str = "general") -> Program:
        """Wait until the room is shown and the server pushes into it."""
        self.until(lambda: self.timeline.room_name == name and not self.model.catch_up.missing)
        self.world.run(0.5)
        return self

    # --- the connector -----------------------------------------------------------------------
    def connect(self, server: str, name: str) -> Destination:
        address = parse_address(server)
        self.disconnect()
        self.network = Network(self.world, self._folder, server, name, self._emit)
        return Destination(address.host_and_port, address.room or "", address.is_loopback)

    def forget(self, address: str) -> None:
        self.forgotten.append(address)

    def give_up_link(self, address: str) -> None:
        self.given_up.append(address)
        self.disconnect()

    def test_network(self, server: str) -> None:
        self.tested.append(server)
        if server:
            parse_address(server)

    def stop_test(self) -> None:
        self.tested.append("stop")

    def invite_link(self, room: str, fingerprint: str) -> str:
        return f"{room}#{fingerprint}"

    def look(self) -> None:
        self.is_looking = True

    def rest(self) -> None:
        self.is_looking = False

    def find(self, *servers: FoundServer) -> None:
        """The network tells of these servers."""
        self._emit(ServersFound(servers))
        self.world.run(0.01)

    def disconnect(self) -> None:
        if self.network is not None:
            self.network.close()
            self.network = None

    def end(self) -> None:
        self.disconnect()
        self.controller._on_close()

    def _submit(self, command: Command) -> bool:
        return self.network is not None and self.network.submit(command)

    def _emit(self, event: Event) -> None:
        self._events.append(event)
        self.world.at(self.world.now, self._drain)

    def _drain(self) -> None:
        self.pump.drain()

    def _take(self, count: int) -> list[Event]:
        count = min(count, self.events_a_batch, len(self._events))
        return [self._events.popleft() for _ in range(count)]
