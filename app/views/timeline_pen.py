"""Gathers words and pictures, one piece after the other, and puts them into a Text together.

Theory: each call into Tk costs more than what it inserts, and each piece of an insertion with tags
of its own three times what the same tag costs afterwards. So nothing is in the widget until
`flush`: then come all words as one plain piece, the pictures at their places, and each tag once,
with all of its ranges. Lines and columns are counted here, so nothing has to be asked back.
"""

import tkinter as tk
from collections.abc import Iterable
from typing import Literal

from app.structs import Struct
from app.views import fonts
from app.views.drawn_text import IN_ORDER, broken, drawn, is_ordered_here
from app.views.emoji_text import UNNAMED
from app.views.flat_picture import Cut
from app.views.images import EmojiPicture, HangingIcon, Recipe
from app.views.pictured_words import EMOJI_SIZE, Piece, pieces_of
from app.views.safe_text import LINE_LENGTH_MAX
from app.views.theme import Look

Align = Literal["top", "center", "bottom", "baseline"]


class _Picture(Struct, frozen=True, gc=False):
    """A picture at an index, with options of Tk's beside."""

    index: str
    recipe: Recipe
    options: tuple[str | int, ...]


class TimelinePen:
    """Draws into `text`; what is drawn is there after `flush`."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self.text, self.look = text, look
        #: How many columns a letter beyond the first 65,536 has: two before Tcl 9.
        self._wide_columns = int(str(text.tk.call("string", "length", "\U0001f600")))
        self._picture_number = 0
        #: The token of what the pictures that are drawn next stand on.
        self.ground = "bg"
        self.go_to(1)

    def go_to(self, line: int) -> None:
        """Draw in front of this line, whatever was begun elsewhere."""
        #: Of the line that is drawn next or now.
        self.line = line
        #: Where the next piece begins; one before may have had newlines in it.
        self._last_line, self._column = line, 0
        self._start = f"{line}.0"
        self._words: list[str] = []
        self._pictures: list[_Picture] = []
        #: Beginning and end of each range, by tag; what begins where a range ends goes on with it.
        self._ranges: dict[str, list[str]] = {}

    def end_line(self, *line_tags: str, behind_first: str = "") -> None:
        """End the line; the tags of its first character decide how it lies. One tag may stand only
        behind it."""
        self._words.append("\n")
        start, self.line = self.line, self._last_line + 1
        self._last_line, self._column = self.line, 0
        first, end = f"{start}.0", f"{self.line}.0"
        for tag in line_tags:
            self._tag(tag, first, end)
        if behind_first:
            self._tag(behind_first, f"{start}.1", end)

    def tag_lines(self, tag: str, start: int, end: int) -> None:
        """Put a tag on whole lines; the last one is the one before `end`."""
        self._tag(tag, f"{start}.0", f"{end}.0")

    def write(self, words: str, *tags: str) -> None:
        if not words:  # at an empty range Tk leaves out all that follow
            return
        self._words.append(words)
        line, column = self._last_line, self._column
        if words.isascii() and "\n" not in words:
            self._column += len(words)
        else:
            self._pass_over(words)
        if tags:
            self._tag_piece(tags, f"{line}.{column}")

    def write_in_order(self, words: str, *tags: str) -> None:
        """Words of one line that is only looked at; copied, they are what was given here."""
        shown = drawn(words)
        if shown == words:
            self.write(words, *tags)
        else:
            self.write(words, "hidden")
            self.write(shown, *tags, IN_ORDER)

    def write_pictured(self, text: str, *tags: str, length_max: int = LINE_LENGTH_MAX) -> None:
        """The same with emoji as pictures; the text need not be safe."""
        self.write_pieces(pieces_of(text, length_max), *tags)

    def write_pieces(self, pieces: Iterable[Piece], *tags: str) -> None:
        """The same, taken apart; with the tag `IN_ORDER` nothing of it is copied."""
        for words, is_emoji in pieces:
            if is_emoji:
                size = EMOJI_SIZE * self.look.text_scale
                self.picture(EmojiPicture(words, size), *tags, name=words)
            elif IN_ORDER in tags:
                self.write(drawn(words), *tags)
            else:
                self.write_in_order(words, *tags)

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
        self._draw(recipe, tags, ("-align", align), name)

    def hang(self, recipe: HangingIcon, *tags: str) -> None:
        """Draw an icon behind the last word, which always stays on its line."""
        image = self.look.images.get(Cut(recipe, self.ground))
        half = int(self.text.tk.call("image", "width", image)) // 2
        self._draw(recipe, tags, ("-align", "center", "-padx", -half), "")

    def flush(self) -> None:
        """Put what was gathered into the widget."""
        call, path = self.text.tk.call, str(self.text)
        if self._words:
            # With no tags at all, else it has those that both its neighbours have.
            call(path, "insert", self._start, "".join(self._words), ())
        for each in self._pictures:
            # Only now: a picture that is shown nowhere may be forgotten meanwhile.
            image = self.look.images.get(each.recipe)
            call(path, "image", "create", each.index, "-image", image, *each.options)
        for tag, ranges in self._ranges.items():
            call(path, "tag", "add", tag, *ranges)
        self.go_to(self.line)

    def _pass_over(self, words: str) -> None:
        before, newline, last = words.rpartition("\n")
        if newline:
            self._last_line += before.count("\n") + 1
            self._column = 0
        self._column += len(last)
        if self._wide_columns > 1:
            self._column += sum(letter > "\uffff" for letter in last)

    def _draw(
        self, recipe: Recipe, tags: tuple[str, ...], options: tuple[str | int, ...], name: str
    ) -> None:
        start = f"{self._last_line}.{self._column}"
        # Numbered as Tk would do it, which reads the numbers of all others for that.
        self._picture_number += 1
        numbered = f"{name or UNNAMED}#{self._picture_number}"
        self._pictures.append(
            _Picture(start, Cut(recipe, self.ground), (*options, "-name", numbered))
        )
        self._column += 1
        self._tag_piece(tags, start)

    def _tag_piece(self, tags: tuple[str, ...], start: str) -> None:
        """Put the tags on what was drawn from this index on."""
        end = f"{self._last_line}.{self._column}"
        for tag in tags:
            self._tag(tag, start, end)

    def _tag(self, tag: str, start: str, end: str) -> None:
        ranges = self._ranges.get(tag)
        if ranges is None:
            self._ranges[tag] = [start, end]
        elif ranges[-1] == start:
            ranges[-1] = end
        else:
            ranges += (start, end)
