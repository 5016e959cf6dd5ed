"""Draws the quiet lines between the messages: who came and went, and what only this computer
tells.

Theory: Tk breaks such a line where it is too long. With words from the right in it the letters
have been put in order before, and their lines would come out from the last to the first. So there
the line is broken here, by measuring, and each part ordered for itself; in a language from the
right the notice then lies at the right, its icon where it begins.
"""

from app.translation import _, is_right_to_left
from app.views import fonts, wording
from app.views.drawn_block import AVATAR_X, TEXT_X, Drawn
from app.views.drawn_text import IN_ORDER, broken, drawn_sentence, is_ordered_here
from app.views.images import Blank, Icon
from app.views.opened import Opened
from app.views.rows import MessageKind, MessageRow
from app.views.safe_text import NO_BREAK, safe_line
from app.views.timeline_pen import TimelinePen

_UNFOLDED_MAX = 500
_UNFOLDED_LENGTH_MAX = 8_000  # code points of a notice that names everybody
_ICON_SIZE = 15
_ICON_X = AVATAR_X + 12


class NoticePainter:
    """Draws with a pen; `unfolded` are the keys of the notices that name everybody."""

    def __init__(self, pen: TimelinePen) -> None:
        self._pen = pen
        self.unfolded = Opened(_UNFOLDED_MAX)
        #: How wide a line may be, in real pixels; 0 while nobody knows.
        self.room = 0

    def draw(self, drawn: Drawn, row: MessageRow) -> None:
        """Draw all of its lines."""
        words, is_unfolded = safe_line(row.text), row.key in self.unfolded
        if is_unfolded:
            words = safe_line(row.details.unfolded, _UNFOLDED_LENGTH_MAX)
        beside = wording.span_text(row.time, row.details.until)
        if row.kind is MessageKind.LOCAL_NOTICE:
            beside = " · ".join((beside, _("Only you can see this")))
        line_tag = "calling" if row.is_mention else "quiet"
        tags = ("unfold",) if row.details.unfolded else ()
        drawn.is_broken_here = is_ordered_here(words) or is_ordered_here(beside)
        if drawn.is_broken_here:
            self._draw_ordered(row, words, beside, line_tag, tags)
            return
        self._draw_icon(row)
        if is_unfolded:
            self._pen.write(words, *tags)
        else:
            self._pen.write_pictured(row.text, *tags)
        # Where it has no room beside the words it goes below them as a whole.
        self._pen.write(f"   {beside.replace(' ', NO_BREAK)}", "meta")
        self._pen.end_line(line_tag)

    def _draw_ordered(
        self, row: MessageRow, words: str, beside: str, line_tag: str, tags: tuple[str, ...]
    ) -> None:
        pen, is_mirrored = self._pen, is_right_to_left()
        lines = self._lines(words, beside, fonts.TALK if row.is_mention else fonts.SMALL)
        # Copied it is one line, as it was written.
        pen.write(f"{words}   {beside}", "hidden")
        for number, (part, part_beside) in enumerate(lines):
            more = ("continued",) if number else ()
            if number:
                pen.write("\n", IN_ORDER)
            elif not is_mirrored:
                self._draw_icon(row)
            pieces = [(drawn_sentence(part), (*tags, *more, IN_ORDER))] if part else []
            if part and part_beside:
                pieces.append(("   ", (*more, IN_ORDER)))
            pieces.append((drawn_sentence(part_beside), ("meta", *more, IN_ORDER)))
            for piece, piece_tags in reversed(pieces) if is_mirrored else pieces:
                pen.write(piece, *piece_tags)
            if is_mirrored:
                self._draw_icon_at_right(None if number else row)
        pen.end_line(line_tag, *(("from_right",) if is_mirrored else ()))

    def _lines(self, words: str, beside: str, font: str) -> list[tuple[str, str]]:
        """What stands in each line, and what beside it."""
        text = self._pen.text
        room = self.room if self.room > 0 else 1_000_000
        if is_right_to_left():
            room -= self._pen.look.px(TEXT_X - _ICON_X)
        parts = broken(words, room, lambda part: fonts.text_width(text, font, part)).split("\n")
        lines = [(part, "") for part in parts]
        width = fonts.text_width(text, font, f"{parts[-1]}   ")
        if width + fonts.text_width(text, fonts.SMALL, beside) <= room:
            return [*lines[:-1], (parts[-1], beside)]
        return [*lines, ("", beside)]

    def _draw_icon(self, row: MessageRow) -> None:
        px = self._pen.look.px
        self._pen.picture(Blank(px(_ICON_X - AVATAR_X), 1))
        self._pen.picture(_icon_of(row))
        self._pen.picture(Blank(px(TEXT_X - _ICON_X - _ICON_SIZE), 1))

    def _draw_icon_at_right(self, row: MessageRow | None) -> None:
        """None leaves its place empty."""
        px = self._pen.look.px
        gap = TEXT_X - _ICON_X - _ICON_SIZE
        if row is None:
            self._pen.picture(Blank(px(gap + _ICON_SIZE), 1))
            return
        self._pen.picture(Blank(px(gap), 1))
        self._pen.picture(_icon_of(row))


def _icon_of(row: MessageRow) -> Icon:
    if row.is_mention:
        return Icon("alarm", _ICON_SIZE, "fg")
    if row.kind is MessageKind.LOCAL_NOTICE:
        return Icon("eye-slash", _ICON_SIZE, "muted")
    arrow = "arrow-left-short" if is_right_to_left() else "arrow-right-short"
    return Icon(arrow, _ICON_SIZE, "muted")
