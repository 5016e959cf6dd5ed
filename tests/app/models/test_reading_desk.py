"""What is unread, and what becomes of it as rooms are opened."""

from __future__ import annotations

from app.models import commands
from app.models.events import HeadMoved, HistoryForked, MembershipChanged, RoomFollowed
from app.models.message import Message
from app.models.signals import RoomOpened
from app.models.timeline import OTHER_ENTRIES_MAX, RECENT_ENTRIES_MAX
from tests.app.models.chat_fixtures import Bench, received, stream_of


class TestUnread:
    def test_unread_is_newest_minus_read(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5))
        assert bench.model.rooms[1].unread == 5

        bench.model.reading.mark_read(1)
        assert bench.model.rooms[1].unread == 0
        assert bench.submitted(commands.MarkRead) == [commands.MarkRead(1, 5)]

    def test_a_message_can_be_marked_unread(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5))
        bench.model.reading.mark_read(1)
        third = bench.model.rooms[1].timeline.items[2]
        assert isinstance(third, Message)

        bench.model.reading.mark_unread(1, third.key)

        assert bench.model.rooms[1].unread == 3
        assert bench.model.rooms[1].new_after == 2
        assert bench.submitted(commands.MarkUnread) == [commands.MarkUnread(1, 2)]

    def test_no_such_message_marks_nothing_unread(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5))
        bench.model.reading.mark_read(1)

        bench.model.reading.mark_unread(1, 77)

        assert bench.model.rooms[1].unread == 0

    def test_head_alone_counts_what_is_still_to_come(self, bench: Bench) -> None:
        bench.model.apply(HeadMoved(1, 9, 7))

        assert bench.model.rooms[1].unread == 7

    def test_only_what_is_here_can_be_read(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5), HeadMoved(1, 9, 9))
        bench.model.reading.mark_read(1)

        assert bench.model.rooms[1].unread == 4

    def test_same_entries_twice_count_once(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5), received(1, 5))

        assert bench.model.rooms[1].unread == 5

    def test_room_one_just_joined_is_read(self, bench: Bench) -> None:
        bench.follow(2, head=500, base=451)

        assert bench.model.rooms[2].unread == 0
        assert bench.submitted(commands.MarkRead) == [commands.MarkRead(2, 500)]

    def test_room_that_was_followed_before_it_was_joined_is_read(self, bench: Bench) -> None:
        bench.model.apply(HeadMoved(2, 500, 500), MembershipChanged(2, True))

        assert bench.model.rooms[2].unread == 0

    def test_room_one_is_not_in_has_nothing_unread(self, bench: Bench) -> None:
        bench.model.apply(HeadMoved(2, 9, 9))

        assert bench.model.rooms[2].unread == 0

    def test_room_restored_from_a_backup_is_not_less_than_read(self, bench: Bench) -> None:
        bench.model.apply(received(1, 5))
        bench.model.reading.mark_read(1)

        bench.model.apply(HistoryForked(1, 2), RoomFollowed(1, stream_of(1), 2, 1, 1, 2, 2))
        assert bench.model.rooms[1].unread == 0

        bench.model.apply(received(3, 4))
        assert bench.model.rooms[1].unread == 2


class TestOpening:
    def test_people_are_watched_and_the_newest_page_is_asked_for(self, bench: Bench) -> None:
        bench.follow(2, head=500, base=451)
        bench.clear()

        bench.model.reading.show_room(2)

        assert bench.commands == [commands.WatchPeople(2), commands.LoadHistory(2, 501, 100)]
        assert bench.named(RoomOpened) == [RoomOpened(2)]

    def test_room_that_is_open_is_not_opened_again(self, bench: Bench) -> None:
        bench.model.reading.show_room(1)

        assert not bench.commands and not bench.named(RoomOpened)

    def test_unknown_room_opens_none(self, bench: Bench) -> None:
        bench.model.reading.show_room(99)

        assert bench.model.open_room is None
        assert bench.named(RoomOpened) == [RoomOpened(0)]

    def test_new_line_stays_until_the_room_is_left(self, bench: Bench) -> None:
        bench.follow(2)
        bench.model.apply(received(1, 3, room=2))

        bench.model.reading.show_room(2)
        assert bench.model.rooms[2].new_after == 0
        bench.model.reading.mark_read(2)
        assert bench.model.rooms[2].new_after == 0

        bench.model.reading.show_room(1)
        assert bench.model.rooms[2].new_after is None

    def test_memory_is_for_rooms_seen_lately(self, bench: Bench) -> None:
        model = bench.model
        for room in range(2, 12):
            bench.follow(room)
            model.reading.show_room(room)
            model.apply(received(1, 3000, room=room))

        kept = [len(model.rooms[room].timeline.items) for room in range(2, 12)]

        assert kept[:4] == [OTHER_ENTRIES_MAX] * 4
        assert all(count <= RECENT_ENTRIES_MAX * 5 // 4 for count in kept)
        assert kept[-2] == RECENT_ENTRIES_MAX
