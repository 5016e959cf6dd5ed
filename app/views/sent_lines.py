"""Texts that were sent lately, to be taken back into the field and sent again. No Tk."""

LINES_MAX = 50


class SentLines:
    """Ctrl+Up goes to older ones; what stood in the field comes back behind the newest."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._place = 0
        self._begun = ""

    def note(self, text: str) -> None:
        """This was sent; the next step back leads to it."""
        if text in self._lines:
            self._lines.remove(text)
        self._lines.append(text)
        del self._lines[:-LINES_MAX]
        self._place, self._begun = len(self._lines), ""

    def step(self, by: int, now: str) -> str | None:
        """What to show one line older (-1) or newer (+1) than `now`; None beyond the ends."""
        if self._place < len(self._lines) and now != self._lines[self._place]:
            self._place = len(self._lines)  # it was changed since: that is what was begun
        place = self._place + by
        if not 0 <= place <= len(self._lines):
            return None
        if self._place == len(self._lines):
            self._begun = now
        self._place = place
        return self._lines[place] if place < len(self._lines) else self._begun
