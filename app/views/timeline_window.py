"""Which of the rows of a timeline are drawn, without Tk: never many, and few at once.

Theory: a window is a slice of the rows given. It follows the end, or keeps its place. What is drawn
in one go is bounded by rows and by bytes of text: fifty messages are mostly as good as nothing, but
each may be long and full of pictures. The rest comes slice by slice, beginning at what is seen
first.
"""

from collections.abc import Callable, Iterable, Sequence

from app.structs import Struct
from app.views.long_messages import LONG_BYTES, size_of
from app.views.rows import Key, MessageRow, TimelineRow

WINDOW_ROWS_MAX = 300
WINDOW_ROWS_SCROLLED_MAX = 400  # while the person is scrolled up
CHUNK_ROWS = 50
#: Of UTF-8, drawn in one go. 16 KiB of words take 3 ms; of emoji, markup or short lines up to 45.
CHUNK_BYTES_MAX = 12 * 1024
_EDGE_LINES = 30  # nearer than this to an edge of the window, it moves


class Window(Struct, frozen=True, gc=False):
    """The slice `start:end` of the rows given that is in the widget."""

    start: int
    end: int

    @property
    def row_count(self) -> int:
        return self.end - self.start


def newest_window(rows: Sequence[TimelineRow]) -> Window:
    """What a room that is opened shows at first."""
    return window_around(rows, len(rows) - 1, above=CHUNK_ROWS - 1)


def window_around(rows: Sequence[object], place: int, *, above: int = 0, below: int = 0) -> Window:
    """The row at `place` and those around it, at most so many on each side."""
    if not rows:
        return Window(0, 0)
    start, end = place, place + 1
    first, last = max(0, place - above), min(len(rows), end + below)
    room = CHUNK_BYTES_MAX - _bytes_of(rows[place])
    while room > 0 and (start > first or end < last):
        if start > first:
            room -= _bytes_of(rows[start - 1])
            start -= room >= 0
        if end < last:
            room -= _bytes_of(rows[end])
            end += room >= 0
    return Window(start, end)


def followed_window(
    before: Sequence[TimelineRow], window: Window, rows: Sequence[TimelineRow]
) -> Window:
    """Where a window is that follows the end. What is drawn stays, unless what came is much: nobody
    has seen that, so the older of it is drawn when somebody scrolls there."""
    drawn = {row.key for row in before[window.start : window.end]}
    first = max(0, len(rows) - WINDOW_ROWS_MAX)
    start = next((at for at in range(first, len(rows)) if rows[at].key in drawn), None)
    if start is None:
        return newest_window(rows)
    came = [row for row in rows[start:] if row.key not in drawn]
    is_much = len(came) > CHUNK_ROWS or bytes_of(came) > CHUNK_BYTES_MAX
    return newest_window(rows) if is_much else Window(start, len(rows))


def moved_window(
    before: Sequence[TimelineRow], window: Window, rows: Sequence[TimelineRow]
) -> Window:
    """Where a window is now that keeps its place. If it was at the end, it grows there."""
    first, last = before[window.start].key, before[window.end - 1].key
    kept = kept_window(rows, first, last, hint=window.start + len(rows) - len(before))
    if kept is None:
        # An end of the window vanished: an own message got its number, or people are hidden.
        kept = surviving_window(before, window, rows)
    if window.end == len(before):
        kept = Window(
            kept.start, min(_end_below(rows, kept), kept.start + WINDOW_ROWS_SCROLLED_MAX)
        )
    return kept


def kept_window(
    rows: Sequence[TimelineRow], first_key: Key, last_key: Key, *, hint: int
) -> Window | None:
    """Where the rows from `first_key` to `last_key` are now; None when they are gone.

    `hint` is where the first was: history grows in front and at the end, so it is looked for
    from there outwards, not from the beginning of a long room.
    """
    start = _place_of(rows, first_key, hint)
    if start is None:
        return None
    end = _place_of(rows, last_key, min(len(rows) - 1, start + WINDOW_ROWS_MAX))
    return None if end is None or end < start else Window(start, end + 1)


def surviving_window(
    before: Sequence[TimelineRow], window: Window, rows: Sequence[TimelineRow]
) -> Window:
    """Where that of a window is which is left of it, once its first or last row is gone."""
    places = {row.key: place for place, row in enumerate(rows)}
    left = [places[row.key] for row in before[window.start : window.end] if row.key in places]
    if left:
        return Window(min(left), max(left) + 1)
    end = min(len(rows), window.end)
    return Window(min(window.start, end), end)


def older_window(rows: Sequence[TimelineRow], window: Window) -> Window:
    """One slice further up, trimmed at the bottom above the limit."""
    start = window.start
    if start > 0:
        start = window_around(rows, start - 1, above=CHUNK_ROWS - 1).start
    return Window(start, min(window.end, start + WINDOW_ROWS_SCROLLED_MAX))


def newer_window(rows: Sequence[TimelineRow], window: Window) -> Window:
    """One slice further down, trimmed at the top above the limit."""
    end = _end_below(rows, window)
    return Window(max(window.start, end - WINDOW_ROWS_SCROLLED_MAX), end)


def is_little(lines: int, rows: Iterable[object]) -> bool:
    """Whether what is drawn out of view is soon scrolled through. A line may be as long as a
    message can be, and then has many on the screen."""
    return lines < _EDGE_LINES and bytes_of(rows) < CHUNK_BYTES_MAX


def bytes_of(rows: Iterable[object]) -> int:
    """How much text they have."""
    return sum(map(_bytes_of, rows))


def _end_below(rows: Sequence[TimelineRow], window: Window) -> int:
    if window.end >= len(rows):
        return window.end
    return window_around(rows, window.end, below=CHUNK_ROWS - 1).end


def _bytes_of(row: object) -> int:
    # Of a longer one the beginning is drawn, unless somebody wanted the whole of it.
    return min(LONG_BYTES, size_of(row.text)) if isinstance(row, MessageRow) else 0


def _place_of(rows: Sequence[TimelineRow], key: Key, hint: int) -> int | None:
    return _nearest(len(rows), hint, lambda place: rows[place].key == key)


def _nearest(count: int, hint: int, matches: Callable[[int], bool]) -> int | None:
    for distance in range(count + abs(hint) + 1):
        for place in {hint - distance, hint + distance}:
            if 0 <= place < count and matches(place):
                return place
    return None
