"""This client's copy of a short-lived stream: the list of rooms, or who is in a room."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from protocol.frame_codec import decode_items
from protocol.frames import Changes, HeldItem, Item, PersonItem, Subscribe
from protocol.stream_replica import StreamReplica

#: Rooms, people or new names of one stream; what a server tells beyond it is not kept.
SUBJECTS_MAX: Final = 100_000


class LiveReplica:
    """Applies changes, newest wins, and knows when it is complete."""

    def __init__(self, ref: int) -> None:
        self.ref = ref
        self.stream_id = b""
        self.incarnation = 0
        self.subscribed = False
        #: What came before the answer to our subscription shows how far the stream is.
        self.early_head = 0
        self.numbers = StreamReplica(ref)
        # Subject -> number of the change that was applied last.
        self._applied: dict[Hashable, int] = {}

    def subscribe(self, question: int) -> Subscribe:
        """The request to follow the stream from where we are."""
        self.early_head = 0
        position = [(self.numbers.complete_to, b"")] if self.incarnation else []
        return Subscribe(self.ref, self.stream_id, self.incarnation, position, question)

    def on_subscribed(self, stream_id: bytes, incarnation: int, head: int, now: float) -> bool:
        """The server answered; True if it is another stream now and we begin from nothing."""
        fresh = (stream_id, incarnation) != (self.stream_id, self.incarnation)
        if fresh:
            self.stream_id, self.incarnation = stream_id, incarnation
            self.numbers = StreamReplica(self.ref)
            self._applied.clear()
        self.subscribed = True
        self.numbers.note_head(max(head, self.early_head), now)
        return fresh

    def take(self, frame: Changes, now: float) -> list[Item]:
        """The items that are news, in the order of their numbers."""
        if not self.subscribed:
            self.early_head = max(self.early_head, frame.head)
            return []
        if frame.incarnation != self.incarnation:
            return []
        if frame.first <= frame.last:
            self.numbers.hold(frame.first, frame.last, now)
        self.numbers.note_head(frame.head, now)
        news = []
        for item in decode_items(frame.items):
            subject = _subject(item)
            if subject not in self._applied and len(self._applied) >= SUBJECTS_MAX:
                continue
            if item.number > self._applied.get(subject, 0):
                self._applied[subject] = item.number
                news.append(item)
        return news

    @property
    def complete(self) -> bool:
        """Nothing is missing up to the newest change we know of."""
        return self.subscribed and self.numbers.complete_to >= self.numbers.head


def _subject(item: Item) -> Hashable:
    if isinstance(item, HeldItem):
        return "held"
    if isinstance(item, PersonItem):
        return ("person", item.person)
    return item.person if hasattr(item, "person") else item.room
