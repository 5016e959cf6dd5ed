"""The network thread: bounded turns, no silent death."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import cast

import pytest
from pytest_mock import MockerFixture

from app.client_config import ServerAddress
from app.models.chat_client import ChatClient, Output
from app.models.commands import ConnectNow, PathMayHaveChanged, SendPost, SetAway, Stop
from app.models.events import LinkChanged, LinkState
from app.models.network_thread import (
    BATCH_MAX,
    COMMANDS_MAX,
    FULL_RETRY_S,
    NetworkThread,
    NetworkWorker,
)
from app.models.records import OutboxPost
from protocol.limits import DATAGRAM_BYTES_MAX
from tests.app.models.network_desk import NOBODY, V4, Desk, ScriptedCore

TIMEOUT_S = 30.0


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
