"""Which row of a room was seen last, and how many messages stand below it."""

from collections.abc import Callable, Sequence

from app.views.rows import Key, MessageKind, MessageRow, TimelineRow, TimelineRows

_COUNT_MAX = 999


class TimelineNews:
    """Of one pane; `count` is what its pill says."""

    def __init__(self, on_seen: Callable[[Key], None]) -> None:
        self._on_seen = on_seen
        self._seen: Key | None = None
        #: Of which last row, and last one that is not one's own, and how far what is known went,
        #: it was told.
        self._told: tuple[Key, Key | None, Key | None] | None = None
        self.count = 0

    def see_again(self) -> None:
        """The person comes back to this room: what is in view is told of once more."""
        self._told = None

    def see(self, rows: TimelineRows) -> None:
        """The last one is in view, and with it what came behind it and no row shows."""
        self.count = 0
        if not rows.rows:
            return
        self._seen = rows.rows[-1].key
        # What comes while own messages wait comes above them.
        others = (row.key for row in reversed(rows.rows) if not _is_own(row))
        told = self._seen, next(others, None), rows.newest
        if self._told != told:
            self._told = told
            self._on_seen(self._seen)

    def count_below(self, rows: TimelineRows, before: Sequence[TimelineRow]) -> None:
        """Count what nobody has seen; `before` are the rows shown until now."""
        if rows.has_newer:
            return
        if self._seen is not None and not _has(rows.rows, self._seen):
            self._seen = _last_kept(before, self._seen, rows.rows)
        seen, first_new = self._seen, rows.new_from
        if seen is None and first_new is None:
            self.count = 0
            return
        count = 0
        for row in reversed(rows.rows):
            if row.key == seen or count >= _COUNT_MAX:
                break
            if isinstance(row, MessageRow) and not row.is_own:
                count += row.is_mention or row.kind is MessageKind.MESSAGE
            if seen is None and row.key == first_new:
                break
        self.count = count


def _is_own(row: TimelineRow) -> bool:
    return isinstance(row, MessageRow) and row.is_own


def _has(rows: Sequence[TimelineRow], key: Key) -> bool:
    return any(row.key == key for row in reversed(rows))


def _last_kept(before: Sequence[TimelineRow], key: Key, rows: Sequence[TimelineRow]) -> Key | None:
    """The last row up to `key` that is among `rows` still."""
    kept, is_passed = {row.key for row in rows}, False
    for row in reversed(before):
        is_passed = is_passed or row.key == key
        if is_passed and row.key in kept:
            return row.key
    return None
