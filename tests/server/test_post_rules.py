"""What may be posted, and what is refused with which reason."""

from __future__ import annotations

import pytest

from protocol.errors import Refusal
from protocol.frames import EntryKind, Post, PostFlag, Receipt, Refused
from server.server_config import ServerConfig, ServerLimits
from tests.server.server_pair import VISIBLE_AND_WAITED, Client, ServerPair, log_of_room


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
