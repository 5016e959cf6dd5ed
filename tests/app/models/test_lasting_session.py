"""A session that lasts: kept alive, asked after when silent, and given new keys."""

from __future__ import annotations

from itertools import pairwise

from app.models.events import LinkState
from app.models.recent_round_trips import SAMPLES
from protocol import limits
from protocol.datagrams import DatagramType, receiver_index
from protocol.frames import Heads, Ping
from tests.app.models.linked_server import Linked

#: How long a handshake is tried, and how long silence is borne.
HANDSHAKE_S, SILENCE_S = 10.0, 8.0


class TestKeepingAlive:
    def test_pings_every_twenty_to_thirty_seconds_while_nothing_else_is_heard(self) -> None:
        linked = Linked().signed_in()
        linked.say(Ping())
        linked.wait(1)
        pings: list[float] = []
        while linked.now < 700:
            linked.take(Ping)
            linked.wait(0.25)
            if linked.session and linked.session.flow.report_due_at is not None:
                due = linked.session.datagrams_to_send(linked.now)
                if due:
                    pings.append(linked.now)
                for datagram, _ in due:
                    linked.link.receive(datagram, linked.now)
                    linked.carry()
        # The first ones come sooner: they measure the round trip.
        distances = [later - earlier for earlier, later in pairwise(pings[SAMPLES:])]
        assert all(19.5 <= distance <= 30.5 for distance in distances)
        assert len({round(distance, 1) for distance in distances}) > 5
        assert len(pings) < 32 + SAMPLES

    def test_silence_makes_new_keys_for_the_same_session(self) -> None:
        linked = Linked().signed_in()
        before = linked.link.traffic.session
        assert before is not None
        old_index = before.channel.remote_index
        linked.say(Ping())
        linked.loses = lambda datagram: datagram[0] == DatagramType.DATA
        linked.wait(3 + SILENCE_S + 1)
        assert linked.payloads[-1] == old_index.to_bytes(8)
        assert linked.link.traffic.session is before
        assert before.channel.remote_index != old_index
        assert LinkState.OFFLINE not in linked.states
        assert linked.states[-1] is LinkState.CONNECTING
        linked.loses = lambda datagram: False
        linked.signed_in()
        assert linked.states[-2:] == [LinkState.CONNECTING, LinkState.ONLINE]

    def test_silence_that_goes_on_is_offline(self) -> None:
        linked = Linked().signed_in()
        linked.vanish()
        linked.wait(30 + SILENCE_S + HANDSHAKE_S + 1)
        assert LinkState.OFFLINE in linked.states
        assert linked.link.traffic.session is None

    def test_a_path_that_may_have_changed_is_asked_at_once(self) -> None:
        linked = Linked().signed_in()
        linked.say(Ping())
        linked.seen.clear()
        linked.link.path_changed(linked.now)
        linked.carry()
        assert linked.kinds_seen() == [DatagramType.DATA]
        assert linked.session is not None
        assert linked.session.flow.report_due_at == linked.now


class TestNewKeys:
    def due(self) -> Linked:
        """Just before new keys are made; the server says something now and then."""
        linked = Linked().signed_in()
        while (left_s := linked.link._rekey_at - linked.now) > 0.01:
            linked.say(Ping())
            linked.wait(min(7, left_s - 0.005))
        assert 0.9 * limits.REKEY_AFTER_S <= linked.now - 100 <= 1.1 * limits.REKEY_AFTER_S
        return linked

    def test_are_made_every_hour_beside_the_old_ones(self) -> None:
        linked = self.due()
        session = linked.link.traffic.session
        linked.loses = lambda datagram: False
        for _ in range(100):
            linked.say(Ping())
            linked.wait(8)
        assert linked.link.traffic.session is session
        assert len(linked.payloads) == 2
        assert LinkState.OFFLINE not in linked.states
        assert LinkState.CONNECTING not in linked.states[1:]

    def test_what_is_late_on_the_old_ones_is_not_heard_after_the_welcome_on_the_new(self) -> None:
        linked = self.due()
        heads = Heads([(0, 99, 0)])
        late = [linked.sealed(heads) for _ in range(2)]
        linked.loses = lambda datagram: False
        linked.wait(2)
        assert len(linked.payloads) == 2
        assert linked.link.receive(late[0], linked.now) == [heads]
        linked.welcome()
        assert linked.link.receive(late[1], linked.now) == []

    def test_what_the_old_keys_bring_does_not_end_their_making(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.M1
        linked.seen.clear()
        linked.wait(0.01)
        assert DatagramType.M1 in linked.kinds_seen()
        for _ in range(100):  # a busy room speaks while M1 is on its way
            linked.say(Ping())
        assert linked.kinds_seen().count(DatagramType.HELLO) == 1
        linked.loses = lambda datagram: False
        linked.wait(2)
        assert len(linked.payloads) == 2

    def test_that_cannot_be_made_do_not_end_a_session_that_works(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.HELLO
        for _ in range(1000):
            linked.say(Ping())
            linked.wait(1)
        assert linked.link.online
        assert LinkState.OFFLINE not in linked.states
        hellos = linked.kinds_seen().count(DatagramType.HELLO)
        assert 5 < hellos < 100
        linked.loses = lambda datagram: False
        for _ in range(70):
            linked.say(Ping())
            linked.wait(1)
        assert len(linked.payloads) == 2

    def test_m3_is_repeated_although_the_old_keys_are_heard(self) -> None:
        linked = self.due()
        linked.loses = lambda datagram: datagram[0] == DatagramType.M3
        while DatagramType.M3 not in linked.kinds_seen()[5:]:
            linked.say(Ping())
            linked.wait(1)
        linked.say(Ping())  # with the old keys: the server has no others
        linked.loses = lambda datagram: False
        linked.wait(3)
        assert len(linked.payloads) == 2
        assert linked.session is not None
        assert receiver_index(linked.seen[-1]) == linked.session.channel.local_index
