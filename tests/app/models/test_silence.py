"""A server that stops answering is noticed within seconds, and a path that loses much is not taken
for one."""

from __future__ import annotations

import pytest

from app.models.commands import WatchLink
from app.models.events import LinkChanged, LinkMeasured, LinkState
from protocol import limits
from protocol.frames import Ping
from tests.app.models.linked_server import Linked
from tests.simulation.world import Network, SimulatedClient, World

FEW_S = 8.0


def linked_long() -> Linked:
    """Signed in, and measured often enough."""
    linked = Linked().signed_in()
    for _ in range(60):
        linked.wait(1.0)
        answer(linked)
    return linked


def answer(linked: Linked) -> None:
    """What a server says to what wants an answer."""
    assert linked.session is not None
    for datagram, _to in linked.session.datagrams_to_send(linked.now):
        linked.link.receive(datagram, linked.now)
        linked.carry()


def told(linked: Linked) -> list[float]:
    """For how long nothing had been heard, each time that was told."""
    return [event.silent_s for event in linked.happened(LinkMeasured) if event.silent_s]


def wait_until_told(linked: Linked) -> None:
    until = linked.now + 2 * FEW_S
    while not told(linked):
        linked.wait(0.1)
        assert linked.now < until
        assert linked.states[-1] is LinkState.ONLINE


class TestWatched:
    def test_the_path_is_measured_often_while_somebody_looks(self) -> None:
        world = World(2)
        client = world.add_client("anna")
        world.run(60)
        for is_on, few, many in ((True, 12, 20), (False, 2, 5)):
            world.command(client, WatchLink(is_on))
            before = world.datagrams["up"]
            world.run(60)
            assert few <= world.datagrams["up"] - before <= many

    def test_who_looks_again_is_told_at_once(self) -> None:
        linked = linked_long()
        linked.wait(10.0)
        linked.seen.clear()
        linked.link.traffic.watch(True, linked.now)
        linked.wait(0.01)
        assert linked.seen

    def test_silence_is_told_within_seconds(self) -> None:
        linked = linked_long()
        linked.link.traffic.watch(True, linked.now)
        linked.wait(0.01)
        answer(linked)
        stops_at = linked.now
        linked.vanish()
        wait_until_told(linked)
        assert linked.now - stops_at <= FEW_S
        assert linked.states[-1] is LinkState.ONLINE
        assert 2.5 <= told(linked)[0] <= linked.now - stops_at

    def test_an_answer_ends_it(self) -> None:
        linked = linked_long()
        linked.link.traffic.watch(True, linked.now)
        linked.vanish()
        wait_until_told(linked)
        linked.loses = lambda datagram: False
        linked.wait(1.0)
        answer(linked)
        assert linked.happened(LinkMeasured)[-1].silent_s == 0


def test_what_is_said_into_silence_is_asked_after_whether_somebody_looks_or_not() -> None:
    linked = linked_long()
    linked.vanish()
    linked.link.traffic.send([Ping()], linked.now)
    linked.wait(4.0)
    assert told(linked) and LinkState.CONNECTING not in linked.states[1:]
    linked.wait(limits.SILENCE_MAX_S - 3.9)
    assert linked.states[-1] is LinkState.CONNECTING


def test_a_report_that_is_held_back_is_no_silence() -> None:
    linked = linked_long()
    linked.link.traffic.send([], linked.now)
    linked.carry()
    linked.seen.clear()
    for _ in range(10):
        linked.wait(0.25)
        answer(linked)
    assert not linked.seen and not told(linked)


class TestOnALossyPath:
    """For an hour somebody looks at a link on which nothing is said."""

    def watched(self, loss: float, delay_s: float, seed: int) -> tuple[World, SimulatedClient]:
        world = World(seed, Network(delay_s=delay_s, jitter_s=delay_s / 2))
        client = world.add_client("anna")
        world.run(10)
        world.command(client, WatchLink(True))
        world.network.loss = loss
        world.run(30)  # until that is known
        client.events.clear()
        return world, client

    @pytest.mark.parametrize(
        ("loss", "delay_s"),
        [(0.01, 0.02), (0.05, 0.02), (0.1, 0.02), (0.2, 0.0005), (0.2, 0.02), (0.2, 0.2)],
    )
    def test_it_does_not_flicker(self, loss: float, delay_s: float) -> None:
        world, client = self.watched(loss, delay_s, seed=7)
        world.run(3600)
        assert not [e for e in client.happened(LinkMeasured) if e.silent_s]
        states = [event.state for event in client.happened(LinkChanged)]
        assert LinkState.OFFLINE not in states
        assert states.count(LinkState.CONNECTING) == 0
        assert len(client.happened(LinkMeasured)) > 600

    @pytest.mark.parametrize(("loss", "within_s"), [(0.0, 11.0), (0.05, 12.0), (0.2, 14.0)])
    def test_a_server_that_is_gone_is_noticed(self, loss: float, within_s: float) -> None:
        world, client = self.watched(loss, 0.02, seed=3)
        world.kill_server()

        def is_noticed() -> bool:
            is_lost = any(e.state is LinkState.CONNECTING for e in client.happened(LinkChanged))
            return is_lost or any(e.silent_s for e in client.happened(LinkMeasured))

        assert world.run(within_s, is_noticed)
