"""Which joins and leaves of a room are shown.

People who only read come and go all day. By default a join or leave is shown of people who wrote
lately: within half an hour before it, or, having joined, within half an hour after it. So it
depends on the log alone: two windows show the same, and so does scrolling back. Whatever else
happened in the room is always shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum
from typing import Final

from app.models.message import Message, MessageKind, TimelineItem

#: Who wrote within this is in the conversation.
LATELY_MS: Final = 30 * 60_000

JOINS_AND_LEAVES: Final = frozenset((MessageKind.JOINED, MessageKind.LEFT))
#: By names of their own: thousands of lines are looked through at each one that comes, and looking
#: a member up in its class, or in a set, takes most of the time.
_JOINED, _LEFT, _TEXT = MessageKind.JOINED, MessageKind.LEFT, MessageKind.TEXT


class ShownJoins(Enum):
    """Whose joins and leaves are shown."""

    LATELY = "lately"
    ALL = "all"
    NONE = "none"


def hidden_joins(items: Sequence[TimelineItem], choice: ShownJoins) -> frozenset[int]:
    """The keys of the joins and leaves among `items` that are not shown."""
    if choice is ShownJoins.ALL:
        return frozenset()
    messages = [item for item in items if isinstance(item, Message)]
    moves = [each for each in messages if each.kind is _JOINED or each.kind is _LEFT]
    if choice is ShownJoins.NONE or not moves:
        return frozenset(move.key for move in moves)
    wrote: dict[int, list[int]] = {move.author: [] for move in moves}
    for message in messages:
        # What has no number is not in the log yet: others do not know of it.
        if message.kind is _TEXT and message.author in wrote and message.number:
            wrote[message.author].append(message.time_ms)
    for times in wrote.values():
        times.sort()  # the server's clock may have been set back
    return frozenset(move.key for move in moves if not _wrote_near(wrote[move.author], move))


def _wrote_near(times: Sequence[int], move: Message) -> bool:
    """Whether one of the person's messages, at these rising times, is near enough."""
    end_ms = move.time_ms + (LATELY_MS if move.kind is _JOINED else 0)
    place = bisect_left(times, move.time_ms - LATELY_MS)
    return place < len(times) and times[place] <= end_ms
