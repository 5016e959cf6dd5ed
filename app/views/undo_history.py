"""What a field can go back to and forward again: its texts, a typed word being one step. No Tk.

Tk's own undo knows no pictures: an emoji that was drawn or deleted would come back as nothing, and
other text at wrong places.
"""

from app.structs import Struct

STEPS_MAX = 200


class Snapshot(Struct, frozen=True):
    """A text, and how many characters of it stand before the caret."""

    text: str
    caret: int


class UndoHistory:
    """Told of each change; it decides which of them are one step."""

    def __init__(self) -> None:
        self.begin(Snapshot("", 0))

    def begin(self, now: Snapshot) -> None:
        """Forget everything: the field was filled anew."""
        self._now, self._kind = now, ""
        self._undo: list[Snapshot] = []
        self._redo: list[Snapshot] = []

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    def note(self, now: Snapshot) -> None:
        """The field looks like this now."""
        if now.text == self._now.text:
            return
        kind = _kind_of(self._now, now)
        if not kind or kind != self._kind or _begins_word(now, kind):
            self._undo.append(self._now)
            del self._undo[:-STEPS_MAX]
        self._redo.clear()
        self._now, self._kind = now, kind

    def undo(self) -> Snapshot | None:
        """What to show one step back, None at the first one."""
        return self._move(self._undo, self._redo)

    def redo(self) -> Snapshot | None:
        """What to show one step forward, None at the last one."""
        return self._move(self._redo, self._undo)

    def _move(self, source: list[Snapshot], other: list[Snapshot]) -> Snapshot | None:
        if not source:
            return None
        other.append(self._now)
        self._now, self._kind = source.pop(), ""
        return self._now


def _kind_of(before: Snapshot, now: Snapshot) -> str:
    """ "typing" and "erasing" go on from one character to the next; "" stands alone."""
    by = now.caret - before.caret
    if abs(by) != 1 or len(now.text) - len(before.text) != by:
        return ""
    at = min(before.caret, now.caret)
    if before.text[:at] != now.text[:at]:
        return ""
    return "typing" if by > 0 else "erasing"


def _begins_word(now: Snapshot, kind: str) -> bool:
    typed = now.text[now.caret - 2 : now.caret]
    return kind == "typing" and (typed[-1:] == "\n" or (typed[:1].isspace() and typed[-1:] != " "))
