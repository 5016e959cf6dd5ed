"""The bars at the left of quotes, from the first line on the screen to the last.

Theory: Tk draws nothing where a line is wrapped but its margin, which begins at the edge of the
widget. So the bar is a narrow frame beside the lines, which follows them: only the quotes in view
have one, and it is looked for whenever the view or what is in it was moved. A quote in a quote has
a bar of its own, beside the other's.
"""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Iterator

from app.markup import QUOTES_MAX
from app.views.drawn_block import TEXT_X
from app.views.theme import Look
from app.views.widgets import Frame, Text

#: On the lines that have a bar, a second one, and so on.
TAGS = tuple(f"barred{depth}" for depth in range(QUOTES_MAX))
#: A bar and what is between it and the words, or the next bar.
INDENT = 13
_WIDTH = 3
_WHEEL = ("<Button-4>", "<Button-5>", "<MouseWheel>")


class QuoteBars:
    """Of one Text; `following` is what the Text tells when it was scrolled or changed."""

    def __init__(self, text: Text, look: Look) -> None:
        self._text, self._look = text, look
        self._bars: list[Frame] = []
        self._is_planned = False
        text.bind("<<WidgetViewSync>>", lambda _event: self.plan(), add="+")
        look.watch(text, self._repaint)

    def following(self, scrolled: Callable[[str, str], None]) -> Callable[[str, str], None]:
        """What to call with the ends of the view: `scrolled`, and this."""

        def follow(first: str, last: str) -> None:
            scrolled(first, last)
            self.plan()

        return follow

    def plan(self) -> None:
        """Look again, when Tk is done with what it is at."""
        if not self._is_planned:
            self._is_planned = True
            self._text.after_idle(self._place)

    def _place(self) -> None:
        self._is_planned = False
        if not self._text.winfo_exists():
            return
        places = [
            (depth, place)
            for depth, tag in enumerate(TAGS)
            if self._text.tag_ranges(tag)
            for place in self._places(tag)
        ]
        while len(self._bars) < len(places):
            self._bars.append(self._new_bar())
        for bar, (depth, (top, bottom)) in zip(self._bars, places, strict=False):
            x = self._look.px(TEXT_X) + self._look.px(INDENT * depth)
            bar.place(x=x, y=top, height=bottom - top)
        for bar in self._bars[len(places) :]:
            bar.place_forget()

    def _places(self, tag: str) -> Iterator[tuple[int, int]]:
        """Top and bottom of each run of lines in view that have the tag."""
        text, height = self._text, self._text.winfo_height()
        end = text.index(f"@0,{height}")
        found = text.tag_prevrange(tag, "@0,0 + 1 indices")
        if not found or text.compare(found[1], "<=", "@0,0"):
            found = text.tag_nextrange(tag, "@0,0", end)
        while found:
            first, last = text.dlineinfo(found[0]), text.dlineinfo(f"{found[1]} - 1 indices")
            top = max(0, first[1]) if first is not None else 0
            bottom = min(height, last[1] + last[3]) if last is not None else height
            if bottom > top:
                yield top, bottom
            found = text.tag_nextrange(tag, found[1], end)

    def _new_bar(self) -> Frame:
        bar = Frame(self._text, width=self._look.px(_WIDTH))
        bar.configure(background=self._look.tokens.line)
        for sequence in _WHEEL:
            bar.bind(sequence, self._wheel)
        return bar

    def _wheel(self, event: tk.Event[tk.Misc]) -> None:
        if event.num in (4, 5):
            self._text.event_generate(f"<Button-{event.num}>")
        else:
            self._text.event_generate("<MouseWheel>", delta=event.delta)

    def _repaint(self) -> None:
        for bar in self._bars:
            bar.configure(background=self._look.tokens.line)
