"""Posts: each once, in order, answered when they are on disk; what happens in a room by them."""

from __future__ import annotations

from random import Random

import pytest

from protocol import limits
from protocol.errors import Refusal
from protocol.frame_codec import decode_items
from protocol.frames import Changes as ChangesFrame
from protocol.frames import (
    EntryFlag,
    EntryKind,
    Post,
    PostFlag,
    Push,
    Receipt,
    Refused,
    RoomItem,
    SignIn,
    SlowDown,
    Subscribe,
    Who,
)
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import TIME_MS, Client, ServerPair

UNLIMITED = ServerConfig(rate_limits=False)
VISIBLE_AND_WAITED = int(PostFlag.VISIBLE | PostFlag.WAITED)


def log_of_room(pair: ServerPair, room: int = 1) -> list[tuple[int, int, str]]:
    """(kind, client_seq, text) of everything in the room's log."""
    entries = pair.log.log.entries(room, 1, 10_000, 10**9)
    assert [entry.number for entry in entries] == [*range(1, len(entries) + 1)]
    return [(entry.kind, entry.client_seq, entry.text) for entry in entries]


def messages(pair: ServerPair, room: int = 1) -> list[str]:
    return [text for kind, _, text in log_of_room(pair, room) if kind == EntryKind.MESSAGE]


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


class TestDamagedLog:
    def test_who_posts_is_told_to_wait_and_nobody_hears_of_rooms(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.say(ada, Subscribe(0, b"", 0))
        pair.wait(5.0)
        ada.take()
        pair.log.log._connection.trouble.found_damage("a page")
        pair.post(ada, 2)
        pair.wait(5.0)
        assert ada.take(SlowDown, ChangesFrame) == [SlowDown(2, 5000, Refusal.SERVER_FULL)]


class TestFullDisk:
    def fill(self, pair: ServerPair, ada: Client) -> int:
        """Post until the disk is full; the number that was not taken."""
        pair.log.log.limit_pages(1)
        for seq in range(2, 200):
            pair.post(ada, seq, "x" * 1000)
            if slowed := ada.take(SlowDown):
                assert slowed == [SlowDown(seq, 5000, Refusal.SERVER_FULL)]
                return seq
        raise AssertionError("the disk never was full")

    def test_posts_wait_and_go_on_when_there_is_room(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada = pair.join(1, "Ada")
        seq = self.fill(pair, ada)
        before = messages(pair)
        pair.post(ada, seq, "still full".ljust(1000))
        assert len(ada.take(SlowDown)) == 1
        assert messages(pair) == before
        pair.say(ada, Subscribe(2, b"", 0))
        assert len(ada.take()) == 1, "reading goes on"
        pair.log.log.limit_pages(100_000)
        pair.post(ada, seq, "there is room")
        assert messages(pair) == [*before, "there is room"]
        assert [entry.text for _, entry in ada.entries()] == ["there is room"]

    def test_a_room_whose_creation_was_lost_is_never_told(self) -> None:
        pair = ServerPair(UNLIMITED)
        ada = pair.join(1, "Ada")
        pair.say(ada, Subscribe(0, b"", 0))
        seq = self.fill(pair, ada)
        ada.take()
        pair.say(ada, Post(seq, 77, 0, EntryKind.CREATED, "phantom"), settle=False)
        for number in range(1, 6):
            big = Post(seq + number, 78, 1, EntryKind.MESSAGE, "x" * 1000)
            pair.say(ada, big, settle=False)
        pair.settle()
        assert len(ada.take(SlowDown)) > 0
        pair.wait(1.0)
        names = [
            item.name
            for frame in ada.take(ChangesFrame)
            if isinstance(frame, ChangesFrame)
            for item in decode_items(frame.items)
            if isinstance(item, RoomItem)
        ]
        assert "phantom" not in names
        assert len(pair.server.context.rooms) == 1


class TestRules:
    def asked(self, pair: ServerPair, client: Client, post: Post) -> object:
        """The one answer to a post of somebody who follows nothing."""
        pair.say(client, post)
        (answer,) = client.take(Receipt, Refused)
        return answer

    def code(self, pair: ServerPair, client: Client, post: Post) -> Refusal:
        answer = self.asked(pair, client, post)
        assert isinstance(answer, Refused)
        assert answer.client_seq == post.client_seq
        return Refusal(answer.code)

    def test_a_room_is_created_joined_and_left(self) -> None:
        pair = ServerPair()
        ada, bob = pair.sign_in(1, "Ada"), pair.sign_in(2, "Bob")
        assert self.asked(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "Tea Time")) == (
            Receipt(1, 2, 1)
        )
        assert self.asked(pair, bob, Post(1, 1, 2, EntryKind.JOIN, "")) == Receipt(1, 2, 2)
        assert self.asked(pair, bob, Post(2, 2, 2, EntryKind.JOIN, "")) == Receipt(2, 2, 0)
        assert self.asked(pair, ada, Post(2, 2, 2, EntryKind.LEAVE, "")) == Receipt(2, 2, 3)
        assert self.asked(pair, ada, Post(3, 3, 2, EntryKind.LEAVE, "")) == Receipt(3, 2, 0)
        assert [kind for kind, _, _ in log_of_room(pair, 2)] == [
            EntryKind.CREATED, EntryKind.JOIN, EntryKind.LEAVE,
        ]  # fmt: skip
        assert pair.log.log.members(2) == [2]
        room = pair.server.context.rooms.get(2)
        assert room is not None
        assert (room.name, room.member_count, room.visible) == ("Tea Time", 1, 0)

    def test_topic_and_name(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        self.asked(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "tea"))
        self.asked(pair, ada, Post(2, 2, 2, EntryKind.TOPIC, "hot \u2615"))
        self.asked(pair, ada, Post(3, 3, 2, EntryKind.NAME, "coffee"))
        self.asked(pair, ada, Post(4, 4, 2, EntryKind.NAME, "Coffee"))
        record = pair.log.log.rooms()[1]
        assert (record.name, record.topic) == ("Coffee", "hot \u2615")
        rooms = pair.server.context.rooms
        assert rooms.named("tea") is None
        assert rooms.named("coffee") is rooms.get(2)
        assert self.asked(pair, ada, Post(5, 5, 0, EntryKind.CREATED, "tea")) == Receipt(5, 3, 1)

    @pytest.mark.parametrize(
        ("post", "code"),
        [
            (Post(3, 9, 7, EntryKind.MESSAGE, "hi"), Refusal.NO_SUCH_ROOM),
            (Post(3, 9, 0, EntryKind.MESSAGE, "hi"), Refusal.NO_SUCH_ROOM),
            (Post(3, 9, 7, EntryKind.JOIN, ""), Refusal.NO_SUCH_ROOM),
            (Post(3, 9, 1, EntryKind.MESSAGE, "hi"), Refusal.NOT_A_MEMBER),
            (Post(3, 9, 1, EntryKind.TOPIC, "hi"), Refusal.NOT_A_MEMBER),
            (Post(3, 9, 1, EntryKind.NAME, "hi"), Refusal.NOT_A_MEMBER),
            (Post(3, 9, 1, 64, "hi"), Refusal.NOT_A_MEMBER),
            (Post(3, 9, 2, EntryKind.MESSAGE, ""), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.MESSAGE, " \n\t"), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.MESSAGE, "a\x00b"), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.MESSAGE, "\u20ac" * 334), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.TOPIC, "two\nlines"), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.TOPIC, "x" * 391), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, 64, "\x1b[31m"), Refusal.TEXT_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.NAME, "GENERAL"), Refusal.NAME_TAKEN),
            (Post(3, 9, 2, EntryKind.NAME, "#x"), Refusal.NAME_NOT_ALLOWED),
            (Post(3, 9, 0, EntryKind.CREATED, "Tea"), Refusal.NAME_TAKEN),
            (Post(3, 9, 0, EntryKind.CREATED, ""), Refusal.NAME_NOT_ALLOWED),
            (Post(3, 9, 2, EntryKind.VOID, ""), Refusal.WITHDRAWN),
            (Post(3, 9, 2, 7, "newer"), Refusal.UNKNOWN_KIND),
            (Post(3, 9, 2, 63, "newer"), Refusal.UNKNOWN_KIND),
        ],
    )
    def test_refusals(self, post: Post, code: Refusal) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        self.asked(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "tea"))
        self.asked(pair, ada, Post(2, 2, 2, EntryKind.MESSAGE, "first"))
        before = (log_of_room(pair, 1), log_of_room(pair, 2), pair.log.log.rooms())
        assert self.code(pair, ada, post) == code
        assert (log_of_room(pair, 1), log_of_room(pair, 2), pair.log.log.rooms()) == before
        assert self.asked(pair, ada, Post(4, 4, 2, EntryKind.MESSAGE, "on")) == Receipt(4, 2, 3)

    def test_a_name_in_several_parts_is_refused_and_not_cut(self) -> None:
        pair = ServerPair()
        ada = pair.sign_in(1, "Ada")
        pair.say(ada, Post(1, 1, 0, EntryKind.CREATED, "tea", 0, 2))
        assert self.code(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "time", 1, 2)) == (
            Refusal.TEXT_NOT_ALLOWED
        )

    def test_kinds_of_newer_clients_are_carried_with_their_flag(self) -> None:
        pair = ServerPair()
        ada = pair.join(1, "Ada")
        pair.say(
            ada,
            Post(2, 2, 1, 64, "seen", flags=VISIBLE_AND_WAITED),
            Post(3, 3, 1, 2**32 - 1, "not", flags=PostFlag.WAITED),
        )
        assert [(entry.kind, entry.text, entry.flags) for _, entry in ada.entries()] == [
            (64, "seen", 1), (2**32 - 1, "not", 0),
        ]  # fmt: skip
        room = pair.server.context.rooms.get(1)
        assert room is not None
        assert room.visible == 1

    @pytest.mark.parametrize(
        ("bounds", "code"),
        [
            (ServerLimits(rooms_max=2), Refusal.TOO_MANY_ROOMS),
            (ServerLimits(rooms_created_per_person_max=1), Refusal.TOO_MANY_ROOMS),
            (ServerLimits(rooms_per_person_max=1), Refusal.TOO_MANY_ROOMS),
        ],
    )
    def test_limits_on_rooms(self, bounds: ServerLimits, code: Refusal) -> None:
        pair = ServerPair(ServerConfig(limits=bounds))
        ada = pair.sign_in(1, "Ada")
        assert self.asked(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "one")) == Receipt(1, 2, 1)
        assert self.code(pair, ada, Post(2, 2, 0, EntryKind.CREATED, "two")) == code

    def test_limits_on_members(self) -> None:
        pair = ServerPair(ServerConfig(limits=ServerLimits(members_per_room_max=1)))
        pair.join(1, "Ada")
        bob = pair.sign_in(2, "Bob")
        assert self.code(pair, bob, Post(1, 1, 1, EntryKind.JOIN, "")) == Refusal.TOO_MANY_MEMBERS

    def test_who_is_in_too_many_rooms_may_not_join(self) -> None:
        pair = ServerPair(ServerConfig(limits=ServerLimits(rooms_per_person_max=1)))
        ada = pair.sign_in(1, "Ada")
        self.asked(pair, ada, Post(1, 1, 0, EntryKind.CREATED, "one"))
        assert self.code(pair, ada, Post(2, 2, 1, EntryKind.JOIN, "")) == Refusal.TOO_MANY_ROOMS
        self.asked(pair, ada, Post(3, 3, 2, EntryKind.LEAVE, ""))
        assert self.asked(pair, ada, Post(4, 4, 1, EntryKind.JOIN, "")) == Receipt(4, 1, 1)


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
