"""The entries of a room in strict order, each once, from disk and server."""

from __future__ import annotations

import pytest

from app.cli_reading import StrictOrder
from app.cli_session import Failure
from app.models.commands import LoadHistory
from app.models.events import EntriesReceived, HistoryForked
from app.models.store_answers import HistoryLoaded
from app.structs import replace
from protocol.sequence_set import SequenceSet
from tests.app.cli_entries import ROOM, entry


class TestStrictOrder:
    def numbers(self, order: StrictOrder) -> list[int]:
        return [item.number for item in order.take_out()]

    def received(self, first: int, last: int) -> EntriesReceived:
        return EntriesReceived(ROOM, tuple(map(entry, range(first, last + 1))), b"")

    def test_holds_back_until_nothing_is_missing(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(self.received(7, 8))
        assert self.numbers(order) == []

        order.take_in(self.received(3, 6))

        assert self.numbers(order) == [5, 6, 7, 8]
        order.take_in(self.received(5, 9))
        assert self.numbers(order) == [9]

    def test_other_rooms_mean_nothing(self) -> None:
        order = StrictOrder(ROOM + 1, 1, SequenceSet())
        order.take_in(self.received(1, 2))

        assert self.numbers(order) == []

    def test_reads_from_disk_what_is_held(self) -> None:
        held = SequenceSet([(5, 2000)])
        order = StrictOrder(ROOM, 5, held)
        wish = order.wish()
        assert isinstance(wish, LoadHistory)
        assert order.wish() is None  # asked for already
        page = tuple(map(entry, range(5, wish.before)))

        order.take_in(HistoryLoaded(ROOM, page))

        assert len(page) == wish.count
        assert self.numbers(order) == [item.number for item in page]
        assert order.wish() == replace(wish, before=wish.before + wish.count)

    def test_history_that_it_did_not_ask_for_is_ignored(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(HistoryLoaded(ROOM, (entry(5),)))

        assert self.numbers(order) == []

    def test_keeps_only_a_window_in_memory_and_the_rest_on_disk(self) -> None:
        held = SequenceSet([(2, 10_000)])
        order = StrictOrder(ROOM, 1, held)
        order.take_in(self.received(2, 10_000))
        held.add(1, 1)
        order.take_in(self.received(1, 1))

        taken = self.numbers(order)

        assert 1000 < len(taken) < 5000
        wish = order.wish()
        assert wish is not None
        assert wish.before - wish.count == order.next == taken[-1] + 1

    def test_says_when_the_disk_does_not_have_what_it_should(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet([(5, 9)]))
        order.wish()

        with pytest.raises(Failure, match="entry 5 cannot be read"):
            order.take_in(HistoryLoaded(ROOM, ()))

    def test_fork_takes_it_back_to_where_histories_agree(self) -> None:
        order = StrictOrder(ROOM, 5, SequenceSet())
        order.take_in(self.received(5, 9))
        assert self.numbers(order) == [5, 6, 7, 8, 9]
        order.take_in(self.received(11, 12))

        order.take_in(HistoryForked(ROOM, 7))
        order.take_in(self.received(8, 10))

        assert self.numbers(order) == [8, 9, 10]
