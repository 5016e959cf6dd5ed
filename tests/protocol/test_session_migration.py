"""A session whose peer has another address: used at once, bounded until it is proven."""

from __future__ import annotations

from protocol import limits
from protocol.frame_codec import encode_frame, encode_frames
from protocol.frames import Close, Pad, PathChallenge, PathResponse, Ping, Who
from tests.protocol.session_pair import ATTACKER, AWAY, HOME, SERVER, Pair, moved, on_trial


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
