"""Which joins and leaves of a room, and new nicks, are shown.

People who only read come and go all day. By default a join or leave is shown of people who wrote
lately: within half an hour before it, or, having joined or with a new nick, within half an hour
after it. So for joins and leaves it depends on the log alone: two windows show the same, and so
does scrolling back. Whatever else happened in the room is always shown.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from enum import Enum
from typing import Final

from app.models.message import Message, MessageKind, RenameNotice, TimelineItem

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
    """The keys of the joins, leaves and new nicks among `items` that are not shown."""
    if choice is ShownJoins.ALL:
        return frozenset()
    messages = [item for item in items if isinstance(item, Message)]
    moves: list[Message | RenameNotice]
    moves = [each for each in messages if each.kind is _JOINED or each.kind is _LEFT]
    if len(messages) < len(items):
        moves += [item for item in items if isinstance(item, RenameNotice)]
    if choice is ShownJoins.NONE or not moves:
        return frozenset(move.key for move in moves)
    wrote: dict[int, list[int]] = {_person(move): [] for move in moves}
    for message in messages:
        # What has no number is not in the log yet: others do not know of it.
        if message.kind is _TEXT and message.author in wrote and message.number:
            wrote[message.author].append(message.time_ms)
    for times in wrote.values():
        times.sort()  # the server's clock may have been set back
    return frozenset(move.key for move in moves if not _wrote_near(wrote[_person(move)], move))


def _person(move: Message | RenameNotice) -> int:
    return move.author if isinstance(move, Message) else move.person


def _wrote_near(times: Sequence[int], move: Message | RenameNotice) -> bool:
    """Whether one of the person's messages, at these rising times, is near enough."""
    is_gone = isinstance(move, Message) and move.kind is _LEFT
    end_ms = move.time_ms + (0 if is_gone else LATELY_MS)
    place = bisect_left(times, move.time_ms - LATELY_MS)
    return place < len(times) and times[place] <= end_ms
