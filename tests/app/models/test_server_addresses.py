"""The way to a server that has several addresses."""

from __future__ import annotations

from app.models.events import LinkChanged, LinkState, ServerKeyChanged
from app.models.server_pin import Pin
from protocol.frames import Close, CloseReason, SignIn
from tests.app.models.linked_server import Linked


class TestSeveralAddresses:
    def links(self, linked: Linked) -> list[tuple[LinkState, int]]:
        return [(event.state, event.place) for event in linked.happened(LinkChanged)]

    def test_all_are_tried_in_turn_and_the_pause_grows_after_each_round_only(self) -> None:
        linked = Linked(places=3, is_there=False)
        linked.wait(100)
        changes = linked.happened(LinkChanged)
        tried = [event.place for event in changes if event.state is LinkState.CONNECTING]
        assert tried[:7] == [0, 1, 2, 0, 1, 2, 0]
        waits = [event.retry_in_s for event in changes if event.state is LinkState.OFFLINE]
        for wait_s, base_s in zip(waits, [0.5, 0.5, 0.5, 0.5, 0.5, 1], strict=False):
            assert base_s / 2 <= wait_s <= base_s * 1.5

    def test_the_one_that_answers_is_kept_until_it_does_not(self) -> None:
        linked = Linked(places=3, is_there=False)
        while linked.happened(LinkChanged)[-1].place != 1:
            linked.wait(0.5)
        linked.loses = lambda datagram: False
        while linked.link.traffic.session is None:
            linked.wait(0.2)
        linked.signed_in()
        assert linked.happened(LinkChanged)[-1] == LinkChanged(LinkState.ONLINE, place=1)

        linked.say(Close(CloseReason.SERVER_STOPS))  # it will be back where it was
        linked.wait(3)
        assert {place for _state, place in self.links(linked)[-2:]} == {1}
        linked.signed_in()

        linked.events.clear()
        linked.vanish()
        linked.wait(60)
        changes = [place for state, place in self.links(linked) if state is LinkState.CONNECTING]
        assert changes[:3] == [1, 2, 0]

    def test_somebody_else_at_another_address_is_no_alarm_but_at_the_first_one(self) -> None:
        linked = Linked(Pin(bytes(32)), places=2)
        assert linked.states[-1] is LinkState.STOPPED

        linked = Linked(Pin(bytes(32)), places=2, is_there=False)
        while linked.happened(LinkChanged)[-1].place != 1:
            linked.wait(0.5)
        linked.loses = lambda datagram: False
        while linked.happened(LinkChanged)[-1].place != 0:
            linked.wait(0.05)
        assert not linked.happened(ServerKeyChanged) and not linked.take(SignIn)

        linked.wait(2.0)  # and now it is the one that was asked for
        assert linked.states[-1] is LinkState.STOPPED
        assert len(linked.happened(ServerKeyChanged)) == 1
