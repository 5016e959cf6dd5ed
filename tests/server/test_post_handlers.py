"""Posts: each once, in order, and answered when they are on disk."""

from __future__ import annotations

from random import Random

from protocol import limits
from protocol.errors import Refusal
from protocol.frames import (
    EntryFlag,
    EntryKind,
    Post,
    Push,
    Receipt,
    Refused,
    SignIn,
    SlowDown,
    Who,
)
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import TIME_MS, UNLIMITED, VISIBLE_AND_WAITED, ServerPair, messages


class TestCommitThenTell:
    def test_nothing_is_told_before_the_commit(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        ada.take()
        pair.say(ada, Post(2, 5, 1, EntryKind.MESSAGE, "hello"), settle=False)
        pair.server.write(pair.now, TIME_MS)
        pair.carry()
        assert pair.log.log.busy
        assert ada.take() == []
        assert bob.take() == []
        pair.settle()
        ((number, entry),) = bob.entries()
        assert (number, entry.text, entry.author, entry.client_seq) == (3, "hello", 1, 2)

    def test_the_push_is_the_authors_receipt(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 2)
        heard = ada.take()
        assert [type(frame) for frame in heard] == [Push]

    def test_who_does_not_follow_gets_a_receipt(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Post(1, 9, 1, EntryKind.JOIN, ""))
        pair.post(ada, 2)
        assert ada.take() == [Receipt(1, 1, 1), Receipt(2, 1, 2)]

    def test_posts_of_one_tick_are_one_push(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        bob.take()
        for seq in range(2, 12):
            pair.say(ada, Post(seq, seq, 1, EntryKind.MESSAGE, "x" * 80), settle=False)
        pair.settle()
        (push,) = bob.take(Push)
        assert isinstance(push, Push)
        assert len(push.entries) == 10


class TestExactlyOnce:
    def test_a_repeat_gets_the_first_answer(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 2)
        ada.take()
        pair.post(ada, 2)
        pair.post(ada, 2, "with another text")
        assert ada.take() == [Receipt(2, 1, 2)] * 2
        assert messages(pair) == ["hello"]

    def test_a_repeated_refusal_stays_one(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        for _ in range(2):
            pair.post(ada, 2, "\x07")
        assert ada.take() == [Refused(2, Refusal.TEXT_NOT_ALLOWED)] * 2
        pair.post(ada, 3)
        assert messages(pair) == ["hello"], "the refused number is used up"

    def test_a_number_that_comes_with_another_id_is_refused(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 2)
        ada.take()
        pair.post(ada, 2, "hello", post_id=424_242)
        assert ada.take() == [Refused(2, Refusal.NUMBER_REUSED)]

    def test_a_post_that_stands_under_another_number_is_known_by_its_id(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 2, post_id=77)
        pair.post(ada, 3, "\x07", post_id=78)
        pair.post(ada, 4, post_id=79)
        ada.take()
        pair.post(ada, 4, post_id=77)
        pair.post(ada, 2, "\x07", post_id=78)
        assert ada.take() == [Receipt(4, 1, 2), Refused(2, Refusal.TEXT_NOT_ALLOWED)]
        assert messages(pair) == ["hello", "hello"], "and stands there once"

    def test_one_that_waited_is_known_by_its_id_under_a_new_number_too(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        pair.post(ada, 2, post_id=77)
        pair.post(ada, 3, "\x07", post_id=78)
        ada.take(), bob.take()
        for _ in range(2):
            pair.post(ada, 4, post_id=77, flags=VISIBLE_AND_WAITED)
            pair.post(ada, 5, "\x07", post_id=78, flags=VISIBLE_AND_WAITED)
        assert ada.take() == [Receipt(4, 1, 3), Refused(5, Refusal.TEXT_NOT_ALLOWED)] * 2
        assert bob.take() == [], "and stands there once"
        pair.post(ada, 6, "and one that does not", post_id=79, flags=VISIBLE_AND_WAITED)
        assert [type(frame) for frame in ada.take()] == [Push]
        assert messages(pair) == ["hello", "and one that does not"]

    def test_repeats_that_cross_the_commit(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        post = Post(2, 5, 1, EntryKind.MESSAGE, "hello")
        for _ in range(3):
            pair.say(ada, post, settle=False)
            pair.server.write(pair.now, TIME_MS)
        pair.settle()
        assert messages(pair) == ["hello"]

    def test_any_order_and_any_doubling(self) -> None:
        pair, random = ServerPair(UNLIMITED), Random(4)
        ada = pair.join(1, "Ada")
        left = [Post(seq, seq, 1, EntryKind.MESSAGE, f"{seq}") for seq in range(2, 102)]
        committed = 1
        while committed < 101:
            batch = [post for post in left if post.client_seq > committed] * 2
            random.shuffle(batch)
            for post in batch[: random.randint(1, 60)]:
                pair.say(ada, post, settle=random.random() < 0.2)
            pair.settle()
            committed = len(messages(pair)) + 1
        assert messages(pair) == [f"{seq}" for seq in range(2, 102)]

    def test_after_a_restart_of_the_server(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 2)
        pair.start()
        ada = pair.sign_in(1, "Ada")
        pair.post(ada, 2)
        pair.post(ada, 3, "more")
        assert ada.take() == [Receipt(2, 1, 2), Receipt(3, 1, 3)]
        assert messages(pair) == ["hello", "more"]


class TestLongTexts:
    def parts(self, seq: int, texts: list[str]) -> list[Post]:
        return [
            Post(seq, seq, 1, EntryKind.MESSAGE, text, part, len(texts))
            for part, text in enumerate(texts)
        ]

    def test_parts_stand_together_and_count_as_one(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        bob.take()
        parts = self.parts(2, ["one ", "two ", "three"])
        for post in (parts[2], parts[0], parts[2]):
            pair.say(ada, post)
        assert bob.entries() == []
        pair.say(ada, parts[1])
        told = bob.entries()
        assert [(number, entry.text) for number, entry in told] == [
            (3, "one "), (4, "two "), (5, "three"),
        ]  # fmt: skip
        flags = [entry.flags for _, entry in told]
        assert flags == [EntryFlag.CONTINUES, EntryFlag.CONTINUES, EntryFlag.VISIBLE]
        room = pair.server.context.rooms.get(1)
        assert room is not None
        assert room.visible == 1

    def test_the_answer_names_the_last_entry(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Post(1, 1, 1, EntryKind.JOIN, ""))
        for post in self.parts(2, ["x" * 1000] * 16):
            pair.say(ada, post)
        assert ada.take(Receipt) == [Receipt(1, 1, 1), Receipt(2, 1, 17)]

    def test_too_long_a_text_is_refused_and_the_next_post_goes_on(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        for post in self.parts(2, ["x" * 1000] * limits.PARTS_MAX):
            pair.say(ada, post)
        assert ada.take() == [Refused(2, Refusal.TEXT_NOT_ALLOWED)]
        pair.post(ada, 3)
        assert messages(pair) == ["hello"]


class TestSlowingDown:
    def test_a_burst_and_then_two_a_second(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Post(1, 1, 1, EntryKind.JOIN, ""))
        for seq in range(2, 13):
            pair.post(ada, seq)
        answers = ada.take()
        assert len([a for a in answers if isinstance(a, Receipt)]) == 10
        slowed = [answer for answer in answers if isinstance(answer, SlowDown)]
        assert {answer.client_seq for answer in slowed} == {11}
        assert 490 <= slowed[0].retry_after_ms <= 501
        assert slowed[0].code == 0
        pair.wait(slowed[0].retry_after_ms / 1000)
        pair.post(ada, 11)
        receipt, slower = sorted(ada.take(), key=lambda frame: isinstance(frame, SlowDown))
        assert receipt == Receipt(11, 1, 11)
        assert isinstance(slower, SlowDown)
        assert slower.client_seq == 12, "which waited its turn at the server"

    def test_bounds_the_person_and_not_the_others(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        for seq in range(2, 30):
            pair.post(ada, seq)
        bob.take()
        pair.post(bob, 2, "calm")
        assert "calm" in messages(pair)
        assert bob.take(SlowDown) == []

    def test_can_be_switched_off(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada = pair.join(1, "Ada")
        for seq in range(2, 60):
            pair.post(ada, seq)
        assert len(messages(pair)) == 58


class TestManyAtOnce:
    def test_what_found_no_place_before_the_disk_goes_on_by_itself(self) -> None:
        config = ServerConfig(rate_limits=False, limits=ServerLimits(writes_waiting_max=2))
        pair = ServerPair(config)
        ada = pair.join(1, "Ada")
        for seq in range(2, 22):
            pair.say(ada, Post(seq, seq, 1, EntryKind.MESSAGE, f"{seq}"), settle=False)
        pair.settle()
        assert messages(pair) == [f"{seq}" for seq in range(2, 22)]

    def test_what_an_older_session_had_staged_is_forgotten(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.post(ada, 3, "early, from a folder that was replaced")
        again = pair.connect(1)
        pair.say(again, SignIn("Ada"))
        pair.post(again, 2, "first of the copy")
        assert messages(pair) == ["first of the copy"]


class TestWhenTheServerWantsItsTurn:
    def test_at_once_for_what_can_be_written_and_not_while_the_log_is_busy(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        at_rest = pair.server.next_timer()
        assert at_rest is None or at_rest > pair.now

        pair.say(ada, Post(2, 7, 1, EntryKind.MESSAGE, "one"), settle=False)
        due = pair.server.next_timer()
        assert due is not None and due <= pair.now
        assert pair.server.late_s(pair.now) < 0, "no timer is due for it"

        pair.server.write(pair.now, TIME_MS)
        pair.say(ada, Post(3, 8, 1, EntryKind.MESSAGE, "two"), settle=False)
        assert pair.log.log.busy
        due = pair.server.next_timer()
        assert due is None or due > pair.now, "it has to wait for the disk"

    def test_when_the_next_batch_is_due_though_the_log_is_busy(self) -> None:
        """What has it may be something that gives way, and asks whether it should."""
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.server.context.gate._distance_s = 0.005
        pair.say(ada, Post(2, 7, 1, EntryKind.MESSAGE, "one"), settle=False)
        pair.server.write(pair.now, TIME_MS)
        pair.say(ada, Post(3, 8, 1, EntryKind.MESSAGE, "two"), settle=False)
        assert pair.log.log.busy
        assert pair.server.next_timer() == pair.now + 0.005
        pair.now += 0.005
        pair.server.handle_timer(pair.now)
        assert pair.server.wants_to_write
        due = pair.server.next_timer()
        assert due is None or due > pair.now, "once is enough"

    def test_at_once_for_what_can_be_read(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")

        pair.say(ada, Who([1]), settle=False)

        assert pair.server.next_timer() == float("-inf")
