"""What the server lost is read like a room, under a number that stays the same."""

from __future__ import annotations

from pathlib import Path

from app.models.commands import DropKept, FindText, LoadAround, LoadHistory, LoadNewer
from app.models.events import EntriesReceived, HistoryForked, MembershipChanged, RoomsComplete
from app.models.local_store import LocalStore
from app.models.records import KeptRoom
from app.models.store_answers import AroundLoaded, HistoryLoaded, NewerLoaded, RoomsKept, TextFound
from app.structs import replace
from protocol.frames import EntryFlag
from tests.app.models.store_fixtures import (
    ADDRESS,
    ROOM,
    STREAM,
    entry,
    followed,
    listed,
    received,
    started_store,
)

OTHER = b"stream-2"


def kept(store: LocalStore) -> tuple[KeptRoom, ...]:
    return store.restore(store.use_server(ADDRESS)).kept


def texts(store: LocalStore, room: int, before: int = 2**63) -> list[str]:
    (answer,) = store.apply(LoadHistory(room, before, 50))
    assert isinstance(answer, HistoryLoaded)
    return [each.text for each in answer.entries]


class TestGoneRooms:
    def test_are_told_of_when_the_server_gives_their_number_away(self, store: LocalStore) -> None:
        store.apply(listed(), followed(3), received(1, 3))

        answers = store.apply(listed(ROOM, OTHER, "other"))

        (room,) = kept(store)
        assert answers == [RoomsKept((room,))]
        assert (room.name, room.stream_id, room.is_part) == ("general", STREAM, False)
        assert (room.first, room.last, room.messages) == (1, 3, 3)
        assert room.room < 0

    def test_are_those_that_a_complete_list_has_not(self, store: LocalStore) -> None:
        store.apply(listed(), followed(1), received(1, 1), listed(4, OTHER, "other"))

        (answer,) = store.apply(RoomsComplete(frozenset({4})))

        assert isinstance(answer, RoomsKept) and answer.rooms == kept(store)
        assert [room.name for room in answer.rooms] == ["general"]

    def test_are_not_those_one_is_in(self, store: LocalStore) -> None:
        store.apply(listed(), followed(1), received(1, 1), MembershipChanged(ROOM, True))

        assert store.apply(RoomsComplete(frozenset({4}))) == []
        assert kept(store) == ()

    def test_without_messages_are_nothing(self, store: LocalStore) -> None:
        store.apply(listed())

        assert store.apply(listed(ROOM, OTHER, "other")) == [RoomsKept(())]

    def test_come_back_with_their_stream(self, store: LocalStore) -> None:
        store.apply(listed(), followed(3), received(1, 3), listed(ROOM, OTHER, "other"))
        (room,) = kept(store)

        assert store.apply(listed(9)) == [RoomsKept(())]
        assert texts(store, 9) == ["message 1", "message 2", "message 3"]
        assert texts(store, room.room) == []

    def test_are_each_servers_own(self, store: LocalStore) -> None:
        store.apply(listed(), followed(3), received(1, 3), listed(ROOM, OTHER, "other"))
        (room,) = kept(store)

        assert store.restore(store.use_server("other:1")).kept == ()
        assert texts(store, room.room) == []


class TestLostParts:
    def fork(self, store: LocalStore, agreed_to: int) -> RoomsKept:
        (answer,) = store.apply(HistoryForked(ROOM, agreed_to))
        assert isinstance(answer, RoomsKept)
        return answer

    def test_are_told_of_with_the_fork(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6))

        (part,) = self.fork(store, 4).rooms

        assert (part.name, part.is_part, part.messages) == ("general", True, 2)
        assert (part.first, part.last) == (1, 2)
        assert (part.after, part.since_ms) == (4, entry(4).time_ms)
        assert texts(store, part.room) == ["message 5", "message 6"]

    def test_of_all_have_nothing_before(self, store: LocalStore) -> None:
        store.apply(listed(), followed(2), received(1, 2))

        (part,) = self.fork(store, 0).rooms

        assert (part.after, part.since_ms) == (0, 0)

    def test_of_several_forks_are_one_log_without_holes(self, store: LocalStore) -> None:
        store.apply(listed(), followed(3), received(1, 3))
        store.apply(listed(4, OTHER, "other"), followed(2, room=4, stream_id=OTHER))
        store.apply(received(1, 2, room=4), HistoryForked(ROOM, 1), HistoryForked(4, 1))
        store.apply(received(2, 3, text="again"))

        part, other = self.fork(store, 1).rooms

        assert (part.first, part.last, part.messages) == (1, 5, 4)
        assert (other.name, other.messages) == ("other", 1)
        (loaded,) = store.apply(LoadHistory(part.room, 2**63, 50))
        assert isinstance(loaded, HistoryLoaded)
        # 2 follows 3 where the second return begins, so a number is left out.
        assert [(each.number, each.text, each.visible) for each in loaded.entries] == [
            (1, "message 2", 1), (2, "message 3", 2), (4, "again", 3), (5, "again", 4),
        ]  # fmt: skip

    def test_are_read_in_pages_around_and_on(self, store: LocalStore) -> None:
        store.apply(listed(), followed(9), received(1, 9))
        (part,) = self.fork(store, 1).rooms

        assert texts(store, part.room, before=3) == ["message 2", "message 3"]
        around, newer = store.apply(LoadAround(part.room, 4, 3), LoadNewer(part.room, 6, 9))
        assert isinstance(around, AroundLoaded) and isinstance(newer, NewerLoaded)
        assert [each.number for each in around.entries] == [3, 4, 5]
        assert [each.number for each in newer.entries] == [7, 8]

    def test_words_are_found_in_them(self, store: LocalStore) -> None:
        lines = (entry(1, "tea"), entry(2, "Café"), entry(3, "tea"))
        store.apply(listed(), followed(3), EntriesReceived(ROOM, lines, b""))
        (part,) = self.fork(store, 1).rooms

        assert store.apply(FindText(part.room, "cafe"), FindText(ROOM, "cafe")) == [
            TextFound(part.room, "cafe", (1,)), TextFound(ROOM, "cafe", ()),
        ]  # fmt: skip

    def test_a_message_that_was_never_whole_is_not_joined_to_the_next(
        self, store: LocalStore
    ) -> None:
        half = replace(entry(2, "half of"), flags=int(EntryFlag.CONTINUES))
        store.apply(listed(), followed(4), received(1, 1), EntriesReceived(ROOM, (half,), b""))
        store.apply(received(4, 4))
        (part,) = self.fork(store, 1).rooms

        (found,) = store.apply(FindText(part.room, "message 4"))

        assert isinstance(found, TextFound) and found.numbers == (3,)

    def test_that_come_back_the_same_are_kept_no_more(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6), HistoryForked(ROOM, 4))

        (answer,) = store.apply(received(5, 5))
        assert isinstance(answer, RoomsKept) and answer.rooms[0].messages == 1
        assert store.apply(received(6, 6)) == [RoomsKept(())]

    def test_stay_when_the_room_is_gone_as_well(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6), HistoryForked(ROOM, 4))
        store.apply(listed(ROOM, OTHER, "other"))

        assert [(room.is_part, room.messages) for room in kept(store)] == [(True, 2), (False, 4)]


class TestManyLostParts:
    """Counting them must not keep a start or a return waiting."""

    def steps_to_count(self, folder: Path, rooms: int) -> int:
        """In hundreds of steps of SQLite's machine, for so many rooms that lost 50 entries each."""
        folder.mkdir()
        store = started_store(folder)
        for room in range(1, rooms + 1):
            stream_id = f"stream-{room}".encode()
            store.apply(listed(room, stream_id), followed(50, room=room, stream_id=stream_id))
            store.apply(received(1, 50, room=room), HistoryForked(room, 0))
        steps = []
        store._connection.set_progress_handler(lambda: steps.append(1), 100)
        assert len(kept(store)) == rooms
        store.close()
        return len(steps)

    def test_each_entry_is_looked_at_once(self, tmp_path: Path) -> None:
        few = self.steps_to_count(tmp_path / "few", 4)
        assert self.steps_to_count(tmp_path / "many", 16) < 6 * few

    def test_those_of_another_server_are_not_among_them(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6), HistoryForked(ROOM, 4))

        assert store.restore(store.use_server("other:1")).kept == ()

    def test_several_changes_at_once_are_told_once(self, store: LocalStore) -> None:
        store.apply(listed(), followed(3), received(1, 3))
        store.apply(listed(4, OTHER, "other"), followed(2, room=4, stream_id=OTHER))
        store.apply(received(1, 2, room=4))

        (told,) = store.apply(HistoryForked(ROOM, 1), HistoryForked(4, 1))

        assert isinstance(told, RoomsKept) and len(told.rooms) == 2
        drops = (DropKept(part.room) for part in told.rooms)
        assert store.apply(*drops) == [RoomsKept(())]


class TestDropping:
    def test_deletes_this_and_nothing_else(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6), HistoryForked(ROOM, 4))
        store.apply(listed(ROOM, OTHER, "other"))
        part, room = kept(store)

        assert store.apply(DropKept(part.room)) == [RoomsKept((room,))]
        assert texts(store, part.room) == []
        assert store.apply(DropKept(room.room)) == [RoomsKept(())]
        assert texts(store, room.room) == []

    def test_spares_what_the_server_has(self, store: LocalStore) -> None:
        store.apply(listed(), followed(6), received(1, 6), HistoryForked(ROOM, 4))
        (part,) = kept(store)

        # The number that this room would have, if the server did not have it.
        store.apply(DropKept(part.room + 1), DropKept(-999))

        assert texts(store, ROOM) == [f"message {number}" for number in range(1, 5)]
        assert kept(store) == (part,)
