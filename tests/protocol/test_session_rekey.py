"""A session that gets new keys loses nothing, and soon forgets the old ones."""

from __future__ import annotations

from protocol import limits
from protocol.frame_codec import encode_frame
from protocol.frames import Close, Ping, Report, Who
from tests.protocol.session_pair import ATTACKER, AWAY, HOME, Pair, moved, new_channels, on_trial


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
