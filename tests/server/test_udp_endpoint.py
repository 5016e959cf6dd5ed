"""The loop: what a tick does in which order, what it survives, how it stops."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from server.batch_socket import make_socket
from server.datagram_socket import Address, DatagramSocket, PlainSocket, bind
from server.udp_endpoint import BATCH_MAX, STOP_TIME_MAX_S, Doorbell, UdpEndpoint

PEER = ("192.0.2.1", 5)
PEER_6 = ("2001:db8::1", 5)
TIME_MS = 1_700_000_000_000


class FakeSocket:
    """Gives what ``inbox`` holds; tells the story what it was to send."""

    def __init__(self, story: list[object], *, is_ipv6: bool = False) -> None:
        self.story = story
        self.is_ipv6 = is_ipv6
        self.inbox: list[tuple[bytes, Address]] = []
        self.drops = 0

    def fileno(self) -> int:
        raise AssertionError("nobody sleeps on it here")

    def receive(self, count_max: int) -> list[tuple[bytes, Address]]:
        taken, self.inbox = self.inbox[:count_max], self.inbox[count_max:]
        return taken

    def send(self, datagrams: Sequence[tuple[bytes, Address]]) -> int:
        self.story.append(("send", [datagram for datagram, _ in datagrams]))
        return self.drops

    def send_in_fragments(self, datagrams: Sequence[tuple[bytes, Address]]) -> int:
        self.story.append(("send in fragments", [datagram for datagram, _ in datagrams]))
        return self.drops

    def close(self) -> None: ...


class FakeLog:
    """Is busy until it was polled so often; None is never."""

    def __init__(self, story: list[object]) -> None:
        self.story = story
        self.polls_until_idle: int | None = 0

    @property
    def busy(self) -> bool:
        return self.polls_until_idle != 0

    def poll(self) -> None:
        self.story.append("poll")
        if self.polls_until_idle:
            self.polls_until_idle -= 1


class FakeCore:
    """Tells the story what it was asked; its timer goes off once."""

    def __init__(self, story: list[object]) -> None:
        self.story = story
        self.outbox: list[tuple[bytes, Address]] = []
        self.timer: float | None = None
        self.wants_to_write = False
        self.narrow_paths: set[Address] = set()

    def receive(self, datagram: bytes, address: Address, now: float) -> None:
        assert address == PEER
        self.story.append(("receive", datagram))
        if datagram == b"mistake":
            raise KeyError("what somebody wrote")

    def handle_timer(self, now: float) -> None:
        self.story.append("timer")
        self.timer = None

    def next_timer(self) -> float | None:
        return self.timer

    def late_s(self, now: float) -> float:
        return -1.0 if self.timer is None else now - self.timer

    def write(self, now: float, time_ms: int) -> None:
        assert time_ms == TIME_MS
        self.story.append("write")
        self.wants_to_write = False

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        taken, self.outbox = self.outbox, []
        return taken

    def stop(self, now: float) -> None:
        self.story.append("stop")
        self.outbox.append((b"goodbye", PEER))


class World:
    """An endpoint between fakes that write one story; it is also their clock and their bell.

    The first wait tells the endpoint to stop, so that ``run`` ends.
    """

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float | None] = []
        self.story: list[object] = []
        self.udp = FakeSocket(self.story)
        self.core = FakeCore(self.story)
        self.log = FakeLog(self.story)
        self.endpoint = self.make_endpoint([self.udp])

    def make_endpoint(self, sockets: Sequence[FakeSocket]) -> UdpEndpoint:
        return UdpEndpoint(
            self.core, self.log, sockets, self, clock=lambda: self.now, clock_ms=lambda: TIME_MS
        )

    def wait(self, timeout_s: float | None) -> Sequence[DatagramSocket]:
        self.waits.append(timeout_s)
        self.endpoint.stop()
        return []

    def wait_for_bell(self, timeout_s: float) -> None:
        self.story.append("wait for bell")
        self.now += min(timeout_s, 1.0)


@pytest.fixture
def world() -> World:
    return World()


class TestTick:
    def test_order_is_receive_poll_timer_write_poll_send(self, world: World) -> None:
        world.udp.inbox = [(b"a", PEER), (b"b", PEER)]
        world.core.outbox = [(b"c", PEER)]
        world.core.timer = world.now

        world.endpoint.tick([world.udp])

        assert world.story == [
            ("receive", b"a"), ("receive", b"b"), "poll", "timer", "write", "poll",
            ("send", [b"c"]),
        ]  # fmt: skip

    def test_timer_that_is_not_due_waits(self, world: World) -> None:
        world.core.timer = world.now + 0.001

        world.endpoint.tick([])

        assert world.story == ["poll", "write", "poll"]

    def test_socket_that_has_nothing_is_not_asked(self, world: World) -> None:
        world.udp.inbox = [(b"a", PEER)]

        world.endpoint.tick([])

        assert len(world.udp.inbox) == 1

    def test_batch_is_bounded(self, world: World) -> None:
        world.udp.inbox = [(b"x", PEER)] * (BATCH_MAX + 1)

        world.endpoint.tick([world.udp])

        assert len(world.udp.inbox) == 1
        assert 64 <= BATCH_MAX <= 256

    def test_datagrams_not_sent_are_counted(self, world: World) -> None:
        world.core.outbox = [(b"a", PEER), (b"b", PEER)]
        world.udp.drops = 1

        world.endpoint.tick([])

        assert world.endpoint.statistics() == {
            "datagrams_received": 0,
            "datagrams_sent": 1,
            "datagrams_not_sent": 1,
            "mistakes": 0,
        }

    def test_narrow_path_gets_fragments_and_nobody_else(self, world: World) -> None:
        other = ("192.0.2.9", 5)
        world.core.narrow_paths.add(PEER)
        world.core.outbox += [(b"a", PEER), (b"b", other), (b"c", PEER)]
        world.endpoint.tick([])
        assert world.story[-2:] == [("send in fragments", [b"a", b"c"]), ("send", [b"b"])]
        assert world.endpoint.sent == 3

    def test_mistake_costs_its_datagram_alone(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        world.udp.inbox = [(b"a", PEER), (b"mistake", PEER), (b"b", PEER)]

        world.endpoint.tick([world.udp])

        assert ("receive", b"b") in world.story and "write" in world.story
        assert world.endpoint.core_errors == 1
        (record,) = caplog.records
        assert record.exc_info and record.exc_info[0] is KeyError


class TestSleep:
    def test_backlog_is_read_before_late_timers(self, world: World) -> None:
        world.udp.inbox = [(b"x", PEER)] * (2 * BATCH_MAX + 1)
        world.core.timer = world.now - 30

        for _ in range(3):
            world.endpoint.tick([world.udp])

        assert world.story.index("timer") > 2 * BATCH_MAX
        assert world.story.count("timer") == 1

    def test_endless_backlog_does_not_hold_timers_up_for_ever(self, world: World) -> None:
        world.core.timer = world.now - 30

        for _ in range(100):
            world.udp.inbox = [(b"x", PEER)] * BATCH_MAX
            world.endpoint.tick([world.udp])

        assert "timer" in world.story

    def test_timers_a_little_late_run_beside_a_flood(self, world: World) -> None:
        world.udp.inbox = [(b"x", PEER)] * (2 * BATCH_MAX)
        world.core.timer = world.now - 0.5

        world.endpoint.tick([world.udp])

        assert "timer" in world.story


class TestWait:
    @pytest.mark.parametrize(
        ("timer", "timeout_s"),
        [(None, None), (100.5, 0.5), (99.0, 0.0), (float("-inf"), 0.0), (1e12, 3600.0)],
    )
    def test_timer_ends_the_wait(
        self, world: World, timer: float | None, timeout_s: float | None
    ) -> None:
        world.core.timer = timer

        world.endpoint.run()

        assert world.waits == [timeout_s]


class TestStop:
    def test_commit_in_hand_ends_before_the_goodbyes(self, world: World) -> None:
        world.log.polls_until_idle = 4

        world.endpoint.run()

        assert world.story[-2:] == ["stop", ("send", [b"goodbye"])]
        assert not world.log.busy
        assert world.story.count("wait for bell") == 1

    def test_commit_that_never_ends_holds_it_up_for_seconds_only(self, world: World) -> None:
        world.log.polls_until_idle = None

        world.endpoint.run()

        assert world.now <= 100 + STOP_TIME_MAX_S
        assert world.story[-1] == ("send", [b"goodbye"])


class TestSeveralSockets:
    def test_each_address_goes_out_of_its_family(self, world: World) -> None:
        story: list[object] = []
        other = FakeSocket(story, is_ipv6=True)
        endpoint = world.make_endpoint([world.udp, other])
        world.core.outbox = [(b"4", PEER), (b"6", PEER_6), (b"4 again", PEER)]

        endpoint.tick([])

        assert world.story[-1] == ("send", [b"4", b"4 again"])
        assert story == [("send", [b"6"])]


class Echo(FakeCore):
    """Says everything back; ``on_last`` is called with the last of so many."""

    def __init__(self, count: int) -> None:
        super().__init__([])
        self.count = count
        self.on_last: Callable[[], None] = lambda: None

    def receive(self, datagram: bytes, address: Address, now: float) -> None:
        self.outbox.append((datagram, address))
        self.count -= 1
        if not self.count:
            self.on_last()

    def write(self, now: float, time_ms: int) -> None: ...


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class TestOnLoopback:
    @pytest.mark.parametrize("make", [make_socket, PlainSocket])
    def test_everything_is_answered(
        self, stack: ExitStack, make: Callable[[socket.socket], DatagramSocket]
    ) -> None:
        (udp,) = bind("::", 0)
        here = ("127.0.0.1", udp.getsockname()[1])
        server = make(udp)
        client = PlainSocket(bind("127.0.0.1", 0)[0])
        bell = Doorbell([server])
        for close in (server.close, client.close, bell.close):
            stack.callback(close)
        core = Echo(count=500)
        endpoint = UdpEndpoint(core, FakeLog([]), [server], bell)
        core.on_last = endpoint.stop
        client.send([(b"%d" % n, here) for n in range(500)])

        endpoint.run()

        answers: list[tuple[bytes, Address]] = []
        while len(answers) < 500 and select.select([client], [], [], 5)[0]:
            answers += client.receive(500)
        assert answers == [(b"%d" % n, here) for n in range(500)]


class TestDoorbell:
    def test_ring_from_another_thread_ends_the_wait(self, stack: ExitStack) -> None:
        bell = Doorbell([])
        stack.callback(bell.close)
        ringer = threading.Timer(0, bell.ring)
        ringer.start()

        assert bell.wait(timeout_s=60) == []
        ringer.join()

    def test_many_rings_are_one(self, stack: ExitStack) -> None:
        bell = Doorbell([])
        stack.callback(bell.close)
        for _ in range(100_000):  # more than a socket pair holds
            bell.ring()

        while select.select([bell._listening], [], [], 0)[0]:
            bell.wait(timeout_s=60)

        bell.wait_for_bell(0.001)
