"""Finds words in the local history of a room; case and accents do not matter.

Theory. A text of ASCII is compared by SQLite as it is, in C and without case. For any other, what
is to be compared is kept beside it, folded, since folding is what takes long: it is done once, when
the entry comes. Entries of before that are folded in slices (``OldTexts``), so that whoever wants
to write meanwhile does not wait; a search finds the same without, only later. So no index has to be
kept in step with forks. Messages of several entries are put together and looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from app.models.commands import FindText
from app.models.store_schema import Connection
from app.text_folding import fold, fold_all
from protocol.frames import EntryFlag, EntryKind
from protocol.limits import NUMBER_MAX, PARTS_MAX

#: More hits than anybody looks at; older ones are cut off.
FOUND_MAX: Final = 10_000
#: Of the words; longer ones are cut.
WORDS_LENGTH_MAX: Final = 200

#: In one slice so many entries are looked at, and of old ones about so many characters folded.
_SLICE_ENTRIES: Final = 2_000
_SLICE_LENGTH: Final = 250_000
#: Author and time of an entry.
Origin = tuple[int, int]
#: Number, text and origin of a message that was found; None where its last entry is not here.
Hit = tuple[int, str, Origin | None]
#: Number, text, flags, the text folded where that is on disk, author and time.
_Row = tuple[int, str, int, str | None, int, int]
#: Whether anybody's messages count, else whose; whose do not; from which time on, and before which
#: one. People are lists in JSON.
Filters = tuple[bool, str, str, int, int]
_NO_FILTERS: Final[Filters] = (True, "[]", "[]", 0, NUMBER_MAX)
_FITTING: Final = (
    "(? OR author IN (SELECT value FROM json_each(?)))"
    " AND author NOT IN (SELECT value FROM json_each(?)) AND time_ms >= ? AND time_ms < ?"
)


def folded_text(text: str) -> str | None:
    """What is kept beside a text to be searched; None where the text will do."""
    return None if text.isascii() else fold(text)


def folded_words(words: str) -> str:
    """What is looked for, as it is compared."""
    return fold(words.strip()[:WORDS_LENGTH_MAX])


def message_slice(
    connection: Connection, table: str, room_id: int, last: int, count: int
) -> tuple[int, int]:
    """Number and time of the first one of ``count`` entries up to ``last``, or of the message that
    this one is a part of; (0, 0) where there are fewer."""
    rows = connection.execute(
        f"SELECT number, time_ms, flags FROM {table} WHERE room_id = ? AND number <= ?"
        " ORDER BY number DESC LIMIT ? OFFSET ?",
        (room_id, last, PARTS_MAX, count - 1),
    ).fetchall()
    first, first_ms = 0, 0
    for number, time_ms, flags in rows:
        if first and not (flags & EntryFlag.CONTINUES and number == first - 1):
            break
        first, first_ms = number, time_ms
    return first, first_ms


class WordSearch:
    """One search of a room at a time, a slice in each step; another one takes its place."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wish: FindText | None = None
        #: What has this number or a smaller one is still to be looked through; 0 for nothing.
        self._last = 0
        self._found: list[int] = []

    def forget(self) -> None:
        """Begin anew: numbers may mean other messages now."""
        self._wish = None

    def some(self, wish: FindText, table: str, room_id: int | None) -> bool:
        """Look through one slice more of the room's entries in the table; True while there is
        more."""
        wanted = folded_words(wish.words)
        if self._wish is not wish:
            self._wish, self._found = wish, []
            self._last = NUMBER_MAX if wanted else 0
        if not self._last or room_id is None:
            return False
        first, _ms = message_slice(self._connection, table, room_id, self._last, _SLICE_ENTRIES)
        hits = RoomSearch(self._connection, table, room_id, wanted).hits(first, self._last)
        room = FOUND_MAX + 1 - len(self._found)
        numbers = [number for number, _text, _origin in islice(hits, room)]
        self._found += numbers
        self._last = max(0, first - 1) if len(numbers) < room else 0
        return self._last > 0

    def rest(self, wish: FindText, table: str, room_id: int | None) -> tuple[tuple[int, ...], bool]:
        """Numbers of the newest messages that have the words, and whether there are more. A message
        of several entries has the number of its last one."""
        while self.some(wish, table, room_id):
            pass
        self.forget()
        found = self._found
        return tuple(reversed(found[:FOUND_MAX])), len(found) > FOUND_MAX


class OldTexts:
    """Texts that came before they were kept folded: each is folded once, the newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        #: By the room's row: what has this number or a greater one was looked at.
        self._looked_to: dict[int, int] = {}

    def fold_some(self, room_id: int) -> bool:
        """Fold one slice of the room's; True while there may be more."""
        rows = self._connection.execute(
            "SELECT number, CASE WHEN folded IS NULL THEN text ELSE '' END FROM entries"
            " WHERE room_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
            (room_id, self._looked_to.get(room_id, NUMBER_MAX), _SLICE_ENTRIES),
        ).fetchall()
        numbers, texts, seen, length = [], [], 0, 0
        for number, text in rows:
            seen += 1
            self._looked_to[room_id] = number
            if not text.isascii():
                numbers.append(number)
                texts.append(text)
                length += len(text)
                if length >= _SLICE_LENGTH:
                    break
        self._connection.executemany(
            "UPDATE entries SET folded = ? WHERE room_id = ? AND number = ?",
            [
                (text, room_id, number)
                for text, number in zip(fold_all(texts), numbers, strict=True)
            ],
        )
        return seen == _SLICE_ENTRIES or length >= _SLICE_LENGTH


class RoomSearch:
    """Looks through the messages of a room, or of a part of it."""

    def __init__(
        self,
        connection: Connection,
        table: str,
        room_id: int,
        wanted: str,
        filters: Filters = _NO_FILTERS,
    ) -> None:
        """``wanted`` is folded; "" is in every message."""
        self._connection, self._table, self._room_id = connection, table, room_id
        self._wanted, self._filters = wanted, filters

    def hits(self, first: int = 0, last: int = NUMBER_MAX) -> Iterator[Hit]:
        """Each message that has what is wanted, the newest first; of those whose entries are all of
        these numbers."""
        # Of the message that is put together: its parts from the last one on, and where it ends.
        parts: list[str] = []
        end, is_hit = 0, False
        origin: Origin | None = None
        for number, text, flags, folded, author, time_ms in self._rows(first, last):
            is_last = not flags & EntryFlag.CONTINUES
            if is_last or not parts or number != end - len(parts):
                if is_hit or (parts and self._has(parts)):
                    yield end, _whole(parts), origin
                # The last part alone told nothing where it was not among the rows.
                if is_last:
                    end, parts, origin = number, [], (author, time_ms)
                else:
                    end = number + 1
                    last_text, origin = self._entry(end)
                    parts = [last_text]
                is_hit = is_last and folded is not None
            parts.append(text)
        if is_hit or (parts and self._has(parts)):
            yield end, _whole(parts), origin

    def _has(self, parts: list[str]) -> bool:
        return self._wanted in fold(_whole(parts))

    def _rows(self, first: int, last: int) -> Iterator[_Row]:
        """Each entry that has a hit, or may have one."""
        table, wanted = self._table, self._wanted
        like = wanted
        for sign in "\\%_":
            like = like.replace(sign, "\\" + sign)
        return self._connection.execute(
            "SELECT number, text, flags, folded, author, time_ms"
            f" FROM {table} WHERE room_id = ? AND number BETWEEN ? AND ? AND kind = ?"
            f" AND {_FITTING} AND (CASE"
            " WHEN folded IS NOT NULL THEN instr(folded, ?)"
            # As long in characters as in bytes: ASCII, where what is not ASCII cannot be.
            " WHEN length(text) = length(CAST(text AS BLOB)) THEN ? AND text LIKE ? ESCAPE '\\'"
            " ELSE 1 END OR flags & ?) ORDER BY number DESC",
            (
                self._room_id,
                first,
                last,
                int(EntryKind.MESSAGE),
                *self._filters,
                wanted,
                wanted.isascii(),
                f"%{like}%",
                int(EntryFlag.CONTINUES),
            ),
        )

    def _entry(self, number: int) -> tuple[str, Origin | None]:
        table = self._table
        rows = self._connection.execute(
            f"SELECT text, author, time_ms FROM {table} WHERE room_id = ? AND number = ?",
            (self._room_id, number),
        ).fetchall()
        for text, author, time_ms in rows:
            return text, (author, time_ms)
        return "", None


def _whole(parts: list[str]) -> str:
    """The text of a message, from its last part to the first."""
    return "".join(reversed(parts))
