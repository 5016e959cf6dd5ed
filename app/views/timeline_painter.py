"""Draws blocks of a timeline into a Text: lines, pictures and tags, never a colour by hand.

Theory: a block is one range under a tag of its own, ending with a newline, so it can be removed
or replaced alone. How a line looks is decided by the tag on its first character (margins,
spacing) and by tags for colours; a theme change configures those tags again and nothing else.
An avatar beside two lines is two pictures: one stands at the bottom of the name line, the other
at the top of the first text line, and no space lies between these lines.
"""

import tkinter as tk
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from app.markup import parts_of
from app.markup_parts import CodeBlock
from app.translation import _
from app.views import fonts, wording
from app.views.body_painter import BodyPainter
from app.views.delivery_marks import DELIVERY_MARKS
from app.views.drawn_block import AVATAR_X, MARK_INSET, TEXT_X, Drawn
from app.views.drawn_text import IN_ORDER, drawn_sentence, is_ordered_here, starts_right_to_left
from app.views.images import Avatar, AvatarSlice, Badge, Blank, Icon, Rule
from app.views.long_messages import is_long
from app.views.notice_painter import NoticePainter
from app.views.pictured_words import fitting_pieces, pieces_of
from app.views.piece_writer import BREAK_POINT
from app.views.rows import HoleRow, MessageKind, MessageRow, MessageState
from app.views.safe_text import (
    NAME_LENGTH_MAX,
    initials,
    safe_line,
    safe_message,
    system_line,
)
from app.views.theme import Look
from app.views.timeline_layout import BeginningRow, Block
from app.views.timeline_pen import TimelinePen
from app.views.tokens import NICK_COLOR_COUNT, nick_index

TEXT_WIDTH_MAX = 760
RIGHT_MARGIN = 30
_LINE_HEIGHT = 23
_AVATAR = 40

#: How a line lies that has no place of its own, as a divider has.
_LINE_TAGS = ("head", "first", "body", "action_line", "quiet", "calling")


class TimelinePainter:
    """Draws into `text`."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text, self._look = text, look
        self._next_id = 0
        self._half_height = 0  # of an avatar: what stands beside the first line of the text
        self._pen = TimelinePen(text, look)
        self.bodies = BodyPainter(self._pen)
        self.notices = NoticePainter(self._pen)

    def turn(self, row: MessageRow) -> None:
        """Show what it hides the next time it is drawn; a notice that shows all is folded again."""
        if row.details.unfolded:
            self.notices.unfolded.turn(row.key)
        else:
            self.bodies.revealed.turn(row.key)

    # tags

    def configure_tags(self) -> None:
        """Set sizes and colours of all tags; call it after a change of theme or fonts."""
        text, look, tokens = self._text, self._look, self._look.tokens
        px = look.px
        letters = fonts.line_height(text, fonts.TALK)
        # The lower part is no taller than the letters beside it, so all lines have one distance.
        self._half_height = min(px(_AVATAR / 2), letters)
        leading = max(1, px(_LINE_HEIGHT * look.text_scale) - letters)
        # Half of it above the letters, as Tk parts it in a line that is wrapped: so they are in the
        # middle of a ground of their own. Not beside an avatar: its halves would come apart.
        above = leading // 2
        body: dict[str, Any] = {
            "lmargin2": px(TEXT_X),
            "spacing1": above,
            "spacing2": leading,
            "spacing3": leading - above,
        }
        configure = text.tag_configure
        configure("hover", background=tokens.hovered)
        configure("current", background=tokens.hovered)
        configure("current", lmargincolor=tokens.hovered, rmargincolor=tokens.hovered)
        configure("hover", lmargincolor=tokens.hovered, rmargincolor=tokens.hovered)
        configure("head", lmargin1=px(AVATAR_X), lmargin2=px(TEXT_X), spacing1=px(10), spacing3=0)
        configure("first", lmargin1=px(AVATAR_X), **body | {"spacing1": 0})
        configure("body", lmargin1=px(TEXT_X), **body)
        configure("quiet", lmargin1=px(AVATAR_X), **body)
        configure("quiet", foreground=tokens.muted, font=fonts.SMALL, spacing1=px(3))
        configure("calling", lmargin1=px(AVATAR_X), **body)
        configure("calling", spacing1=px(6))
        configure("continued", lmargin1=px(TEXT_X), spacing1=0)
        configure("action_line", lmargin1=px(TEXT_X), **body | {"spacing1": px(6)})
        configure("above", lmargin1=px(20), spacing1=px(14), spacing3=px(2))
        configure("center", justify="center", spacing1=px(16), spacing3=px(6))
        configure("center", foreground=tokens.muted, font=fonts.SMALL_BOLD)
        configure("name", font=fonts.TALK_BOLD)
        for index in range(NICK_COLOR_COUNT):
            configure(f"nick{index}", foreground=tokens.nicks[index])
        configure("meta", foreground=tokens.muted, font=fonts.SMALL)
        configure("day", foreground=tokens.muted, font=fonts.SMALL_BOLD)
        configure("trouble", foreground=tokens.danger, font=fonts.SMALL)
        configure("action", foreground=tokens.link, font=fonts.SMALL_BOLD)
        self.bodies.configure_tags()
        for band, color in (("hover_band", tokens.band_hovered), ("band", tokens.band)):
            configure(band, background=color, lmargincolor=color, rmargincolor=color)
            text.tag_lower(band)
        text.tag_lower("hover_band")
        text.tag_lower("band")
        text.tag_lower("hover")
        text.tag_lower("current")
        for line_tag in _LINE_TAGS:
            # Else what begins or ends a line colours the margin beside it, too.
            configure(line_tag, lmargincolor=tokens.bg, rmargincolor=tokens.bg)
            text.tag_lower(line_tag)
        configure("lit", background=tokens.lit, foreground=tokens.lit_text)
        configure("lit", lmargincolor=tokens.bg)
        configure("lit_current", lmargincolor=tokens.bg)
        configure("lit_current", background=tokens.lit_current, foreground=tokens.lit_current_text)
        for tag in ("lit", "lit_current", "sel"):
            text.tag_raise(tag)

    def is_laid_out_anew(self, drawn: Drawn, room_before: int) -> bool:
        """Whether a block looks different where its text had so much room before, and has now what
        it has: dividers have the width of the widget, long code, names and some notices are fitted
        by us."""
        if drawn.lines_above or drawn.is_broken_here:
            return True
        return drawn.fitted_width > min(room_before, self.bodies.code.room)

    def set_text_width(self, width: int) -> None:
        """Keep lines readable: at most `TEXT_WIDTH_MAX` in a widget of `width` real pixels."""
        px = self._look.px
        margin = max(px(RIGHT_MARGIN), width - px(TEXT_X + TEXT_WIDTH_MAX))
        for tag in _LINE_TAGS:
            self._text.tag_configure(tag, rmargin=margin)
        ring = int(str(self._text.cget("highlightthickness")))
        edge = max(px(TEXT_X), width - margin - 2 * ring - px(MARK_INSET))
        self._text.tag_configure("marked_code", tabs=(edge, "right"))
        self.bodies.code.room = self.notices.room = width - margin - px(TEXT_X) - 2 * ring

    # blocks

    @contextmanager
    def room_before(self, tag: str) -> Iterator[None]:
        """Blocks are inserted in front of the block `tag`, or at the end when it is ""."""
        index = str(self._text.index(f"{tag}.first" if tag else "end-1c"))
        self._pen.go_to(int(index.split(".", 1)[0]))
        yield
        self._pen.flush()

    def insert(self, block: Block) -> Drawn:
        """Draw `block`, in `room_before` what follows it."""
        self._next_id += 1
        drawn = Drawn(block, f"m{self._next_id}")
        pen, row = self._pen, block.row
        start, pen.ground = pen.line, "bg"
        if block.day:
            self._draw_day(block.day)
            drawn.lines_above += 1
        if block.is_new_above:
            self._draw_new_line()
            drawn.lines_above += 1
        if isinstance(row, MessageRow):
            pen.ground = "band" if row.is_mention else "bg"
            if row.kind is MessageKind.MESSAGE:
                self._draw_message(drawn, row)
            else:
                self.notices.draw(drawn, row)
        elif isinstance(row, HoleRow):
            self._draw_centered(drawn, wording.hole_text(row), Icon("three-dots", 14, "muted"))
        else:
            self._draw_beginning(drawn, row)
        pen.tag_lines(drawn.tag, start, pen.line)
        if isinstance(row, MessageRow) and row.is_mention:
            pen.tag_lines("band", start + drawn.lines_above, pen.line)
        return drawn

    def remove(self, drawn: Sequence[Drawn]) -> None:
        """Take blocks away that stand one after the other."""
        if not drawn:
            return
        self._text.delete(f"{drawn[0].tag}.first", f"{drawn[-1].tag}.last")
        self._text.tag_delete(*(t for each in drawn for t in (each.tag, *each.links, *each.codes)))

    def _draw_day(self, day: str) -> None:
        px = self._look.px
        label = fonts.text_width(self._text, fonts.SMALL_BOLD, day) + px(20)
        width = max(px(20), (self._rule_room() - label) // 2)
        self._pen.picture(Rule(width, "line", drop=2))
        self._pen.picture(Blank(px(10), 1))
        self._pen.write_in_order(day, "day")
        self._pen.picture(Blank(px(10), 1))
        self._pen.picture(Rule(width, "line", drop=2))
        self._pen.end_line("above")

    def _draw_new_line(self) -> None:
        badge = Badge(_("New"), "alert", "alert_text", radius=5)
        width = int(self._text.tk.call("image", "width", self._look.images.get(badge)))
        self._pen.picture(Rule(max(1, self._rule_room() - width), "new_line"))
        self._pen.picture(badge)
        self._pen.end_line("above")

    def _rule_room(self) -> int:
        return max(self._look.px(100), self._text.winfo_width() - self._look.px(40))

    def _draw_centered(self, drawn: Drawn, words: str, icon: Icon) -> None:
        self._pen.picture(icon)
        self._pen.write("  ")
        if is_ordered_here(words):
            words, room = safe_line(words), self._rule_room()
            drawn.is_broken_here = self._pen.write_lines(words, room, fonts.SMALL_BOLD)
        else:
            self._pen.write_pictured(words)
        self._pen.end_line("center")

    def _draw_beginning(self, drawn: Drawn, row: BeginningRow) -> None:
        if not row.is_cleared:
            icon = Icon("hash", 16, "muted")
            self._draw_centered(drawn, wording.beginning_text(row.room_name), icon)
            return
        pen, room = self._pen, self._rule_room()
        words, action = _("The view was cleared. Nothing was deleted."), _("Show earlier messages")
        drawn.is_broken_here = pen.write_lines(words, room, fonts.SMALL_BOLD)
        pen.write("\n" if drawn.is_broken_here else "  ·  ")
        pen.write_lines(action, room, fonts.SMALL_BOLD, "action", "earlier")
        pen.end_line("center")

    # messages

    def _draw_message(self, drawn: Drawn, row: MessageRow) -> None:
        lower_half = self._draw_head(drawn, row) if drawn.block.starts_group else None
        self.bodies.draw(drawn, row, lower_half, self._draw_mark)
        if is_long(row.text):
            self._draw_fold(drawn, row)
        if row.state is MessageState.FAILED and row.is_own:
            self._draw_failure(drawn, row)

    def _draw_head(self, drawn: Drawn, row: MessageRow) -> AvatarSlice | None:
        """Avatar, name and time; what of the avatar stands beside the first line of the text."""
        color = nick_index(row.author_id)
        avatar = Avatar(color, initials(row.author_name), _AVATAR)
        # A line that begins at the right has no place for half an avatar at its left.
        is_whole = starts_right_to_left(row.text.split("\n", 1)[0])
        if is_whole:
            self._pen.picture(avatar)
            self._pen.picture(Blank(self._look.px(TEXT_X - AVATAR_X - _AVATAR), 1))
        else:
            self._pen.picture(self._slice(avatar, is_lower=False), align="bottom")
        time = f"   {wording.clock_text(row.time)}"
        self._draw_name(drawn, row.author_name or "?", f"nick{color}", time)
        self._pen.write(time, "meta")
        self._pen.end_line("head")
        return None if is_whole else self._slice(avatar, is_lower=True)

    def _draw_name(self, drawn: Drawn, name: str, color: str, time: str) -> None:
        """So much of it that the time has room beside it: else the line would be wrapped, and the
        halves of the avatar come apart."""
        text, pen, room = self._text, self._pen, self.bodies.code.room
        beside = fonts.text_width(text, fonts.SMALL, time)
        pieces = pieces_of(name, NAME_LENGTH_MAX)
        shown, width = fitting_pieces(
            text, self._look, pieces, fonts.TALK_BOLD, room - beside, self._look.text_scale
        )
        drawn.fitted_width = max(drawn.fitted_width, width + beside)
        if width + beside <= room or room <= 0:
            pen.write_pieces(pieces, "name", color)
            return
        pen.write(system_line(name, NAME_LENGTH_MAX), "hidden")  # copied it is whole
        pen.write_pieces(shown, "name", color, IN_ORDER)

    def _slice(self, avatar: Avatar, *, is_lower: bool) -> AvatarSlice:
        return AvatarSlice(avatar, is_lower, TEXT_X - AVATAR_X, self._half_height)

    def _draw_mark(self, row: MessageRow, *, is_at_edge: bool = False) -> None:
        """How far it has come: behind the last word, or at the right edge of the ground of code."""
        if not row.is_own:
            return
        if is_at_edge:
            self._pen.write("\t", IN_ORDER)  # not copied
            self._pen.picture(DELIVERY_MARKS[row.state].icon, "mark")
        else:
            self._pen.hang(DELIVERY_MARKS[row.state], "mark")

    def _draw_fold(self, drawn: Drawn, row: MessageRow) -> None:
        """What shows all of a long message, or its beginning alone; not copied."""
        if self.bodies.is_folded(row) and drawn.codes:  # of code that is cut all is copied
            blocks = (p for p in parts_of(safe_message(row.text)) if isinstance(p, CodeBlock))
            codes = (p.code.replace(BREAK_POINT, "") for p in blocks if not p.is_hidden)
            drawn.codes.update(zip(list(drawn.codes), codes, strict=False))
        self._pen.write(drawn_sentence(self.fold_words(row)), "action", "whole", IN_ORDER)
        self._pen.end_line("body", IN_ORDER)

    def fold_words(self, row: MessageRow) -> str:
        """Words for showing all of a long message, or its beginning alone; "" of a short one."""
        if not is_long(row.text):
            return ""
        return _("Show the whole message") if self.bodies.is_folded(row) else _("Show less")

    def _draw_failure(self, drawn: Drawn, row: MessageRow) -> None:
        room = self.bodies.code.room or self._rule_room()
        words = wording.failure_text(row)
        drawn.is_broken_here = self._pen.write_lines(words, room, fonts.SMALL, "trouble")
        if drawn.is_broken_here:
            self._pen.end_line("body")
        else:
            self._pen.write("  ·  ", "meta")
        self._pen.write_in_order(_("Retry"), "action", "retry")
        self._pen.write("  ·  ", "meta")
        self._pen.write_in_order(_("Delete"), "action", "delete")
        self._pen.end_line("body")
