"""Draws what a message says: styled words, links, names, emoji, quotes, spoilers and code.

Theory: delimiters are in the widget but elided, so that a selection holds the text as it was
written. A spoiler is drawn as a bar until its message is in `revealed`; then its block is drawn
again, and the words keep a faint ground.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from app import spoilers
from app.addresses import with_scheme
from app.emoji_signs import place_between
from app.markup import LIST_LEVEL_MAX, QUOTES_MAX, parts_of
from app.markup_parts import CodeBlock, Segment, SegmentKind, Style, TextLine
from app.views import fonts, quote_bars
from app.views.code_colors import CODE_TAGS
from app.views.code_painter import CodePainter
from app.views.drawn_block import TEXT_X, DrawEnd, Drawn
from app.views.drawn_text import IN_ORDER, starts_right_to_left
from app.views.images import AvatarSlice, Bar
from app.views.line_runs import RUN_MIN, LineRun, gathered
from app.views.long_messages import beginning_of, is_long
from app.views.opened import Opened
from app.views.piece_writer import BREAK_POINT, EMOJI_SIZE, PieceWriter
from app.views.rows import MessageRow
from app.views.safe_text import NO_BREAK, safe_message
from app.views.timeline_pen import TimelinePen

_LARGE_EMOJI_MAX = 3
_BAR_HEIGHT = 17  # at most that of the letters, so that all lines have one distance
_ITEM_INDENT = 36  # of an item of a list: "10." has room beside it
_ITEM_STEP = 22  # of an item in it
_ITEM_GAP = 8  # behind its bullet or number
_OPENED_MAX = 500
_WHOLE_MAX = 20  # they take long to draw
#: More than a message can have; what still comes as one is shown so far.
_SHOWN_MAX = 20_000

# Members of an enum are slow to look up, and these are looked up for each piece.
_TEXT, _HIDDEN, _EMOJI = SegmentKind.TEXT, SegmentKind.HIDDEN, SegmentKind.EMOJI
_LINK, _ROOM, _NO_STYLE = SegmentKind.LINK, SegmentKind.ROOM, Style.NONE
_STYLE_TAGS = (
    (Style.BOLD, "bold"),
    (Style.ITALIC, "italic"),
    (Style.STRIKE, "strike"),
    (Style.CODE, "code"),
)


class BodyPainter:
    """Draws bodies of messages with a pen; `revealed` are the keys whose spoilers are open."""

    def __init__(self, pen: TimelinePen) -> None:
        self._pen = pen
        self.revealed = Opened(_OPENED_MAX)
        #: Long ones that are shown to their end.
        self.whole = Opened(_WHOLE_MAX)
        self._writer = PieceWriter(pen)
        self.code = CodePainter(pen, self._writer, self._start)

    def is_folded(self, row: MessageRow) -> bool:
        """Whether only the beginning of it is drawn."""
        return row.key not in self.whole and is_long(row.text)

    def configure_tags(self) -> None:
        """Fonts and colours; what comes later here wins over what came before."""
        configure, tokens = self._pen.text.tag_configure, self._pen.look.tokens
        px = self._pen.look.px
        configure("quote", foreground=tokens.muted)
        self._pen.text.tag_raise("quote")
        for quotes in range(QUOTES_MAX + 1):
            edge = TEXT_X + quote_bars.INDENT * quotes
            if quotes:
                configure(f"quote{quotes}", lmargin2=px(edge))
                self._pen.text.tag_raise(f"quote{quotes}")
            for level in range(LIST_LEVEL_MAX + 1):
                begins = edge + (_ITEM_INDENT + _ITEM_STEP * level) * self._pen.look.text_scale
                tabs = (px(begins - _ITEM_GAP), "right", px(begins), "left")
                configure(f"item{quotes}.{level}", tabs=tabs, lmargin2=px(begins))
                self._pen.text.tag_raise(f"item{quotes}.{level}")
        configure("from_right", justify="right")
        configure("bold", font=fonts.TALK_BOLD)
        configure("italic", font=fonts.ITALIC)
        configure("bold_italic", font=fonts.BOLD_ITALIC)
        configure("strike", overstrike=True)
        configure("code", font=fonts.MONO, background=tokens.code, foreground=tokens.code_text)
        configure("code_block", wrap="char")  # also of a line that begins with an avatar
        configure("code_block", lmargincolor=tokens.bg, rmargincolor=tokens.bg)
        for tag, color in CODE_TAGS.items():
            configure(tag, foreground=tokens.named(color))
        configure("link", foreground=tokens.link)
        configure("chip", foreground=tokens.chip_text, background=tokens.chip)
        configure("spoiler_open", background=tokens.code)
        configure("spoiler", background=tokens.spoiler, foreground=tokens.spoiler)
        configure("hidden", elide=True)
        for tag in (
            "bold",
            "italic",
            "bold_italic",
            "strike",
            "code",
            "code_block",
            *CODE_TAGS,
        ):
            self._pen.text.tag_raise(tag)
        for tag in ("spoiler_open", "link", "chip", "spoiler", "hidden"):
            self._pen.text.tag_raise(tag)

    def draw(
        self,
        drawn: Drawn,
        row: MessageRow,
        lower_half: AvatarSlice | None,
        draw_end: DrawEnd,
    ) -> None:
        """Draw all lines; `lower_half` of an avatar stands in front of the first one."""
        pen = self._pen
        self._writer.begin()
        text, named = row.text, row.details.references
        if self.is_folded(row):
            text = beginning_of(text, references=named)
        if len(text) > _SHOWN_MAX:
            text = f"{text[: place_between(text, _SHOWN_MAX)]}…"
        parts, is_plain = parts_of(safe_message(text), named), text.isascii()
        if row.key not in self.revealed:
            parts = list(_with_code_covered(parts))
        may_be_emoji = len(parts) == 1 and not (is_plain and ":" not in text)
        size = 32.0 if may_be_emoji and _is_few_emoji(parts[0]) else EMOJI_SIZE
        drawn_parts: list[TextLine | CodeBlock | LineRun] = [*parts]
        if len(parts) > RUN_MIN and not row.details.is_action:
            drawn_parts = list(gathered(parts))
        for place, part in enumerate(drawn_parts):
            if place and self._writer.is_full:
                self._draw_rest(drawn_parts[place:], row, draw_end)
                return
            is_last = place == len(drawn_parts) - 1
            half = lower_half if place == 0 else None
            if isinstance(part, LineRun):
                self._draw_run(part, is_revealed=row.key in self.revealed)
                continue
            if isinstance(part, CodeBlock):
                self.code.draw(drawn, part, half, row if is_last else None, draw_end)
                continue
            is_alone = place == 0 and row.details.is_action  # it has no name above it
            line_tag = "action_line" if is_alone else self._start(half)
            is_from_right = not is_plain and starts_right_to_left(
                "".join(segment.text for segment in part.segments)
            )
            is_barred = part.is_quote and self._writer.pays()
            if is_barred:
                pen.picture(Bar(quote_bars.INDENT, 3, _BAR_HEIGHT, "line", part.quotes))
            # An action begins with an asterisk; and Tk puts no tabs into lines from the right.
            may_be_item = bool(part.marker) and not row.details.is_action and not is_from_right
            is_item = may_be_item and self._writer.pays()
            segments = part.segments
            if is_item:
                pen.write("".join(each.text for each in segments[: part.start]), "hidden")
                pen.write(f"\t{part.marker}\t", IN_ORDER)  # not copied
                segments = segments[part.start :]
            self._draw_segments(drawn, row, segments, size)
            if is_last:
                draw_end(row)
            line_tags: tuple[str, ...] = ()
            if part.is_quote:
                line_tags = ("quote", f"quote{part.quotes}")
            line_tags += ("from_right",) * is_from_right
            line_tags += (f"item{part.quotes}.{part.level}",) * is_item
            if is_barred and not is_from_right:
                line_tags += quote_bars.TAGS[: part.quotes]
            pen.end_line(line_tag, *line_tags)

    def _draw_run(self, run: LineRun, *, is_revealed: bool) -> None:
        tags = ("spoiler_open" if is_revealed else "spoiler",) * run.is_spoiler
        self._writer.write(run.text, *tags)
        self._pen.end_line("body", *("quote", "quote1") * run.is_quote)

    def _draw_rest(
        self, parts: Sequence[TextLine | CodeBlock | LineRun], row: MessageRow, draw_end: DrawEnd
    ) -> None:
        """A sign for all of it."""
        self._writer.leave_out("\n".join(map(_text_of, parts)))
        draw_end(row)
        self._pen.end_line("body")

    def _start(self, half: AvatarSlice | None) -> str:
        if half is None:
            return "body"
        self._pen.picture(half, align="top")
        return "first"

    def _draw_segments(
        self, drawn: Drawn, row: MessageRow, segments: Sequence[Segment], size: float
    ) -> None:
        is_styled = row.details.is_action
        for place, segment in enumerate(segments):
            if not self._writer.pays_for(segment, is_styled=is_styled):
                self._draw_cheaply(drawn, segments[place:], row.key in self.revealed)
                return
            self._draw_segment(drawn, row, segment, size)

    def _draw_cheaply(self, drawn: Drawn, rest: Sequence[Segment], is_revealed: bool) -> None:
        """The rest of a line as it was written, but that links are links while there are few, and
        that all from the first spoiler to the last one is covered by one bar."""
        ends = [at for at, each in enumerate(rest) if Style.SPOILER in each.style]
        if is_revealed or not ends:
            self._draw_addresses(drawn, rest)
            return
        start, end = ends[0], ends[-1] + 1
        self._draw_addresses(drawn, rest[:start])
        self._writer.write_plain("".join(segment.text for segment in rest[start:end]), "spoiler")
        self._draw_addresses(drawn, rest[end:])

    def _draw_addresses(self, drawn: Drawn, segments: Sequence[Segment]) -> None:
        words = list[str]()
        for segment in segments:
            if segment.kind is _LINK and self._writer.pays_for(segment):
                self._writer.write("".join(words))
                self._writer.write(segment.text, *_pressable(drawn, segment))
                words.clear()
            else:
                words.append(segment.text)
        self._writer.write("".join(words))

    def _draw_segment(self, drawn: Drawn, row: MessageRow, segment: Segment, size: float) -> None:
        kind, style = segment.kind, segment.style
        if row.details.is_action:
            style |= Style.ITALIC
        if kind is _TEXT and style is _NO_STYLE:
            self._pen.write(segment.text)
            return
        if kind is _HIDDEN:
            self._pen.write(segment.text, "hidden")
            return
        tags, is_spoiler = _looks_of(style)
        is_covered = is_spoiler and row.key not in self.revealed
        if is_spoiler:
            tags = (*tags, "spoiler" if is_covered else "spoiler_open")
        if kind is _EMOJI:
            self._writer.write_emoji(segment.visible, segment.text, size, tags)
            return
        if kind is not _TEXT and not is_covered:
            tags = (*tags, *_pressable(drawn, segment))
        # The ground of code is wider than its letters; that is not copied.
        inset = NO_BREAK if "code" in tags and not is_covered else ""
        self._pen.write(inset, *tags, IN_ORDER)
        self._writer.write(segment.text, *tags)
        self._pen.write(inset, *tags, IN_ORDER)


def _with_code_covered(parts: Iterable[TextLine | CodeBlock]) -> Iterator[TextLine | CodeBlock]:
    for part in parts:
        if isinstance(part, CodeBlock) and part.is_hidden:
            yield from spoilers.in_lines(part)
        else:
            yield part


def _text_of(part: TextLine | CodeBlock | LineRun) -> str:
    match part:
        case CodeBlock(code=text) | LineRun(text=text):
            return text
        case TextLine(segments=segments):
            return "".join(segment.text for segment in segments)


def _pressable(drawn: Drawn, segment: Segment) -> tuple[str, ...]:
    """The tags of what a click opens: what is written, or the address it is drawn for."""
    kind, written, tag = segment.kind, segment.text, f"l{drawn.tag}.{len(drawn.links)}"
    if segment.target:  # whoever is named in its words: a click opens no card
        meant = segment.target
        drawn.titled.add(tag)
    elif kind is _LINK:
        meant = with_scheme(written)
    else:
        meant = written if kind is _ROOM else f"@{written.removeprefix('@')}"
    drawn.links[tag] = meant.replace(BREAK_POINT, "")
    is_link = kind is _LINK or kind is _ROOM or segment.target
    return "link" if is_link else "chip", "pressable", tag


@cache  # there are few, and taking a style apart is slow
def _looks_of(style: Style) -> tuple[tuple[str, ...], bool]:
    """Its tags, and whether it is hidden at first."""
    is_spoiler, tags = Style.SPOILER in style, list[str]()
    if Style.BOLD in style and Style.ITALIC in style:
        style, tags = style & ~(Style.BOLD | Style.ITALIC), ["bold_italic"]
    return (*tags, *(tag for flag, tag in _STYLE_TAGS if flag in style)), is_spoiler


def _is_few_emoji(part: TextLine | CodeBlock) -> bool:
    if isinstance(part, CodeBlock) or part.is_quote:
        return False
    count = 0
    for segment in part.segments:
        if segment.kind is _EMOJI and not segment.style:
            count += 1
        elif segment.kind is not _TEXT or segment.text.strip():
            return False
    return 0 < count <= _LARGE_EMOJI_MAX
