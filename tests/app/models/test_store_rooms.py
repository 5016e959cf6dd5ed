"""The local history: entries, ranges, forks, and a start that reads no entries."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.commands import FindSince, LoadHistory, MarkRead, MarkUnread
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    HeadMoved,
    HistoryForked,
    MembershipChanged,
)
from app.models.local_store import LocalStore
from app.models.records import StoredRoom
from app.models.store_answers import HistoryLoaded, SinceFound
from app.models.store_rooms import HISTORY_LOADED_MAX, RoomTable
from app.models.store_schema import migrate
from app.models.store_servers import ServerTable
from app.structs import replace
from protocol.limits import CHECKPOINTS_MAX
from tests.app.models.store_fixtures import (
    ADDRESS,
    ROOM,
    STREAM,
    chain,
    entry,
    followed,
    listed,
    received,
    signed_in,
)


def rooms(store: LocalStore) -> tuple[StoredRoom, ...]:
    return store.restore(store.use_server(ADDRESS)).rooms


def numbers(store: LocalStore, before: int = 2**63, count: int = 50, room: int = ROOM) -> list[int]:
    (answer,) = store.apply(LoadHistory(room, before, count))
    assert isinstance(answer, HistoryLoaded)
    return [entry.number for entry in answer.entries]


def lost(store: LocalStore) -> list[str]:
    """What the server lost of its rooms."""
    kept = store.restore(store.use_server(ADDRESS)).kept
    answers = store.apply(*(LoadHistory(room.room, 2**63, 50) for room in kept))
    return [
        e.text for loaded in answers if isinstance(loaded, HistoryLoaded) for e in loaded.entries
    ]


class TestRead:
    def test_goes_back_only_when_the_person_says_so(self, store: LocalStore) -> None:
        store.apply(listed(), followed(9, base=5), received(5, 9), MarkRead(ROOM, 7))

        store.apply(MarkRead(ROOM, 6))
        assert rooms(store)[0].read == 7
        store.apply(MarkUnread(ROOM, 3))
        assert rooms(store)[0].read == 3
        store.apply(MarkUnread(ROOM, 8))
        assert rooms(store)[0].read == 3


class TestRooms:
    def test_come_back_as_they_were(self, store: LocalStore) -> None:
        store.apply(
            listed(), followed(9, base=5), received(5, 9), MarkRead(ROOM, 7), signed_in(rooms=(3,))
        )

        assert rooms(store) == (
            StoredRoom(
                room=ROOM,
                stream_id=STREAM,
                incarnation=1,
                name="general",
                topic="tea",
                joined=True,
                base=5,
                head=9,
                visible=9,
                read=7,
                held=((5, 9),),
                checkpoints=((9, chain(9)),),
            ),
        )

    def test_know_their_members_before_they_are_listed(self, store: LocalStore) -> None:
        store.apply(
            signed_in(rooms=(3, 4)), MembershipChanged(4, False), listed(3), listed(4, b"2")
        )

        assert [(room.room, room.joined) for room in rooms(store)] == [(3, True), (4, False)]
        store.apply(signed_in(rooms=(4,)))
        assert [(room.room, room.joined) for room in rooms(store)] == [(3, False), (4, True)]

    def test_follow_head_and_base(self, store: LocalStore) -> None:
        store.apply(followed(9), HeadMoved(ROOM, 12, 11), BaseMoved(ROOM, 4))
        (room,) = rooms(store)
        assert (room.head, room.visible, room.base) == (12, 11, 4)

        store.apply(received(13, 14))
        (room,) = rooms(store)
        assert (room.head, room.visible) == (14, 14)

    def test_do_not_become_unread_but_by_a_fork(self, store: LocalStore) -> None:
        store.apply(followed(9), MarkRead(ROOM, 7), MarkRead(ROOM, 3))
        assert rooms(store)[0].read == 7

        store.apply(followed(5))
        assert rooms(store)[0].read == 5

    def test_that_were_just_joined_have_nothing_unread_however_late_one_hears_of_them(
        self, store: LocalStore
    ) -> None:
        store.apply(signed_in(), MembershipChanged(ROOM, True), listed())
        (room,) = rooms(store)
        assert (room.joined, room.fresh) == (True, True)
        store.apply(followed(9))
        (room,) = rooms(store)
        assert (room.visible, room.read, room.fresh) == (9, 9, False)

        store.apply(MembershipChanged(ROOM, True), followed(12))
        assert [room.read for room in rooms(store)] == [9]
        store.apply(MembershipChanged(ROOM, False), MembershipChanged(ROOM, True), followed(20))
        assert [room.read for room in rooms(store)] == [20]

    def test_know_which_of_the_unread_are_the_persons_own(self, store: LocalStore) -> None:
        store.apply(signed_in(rooms=(ROOM,)), listed(), followed(9))
        entries = [replace(entry(number), author=7 if number % 3 else 1) for number in range(1, 8)]
        entries.append(replace(entry(8), flags=0, visible=7))
        store.apply(EntriesReceived(ROOM, tuple(entries), chain(8)))
        assert [room.own_unread for room in rooms(store)] == [(1, 2, 4, 5, 7)]

        store.apply(MarkRead(ROOM, 4))
        assert [room.own_unread for room in rooms(store)] == [(5, 7)]
        store.apply(HistoryForked(ROOM, 5))
        assert [room.own_unread for room in rooms(store)] == [(5,)]
        store.apply(MembershipChanged(ROOM, False))
        assert [room.own_unread for room in rooms(store)] == [()]

    def test_of_another_stream_leave_the_old_entries_where_they_are(
        self, store: LocalStore
    ) -> None:
        store.apply(followed(3), received(1, 3))

        store.apply(followed(1, stream_id=b"stream-2"), received(1, 1, text="new"))

        (room,) = rooms(store)
        assert (room.stream_id, room.held) == (b"stream-2", ((1, 1),))
        store.apply(listed())
        (room,) = rooms(store)
        assert (room.stream_id, room.held) == (STREAM, ((1, 3),))
        assert numbers(store) == [1, 2, 3]

    def test_can_swap_their_numbers(self, store: LocalStore) -> None:
        store.apply(listed(1, b"a"), listed(2, b"b"), listed(1, b"b"), listed(2, b"a"))

        assert [(room.room, room.stream_id) for room in rooms(store)] == [(1, b"b"), (2, b"a")]

    def test_that_nobody_listed_are_ignored(self, store: LocalStore) -> None:
        store.apply(
            received(1, 3), HeadMoved(ROOM, 3, 3), HistoryForked(ROOM, 1), MarkRead(ROOM, 1)
        )

        assert rooms(store) == ()
        assert numbers(store) == []
        assert lost(store) == []

    def test_are_each_servers_own(self, store: LocalStore) -> None:
        store.apply(followed(3), received(1, 3))

        assert store.restore(store.use_server("other:1")).rooms == ()
        assert numbers(store) == []


class TestEntries:
    def test_come_back_oldest_first_below_a_number(self, store: LocalStore) -> None:
        store.apply(followed(9), received(1, 4), received(6, 9))

        assert numbers(store, before=8, count=3) == [4, 6, 7]
        assert numbers(store, before=1) == []
        assert numbers(store, count=-1) == []

    def test_are_kept_whole(self, store: LocalStore) -> None:
        store.apply(followed(1), EntriesReceived(ROOM, (entry(1, "a\0b 👋\n"),), b""))

        (answer,) = store.apply(LoadHistory(ROOM, 2, 1))

        assert answer == HistoryLoaded(ROOM, (entry(1, "a\0b 👋\n"),))
        assert rooms(store)[0].checkpoints == ()

    def test_are_loaded_in_bounded_numbers(self, store: LocalStore) -> None:
        store.apply(followed(1), received(1, HISTORY_LOADED_MAX + 5))

        assert len(numbers(store, count=10**6)) == HISTORY_LOADED_MAX

    def test_that_come_again_replace_but_keep_their_checkpoint(self, store: LocalStore) -> None:
        store.apply(followed(3), received(1, 2), received(2, 3, text="again"))

        assert rooms(store)[0].checkpoints == ((3, chain(3)), (2, chain(2)))
        assert rooms(store)[0].held == ((1, 3),)

    @pytest.mark.parametrize(
        "order", list(itertools.permutations([(1, 2), (3, 4), (5, 6), (8, 9)]))
    )
    def test_held_ranges_that_touch_become_one(
        self, store: LocalStore, order: tuple[tuple[int, int], ...]
    ) -> None:
        store.apply(followed(9), *(received(first, last) for first, last in order))

        assert rooms(store)[0].held == ((1, 6), (8, 9))

    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 8), st.booleans()), max_size=25))
    def test_held_ranges_are_those_of_a_set(self, steps: list[tuple[int, int, bool]]) -> None:
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            migrate(connection)
            server = ServerTable(connection).add("")
            table = RoomTable(connection)
            table.follow(server, followed(100))
            model: set[int] = set()
            for first, length, forks in steps:
                if forks:
                    table.fork(server, HistoryForked(ROOM, first))
                    model = {number for number in model if number <= first}
                else:
                    table.add_entries(server, received(first, first + length))
                    model |= set(range(first, first + length + 1))

            (room,) = table.rooms(server)

            assert list(room.held) == ranges_of(model)
            assert [number for (number,) in connection.execute("SELECT number FROM entries")] == (
                sorted(model)
            )


def ranges_of(numbers: set[int]) -> list[tuple[int, int]]:
    runs = itertools.groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    members = [[number for _, number in run] for _, run in runs]
    return [(run[0], run[-1]) for run in members]


class TestSince:
    TIME = 1_700_000_000_000

    def test_first_entry_is_certain_where_the_one_before_is_held(self, store: LocalStore) -> None:
        store.apply(listed(), followed(head=40), received(10, 20))

        (found,) = store.apply(FindSince(ROOM, self.TIME + 12))
        assert found == SinceFound(
            ROOM, self.TIME + 12, 12, self.TIME + 12, 12, self.TIME + 12, is_certain=True
        )

    def test_it_is_not_where_a_range_begins_or_where_there_is_none(self, store: LocalStore) -> None:
        store.apply(listed(), followed(head=40), received(10, 20), received(30, 40))

        for since, number in ((5, 10), (10, 10), (25, 30), (41, 0)):
            (found,) = store.apply(FindSince(ROOM, self.TIME + since))
            assert isinstance(found, SinceFound)
            assert (found.entry, found.is_certain) == (number, False)

    def test_a_message_is_what_people_see(self, store: LocalStore) -> None:
        entries = (replace(entry(1), flags=0), replace(entry(2), flags=2), entry(3))
        store.apply(listed(), followed(head=40), EntriesReceived(ROOM, entries, chain(3)))

        (found,) = store.apply(FindSince(ROOM, 0))
        assert isinstance(found, SinceFound)
        assert (found.entry, found.message) == (1, 3)

    def test_a_message_of_somebody_hidden_is_passed_over(self, store: LocalStore) -> None:
        entries = (entry(1), replace(entry(2), author=9), entry(3))
        store.apply(listed(), followed(head=40), EntriesReceived(ROOM, entries, chain(3)))

        for without, message in (((), 1), ((7,), 2), ((7, 9), 0)):
            (found,) = store.apply(FindSince(ROOM, 0, without))
            assert isinstance(found, SinceFound)
            assert (found.entry, found.message) == (1, message)


class TestFork:
    def test_keeps_what_it_takes_out_of_the_room(self, store: LocalStore) -> None:
        store.apply(followed(6), received(1, 6), MarkRead(ROOM, 6))

        store.apply(HistoryForked(ROOM, 4))

        (room,) = rooms(store)
        assert (room.held, room.read, room.checkpoints) == (((1, 4),), 4, ())
        assert numbers(store) == [1, 2, 3, 4]
        assert lost(store) == ["message 5", "message 6"]

    def test_from_the_start_takes_all(self, store: LocalStore) -> None:
        store.apply(followed(2), received(1, 2), MarkRead(ROOM, 2), HistoryForked(ROOM, 0))

        (room,) = rooms(store)
        assert (room.held, room.read) == ((), 0)
        assert lost(store) == ["message 1", "message 2"]

    def test_no_longer_keeps_what_comes_back_the_same(self, store: LocalStore) -> None:
        store.apply(followed(6), received(1, 6), HistoryForked(ROOM, 3))

        store.apply(received(4, 4), received(5, 5, text="other"))

        assert lost(store) == ["message 5", "message 6"]

    def test_twice_keeps_both(self, store: LocalStore) -> None:
        store.apply(followed(2), received(1, 2), HistoryForked(ROOM, 1))
        store.apply(received(2, 2, text="second"), HistoryForked(ROOM, 1))

        assert lost(store) == ["message 2", "second"]


class TestCheckpoints:
    def test_lie_ever_further_apart_and_reach_the_start(self, store: LocalStore) -> None:
        store.apply(followed(3000), *(received(n, n) for n in range(1, 3001)))

        (room,) = rooms(store)

        found = [number for number, _ in room.checkpoints]
        assert found[:5] == [3000, 2999, 2998, 2996, 2992]
        assert found[-1] < 1000
        assert len(found) <= CHECKPOINTS_MAX
        assert all(value == chain(number) for number, value in room.checkpoints)

    def test_are_bounded(self, store: LocalStore) -> None:
        spread = [received(2**n, 2**n) for n in range(40)]

        store.apply(followed(2**39), *spread)

        assert len(rooms(store)[0].checkpoints) <= CHECKPOINTS_MAX


class TestStart:
    def test_reads_no_more_where_there_is_more(self) -> None:
        steps = [self.steps_to_start(count) for count in (200, 200_000)]

        assert steps[1] < steps[0] * 2

    @staticmethod
    def steps_to_start(count: int) -> int:
        """Steps of SQLite's machine to restore a room of so many entries, of which none was read,
        and to show it."""
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            migrate(connection)
            server = ServerTable(connection).add("")
            table = RoomTable(connection)
            table.set_joined(server, ROOM, True)
            table.follow(server, followed(count))
            connection.execute("BEGIN")
            for first in range(1, count, 100):
                table.add_entries(server, received(first, first + 99))
            connection.execute("COMMIT")
            steps = 0

            def count_step() -> int:
                nonlocal steps
                steps += 1
                return 0

            connection.set_progress_handler(count_step, 1)
            (room,) = table.rooms(server)
            shown = table.history(server, ROOM, count + 1, 50)

        assert room.held == ((1, count),)
        assert len(shown) == 50
        return steps
