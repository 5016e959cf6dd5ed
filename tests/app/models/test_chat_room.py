"""One room as its person sees it: unread, missing, forks."""

from __future__ import annotations

import pytest

from app.models.chat_room import NEW_ENTRIES_MAX, ChatRoom
from app.models.events import RoomListed
from app.models.records import StoredRoom
from app.structs import replace
from tests.app.models.chat_fixtures import (
    ME,
    TIME_MS,
    entries,
    entry,
    followed,
    joined_room,
    stream_of,
)

DEVICE = 3


class TestUnread:
    def test_is_what_is_visible_less_what_was_read(self) -> None:
        room = joined_room(5)
        assert room.unread == 5
        room.add_entries(entries(1, 5), DEVICE, ME)
        assert room.mark_read()
        assert not room.mark_read()
        assert room.unread == 0
        room.move_head(8, 7)
        assert room.unread == 2

    def test_only_what_is_here_was_seen(self) -> None:
        room = joined_room(5)
        room.add_entries(entries(1, 3), DEVICE, ME)
        room.mark_read()
        assert room.unread == 2

    def test_of_a_room_one_is_not_in_is_nothing(self) -> None:
        room = ChatRoom(1)
        room.follow(followed(9))
        assert room.unread == 0

    def test_whoever_comes_has_read_what_was_there(self) -> None:
        room = ChatRoom(1)
        room.join(True)
        assert room.follow(followed(1000))
        assert room.unread == 0
        assert not room.follow(followed(1003))
        assert room.unread == 3

    def test_entries_that_are_no_messages_do_not_count(self) -> None:
        room = joined_room()
        room.add_entries((entry(1, visible=1), entry(2, kind=3, flags=0, visible=1)), DEVICE, ME)
        assert (room.unread, room.timeline.head) == (1, 2)

    def test_own_messages_are_not_unread_whoever_sent_them(self) -> None:
        room = joined_room()
        own = [entry(number, author=ME, device=99) for number in (1, 3, 4)]
        join = entry(5, author=ME, kind=3, flags=0, visible=4)
        room.add_entries((own[0], entry(2), *own[1:], join), DEVICE, ME)
        assert room.unread == 1
        # They may come again, and before it is known how many there are.
        room.add_entries(own, DEVICE, ME)
        assert room.unread == 1
        room.add_entries((entry(9, visible=9, author=ME),), DEVICE, ME)
        assert room.unread == 5
        room.mark_read()
        assert room.unread == 0
        room.add_entries((entry(10, author=ME),), DEVICE, ME)
        assert (room.unread, room.visible, room.read) == (0, 10, 9)

    def test_taken_back_from_what_was_read_own_ones_are_not_unread_either(self) -> None:
        room = joined_room()
        room.add_entries((entry(1), entry(2), entry(3, author=ME), entry(4)), DEVICE, ME)
        room.mark_read()
        room.add_entries((entry(5, author=ME),), DEVICE, ME)
        assert room.mark_unread(2, ME)
        assert room.unread == 2

    def test_own_ones_of_another_history_are_no_matter(self) -> None:
        room = joined_room()
        room.add_entries((entry(1), entry(2, author=ME), entry(3, author=ME)), DEVICE, ME)
        room.fork(1)
        room.add_entries((entry(2, "other"), entry(3, "other")), DEVICE, ME)
        assert room.unread == 3

    def test_whoever_came_in_an_earlier_run_has_read_what_was_there(self) -> None:
        room = ChatRoom(1)
        stored = StoredRoom(1, stream_of(1), 1, "general", "", True, 0, 9, 9, 2, (), ())
        room.restore(replace(stored, fresh=True))
        assert room.follow(followed(1000))
        assert room.unread == 0

    def test_cannot_stick_when_the_server_has_less(self) -> None:
        room = joined_room(9)
        room.add_entries(entries(1, 9), DEVICE, ME)
        room.mark_read()
        room.follow(followed(4))
        assert (room.unread, room.read) == (0, 4)


class TestMissing:
    def test_is_what_is_wanted_and_not_here(self) -> None:
        room = joined_room(20)
        room.move_base(11)
        assert room.missing == 10
        room.add_entries(entries(15, 16), DEVICE, ME)
        assert room.missing == 8
        room.join(False)
        assert room.missing == 0

    def test_what_was_asked_for_is_here_when_something_below_came(self) -> None:
        room = joined_room(20)
        room.loading_below = 11
        room.add_entries(entries(15, 16), DEVICE, ME)
        assert room.loading_below == 11
        room.add_entries(entries(8, 10), DEVICE, ME)
        assert room.loading_below is None


class TestFromDiskAndList:
    def test_restored_as_it_was(self) -> None:
        room = ChatRoom(1)
        stored = StoredRoom(
            1, stream_of(1), 1, "general", "All", True, 3, 9, 8, 6, ((3, 5), (8, 12)), ()
        )
        room.restore(stored)
        assert (room.name, room.topic, room.is_joined, room.unread) == ("general", "All", True, 2)
        assert room.timeline.head == 12
        assert room.missing == 2
        room.restore(replace(stored, own_unread=(7,)))
        assert room.unread == 1

    def test_listed_as_the_server_has_it(self) -> None:
        room = ChatRoom(1)
        room.list(RoomListed(1, stream_of(2), "Pier", "Boats", 4))
        assert (room.stream_id, room.name, room.topic) == (stream_of(2), "Pier", "Boats")
        assert room.people_count == 4


class TestForks:
    def test_what_the_server_lost_is_counted_and_gone(self) -> None:
        room = joined_room(9)
        room.add_entries(entries(1, 9), DEVICE, ME)
        room.mark_read()
        assert room.fork(6) == 3
        assert (room.visible, room.read, room.timeline.head) == (6, 6, 6)
        room.add_entries((entry(7, "other", visible=7),), DEVICE, ME)
        assert room.unread == 1
        assert room.missing == 0

    def test_what_others_say_where_ones_own_words_were_is_unread(self) -> None:
        """The last entry in common is not in memory: after a start that is so."""
        for agreed_to in (0, 10):
            room = ChatRoom(1)
            stored = StoredRoom(
                room=1, stream_id=stream_of(1), incarnation=1, name="a", topic="", joined=True,
                base=1, head=20, visible=20, read=10, held=((1, 20),), checkpoints=(),
                own_unread=tuple(range(11, 21)),
            )  # fmt: skip
            room.restore(stored)
            assert room.unread == 0
            room.fork(agreed_to)
            room.follow(followed(agreed_to))
            room.move_head(20, 20)
            assert room.unread == 20 - agreed_to, "also before the words are here"
            for number in range(agreed_to + 1, 21):
                room.add_entries([entry(number, visible=number, author=9)], DEVICE, ME)
            assert room.unread == 20 - agreed_to

    def test_ones_own_place_that_somebody_else_takes_is_unread(self) -> None:
        room = joined_room(2)
        room.add_entries([entry(1, visible=1), entry(2, visible=2, author=ME)], DEVICE, ME)
        assert room.unread == 1
        room.add_entries([entry(2, visible=2, author=9)], DEVICE, ME)
        assert room.unread == 2

    @pytest.mark.parametrize("agreed_to", [0, 10])
    def test_no_more_than_was_in_common_was_read(self, agreed_to: int) -> None:
        """Also where none of it is in memory."""
        room = joined_room(20)
        room.read = 20
        assert room.fork(agreed_to) == 0, "what never was here is not only here"
        room.follow(followed(15))
        assert room.unread == 15 - agreed_to

    @pytest.mark.parametrize(("first", "agreed_to"), [(1, 6), (8, 5)])
    def test_what_comes_in_place_of_what_was_lost_is_new(self, first: int, agreed_to: int) -> None:
        """Also where the last entry in common is not in memory."""
        room = joined_room(9)
        room.add_entries(entries(first, 9), DEVICE, ME)
        room.mark_read()
        room.new_after = 9
        room.fork(agreed_to)
        room.follow(followed(agreed_to))
        assert room.new_after == agreed_to

    def test_what_comes_in_place_of_what_was_cleared_is_in_view(self) -> None:
        room = joined_room(9)
        room.add_entries(entries(1, 9), DEVICE, ME)
        room.clear_view()
        room.tell(-2, TIME_MS, "told since", is_reminder=False)
        room.fork(6)
        room.add_entries((entry(7, "other"), entry(8, "other"), entry(9, "other")), DEVICE, ME)
        items, is_cleared = room.items_in_view()
        assert is_cleared
        assert [getattr(item, "text", "") for item in items] == ["told since", *3 * ["other"]]

    def test_all_that_was_cleared_was_lost(self) -> None:
        room = joined_room(3)
        room.add_entries(entries(1, 3), DEVICE, ME)
        room.clear_view()
        room.fork(0)
        room.add_entries((entry(1, "other"), entry(2), entry(3)), DEVICE, ME)
        items, is_cleared = room.items_in_view()
        assert len(items) == 3 and not is_cleared

    def test_beyond_what_is_in_memory_only_what_was_shown_is_counted(self) -> None:
        room = joined_room(9)
        room.add_entries(entries(8, 9), DEVICE, ME)
        assert room.fork(2) == 2


class TestSeekingWhatIsNew:
    @staticmethod
    def opened(read: int, held_from: int, head: int = 5000) -> ChatRoom:
        room = joined_room(head)
        room.read = room.new_after = read
        room.timeline.entries_max = head
        room.add_entries(entries(held_from, head), DEVICE, ME)
        return room

    def test_further_back_than_what_is_here(self) -> None:
        assert self.opened(read=4900, held_from=4950).seeks_new
        assert not self.opened(read=4900, held_from=4900).seeks_new

    def test_nothing_is_new(self) -> None:
        room = self.opened(read=4900, held_from=4950)
        room.new_after = None
        assert not room.seeks_new

    def test_nothing_is_further_back(self) -> None:
        assert not self.opened(read=0, held_from=1, head=60).seeks_new

    def test_not_beyond_its_bound(self) -> None:
        assert self.opened(read=10, held_from=5001 - NEW_ENTRIES_MAX).seeks_new
        assert not self.opened(read=10, held_from=5000 - NEW_ENTRIES_MAX).seeks_new
