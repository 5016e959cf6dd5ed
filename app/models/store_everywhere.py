"""Finds words in the local history of many rooms: the newest message first, a slice at a time.

Theory. Each room is looked through from its newest entry on, and tells how far in time it has come.
The one that has come least far is next; so what is found is told as soon as no other room can have
anything newer, in an order that later hits do not change, and where the words are in many messages
only the newest part of each room is looked at. Within a room the order is that of its numbers,
whatever the clocks said; so where a clock was set back, newer times may stand behind older ones,
and are looked for a little further. Between two slices whoever wants to write is let in.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from typing import Final

from app.excerpts import excerpt_of
from app.models.commands import FindEverywhere
from app.models.store_answers import FoundEverywhere, FoundMessage
from app.models.store_rooms import RoomTable
from app.models.store_schema import Connection
from app.models.store_search import Filters, RoomSearch, folded_words, message_slice

#: More than anybody reads through; older ones are cut off.
EVERYWHERE_MAX: Final = 200

#: In one slice so many entries are looked at, and the rest of a message.
_SLICE_ENTRIES: Final = 2_000
#: And so many messages are told at once, up to the one that makes them have so many characters:
#: reading the markup of 1,000 takes up to 5 ms.
_STEP_MESSAGES: Final = 20
_STEP_LENGTH: Final = 8_000
#: So many entries behind one that is too old it is seen that there are others, which are not.
_CLOCK_ENTRIES: Final = 10_000
#: A time, and the message of then; None: it was reached, and the next slice begins.
_Step = tuple[int, FoundMessage | None]


class Everywhere:
    """One search at a time; another one takes its place."""

    def __init__(self, connection: Connection, rooms: RoomTable) -> None:
        self._connection = connection
        self._rooms = rooms
        self._wish: FindEverywhere | None = None
        self._messages: Iterator[FoundMessage | int] = iter(())
        self._told = 0
        #: Characters of the messages that were read in this step.
        self._length = 0
        self._last: FoundEverywhere | None = None

    def some(self, server: int, wish: FindEverywhere) -> FoundEverywhere:
        """What one slice more brings, or a part of that, and which room is the next one to be
        looked into; the same again once there is nothing more."""
        if self._wish is not wish:
            self._wish, self._told, self._last = wish, 0, None
            self._messages = self._merged(server, wish)
        if self._last is not None:
            return self._last
        try:
            return self._next(wish)
        except BaseException:
            self._wish = None  # what is half done begins anew
            raise

    def rest(self, server: int, wish: FindEverywhere) -> FoundEverywhere:
        """All that is still to be found."""
        found = self.some(server, wish)
        at, messages = found.at, found.messages
        while found.next_room:
            found = self.some(server, wish)
            messages += found.messages
        return FoundEverywhere(wish.token, at, messages, is_cut=found.is_cut)

    def _next(self, wish: FindEverywhere) -> FoundEverywhere:
        at, messages = self._told, list[FoundMessage]()
        room, is_cut, self._length = 0, False, 0
        for found in self._messages:
            if isinstance(found, int):
                room = found
                break
            if self._told == EVERYWHERE_MAX:
                is_cut = True
                break
            messages.append(found)
            self._told += 1
            if len(messages) == _STEP_MESSAGES or self._length >= _STEP_LENGTH:
                room = found.room
                break
        answer = FoundEverywhere(wish.token, at, tuple(messages), room, is_cut)
        if not room:
            self._last = answer
            self._messages = iter(())
        return answer

    def _merged(self, server: int, wish: FindEverywhere) -> Iterator[FoundMessage | int]:
        """Messages, the newest first; the number of a room before a slice of it."""
        if wish.words.strip() and not folded_words(wish.words):
            return  # Accents alone are in no message.
        heads = list[tuple[int, int, FoundMessage | None, Iterator[_Step]]]()
        for place, room in enumerate(wish.rooms):
            steps = self._steps(server, wish, room)
            step = next(steps, None)
            if step is not None:
                heads.append((-step[0], place, step[1], steps))
        heapq.heapify(heads)
        while heads:
            _time, place, found, steps = heads[0]
            yield wish.rooms[place] if found is None else found
            step = next(steps, None)
            if step is None:
                heapq.heappop(heads)
            else:
                heapq.heapreplace(heads, (-step[0], place, step[1], steps))

    def _steps(self, server: int, wish: FindEverywhere, room: int) -> Iterator[_Step]:
        """What there is in one room."""
        table, room_id = self._rooms.source(server, room)
        if room_id is None:
            return
        search = RoomSearch(
            self._connection, table, room_id, folded_words(wish.words), _filters(wish)
        )
        last, reached_ms = self._newest(table, room_id)
        while last:
            yield reached_ms, None
            is_old = reached_ms < wish.since_ms
            if is_old and not self._goes_on(table, room_id, last, wish.since_ms):
                return
            first, first_ms = message_slice(self._connection, table, room_id, last, _SLICE_ENTRIES)
            for number, text, origin in search.hits(first, last):
                if origin is None:
                    continue  # Nobody could go there.
                author, time_ms = origin
                self._length += len(text)
                excerpt = excerpt_of(text, wish.words.strip())
                yield time_ms, FoundMessage(room, number, author, time_ms, excerpt)
            last, reached_ms = max(0, first - 1), first_ms

    def _newest(self, table: str, room_id: int) -> tuple[int, int]:
        """Number and time of the newest entry, (0, 0) if there is none."""
        rows = self._connection.execute(
            f"SELECT number, time_ms FROM {table} WHERE room_id = ? ORDER BY number DESC LIMIT 1",
            (room_id,),
        ).fetchall()
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def _goes_on(self, table: str, room_id: int, last: int, since_ms: int) -> bool:
        """Whether not too far behind there is something new enough."""
        rows = self._connection.execute(
            f"SELECT 1 FROM {table} WHERE room_id = ? AND number BETWEEN ? AND ? AND time_ms >= ?"
            " LIMIT 1",
            (room_id, last - _CLOCK_ENTRIES + 1, last, since_ms),
        ).fetchall()
        return bool(rows)


def _filters(wish: FindEverywhere) -> Filters:
    return (
        not wish.authors,
        json.dumps(wish.authors),
        json.dumps(wish.without),
        wish.since_ms,
        wish.before_ms,
    )
