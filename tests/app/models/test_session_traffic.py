"""What is said in a session: many frames in few datagrams, and within the window."""

from __future__ import annotations

from protocol import limits
from protocol.frame_codec import encode_frame, encode_frames
from protocol.frames import Frame, Heads, Ping, Who
from tests.app.models.linked_server import Linked


class TestPacking:
    def test_many_frames_go_in_as_few_datagrams_as_hold_them(self) -> None:
        linked = Linked().signed_in()
        linked.take(Who)
        linked.seen.clear()
        linked.link.traffic.send_packed(
            [Who([number] * 40) for number in range(70_000, 70_020)], linked.now
        )
        linked.carry()
        assert [frame.people[0] for frame in linked.take(Who)] == list(range(70_000, 70_020))
        size = len(encode_frame(Who([70_000] * 40)))
        assert len(linked.seen) == -(-20 // ((limits.PLAINTEXT_BYTES_MAX - 3) // size))
        assert all(len(datagram) <= limits.DATAGRAM_BYTES_MAX for datagram in linked.seen)

    def test_a_full_window_asks_for_one_report(self) -> None:
        linked = Linked().signed_in()
        linked.say(Who([1]))
        while linked.link.traffic.session and linked.link.traffic.session.flow.may_send:
            linked.link.traffic.send([Who([1])], linked.now)
        linked.carry()
        linked.seen.clear()
        for _ in range(5):
            assert not linked.link.traffic.may_send(linked.now)
        linked.carry()
        assert len(linked.seen) == 1
        assert linked.session is not None
        assert linked.session.flow.report_due_at == linked.now

    def test_what_the_window_has_no_room_for_is_given_back(self) -> None:
        linked = Linked().signed_in()
        assert linked.link.traffic.session is not None
        flow = linked.link.traffic.session.flow
        while flow.in_flight < flow.window - 1:
            linked.link.traffic.send([Who([1])], linked.now)
        frames: list[Frame] = [Who([number] * 50) for number in range(70_000, 70_020)]
        unsent = linked.link.traffic.send_packed(frames, linked.now)
        assert 0 < len(unsent) < len(frames)
        assert unsent == frames[-len(unsent) :]
        assert linked.link.traffic.waits_for_report

    def test_the_report_is_asked_for_again_whatever_else_comes(self) -> None:
        linked = Linked().signed_in()
        assert linked.link.traffic.session is not None
        while linked.link.traffic.may_send(linked.now):
            linked.link.traffic.send([Who([1])], linked.now)
        linked.carry()
        linked.take(Ping)
        assert linked.session is not None
        for _ in range(40):
            # Without the report that would go with it: that one was lost.
            heads = linked.session.seal_plaintext(encode_frames([Heads([])]), linked.now)
            linked.link.receive(heads, linked.now)
            linked.wait(0.25)
        assert linked.link.traffic.waits_for_report
        ((report, _),) = linked.session.datagrams_to_send(linked.now)
        linked.link.receive(report, linked.now)
        assert not linked.link.traffic.waits_for_report
