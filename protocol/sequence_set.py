"""A set of numbers kept as ranges: what a replica holds, and so what it lacks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class SequenceSet:
    """Numbers as disjoint closed ranges in rising order, no two of them touching."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def add(self, first: int, last: int) -> bool:
        """Put ``first..last`` in; False if all of it was there already."""
        if last < first:
            raise ValueError(f"{first}..{last} is no range")
        # The ranges from `low` up to `high` overlap the new one or touch it: they become one.
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        if low < high:
            if self._firsts[low] <= first and last <= self._lasts[low]:
                return False
            first = min(first, self._firsts[low])
            last = max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]
        return True

    def remove_above(self, number: int) -> None:
        """Take out everything greater than ``number``."""
        keep = bisect_right(self._firsts, number)
        del self._firsts[keep:], self._lasts[keep:]
        if keep and self._lasts[-1] > number:
            self._lasts[-1] = number

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        place = bisect_left(self._lasts, number)
        return place < len(self._lasts) and self._firsts[place] <= number

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(list(zip(self._firsts, self._lasts, strict=True)))

    def __len__(self) -> int:
        """How many ranges there are."""
        return len(self._firsts)

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SequenceSet)
            and self._firsts == other._firsts
            and self._lasts == other._lasts
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SequenceSet({list(self)!r})"

    @property
    def greatest(self) -> int:
        """The greatest number in the set, 0 when it is empty."""
        return self._lasts[-1] if self._lasts else 0

    def complete_to(self, base: int) -> int:
        """The last number of the unbroken run that begins at ``base`` (``base - 1`` if none)."""
        place = bisect_left(self._lasts, base)
        if place < len(self._lasts) and self._firsts[place] <= base:
            return self._lasts[place]
        return base - 1

    def run_before(self, number: int) -> int:
        """The first number of the unbroken run that ends at ``number`` (``number + 1`` if none)."""
        place = bisect_left(self._lasts, number)
        if place < len(self._lasts) and self._firsts[place] <= number:
            return self._firsts[place]
        return number + 1

    def gaps(self, first: int, last: int) -> list[tuple[int, int]]:
        """The parts of ``first..last`` that are missing, in rising order."""
        missing = []
        place = bisect_left(self._lasts, first)
        while first <= last:
            if place == len(self._firsts) or self._firsts[place] > last:
                missing.append((first, last))
                break
            if self._firsts[place] > first:
                missing.append((first, self._firsts[place] - 1))
            first = self._lasts[place] + 1
            place += 1
        return missing
