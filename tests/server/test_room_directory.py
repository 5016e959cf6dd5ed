"""Rooms by number and by canonical name, and a list of them that is told as it changes."""

from __future__ import annotations

import msgspec

from protocol.frame_codec import decode_frames, decode_items
from protocol.frame_codec import join_frames as joined
from protocol.frames import Changes, Item, PersonItem, RoomItem
from server.live_stream import LiveStream
from server.room_directory import RoomDirectory
from tests.server.log_fixtures import LogUnderTest


def new_directory(log: LogUnderTest) -> RoomDirectory:
    return RoomDirectory(log.log, LiveStream(0, b"s" * 8, 1), 10)


def told(frames: list[bytes]) -> list[Item]:
    items: list[msgspec.Raw] = []
    for frame in frames:
        for changes in decode_frames(joined([frame])):
            assert isinstance(changes, Changes)
            items += changes.items
    return decode_items(items)


def test_begins_with_what_the_log_has() -> None:
    log = LogUnderTest(None)
    log.log.create_room("General", "general", 0)
    log.commit()
    rooms = new_directory(log)
    room = rooms.get(1)
    assert room is not None
    assert rooms.named("general") is room
    assert (len(rooms), list(rooms), rooms.get(2), rooms.named("x")) == (1, [room], None, None)
    (item,) = told([frame for _, frame in rooms.listing.frames(1, 9)])
    assert item == RoomItem(1, 1, room.stream_id, "General", "", 0)


def test_changes_are_told_as_the_room_is_when_they_are_told() -> None:
    log = LogUnderTest(None)
    rooms = new_directory(log)
    dirty: list[int] = []
    rooms.on_dirty = lambda: dirty.append(1)
    room = rooms.add(log.log.create_room("General", "general", 0))
    rooms.rename(room, "Lobby")
    room.member_count, room.topic = 3, "tea"
    rooms.changed(room)
    assert len(dirty) == 1, "asked for one flush"
    assert told(rooms.listing.flush()) == [RoomItem(1, 1, room.stream_id, "Lobby", "tea", 3)]
    assert rooms.named("general") is None
    assert rooms.named("lobby") is room


def test_new_names_of_people_are_told() -> None:
    rooms = new_directory(LogUnderTest(None))
    rooms.renamed_person(7, "Ada")
    rooms.renamed_person(7, "Countess")
    assert told(rooms.listing.flush()) == [PersonItem(1, 7, "Countess")]


def test_members_are_read_from_the_log() -> None:
    log = LogUnderTest(None)
    record = log.log.create_room("general", "general", 0)
    person = log.log.add_device(b"k" * 32, "Ada", "ada").person
    log.log.add_member(1, person)
    log.commit()
    rooms = new_directory(log)
    room = rooms.get(record.room)
    assert room is not None
    assert rooms.members(room) == {person}


def test_after_a_lost_batch_everything_is_as_the_log_says() -> None:
    log = LogUnderTest(None)
    rooms = new_directory(log)
    kept = rooms.add(log.log.create_room("general", "general", 0))
    rooms.add(log.log.create_room("as it was", "as it was", 0))
    log.commit()
    rooms.listing.flush()
    lost = rooms.add(log.log.create_room("lost", "lost", 0))
    rooms.rename(kept, "other")
    kept.members, kept.member_count = {1}, 1
    log.log.rollback()
    rooms.reload()
    assert rooms.get(lost.room) is None
    assert rooms.named("lost") is None
    assert rooms.named("other") is None
    assert rooms.named("general") is kept
    assert (kept.name, kept.member_count, rooms.members(kept)) == ("general", 0, set())
    assert [item.name for item in told(rooms.listing.flush()) if isinstance(item, RoomItem)] == [
        "general"
    ]
