"""Puts words and pictures into a Text, one piece after the other, at a place that moves along.

Theory: each call into Tk costs more than what it inserts, and each piece of it more than its
letters; so words are gathered and inserted together when a picture comes or the drawing ends, and
neighbours with the same tags are one piece. Lines are counted, so nothing has to be asked back.
"""

import tkinter as tk
from typing import Literal

from app.views import fonts
from app.views.drawn_text import IN_ORDER, broken, drawn, is_ordered_here
from app.views.images import HangingIcon, Recipe
from app.views.theme import Look

Align = Literal["top", "center", "bottom", "baseline"]


class TimelinePen:
    """Draws into `text`; what is drawn is there after `flush`."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self.text, self.look = text, look
        self._place = "end-1c"
        #: Of whole lines, and of the one that is drawn now: words, their tags, words, …
        self._lines: list[str | tuple[str, ...]] = []
        self._pieces: list[tuple[str, tuple[str, ...]]] = []
        self._line = 1
        self._breaks = 0  # newlines within what `end_line` ends
        self._is_line_begun = False  # a part of this line is in the widget

    def go_to(self, mark: str) -> None:
        """Draw in front of this mark, which stands at the start of a line and moves along."""
        self.flush()
        self._place = mark
        self._line = int(str(self.text.index(mark)).split(".", 1)[0])
        self._breaks, self._is_line_begun = 0, False

    @property
    def line(self) -> int:
        """The number of the line that is drawn next or now."""
        return self._line

    def end_line(self, *line_tags: str) -> None:
        """End the line; the tags of its first character decide how it lies."""
        lines = self._lines
        self._pieces.append(("\n", ()))
        for words, tags in self._pieces:
            all_tags = (*tags, *line_tags)
            if lines and lines[-1] == all_tags:
                lines[-2] = f"{lines[-2]}{words}"
            else:
                lines += (words, all_tags)
        self._pieces.clear()
        if self._is_line_begun:
            for tag in line_tags:
                self.text.tag_add(tag, f"{self._line}.0", self._place)
            self._is_line_begun = False
        self._line += 1 + self._breaks
        self._breaks = 0

    def write(self, words: str, *tags: str) -> None:
        self._breaks += words.count("\n")
        self._pieces.append((words, tags))

    def write_in_order(self, words: str, *tags: str) -> None:
        """Words of one line that is only looked at; copied, they are what was given here."""
        shown = drawn(words)
        if shown == words:
            self.write(words, *tags)
        else:
            self.write(words, "hidden")
            self.write(shown, *tags, IN_ORDER)

    def write_lines(self, words: str, room: int, font: str, *tags: str) -> bool:
        """The same for words that may not have room in one line; True if they were broken here,
        for so many real pixels."""
        if not is_ordered_here(words):
            self.write(words, *tags)
            return False
        lines = broken(words, room, lambda part: fonts.text_width(self.text, font, part))
        self.write(words, "hidden")
        self.write(drawn(lines), *tags, IN_ORDER)
        return True

    def picture(self, recipe: Recipe, *tags: str, align: Align = "center", name: str = "") -> None:
        """Draw a picture; `name` is what it stands for when the line is copied."""
        self.flush()
        self._is_line_begun = True
        image = self.look.images.get(recipe)
        named = ("-name", name) if name else ()
        # Not `image_create`: how Tkinter puts options together takes longer than what Tk does.
        self.text.tk.call(
            str(self.text), "image", "create", self._place, "-image", image, "-align", align, *named
        )
        for tag in tags:
            self.text.tag_add(tag, f"{self._place} - 1 indices", self._place)

    def hang(self, recipe: HangingIcon, *tags: str) -> None:
        """Draw an icon behind the last word, which always stays on its line."""
        half = int(self.text.tk.call("image", "width", self.look.images.get(recipe))) // 2
        self.picture(recipe, *tags)
        self.text.image_configure(f"{self._place} - 1 indices", padx=-half)

    def flush(self) -> None:
        """Insert what was gathered."""
        if self._pieces:
            self._is_line_begun = True
            for piece in self._pieces:
                self._lines += piece
            self._pieces.clear()
        if self._lines:
            self.text.tk.call(str(self.text), "insert", self._place, *self._lines)
            self._lines.clear()
