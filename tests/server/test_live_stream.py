"""A short-lived stream tells the newest state of each subject, in numbers without a hole."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import limits
from protocol.frame_codec import decode_frames, decode_items, join_frames
from protocol.frames import Changes, Item, MemberItem
from server.live_stream import LiveStream, MakeItem


def new_stream() -> LiveStream:
    return LiveStream(5, b"s" * 8, 77)


def member(person: int, name: str = "ada") -> MakeItem:
    return lambda number: MemberItem(number, person, name, 1)


def decoded(frame: bytes) -> tuple[Changes, list[Item]]:
    """A frame as a client gets it: in a datagram of its own."""
    (changes,) = decode_frames(join_frames([frame]))
    assert isinstance(changes, Changes)
    return changes, decode_items(changes.items)


class Replica:
    """Complete to a number, and what it then knows of each subject."""

    def __init__(self) -> None:
        self.complete_to = 0
        self.names: dict[int, str] = {}

    def take(self, frame: bytes) -> None:
        changes, items = decoded(frame)
        assert (changes.ref, changes.incarnation) == (5, 77)
        assert changes.first == self.complete_to + 1, "frames are without a hole between them"
        assert changes.first <= changes.last <= changes.head
        for item in items:
            assert isinstance(item, MemberItem)
            assert changes.first <= item.number <= changes.last
            self.names[item.person] = item.name
        self.complete_to = changes.last


class TestMerging:
    def test_a_subject_that_changed_often_is_told_once(self) -> None:
        stream = new_stream()
        assert stream.change(1, member(1, "first"))
        assert not stream.change(1, member(1, "second"))
        assert not stream.change(2, member(2))
        (frame,) = stream.flush()
        changes, items = decoded(frame)
        assert (changes.first, changes.last, changes.head, stream.head) == (1, 2, 2, 2)
        assert items == [MemberItem(1, 1, "second", 1), MemberItem(2, 2, "ada", 1)]
        assert stream.change(1, member(1)), "after a flush, a change is the first again"

    def test_nothing_changed_is_nothing_told(self) -> None:
        stream = new_stream()
        assert stream.flush() == []
        stream.change(1, member(1))
        assert len(stream.flush()) == 1
        assert stream.flush() == []
        assert stream.head == 1

    def test_a_change_that_was_taken_back_is_not_told(self) -> None:
        stream = new_stream()
        stream.change(1, member(1))
        stream.change(2, member(2))
        stream.take_back(1)
        stream.take_back(9)
        (frame,) = stream.flush()
        assert decoded(frame)[1] == [MemberItem(1, 2, "ada", 1)]

    def test_what_is_superseded_is_forgotten(self) -> None:
        stream = new_stream()
        for _ in range(10):
            stream.change(1, member(1))
            stream.flush()
        assert (stream.head, len(stream)) == (10, 1)


class TestRanges:
    def test_a_range_covers_numbers_that_were_superseded(self) -> None:
        stream = new_stream()
        for person in (1, 2, 1):
            stream.change(person, member(person))
            stream.flush()
        ((covered_to, frame),) = stream.frames(1, 1)
        changes, items = decoded(frame)
        assert (covered_to, changes.first, changes.last, items) == (1, 1, 1, [])

    def test_a_range_ends_at_the_head(self) -> None:
        stream = new_stream()
        stream.change(1, member(1))
        stream.flush()
        assert [covered_to for covered_to, _ in stream.frames(1, 2**62)] == [1]
        assert list(stream.frames(2, 2**62)) == []
        assert list(new_stream().frames(1, 5)) == []

    def test_five_thousand_members_come_in_datagrams(self) -> None:
        stream, replica = new_stream(), Replica()
        for person in range(5000):
            stream.change(person, member(person, f"{person:064}"))
        frames = stream.flush()
        for frame in frames:
            assert len(join_frames([frame])) <= limits.PLAINTEXT_BYTES_MAX
            replica.take(frame)
        assert replica.complete_to == 5000
        assert len(replica.names) == 5000
        assert len(frames) <= 5000 // 14

    def test_a_changed_subject_moves_to_the_end_of_a_snapshot(self) -> None:
        stream, replica = new_stream(), Replica()
        for person in range(50):
            stream.change(person, member(person, "x" * 64))
        stream.flush()
        stream.change(0, member(0, "new"))
        stream.flush()
        for _, frame in stream.frames(1, stream.head):
            replica.take(frame)
        assert (replica.complete_to, len(replica.names), replica.names[0]) == (51, 50, "new")

    @settings(max_examples=50)
    @given(
        st.lists(st.lists(st.integers(1, 6), max_size=5), max_size=10),
        st.lists(st.booleans(), min_size=10, max_size=10),
        st.integers(1, 40),
    )
    def test_a_replica_that_missed_pushes_repairs_itself_with_ranges(
        self, rounds: list[list[int]], arrives: list[bool], name_bytes: int
    ) -> None:
        stream, replica, truth = new_stream(), Replica(), dict[int, str]()
        for place, (subjects, came) in enumerate(zip(rounds, arrives, strict=False)):
            for subject in subjects:
                truth[subject] = f"{place}-{subject}".ljust(name_bytes)
                stream.change(subject, member(subject, truth[subject]))
            pushed = stream.flush()
            if came and replica.complete_to + len(set(subjects)) == stream.head:
                for frame in pushed:
                    replica.take(frame)
        for _, frame in stream.frames(replica.complete_to + 1, stream.head):
            replica.take(frame)
        assert (replica.complete_to, replica.names) == (stream.head, truth)


@pytest.mark.parametrize(
    ("first", "last", "far"), [(1, 10, range(20, 980)), (995, 1000, range(980))]
)
def test_a_range_at_an_end_of_a_long_stream_costs_what_it_tells(
    first: int, last: int, far: range
) -> None:
    stream = new_stream()
    for person in range(1000):
        stream.change(person, member(person))
    stream.flush()
    for person in far:  # whoever looks at these fails
        stream._items[person] = cast("tuple[int, bytes]", None)
    told = [item.number for _, frame in stream.frames(first, last) for item in decoded(frame)[1]]
    assert told == list(range(first, last + 1))
    stream.change(990, member(990, "new"))
    (frame,) = stream.flush()
    assert [item.number for item in decoded(frame)[1]] == [1001]
