"""The network thread: bounded turns, errors as hints, new ways to the server, no silent death."""

from __future__ import annotations

import errno
import logging
import socket
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from pytest_mock import MockerFixture

from app.client_config import ServerAddress
from app.models.chat_client import ChatClient, Output
from app.models.commands import ConnectNow, PathMayHaveChanged, SendPost, SetAway, Stop
from app.models.events import LinkChanged, LinkState, SignedIn
from app.models.network_thread import (
    BATCH_MAX,
    COMMANDS_MAX,
    FULL_RETRY_S,
    ROUTE_CHECK_S,
    NetworkThread,
    NetworkWorker,
    System,
)
from app.models.records import OutboxPost
from app.models.store_answers import Restored
from app.models.udp_socket import Place
from protocol.limits import DATAGRAM_BYTES_MAX

ADDRESS = ServerAddress("ship", 4000)
V4: Place = (int(socket.AF_INET), ("10.0.0.1", 4000))
V6: Place = (int(socket.AF_INET6), ("fd00::1", 4000, 0, 0))
NOBODY = Restored(1, None, 0, "anna", "", 0, (), (), (), 1)
TIMEOUT_S = 30.0


class FakeSocket:
    """A UDP socket on a network that the test makes up."""

    def __init__(self, net: FakeNetwork, family: int) -> None:
        self.net, self.family = net, family
        self.place: Any = None
        self.sent: list[bytes] = []
        self.arrived: list[bytes | OSError] = []
        self.is_closed = False

    def setblocking(self, flag: bool) -> None:
        assert not flag

    def setsockopt(self, *_: int) -> None:
        raise OSError(errno.ENOPROTOOPT, "not here")

    def connect(self, address: object) -> None:
        if self.net.local is None:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        self.place = address
        self.local = self.net.local

    def getsockname(self) -> tuple[str, int]:
        return (self.local, 5000)

    def recv(self, size: int) -> bytes:
        if not self.arrived:
            raise BlockingIOError
        item = self.arrived.pop(0)
        if isinstance(item, OSError):
            raise item
        return item[:size]

    def send(self, datagram: bytes) -> int:
        if self.net.send_error is not None:
            raise self.net.send_error
        self.sent.append(datagram)
        return len(datagram)

    def close(self) -> None:
        self.is_closed = True


class FakeNetwork:
    """Names, routes and sockets; and clocks that stand still."""

    def __init__(self) -> None:
        self.places: list[Place] = [V4]
        self.resolve_error: OSError | None = None
        self.resolved: list[str] = []
        self.local: str | None = "10.0.0.9"
        self.send_error: OSError | None = None
        self.sockets: list[FakeSocket] = []
        self.now = 100.0
        self.wall = 5000.0

    def resolve(self, host: str, port: int) -> list[Place]:
        self.resolved.append(f"{host}:{port}")
        if self.resolve_error is not None:
            raise self.resolve_error
        return list(self.places)

    def make_socket(self, family: int) -> socket.socket:
        self.sockets.append(FakeSocket(self, family))
        return cast(socket.socket, self.sockets[-1])

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds

    @property
    def open_sockets(self) -> list[FakeSocket]:
        return [udp for udp in self.sockets if not udp.is_closed]

    @property
    def socket(self) -> FakeSocket:
        """The only one that is open."""
        (udp,) = self.open_sockets
        return udp

    def system(self) -> System:
        return System(
            clock=lambda: self.now,
            wall_clock=lambda: self.wall,
            random_bytes=bytes,
            socket_factory=self.make_socket,
            resolve=self.resolve,
        )


class ScriptedCore:
    """A core that does what the test says, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.outputs: list[Output] = []
        self.datagrams: list[bytes] = []
        self.timer: float | None = None
        self.on_command: Callable[[object], None] = lambda command: None

    def start(self, now: float) -> None:
        self.outputs.append(LinkChanged(LinkState.CONNECTING))
        self.datagrams.append(b"hello")

    def receive(self, datagram: bytes, now: float) -> None:
        self.told.append(datagram)

    def command(self, command: object, now: float) -> None:
        self.told.append(command)
        self.on_command(command)

    def handle_timer(self, now: float) -> None:
        self.told.append("timer")
        self.timer = None

    def next_timer(self) -> float | None:
        return self.timer

    def take_outputs(self) -> list[Output]:
        taken, self.outputs = self.outputs, []
        return taken

    def take_datagrams(self) -> list[bytes]:
        taken, self.datagrams = self.datagrams, []
        return taken


class Desk:
    """A worker on a made-up network, and what it emitted."""

    def __init__(self) -> None:
        self.net = FakeNetwork()
        self.core = ScriptedCore()
        self.events: list[Output] = []
        self.is_full = False
        self.worker = NetworkWorker(
            cast(ChatClient, self.core), ADDRESS, self.events.append,
            system=self.net.system(), is_full=lambda: self.is_full,
        )  # fmt: skip

    def started(self, state: LinkState = LinkState.CONNECTING) -> Desk:
        self.worker.start()
        if state is not LinkState.CONNECTING:
            self.core.outputs.append(LinkChanged(state))
            self.worker.turn()
        return self


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestTurns:
    def test_start_opens_a_socket_and_sends(self, desk: Desk) -> None:
        desk.started()

        assert desk.net.resolved == ["ship:4000"]
        assert desk.net.socket.place == V4[1]
        assert desk.net.socket.sent == [b"hello"]
        assert desk.events == [LinkChanged(LinkState.CONNECTING)]

    def test_real_core_says_hello_through_a_mocked_socket(self, mocker: MockerFixture) -> None:
        made = mocker.patch("socket.socket")
        made.return_value.getsockname.return_value = ("127.0.0.1", 5000)
        made.return_value.recv.side_effect = BlockingIOError
        core = ChatClient(bytes(32), "anna", NOBODY, bytes)

        worker = NetworkWorker(core, ServerAddress("127.0.0.1", 4000), lambda event: None)
        worker.start()

        made.return_value.connect.assert_called_once_with(("127.0.0.1", 4000))
        (hello,) = made.return_value.send.call_args.args
        assert 0 < len(hello) <= DATAGRAM_BYTES_MAX

    def test_turn_reads_a_bounded_batch(self, desk: Desk) -> None:
        desk.started()
        desk.net.socket.arrived = [b"x"] * (BATCH_MAX + 3)

        assert desk.worker.turn()
        assert len(desk.core.told) == BATCH_MAX
        assert not desk.worker.turn()
        assert len(desk.core.told) == BATCH_MAX + 3

    def test_datagram_longer_than_any_of_ours_is_dropped(self, desk: Desk) -> None:
        desk.started()
        longest = bytes(DATAGRAM_BYTES_MAX)
        desk.net.socket.arrived = [longest + b"x", longest]

        desk.worker.turn()

        assert desk.core.told == [longest]

    def test_nothing_is_read_while_nobody_takes_events(self, desk: Desk) -> None:
        desk.started()
        desk.net.socket.arrived = [b"x"]
        desk.is_full = True

        desk.worker.turn()

        assert desk.core.told == []
        assert desk.worker.wait_s() == FULL_RETRY_S
        desk.is_full = False
        desk.worker.turn()
        assert desk.core.told == [b"x"]

    def test_timer_is_handled_when_it_is_due(self, desk: Desk) -> None:
        desk.started()
        desk.core.timer = desk.net.now + 0.5
        assert desk.worker.wait_s() == pytest.approx(0.5)
        desk.worker.turn()
        assert desk.core.told == []

        desk.net.pass_time(0.5)
        assert desk.worker.wait_s() == 0
        desk.worker.turn()

        assert desk.core.told == ["timer"]

    def test_what_came_of_a_command_is_sent_by_the_next_turn(self, desk: Desk) -> None:
        desk.started()
        desk.core.on_command = lambda command: desk.core.datagrams.append(b"away")

        desk.worker.command(SetAway(True))
        desk.worker.turn()

        assert desk.net.socket.sent[1:] == [b"away"]


class TestPath:
    def test_refused_connection_makes_it_try_the_hosts_next_address_once_each(
        self, desk: Desk
    ) -> None:
        desk.net.places = [V6, V4]
        desk.started()
        assert desk.net.socket.place == V6[1]

        for expected in (V4, V4):  # no third address: it stays
            desk.net.socket.arrived = [ConnectionRefusedError()]
            desk.worker.turn()
            assert desk.net.socket.place == expected[1]
        assert desk.net.resolved == ["ship:4000"]

    def test_address_without_a_route_is_passed_over(self, desk: Desk) -> None:
        connect = FakeSocket.connect

        def connect_v4(udp: FakeSocket, address: object) -> None:
            if udp.family == socket.AF_INET6:
                raise OSError(errno.ENETUNREACH, "Network is unreachable")
            connect(udp, address)

        desk.net.places = [V6, V4]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FakeSocket, "connect", connect_v4)
            desk.started()

        assert desk.net.socket.place == V4[1]
        assert desk.events == [LinkChanged(LinkState.CONNECTING)]

    def test_each_new_try_asks_for_the_name_and_takes_the_next_address(self, desk: Desk) -> None:
        desk.net.places = [V6, V4]
        desk.started(LinkState.OFFLINE)

        desk.core.outputs.append(LinkChanged(LinkState.CONNECTING))
        desk.worker.turn()

        assert desk.net.resolved == ["ship:4000"] * 2
        assert desk.net.socket.place == V4[1]

    def test_the_way_that_the_core_takes_is_opened_and_told(self) -> None:
        other = ServerAddress("boat", 5000)
        net, core, events = FakeNetwork(), ScriptedCore(), list[Output]()
        worker = NetworkWorker(
            cast(ChatClient, core), ADDRESS, events.append, others=[other], system=net.system()
        )
        worker.start()
        for change in (
            LinkChanged(LinkState.OFFLINE, 0.5, place=1),
            LinkChanged(LinkState.CONNECTING, place=1),
            SignedIn(1, 1, "anna", "Harbour", (), 0, 1),
            LinkChanged(LinkState.OFFLINE, 0.5, place=0),
            LinkChanged(LinkState.CONNECTING),
        ):
            core.outputs.append(change)
            worker.turn()

        assert net.resolved == ["ship:4000", "boat:5000", "ship:4000"]
        assert len(net.open_sockets) == 1
        told = [event.address for event in events if isinstance(event, (LinkChanged, SignedIn))]
        assert told == ["", "boat:5000", "boat:5000", "boat:5000", "", ""]

    def test_silence_in_a_session_opens_no_other_socket(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        before = desk.net.socket

        desk.core.outputs.append(LinkChanged(LinkState.CONNECTING))
        desk.worker.turn()

        assert desk.net.socket is before

    def test_unknown_name_is_said_once_and_tried_again(self, desk: Desk) -> None:
        desk.net.resolve_error = socket.gaierror(-2, "Name or service not known")
        desk.started()
        for state in (LinkState.OFFLINE, LinkState.CONNECTING):
            desk.core.outputs.append(LinkChanged(state))
            desk.worker.turn()

        told = [e for e in desk.events if isinstance(e, LinkChanged) and e.reason]
        assert [e.state for e in told] == [LinkState.CONNECTING, LinkState.OFFLINE]
        assert {e.reason for e in told} == {"No server has this name. Check the address."}
        assert desk.net.sockets == []

    def test_error_while_online_asks_the_path_but_not_too_often(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        desk.net.send_error = OSError(errno.EHOSTUNREACH, "No route to host")

        for _ in range(5):
            desk.core.datagrams.append(b"x")
            desk.worker.turn()
        assert desk.core.told == [PathMayHaveChanged()]
        desk.net.pass_time(ROUTE_CHECK_S)
        desk.worker.turn()

        assert desk.core.told == [PathMayHaveChanged()] * 2
        assert desk.worker.udp.errors == 5

    def test_error_while_offline_does_not_shorten_the_back_off(self, desk: Desk) -> None:
        desk.started(LinkState.OFFLINE)
        desk.net.socket.arrived = [ConnectionRefusedError()]

        desk.worker.turn()

        assert desk.core.told == []

    def test_other_local_address_gets_a_new_socket(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        before = desk.net.socket
        desk.net.local = "192.168.1.2"
        desk.worker.turn()
        assert desk.core.told == []

        desk.net.pass_time(ROUTE_CHECK_S)
        desk.worker.turn()

        assert before.is_closed
        assert desk.net.socket.local == "192.168.1.2"
        assert desk.core.told == [PathMayHaveChanged()]

    def test_same_local_address_keeps_the_socket(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        before = desk.net.socket

        desk.net.pass_time(ROUTE_CHECK_S)
        desk.worker.turn()

        assert desk.net.socket is before
        assert desk.core.told == []

    def test_network_that_comes_back_is_noticed(self, desk: Desk) -> None:
        desk.net.local = None
        desk.started()
        assert desk.net.open_sockets == []
        for local, told in ((None, 0), ("10.0.0.9", 1)):
            desk.net.local = local
            desk.net.pass_time(ROUTE_CHECK_S)
            desk.worker.turn()
            assert len(desk.core.told) == told

        assert desk.net.socket.place == V4[1]

    def test_sleep_is_noticed_by_the_clock_on_the_wall(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        before = desk.net.socket

        desk.net.wall += 3600
        desk.worker.turn()
        desk.worker.turn()

        assert before.is_closed
        assert desk.core.told == [PathMayHaveChanged()]


class Ended(threading.Event):
    """Set by an event that says STOPPED."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Output] = []

    def hear(self, event: Output) -> None:
        self.events.append(event)
        if isinstance(event, LinkChanged) and event.state is LinkState.STOPPED:
            self.set()


class TestThread:
    """Here the socket is a real one: a selector takes no other."""

    def make(self, core: ScriptedCore, hear: Callable[[Output], None]) -> NetworkThread:
        nowhere = ServerAddress("127.0.0.1", 9)
        return NetworkThread(cast(ChatClient, core), nowhere, hear)

    def test_wishes_reach_the_core_in_order_and_stop_is_the_last(self) -> None:
        core = ScriptedCore()
        thread = self.make(core, lambda event: None)
        for _ in range(BATCH_MAX + 1):
            assert thread.submit(ConnectNow())
        thread.start()

        assert thread.stop(TIMEOUT_S)

        wishes = [told for told in core.told if told != PathMayHaveChanged()]
        assert wishes == [ConnectNow()] * (BATCH_MAX + 1) + [Stop()]
        assert not thread.submit(ConnectNow())
        assert thread.stop(TIMEOUT_S)

    def test_wish_wakes_a_waiting_thread(self) -> None:
        core = ScriptedCore()
        heard = threading.Event()
        core.on_command = lambda command: heard.set()
        thread = self.make(core, lambda event: None)
        thread.start()

        thread.submit(SetAway(True))

        assert heard.wait(TIMEOUT_S)
        assert thread.stop(TIMEOUT_S)

    def test_wishes_have_a_bound_but_posts_on_disk_are_taken(self) -> None:
        thread = self.make(ScriptedCore(), lambda event: None)
        taken = [thread.submit(ConnectNow()) for _ in range(COMMANDS_MAX + 1)]

        assert taken.count(False) == 1
        assert not taken[-1]
        assert thread.submit(SendPost(OutboxPost(1, 1, b"", "general", 1, "hi", 0)))
        thread.stop(TIMEOUT_S)

    def test_mistake_of_ours_is_logged_and_told(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.ERROR)
        core, ended = ScriptedCore(), Ended()

        def fail(command: object) -> None:
            raise RuntimeError("a planted mistake")

        core.on_command = fail
        thread = self.make(core, ended.hear)
        thread.start()
        thread.submit(SetAway(True))

        assert ended.wait(TIMEOUT_S)
        assert thread.stop(TIMEOUT_S)
        assert isinstance(ended.events[-1], LinkChanged)
        assert "a planted mistake" in ended.events[-1].reason
        assert "the network thread ended" in caplog.text

    def test_that_never_started_ends_at_once(self) -> None:
        assert self.make(ScriptedCore(), lambda event: None).stop(TIMEOUT_S)
