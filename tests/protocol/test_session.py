"""One conversation: through forgeries and replays, and what is reported of it."""

from __future__ import annotations

import random

import pytest

from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import encode_frame
from protocol.frames import AnyFrame, Close, Frame, Heads, Pad, Ping, Report, Who
from protocol.session import Session
from tests.protocol.handshake_pair import converse, dice, new_client, new_server
from tests.protocol.session_pair import ATTACKER, HOME, SERVER, Pair, state_of


class TestConversation:
    def test_frames_go_both_ways_and_those_about_the_path_end_here(self) -> None:
        pair = Pair()
        assert pair.up(Who([1]), Ping(), Pad(b"00")) == [Who([1])]
        assert pair.down(Heads([(2, 5, 5)]), Close(0)) == [Heads([(2, 5, 5)]), Close(0)]

    def test_over_a_real_handshake(self) -> None:
        server_side = new_server()
        established, accepted = converse(new_client(), server_side)
        assert established is not None
        assert accepted is not None
        channel = getattr(established, "channel")  # noqa: B009
        client = Session(channel, SERVER, 0.0, dice())
        server = Session(accepted.channel, accepted.address, 0.0, dice())
        datagram = client.seal([encode_frame(Who([7]))], 0.1)
        assert server.receive(datagram, accepted.address, 0.2) == [Who([7])]

    def test_order_and_doubling_do_not_matter(self) -> None:
        pair = Pair()
        datagrams = [pair.client_says(Who([number])) for number in range(20)]
        shuffled = datagrams * 2
        random.Random(3).shuffle(shuffled)
        heard: list[AnyFrame] = []
        for datagram in shuffled:
            heard += pair.server.receive(datagram, HOME, 1.0) or []
        assert sorted(frame.people[0] for frame in heard if isinstance(frame, Who)) == [*range(20)]

    def test_forged_replayed_and_damaged_datagrams_change_nothing(self) -> None:
        pair = Pair()
        genuine = pair.client_says(Ping())
        pair.server.receive(genuine, HOME, 1.0)
        fresh = pair.client_says(Who([1]))
        hostile = [
            b"", b"\x06", bytes(1200), genuine, fresh[:-1], fresh + b"\x00",
            *(fresh[:at] + bytes((fresh[at] ^ 1,)) + fresh[at + 1 :] for at in range(len(fresh))),
            pair.server.seal([encode_frame(Ping())], 1.0),
        ]  # fmt: skip
        before = state_of(pair.server)
        for datagram in hostile:
            assert pair.server.receive(datagram, ATTACKER, 2.0) is None
        assert state_of(pair.server) == before
        assert pair.server.receive(fresh, HOME, 3.0) == [Who([1])], "the genuine one still counts"

    def test_a_peer_who_seals_nonsense_breaks_the_rules(self) -> None:
        pair = Pair()
        with pytest.raises(RemoteProtocolError):
            pair.server.receive(pair.client.seal_plaintext(b"\xc1", 1.0), HOME, 1.0)

    def test_a_peer_who_reports_what_was_never_sent_breaks_the_rules(self) -> None:
        pair = Pair()
        with pytest.raises(RemoteProtocolError):
            pair.up(Report(3, 4, 0))


class TestReports:
    def test_beside_an_answer_nothing_is_called_lost_that_was_only_overtaken(self) -> None:
        pair = Pair()
        answer = [encode_frame(Close(0))]
        pair.up(Who([1]))
        assert len(pair.server.with_report(answer, 1.0)) == 2
        overtaken = pair.client_says(Who([2]))
        pair.up(Who([3]))
        assert pair.server.with_report(answer, 1.0) == answer
        due = pair.server.next_timer()
        assert due is not None and due - 1.0 <= 2 * limits.REPAIR_LINGER_S
        assert pair.server.receive(overtaken, HOME, 1.0) == [Who([2])]

    def test_an_idle_session_has_nothing_to_say(self) -> None:
        pair = Pair()
        assert pair.client.next_timer() is None
        assert pair.client.datagrams_to_send(1e6) == []

    def test_what_came_is_reported_and_the_report_is_not(self) -> None:
        pair = Pair()
        pair.down(Close(0), now=1.0)
        due = pair.client.next_timer()
        assert due is not None
        assert 1.0 < due <= 1.0 + limits.REPORT_DELAY_S
        assert pair.client.datagrams_to_send(due - 0.001) == []
        ((report, where),) = pair.client.datagrams_to_send(due)
        assert where == SERVER
        assert pair.server.receive(report, HOME, due + 0.01) == []
        assert (pair.server.flow.in_flight, pair.client.flow.in_flight) == (0, 0)
        assert pair.client.next_timer() is None
        assert pair.server.next_timer() is None, "reports do not answer reports"

    @pytest.mark.parametrize("asking", [Ping(), Heads([])])
    def test_a_report_comes_at_once_when_asked_for(self, asking: Frame) -> None:
        pair = Pair()
        pair.down(asking, now=5.0)
        assert pair.client.next_timer() == 5.0
        ((report, _),) = pair.client.datagrams_to_send(5.0)
        pair.server.receive(report, HOME, 5.04)
        assert pair.server.flow.round_trip.latest_s == pytest.approx(0.04)

    def test_losses_are_counted_until_the_owner_has_seen_them(self) -> None:
        pair = Pair()
        for lost in (2, 1):
            for _ in range(lost):
                pair.server.seal([encode_frame(Close(0))], 1.0)
            pair.down(Ping())
            ((report, _),) = pair.client.datagrams_to_send(1.0)
            pair.server.receive(report, HOME, 1.1)
        assert pair.server.newly_lost == 3

    def test_a_datagram_of_unknown_frames_alone_is_reported_as_well(self) -> None:
        pair = Pair()
        unknown = b"\x91\x92\x63\x01"
        assert pair.client.receive(pair.server.seal_plaintext(unknown, 1.0), SERVER, 1.0) == []
        assert pair.client.next_timer() is not None

    def test_complete_to_numbers_are_reported_once_the_newest_each(self) -> None:
        pair = Pair()
        pair.down(Close(0))
        for number in (3, 4, 9):
            pair.client.note_complete(2, number, 1.0)
        pair.client.note_complete(4, 1, 1.0)
        due = pair.client.next_timer()
        assert due is not None
        ((datagram, _),) = pair.client.datagrams_to_send(due)
        (report,) = pair.server.receive(datagram, HOME, due) or []
        assert isinstance(report, Report)
        assert report.complete == [(2, 9), (4, 1)]
        pair.down(Ping(), now=9.0)
        ((datagram, _),) = pair.client.datagrams_to_send(9.0)
        assert pair.server.receive(datagram, HOME, 9.0) == [], "nothing for the owner in it"

    def test_a_complete_to_number_is_reported_though_nothing_came(self) -> None:
        pair = Pair()
        pair.up(Ping())
        pair.client.note_complete(2, 9, 1.0)
        assert pair.client.next_timer() == 1.0 + limits.REPORT_DELAY_S
        ((datagram, _),) = pair.client.datagrams_to_send(3.0)
        (report,) = pair.server.receive(datagram, HOME, 3.0) or []
        assert isinstance(report, Report)
        assert pair.server.newly_lost == 0

    def test_more_streams_than_one_report_holds_need_several(self) -> None:
        pair = Pair()
        pair.down(Close(0))
        for ref in range(150):
            pair.client.note_complete(ref, 2**62, 1.0)
        told: list[int] = []
        for _ in range(3):
            for datagram, _ in pair.client.datagrams_to_send(3.0):
                for report in pair.server.receive(datagram, HOME, 3.0) or []:
                    assert isinstance(report, Report)
                    assert len(report.complete) <= limits.COMPLETE_TO_REPORTED_MAX
                    told += [ref for ref, _ in report.complete]
        assert told == [*range(150)]
        assert pair.client.next_timer() is None

    def test_a_thousand_datagrams_over_a_lossy_link(self) -> None:
        """The window stays open, and both ends agree on what was lost."""
        pair, link = Pair(), random.Random(5)
        now, sent, heard = 0.0, 0, 0
        while sent < 1000 and now < 600:
            now += 0.01
            while pair.server.flow.may_send and sent < 1000:
                datagram = pair.server.seal([encode_frame(Who([sent]))], now)
                sent += 1
                if link.random() >= 0.2:
                    heard += len(pair.client.receive(datagram, SERVER, now) or [])
            due = pair.client.next_timer()
            if due is not None and due <= now:
                for report, _ in pair.client.datagrams_to_send(now):
                    if link.random() >= 0.2:
                        pair.server.receive(report, HOME, now)
            elif due is None:
                pair.down(Ping(), now=now)  # all of a window was lost: the owner asks
        assert sent == 1000
        assert heard < 1000
        assert pair.server.flow.in_flight <= limits.WINDOW_MAX
        pair.down(Ping(), now=now)
        ((report, _),) = pair.client.datagrams_to_send(now)
        pair.server.receive(report, HOME, now)
        assert pair.server.flow.lost == 1000 - heard
