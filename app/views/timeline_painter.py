"""Draws blocks of a timeline into a Text: lines, pictures and tags, never a colour by hand.

Theory: a block is one range under a tag of its own, ending with a newline, so it can be removed
or replaced alone. How a line looks is decided by the tag on its first character (margins,
spacing) and by tags for colours; a theme change configures those tags again and nothing else.
An avatar beside two lines is two half pictures: one stands at the bottom of the name line, the
other at the top of the first text line, and no space lies between these lines.
"""

import tkinter as tk
from dataclasses import dataclass, field
from typing import Any, Literal

from app.views import fonts, wording
from app.views.images import (
    Avatar,
    AvatarSlice,
    Badge,
    Blank,
    EmojiPicture,
    Icon,
    Recipe,
    Rule,
)
from app.views.picture_fonts import has_emoji_font
from app.views.rows import HoleRow, MessageKind, MessageRow, MessageState
from app.views.safe_text import initials, safe_line, safe_message, safe_name
from app.views.segments import Segment, SegmentKind, segments_of
from app.views.theme import Look
from app.views.timeline_layout import BeginningRow, Block
from app.views.tokens import NICK_COLOR_COUNT, nick_index

AVATAR_X = 16
TEXT_X = 72
TEXT_WIDTH_MAX = 760
RIGHT_MARGIN = 30
SLICE_HEIGHT = 21  # of half an avatar
_LINE_HEIGHT = 23
_LARGE_EMOJI_MAX = 3

_AT = "chat_at"  # where the next piece goes
_LINE = "chat_line"  # where the line being drawn starts

Align = Literal["top", "center", "bottom", "baseline"]

_MARKS = {
    MessageState.PENDING: Icon("clock", 13, "muted"),
    MessageState.ACCEPTED: Icon("check2", 15, "muted"),
    MessageState.HELD: Icon("check2-all", 15, "muted"),
    MessageState.HELD_BY_ALL: Icon("check2-all", 15, "link"),
    MessageState.FAILED: Icon("exclamation-circle-fill", 14, "danger"),
}


@dataclass(slots=True)
class Drawn:
    """A block in the widget: its tag, the lines above its message, and its links by tag."""

    block: Block
    tag: str
    lines_above: int = 0
    links: dict[str, str] = field(default_factory=dict)


class TimelinePainter:
    """Draws into `text`, which must be in state "normal" meanwhile."""

    def __init__(self, text: tk.Text, look: Look) -> None:
        self._text, self._look = text, look
        self._next_id = 0
        text.mark_set(_AT, "1.0")
        text.mark_set(_LINE, "1.0")
        text.mark_gravity(_LINE, "left")

    # tags

    def configure_tags(self) -> None:
        """Set sizes and colours of all tags; call it after a change of theme or fonts."""
        text, look, tokens = self._text, self._look, self._look.tokens
        px = look.px
        leading = max(1, px(_LINE_HEIGHT) - fonts.line_height(text, fonts.BODY))
        body: dict[str, Any] = {
            "lmargin2": px(TEXT_X),
            "spacing1": 0,
            "spacing2": leading,
            "spacing3": leading,
        }
        configure = text.tag_configure
        configure("hover", background=tokens.hovered)
        configure("hover", lmargincolor=tokens.hovered, rmargincolor=tokens.hovered)
        configure("head", lmargin1=px(AVATAR_X), lmargin2=px(TEXT_X), spacing1=px(10), spacing3=0)
        configure("first", lmargin1=px(AVATAR_X), **body)
        # The half avatar on this line may be taller than the letters.
        taller = max(fonts.line_height(text, fonts.BODY), px(SLICE_HEIGHT))
        configure("first", spacing3=max(1, px(_LINE_HEIGHT) - taller))
        configure("body", lmargin1=px(TEXT_X), **body)
        configure("quiet", lmargin1=px(AVATAR_X), **body)
        configure("quiet", foreground=tokens.muted, font=fonts.SMALL, spacing1=px(3))
        configure("above", lmargin1=px(20), spacing1=px(14), spacing3=px(2))
        configure("center", justify="center", spacing1=px(16), spacing3=px(6))
        configure("center", foreground=tokens.muted, font=fonts.SMALL_BOLD)
        configure("name", font=fonts.BOLD)
        for index in range(NICK_COLOR_COUNT):
            configure(f"nick{index}", foreground=tokens.nicks[index])
        configure("meta", foreground=tokens.muted, font=fonts.SMALL)
        configure("day", foreground=tokens.muted, font=fonts.SMALL_BOLD)
        configure("link", foreground=tokens.link)
        configure("trouble", foreground=tokens.danger, font=fonts.SMALL)
        configure("action", foreground=tokens.link, font=fonts.SMALL_BOLD)
        text.tag_lower("hover")
        text.tag_raise("sel")

    def set_text_width(self, width: int) -> None:
        """Keep lines readable: at most `TEXT_WIDTH_MAX` in a widget of `width` real pixels."""
        px = self._look.px
        margin = max(px(RIGHT_MARGIN), width - px(TEXT_X + TEXT_WIDTH_MAX))
        for tag in ("head", "first", "body", "quiet"):
            self._text.tag_configure(tag, rmargin=margin)

    # blocks

    def insert(self, place: str, block: Block) -> Drawn:
        """Draw `block` in front of the index `place`."""
        self._next_id += 1
        drawn = Drawn(block, f"m{self._next_id}")
        text = self._text
        text.mark_set(_AT, place)
        text.mark_set("chat_block", _AT)
        text.mark_gravity("chat_block", "left")
        if block.day:
            self._draw_day(block.day)
            drawn.lines_above += 1
        if block.is_new_above:
            self._draw_new_line()
            drawn.lines_above += 1
        row = block.row
        if isinstance(row, MessageRow):
            if row.kind is MessageKind.MESSAGE:
                self._draw_message(drawn, row)
            else:
                self._draw_notice(row)
        elif isinstance(row, HoleRow):
            self._draw_centered(wording.hole_text(row), Icon("three-dots", 14, "muted"))
        else:
            self._draw_beginning(row)
        text.tag_add(drawn.tag, "chat_block", _AT)
        return drawn

    def remove(self, drawn: Drawn) -> None:
        self._text.delete(f"{drawn.tag}.first", f"{drawn.tag}.last")
        self._text.tag_delete(drawn.tag, *drawn.links)

    # lines

    def _start_line(self) -> None:
        self._text.mark_set(_LINE, _AT)

    def _end_line(self, line_tag: str) -> None:
        self._text.insert(_AT, "\n")
        self._text.tag_add(line_tag, _LINE, _AT)

    def _write(self, words: str, *tags: str) -> None:
        self._text.insert(_AT, words, tags)

    def _picture(self, recipe: Recipe, align: Align = "center", name: str = "") -> None:
        image = self._look.images.get(recipe)
        if name:
            self._text.image_create(_AT, image=image, align=align, name=name)
        else:
            self._text.image_create(_AT, image=image, align=align)

    def _draw_day(self, day: str) -> None:
        px = self._look.px
        label = fonts.text_width(self._text, fonts.SMALL_BOLD, day) + px(20)
        width = max(px(20), (self._rule_room() - label) // 2)
        self._start_line()
        self._picture(Rule(width, "line", drop=2))
        self._picture(Blank(px(10), 1))
        self._write(day, "day")
        self._picture(Blank(px(10), 1))
        self._picture(Rule(width, "line", drop=2))
        self._end_line("above")

    def _draw_new_line(self) -> None:
        badge = Badge("New", "alert", "alert_text", radius=5)
        width = int(self._text.tk.call("image", "width", self._look.images.get(badge)))
        self._start_line()
        self._picture(Rule(max(1, self._rule_room() - width), "new_line"))
        self._picture(badge)
        self._end_line("above")

    def _rule_room(self) -> int:
        return max(self._look.px(100), self._text.winfo_width() - self._look.px(40))

    def _draw_centered(self, words: str, icon: Icon | None = None) -> None:
        self._start_line()
        if icon is not None:
            self._picture(icon)
        self._write(f"  {words}" if icon else words)
        self._end_line("center")

    def _draw_beginning(self, row: BeginningRow) -> None:
        self._draw_centered(wording.beginning_text(row.room_name), Icon("hash", 16, "muted"))

    def _draw_notice(self, row: MessageRow) -> None:
        px = self._look.px
        is_local = row.kind is MessageKind.LOCAL_NOTICE
        icon = Icon("eye-slash" if is_local else "arrow-right-short", 15, "muted")
        self._start_line()
        self._picture(Blank(px(12), 1))
        self._picture(icon)
        self._picture(Blank(px(TEXT_X - AVATAR_X - 12 - 15), 1))
        self._write(safe_line(row.text))
        suffix = " · Only you can see this" if is_local else ""
        self._write(f"   {wording.clock_text(row.time)}{suffix}")
        self._end_line("quiet")

    # messages

    def _draw_message(self, drawn: Drawn, row: MessageRow) -> None:
        starts = drawn.block.starts_group
        avatar = Avatar(nick_index(row.author_id), initials(row.author_name), 40)
        if starts:
            self._start_line()
            self._picture(self._slice(avatar, is_lower=False), align="bottom")
            self._write(safe_name(row.author_name), "name", f"nick{nick_index(row.author_id)}")
            self._write(f"   {wording.clock_text(row.time)}", "meta")
            self._end_line("head")
        lines = safe_message(row.text).split("\n")
        for number, line in enumerate(lines):
            self._start_line()
            is_first = starts and number == 0
            if is_first:
                self._picture(self._slice(avatar, is_lower=True), align="top")
            self._draw_words(drawn, line, is_alone=len(lines) == 1)
            if row.is_own and number == len(lines) - 1:
                self._draw_mark(row)
            self._end_line("first" if is_first else "body")
        if row.state is MessageState.FAILED and row.is_own:
            self._draw_failure(row)

    def _slice(self, avatar: Avatar, *, is_lower: bool) -> AvatarSlice:
        return AvatarSlice(avatar, is_lower, TEXT_X - AVATAR_X, self._look.px(SLICE_HEIGHT))

    def _draw_words(self, drawn: Drawn, line: str, *, is_alone: bool) -> None:
        segments = segments_of(line)
        size = 32.0 if is_alone and _is_few_emoji(segments) else 20.0
        for segment in segments:
            match segment.kind:
                case SegmentKind.TEXT:
                    self._write(segment.text)
                case SegmentKind.LINK:
                    tag = f"l{self._next_id}.{len(drawn.links)}"
                    drawn.links[tag] = segment.text
                    self._write(segment.text, "link", tag)
                case SegmentKind.EMOJI:
                    self._draw_emoji(segment.text, size)

    def _draw_emoji(self, characters: str, size: float) -> None:
        if has_emoji_font():
            self._picture(EmojiPicture(characters, size), name=characters)
        else:
            # Tk on X11 draws emoji in pieces, and with an old libXft dies of them.
            import emoji

            self._write(emoji.demojize(characters))

    def _draw_mark(self, row: MessageRow) -> None:
        self._write("  ")
        self._text.mark_set("chat_mark", _AT)
        self._text.mark_gravity("chat_mark", "left")
        self._picture(_MARKS[row.state])
        self._text.tag_add("mark", "chat_mark", _AT)

    def _draw_failure(self, row: MessageRow) -> None:
        self._start_line()
        self._write(wording.failure_text(row), "trouble")
        self._write("  ·  ", "meta")
        self._write("Retry", "action", "retry")
        self._write("  ·  ", "meta")
        self._write("Delete", "action", "delete")
        self._end_line("body")


def _is_few_emoji(segments: list[Segment]) -> bool:
    shown = [s for s in segments if s.kind is not SegmentKind.TEXT or s.text.strip()]
    return 0 < len(shown) <= _LARGE_EMOJI_MAX and all(
        segment.kind is SegmentKind.EMOJI for segment in shown
    )
