"""The way to the server: names, addresses, errors as hints, another network, sleep."""

from __future__ import annotations

import errno
import socket
from typing import cast

import pytest

from app.client_config import ServerAddress
from app.models.chat_client import ChatClient, Output
from app.models.commands import PathMayHaveChanged
from app.models.events import LinkChanged, LinkState, SignedIn
from app.models.network_thread import ROUTE_CHECK_S, NetworkWorker
from tests.app.models.network_desk import (
    ADDRESS,
    V4,
    V6,
    Desk,
    FakeNetwork,
    FakeSocket,
    ScriptedCore,
)


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

    @pytest.mark.parametrize("local", ["10.0.0.9", "192.168.1.2"])
    def test_a_new_try_keeps_the_socket_unless_the_route_is_another(
        self, desk: Desk, local: str
    ) -> None:
        desk.started(LinkState.OFFLINE)
        before, is_same = desk.net.socket, local == desk.net.local
        desk.net.local = local

        desk.core.outputs.append(LinkChanged(LinkState.CONNECTING))
        desk.worker.turn()

        assert desk.net.socket.local == local
        assert (desk.net.socket is before) == is_same

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

    def test_network_that_comes_back_with_the_same_address_is_noticed(self, desk: Desk) -> None:
        desk.started()
        for local in (None, "10.0.0.9"):
            desk.net.local = local
            desk.net.pass_time(ROUTE_CHECK_S)
            desk.worker.turn()

        assert desk.core.told == [PathMayHaveChanged()]

    def test_sleep_is_noticed_by_the_clock_on_the_wall(self, desk: Desk) -> None:
        desk.started(LinkState.ONLINE)
        before = desk.net.socket

        desk.net.wall += 3600
        desk.worker.turn()
        desk.worker.turn()

        assert before.is_closed
        assert desk.core.told == [PathMayHaveChanged()]
