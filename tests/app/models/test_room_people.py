"""Who is in a room, and who holds how much of what is said there."""

from __future__ import annotations

from app.models.chat_room import ChatRoom
from app.models.records import Member, StoredRoom
from app.models.room_people import HeldBy
from protocol.frames import Presence
from tests.app.models.chat_fixtures import followed, joined_room, stream_of


def member(person: int, presence: int = Presence.ONLINE) -> Member:
    return Member(person, f"p{person}", presence)


class TestPeople:
    def test_come_change_and_go(self) -> None:
        room = ChatRoom(1)
        before = room.people.version
        room.people.change((member(1), member(2)), fresh=False)
        room.people.change((member(2, Presence.AWAY),), fresh=False)
        assert {m.person: m.presence for m in room.people.here.values()} == {1: 1, 2: 2}
        room.people.change((member(1, Presence.GONE), member(9, Presence.GONE)), fresh=False)
        assert set(room.people.here) == {2}
        assert room.people.version == before + 3

    def test_a_fresh_list_forgets_the_old_one(self) -> None:
        room = ChatRoom(1)
        room.people.change((member(1),), fresh=False)
        room.people.change_held(((5, 1),))
        room.people.change((member(2),), fresh=True)
        room.people.change_held(((4, 2),))
        assert set(room.people.here) == {2}
        assert room.people.held_by(5, me=9).count == 0

    def test_what_is_held_stays_held_when_people_go_offline(self) -> None:
        room = ChatRoom(1)
        room.people.change((member(7), member(1), member(2)), fresh=True)
        room.people.change_held(((9, 1), (9, 2), (9, 7)))
        assert room.people.held_by(9, me=7) == HeldBy(count=2, others=2, everyone=True)

        room.people.change((member(1, Presence.OFFLINE),), fresh=False)
        assert room.people.held_by(9, me=7) == HeldBy(count=2, others=2, everyone=True)
        room.people.change((member(2, Presence.OFFLINE),), fresh=False)
        assert room.people.held_by(9, me=7) == HeldBy(count=2, others=2, everyone=True)

    def test_what_is_held_stays_held_when_the_server_starts_anew(self) -> None:
        room = ChatRoom(1)
        room.follow(followed(9))
        room.people.change((member(7), member(1)), fresh=True)
        room.people.change_held(((9, 1), (9, 7)))
        assert room.people.held_by(9, me=7).everyone

        room.follow(followed(9))
        room.people.change((), fresh=True)
        assert room.people.held_by(9, me=7).count == 1
        room.people.change((member(7), member(1, Presence.OFFLINE)), fresh=False)
        room.people.change_held(((9, 7),))
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=1, everyone=True)

    def test_what_was_held_before_the_start_is_held(self) -> None:
        room = ChatRoom(1)
        room.restore(
            StoredRoom(
                1, stream_of(1), 1, "general", "", True, 1, 9, 9, 9, ((1, 9),), (),
                holders=((1, 9), (2, 4), (7, 9)), held_by_all=4, others=3,
            )
        )  # fmt: skip
        room.follow(followed(9))
        assert room.people.held_by(4, me=7) == HeldBy(count=2, others=3, everyone=True)
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=3, everyone=False)

        room.people.change((), fresh=True)
        room.people.change_held(((5, 2),))  # comes before the people themselves
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=3, everyone=False)
        room.people.change((member(7), member(1), member(2, Presence.OFFLINE)), fresh=False)
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=2, everyone=True)
        assert room.people.holders_to_keep(7) == (9, 2)

    def test_somebody_who_comes_without_it_is_not_counted(self) -> None:
        room = ChatRoom(1)
        room.people.change((member(7), member(1)), fresh=True)
        room.people.change_held(((9, 1),))
        room.people.change((member(2),), fresh=False)
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=2, everyone=False)

    def test_whoever_left_is_not_counted(self) -> None:
        room = ChatRoom(1)
        room.people.change((member(7), member(1), member(2)), fresh=True)
        room.people.change_held(((9, 1), (9, 2)))
        room.people.change((member(1, Presence.GONE),), fresh=False)
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=1, everyone=True)

    def test_a_fork_takes_back_who_holds_what(self) -> None:
        room = joined_room(9)
        room.people.change((member(7), member(1)), fresh=True)
        room.people.change_held(((9, 1),))
        assert room.people.held_by(9, me=7).count == 1
        room.fork(5)
        assert room.people.held_by(9, me=7) == HeldBy(count=0, others=1, everyone=False)

    def test_who_holds_a_message(self) -> None:
        room = ChatRoom(1)
        people = (member(7), member(1), member(2, Presence.AWAY), member(3, Presence.OFFLINE))
        room.people.change(people, fresh=True)
        room.people.change_held(((9, 7), (9, 1), (8, 2), (2, 3)))
        assert room.people.held_by(9, me=7) == HeldBy(count=1, others=3, everyone=False)
        assert room.people.held_by(8, me=7) == HeldBy(count=2, others=3, everyone=True)
        assert room.people.held_by(2, me=7) == HeldBy(count=3, others=3, everyone=True)

    def test_nobody_is_not_everyone(self) -> None:
        room = ChatRoom(1)
        room.people.change((member(7), member(3, Presence.OFFLINE)), fresh=True)
        room.people.change_held(((9, 7),))
        assert room.people.held_by(1, me=7) == HeldBy(count=0, others=1, everyone=False)
