"""Draws the lines of a block of code, in colours, on a ground of their own.

Theory: the ground goes from the text's left edge to its right one: the tag stands on the characters
and on the newline, whose ground Tk draws to the margin. Code begins a little inside of it, also
where it is wrapped. No margin of Tk's does that: it would have the ground of the margin. So a blank
stands where a wrapped line begins, too wide for what is left of the line before. Blanks of the code
that would come there are hidden, so that all lines of it begin at one edge.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile

from app.markup_parts import CodeBlock
from app.views import fonts
from app.views.code_colors import colored
from app.views.drawn_block import DrawEnd, Drawn
from app.views.drawn_text import IN_ORDER
from app.views.images import AvatarSlice, Blank
from app.views.piece_writer import BREAK_POINT, LINE_TOKENS_MAX, PieceWriter
from app.views.rows import MessageRow
from app.views.timeline_pen import TimelinePen

_INSET = 12  # of code in its ground
_MARK_ROOM = 40  # for the mark, beside the last line of code
#: Longer code is not coloured: the first look at it must not stop the window.
_COLORED_CODE_MAX = 6_000

_Line = Sequence[tuple[str, str]]


class CodePainter:
    """Draws blocks of code with a pen; `start` begins a line, with half an avatar if there is."""

    def __init__(
        self,
        pen: TimelinePen,
        writer: PieceWriter,
        start: Callable[[AvatarSlice | None], str],
    ) -> None:
        self._pen, self._writer, self._start = pen, writer, start
        #: How wide the ground of code is, in real pixels; 0 while nobody knows.
        self.room = 0
        #: Real pixels: more than a letter of the code is wide, and that.
        self._inset = self._letter = 0

    def draw(
        self,
        drawn: Drawn,
        block: CodeBlock,
        half: AvatarSlice | None,
        row: MessageRow | None,
        draw_end: DrawEnd,
    ) -> None:
        """Draw all lines; `row` is given if they are the last ones of its message."""
        pen = self._pen
        self._inset = pen.look.px(_INSET * max(1.0, pen.look.text_scale))
        self._letter = fonts.text_width(pen.text, fonts.MONO, "0")
        tag = f"c{drawn.tag}.{len(drawn.codes)}"
        drawn.codes[tag] = block.code.replace(BREAK_POINT, "")
        is_short = len(block.code) <= _COLORED_CODE_MAX
        lines = colored(block.code, block.language if is_short else "")
        number = -1
        while (number := number + 1) < len(lines):
            line = lines[number]
            if self._writer.insets_left <= 0 and number < len(lines) - 1:
                number += self._draw_alike(lines[number:-1], tag)
                line = lines[number]
            is_rest = number > 0 and self._writer.is_full
            is_last = is_rest or number == len(lines) - 1
            line_tag = self._start(half if number == 0 else None)
            if is_rest:
                self._writer.leave_out("\n".join(map(_words_of, lines[number:])))
            else:
                self._draw_line(drawn, line)
            line_tags = [line_tag, "code_block", tag]
            if row is not None and is_last and self._has_mark_room(drawn, _words_of(line)):
                draw_end(row, is_at_edge=True)
                line_tags.append("marked_code")
                row = None
            if number == 0 and half is not None:  # no ground behind the avatar
                pen.end_line(*line_tags, behind_first="code")
            else:
                pen.end_line("code", *line_tags)
            if is_last:
                break
        if row is not None and row.is_own:
            # Below the ground: beside the code there is no room. Not copied.
            draw_end(row)
            pen.end_line("body", IN_ORDER)

    def _draw_alike(self, lines: Sequence[_Line], tag: str) -> int:
        """Draw the first of these lines in one go, up to one that has colours; how many."""
        count = len(lines)
        if self._writer.tokens_left > 0:
            alike = takewhile(lambda line: not any(color for _words, color in line), lines)
            count = sum(1 for _line in alike)
        if count:
            self._writer.write("\n".join(map(_words_of, lines[:count])))
            self._pen.end_line("code", "body", "code_block", tag)
        return count

    def _draw_line(self, drawn: Drawn, line: _Line) -> None:
        if not line:
            return
        pen, writer = self._pen, self._writer
        count = sum(1 for _words, color in line if color)
        if count > min(LINE_TOKENS_MAX, writer.tokens_left):
            line, count = [(_words_of(line), "")], 0
        writer.tokens_left -= count
        inset = Blank(self._inset, 1)
        self._draw_inset(inset)
        fits = self._characters_in_a_line(drawn, _words_of(line))
        column = 0
        for words, color in line:
            tags = (color,) if color else ()
            if fits:
                words = words.replace(BREAK_POINT, "")
            while fits and column + len(words) > fits:
                pen.write(words[: fits - column], *tags)  # plain letters, else nothing fits
                words, column = self._without_blanks(words[fits - column :]), fits
                if words:
                    self._draw_inset(inset)
                    column = 0
            writer.write(words, *tags)
            column += len(words)

    def _without_blanks(self, words: str) -> str:
        """What comes behind the blanks at the beginning; these are hidden."""
        rest = words.lstrip(" ")
        if rest == words or not self._writer.pays():
            return words
        self._pen.write(words[: len(words) - len(rest)], "hidden")
        return rest

    def _draw_inset(self, inset: Blank) -> None:
        if self._writer.insets_left > 0:
            self._writer.insets_left -= 1
            self._pen.picture(inset)

    def _has_mark_room(self, drawn: Drawn, code: str) -> bool:
        """Whether the mark has room at the right of the last line of code."""
        if "\t" in code or self.room <= 0:
            return False
        width = self._inset + fonts.text_width(self._pen.text, fonts.MONO, code)
        width += self._pen.look.px(_MARK_ROOM)
        drawn.fitted_width = max(drawn.fitted_width, width)  # to be drawn anew when that changes
        return width <= self.room

    def _characters_in_a_line(self, drawn: Drawn, code: str) -> int:
        """After how many characters the line is wrapped; 0 if it is not, or nobody can tell."""
        code = code.replace(BREAK_POINT, "")
        if not code.isascii() or "\t" in code:
            return 0
        width = self._inset + len(code) * self._letter
        drawn.fitted_width = max(drawn.fitted_width, width)
        if width <= self.room or self.room <= 0:
            return 0
        fits = max(1, (self.room - self._inset) // self._letter)
        return fits if len(code) // fits < self._writer.insets_left else 0


def _words_of(line: _Line) -> str:
    return "".join(words for words, _color in line)
