"""Wishes become posts, and each is followed to its end."""

from __future__ import annotations

import pytest

from app.models import commands
from app.models.composed_text import CannotSend
from app.models.events import EntriesReceived, PostAccepted, PostDelayed, PostRefused, RoomListed
from app.models.message import MessageState
from app.models.signals import (
    PostSaved,
    PostsSlowed,
    RoomAnswered,
    RoomOpened,
    TimelinesChanged,
    Told,
)
from app.models.store_answers import PostsRenumbered
from protocol.errors import Refusal
from protocol.frames import EntryKind
from tests.app.models.chat_fixtures import DEVICE, ME, TIME_MS, Bench, entry, received, stream_of


class TestMessages:
    def test_message_is_shown_and_handed_to_the_store(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello\r\n")

        (wish,) = bench.submitted(commands.StorePost)
        assert wish == commands.StorePost(
            wish.token, stream_of(1), "general", EntryKind.MESSAGE, "hello", TIME_MS
        )
        assert [(m.text, m.state) for m in bench.messages()] == [("hello", MessageState.PENDING)]
        assert bench.named(TimelinesChanged) == [TimelinesChanged(frozenset({1}))]

    def test_stored_message_frees_its_draft(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello")
        bench.store(1)

        assert bench.named(PostSaved) == [PostSaved(1)]

    def test_message_is_accepted(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello")
        bench.store(1)
        bench.model.apply(PostAccepted(1, 1, 1))

        assert [(m.number, m.state) for m in bench.messages()] == [(1, MessageState.ACCEPTED)]
        assert bench.model.unsent == 0

    def test_own_message_is_not_unread(self, bench: Bench) -> None:
        for number in (1, 2):
            bench.model.desk.send_message(1, f"mine {number}")
            bench.store(number)
            own = entry(number, f"mine {number}", author=ME, device=DEVICE)
            bench.model.apply(EntriesReceived(1, (own,), b""), PostAccepted(number, 1, number))

        assert bench.model.rooms[1].unread == 0
        assert bench.submitted(commands.MarkRead)[-1] == commands.MarkRead(1, 2)

    def test_own_message_leaves_what_came_before_it_unread(self, bench: Bench) -> None:
        bench.model.apply(received(1, 3))
        bench.model.desk.send_message(1, "mine")
        bench.store(1)
        own = entry(4, "mine", author=ME, device=DEVICE, client_seq=1)
        bench.model.apply(EntriesReceived(1, (own,), b""), PostAccepted(1, 1, 4))

        assert bench.model.rooms[1].unread == 3

    def test_message_that_cannot_be_kept_fails_at_once_and_can_be_repeated(
        self, bench: Bench
    ) -> None:
        bench.takes = False
        bench.model.desk.send_message(1, "hello")
        (failed,) = bench.messages()
        assert (failed.state, failed.failure) == (
            MessageState.FAILED,
            "This computer could not keep it. Try again.",
        )

        bench.takes = True
        bench.clear()
        bench.model.desk.retry(1, failed.key)
        assert [m.state for m in bench.messages()] == [MessageState.PENDING]
        assert len(bench.commands) == 1, "what is not in the outbox is not dropped from it"

    def test_refused_message_says_why(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello")
        bench.store(1)
        bench.model.apply(PostRefused(1, Refusal.NOT_A_MEMBER))

        (failed,) = bench.messages()
        assert failed.failure == "Join the room first to write in it."

    def test_retry_stores_the_new_post_before_the_old_one_goes(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello")
        bench.store(1)
        bench.model.apply(PostRefused(1, Refusal.NOT_A_MEMBER))
        bench.clear()

        bench.model.desk.retry(1, bench.messages()[0].key)

        assert [type(command) for command in bench.commands] == [
            commands.StorePost,
            commands.DropPost,
        ]
        assert bench.submitted(commands.DropPost) == [commands.DropPost(1)]

    def test_only_failed_messages_can_be_repeated_or_deleted(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "hello")
        bench.clear()
        key = bench.messages()[0].key

        for number, some_key in ((1, key), (1, 12345), (99, key)):
            bench.model.desk.retry(number, some_key)
            bench.model.desk.delete_failed(number, some_key)

        assert not bench.commands and len(bench.messages()) == 1

    def test_renumbered_post_is_still_known(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "one")
        bench.store(1)
        bench.model.desk.send_message(1, "two")
        bench.store(2)
        keys = [message.key for message in bench.messages()]

        bench.model.apply(PostsRenumbered(((1, 2), (2, 3))))
        bench.model.rooms[1].timeline.add([entry(1, "one", device=DEVICE, client_seq=2)], DEVICE)
        bench.model.apply(PostRefused(3, Refusal.TEXT_NOT_ALLOWED))

        assert [message.key for message in bench.messages()] == keys
        assert [m.state for m in bench.messages()] == [MessageState.ACCEPTED, MessageState.FAILED]

    def test_nonsense_is_refused_before_it_is_shown(self, bench: Bench) -> None:
        with pytest.raises(CannotSend):
            bench.model.desk.send_message(1, " \n ")

        assert not bench.messages() and not bench.commands

    def test_server_that_is_too_busy_is_said(self, bench: Bench) -> None:
        bench.model.apply(PostDelayed(1, 3.2))

        assert bench.named(PostsSlowed) == [PostsSlowed(3.2)]

    def test_answers_to_unknown_posts_change_nothing(self, bench: Bench) -> None:
        bench.model.apply(PostAccepted(9, 1, 1), PostRefused(8, 1), PostsRenumbered(((7, 6),)))

        assert not bench.announced


class TestRooms:
    def test_listed_room_is_joined_and_opened(self, bench: Bench) -> None:
        bench.model.desk.join_room("#DEV", create=True)
        post = bench.store(1)
        assert (post.kind, post.stream_id) == (EntryKind.JOIN, stream_of(2))

        bench.model.apply(PostAccepted(1, 2, 0))

        assert bench.named(RoomOpened) == [RoomOpened(2)]
        assert bench.named(RoomAnswered) == [RoomAnswered("DEV")]

    def test_room_one_is_in_is_only_opened(self, bench: Bench) -> None:
        bench.follow(2)
        bench.clear()

        bench.model.desk.join_room("dev")

        assert bench.named(RoomOpened) == [RoomOpened(2)]
        assert not bench.submitted(commands.StorePost)

    def test_unknown_room_is_created_if_that_was_wished(self, bench: Bench) -> None:
        bench.model.desk.join_room("new", create=True)
        post = bench.store(1)
        assert (post.kind, post.text) == (EntryKind.CREATED, "new")

        bench.model.apply(PostAccepted(1, 3, 2))

        assert bench.model.open_room_number == 3
        assert bench.model.rooms[3].name == "new"

    def test_unknown_room_is_never_created_unasked(self, bench: Bench) -> None:
        bench.model.desk.join_room("new")
        assert bench.store(1).kind == EntryKind.JOIN

        bench.model.apply(PostRefused(1, Refusal.NO_SUCH_ROOM))

        assert bench.named(RoomAnswered) == [RoomAnswered("new", "There is no such room.")]
        assert bench.submitted(commands.DropPost) == [commands.DropPost(1)]
        assert len(bench.submitted(commands.StorePost)) == 1

    def test_room_unknown_while_offline_is_created_when_it_turns_out_missing(self) -> None:
        bench = Bench(is_signed_in=False)
        bench.model.desk.join_room("new", create=True)
        assert bench.store(1).kind == EntryKind.JOIN

        bench.model.apply(PostRefused(1, Refusal.NO_SUCH_ROOM))
        assert bench.store(2).kind == EntryKind.CREATED

        bench.model.apply(PostRefused(2, Refusal.TOO_MANY_ROOMS))
        words = "There are too many rooms already."
        assert bench.named(RoomAnswered) == [RoomAnswered("new", words)]

    def test_room_somebody_else_created_first_is_joined(self, bench: Bench) -> None:
        bench.model.desk.join_room("new", create=True)
        bench.store(1)
        bench.model.apply(
            RoomListed(3, stream_of(3), "new", "", 1), PostRefused(1, Refusal.NAME_TAKEN)
        )

        post = bench.store(2)
        assert (post.kind, post.stream_id) == (EntryKind.JOIN, stream_of(3))

    @pytest.mark.parametrize("knows_rooms", [False, True])
    def test_room_tried_the_other_way_is_asked_for_no_later_than_it_was(
        self, knows_rooms: bool
    ) -> None:
        bench = Bench(is_signed_in=knows_rooms)
        refusal = Refusal.NAME_TAKEN if knows_rooms else Refusal.NO_SUCH_ROOM
        bench.model.desk.join_room("new", create=True)
        first = bench.store(1)
        bench.model.desk.join_room("dev")
        bench.store(2)

        bench.model.apply(PostRefused(1, refusal))
        assert {first.kind, bench.store(3).kind} == {EntryKind.CREATED, EntryKind.JOIN}
        bench.model.apply(PostAccepted(2, 2, 0))
        bench.model.apply(PostAccepted(3, 3, 0))

        assert bench.named(RoomOpened) == [RoomOpened(2)]

    def test_room_asked_for_twice_is_one_post_and_was_asked_for_last(self) -> None:
        bench = Bench(is_signed_in=False)
        assert bench.model.desk.join_room("New") == "New"
        bench.store(1)
        bench.model.desk.join_room("dev")
        bench.store(2)

        assert bench.model.desk.join_room("#new", create=True) == "New"

        assert len(bench.submitted(commands.StorePost)) == 2
        assert bench.model.desk.awaited_rooms == [("New", True), ("dev", False)]
        bench.model.apply(PostAccepted(1, 3, 0), PostAccepted(2, 2, 0))
        assert bench.named(RoomOpened) == [RoomOpened(3)]
        assert bench.model.desk.awaited_rooms == []

    def test_room_granted_before_the_disk_was_read_anew_is_not_gone_to(self, bench: Bench) -> None:
        bench.model.desk.join_room("dev")
        bench.store(1)
        bench.model.desk.join_room("new", create=True)
        bench.store(2)
        bench.model.apply(PostAccepted(1, 2, 0))  # that of the newer wish may still come

        bench.model.desk.restore(())
        bench.model.desk.join_room("third")
        bench.store(1)
        bench.model.apply(PostRefused(1, Refusal.NO_SUCH_ROOM))

        assert [answer.name for answer in bench.named(RoomAnswered)] == ["dev", "third"]
        assert bench.named(RoomOpened) == []

    @pytest.mark.parametrize(("topic", "text"), [(" What\nwe build ", "What we build"), ("", "")])
    def test_a_topic_is_a_post(self, bench: Bench, topic: str, text: str) -> None:
        bench.model.desk.set_topic(1, topic)

        post = bench.store(1)
        assert (post.kind, post.text, post.room_name) == (EntryKind.TOPIC, text, "general")
        assert not bench.messages()

    def test_leaving_is_a_post(self, bench: Bench) -> None:
        bench.model.desk.leave_room(1)

        assert bench.store(1).kind == EntryKind.LEAVE

    def test_wish_that_cannot_be_kept_is_said(self, bench: Bench) -> None:
        bench.takes = False

        bench.model.desk.leave_room(1)
        bench.model.desk.join_room("new", create=True)

        words = "This computer could not keep it. Try again."
        assert bench.named(Told) == [Told(f"#general: {words}")]
        assert bench.named(RoomAnswered) == [RoomAnswered("new", words)]
