"""Whatever comes in whatever order, posts are handed on as 1, 2, 3, … and each of them once."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from protocol import limits
from protocol.frames import Post
from server.post_intake import PostIntake, StagedPost, StagingRoom

BYTES_MAX = 96 * 1024


def new_intake(last: int = 0, bytes_max: int = BYTES_MAX) -> PostIntake:
    return PostIntake(last, 0, bytes_max, StagingRoom(1 << 30))


def post(
    seq: int, text: str = "hello", *, part: int = 0, parts: int = 1, post_id: int | None = None
) -> Post:
    return Post(seq, 1000 + seq if post_id is None else post_id, 1, 1, text, part, parts)


def hand_on_all(intake: PostIntake) -> list[StagedPost]:
    handed_on = []
    while (ready := intake.ready()) is not None:
        intake.hand_on(ready)
        handed_on.append(ready)
    return handed_on


class TestOrder:
    def test_the_next_one_is_handed_on_at_once(self) -> None:
        intake = new_intake(last=41)
        intake.stage(post(42, "now"))
        (ready,) = hand_on_all(intake)
        assert (ready.client_seq, ready.post_id, ready.texts) == (42, 1042, ["now"])
        assert (intake.next, intake.bytes_held) == (43, 0)

    def test_early_ones_wait(self) -> None:
        intake = new_intake()
        intake.stage(post(3))
        intake.stage(post(2))
        assert intake.ready() is None
        intake.stage(post(1))
        assert [ready.client_seq for ready in hand_on_all(intake)] == [1, 2, 3]

    def test_what_was_handed_on_is_not_taken_again(self) -> None:
        intake = new_intake()
        for _ in range(2):
            intake.stage(post(1))
            hand_on_all(intake)
        assert intake.next == 2

    def test_one_that_comes_through_though_it_was_taken_back_is_not_waited_for(self) -> None:
        # Handed on again after one batch was lost, it stands in line when the next one is lost,
        # which holds its first, stale copy.
        intake = new_intake(last=33)
        intake.stage(post(34))
        hand_on_all(intake)
        intake.reset(33, 0)
        intake.stage(post(34))
        intake.stage(post(35))
        intake.on_committed(34, 1034)
        assert [ready.client_seq for ready in hand_on_all(intake)] == [35]
        assert (intake.next, intake.bytes_held) == (36, 0)

    @pytest.mark.parametrize("ahead", [limits.POSTS_AHEAD_MAX, 10**6, limits.NUMBER_MAX - 1])
    def test_what_is_too_far_ahead_is_dropped(self, ahead: int) -> None:
        intake = new_intake()
        intake.stage(post(1 + ahead))
        assert intake.bytes_held == 0
        intake.stage(post(limits.POSTS_AHEAD_MAX))
        assert intake.bytes_held > 0

    @settings(max_examples=40)
    @given(st.randoms(use_true_random=False), st.integers(1, 100))
    def test_a_device_that_repeats_until_answered_gets_everything_through(
        self, random: Random, count: int
    ) -> None:
        intake, handed_on = new_intake(), list[int]()
        rounds = 0
        while intake.next <= count:
            wanted = [post(seq) for seq in range(intake.next, count + 1)]
            random.shuffle(wanted)
            for frame in wanted[: random.randint(1, len(wanted))]:
                intake.stage(frame)
                handed_on += [ready.client_seq for ready in hand_on_all(intake)]
            rounds += 1
            assert rounds < 1000
        assert handed_on == [*range(1, count + 1)]


class TestParts:
    @given(st.permutations([*range(5), 0, 3]))
    def test_are_put_together_in_any_order(self, order: list[int]) -> None:
        intake = new_intake()
        for part in order:
            intake.stage(post(1, f"part {part}", part=part, parts=5))
        (ready,) = hand_on_all(intake)
        assert ready.texts == [f"part {part}" for part in range(5)]

    def test_a_missing_one_is_waited_for(self) -> None:
        intake = new_intake()
        intake.stage(post(1, part=0, parts=2))
        intake.stage(post(2))
        assert intake.ready() is None
        intake.stage(post(1, part=1, parts=2))
        assert [ready.client_seq for ready in hand_on_all(intake)] == [1, 2]

    def test_a_part_beyond_the_last_is_dropped(self) -> None:
        intake = new_intake()
        intake.stage(post(1, part=2, parts=2))
        assert intake.bytes_held == 0

    def test_the_first_copy_of_a_part_counts(self) -> None:
        intake = new_intake()
        for text in ("first", "second"):
            intake.stage(post(1, text, part=0, parts=2))
        intake.stage(post(1, "end", part=1, parts=2))
        (ready,) = hand_on_all(intake)
        assert ready.texts == ["first", "end"]

    def test_another_post_under_the_same_number_takes_its_place(self) -> None:
        """A device that lost its outbox, and numbers anew."""
        intake = new_intake()
        intake.stage(post(1, "old", part=0, parts=2, post_id=1))
        intake.stage(post(1, "new", part=1, parts=2, post_id=2))
        assert intake.ready() is None, "parts of two posts are never mixed"
        intake.stage(post(1, "whole", post_id=3))
        (ready,) = hand_on_all(intake)
        assert (ready.post_id, ready.texts) == (3, ["whole"])
        assert intake.bytes_held == 0

    def test_the_longest_message_passes(self) -> None:
        intake = new_intake()
        for part in range(limits.PARTS_MAX):
            intake.stage(post(1, "x" * 963, part=part, parts=limits.PARTS_MAX))
        assert len(hand_on_all(intake)) == 1

    def test_one_that_is_too_long_is_handed_on_to_be_refused(self) -> None:
        """Were it dropped, the device would send it for ever, and nothing after it."""
        intake = new_intake()
        for part in range(limits.PARTS_MAX):
            intake.stage(post(1, "x" * 1000, part=part, parts=limits.PARTS_MAX))
        assert len(hand_on_all(intake)) == 1


class TestBytes:
    def test_when_there_is_no_room_the_farthest_post_goes(self) -> None:
        intake = new_intake(bytes_max=3 * 1100)
        for seq in (4, 3, 2):
            intake.stage(post(seq, "x" * 1000))
        intake.stage(post(1, "x" * 1000))
        assert [ready.client_seq for ready in hand_on_all(intake)] == [1, 2, 3]

    def test_the_farthest_is_not_taken_where_there_is_no_room(self) -> None:
        intake = new_intake(bytes_max=2 * 1100)
        for seq in (2, 3, 4):
            intake.stage(post(seq, "x" * 1000))
        intake.stage(post(1, ""))
        assert [ready.client_seq for ready in hand_on_all(intake)] == [1, 2, 3]

    def test_the_next_post_always_finds_room(self) -> None:
        intake = new_intake()
        for seq in range(2, 64):
            for part in range(limits.PARTS_MAX):
                intake.stage(post(seq, "x" * 1000, part=part, parts=limits.PARTS_MAX))
        for part in range(limits.PARTS_MAX):
            intake.stage(post(1, "x" * 960, part=part, parts=limits.PARTS_MAX))
        assert hand_on_all(intake)[0].client_seq == 1


class TestReset:
    def test_after_a_lost_batch_everything_comes_again(self) -> None:
        intake = new_intake()
        for seq in (1, 2, 3, 5):
            intake.stage(post(seq))
        hand_on_all(intake)
        intake.on_committed(2, 1002)
        intake.reset(intake.committed, intake.last_post_id)
        assert (intake.next, intake.bytes_held, intake.committed_or_written) == (3, 0, 2)
        assert intake.last_post_id == 1002
        for seq in (3, 4, 5):
            intake.stage(post(seq))
        assert [ready.client_seq for ready in hand_on_all(intake)] == [3, 4, 5]


class IntakeMachine(RuleBasedStateMachine):
    """Any frames in any order, and commits and lost batches in between."""

    def __init__(self) -> None:
        super().__init__()
        self.intake = new_intake(bytes_max=20_000)
        self.handed_on: list[int] = []

    @rule(
        ahead=st.integers(-3, 70),
        length=st.sampled_from([0, 10, 1000]),
        part=st.integers(0, 3),
        parts=st.integers(1, 3),
        post_id=st.integers(0, 1),
    )
    def stage(self, ahead: int, length: int, part: int, parts: int, post_id: int) -> None:
        seq = max(1, self.intake.next + ahead)
        self.intake.stage(post(seq, "x" * length, part=part, parts=parts, post_id=post_id))

    @rule(parts=st.integers(1, 3))
    def stage_the_next_whole(self, parts: int) -> None:
        for part in range(parts):
            self.intake.stage(post(self.intake.next, part=part, parts=parts, post_id=9))
        ready = self.intake.ready()
        assert ready is not None
        assert ready.post_id == 9

    @rule()
    def hand_on(self) -> None:
        ready = self.intake.ready()
        if ready is not None:
            assert len(ready.texts) == len(ready.parts)
            self.intake.hand_on(ready)
            self.handed_on.append(ready.client_seq)

    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        if self.intake.committed < self.intake.next - 1:
            upto = data.draw(st.integers(self.intake.committed + 1, self.intake.next - 1))
            self.intake.on_committed(upto, upto)

    @rule()
    def lose_the_batch(self) -> None:
        committed = self.intake.committed
        self.intake.reset(committed, self.intake.last_post_id)
        del self.handed_on[committed:]

    @invariant()
    def dense_and_once(self) -> None:
        assert self.handed_on == [*range(1, self.intake.next)]

    @invariant()
    def bounded(self) -> None:
        staged = self.intake._staged
        assert len(staged) <= limits.POSTS_AHEAD_MAX
        assert all(self.intake.next <= seq for seq in staged)
        assert self.intake.bytes_held == sum(held.bytes_held for held in staged.values())
        assert self.intake.bytes_held <= self.intake.bytes_max


TestAnything = IntakeMachine.TestCase
TestAnything.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
