"""One conversation: through forgeries, replays, other addresses and other keys."""

from __future__ import annotations

import random

import pytest

from protocol import limits
from protocol.channel import Channel
from protocol.cookie import Address
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import encode_frame, encode_frames
from protocol.frames import (
    AnyFrame,
    Close,
    Frame,
    Heads,
    Pad,
    PathChallenge,
    PathResponse,
    Ping,
    Report,
    Who,
)
from protocol.session import Session
from tests.protocol.handshake_pair import converse, dice, new_client, new_server

SERVER: Address = ("192.0.2.1", 48228)
HOME: Address = ("192.0.2.7", 50000)
AWAY: Address = ("198.51.100.9", 50001)
ATTACKER: Address = ("203.0.113.66", 666)


def new_channels(seed: int) -> tuple[Channel, Channel]:
    keys = random.Random(seed)
    up, down = keys.randbytes(32), keys.randbytes(32)
    client_index, server_index = keys.getrandbits(64), keys.getrandbits(64)
    return (
        Channel(send_key=up, receive_key=down, local_index=client_index, remote_index=server_index),
        Channel(send_key=down, receive_key=up, local_index=server_index, remote_index=client_index),
    )


class Pair:
    """A client and a server session; nothing moves unless the test moves it."""

    def __init__(self) -> None:
        client, server = new_channels(1)
        self.client = Session(client, SERVER, 0.0, dice(1))
        self.server = Session(server, HOME, 0.0, dice(2))

    def up(self, *frames: Frame, at: Address = HOME, now: float = 1.0) -> list[AnyFrame] | None:
        """The client says something from ``at``; returns what the server's owner gets."""
        return self.server.receive(self.client_says(*frames, now=now), at, now)

    def down(self, *frames: Frame, now: float = 1.0) -> list[AnyFrame] | None:
        """The server says something; returns what the client's owner gets."""
        datagram = self.server.seal([encode_frame(frame) for frame in frames], now)
        return self.client.receive(datagram, SERVER, now)

    def client_says(self, *frames: Frame, now: float = 1.0) -> bytes:
        return self.client.seal([encode_frame(frame) for frame in frames], now)

    def challenged(self, now: float = 1.0) -> bytes:
        """The challenge that the server now sends, alone, to where the client is now."""
        ((datagram, _),) = self.server.datagrams_to_send(now)
        return datagram

    def move(self, to: Address = AWAY, now: float = 1.0) -> None:
        """The client speaks from a new address and proves it."""
        self.up(Ping(), at=to, now=now)
        for datagram, where in self.server.datagrams_to_send(now):
            assert where == to
            self.client.receive(datagram, SERVER, now)
        for datagram, _ in self.client.datagrams_to_send(now):
            self.server.receive(datagram, to, now)


def state_of(session: Session) -> tuple[object, ...]:
    """All that a datagram which is not genuine must not change."""
    flow, channel = session.flow, session.channel
    return (
        session.address, session.last_received_at, session.on_trial, session.newly_lost,
        session.next_timer(), flow.received, flow.highest, flow.reported, flow.window,
        channel.received_count, channel.highest_received,
    )  # fmt: skip


def moved(session: Session) -> Address:
    """Where the session sends now; read afresh, a type checker takes it for unchanging."""
    return session.address


def on_trial(session: Session) -> bool:
    return session.on_trial


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


class TestMigration:
    def test_a_new_address_is_used_at_once_and_proven_by_an_echo(self) -> None:
        pair = Pair()
        pair.up(Ping(), at=AWAY)
        assert on_trial(pair.server)
        assert moved(pair.server) == HOME
        assert pair.server.next_timer() == 1.0
        for datagram, where in pair.server.datagrams_to_send(1.0):
            assert where == AWAY
            pair.client.receive(datagram, SERVER, 1.05)
        for datagram, where in pair.client.datagrams_to_send(1.05):
            assert where == SERVER
            pair.server.receive(datagram, AWAY, 1.1)
        assert not on_trial(pair.server)
        assert moved(pair.server) == AWAY
        assert pair.server.route(1200) == AWAY

    def test_a_late_datagram_moves_nothing(self) -> None:
        pair = Pair()
        early = pair.client_says(Ping())
        pair.up(Ping())
        assert pair.server.receive(early, AWAY, 1.1) == []
        assert not on_trial(pair.server)

    def test_an_unproven_address_gets_three_times_what_it_sent(self) -> None:
        pair = Pair()
        came = pair.client_says(Pad(bytes(500)))
        pair.server.receive(came, AWAY, 1.0)
        allowed, went = 3 * len(came), 0
        for datagram, where in pair.server.datagrams_to_send(1.0):
            went += len(datagram) if where == AWAY else 0
        for _ in range(100):
            if pair.server.route(100) == AWAY:
                went += 100
        now: float | None = 1.0
        while on_trial(pair.server):
            now = pair.server.next_timer()
            assert now is not None
            went += sum(len(d) for d, where in pair.server.datagrams_to_send(now) if where == AWAY)
        assert allowed - 100 - 50 < went <= allowed

    def test_what_does_not_fit_the_allowance_goes_to_the_old_address(self) -> None:
        pair = Pair()
        came = pair.client_says(Ping())
        pair.server.receive(came, AWAY, 1.0)
        assert pair.server.route(3 * len(came)) == HOME
        assert pair.server.route(20) == AWAY

    def test_a_busy_stream_does_not_use_up_what_the_challenge_needs(self) -> None:
        pair = Pair()
        pair.up(Ping(), at=AWAY)
        while pair.server.route(10) == AWAY:
            pass
        sealed = pair.server.channel.sent_counter
        sent = pair.server.datagrams_to_send(1.0)
        assert AWAY in [where for _, where in sent]
        assert pair.server.channel.sent_counter == sealed + len(sent)

    def test_nor_keeps_the_next_one_back_when_the_first_is_lost(self) -> None:
        pair = Pair()
        challenged_at = []
        for now in (1.0, 1.5, 1.9, 2.1, 2.2, 2.3):  # little comes from there, much is to be said
            pair.up(Ping(), at=AWAY, now=now)
            while pair.server.route(20) == AWAY:
                pass
            sent = pair.server.datagrams_to_send(now)
            challenged_at += [now for datagram, where in sent if len(datagram) == 46]
        assert challenged_at == [1.0, 1.5, 1.9, 2.2], (
            "when something comes, a quarter of a second on"
        )

    def test_who_talks_from_there_and_never_answers_is_overlooked_for_a_while(self) -> None:
        pair = Pair()
        challenged_at: list[float] = []
        for tenth in range(10, 600):  # an attacker passes on what the peer says, and is first
            now = tenth / 10
            pair.up(Ping(), at=ATTACKER, now=now)
            sent = pair.server.datagrams_to_send(now)
            challenged_at += [now for datagram, where in sent if where == ATTACKER]
            if challenged_at and not on_trial(pair.server):
                assert moved(pair.server) == HOME
                pair.up(Ping(), at=AWAY, now=now)  # another address is as good as ever
                assert on_trial(pair.server)
                pair.up(Ping(), now=now)
        seconds = [int(at) for at in challenged_at]
        assert max(seconds) - min(seconds) >= 30, "after the while it is tried again"
        assert not [at for at in challenged_at if 8 < at < 33]

    def test_a_report_that_is_due_does_not_make_a_challenge_longer(self) -> None:
        pair = Pair()
        pair.server.note_complete(2, 1000, 0.0)
        came = pair.client_says(Ping())
        pair.server.receive(came, AWAY, 1.0)
        while pair.server.route(1) == AWAY:
            pass
        sent = [len(d) for d, where in pair.server.datagrams_to_send(1.0) if where == AWAY]
        assert sent == [46]

    def test_without_an_answer_it_gives_up_after_a_few_and_stays(self) -> None:
        pair = Pair()
        pair.up(Pad(bytes(300)), at=AWAY)
        challenges, times = 0, []
        while on_trial(pair.server):
            now = pair.server.next_timer()
            assert now is not None
            times.append(now)
            sealed = pair.server.channel.sent_counter
            sent = pair.server.datagrams_to_send(now)
            challenges += sum(where == AWAY for _, where in sent)
            assert pair.server.channel.sent_counter == sealed + len(sent), "no counter is skipped"
        assert challenges == 3
        assert times == [1.0, 2.0, 4.0, 8.0], "with back-off"
        assert moved(pair.server) == HOME
        assert pair.server.next_timer() is None

    def test_a_wrong_answer_proves_nothing(self) -> None:
        pair = Pair()
        pair.up(Ping(), at=AWAY)
        pair.up(PathResponse(b"notright"), at=AWAY)
        assert on_trial(pair.server)

    def test_an_answer_to_no_question_proves_nothing(self) -> None:
        pair = Pair()
        pair.up(PathResponse(b"whatever"))
        assert moved(pair.server) == HOME

    def test_back_at_the_old_address_nothing_is_on_trial(self) -> None:
        pair = Pair()
        pair.up(Ping(), at=AWAY)
        pair.up(Ping(), at=HOME)
        assert not on_trial(pair.server)
        assert moved(pair.server) == HOME

    def test_a_copying_attacker_gets_little_and_loses_it_again(self) -> None:
        """He forwards each datagram faster than the network does, from his address."""
        pair, stolen, given = Pair(), 0, 0
        for step in range(50):
            now = 1.0 + step / 10
            datagram = pair.client_says(Who([step]), now=now)
            assert pair.server.receive(datagram, ATTACKER, now) == [Who([step])]
            assert pair.server.receive(datagram, HOME, now) is None
            given += len(datagram)
            stolen += sum(
                len(d) for d, where in pair.server.datagrams_to_send(now) if where == ATTACKER
            )
            if pair.server.route(1000) == ATTACKER:
                stolen += 1000
        assert 0 < stolen <= 3 * given
        assert moved(pair.server) == HOME
        pair.up(Who([99]), at=HOME, now=7.0)
        assert not on_trial(pair.server)
        assert pair.server.route(10) == HOME

    def test_the_path_is_learned_anew(self) -> None:
        pair = Pair()
        pair.server.flow.round_trip.sample(0.001)
        pair.move()
        assert pair.server.flow.window == limits.WINDOW_INITIAL
        assert pair.server.flow.round_trip.latest_s != 0.001

    def test_what_was_in_flight_to_the_old_address_is_feared_lost(self) -> None:
        pair = Pair()
        pair.server.seal([encode_frame(Close(0))], 1.0)
        pair.up(Ping(), at=AWAY)
        assert pair.server.newly_lost == 1

    def test_many_challenges_in_one_datagram_are_answered_within_the_allowance(self) -> None:
        pair = Pair()
        pair.up(*[PathChallenge(b"12345678")] * 64)
        assert len(pair.server.datagrams_to_send(1.0)) <= 2, "one answer, one report"


class TestRekey:
    def rekeyed(self, pair: Pair, now: float = 10.0, seed: int = 2) -> int | None:
        client, server = new_channels(seed)
        pair.client.adopt(client, now)
        return pair.server.adopt(server, now)

    def test_nothing_on_its_way_is_lost(self) -> None:
        pair = Pair()
        on_the_way = [pair.client_says(Who([number]), now=9.9) for number in range(5)]
        assert self.rekeyed(pair) is None
        assert pair.up(Who([100]), now=10.1) == [Who([100])]
        for number, datagram in enumerate(on_the_way):
            assert pair.server.receive(datagram, HOME, 10.2) == [Who([number])]
            assert pair.server.receive(datagram, HOME, 10.2) is None, "a replay stays one"
        assert pair.down(Close(0), now=10.3) == [Close(0)]

    def test_old_keys_are_forgotten_after_a_while(self) -> None:
        pair = Pair()
        late = pair.client_says(Who([1]), now=9.9)
        old = pair.server.channel.local_index
        self.rekeyed(pair)
        assert pair.server.indexes == [pair.server.channel.local_index, old]
        assert pair.server.old_keys_until == 10.0 + limits.OLD_KEYS_KEPT_S
        assert pair.server.drop_old_keys(10.0 + limits.OLD_KEYS_KEPT_S - 0.1) is None
        assert pair.server.drop_old_keys(10.0 + limits.OLD_KEYS_KEPT_S) == old
        assert not pair.server.old_keys_until
        assert pair.server.indexes == [pair.server.channel.local_index]
        assert pair.server.receive(late, HOME, 41.0) is None

    def test_still_older_keys_are_forgotten_at_once(self) -> None:
        pair = Pair()
        first = pair.server.channel.local_index
        assert self.rekeyed(pair, seed=2) is None
        assert self.rekeyed(pair, seed=3) == first

    def test_reports_on_new_keys_speak_of_the_new_keys(self) -> None:
        pair = Pair()
        for _ in range(5):
            pair.down(Close(0))
        old = pair.client_says(Report(4, 5, 0), now=9.9)
        self.rekeyed(pair)
        pair.server.receive(old, HOME, 10.1)
        assert pair.server.flow.reported == 0, "it counted on the old keys"
        pair.down(Ping(), now=10.2)
        ((report, _),) = pair.client.datagrams_to_send(10.2)
        pair.server.receive(report, HOME, 10.3)
        assert pair.server.flow.reported == 1

    def test_a_complete_to_number_right_after_it_is_no_lie(self) -> None:
        """The first datagram on the new keys may be a report, of nothing."""
        pair = Pair()
        pair.client.note_complete(2, 7, 9.9)
        self.rekeyed(pair)
        assert pair.client.next_timer() == 10.0 + limits.REPORT_DELAY_S
        ((datagram, _),) = pair.client.datagrams_to_send(12.0)
        (report,) = pair.server.receive(datagram, HOME, 12.0) or []
        assert isinstance(report, Report)
        assert report.complete == [(2, 7)]

    def test_what_was_in_flight_on_the_old_keys_is_feared_lost(self) -> None:
        pair = Pair()
        pair.server.seal([encode_frame(Close(0))], 1.0)
        self.rekeyed(pair)
        assert pair.server.newly_lost == 1

    def test_old_keys_do_not_move_the_address(self) -> None:
        pair = Pair()
        late = pair.client_says(Who([1]), now=9.9)
        self.rekeyed(pair)
        assert pair.server.receive(late, ATTACKER, 10.1) == [Who([1])]
        assert not on_trial(pair.server)

    def test_new_keys_work_from_a_new_address(self) -> None:
        pair = Pair()
        self.rekeyed(pair)
        pair.move(now=10.5)
        assert moved(pair.server) == AWAY


def test_a_challenge_is_as_long_as_is_kept_back_for_it() -> None:
    pair = Pair()
    pair.up(Ping(), at=AWAY)
    pair.server.flow.report_due_at = None
    challenge = pair.challenged()
    plaintext = encode_frames([PathChallenge(b"12345678")])
    assert len(challenge) == len(plaintext) + limits.HEADER_BYTES + limits.TAG_BYTES


def test_a_challenge_goes_alone_even_where_reports_go_beside_other_frames() -> None:
    pair = Pair()
    pair.up(Ping(), at=AWAY)
    sent = [
        len(datagram) for datagram, where in pair.server.datagrams_to_send(1.0) if where == AWAY
    ]
    alone = len(encode_frames([PathChallenge(bytes(8))]))
    assert sent[0] == alone + limits.HEADER_BYTES + limits.TAG_BYTES
