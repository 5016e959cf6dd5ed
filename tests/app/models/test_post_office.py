"""Posts, their numbers and their answers: exactly once, whatever was copied back where."""

from __future__ import annotations

import pytest

from app.models.commands import FollowRoom, Rename
from app.models.events import PostAccepted, PostDelayed, PostRefused
from app.models.post_office import SETTLED_MAX
from app.models.records import StoredRoom
from app.structs import replace
from protocol import limits
from protocol.errors import Refusal
from protocol.frames import (
    EntryFlag,
    EntryKind,
    Post,
    Receipt,
    Refused,
    SignIn,
    SlowDown,
    Subscribe,
    Who,
)
from tests.app.models.client_bench import DEVICE, STREAM, Bench, a_post, entry, with_outbox
from tests.app.models.scripted_server import NOTHING, subscribed


class TestSending:
    def test_what_waited_goes_out_in_order_once_the_room_is_known(self) -> None:
        bench = Bench(with_outbox(*(a_post(seq) for seq in range(1, 101))))
        assert bench.posted() == []
        bench.general()
        bench.wait(0)
        bench.say(Receipt(1, 1, 1))
        numbers = bench.posted()
        assert numbers == sorted(numbers)
        assert max(numbers) <= 1 + limits.POSTS_AHEAD_MAX

    def test_many_small_ones_share_a_datagram(self) -> None:
        bench = Bench(with_outbox(*(a_post(seq) for seq in range(1, 11))))
        bench.say(subscribed(0, 1, stream=b"listing!"))
        bench.seen.clear()
        bench.list_rooms((1, STREAM, "general"), answer=False)
        assert bench.posted() == list(range(1, 11))
        assert len(bench.seen) == 1

    def test_refused_ones_only_wait_for_their_person(self) -> None:
        refused = replace(a_post(1), refused=Refusal.TEXT_NOT_ALLOWED)
        bench = Bench(with_outbox(refused, a_post(2)), last_client_seq=1).general()
        bench.wait(0)
        assert set(bench.posted()) <= {2}
        assert bench.client.posts_waiting == 1

    def test_a_long_text_gets_through_a_narrow_window(self) -> None:
        bench = Bench().general()
        session = bench.client.link.traffic.session
        assert session is not None
        session.flow.window = 4.0
        session.flow._threshold = 4.0
        bench.heard.clear()
        bench.send(a_post(1, "x" * limits.MESSAGE_BYTES_MAX))
        parts: set[int] = set()
        for _ in range(12):
            parts |= {frame.part for frame in bench.take(Post)}
            assert bench.session is not None
            for datagram, _ in bench.session.datagrams_to_send(bench.now):
                bench.core.receive(datagram, bench.now)
            session.flow.window = 4.0  # a path that loses keeps it there
            bench.wait(0.4)
        assert parts == set(range(17))

    def test_who_waits_for_the_window_sleeps_until_the_report(self) -> None:
        bench = Bench().general()
        session = bench.client.link.traffic.session
        assert session is not None
        while session.flow.may_send:
            bench.client.link.traffic.send([Who([1])], bench.now)
        bench.carry()
        bench.heard.clear()
        bench.send(a_post(1))
        bench.command(FollowRoom(2))
        due_at = bench.client.next_timer()
        assert due_at is not None
        assert due_at - bench.now > 0.02, "a timer for each round trip is a busy loop on a LAN"
        assert not [frame for frame in bench.heard if isinstance(frame, Post | Subscribe)]
        assert bench.session is not None
        for datagram, _ in bench.session.datagrams_to_send(bench.now):
            bench.core.receive(datagram, bench.now)
        bench.carry()
        kinds = {type(frame) for frame in bench.heard}
        assert {Post, Subscribe} <= kinds

    def test_a_fresh_post_is_repeated_early_and_settled_once(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1))
        assert bench.posted() == [1]
        bench.wait(limits.POST_REPEAT_S)
        assert bench.posted() == [1]
        bench.say(Receipt(1, 1, 7))
        bench.say(Receipt(1, 1, 7))
        assert bench.happened(PostAccepted) == [PostAccepted(1, 1, 7)]
        bench.wait(60)
        assert bench.posted() == []

    def test_a_full_server_stops_all_and_loses_nothing(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1))
        bench.say(SlowDown(1, 3000, Refusal.SERVER_FULL))
        assert bench.happened(PostDelayed) == [PostDelayed(1, 3.0, Refusal.SERVER_FULL)]
        bench.posted()
        bench.send(a_post(2))
        bench.wait(2.9)
        assert bench.posted() == []
        bench.wait(0.2)
        assert set(bench.posted()) == {1, 2}

    def test_who_posts_too_fast_waits_with_the_post_that_was_named(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1))
        bench.say(SlowDown(1, 3000))
        bench.posted()
        bench.wait(2.9)
        assert bench.posted() == []
        bench.wait(0.2)
        assert set(bench.posted()) == {1}


class TestRooms:
    def test_a_post_for_a_room_that_does_not_exist_uses_up_its_number(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, room="nowhere"), a_post(2))
        void, message = bench.take(Post)[:2]
        assert (void.client_seq, void.kind, void.text, void.room) == (1, EntryKind.VOID, "", 0)
        assert (message.client_seq, message.kind, message.room) == (2, EntryKind.MESSAGE, 1)
        bench.say(Refused(1, Refusal.WITHDRAWN))
        assert bench.happened(PostRefused) == [PostRefused(1, Refusal.NO_SUCH_ROOM)]

    def test_nothing_is_withdrawn_before_the_list_of_rooms_is_complete(self) -> None:
        bench = Bench()
        bench.send(a_post(1, room="late"))
        bench.say(subscribed(0, 2, stream=b"listing!"))
        bench.wait(3)
        assert bench.posted() == []
        bench.list_rooms((1, STREAM, "general"), (2, b"stream 2", "late"), answer=False)
        assert [frame.room for frame in bench.take(Post)] == [2]

    def test_a_room_that_an_earlier_post_creates_is_waited_for(self) -> None:
        bench = Bench().general()
        create = a_post(1, "Pier", kind=EntryKind.CREATED, room="")
        bench.send(create, a_post(2, room="pier"))
        bench.wait(3)
        assert set(bench.posted()) == {1}
        bench.say(Receipt(1, 6, 1))
        bench.wait(0.2)
        assert {(f.client_seq, f.room, f.kind) for f in bench.take(Post)} == {(2, 6, 1)}

    def test_and_not_for_ever_if_it_is_refused(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1, "?", kind=EntryKind.CREATED, room=""), a_post(2, room="?"))
        bench.say(Refused(1, Refusal.NAME_NOT_ALLOWED))
        bench.wait(0.2)
        assert {f.kind for f in bench.take(Post) if f.client_seq == 2} == {EntryKind.VOID}

    def test_a_stream_whose_number_is_anothers_now_is_not_written_into(self) -> None:
        bench = Bench().general()
        bench.list_rooms((1, b"stream 9", "private"), first=2, answer=False)
        bench.send(replace(a_post(1), stream_id=STREAM))
        assert [frame.kind for frame in bench.take(Post)] == [EntryKind.VOID]

    def test_a_remembered_number_counts_only_when_this_server_shows_it(self) -> None:
        room = StoredRoom(1, STREAM, 1, "general", "", True, 1, 0, 0, 0, (), ())
        bench = Bench(replace(NOTHING, rooms=(room,)))
        bench.send(replace(a_post(1), stream_id=STREAM))
        assert not bench.take(Post)
        # The server came back from a backup, and two rooms were made in another order since.
        bench.list_rooms((1, b"stream 9", "private"), (2, STREAM, "general"))
        assert [(frame.room, frame.kind) for frame in bench.take(Post)] == [(2, EntryKind.MESSAGE)]

    def test_nor_does_a_number_of_before_the_server_was_restarted(self) -> None:
        bench = Bench().general()
        bench.again()
        bench.send(a_post(1))
        bench.say(subscribed(0, 1, stream=b"another!", question=bench.questions[0]))
        assert not bench.take(Post)
        bench.list_rooms((3, STREAM, "general"), answer=False)
        assert [frame.room for frame in bench.take(Post)] == [3]

    def test_a_post_whose_number_is_taken_needs_no_room_to_learn_it(self) -> None:
        # Else it would wait for the room that an earlier post is to create, and that one, whose
        # number is taken as well, for this one: the posts that get new numbers get them together.
        posts = (a_post(1, "new", kind=EntryKind.CREATED, room=""), a_post(2, room="new"))
        bench = Bench(with_outbox(*posts), last_client_seq=2).general()
        bench.say(Refused(1, Refusal.NUMBER_REUSED))
        bench.wait(1)
        assert 2 in {frame.client_seq for frame in bench.take(Post)}
        bench.say(Refused(2, Refusal.NUMBER_REUSED))
        assert [wish.numbers for wish in bench.wishes] == [((1, 3), (2, 4))]


class TestReceipts:
    def test_our_own_entry_is_one(self) -> None:
        bench = Bench().general()
        bench.follow()
        bench.send(a_post(1), a_post(2))
        bench.say(bench.push(1, entry(1, device=DEVICE), entry(2, device=7)))
        assert bench.happened(PostAccepted) == [PostAccepted(1, 1, 1)]

    def test_of_several_parts_only_the_last_counts(self) -> None:
        bench = Bench().general()
        bench.follow()
        bench.send(a_post(1))
        bench.say(bench.push(1, entry(1, device=DEVICE, flags=EntryFlag.CONTINUES)))
        assert not bench.happened(PostAccepted)
        bench.say(bench.push(2, entry(1, device=DEVICE)))
        assert bench.happened(PostAccepted) == [PostAccepted(1, 1, 2)]

    def test_numbers_of_before_the_sign_in_prove_nothing(self) -> None:
        bench = Bench(with_outbox(a_post(5)), last_client_seq=5).general()
        bench.follow(head=3)
        bench.say(bench.push(1, entry(4, device=DEVICE), entry(5, device=DEVICE), entry()))
        assert not bench.happened(PostAccepted)
        bench.say(Receipt(5, 1, 2))
        assert bench.happened(PostAccepted) == [PostAccepted(5, 1, 2)]


class TestNumbers:
    def test_a_restored_server_gets_them_anew_and_nothing_before_the_disk_has_them(self) -> None:
        bench = Bench(with_outbox(a_post(5), a_post(6)), last_client_seq=2).general()
        (wish,) = bench.wishes
        assert wish.numbers == ((5, 3), (6, 4))
        bench.wait(10)
        assert bench.posted() == []
        bench.renumbered(wish)
        assert [(f.client_seq, f.post_id) for f in bench.take(Post)] == [(3, 1005), (4, 1006)]

    def test_what_the_store_moved_by_itself_is_no_answer(self) -> None:
        bench = Bench(with_outbox(a_post(5), a_post(6)), last_client_seq=2).general()
        (wish,) = bench.wishes
        moved = type(wish)(((4, 0),))  # a refused one, out of the way
        bench.renumbered(moved, unasked=True)
        bench.wait(10)
        assert bench.posted() == []
        assert bench.wishes == [wish]  # a second one would be about numbers that are moving
        bench.renumbered(wish)
        assert bench.posted() == [3, 4]

    def test_a_session_that_begins_meanwhile_asks_for_nothing_twice(self) -> None:
        bench = Bench(with_outbox(a_post(5), a_post(6)), last_client_seq=2)
        bench.again(last_client_seq=2)
        bench.general()
        (wish,) = bench.wishes
        assert bench.posted() == []
        bench.renumbered(wish)
        assert bench.posted() == [3, 4]
        assert len(bench.wishes) == 1

    def test_and_once_answered_it_is_looked_at_again(self) -> None:
        bench = Bench(with_outbox(a_post(5), a_post(6)), last_client_seq=2)
        bench.again(last_client_seq=1)
        bench.general()
        bench.renumbered(bench.wishes[0])
        assert bench.posted() == []
        assert bench.wishes[1].numbers == ((3, 2), (4, 3))
        bench.renumbered(bench.wishes[1])
        assert bench.posted() == [2, 3]

    def test_a_number_that_is_anothers_moves_behind_all_answered_ones(self) -> None:
        posts = [a_post(seq) for seq in (4, 5, 6, 7)]
        bench = Bench(with_outbox(*posts), last_client_seq=5)
        bench.list_rooms((1, STREAM, "general"))
        assert set(bench.posted()) == {4, 5}
        bench.say(Refused(5, Refusal.NUMBER_REUSED))
        assert not bench.wishes  # 4 may have to move as well
        bench.wait(5)
        assert set(bench.posted()) == {4}
        bench.say(Refused(4, Refusal.NUMBER_REUSED))
        (wish,) = bench.wishes
        assert wish.numbers == ((4, 6), (5, 7), (6, 8), (7, 9))
        bench.renumbered(wish)
        assert [f.post_id for f in bench.take(Post)] == [1004, 1005, 1006, 1007]
        assert not bench.happened(PostRefused)

    def test_a_refusal_that_comes_twice_moves_nothing_twice(self) -> None:
        bench = Bench(with_outbox(a_post(3)), last_client_seq=4).general()
        bench.say(Refused(3, Refusal.NUMBER_REUSED), Refused(3, Refusal.NUMBER_REUSED))
        (wish,) = bench.wishes
        bench.renumbered(wish)
        bench.send(a_post(6))
        assert set(bench.posted()) == {5, 6}
        bench.say(Receipt(6, 1, 9))  # that of 5 is late
        assert len(bench.wishes) == 1

    def test_on_new_keys_nothing_goes_out_before_the_server_says_where_it_stands(self) -> None:
        bench = Bench(last_client_seq=2).general()
        bench.session = None
        # Silence: new keys are made beside the old ones, perhaps with a server restored since.
        bench.send(a_post(3))
        bench.wait(limits.SILENCE_MAX_S + 1)
        assert bench.take(SignIn)
        bench.send(a_post(4))
        bench.wait(1)
        assert bench.posted() == []
        bench.let_in(last_client_seq=1)
        (wish,) = bench.general().wishes
        assert wish.numbers == ((3, 2), (4, 3))
        bench.renumbered(wish)
        assert bench.posted() == [2, 3]

    @pytest.mark.parametrize("answer", [Refused(1, Refusal.WITHDRAWN), Receipt(1, 1, 9)])
    def test_what_was_answered_while_it_was_given_up_holds_up_nothing(
        self, answer: Receipt | Refused
    ) -> None:
        bench = Bench().general()
        bench.send(a_post(1))
        bench.say(answer)
        bench.take(Post)
        # The disk heard that it is given up before it heard the answer, and passes it on.
        bench.send(a_post(1, "", kind=EntryKind.VOID))
        bench.wait(5)
        assert bench.posted() == []
        bench.send(a_post(2))
        bench.again(last_client_seq=0)  # restored from a backup
        (wish,) = bench.general().wishes
        assert wish.numbers == ((2, 1),)

    def test_what_says_something_is_sent_though_its_id_was_answered_for(self) -> None:
        bench = Bench().general()
        bench.send(a_post(1))
        bench.say(Receipt(1, 1, 9))
        bench.take(Post)
        bench.send(replace(a_post(2), post_id=1001))
        assert bench.posted() == [2]

    def test_of_very_many_answers_the_first_is_forgotten_and_asked_for_again(self) -> None:
        bench = Bench().general()
        for seq in range(1, SETTLED_MAX + 2):
            bench.send(a_post(seq))
            bench.say(Receipt(seq, 1, seq))
        bench.take(Post)
        bench.send(a_post(2, "", kind=EntryKind.VOID))
        assert bench.posted() == []
        bench.send(a_post(1, "", kind=EntryKind.VOID))
        assert bench.posted() == [1]

    def test_a_hole_before_a_new_post_is_closed(self) -> None:
        bench = Bench(last_client_seq=2).general()
        bench.send(a_post(9))
        assert bench.posted() == []
        assert bench.wishes[0].numbers == ((9, 3),)

    def test_reuse_in_this_very_session_is_nonsense(self) -> None:
        bench = Bench(last_client_seq=2).general()
        bench.send(a_post(3))
        bench.say(Refused(3, Refusal.NUMBER_REUSED))
        assert not bench.wishes
        bench.posted()
        bench.wait(2)
        assert set(bench.posted()) == {3}

    def test_a_welcome_that_was_overtaken_by_an_answer_sets_nothing_back(self) -> None:
        bench = Bench(last_client_seq=4).general()
        bench.send(a_post(5))
        bench.command(Rename("anna2"))
        bench.wait(0)
        late = bench.sealed(bench.welcome_frame(name="anna2", last=4))
        bench.say(Receipt(5, 1, 1))
        bench.client.receive(late, bench.now)
        bench.carry()
        bench.general()
        bench.send(a_post(6))
        assert not bench.wishes
        assert bench.posted() == [6]

    def test_but_one_of_a_restored_server_does(self) -> None:
        bench = Bench(last_client_seq=4).general()
        bench.send(a_post(5))
        bench.say(Receipt(5, 1, 1))
        bench.wait(1)
        bench.again(last_client_seq=2)
        bench.send(a_post(6))
        assert bench.wishes[0].numbers == ((6, 3),)


@pytest.mark.parametrize("code", [code for code in Refusal if code != Refusal.NUMBER_REUSED])
def test_a_refusal_is_told_once_and_uses_up_the_number(code: Refusal) -> None:
    bench = Bench().general()
    bench.send(a_post(1))
    bench.say(Refused(1, code))
    bench.say(Refused(1, code))
    assert bench.happened(PostRefused) == [PostRefused(1, code)]
    bench.send(a_post(2))
    assert not bench.wishes
    assert bench.posted()[-1] == 2
