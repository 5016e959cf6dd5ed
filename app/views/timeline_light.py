"""Lights found words wherever they are drawn in a Text, stronger in one message."""

import tkinter as tk
from collections.abc import Iterable, Sequence

from app.text_folding import fold, folded_places
from app.views.drawn_block import Drawn
from app.views.rows import Key, MessageKind, MessageRow

_LIT_MAX = 1000  # hits lit at a time; only single letters have more
_TAGS = ("lit", "lit_current")


class TimelineLight:
    """Remembers the words, so that what is drawn later is lit, too."""

    def __init__(self, text: tk.Text) -> None:
        self._text = text
        self._words = ""
        self._current: Key | None = None

    def seek(self, words: str, current: Key | None, drawn: Sequence[Drawn]) -> None:
        """Light `words`, "" for nothing, in `drawn`; `current` is the key of a message."""
        self._words, self._current = words, current
        for tag in _TAGS:
            self._text.tag_remove(tag, "1.0", "end")
        # The nearest first: there is a limit.
        keys = [each.block.row.key for each in drawn]
        middle = keys.index(current) if current in keys else len(keys)
        places = sorted(range(len(keys)), key=lambda at: abs(at - middle))
        self.light([drawn[at] for at in places])

    def light(self, drawn: Iterable[Drawn]) -> None:
        """Light the words in blocks just drawn."""
        wanted = fold(self._words)
        if not wanted:
            return
        left = _LIT_MAX
        for each in drawn:
            row = each.block.row
            if not isinstance(row, MessageRow) or row.kind is not MessageKind.MESSAGE:
                continue
            if wanted not in fold(row.text):
                continue
            start = f"{each.tag}.first + {each.lines_above} lines"
            is_plain = self._words.isascii() and row.text.isascii()
            find = self._found if is_plain else self._found_folded
            ranges = self._outside_spoilers(find(start, f"{each.tag}.last"), each.tag)[: 2 * left]
            if ranges:
                self._text.tag_add(_TAGS[row.key == self._current], *ranges)
            left -= len(ranges) // 2
            if left <= 0:
                return

    def _outside_spoilers(self, ranges: list[str], tag: str) -> list[str]:
        """Without the hits that a bar covers, were it in part: lit they could be read."""
        text = self._text
        if not ranges or not text.tag_nextrange("spoiler", f"{tag}.first", f"{tag}.last"):
            return ranges
        return [
            index
            for start, end in zip(ranges[::2], ranges[1::2], strict=True)
            if "spoiler" not in text.tag_names(start)
            and not text.tag_nextrange("spoiler", start, end)
            for index in (start, end)
        ]

    def _found(self, start: str, end: str) -> list[str]:
        """Where the words stand in a range: first start and end, second start and end, …

        All in one call: asking for one after the other takes seconds where a letter is sought.
        """
        call, split, name = self._text.tk.call, self._text.tk.splitlist, "chat_found_lengths"
        options = ("-all", "-nocase", "-exact", "-count", name, "--")
        starts = split(call(str(self._text), "search", *options, self._words, start, end))
        if not starts:
            return []
        return [
            index
            for at, length in zip(starts, split(call("set", name)), strict=True)
            for index in (str(at), f"{at} + {length} indices")
        ]

    def _found_folded(self, start: str, end: str) -> list[str]:
        """The same without regard to accents, which Tk does not know."""
        start = self._text.index(start)
        dump = self._text.dump(start, end, text=True, image=True)
        # A picture counts as one, as it does for Tk.
        drawn = "".join(value if kind == "text" else "\ufffc" for kind, value, _at in dump)
        places = folded_places(self._words, drawn)
        return [f"{start} + {at} indices" for place in places for at in place]
