"""A room knows what is committed; its newest entries are in memory, the open batch is nobody's."""

from __future__ import annotations

from protocol.frame_codec import decode_frames, join_frames
from protocol.frames import Push
from server.room import Room
from tests.server.log_fixtures import LogUnderTest, entry


def new_room(recent_max: int = 5) -> tuple[LogUnderTest, Room]:
    log = LogUnderTest(None)
    room = Room(log.log.create_room("general", "general", 0), recent_max)
    log.commit()
    return log, room


def publish(log: LogUnderTest, room: Room, count: int) -> list[bytes]:
    room.fresh.extend(log.log.append(room.room, [entry(f"{n}") for n in range(count)]))
    log.commit()
    return room.publish()


def test_the_open_batch_is_not_seen_before_it_is_published() -> None:
    log, room = new_room()
    before = (room.head, room.visible, room.chain)
    room.fresh.extend(log.log.append(1, [entry("one"), entry("two")]))
    assert (room.head, room.visible, room.chain) == before
    assert room.recent_range(1, 2) is None
    (frame,) = room.publish()
    (push,) = decode_frames(join_frames([frame]))
    assert isinstance(push, Push)
    assert (push.first, len(push.entries), push.chain) == (1, 2, room.chain)
    record = log.log.rooms()[0]
    assert (room.head, room.visible, room.chain) == (record.head, record.visible, record.chain)
    assert room.publish() == []


def test_a_batch_that_was_lost_leaves_no_trace() -> None:
    log, room = new_room()
    publish(log, room, 2)
    before = (room.head, room.visible, room.chain)
    room.fresh.extend(log.log.append(1, [entry("lost")]))
    log.log.rollback()
    room.restore(log.log.rooms()[0])
    assert (room.head, room.visible, room.chain) == before
    assert room.publish() == []
    publish(log, room, 1)
    assert room.head == 3


def test_ranges_from_memory_are_those_of_the_log() -> None:
    log, room = new_room(recent_max=5)
    publish(log, room, 8)
    assert room.recent_range(3, 8) is None, "3 is only in the log"
    assert room.recent_range(4, 8) == log.log.entries(1, 4, 8, 10**6)
    assert room.recent_range(5, 6) == log.log.entries(1, 5, 6, 10**6)
    assert room.recent_range(7, 99) == log.log.entries(1, 7, 8, 10**6)
    assert room.recent_range(9, 99) == []


def test_chain_values_from_memory_are_those_of_the_log() -> None:
    log, room = new_room(recent_max=5)
    assert room.chain_at(0) == log.log.chain(1, 0)
    publish(log, room, 8)
    for number in range(4, 9):
        assert room.chain_at(number) == log.log.chain(1, number)
    assert room.chain_at(3) is None
    assert room.chain_at(0) is None
    assert room.chain_at(9) is None


def test_a_room_taken_from_the_log_has_nothing_in_memory() -> None:
    log, room = new_room()
    publish(log, room, 3)
    fresh_start = Room(log.log.rooms()[0], 5)
    assert (fresh_start.head, fresh_start.recent_range(1, 3)) == (3, None)
    assert fresh_start.chain_at(3) == room.chain
