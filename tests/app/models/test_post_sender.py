"""Which posts are sent when: window, early repeat, back-off, pauses, parts, what is held back."""

from __future__ import annotations

import pytest

from app.models.post_sender import PostSender
from app.models.records import OutboxPost
from protocol import limits
from protocol.errors import Refusal
from protocol.flow import Flow
from protocol.frames import EntryKind, PostFlag


def post(seq: int, text: str = "hello", kind: int = EntryKind.MESSAGE) -> OutboxPost:
    return OutboxPost(seq, 1000 + seq, b"stream 1", "general", kind, text, 5)


def sender(*numbers: int, known_to: int = 0) -> PostSender:
    posts = PostSender()
    for seq in numbers:
        posts.add(post(seq))
    posts.restart(0.0, known_to=known_to)
    return posts


def due(posts: PostSender, now: float) -> list[int]:
    """Send what is due."""
    numbers = [each.client_seq for each in posts.due(now)]
    for seq in numbers:
        posts.transmitted(seq, now, Flow())
    return numbers


def clean_path() -> Flow:
    flow = Flow()
    for counter in range(30):
        flow.on_received(counter, True, 0.0, 0.0)
    flow.round_trip.sample(0.001)
    return flow


def waited(posts: PostSender, seq: int) -> bool:
    """What all parts of the post say."""
    (said,) = {bool(frame.flags & PostFlag.WAITED) for frame in posts.frames(seq, 7)}
    return said


class TestWindow:
    def test_is_sixty_four_ahead_of_the_first_that_waits(self) -> None:
        posts = sender(*range(5, 205))
        assert due(posts, 0.0) == list(range(5, 69))
        assert posts.settle(6, 0.0) == post(6)
        assert due(posts, 0.1) == []
        posts.settle(5, 0.0)
        assert due(posts, 0.1) == [69, 70]

    def test_is_in_order_however_they_were_added(self) -> None:
        assert due(sender(9, 7, 8), 0.0) == [7, 8, 9]

    def test_posts_the_server_may_know_go_first_alone(self) -> None:
        posts = sender(3, 4, 5, 6, known_to=4)
        assert due(posts, 0.0) == [3, 4]
        posts.settle(3, 0.0)
        assert due(posts, 0.1) == []
        posts.settle(4, 0.0)
        assert due(posts, 0.1) == [5, 6]


class TestWaited:
    """Whether a post was there when the session began: then it may stand in the log."""

    def test_what_was_there_says_so_and_goes_on_saying_so(self) -> None:
        posts = PostSender()
        posts.add(post(1))
        posts.add(post(2, "x" * 1500))
        assert not waited(posts, 1)
        posts.restart(0.0, known_to=0)
        posts.add(post(3))
        assert [waited(posts, seq) for seq in (1, 2, 3)] == [True, True, False]
        posts.renumber(((2, 5), (3, 6)))
        posts.add(post(5, kind=EntryKind.VOID))
        assert [waited(posts, seq) for seq in (1, 5, 6)] == [True, True, False]
        posts.restart(1.0, known_to=0)
        assert waited(posts, 6)


class TestRepeating:
    def test_a_lone_post_once_early_and_then_by_the_timer(self) -> None:
        posts = sender(1)
        times: list[float] = []
        while len(times) < 6:
            now = posts.next_timer()
            assert now is not None
            if due(posts, now):
                times.append(now)
        early = limits.POST_REPEAT_S
        assert times == pytest.approx([0, early, early + 1, early + 3, early + 7, early + 15])

    def test_early_more_often_where_much_is_lost(self) -> None:
        posts = sender(1)
        flow = Flow()
        flow.loss_ratio = 0.2
        now = 0.0
        waits = []
        for _ in range(5):
            posts.transmitted(1, now, flow)
            due_at = posts.next_timer()
            assert due_at is not None
            waits.append(due_at - now)
            now = due_at
        early = limits.POST_REPEAT_S
        assert waits == pytest.approx([early, early, early, 1, 2])

    def test_two_early_three_not(self) -> None:
        for count, early in ((2, True), (3, False)):
            posts = sender(*range(1, count + 1))
            due(posts, 0.0)
            assert bool(due(posts, limits.POST_REPEAT_S)) is early
            assert bool(due(posts, 1.1)) is True

    def test_not_early_where_answers_were_slow_in_this_session(self) -> None:
        clean = clean_path()
        posts = sender(1, 2)
        posts.transmitted(1, 0.0, clean)
        posts.settle(1, 0.1)
        posts.transmitted(2, 0.2, clean)
        planned = posts.next_timer()
        assert planned is not None and planned > 0.2 + 0.1, "it takes that long to answer"
        posts.restart(1.0, known_to=0)
        posts.transmitted(2, 1.0, clean)
        assert posts.next_timer() == pytest.approx(1.0 + limits.POST_REPEAT_S)

    def test_a_pause_is_not_taken_for_the_time_of_an_answer(self) -> None:
        clean = clean_path()
        posts = sender(1, 2)
        posts.transmitted(1, 0.0, clean)
        posts.pause(5.0)
        posts.transmitted(1, 5.0, clean)
        posts.settle(1, 5.001)
        posts.transmitted(2, 6.0, clean)
        assert posts.next_timer() == pytest.approx(6.0 + limits.POST_REPEAT_S)

    def test_an_answer_ends_it_once(self) -> None:
        posts = sender(1)
        due(posts, 0.0)
        assert posts.settle(1, 0.0) == post(1)
        assert posts.settle(1, 0.0) is None
        assert posts.next_timer() is None
        assert len(posts) == 0

    def test_a_new_session_begins_anew(self) -> None:
        posts = sender(1, 2)
        for now in (0.0, 1.0, 5.0, 30.0):
            due(posts, now)
        posts.pause(99.0)
        posts.restart(31.0, known_to=0)
        assert due(posts, 31.0) == [1, 2]
        assert posts.next_timer() == pytest.approx(31 + limits.POST_REPEAT_S)

    def test_the_same_post_again_is_nothing_and_another_takes_its_place(self) -> None:
        posts = sender(1)
        due(posts, 0.0)
        posts.add(post(1))
        assert due(posts, 0.001) == []
        posts.add(post(1, "", EntryKind.VOID))
        assert due(posts, 0.001) == [1]
        assert [frame.kind for frame in posts.frames(1, 7)] == [EntryKind.VOID]


class TestWaiting:
    def test_nothing_while_paused(self) -> None:
        posts = sender(1, 2)
        posts.pause(3.0)
        posts.pause(2.0)
        assert due(posts, 2.9) == []
        assert posts.next_timer() == 3.0
        assert due(posts, 3.0) == [1, 2]

    def test_a_post_that_is_postponed_holds_up_no_other(self) -> None:
        posts = sender(1, 2)
        posts.postpone(1, 0.2)
        assert due(posts, 0.0) == [2]
        assert due(posts, 0.2) == [1, 2]


class TestTimes:
    """What an answer took is known only if the post left in this session, unasked."""

    @staticmethod
    def is_repeated_early(posts: PostSender) -> bool:
        """Whether the next post is: answers are not known to be slow."""
        posts.add(post(2))
        posts.transmitted(2, 1.0, clean_path())
        return posts.due(1.0 + limits.POST_REPEAT_S) == [post(2)]

    def test_a_slow_answer_counts(self) -> None:
        posts = sender(1)
        due(posts, 0.0)
        posts.settle(1, 0.9)
        assert not self.is_repeated_early(posts)

    def test_not_of_a_post_that_left_in_the_session_before(self) -> None:
        posts = sender(1)
        due(posts, 0.0)
        posts.restart(0.8, known_to=0)
        posts.settle(1, 0.9)
        assert self.is_repeated_early(posts)

    def test_not_of_one_that_the_server_wants_later(self) -> None:
        posts = sender(1)
        due(posts, 0.0)
        posts.ask_again(1, 5.0)
        posts.settle(1, 0.9)
        assert self.is_repeated_early(posts)


class TestParts:
    def test_of_a_long_text(self) -> None:
        posts = PostSender()
        text = "ä" * 1200
        posts.add(post(1, text))
        frames = posts.frames(1, 7)
        assert "".join(frame.text for frame in frames) == text
        assert [(f.part, f.parts, f.room, f.post_id) for f in frames] == [
            (0, 3, 7, 1001), (1, 3, 7, 1001), (2, 3, 7, 1001),
        ]  # fmt: skip

    def test_what_left_is_not_sent_again_before_the_rest(self) -> None:
        posts = PostSender()
        posts.add(post(1, "x" * 4500))
        frames = posts.frames(1, 7)
        posts.part_transmitted(frames[0], 0.0, Flow())
        posts.part_transmitted(frames[1], 0.0, Flow())
        assert due(posts, 0.0) == [1]  # unfinished, so it is due; ``due`` says all of it left
        posts.part_transmitted(frames[2], 9.0, Flow())
        assert [frame.part for frame in posts.frames(1, 7)] == [3, 4]
        for frame in posts.frames(1, 7):
            posts.part_transmitted(frame, 9.0, Flow())
        assert len(posts.frames(1, 7)) == 5
        assert posts.due(9.0) == []

    def test_another_room_number_or_a_new_session_begins_with_the_first(self) -> None:
        posts = PostSender()
        posts.add(post(1, "x" * 4500))
        posts.part_transmitted(posts.frames(1, 7)[0], 0.0, Flow())
        assert [frame.part for frame in posts.frames(1, 8)] == [0, 1, 2, 3, 4]
        posts.part_transmitted(posts.frames(1, 8)[0], 0.0, Flow())
        posts.restart(1.0, known_to=0)
        assert len(posts.frames(1, 8)) == 5


class TestNumbers:
    def test_new_ones_keep_the_posts(self) -> None:
        posts = sender(5, 6, 7)
        posts.renumber(((5, 6), (6, 7), (7, 8)))
        assert [each.client_seq for each in posts.posts()] == [6, 7, 8]
        assert [each.post_id for each in posts.posts()] == [1005, 1006, 1007]
        assert posts.greatest == 8

    def test_of_others_change_nothing(self) -> None:
        posts = sender(5)
        due(posts, 0.0)
        posts.renumber(((9, -1),))
        assert due(posts, 0.001) == []

    def test_a_withdrawn_post_stays_withdrawn_and_its_old_number_is_free(self) -> None:
        posts = sender(5)
        posts.withdrawn[5] = Refusal.NO_SUCH_ROOM
        assert [f.kind for f in posts.frames(5, 0)] == [EntryKind.VOID]
        posts.renumber(((5, 3),))
        assert [f.kind for f in posts.frames(3, 0)] == [EntryKind.VOID]
        posts.add(post(5))
        assert [f.kind for f in posts.frames(5, 1)] == [EntryKind.MESSAGE]
