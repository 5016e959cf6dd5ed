"""A reference says which stream is meant, and of what kind it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocol import streams


@given(st.integers(min_value=1, max_value=2**31 - 1))
def test_the_two_streams_of_a_room(room: int) -> None:
    log, people = streams.log_of(room), streams.people_of(room)
    assert streams.room_of(log) == streams.room_of(people) == room
    assert streams.is_log(log)
    assert not streams.is_log(people)


def test_the_list_of_rooms_belongs_to_no_room() -> None:
    assert streams.room_of(streams.ROOMS) == 0
    assert not streams.is_log(streams.ROOMS)


def test_no_two_streams_share_a_reference() -> None:
    rooms = range(1, 50)
    refs = [streams.ROOMS, *map(streams.log_of, rooms), *map(streams.people_of, rooms)]
    assert len(set(refs)) == len(refs)
