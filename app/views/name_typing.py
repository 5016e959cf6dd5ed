"""What is typed while a list has the keys: the start of a name leads to it, all else is text."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.views.key_bindings import writes_text
from app.views.matching import folded

#: After so long a letter begins another name.
_PAUSE_MS = 1000


class NameTyping:
    """The letters that were typed one behind the other, since the current row was chosen else."""

    def __init__(
        self,
        names: Callable[[], Sequence[str]],
        place: Callable[[], int],
        go_to: Callable[[int], None],
    ) -> None:
        """`names` are those of all places of the list, "" for one that nothing leads to; `place`
        is the current one, -1 for none."""
        self._names, self._place, self._go_to = names, place, go_to
        self._typed, self._typed_at_ms = "", 0
        #: Given what is no name's beginning, with the letters that seemed to be one; without it
        #: that does nothing.
        self.on_text: Callable[[str], None] | None = None

    def end(self) -> None:
        """The next letter begins another name."""
        self._typed = ""

    def key(self, event: "tk.Event[tk.Misc]") -> str | None:
        """Take a key, if it stands for a character."""
        if not writes_text(event):
            return None
        is_soon = abs(event.time - self._typed_at_ms) < _PAUSE_MS
        typed = (self._typed if is_soon else "") + event.char
        self._typed_at_ms = event.time
        at = self._called(typed)
        if at is None and self.on_text is not None:
            self._typed = ""
            self.on_text(typed)
            return "break"
        if at is None:
            typed = event.char
            at = self._called(typed)
        if at is not None:
            self._go_to(at)
            self._typed = typed  # behind the step, which ends it
        return "break"

    def _called(self, typed: str) -> int | None:
        """The next place whose name begins so; the same letter again and again leads on."""
        wanted, names, here = folded(typed), self._names(), self._place()
        if not wanted.strip():
            return None
        if len(set(wanted)) == 1:
            wanted, here = wanted[0], here + 1
        places = (at % len(names) for at in range(max(0, here), max(0, here) + len(names)))
        return next((at for at in places if folded(names[at]).startswith(wanted)), None)
