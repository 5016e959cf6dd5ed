"""``send``: what goes into the outbox, and what becomes of the answers."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import cast

import pytest

from app.cli_input import InputLine
from app.cli_output import Printer
from app.cli_sending import Sending
from app.cli_session import Session
from app.models.commands import DropPost, StorePost
from app.models.events import PostAccepted, PostRefused
from app.models.records import OutboxPost, StoredRoom
from app.models.store_answers import PostsRenumbered, PostStored, Restored
from protocol.errors import Refusal
from protocol.frames import EntryKind

ROOM = 1


@dataclass
class FakeRuntime:
    """Takes wishes as a runtime does."""

    restored: Restored
    wishes: list[object] = field(default_factory=list)

    def submit(self, wish: object) -> bool:
        self.wishes.append(wish)
        return True


class Desk:
    """A ``Sending`` of one room whose store and server the test plays."""

    def __init__(self, *, joined: bool = True, create: bool = False) -> None:
        room = StoredRoom(ROOM, b"streamid", 1, "General", "", joined, 0, 0, 0, 0, (), ())
        restored = Restored(1, None, 0, "anna", "", 0, (room,), (), (), 1)
        self.runtime = FakeRuntime(restored)
        self.out = io.StringIO()
        session = cast(Session, type("S", (), {"runtime": self.runtime, "rooms": {}})())
        printer = Printer(self.out, as_json=False)
        self.sending = Sending(session, printer, "general", create=create)
        self._stored = 0
        self._seq = 0

    def posts(self) -> list[StorePost]:
        return [wish for wish in self.runtime.wishes if isinstance(wish, StorePost)]

    def dropped(self) -> list[int]:
        return [wish.client_seq for wish in self.runtime.wishes if isinstance(wish, DropPost)]

    def store(self) -> None:
        """What was not stored yet is stored, under the next numbers."""
        for wish in self.posts()[self._stored :]:
            self._seq += 1
            post = OutboxPost(
                self._seq, 1, wish.stream_id, wish.room_name, wish.kind, wish.text, wish.time_ms
            )
            self.sending.take_in(PostStored(post, wish.token))
        self._stored = len(self.posts())

    def accept(self, client_seq: int, number: int) -> None:
        self.sending.take_in(PostAccepted(client_seq, ROOM, number))

    def refuse(self, client_seq: int, code: Refusal) -> None:
        self.sending.take_in(PostRefused(client_seq, code))


class TestSending:
    def test_joins_only_where_it_is_no_member(self) -> None:
        for joined, kinds in ((True, [1]), (False, [EntryKind.JOIN, EntryKind.MESSAGE])):
            desk = Desk(joined=joined)
            desk.sending.say("hi")
            assert [post.kind for post in desk.posts()] == kinds

    def test_receipts_come_in_the_order_of_the_messages(self) -> None:
        desk = Desk()
        for text in "abc":
            desk.sending.say(text)
        desk.store()

        desk.accept(2, 8)
        desk.accept(3, 9)
        assert desk.out.getvalue() == ""
        desk.accept(1, 7)

        assert desk.out.getvalue() == "general 7\ngeneral 8\ngeneral 9\n"

    def test_receipts_of_others_and_repeats_are_not_printed(self) -> None:
        desk = Desk()
        desk.sending.say("a")
        desk.store()
        desk.accept(99, 5)
        desk.accept(1, 6)
        desk.accept(1, 6)

        assert desk.out.getvalue() == "general 6\n"

    def test_new_numbers_are_followed(self) -> None:
        desk = Desk()
        desk.sending.say("a")
        desk.sending.say("b")
        desk.store()
        desk.sending.take_in(PostsRenumbered(((1, 2), (2, 3))))

        desk.accept(2, 7)
        desk.accept(3, 8)

        assert desk.out.getvalue() == "general 7\ngeneral 8\n"

    def test_who_is_no_member_any_more_joins_and_says_all_of_it_again_in_order(self) -> None:
        desk = Desk()
        desk.sending.say("a")
        desk.sending.say("b")
        desk.store()
        desk.refuse(1, Refusal.NOT_A_MEMBER)
        desk.sending.say("c")
        assert len(desk.posts()) == 2
        desk.refuse(2, Refusal.NOT_A_MEMBER)

        again = desk.posts()[2:]

        assert [post.kind for post in again] == [EntryKind.JOIN] + [EntryKind.MESSAGE] * 3
        assert [post.text for post in again] == ["", "a", "b", "c"]
        assert desk.dropped() == [1, 2]
        desk.store()
        for client_seq in (3, 4, 5, 6):
            desk.accept(client_seq, client_seq)
        assert desk.out.getvalue() == "general 4\ngeneral 5\ngeneral 6\n"
        desk.sending.end_of_input = True
        assert desk.sending.is_done()
        assert not desk.sending.has_failed

    def test_missing_room_is_said_once_and_ends_it(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = Desk(joined=False)
        desk.sending.say("a")
        desk.sending.say("b")
        desk.store()
        for client_seq in (1, 2, 3):
            assert not desk.sending.is_done()
            desk.refuse(client_seq, Refusal.NO_SUCH_ROOM)
        desk.sending.take_in(InputLine(3, b"c"))

        assert desk.sending.is_done()
        assert desk.sending.has_failed
        assert desk.dropped() == [1, 2, 3]
        assert len(desk.posts()) == 3
        said = capsys.readouterr().err
        assert said.startswith("hubbub: there is no room general: the command rooms lists")
        assert said.count("\n") == 1

    def test_missing_room_is_made_if_that_is_wished_and_all_is_said_in_it(self) -> None:
        desk = Desk(joined=False, create=True)
        desk.sending.say("a")
        desk.store()
        for client_seq in (1, 2):
            desk.refuse(client_seq, Refusal.NO_SUCH_ROOM)
        made = desk.posts()[2:]
        assert [(post.kind, post.text) for post in made] == [
            (EntryKind.CREATED, "general"),
            (EntryKind.MESSAGE, "a"),
        ]
        assert desk.dropped() == [1, 2]
        desk.store()
        desk.sending.say("b")
        desk.store()
        for client_seq in (3, 4, 5):
            desk.accept(client_seq, client_seq)
        assert desk.out.getvalue() == "general 4\ngeneral 5\n"
        assert not desk.sending.has_failed

    def test_room_that_somebody_else_made_meanwhile_is_joined(self) -> None:
        desk = Desk(joined=False, create=True)
        desk.store()
        desk.refuse(1, Refusal.NO_SUCH_ROOM)
        desk.store()
        desk.sending.say("a")
        desk.store()
        desk.refuse(2, Refusal.NAME_TAKEN)
        desk.refuse(3, Refusal.NOT_A_MEMBER)
        again = desk.posts()[3:]
        assert [post.kind for post in again] == [EntryKind.JOIN, EntryKind.MESSAGE]
        desk.store()
        desk.refuse(4, Refusal.NO_SUCH_ROOM)  # and gone again: each way is tried once
        desk.refuse(5, Refusal.NO_SUCH_ROOM)
        assert desk.sending.is_done()
        assert desk.sending.has_failed

    def test_room_that_the_folder_knew_and_the_server_lost_is_made_anew(self) -> None:
        desk = Desk(create=True)
        desk.sending.say("a")
        desk.store()
        assert desk.posts()[0].stream_id
        desk.refuse(1, Refusal.NO_SUCH_ROOM)
        made = desk.posts()[1:]
        assert [(post.kind, post.stream_id) for post in made] == [
            (EntryKind.CREATED, b""),
            (EntryKind.MESSAGE, b""),
        ]

    def test_a_name_that_looks_like_another_rooms_is_said_so(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = Desk(joined=False, create=True)
        desk.sending.say("a")
        desk.sending.end_of_input = True
        desk.store()
        for client_seq in (1, 2):  # joining, and what is said
            desk.refuse(client_seq, Refusal.NO_SUCH_ROOM)
        desk.store()
        desk.refuse(3, Refusal.NAME_TAKEN)  # making it
        desk.refuse(4, Refusal.NO_SUCH_ROOM)
        desk.store()
        for client_seq in (5, 6):  # joining once more, and what is said
            desk.refuse(client_seq, Refusal.NO_SUCH_ROOM)

        assert desk.sending.is_done()
        assert desk.sending.has_failed
        said = capsys.readouterr().err
        assert said == (
            "hubbub: the name general looks like that of another room: choose another one\n"
        )

    def test_refused_message_does_not_stop_the_others(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        desk = Desk()
        desk.sending.say("a")
        desk.sending.say("b")
        desk.store()

        desk.refuse(1, Refusal.TEXT_NOT_ALLOWED)
        desk.accept(2, 7)

        assert desk.sending.has_failed
        assert desk.out.getvalue() == "general 7\n"
        assert capsys.readouterr().err == "hubbub: The server does not take this text.\n"
