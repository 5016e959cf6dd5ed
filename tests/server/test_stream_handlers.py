"""Following streams, from where two histories agree, and ranges of them."""

from __future__ import annotations

import pytest

from protocol import limits
from protocol.errors import Refusal
from protocol.frame_codec import decode_items, encode_frame
from protocol.frames import (
    Changes,
    EntryKind,
    Post,
    Push,
    Range,
    RoomItem,
    Subscribe,
    Subscribed,
    SubscribeRefused,
    Unsubscribe,
)
from server.client_session import READS_WAITING_MAX, SubscribeInHand
from server.server_config import ServerConfig
from server.stream_handlers import handle_unsubscribe
from tests.server.server_pair import Client, ServerPair

LOG, PEOPLE, ROOMS = 2, 3, 0


def new_pair() -> tuple[ServerPair, Client]:
    """A room with one join and nine messages, and the one who said them."""
    pair = ServerPair(ServerConfig(rate_limits=False))
    ada = pair.join(1, "Ada")
    for seq in range(2, 11):
        pair.post(ada, seq, f"message {seq}")
    ada.take()
    return pair, ada


def subscribed(
    pair: ServerPair, client: Client, ref: int, *, incarnation: int | None = None,
    stream_id: bytes | None = None, checkpoints: list[tuple[int, bytes]] | None = None,
) -> Subscribed:  # fmt: skip
    room = pair.server.context.rooms.get(1)
    assert room is not None
    known = room.stream_id if stream_id is None else stream_id
    pair.say(client, Subscribe(ref, known, incarnation or 0, checkpoints or []))
    (answer,) = client.take(Subscribed)
    assert isinstance(answer, Subscribed)
    return answer


class TestLogs:
    def test_the_answer_says_where_the_stream_stands(self) -> None:
        pair, ada = new_pair()
        record = pair.log.log.rooms()[0]
        answer = subscribed(pair, ada, LOG, stream_id=b"")
        assert (answer.ref, answer.stream_id, answer.incarnation) == (
            LOG, record.stream_id, record.incarnation,
        )  # fmt: skip
        assert (answer.first, answer.head, answer.visible) == (1, 10, 9)
        assert (answer.chain, answer.agreed_to) == (record.chain, 0)

    def test_the_newest_checkpoint_that_agrees_counts(self) -> None:
        pair, ada = new_pair()
        chains = {number: pair.log.log.chain(1, number) or b"" for number in range(11)}
        right = [(number, chains[number]) for number in (10, 5, 2)]
        wrong = [(number, b"x" * 8) for number in (10, 7)]
        assert subscribed(pair, ada, LOG, checkpoints=right).agreed_to == 10
        assert subscribed(pair, ada, LOG, checkpoints=right[::-1]).agreed_to == 10
        assert subscribed(pair, ada, LOG, checkpoints=wrong + right[1:]).agreed_to == 5
        assert subscribed(pair, ada, LOG, checkpoints=wrong).agreed_to == 0

    def test_checkpoints_of_what_never_was_do_not_agree(self) -> None:
        pair, ada = new_pair()
        strange = [(2**63 - 1, b"x" * 8), (11, b""), (0, pair.log.log.chain(1, 0) or b"")]
        assert subscribed(pair, ada, LOG, checkpoints=strange).agreed_to == 0

    def test_another_streams_checkpoints_do_not_count(self) -> None:
        pair, ada = new_pair()
        agreed = [(10, pair.log.log.rooms()[0].chain)]
        answer = subscribed(pair, ada, LOG, stream_id=b"other...", checkpoints=agreed)
        assert answer.agreed_to == 0

    def test_a_checkpoint_only_the_disk_has(self) -> None:
        pair, ada = new_pair()
        pair.start()
        ada = pair.sign_in(1, "Ada")
        middle = [(4, pair.log.log.chain(1, 4) or b"")]
        assert subscribed(pair, ada, LOG, checkpoints=middle).agreed_to == 4

    @pytest.mark.parametrize("ref", [4, 5, 2**32 - 1])
    def test_a_room_that_is_not_is_refused(self, ref: int) -> None:
        pair, ada = new_pair()
        pair.say(ada, Subscribe(ref, b"", 0, [], 7))
        assert ada.take() == [SubscribeRefused(ref, Refusal.NO_SUCH_ROOM, 7)]

    def test_who_follows_gets_pushes_until_he_does_not_want_them(self) -> None:
        pair, ada = new_pair()
        bob = pair.sign_in(2, "Bob")
        pair.post(ada, 11, "before")
        assert bob.entries() == [], "not a follower yet"
        subscribed(pair, bob, LOG)
        pair.post(ada, 12, "while")
        assert [entry.text for _, entry in bob.entries()] == ["while"]
        pair.say(bob, Unsubscribe(LOG), Unsubscribe(PEOPLE), Unsubscribe(99))
        pair.post(ada, 13, "after")
        assert bob.entries() == []


class TestRanges:
    @pytest.mark.parametrize("restarted", [False, True])
    def test_are_read_from_memory_or_from_the_disk(self, restarted: bool) -> None:
        pair, ada = new_pair()
        if restarted:
            pair.start()
            ada = pair.sign_in(1, "Ada")
            subscribed(pair, ada, LOG)
        pair.say(ada, Range(LOG, 3, 5))
        assert [(number, entry.text) for number, entry in ada.entries()] == [
            (3, "message 3"), (4, "message 4"), (5, "message 5"),
        ]  # fmt: skip

    def test_end_with_the_subscription_and_others_do_not(self) -> None:
        pair, ada = new_pair()
        listing = subscribed(pair, ada, ROOMS)
        assert ada.served is not None
        ada.served.burst_left, ada.served.burst_at = 0, pair.now + 1.0  # not before a second
        pair.say(ada, Range(LOG, 1, 5), Range(ROOMS, 1, listing.head), settle=False)
        assert list(ada.served.pulls) == [(LOG, 1, 5), (ROOMS, 1, listing.head)]
        pair.say(ada, Unsubscribe(LOG))
        assert list(ada.served.pulls) == [(ROOMS, 1, listing.head)]
        pair.wait(1.5)
        assert {type(frame) for frame in ada.take(Push, Changes)} == {Changes}

    def test_asked_for_anew_after_coming_back_are_no_repeat(self) -> None:
        pair, ada = new_pair()
        pair.say(ada, Range(LOG, 1, 5))
        assert len(ada.entries()) == 5
        pair.say(ada, Unsubscribe(LOG))
        subscribed(pair, ada, LOG)
        pair.say(ada, Range(LOG, 1, 5))
        assert len(ada.entries()) == 5

    def test_end_at_the_head(self) -> None:
        pair, ada = new_pair()
        pair.say(ada, Range(LOG, 9, 2**63 - 1))
        assert [number for number, _ in ada.entries()] == [9, 10]

    @pytest.mark.parametrize(
        "asked",
        [
            Range(LOG, 0, 5),
            Range(LOG, 5, 4),
            Range(LOG, 11, 20),
            Range(4, 1, 5),
            Range(PEOPLE, 1, 9),
        ],
    )
    def test_that_make_no_sense_or_are_not_followed_are_not_answered(self, asked: Range) -> None:
        pair, ada = new_pair()
        pair.say(ada, asked)
        assert ada.take() == []

    def test_a_repeat_that_crosses_its_answer_is_ignored(self) -> None:
        pair, ada = new_pair()
        pair.say(ada, Range(LOG, 1, 2), Range(LOG, 1, 2))
        pair.say(ada, Range(LOG, 1, 2))
        assert len(ada.take(Push)) == 1
        pair.wait(1.0)
        pair.say(ada, Range(LOG, 1, 2))
        assert len(ada.take(Push)) == 1, "after a round trip it was lost"


class TestShortLivedStreams:
    def test_the_list_of_rooms(self) -> None:
        pair, ada = new_pair()
        pair.wait(1.0)
        answer = subscribed(pair, ada, ROOMS)
        pair.say(ada, Range(ROOMS, 1, answer.head))
        (changes,) = ada.take(Changes)
        assert isinstance(changes, Changes)
        names = [item.name for item in decode_items(changes.items) if isinstance(item, RoomItem)]
        assert names == ["general"]
        pair.say(ada, Post(11, 1, 0, EntryKind.CREATED, "tea"))
        assert ada.take(Changes) == [], "told a little later"
        pair.wait(0.5)
        (changes,) = ada.take(Changes)
        assert isinstance(changes, Changes)
        names = [item.name for item in decode_items(changes.items) if isinstance(item, RoomItem)]
        assert names == ["tea"]

    def test_a_position_counts_in_the_same_incarnation_only(self) -> None:
        pair, ada = new_pair()
        first = subscribed(pair, ada, ROOMS)
        held = [(first.head, b"")]
        same = subscribed(
            pair, ada, ROOMS, stream_id=first.stream_id, incarnation=first.incarnation,
            checkpoints=held,
        )  # fmt: skip
        assert same.agreed_to == first.head > 0
        other = subscribed(
            pair, ada, ROOMS, stream_id=first.stream_id, incarnation=first.incarnation ^ 1,
            checkpoints=held,
        )  # fmt: skip
        assert other.agreed_to == 0
        liar = subscribed(
            pair, ada, ROOMS, stream_id=first.stream_id, incarnation=first.incarnation,
            checkpoints=[(2**62, b"")],
        )  # fmt: skip
        assert liar.agreed_to == first.head


def test_an_unsubscribe_that_was_overtaken_ends_no_newer_subscription() -> None:
    pair, ada = new_pair()
    assert ada.session is not None
    late = ada.session.seal([encode_frame(Unsubscribe(2))], pair.now)
    subscribed(pair, ada, 2)
    pair.server.receive(late, ada.address, pair.now)
    pair.settle()
    assert ada.served is not None and 2 in ada.served.refs
    pair.say(ada, Unsubscribe(2))
    assert 2 not in ada.served.refs


class TestLeavingAStreamBeforeItWasFollowed:
    """A SUBSCRIBE waits for the log, and an UNSUBSCRIBE does not."""

    def test_the_subscription_is_dropped(self) -> None:
        pair, ada = new_pair()
        pair.say(ada, Unsubscribe(LOG))
        pair.say(ada, Subscribe(LOG, b"", 0, []), settle=False)
        pair.say(ada, Unsubscribe(LOG), settle=False)
        pair.settle()
        assert ada.served is not None and LOG not in ada.served.refs
        assert not ada.take(Subscribed)
        assert not ada.served.subscribing and not ada.served.reads_waiting

    @pytest.mark.parametrize("back", [[Subscribe(LOG, b"", 0, [])], []])
    def test_in_one_datagram_the_order_counts(self, back: list[Subscribe]) -> None:
        pair, ada = new_pair()
        pair.say(ada, Subscribe(LOG, b"", 0, []), Unsubscribe(LOG), *back)
        assert ada.served is not None
        assert (LOG in ada.served.refs) == bool(back)
        assert len(ada.take(Subscribed)) == len(back)

    def test_a_newer_one_is_not_dropped_by_what_it_overtook(self) -> None:
        pair, ada = new_pair()
        assert ada.session is not None
        late = ada.session.seal([encode_frame(Unsubscribe(LOG))], pair.now)
        pair.say(ada, Subscribe(LOG, b"", 0, []), settle=False)
        pair.server.receive(late, ada.address, pair.now)
        pair.settle()
        assert ada.served is not None and LOG in ada.served.refs

    def test_on_new_keys_all_that_waits_is_older(self) -> None:
        pair, ada = new_pair()
        pair.say(ada, Subscribe(LOG, b"", 0, []), settle=False)
        assert ada.served is not None
        ada.served.begin_counters_anew()
        ada.served.counter = 0
        handle_unsubscribe(pair.server.context, ada.served, Unsubscribe(LOG), pair.now)
        pair.settle()
        assert LOG not in ada.served.refs

    def test_of_several_that_wait_the_newest_is_answered(self) -> None:
        pair, ada = new_pair()
        assert ada.session is not None
        late = ada.session.seal([encode_frame(Subscribe(LOG, b"", 0, [], 1))], pair.now)
        for question in (2, 3):
            pair.say(ada, Subscribe(LOG, b"", 0, [], question), settle=False)
        pair.server.receive(late, ada.address, pair.now)
        pair.settle()
        assert [a.question for a in ada.take(Subscribed) if isinstance(a, Subscribed)] == [3]

    def test_who_repeats_his_question_keeps_his_place(self) -> None:
        pair, ada = new_pair()
        for _ in range(3):
            pair.say(ada, Subscribe(LOG, b"", 0, [], 1), settle=False)
        assert ada.served is not None and ada.served.reads_waiting == 1
        assert ada.served.subscribing[LOG].counter == ada.served.counter
        pair.settle()
        assert len(ada.take(Subscribed)) == 1
        assert LOG in ada.served.refs and not ada.served.subscribing

    def test_a_question_that_could_not_be_answered_does_not_stand_in_the_way(self) -> None:
        pair, ada = new_pair()
        assert ada.served is not None
        flow = ada.served.session.flow
        flow.reported -= limits.WINDOW_MAX
        pair.say(ada, Subscribe(LOG, b"", 0, [], 1))
        assert not ada.take(Subscribed) and not ada.served.subscribing
        flow.reported += limits.WINDOW_MAX
        pair.say(ada, Subscribe(LOG, b"", 0, [], 1))
        assert len(ada.take(Subscribed)) == 1

    def test_no_more_are_in_hand_than_questions_wait(self) -> None:
        _, ada = new_pair()
        assert ada.served is not None
        for ref in range(READS_WAITING_MAX + 9):
            ada.served.take_in_hand(SubscribeInHand(ref, 1, 0))
        assert list(ada.served.subscribing) == list(range(9, READS_WAITING_MAX + 9))
