"""Pushes, ranges and heads: within the window, mended when lost, and quiet when all is told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from protocol import limits
from protocol.frame_codec import encode_frame
from protocol.frames import (
    EntryKind,
    Heads,
    Ping,
    Post,
    Push,
    Range,
    Receipt,
    Refused,
    Subscribe,
    Subscribed,
)
from protocol.sealing import DATAGRAMS_PER_KEY_MAX, FAILED_OPENS_MAX
from server.audience import Audience
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import Client, ServerPair

UNLIMITED = ServerConfig(rate_limits=False)


def new_pair(config: ServerConfig = UNLIMITED) -> tuple[ServerPair, Client, Client]:
    """One who talks, and one who listens."""
    pair = ServerPair(config)
    ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
    pair.wait(5.0)
    ada.take()
    bob.take()
    return pair, ada, bob


def numbers(client: Client) -> list[int]:
    return [number for number, _ in client.entries()]


def in_flight(client: Client) -> int:
    assert client.served is not None
    return client.served.session.flow.in_flight


def window(client: Client) -> float:
    assert client.served is not None
    return client.served.session.flow.window


class TestPushes:
    def test_everybody_gets_the_same_bytes_inside(self) -> None:
        pair, ada, bob = new_pair()
        pair.post(ada, 2, "hello")
        assert ada.take(Push) == bob.take(Push) != []

    def test_a_full_window_gets_no_more_and_heads_when_it_opens(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        for seq in range(2, 100):
            pair.post(ada, seq)
        assert in_flight(bob) == int(window(bob)) + 1, "one more asks for a report"
        assert in_flight(ada) < window(ada), "who reports is not held up by who does not"
        bob.deaf = False
        bob.take()
        pair.wait(30.0)
        heads = [frame for frame in bob.take(Heads) if isinstance(frame, Heads)]
        room = pair.server.context.rooms.get(1)
        assert room is not None
        assert heads[-1].heads == [(2, room.head, room.visible)]

    def test_a_dead_session_is_never_flooded(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        assert bob.served is not None
        before = bob.served.session.channel.sent_counter
        for seq in range(2, 500):
            pair.post(ada, seq)
            pair.now += 0.05
            pair.settle()
        sent = bob.served.session.channel.sent_counter - before
        assert sent <= 8 * limits.WINDOW_INITIAL + 10, "small ones count an eighth"

    @pytest.mark.parametrize("lossy_for_s", [0.0, 30.0], ids=["clean", "lossy"])
    def test_what_is_more_than_a_burst_waits_on_a_slow_path(self, lossy_for_s: float) -> None:
        pair, _, bob = new_pair()
        assert bob.served is not None
        flow = bob.served.session.flow
        flow.round_trip.sample(0.2)
        flow.window = 100.0
        flow.lossy_until = pair.now + lossy_for_s
        before = flow.sent
        frames = [encode_frame(Push(2, number, 0, 0, bytes(8), [])) for number in range(3, 28)]
        audience = Audience()
        audience.add(bob.served)
        pair.server.context.delivery.push(audience, frames, pair.now)
        assert flow.sent - before == limits.BURST_MAX + 1, "and the word that asks for a report"
        assert bob.served.skipped, "so that he is told of the rest"


class TestAnswers:
    def test_what_was_asked_in_one_datagram_is_answered_in_one(self) -> None:
        pair, ada, _ = new_pair()
        assert ada.served is not None
        for seq in range(2, 42):
            pair.post(ada, seq)
        before = ada.served.session.channel.sent_counter
        again = [Post(seq, 1000 + seq, 1, EntryKind.MESSAGE, "hello") for seq in range(2, 42)]
        pair.say(ada, *again)
        receipts = [frame for frame in ada.take() if isinstance(frame, Receipt)]
        assert [receipt.client_seq for receipt in receipts] == list(range(2, 42))
        assert ada.served.session.channel.sent_counter == before + 1

    def test_more_than_fits_one_goes_into_the_next(self) -> None:
        pair, ada, _ = new_pair()
        assert ada.served is not None
        before = ada.served.session.channel.sent_counter
        refused = Refused(1, 3)
        for _ in range(limits.FRAMES_MAX + 1):
            pair.server.context.outbox.answer(ada.served, refused)
        pair.settle()
        assert len(ada.take(Refused)) == limits.FRAMES_MAX + 1
        assert ada.served.session.channel.sent_counter == before + 2

    def test_whoever_follows_hears_of_it_before_the_first_push(self) -> None:
        pair, ada, _ = new_pair()
        eve = pair.sign_in(3, "Eve")
        pair.say(eve, Subscribe(2, b"", 0), settle=False)
        pair.post(ada, 2)
        assert [type(frame) for frame in eve.take(Subscribed, Push)] == [Subscribed, Push]

    def test_keys_that_forgeries_used_up_stop_nobody_else(self) -> None:
        pair, ada, bob = new_pair()
        assert ada.served is not None and bob.served is not None
        pair.server.context.outbox.answer(ada.served, Refused(1, 3))
        pair.server.context.outbox.answer(bob.served, Refused(1, 3))
        ada.served.session.channel.failed_opens = FAILED_OPENS_MAX
        pair.settle()
        assert (len(ada.take(Refused)), len(bob.take(Refused))) == (0, 1)

    def test_keys_that_are_used_up_keep_a_push_from_nobody_else(self) -> None:
        pair, ada, bob = new_pair()
        assert ada.served is not None
        ada.served.session.channel.sent_counter = DATAGRAMS_PER_KEY_MAX
        pair.post(bob, 2)
        assert (ada.take(Push), numbers(bob)) == ([], [3])


class TestMending:
    def test_a_lost_last_entry_is_shown_by_a_head_after_a_while(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        pair.post(ada, 2)
        bob.deaf = False
        pair.wait(limits.REPORT_OVERDUE_S + 0.2)
        assert Heads([(2, 3, 1)]) in bob.take(Heads)

    def test_a_loss_that_a_report_shows_is_followed_by_heads_soon(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        pair.post(ada, 2)
        bob.deaf = False
        pair.say(bob, Ping())
        pair.wait(0.2)
        assert Heads([(2, 3, 1)]) in bob.take(Heads)

    def test_heads_are_asked_for_with_back_off_and_then_it_is_silent(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        pair.post(ada, 2)
        assert bob.served is not None
        times = []
        counter = bob.served.session.channel.sent_counter
        for _ in range(800):
            pair.now += 0.1
            pair.settle()
            if bob.served.session.channel.sent_counter > counter:
                counter = bob.served.session.channel.sent_counter
                times.append(pair.now)
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert 2 <= len(times) <= 6
        assert gaps == sorted(gaps)
        assert min(gaps) >= limits.REPORT_OVERDUE_S

    def test_whoever_gets_more_and_more_may_hold_its_report_back(self) -> None:
        pair, ada, bob = new_pair()
        for seq in range(2, 8):
            pair.post(ada, seq)
            pair.wait(1.0)
        assert not bob.take(Heads), "it reported in time, though later than a lone one"

    def test_whoever_gets_more_and_never_reports_is_asked(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        for seq in range(2, 14):
            pair.post(ada, seq)
            pair.wait(1.0)
        bob.deaf = False
        assert bob.served is not None
        assert bob.served.heads_sent_at > pair.now - 1.5

    def test_an_address_that_changed_gets_heads_for_what_went_to_the_old_one(self) -> None:
        pair, ada, bob = new_pair()
        bob.deaf = True
        pair.post(ada, 2)
        bob.deaf = False
        del pair.clients[bob.address]
        bob.address = ("198.51.100.7", 60_000)
        pair.clients[bob.address] = bob
        pair.say(bob, Ping())
        pair.wait(1.0)
        assert Heads([(2, 3, 1)]) in bob.take(Heads)
        assert bob.served is not None
        assert bob.served.session.address == bob.address

    @pytest.mark.parametrize(
        ("loss", "got"),
        [(0.01, [3, 3, 4, 4, 5, 5, 6, 6, 7]), (0.1, [3, 3, 4, 3, 4, 5, 3, 4, 5, 6, 4, 5, 6, 7])],
    )
    def test_a_lossy_path_gets_so_many_pushes_again(self, loss: float, got: list[int]) -> None:
        pair, ada, bob = new_pair()
        assert bob.served is not None
        bob.served.session.flow.lossy_until = pair.now + 30
        bob.served.session.flow.loss_ratio = loss
        for seq in (2, 3, 4, 5, 6):
            pair.post(ada, seq)
        assert numbers(bob)[: len(got)] == got

    @pytest.mark.parametrize(("loss", "times"), [(0.01, 1), (0.1, 2), (0.2, 3)])
    def test_the_last_push_is_repeated_as_often_as_the_loss_asks(
        self, loss: float, times: int
    ) -> None:
        pair, ada, bob = new_pair()
        assert bob.served is not None
        bob.served.session.flow.lossy_until = pair.now + 30
        bob.served.session.flow.loss_ratio = loss
        pair.post(ada, 2)
        assert numbers(bob) == [3]
        pair.wait(0.15)
        assert numbers(bob) == [3] * times

    def test_a_lossy_path_gets_the_previous_push_beside_and_the_last_again(self) -> None:
        pair, ada, bob = new_pair()
        assert bob.served is not None
        bob.served.session.flow.lossy_until = pair.now + 30
        for seq in (2, 3, 4):
            pair.post(ada, seq)
        assert numbers(bob) == [3, 3, 4, 4, 5]
        pair.wait(0.05)
        assert numbers(bob) == [5]
        pair.wait(0.5)
        assert numbers(bob) == [], "once more, not for ever"
        assert numbers(ada) == [3, 4, 5], "a clean path gets no copies"

    def test_a_report_that_might_be_held_back_on_a_clean_path_is_not_on_a_lossy_one(self) -> None:
        pair, ada, bob = new_pair()
        assert bob.served is not None
        pair.post(ada, 2)
        bob.deaf = True
        bob.served.session.flow.lossy_until = pair.now + 30
        for seq in range(3, 100):
            pair.post(ada, seq)
        assert not bob.served.session.flow.may_send
        before = pair.now
        pair.wait(1.0)
        assert bob.served.heads_sent_at > before, "asked again, within a round trip or two"

    def test_large_pushes_are_not_doubled(self) -> None:
        pair, ada, bob = new_pair()
        assert bob.served is not None
        bob.served.session.flow.lossy_until = pair.now + 30
        for seq in (2, 3):
            pair.post(ada, seq, "x" * 900)
        assert numbers(bob) == [3, 4]


class TestHeads:
    def test_more_streams_than_one_frame_holds(self) -> None:
        bounds = ServerLimits(rooms_created_per_person_max=200, rooms_per_person_max=128)
        pair = ServerPair(ServerConfig(limits=bounds, rate_limits=False))
        ada = pair.sign_in(1, "Ada")
        for seq in range(1, 121):
            pair.say(ada, Post(seq, seq, 0, EntryKind.CREATED, f"room {seq}"))
            pair.say(ada, Subscribe(2 * (seq + 1), b"", 0))
        for room in pair.server.context.rooms:
            room.head = room.visible = 2**62
        ada.take()
        assert ada.served is not None
        pair.server.context.delivery.send_heads(ada.served, pair.now)
        pair.carry()
        told = [
            head for frame in ada.take(Heads) if isinstance(frame, Heads) for head in frame.heads
        ]
        assert sorted(ref for ref, _, _ in told) == [2 * room for room in range(2, 122)]


class TestRanges:
    @pytest.mark.parametrize("text", ["x" * 1000, "\u20ac" * 333, "x" * 560, "x"])
    @pytest.mark.parametrize("from_disk", [False, True])
    def test_a_whole_log_comes_within_the_window(self, text: str, from_disk: bool) -> None:
        config = ServerConfig(rate_limits=False, limits=ServerLimits(recent_entries=1000))
        pair, ada, _ = new_pair(config)
        for seq in range(2, 202):
            pair.post(ada, seq, text)
        if from_disk:
            pair.start()
        pair.clients.clear()
        carol = pair.join(3, "Carol")
        pair.say(carol, Range(2, 1, 10**9), settle=False)
        got: list[int] = []
        for _ in range(2000):
            pair.server.write(pair.now, 0)
            pair.log.log.poll()
            assert in_flight(carol) <= window(carol) + 1
            pair.carry()
            pair.wait(0.05)
            assert in_flight(carol) <= window(carol) + 1
            got += numbers(carol)
            if len(got) >= 203:
                break
        assert got == [*range(1, 204)]

    def test_of_a_deaf_client_end_with_the_window(self) -> None:
        pair, ada, bob = new_pair()
        for seq in range(2, 202):
            pair.post(ada, seq, "x" * 1000)
        pair.wait(5.0)
        bob.deaf = True
        sent = in_flight(bob)
        pair.say(bob, Range(2, 1, 10**9))
        assert sent < in_flight(bob) <= window(bob) + 2, "one that was begun, and one that asks"

    def test_leave_in_bursts_on_a_slow_path(self) -> None:
        pair = ServerPair(ServerConfig(rate_limits=False))
        ada = pair.join(1, "Ada")
        for seq in range(2, 302):
            pair.post(ada, seq, "x" * 900)
            ada.take()
        ben = pair.join(2, "Ben")
        assert ben.served is not None
        flow = ben.served.session.flow
        flow.round_trip.sample(0.2)
        flow.window = 100.0
        ben.served.burst_left = limits.BURST_MAX // 2  # of an earlier one, which is over
        began, before = pair.now, flow.sent
        pair.say(ben, Range(2, 1, 301), settle=False)
        sent = [flow.sent - before]
        ben.deaf = True
        while pair.now < began + 0.2:
            before = flow.sent
            pair.settle()
            sent.append(flow.sent - before)
            pair.now += 0.001
        bursts = [count for count in sent if count]
        assert max(bursts) <= limits.BURST_MAX + 1, "and the word that asks for a report"
        assert sum(bursts) >= 80, "the window is used within a round trip"
        assert len(bursts) >= 8

    def test_a_round_trip_of_bad_times_holds_no_burst_up(self) -> None:
        pair = ServerPair(ServerConfig(rate_limits=False))
        ada = pair.join(1, "Ada")
        pair.post(ada, 2, "x" * 900)
        ben = pair.join(2, "Ben")
        assert ben.served is not None
        ben.served.session.flow.round_trip.sample(50.0)
        ben.served.session.flow.window = 4.0
        pair.say(ben, Range(2, 1, 2))
        assert pair.now < ben.served.burst_at <= pair.now + 1.0

    def test_no_more_ranges_in_hand_than_may_be(self) -> None:
        pair, ada, bob = new_pair()
        for seq in range(2, 202):
            pair.post(ada, seq, "x" * 1000)
        pair.wait(5.0)
        bob.deaf = True
        for last in range(2, 202):
            pair.say(bob, Range(2, 1, last))
        assert bob.served is not None
        assert len(bob.served.pulls) <= limits.RANGES_IN_HAND_MAX
        assert len(bob.served.served) <= limits.RANGES_IN_HAND_MAX
