"""How far members hold a room comes back with the next start, at no price of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import MarkRead, NoteHolders
from app.models.events import HeldChanged, HistoryForked, PeopleChanged, RoomReplaced
from app.models.local_store import LocalStore
from app.models.records import Member, StoredRoom
from app.models.store_holders import HOLDERS_MAX, WAITING_MAX
from protocol.frames import Presence
from tests.app.models.store_fixtures import (
    ADDRESS,
    ROOM,
    STREAM,
    copied_folder,
    followed,
    listed,
    open_store,
    received,
    signed_in,
    started_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    opened = started_store(tmp_path / "data")
    opened.apply(signed_in(rooms=(ROOM,)), listed(), followed(9), received(1, 9))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def room_of(store: LocalStore) -> StoredRoom:
    (room,) = store.restore(store.use_server(ADDRESS)).rooms
    return room


def after_end(store: LocalStore, folder: Path) -> StoredRoom:
    """What the next start finds."""
    store.close()
    again = open_store(folder)
    try:
        return room_of(again)
    finally:
        again.close()


def after_crash(folder: Path, copy: Path) -> StoredRoom:
    """What a start finds of a program that was killed just now."""
    again = open_store(copied_folder(folder, copy))
    try:
        return room_of(again)
    finally:
        again.close()


class TestHolders:
    def test_come_back_and_only_grow(self, store: LocalStore, folder: Path) -> None:
        store.apply(HeldChanged(ROOM, ((9, 1), (4, 2))), NoteHolders(ROOM, 4, 2))
        store.apply(HeldChanged(ROOM, ((7, 1), (6, 2))), NoteHolders(ROOM, 6, 3))

        room = after_end(store, folder)

        assert dict(room.holders) == {1: 9, 2: 6}
        assert (room.held_by_all, room.others) == (6, 3)

    def test_are_written_with_what_is_written_anyway(
        self, store: LocalStore, folder: Path, tmp_path: Path
    ) -> None:
        store.apply(HeldChanged(ROOM, ((9, 1),)))
        assert after_crash(folder, tmp_path / "one").holders == ()

        store.apply(MarkRead(ROOM, 1))
        assert after_crash(folder, tmp_path / "two").holders == ((1, 9),)

    def test_many_are_worth_a_write(self, store: LocalStore, folder: Path, tmp_path: Path) -> None:
        store.apply(HeldChanged(ROOM, tuple((9, person) for person in range(WAITING_MAX))))

        assert len(after_crash(folder, tmp_path / "one").holders) == HOLDERS_MAX

    def test_of_many_those_stay_who_hold_most(self, store: LocalStore, folder: Path) -> None:
        count = HOLDERS_MAX + 20
        store.apply(HeldChanged(ROOM, tuple((person, person) for person in range(1, count + 1))))

        room = after_end(store, folder)

        assert {person for person, _ in room.holders} == set(range(21, count + 1))

    def test_whoever_left_holds_nothing(self, store: LocalStore, folder: Path) -> None:
        store.apply(HeldChanged(ROOM, ((9, 1), (9, 2))), MarkRead(ROOM, 1))
        store.apply(PeopleChanged(ROOM, (Member(1, "ben", Presence.GONE),)))

        assert after_end(store, folder).holders == ((2, 9),)

    @pytest.mark.parametrize("event", [HistoryForked(ROOM, 5), RoomReplaced(ROOM)])
    def test_another_log_is_held_by_nobody(
        self, store: LocalStore, folder: Path, event: HistoryForked | RoomReplaced
    ) -> None:
        store.apply(HeldChanged(ROOM, ((9, 1),)), NoteHolders(ROOM, 9, 1), MarkRead(ROOM, 1))
        store.apply(HeldChanged(ROOM, ((8, 2),)))
        store.apply(event)

        room = after_end(store, folder)

        assert (room.stream_id, room.holders, room.held_by_all) == (STREAM, (), 0)
