"""How a session ends, and how the client comes back."""

from __future__ import annotations

import pytest

from app.models.events import LinkChanged, LinkState
from protocol.datagrams import DatagramType
from protocol.frames import Close, CloseReason, Who
from protocol.stateless_reset import reset_datagram
from tests.app.models.linked_server import Linked
from tests.app.models.scripted_server import TOKEN, ScriptedServer


class TestTheEndOfASession:
    def test_a_reset_brings_us_back_within_two_seconds(self) -> None:
        waits = []
        for seed in range(8):
            linked = Linked(seed=seed).signed_in()
            session = linked.link.traffic.session
            assert session is not None
            linked.link.receive(reset_datagram(session.channel.remote_index, TOKEN), linked.now)
            assert not linked.link.online
            waits.append(linked.happened(LinkChanged)[-1].retry_in_s)
            linked.wait(2.1)
            linked.signed_in()
        assert 0 <= min(waits) < 0.7 < 1.3 < max(waits) <= 2

    @pytest.mark.parametrize("token", [b"x" * 16, b"", bytes(16)])
    def test_a_reset_that_is_not_the_servers_is_nothing(self, token: bytes) -> None:
        linked = Linked().signed_in()
        session = linked.link.traffic.session
        assert session is not None
        linked.link.receive(reset_datagram(session.channel.remote_index, token), linked.now)
        assert linked.link.online

    def test_the_token_of_a_session_before_resets_no_other(self) -> None:
        linked = Linked().signed_in()
        linked.say(Close(CloseReason.SERVER_STOPS))
        linked.wait(2.1)
        session = linked.link.traffic.session
        assert session is not None
        linked.link.receive(reset_datagram(session.channel.remote_index, TOKEN), linked.now)
        assert linked.link.traffic.session is session

    @pytest.mark.parametrize("reason", [*CloseReason, 99])
    def test_close(self, reason: int) -> None:
        linked = Linked().signed_in()
        linked.say(Close(reason))
        assert linked.link.traffic.session is None
        if reason == CloseReason.SIGNED_IN_ELSEWHERE:
            assert linked.states[-1] is LinkState.STOPPED
            assert linked.link.next_timer() is None
        else:
            assert linked.states[-1] is LinkState.OFFLINE
            assert linked.happened(LinkChanged)[-1].retry_in_s <= 2
        assert linked.happened(LinkChanged)[-1].reason

    def test_goodbye_is_said_once_there_is_a_session(self) -> None:
        linked = Linked()
        linked.link.goodbye(linked.now)
        linked.carry()
        assert [frame.reason for frame in linked.take(Close)] == [CloseReason.GOODBYE]

    def test_what_came_beside_the_end_is_harmless(self) -> None:
        linked = Linked().signed_in()
        linked.say(Who([1]), Close(CloseReason.SERVER_STOPS), ScriptedServer.welcome_frame())
        assert not linked.link.online
        assert linked.link.traffic.session is None


class TestComingBack:
    def test_backs_off_to_thirty_seconds_with_jitter_and_begins_anew_when_let_in(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(400)
        waits = [event.retry_in_s for event in linked.happened(LinkChanged) if event.retry_in_s]
        for wait_s, base_s in zip(waits, [0.5, 1, 2, 4, 8, 16, 30, 30], strict=False):
            assert base_s / 2 <= wait_s <= base_s * 1.5
        assert len(waits) >= 8
        linked.loses = lambda datagram: False
        while linked.link.traffic.session is None:
            linked.wait(1)
        linked.events.clear()
        linked.signed_in()
        linked.vanish()
        linked.wait(60)
        offline = [e for e in linked.happened(LinkChanged) if e.state is LinkState.OFFLINE]
        assert 0.25 <= offline[0].retry_in_s <= 0.75

    def test_does_not_wait_when_somebody_wants_it_now(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(300)
        while linked.states[-1] is not LinkState.OFFLINE:
            linked.wait(0.5)
        linked.loses = lambda datagram: False
        linked.link.path_changed(linked.now)
        linked.carry()
        linked.signed_in()

    @pytest.mark.parametrize("state", [LinkState.OFFLINE, LinkState.CONNECTING])
    def test_is_back_within_a_second_of_hearing_that_the_server_is_there(
        self, state: LinkState
    ) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(300)
        silent_s = 0.0
        while linked.states[-1] is not state or silent_s < 1.5:
            sent = len(linked.seen)
            linked.wait(0.1)
            silent_s = silent_s + 0.1 if len(linked.seen) == sent else 0.0
        linked.loses = lambda datagram: False
        linked.link.server_may_be_there(linked.now)
        linked.wait(0.6)
        linked.signed_in()

    def test_the_reset_of_a_server_that_was_away_for_long_brings_us_back(self) -> None:
        linked = Linked().signed_in()
        session = linked.link.traffic.session
        assert session is not None
        reset = reset_datagram(session.channel.remote_index, TOKEN)
        linked.say(Close(CloseReason.SERVER_STOPS))
        linked.away(300)
        linked.link.receive(reset, linked.now)
        linked.wait(1.1)
        linked.signed_in()

    def test_what_still_comes_on_the_lost_session_brings_us_back(self) -> None:
        linked = Linked().signed_in().away(300)
        assert linked.link.traffic.session is None
        linked.link.receive(bytes([DatagramType.DATA]) + bytes(40), linked.now)
        linked.wait(1.1)
        linked.signed_in()

    def test_no_hint_makes_us_hammer(self) -> None:
        counts = []
        for is_forged in (False, True):
            linked = Linked()
            linked.vanish()
            linked.wait(600)
            linked.seen.clear()
            for _ in range(6000):
                if is_forged:
                    linked.link.server_may_be_there(linked.now)
                    linked.link.receive(bytes([DatagramType.DATA]) + bytes(40), linked.now)
                    linked.link.receive(reset_datagram(5, TOKEN), linked.now)
                linked.wait(0.1)
            counts.append(len(linked.seen))
        quiet, forged = counts
        assert quiet < forged
        assert forged < 600 / 3, "no more than one datagram in 3 s (RFC 8085, 3.1.3)"

    def test_whoever_cannot_wait_makes_us_call_once_a_second(self) -> None:
        linked = Linked()
        linked.vanish()
        linked.wait(300)
        linked.seen.clear()
        for _ in range(1000):
            linked.link.path_changed(linked.now)
            linked.wait(0.1)
        assert 70 < len(linked.seen) <= 111

    def test_two_clients_do_not_come_back_in_step(self) -> None:
        times = []
        for seed in range(6):
            linked = Linked(seed=seed)
            linked.vanish()
            linked.wait(11)
            while not linked.happened(LinkChanged)[-1].retry_in_s:
                linked.wait(1)
            times.append(linked.happened(LinkChanged)[-1].retry_in_s)
        assert len(set(times)) > 3
