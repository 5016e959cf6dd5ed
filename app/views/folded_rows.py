"""The messages of a room, folded once, for looking through them at each letter that is typed."""

from collections.abc import Sequence

from app.text_folding import fold_all
from app.views.rows import MessageKind, MessageRow, TimelineRow

_MESSAGE = MessageKind.MESSAGE  # looked up ten thousand times, a member of an enum is slow


class FoldedRows:
    """Folding takes several times as long as looking; it is as long as the texts of `rows`."""

    def __init__(self, rows: Sequence[TimelineRow]) -> None:
        self.rows = rows
        self._said = [row for row in rows if type(row) is MessageRow and row.kind is _MESSAGE]
        self._texts = fold_all([row.text for row in self._said])

    def having(self, folded: str) -> list[MessageRow]:
        """The messages that have these folded words, in their order; "" is in none."""
        if not folded:
            return []
        return [row for row, text in zip(self._said, self._texts, strict=True) if folded in text]
