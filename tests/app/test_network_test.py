"""The test of the network: each step that can fail, on a made-up network with a real core."""

from __future__ import annotations

import errno
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from pytest_mock import MockerFixture

from app.client_config import ServerAddress, parse_address
from app.models.events import NetworkTested
from app.models.network_report import NetworkReport, NetworkStep, StepState
from app.network_test import PROBES, NetworkTest, Udp
from app.network_test_thread import GROUP, NetworkTester, ask_all
from protocol.datagrams import DatagramType
from protocol.noise import fingerprint
from protocol.server_handshakes import Reply, ServerHandshakes

GOOD, FAILED, SKIPPED = StepState.GOOD, StepState.FAILED, StepState.SKIPPED


@dataclass
class MadeUpNet:
    """A network with one server; time passes only while something is waited for."""

    server: ServerHandshakes = field(
        default_factory=lambda: ServerHandshakes(bytes(range(32)), random.Random(5).randbytes)
    )
    address: str = "192.0.2.5"
    multicast_answers: int | None = 2
    round_trip_s: float = 0.02
    now: float = 100.0
    is_refused: bool = False
    #: Whether a datagram of this kind, the so-manieth, is lost.
    is_lost: Callable[[int, int], bool] = lambda _kind, _number: False
    seen: list[int] = field(default_factory=list)
    is_closed: bool = False
    _inbox: list[bytes] = field(default_factory=list)
    _timeout_s: float = 0.0

    def own_address(self, server: ServerAddress | None) -> str:
        del server
        return self.address

    def multicast(self, timeout_s: float) -> int | None:
        self.now += timeout_s
        return self.multicast_answers

    def connect(self, server: ServerAddress) -> Udp:
        del server
        return self

    def settimeout(self, timeout_s: float, /) -> None:
        self._timeout_s = timeout_s

    def send(self, datagram: bytes, /) -> int:
        self.seen.append(datagram[0])
        if not self.is_lost(datagram[0], len(self.seen)):
            outcome = self.server.receive(datagram, ("192.0.2.5", 7), self.now)
            if isinstance(outcome, Reply):
                self._inbox.append(outcome.datagram)
        return len(datagram)

    def recv(self, _size: int, /) -> bytes:
        if self.is_refused:
            raise ConnectionRefusedError
        if not self._inbox:
            self.now += self._timeout_s
            raise TimeoutError
        self.now += self.round_trip_s
        return self._inbox.pop(0)

    def close(self) -> None:
        self.is_closed = True


def run(
    net: MadeUpNet, server: str = "host:1", is_stopped: Callable[[], bool] = lambda: False
) -> tuple[NetworkReport, list[NetworkReport]]:
    told: list[NetworkReport] = []
    address = parse_address(server) if server else None
    test = NetworkTest(
        address, net, lambda: net.now, random.Random(1).randbytes, told.append, is_stopped
    )
    return test.run(), told


def states(report: NetworkReport) -> list[StepState]:
    return [result.state for result in report.steps]


def details(report: NetworkReport) -> dict[NetworkStep, str]:
    return {result.step: result.detail for result in report.steps}


class TestSteps:
    def test_everything_works(self) -> None:
        net = MadeUpNet()
        report, told = run(net)

        assert states(report) == [GOOD] * 6 and report.failed is None and report.is_done
        assert details(report) == {
            NetworkStep.OWN_ADDRESS: "192.0.2.5",
            NetworkStep.MULTICAST: "2 servers answered",
            NetworkStep.REPLY: "the server answers",
            NetworkStep.HANDSHAKE: "the server shows its key",
            NetworkStep.ROUND_TRIP: "20\u00a0ms, at most 20\u00a0ms",
            NetworkStep.LOSS: f"0 of {PROBES} packets",
        }
        assert told[0] == NetworkReport("host:1", tuple(told[0].steps)) and told[-1] == report
        assert net.is_closed

    def test_server_learns_nothing_of_who_asks(self) -> None:
        net = MadeUpNet()
        run(net)

        assert set(net.seen) == {DatagramType.HELLO, DatagramType.M1}

    def test_no_address_ends_it(self) -> None:
        report, _told = run(MadeUpNet(address=""))

        assert report.failed is NetworkStep.OWN_ADDRESS
        assert states(report) == [FAILED] + [SKIPPED] * 5

    def test_multicast_is_not_needed_for_an_address(self) -> None:
        report, _told = run(MadeUpNet(multicast_answers=None))

        assert report.failed is NetworkStep.MULTICAST
        assert states(report) == [GOOD, FAILED, GOOD, GOOD, GOOD, GOOD]

    def test_nobody_answers(self) -> None:
        report, _told = run(MadeUpNet(is_lost=lambda _kind, _number: True))

        assert report.failed is NetworkStep.REPLY
        assert "no answer within 3\u00a0s" in details(report)[NetworkStep.REPLY]
        assert states(report)[3:] == [SKIPPED] * 3

    def test_nothing_listens_at_the_port(self) -> None:
        report, _told = run(MadeUpNet(is_refused=True))

        assert details(report)[NetworkStep.REPLY] == "nothing listens at UDP port 1 there"

    def test_handshake_that_does_not_end(self) -> None:
        net = MadeUpNet(is_lost=lambda kind, _number: kind == DatagramType.M1)
        report, _told = run(net)

        assert report.failed is NetworkStep.HANDSHAKE
        assert net.now < 120.0

    def test_handshake_survives_a_lost_datagram(self) -> None:
        lost: list[int] = []

        def is_lost(kind: int, number: int) -> bool:
            if kind == DatagramType.M1 and not lost:
                lost.append(number)
                return True
            return False

        report, _told = run(MadeUpNet(is_lost=is_lost))
        assert lost and report.failed is None

    def test_key_is_compared_with_the_one_of_the_link(self) -> None:
        net = MadeUpNet()
        right = fingerprint(net.server.server_key)

        report, _told = run(net, f"hubbub://host:1#{right}")
        assert "key that is expected" in details(report)[NetworkStep.HANDSHAKE]

        report, _told = run(MadeUpNet(), "hubbub://host:1#" + "a" * 32)
        assert report.failed is NetworkStep.HANDSHAKE

    def test_far_away(self) -> None:
        report, _told = run(MadeUpNet(round_trip_s=0.401))
        assert report.failed is NetworkStep.ROUND_TRIP
        assert run(MadeUpNet(round_trip_s=0.399))[0].failed is None

    def test_loss_is_counted(self) -> None:
        net = MadeUpNet()
        hellos: list[int] = []

        def is_lost(kind: int, number: int) -> bool:
            if kind == DatagramType.HELLO:
                hellos.append(number)
            return kind == DatagramType.HELLO and len(hellos) > 2 and len(hellos) % 4 == 0

        net.is_lost = is_lost
        report, told = run(net)

        assert report.failed is NetworkStep.LOSS
        assert details(report)[NetworkStep.LOSS] == f"5 of {PROBES} packets"
        assert any("7 of 20" in details(each)[NetworkStep.ROUND_TRIP] for each in told)

    def test_without_a_server_only_the_network_is_tested(self) -> None:
        report, _told = run(MadeUpNet(), "")

        assert states(report) == [GOOD, GOOD] + [SKIPPED] * 4
        assert report.server == "" and report.failed is None

    def test_stop_skips_the_rest(self) -> None:
        net = MadeUpNet(is_lost=lambda _kind, _number: True)
        report, _told = run(net, is_stopped=lambda: bool(net.seen))

        assert states(report) == [GOOD, GOOD] + [SKIPPED] * 4
        assert report.is_done and len(net.seen) == 1

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (socket.gaierror(-2, "Name or service not known"), "the name cannot be looked up"),
            (OSError(errno.ENETUNREACH, "Network is unreachable"), "no way leads there"),
            (OSError(errno.ENODEV, "No such device"), ""),
        ],
    )
    def test_error_is_not_told_in_the_systems_words(
        self, mocker: MockerFixture, error: OSError, said: str
    ) -> None:
        net = MadeUpNet()
        mocker.patch.object(net, "connect", side_effect=error)
        report, _told = run(net)

        assert report.failed is NetworkStep.REPLY
        assert details(report)[NetworkStep.REPLY] == said


class TestAskAll:
    @pytest.fixture
    def udp(self, mocker: MockerFixture) -> socket.socket:
        fake: socket.socket = mocker.create_autospec(socket.socket, instance=True)
        return fake

    def ask(self, udp: socket.socket, *heard: tuple[bytes, tuple[str, int]]) -> int | None:
        moments = iter(range(100))
        udp.recvfrom.side_effect = [*heard, TimeoutError()]  # type: ignore[attr-defined]
        return ask_all(udp, ["192.0.2.5", "198.51.100.5"], 7, 50.0, lambda: float(next(moments)))

    def question(self, number: int = 7, flags: int = 0) -> bytes:
        name = b"\x07_hubbub\x04_udp\x05local\x00"
        return struct.pack(">6H", number, flags, 1, 0, 0, 0) + name + struct.pack(">2H", 12, 1)

    def test_own_question_that_comes_back_is_enough(self, udp: socket.socket) -> None:
        assert self.ask(udp, (self.question(), ("192.0.2.5", 5353))) == 0
        sent = udp.sendto.call_args_list  # type: ignore[attr-defined]
        assert [call.args for call in sent] == [(self.question(), GROUP)] * 2

    def test_one_way_that_works_is_enough(self, udp: socket.socket) -> None:
        udp.sendto.side_effect = [OSError(errno.ENODEV, "No such device"), 1]  # type: ignore[attr-defined]
        assert self.ask(udp, (self.question(), ("198.51.100.5", 5353))) == 0

        udp.sendto.side_effect = OSError(errno.ENODEV, "No such device")  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="No such device"):
            self.ask(udp)

    def test_without_an_address_nothing_can_be_asked(self, udp: socket.socket) -> None:
        with pytest.raises(OSError, match="no address"):
            ask_all(udp, [], 7, 50.0, lambda: 0.0)

    def test_answers_are_counted_once_each(self, udp: socket.socket) -> None:
        answer = self.question(0, 0x8400)
        heard = [(answer, (f"192.0.2.{host}", 5353)) for host in (1, 2, 1)]

        assert self.ask(udp, *heard) == 2

    def test_questions_of_others_and_nonsense_are_no_answer(self, udp: socket.socket) -> None:
        other = (self.question(9), ("192.0.2.9", 5353))

        assert self.ask(udp, other, (b"\x07_hubbub", ("x", 1)), (b"", ("x", 1))) is None


def test_thread_tells_until_it_is_replaced() -> None:
    net = MadeUpNet()
    told: list[NetworkTested] = []
    tester = NetworkTester(
        told.append, net=net, clock=lambda: net.now, random_bytes=random.Random(2).randbytes
    )

    tester.start(parse_address("host:1")).join(10)

    assert told[-1].report.is_done and told[-1].report.failed is None
    tester.stop()
