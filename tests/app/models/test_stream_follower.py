"""What is followed, from where, and what is asked again: rooms, people, forks."""

from __future__ import annotations

import pytest

from app.models.commands import FetchOlder, FollowRoom, WatchPeople
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    HeadMoved,
    HistoryForked,
    PeopleChanged,
    RoomFollowed,
    RoomReplaced,
)
from app.models.records import Member, StoredRoom
from app.structs import replace
from protocol import limits
from protocol.errors import Refusal
from protocol.frames import (
    Heads,
    MemberItem,
    Range,
    SignIn,
    Subscribe,
    Subscribed,
    SubscribeRefused,
    Unsubscribe,
)
from tests.app.models.client_bench import STREAM, Bench, entry
from tests.app.models.scripted_server import NOTHING, subscribed


def chain(number: int) -> bytes:
    return number.to_bytes(8)


def stored(head: int, **more: object) -> StoredRoom:
    every = tuple((number, chain(number)) for number in range(1, head + 1))
    room = StoredRoom(1, STREAM, 1, "general", "", True, 1, head, head, 0, ((1, head),), every)
    return replace(room, **more)


def numbers(bench: Bench) -> list[int]:
    return [entry.number for event in bench.happened(EntriesReceived) for entry in event.entries]


class TestFollowing:
    def test_rooms_one_is_in_and_the_list(self) -> None:
        bench = Bench(rooms=[1, 4])
        bench.wait(0)
        assert {frame.ref for frame in bench.take(Subscribe)} == {0, 2, 8}

    def test_the_usual_past_of_a_room_never_seen(self) -> None:
        bench = Bench()
        bench.follow(head=200)
        (followed,) = bench.happened(RoomFollowed)
        assert (followed.base, followed.head) == (151, 200)
        assert [(r.first, r.last) for r in bench.take(Range)] == [(151, 200)]

    @pytest.mark.parametrize(("wish", "base"), [({"since": 17}, 17), ({"backlog": 5}, 196)])
    def test_or_what_was_wished(self, wish: dict[str, int], base: int) -> None:
        bench = Bench()
        bench.follow(head=200, **wish)
        assert bench.happened(RoomFollowed)[-1].base == base

    def test_a_question_is_repeated_until_answered(self) -> None:
        bench = Bench()
        bench.command(FollowRoom(1))
        bench.wait(7.5)
        assert len(bench.asked(2)) == 9  # after 26 ms, and each time twice as long
        bench.say(subscribed(2, 0))
        bench.wait(60)
        assert bench.asked(2) == []

    def test_what_is_known_is_proven_and_only_the_rest_is_asked_for(self) -> None:
        bench = Bench(replace(NOTHING, rooms=(stored(30),)), rooms=[1])
        (question,) = bench.asked(2)
        assert (question.stream_id, question.checkpoints) == (STREAM, [(30, chain(30))])
        bench.say(subscribed(2, 33, agreed_to=30))
        assert [(r.first, r.last) for r in bench.take(Range)] == [(31, 33)]
        assert not bench.happened(HistoryForked)

    def test_a_room_that_does_not_exist_is_not_asked_for_again(self) -> None:
        bench = Bench()
        bench.command(FollowRoom(1))
        bench.say(SubscribeRefused(2, Refusal.NO_SUCH_ROOM))
        bench.asked(2)
        bench.wait(60)
        assert bench.asked(2) == []
        bench.again()
        assert bench.asked(2) == []

    def test_an_older_refusal_does_not_stand_for_a_newer_question(self) -> None:
        bench = Bench()
        bench.command(FollowRoom(1))
        bench.command(FollowRoom(1))
        bench.say(SubscribeRefused(2, Refusal.NO_SUCH_ROOM))
        bench.say(subscribed(2, 0, question=bench.questions[2]))
        assert bench.client._follower.is_followed(1)


class TestANewSession:
    def test_on_new_keys_nothing_is_asked_before_the_server_says_where_it_stands(self) -> None:
        bench = Bench().general()
        bench.session = None
        bench.command(FollowRoom(1))
        bench.wait(limits.SILENCE_MAX_S + 7)
        assert {type(frame) for frame in bench.heard} & {SignIn, Subscribe} == {SignIn}
        bench.let_in()
        assert {frame.ref for frame in bench.take(Subscribe)} == {0, 2}

    def test_goes_on_with_rooms_that_are_only_read(self) -> None:
        bench = Bench()
        bench.follow(head=0)
        bench.again()
        bench.wait(0)
        assert len(bench.asked(2)) == 1

    def test_even_if_the_last_one_ended_before_it_was_answered(self) -> None:
        bench = Bench()
        bench.follow(head=0)
        bench.again()
        bench.again()
        bench.wait(0)
        assert len(bench.asked(2)) == 1

    def test_or_there_was_none_when_it_was_wished(self) -> None:
        bench = Bench()
        bench.client.link.goodbye(bench.now)
        online = bench.client.link.online
        assert online
        bench.again()
        bench.command(FollowRoom(1))
        bench.again()
        bench.wait(0)
        assert len(bench.asked(2)) == 1

    def test_but_not_with_what_was_left(self) -> None:
        bench = Bench()
        bench.follow(head=0)
        bench.client._follower.unfollow(1)
        bench.wait(0)
        assert [frame.ref for frame in bench.take(Unsubscribe)] == [2]
        bench.say(bench.push(1))
        assert numbers(bench) == []
        bench.again()
        bench.wait(0)
        assert bench.asked(2) == []

    def test_asks_again_for_what_was_on_its_way(self) -> None:
        bench = Bench()
        bench.follow(head=10)
        assert [(r.first, r.last) for r in bench.take(Range)] == [(1, 10)]
        bench.again()
        bench.wait(0)
        bench.say(subscribed(2, 10, question=1))
        assert [(r.first, r.last) for r in bench.take(Range)] == [(1, 10)]


class TestEntries:
    def test_each_once_and_a_hole_is_asked_for(self) -> None:
        bench = Bench()
        bench.follow(head=0)
        bench.say(bench.push(1))
        bench.say(bench.push(4, entry(), entry()))
        bench.say(bench.push(4, entry(), entry()))
        assert numbers(bench) == [1, 4, 5]
        assert bench.take(Range) == []
        bench.wait(limits.REPAIR_LINGER_S)
        assert [(r.ref, r.first, r.last) for r in bench.take(Range)] == [(2, 2, 3)]

    def test_a_head_shows_what_a_lost_push_would_have_brought(self) -> None:
        bench = Bench()
        bench.follow(head=3)
        bench.say(bench.push(1, entry(), entry(), entry()))
        bench.take(Range)
        bench.say(Heads([(2, 4, 4), (99, 7, 7), (0, 0, 0)]))
        assert bench.happened(HeadMoved)[-1] == HeadMoved(1, 4, 4)
        bench.wait(limits.REPAIR_LINGER_S)
        assert [(r.first, r.last) for r in bench.take(Range)] == [(4, 4)]

    def test_a_push_that_overtook_the_answer_to_the_subscription_is_asked_for(self) -> None:
        bench = Bench()
        bench.command(FollowRoom(1))
        answer = bench.sealed(subscribed(2, 0))
        bench.say(bench.push(1))
        assert numbers(bench) == []
        bench.client.receive(answer, bench.now)
        bench.carry()
        bench.wait(limits.REPAIR_LINGER_S)
        assert [(r.first, r.last) for r in bench.take(Range)] == [(1, 1)]

    def test_so_is_what_only_a_head_told_of(self) -> None:
        bench = Bench()
        bench.command(FollowRoom(1))
        answer = bench.sealed(subscribed(2, 0))
        bench.say(Heads([(2, 1, 1)]))
        bench.client.receive(answer, bench.now)
        bench.carry()
        bench.wait(limits.REPAIR_LINGER_S)
        assert [(r.first, r.last) for r in bench.take(Range)] == [(1, 1)]

    def test_scrolling_back_moves_the_base_and_asks(self) -> None:
        bench = Bench()
        bench.follow(head=100, backlog=1)
        bench.say(bench.push(100))
        bench.take(Range)
        bench.command(FetchOlder(1, 120))
        bench.command(FetchOlder(1, 90))
        assert bench.happened(BaseMoved) == [BaseMoved(1, 90)]
        assert [(r.first, r.last) for r in bench.take(Range)] == [(90, 99)]
        bench.command(FetchOlder(1, -5))
        assert bench.happened(BaseMoved)[-1] == BaseMoved(1, 1)


class TestForks:
    def fork(self, head: int, agree_to: int) -> Bench:
        bench = Bench(replace(NOTHING, rooms=(stored(head),)), rooms=[1])
        for _ in range(6):
            questions = bench.asked(2)
            if not questions:
                break
            agreed = max((n for n, _ in questions[-1].checkpoints if n <= agree_to), default=0)
            which = questions[-1].question
            bench.say(subscribed(2, agree_to + 5, agreed_to=agreed, question=which))
        return bench

    @pytest.mark.parametrize("agree_to", [0, 1, 42, 99])
    def test_is_found_told_once_and_fetched_from_there(self, agree_to: int) -> None:
        bench = self.fork(100, agree_to)
        assert bench.happened(HistoryForked) == [HistoryForked(1, agree_to)]
        bench.say(bench.push(agree_to + 1))
        assert numbers(bench) == [agree_to + 1]

    def test_an_answer_that_comes_twice_answers_no_later_question(self) -> None:
        bench = Bench(replace(NOTHING, rooms=(stored(100),)), rooms=[1])
        bench.wait(1.2)  # so it is asked twice
        for _ in range(2):
            bench.say(subscribed(2, 95, agreed_to=0))
        assert not bench.happened(HistoryForked)
        *_, question = bench.asked(2)
        assert question.question == 1
        bench.say(subscribed(2, 95, agreed_to=96, question=1))
        assert bench.asked(2)[-1].question == 2

    def test_another_stream_under_the_number_is_another_history(self) -> None:
        bench = Bench(replace(NOTHING, rooms=(stored(9),)), rooms=[1])
        bench.say(subscribed(2, 2, stream=b"stream 2"))
        assert bench.happened(RoomReplaced) == [RoomReplaced(1)]
        assert not bench.happened(HistoryForked)
        assert bench.happened(RoomFollowed)[-1].stream_id == b"stream 2"
        assert [(r.first, r.last) for r in bench.take(Range)] == [(1, 2)]

    @pytest.mark.parametrize("stream", [STREAM, b"stream 2"])
    def test_a_number_that_was_wished_from_goes_with_its_history(self, stream: bytes) -> None:
        """Seed 303857: a log of 25 entries was taken to be complete up to 47."""
        bench = Bench()
        bench.follow(head=200, since=150)
        bench.say(bench.push(200))
        bench.again()
        (question,) = bench.asked(2)
        bench.say(subscribed(2, 20, agreed_to=0, stream=stream, question=question.question))
        assert bench.happened(RoomFollowed)[-1].base == 1
        assert [(r.first, r.last) for r in bench.take(Range)][-1] == (1, 20)

    def test_a_number_beyond_the_log_was_wished_of_another_history(self) -> None:
        """Seed 303857 with other timers: it was wished before the room was ever subscribed."""
        for head, base in ((3, 1), (45, 1), (46, 46)):
            bench = Bench()
            bench.follow(head=head, since=46)
            assert bench.happened(RoomFollowed)[-1].base == base

    def test_a_room_never_held_has_no_fork(self) -> None:
        bench = Bench(rooms=[1])
        bench.say(subscribed(2, 9, agreed_to=0))
        assert not bench.happened(HistoryForked)

    def test_agreeing_with_what_was_never_named_does_no_harm(self) -> None:
        bench = Bench(replace(NOTHING, rooms=(stored(30),)), rooms=[1])
        bench.say(Subscribed(2, STREAM, 1, 1, 33, 33, b"c" * 8, limits.NUMBER_MAX))
        bench.wait(1)
        assert bench.client.link.online


class TestPeople:
    def test_of_one_room_at_a_time(self) -> None:
        bench = Bench()
        bench.command(WatchPeople(1))
        bench.say(subscribed(3, 1, stream=b"people 1"))
        bench.say(bench.changes(3, 1, 1, MemberItem(1, 5, "ben", 2, "lunch")))
        fresh, members = bench.happened(PeopleChanged)
        assert (fresh.fresh, fresh.members) == (True, ())
        assert members.members == (Member(5, "ben", 2, "lunch"),)
        bench.command(WatchPeople(2))
        assert [frame.ref for frame in bench.heard if isinstance(frame, Unsubscribe)] == [3]
        assert {f.ref for f in bench.heard if isinstance(f, Subscribe)} >= {5}
        bench.say(bench.changes(3, 2, 2, MemberItem(2, 6, "eve", 1)))
        assert len(bench.happened(PeopleChanged)) == 2

    def test_an_older_answer_does_not_stand_for_a_newer_question(self) -> None:
        bench = Bench()
        for room in (1, 2, 1):
            bench.command(WatchPeople(room))
        *_, question = bench.asked(3)
        bench.say(subscribed(3, 1, stream=b"people 1"))
        bench.wait(5)
        assert bench.asked(3)[-1] == question, "it is asked on"
        bench.say(subscribed(3, 1, stream=b"people 1", question=question.question))
        assert [event.room for event in bench.happened(PeopleChanged)] == [1]

    def test_nobody_after_nought(self) -> None:
        bench = Bench()
        bench.command(WatchPeople(1))
        bench.command(WatchPeople(0))
        assert [frame.ref for frame in bench.heard if isinstance(frame, Unsubscribe)] == [3]
        bench.heard.clear()
        bench.wait(30)
        assert bench.asked(3) == []
