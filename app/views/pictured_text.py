"""Words on a surface, in which emoji are pictures: what a label is for words without them."""

import tkinter as tk
from bisect import bisect_right
from collections.abc import Iterator

from app.emoji_signs import place_between
from app.views import fonts
from app.views.drawn_text import broken
from app.views.pictured_words import EMOJI_SIZE, draw_line, line_width
from app.views.theme import Look
from app.views.widgets import Canvas


class PicturedText(Canvas):
    """One line, as wide as its words are, or cut with `…`; where it `wraps`, as high as they are in
    the width that it has."""

    is_mirrored = True

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        font: str,
        role: str | int = "fg",
        on: str = "bg",
        wraps: bool = False,
    ) -> None:
        """`role` is the token of the words, or the number of a nick's colour; `on` is the token of
        what they lie on."""
        super().__init__(master)
        self.look, self._font, self._role, self._on = look, font, role, on
        self._wraps = wraps
        #: What is shown, as it was given.
        self.text = ""
        self.configure(width=1)
        self.bind("<Configure>", lambda _event: self._draw(), add="+")
        look.watch(self, self._draw)

    def show(self, text: str, width_max: int | None = None) -> None:
        """These words from now on; they need not be safe. It asks for no more than `width_max` real
        pixels."""
        self.text = text
        wanted = max(map(self._width_of, text.split("\n") if self._wraps else (text,)))
        self.configure(width=max(1, wanted if width_max is None else min(width_max, wanted)))
        self._draw()

    def paint(self, role: str | int, on: str) -> None:
        self._role, self._on = role, on
        self._draw()

    def _width_of(self, words: str) -> int:
        return line_width(self, self.look, words, self._font)

    def _lines(self, room: int) -> Iterator[str]:
        """As they have room; a word that has none goes on in the next one."""
        for line in broken(self.text, room, self._width_of).split("\n"):
            while len(line) > 1 and self._width_of(line) > room:
                ends = range(1, len(line))
                fitting = bisect_right(ends, room, key=lambda end: self._width_of(line[:end]))
                at = place_between(line, max(1, fitting))
                yield line[:at]
                line = line[at:]
            yield line

    def _draw(self) -> None:
        look, width = self.look, max(self.winfo_width(), self.winfo_reqwidth())
        ring = int(str(self.cget("highlightthickness")))
        ground, room = look.tokens.named(self._on), width - 2 * ring
        self.configure(background=ground, highlightbackground=ground)
        self.delete("all")
        lines = [*self._lines(room)] if self._wraps and width > 1 else [self.text]
        line_height = max(fonts.line_height(self, self._font), look.px(EMOJI_SIZE))
        if int(str(self.cget("height"))) != line_height * len(lines):
            self.configure(height=line_height * len(lines))
        if width <= 1:
            return
        role, tokens = self._role, look.tokens
        fill = tokens.nicks[role] if isinstance(role, int) else tokens.named(role)
        for number, line in enumerate(lines):
            middle = ring + line_height * number + line_height // 2
            draw_line(
                self, look, line, room=room, x=ring, y=middle,
                font=self._font, fill=fill, ground=self._on, tag="words",
            )  # fmt: skip
