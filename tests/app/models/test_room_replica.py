"""One room's log: runs of new entries, positions that can be proven, forks that are found."""

from __future__ import annotations

import random

import pytest

from app.models.records import RoomEntry
from app.models.room_replica import RoomReplica
from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.frames import Entry, EntryFlag, EntryKind, Push, Subscribe
from protocol.sequence_set import SequenceSet

ROOM, REF, STREAM = 4, 8, b"stream 4"


def chain(number: int, history: int = 1) -> bytes:
    """The chain's value there, in one of several histories."""
    return bytes([history]) + number.to_bytes(8)[1:]


def push(first: int, last: int, *, visible_before: int = 0, history: int = 1) -> Push:
    entries = [
        Entry(EntryKind.MESSAGE, 1, 2, number, number - first, f"m{number}", EntryFlag.VISIBLE)
        for number in range(first, last + 1)
    ]
    return Push(REF, first, 1000, visible_before, chain(last, history), entries)


def numbers(runs: list[tuple[tuple[RoomEntry, ...], bytes]]) -> list[tuple[int, int]]:
    return [(entries[0].number, entries[-1].number) for entries, _ in runs]


class TestTaking:
    def test_entries_get_their_number_time_and_visible_count(self) -> None:
        entries = [
            Entry(EntryKind.MESSAGE, 1, 2, 3, 0, "a", EntryFlag.VISIBLE),
            Entry(EntryKind.JOIN, 5, 6, 7, 9, "", 0),
            Entry(EntryKind.MESSAGE, 1, 2, 4, -3, "b", EntryFlag.VISIBLE),
            Entry(EntryKind.MESSAGE, 1, 2, 4, 20, "c", EntryFlag.CONTINUES),
        ]
        replica = RoomReplica(ROOM)
        ((taken, value),) = replica.take(Push(REF, 10, 1000, 6, b"c" * 8, entries), 0.0)
        assert [(e.number, e.time_ms, e.visible) for e in taken] == [
            (10, 1000, 7), (11, 1009, 7), (12, 997, 8), (13, 1020, 8),
        ]  # fmt: skip
        assert taken[1] == RoomEntry(11, EntryKind.JOIN, 5, 6, 7, 1009, "", 0, 7)
        assert value == b"c" * 8

    def test_only_what_is_new_and_the_chain_only_with_the_last(self) -> None:
        replica = RoomReplica(ROOM)
        assert numbers(replica.take(push(4, 5), 0.0)) == [(4, 5)]
        runs = replica.take(push(1, 8), 0.0)
        assert numbers(runs) == [(1, 3), (6, 8)]
        assert [value for _, value in runs] == [b"", chain(8)]
        assert [entry.visible for entry in runs[1][0]] == [6, 7, 8]
        assert replica.take(push(1, 8), 0.0) == []
        ((_, value),) = replica.take(push(9, 9), 0.0)
        assert value == chain(9)

    def test_a_run_that_ends_before_its_push_has_no_chain_value(self) -> None:
        replica = RoomReplica(ROOM)
        replica.take(push(5, 6), 0.0)
        assert [value for _, value in replica.take(push(1, 6), 0.0)] == [b""]
        assert replica.subscribe(0).checkpoints == [(6, chain(6))]

    def test_beyond_the_last_number_is_nonsense(self) -> None:
        replica = RoomReplica(ROOM)
        with pytest.raises(RemoteProtocolError):
            replica.take(push(limits.NUMBER_MAX, limits.NUMBER_MAX + 1), 0.0)
        assert not replica.numbers.held


class TestPositions:
    def test_names_the_newest_that_can_be_proven(self) -> None:
        replica = RoomReplica(ROOM, STREAM, 3)
        assert replica.subscribe(0) == Subscribe(REF, STREAM, 3, [])
        assert replica.newest_named == 0
        for first in (7, 1, 4):
            replica.take(push(first, first + 2), 0.0)
        assert replica.subscribe(0) == Subscribe(REF, STREAM, 3, [(9, chain(9))])
        assert replica.newest_named == 9

    def test_as_the_disk_had_them_in_any_order(self) -> None:
        stored = ((9, chain(9)), (3, chain(3)), (6, chain(6)))
        replica = RoomReplica(ROOM, STREAM, 1, 1, SequenceSet([(1, 9)]), stored)
        assert replica.subscribe(0).checkpoints == [(9, chain(9))]

    def test_few_are_remembered_and_some_of_them_lie_far_back(self) -> None:
        replica = RoomReplica(ROOM, STREAM, 1)
        for number in range(1, 5001):
            replica.take(push(number, number), 0.0)
        kept = [number for number, _ in replica._checkpoints]
        assert len(kept) <= 128
        assert kept == sorted(kept)
        assert kept[-64:] == list(range(4937, 5001))
        assert kept[0] == 1
        for wanted in (4800, 4000, 3000, 2000, 500):
            below = max(number for number in kept if number <= wanted)
            assert 5000 - below <= 4 * (5000 - wanted), f"nothing near {wanted}"


def search(replica: RoomReplica, agree_to: int, head: int) -> tuple[int, int]:
    """Play the server, whose history is ours up to ``agree_to``: where the search ends, and how
    many questions it took."""
    question: Subscribe | None = replica.subscribe(0)
    asked = 0
    while question is not None:
        asked += 1
        assert len(question.checkpoints) <= limits.CHECKPOINTS_MAX
        named = [n for n, value in question.checkpoints if n <= min(agree_to, head)]
        answer = max(named, default=0)
        if answer >= replica.newest_named and not replica.parting:
            return answer, asked
        question = replica.find_fork(answer, 1)
    return replica.agreed_to, asked


def with_checkpoints(count: int, step: int = 1) -> RoomReplica:
    every = tuple((n, chain(n)) for n in range(step, count * step + 1, step))
    return RoomReplica(ROOM, STREAM, 1, 1, SequenceSet([(1, count * step)]), every)


class TestForks:
    @pytest.mark.parametrize("agree_to", range(121))
    def test_is_found_exactly_among_many(self, agree_to: int) -> None:
        found, asked = search(with_checkpoints(120), agree_to, head=200)
        assert found == agree_to
        assert asked <= 4

    def test_lies_at_the_last_checkpoint_before_it(self) -> None:
        found, _ = search(with_checkpoints(40, step=10), 237, head=1000)
        assert found == 230

    def test_among_thinned_ones_no_further_back_than_they_are_apart(self) -> None:
        replica = RoomReplica(ROOM, STREAM, 1)
        for number in range(1, 3001):
            replica.take(push(number, number), 0.0)
        for agree_to in (2990, 2500, 2000, 100):
            found, _ = search(replica, agree_to, head=5000)
            assert agree_to - 3 * (3000 - agree_to) - 64 <= found <= agree_to
            assert found > 0

    def test_none_in_common(self) -> None:
        assert search(with_checkpoints(120), 0, head=500) == (0, 2)

    def test_a_shorter_history_that_is_ours_is_a_fork_too(self) -> None:
        found, _ = search(with_checkpoints(30), 30, head=17)
        assert found == 17

    def test_histories_that_agree_are_no_fork(self) -> None:
        replica = with_checkpoints(30)
        assert search(replica, 30, head=90) == (30, 1)
        assert not replica.parting

    def test_a_new_subscription_forgets_a_search_that_was_not_ended(self) -> None:
        replica = with_checkpoints(120)
        replica.subscribe(0)
        assert replica.find_fork(0, 1) is not None
        assert replica.parting
        assert replica.subscribe(0).checkpoints == [(120, chain(120))]
        assert not replica.parting

    def test_any_answers_at_all_end_the_search(self) -> None:
        chance = random.Random(2)
        for _ in range(50):
            replica = with_checkpoints(120)
            replica.subscribe(0)
            for _ in range(130):
                if replica.find_fork(chance.choice([0, chance.randrange(400)]), 1) is None:
                    break
            else:
                pytest.fail("the search has no end")

    def test_what_is_cut_off_is_no_position_any_more(self) -> None:
        replica = with_checkpoints(30)
        replica.cut_above(17)
        assert replica.subscribe(0).checkpoints == [(17, chain(17))]
        assert list(replica.numbers.held) == [(1, 17)]
        assert numbers(replica.take(push(18, 19, history=2), 0.0)) == [(18, 19)]
        assert replica.subscribe(0).checkpoints == [(19, chain(19, 2))]
