"""A set kept as ranges answers like a plain set of the same numbers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.sequence_set import SequenceSet

LIMIT = 40

numbers = st.integers(min_value=1, max_value=LIMIT)
ranges = st.tuples(numbers, numbers).map(lambda pair: (min(pair), max(pair)))
range_lists = st.lists(ranges, max_size=12)


def plain(given_ranges: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in given_ranges for number in range(first, last + 1)}


class TestAgainstAPlainSet:
    @given(range_lists)
    def test_holds_the_same_numbers_in_the_fewest_ranges(
        self, given_ranges: list[tuple[int, int]]
    ) -> None:
        numbers_held = plain(given_ranges)
        kept = SequenceSet(given_ranges)
        assert plain(list(kept)) == numbers_held
        assert [n for n in range(LIMIT + 2) if n in kept] == sorted(numbers_held)
        pairs = list(kept)
        assert all(last + 1 < first for (_, last), (first, _) in pairwise(pairs))
        assert len(kept) == len(pairs)
        assert bool(kept) == bool(numbers_held)
        assert kept.greatest == max(numbers_held, default=0)

    @given(range_lists, ranges)
    def test_add_says_whether_anything_was_new(
        self, given_ranges: list[tuple[int, int]], more: tuple[int, int]
    ) -> None:
        kept = SequenceSet(given_ranges)
        assert kept.add(*more) == (not plain([more]) <= plain(given_ranges))
        assert plain(list(kept)) == plain([*given_ranges, more])

    @given(range_lists, numbers)
    def test_remove_above(self, given_ranges: list[tuple[int, int]], number: int) -> None:
        kept = SequenceSet(given_ranges)
        kept.remove_above(number)
        assert plain(list(kept)) == {n for n in plain(given_ranges) if n <= number}

    @given(range_lists, numbers)
    def test_unbroken_runs(self, given_ranges: list[tuple[int, int]], number: int) -> None:
        numbers_held, kept = plain(given_ranges), SequenceSet(given_ranges)
        last = number
        while last in numbers_held:
            last += 1
        assert kept.complete_to(number) == last - 1
        first = number
        while first in numbers_held:
            first -= 1
        assert kept.run_before(number) == first + 1

    @given(range_lists, ranges)
    def test_gaps(self, given_ranges: list[tuple[int, int]], asked: tuple[int, int]) -> None:
        gaps = SequenceSet(given_ranges).gaps(*asked)
        assert plain(gaps) == plain([asked]) - plain(given_ranges)
        assert gaps == list(SequenceSet(gaps)), "in rising order, none touching the next"

    @given(range_lists)
    def test_the_order_of_adding_does_not_matter(self, given_ranges: list[tuple[int, int]]) -> None:
        assert SequenceSet(given_ranges) == SequenceSet(reversed(given_ranges))


class TestEdges:
    def test_an_empty_set(self) -> None:
        empty = SequenceSet()
        assert not empty
        assert (empty.greatest, empty.complete_to(1), empty.run_before(5)) == (0, 0, 6)
        assert empty.gaps(3, 5) == [(3, 5)]
        empty.remove_above(0)
        assert list(empty) == []

    def test_a_range_that_ends_before_it_begins_is_an_error(self) -> None:
        kept = SequenceSet([(1, 2)])
        with pytest.raises(ValueError, match=r"5\.\.4 is no range"):
            kept.add(5, 4)
        assert list(kept) == [(1, 2)]

    def test_nothing_is_missing_from_an_empty_range(self) -> None:
        assert SequenceSet([(1, 2)]).gaps(5, 4) == []

    def test_holds_numbers_only(self) -> None:
        assert "1" not in SequenceSet([(1, 2)])

    def test_shows_its_ranges(self) -> None:
        assert repr(SequenceSet([(4, 4), (1, 2)])) == "SequenceSet([(1, 2), (4, 4)])"

    def test_a_million_numbers_are_one_range(self) -> None:
        kept = SequenceSet([(2, 1_000_000)])
        assert (len(kept), kept.complete_to(2), kept.gaps(1, 5)) == (1, 1_000_000, [(1, 1)])
