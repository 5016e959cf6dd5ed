"""A short-lived stream, held in memory: the newest change for each subject, numbered.

It is a log that forgets what was superseded, so a snapshot for whoever is too far behind is
nothing special: it is the range from 1. Changes are merged: a subject that changes five times
before ``flush`` is told once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import dropwhile, takewhile
from typing import Final

import msgspec

from protocol.frame_codec import encode_frame, encode_item
from protocol.frames import Changes, Item

#: Items put into one ``Changes`` frame: bytes left by the frame's own fields in a datagram.
_ITEMS_BYTES_MAX: Final = 1100
_ITEMS_MAX: Final = 100

#: Makes the item that tells a subject's present state under a number.
MakeItem = Callable[[int], Item]


class LiveStream:
    """The owner's half. ``incarnation`` is new with every start: numbers begin again at 1."""

    def __init__(self, ref: int, stream_id: bytes, incarnation: int) -> None:
        self.ref = ref
        self.stream_id = stream_id
        self.incarnation = incarnation
        self.head = 0
        # Subject -> (number, encoded item), in rising order of numbers: a changed subject is
        # taken out and put back at the end.
        self._items: dict[Hashable, tuple[int, bytes]] = {}
        self._dirty: dict[Hashable, MakeItem] = {}

    def __len__(self) -> int:
        return len(self._items)

    def change(self, subject: Hashable, make_item: MakeItem) -> bool:
        """The subject changed; True if this is the first change since the last flush."""
        first = not self._dirty
        self._dirty[subject] = make_item
        return first

    def take_back(self, subject: Hashable) -> None:
        """A change that was not told yet did not happen after all."""
        self._dirty.pop(subject, None)

    def flush(self) -> list[bytes]:
        """Number the merged changes; returns the encoded frames that tell them."""
        first = self.head + 1
        for subject, make_item in self._dirty.items():
            self.head += 1
            self._items.pop(subject, None)
            self._items[subject] = (self.head, encode_item(make_item(self.head)))
        self._dirty.clear()
        return [frame for _, frame in self.frames(first, self.head)]

    def frames(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Encoded ``Changes`` frames, each fit for a datagram, that together cover
        ``first..last``; with each the last number it covers."""
        last = min(last, self.head)
        items: list[msgspec.Raw] = []
        size = 0
        begin = first
        for number, encoded in self._between(first, last):
            if size + len(encoded) > _ITEMS_BYTES_MAX or len(items) == _ITEMS_MAX:
                yield number - 1, self._frame(begin, number - 1, items)
                begin, items, size = number, [], 0
            items.append(msgspec.Raw(encoded))
            size += len(encoded)
        if begin <= last:
            yield last, self._frame(begin, last, items)

    def _between(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """Numbers and items of ``first..last``, found from the nearer end."""
        if first - 1 <= self.head - last:
            rising = self._items.values()
            return dropwhile(
                lambda item: item[0] < first, takewhile(lambda item: item[0] <= last, rising)
            )
        newest = takewhile(lambda item: item[0] >= first, reversed(self._items.values()))
        return reversed([item for item in newest if item[0] <= last])

    def _frame(self, first: int, last: int, items: list[msgspec.Raw]) -> bytes:
        return encode_frame(
            Changes(
                ref=self.ref,
                incarnation=self.incarnation,
                first=first,
                last=last,
                head=self.head,
                items=items,
            )
        )
