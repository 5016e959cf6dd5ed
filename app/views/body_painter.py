"""Draws what a message says: styled words, links, names, emoji, quotes, spoilers and code.

Theory: delimiters are in the widget but elided, so that a selection holds the text as it was
written. A spoiler is drawn as a bar until its message is in `revealed`; then its block is drawn
again, and the words keep a faint ground. Code has a ground of its own from the text's left edge to
its right one: the tag stands on the characters and on the newline, whose ground Tk draws to the
margin.
"""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Protocol

from app.addresses import with_scheme
from app.emoji_signs import emoji_name, emoji_places, may_have_emoji, place_between
from app.markup import LIST_LEVEL_MAX, CodeBlock, Segment, SegmentKind, Style, TextLine, parts_of
from app.structs import Struct, field
from app.views import fonts
from app.views.code_colors import CODE_TAGS, colored
from app.views.drawn_text import IN_ORDER, starts_right_to_left
from app.views.emoji_pictures import has_picture
from app.views.images import AvatarSlice, Bar, Blank, EmojiPicture, Icon
from app.views.long_messages import beginning_of, is_long
from app.views.opened import Opened
from app.views.rows import MessageRow
from app.views.safe_text import safe_message, without_emoji
from app.views.timeline_layout import Block
from app.views.timeline_pen import TimelinePen

AVATAR_X = 16
TEXT_X = 72
_LARGE_EMOJI_MAX = 3
_EMOJI_SIZE = 20.0
_ITEM_INDENT = 36  # of an item of a list: "10." has room beside it
_ITEM_STEP = 22  # of an item in it
_ITEM_GAP = 8  # behind its bullet or number
_INSET = 12  # of code in its ground
MARK_INSET = 8  # of the mark in the same
_MARK_ROOM = 40  # for the mark, beside the last line of code
BREAK_POINT = "\u200b"  # of safe_text, in long words
_OPENED_MAX = 500
_WHOLE_MAX = 20  # they take long to draw
#: What comes behind so many pieces of a message is drawn as plain text: thousands of tags and
#: hidden delimiters in one line would stop the window for seconds.
PIECES_MAX = 200
#: So many emoji of that have their names written out: a name is up to ten times as long as its
#: sign in bytes, and thousands of them in one line would stop the window as well.
NAMES_MAX = 500
#: More than a message can have; what still comes as one is shown so far.
_SHOWN_MAX = 20_000
#: Longer code is not coloured: the first look at it must not stop the window.
_COLORED_CODE_MAX = 6_000

# Members of an enum are slow to look up, and these are looked up for each piece.
_TEXT, _HIDDEN, _EMOJI = SegmentKind.TEXT, SegmentKind.HIDDEN, SegmentKind.EMOJI
_LINK, _ROOM, _NO_STYLE = SegmentKind.LINK, SegmentKind.ROOM, Style.NONE
_STYLE_TAGS = (
    (Style.BOLD, "bold"),
    (Style.ITALIC, "italic"),
    (Style.STRIKE, "strike"),
    (Style.CODE, "code"),
)


class DrawEnd(Protocol):
    """Draws what stands behind the last word of a message, or at the right edge of its line."""

    def __call__(self, row: MessageRow, *, is_at_edge: bool = False) -> None: ...


class Drawn(Struct):
    """A block in the widget: its tag, the lines above its message, its links and code by tag."""

    block: Block
    tag: str
    lines_above: int = 0
    links: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    #: Those of its links that are drawn as other words than their address.
    titled: set[str] = field(default_factory=set)
    #: Real pixels that the widest line of code takes that can be wrapped.
    code_width: int = 0
    #: Its lines were broken for the width that there was.
    is_broken_here: bool = False


class BodyPainter:
    """Draws bodies of messages with a pen; `revealed` are the keys whose spoilers are open."""

    def __init__(self, pen: TimelinePen) -> None:
        self._pen = pen
        self.revealed = Opened(_OPENED_MAX)
        #: Long ones that are shown to their end.
        self.whole = Opened(_WHOLE_MAX)
        #: How wide the ground of code is, in real pixels; 0 while nobody knows.
        self.code_room = 0
        self._pieces_left = 0

    def is_folded(self, row: MessageRow) -> bool:
        """Whether only the beginning of it is drawn."""
        return row.key not in self.whole and is_long(row.text)

    def configure_tags(self) -> None:
        """Fonts and colours; what comes later here wins over what came before."""
        configure, tokens = self._pen.text.tag_configure, self._pen.look.tokens
        px = self._pen.look.px
        configure("quote", foreground=tokens.muted, lmargin2=px(TEXT_X + 13))
        for level in range(LIST_LEVEL_MAX + 1):
            begins = TEXT_X + (_ITEM_INDENT + _ITEM_STEP * level) * self._pen.look.text_scale
            tabs = (px(begins - _ITEM_GAP), "right", px(begins), "left")
            configure(f"item{level}", tabs=tabs, lmargin2=px(begins))
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
            "quote",
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
        self._pieces_left = PIECES_MAX
        text = beginning_of(row.text) if self.is_folded(row) else row.text
        if len(text) > _SHOWN_MAX:
            text = f"{text[: place_between(text, _SHOWN_MAX)]}…"
        parts, is_plain = parts_of(safe_message(text), row.details.references), text.isascii()
        may_be_emoji = len(parts) == 1 and not (is_plain and ":" not in text)
        size = 32.0 if may_be_emoji and _is_few_emoji(parts[0]) else _EMOJI_SIZE
        size *= pen.look.text_scale
        for place, part in enumerate(parts):
            if self._pieces_left <= 0:
                self._draw_rest(parts[place:], row, draw_end)
                return
            is_last = place == len(parts) - 1
            half = lower_half if place == 0 else None
            if isinstance(part, CodeBlock):
                self._draw_code(drawn, part, half, row if is_last else None, draw_end)
                continue
            is_alone = place == 0 and row.details.is_action  # it has no name above it
            line_tag = "action_line" if is_alone else self._start(half)
            if part.is_quote:
                pen.picture(Bar(13, 3, 21, "line"))
            is_from_right = not is_plain and starts_right_to_left(
                "".join(segment.text for segment in part.segments)
            )
            # An action begins with an asterisk; and Tk puts no tabs into lines from the right.
            is_item = bool(part.marker) and not row.details.is_action and not is_from_right
            segments = part.segments
            if is_item:
                pen.write(segments[0].text, "hidden")
                pen.write(f"\t{part.marker}\t", IN_ORDER)  # not copied
                segments = segments[1:]
            self._draw_segments(drawn, row, segments, size)
            if is_last:
                draw_end(row)
            line_tags = ("quote",) * part.is_quote + ("from_right",) * is_from_right
            line_tags += (f"item{part.level}",) * is_item
            pen.end_line(line_tag, *line_tags)

    def _draw_rest(
        self,
        parts: Sequence[TextLine | CodeBlock],
        row: MessageRow,
        draw_end: DrawEnd,
    ) -> None:
        """Many lines at the price of one: no markup, no pictures."""
        texts = (
            part.code
            if isinstance(part, CodeBlock)
            else "".join(segment.text for segment in part.segments)
            for part in parts
        )
        self._write_plain("\n".join(texts))
        draw_end(row)
        self._pen.end_line("body")

    def _start(self, half: AvatarSlice | None) -> str:
        if half is None:
            return "body"
        self._pen.picture(half, align="top")
        return "first"

    def _draw_code(
        self,
        drawn: Drawn,
        block: CodeBlock,
        half: AvatarSlice | None,
        row: MessageRow | None,
        draw_end: DrawEnd,
    ) -> None:
        pen = self._pen
        tag = f"c{drawn.tag}.{len(drawn.codes)}"
        drawn.codes[tag] = block.code.replace(BREAK_POINT, "")
        is_short = len(block.code) <= _COLORED_CODE_MAX
        pieces = colored(block.code, block.language if is_short else "")
        for number, line in enumerate(pieces):
            if self._pieces_left <= 0:
                rest = "\n".join("".join(words for words, _ in each) for each in pieces[number:])
                pieces, line = pieces[: number + 1], [(rest, "")]
            self._pieces_left -= 1
            line_tag = self._start(half if number == 0 else None)
            self._pieces_left -= len(line)
            self._draw_code_line(drawn, line)
            line_tags = [line_tag, "code_block", tag]
            if row is not None and number == len(pieces) - 1 and self._has_mark_room(drawn, line):
                draw_end(row, is_at_edge=True)
                line_tags.append("marked_code")
                row = None
            if number == 0 and half is not None:  # no ground behind the avatar
                pen.end_line(*line_tags, behind_first="code")
            else:
                pen.end_line("code", *line_tags)
            if number == len(pieces) - 1:
                break
        if row is not None and row.is_own:
            # Below the ground: beside the code there is no room. Not copied.
            draw_end(row)
            pen.end_line("body", IN_ORDER)

    def _draw_code_line(self, drawn: Drawn, line: Sequence[tuple[str, str]]) -> None:
        """A line of code begins a little inside of its ground, also where it is wrapped.

        No margin of Tk's does that: it would have the ground of the margin. So a blank stands
        where a wrapped line begins, too wide for what is left of the line before.
        """
        pen = self._pen
        inset = Blank(self._inset, 1)
        pen.picture(inset)
        whole = "".join(words for words, _color in line)
        fits = self._characters_in_a_line(drawn, whole)
        column = 0
        for words, color in line:
            tags = (color,) if color else ()
            if fits:
                words = words.replace(BREAK_POINT, "")
            while fits and column + len(words) > fits:
                pen.write(words[: fits - column], *tags)  # plain letters, else nothing fits
                pen.picture(inset)
                self._pieces_left -= 1
                words, column = words[fits - column :], 0
            self._write(words, *tags)
            column += len(words)

    def _has_mark_room(self, drawn: Drawn, line: Sequence[tuple[str, str]]) -> bool:
        """Whether the mark has room at the right of the last line of code."""
        code = "".join(words for words, _color in line)
        if "\t" in code or "\n" in code or self.code_room <= 0:
            return False
        width = self._inset + fonts.text_width(self._pen.text, fonts.MONO, code)
        width += self._pen.look.px(_MARK_ROOM)
        drawn.code_width = max(drawn.code_width, width)  # to be drawn anew when that changes
        return width <= self.code_room

    @property
    def _inset(self) -> int:
        """Real pixels; more than a letter of the code is wide."""
        return self._pen.look.px(_INSET * max(1.0, self._pen.look.text_scale))

    def _characters_in_a_line(self, drawn: Drawn, code: str) -> int:
        """After how many characters the line is wrapped; 0 if it is not, or nobody can tell."""
        code = code.replace(BREAK_POINT, "")
        if not code.isascii() or "\t" in code or "\n" in code:
            return 0
        letter = fonts.text_width(self._pen.text, fonts.MONO, "0")
        drawn.code_width = max(drawn.code_width, self._inset + len(code) * letter)
        if drawn.code_width <= self.code_room or self.code_room <= 0:
            return 0
        fits = max(1, (self.code_room - self._inset) // letter)
        return fits if len(code) // fits < self._pieces_left else 0

    def _draw_segments(
        self, drawn: Drawn, row: MessageRow, segments: Sequence[Segment], size: float
    ) -> None:
        count = min(len(segments), self._pieces_left)
        self._pieces_left -= max(1, count)  # an empty line costs, too
        for segment in segments[:count]:
            self._draw_segment(drawn, row, segment, size)
        if count < len(segments):
            self._write_plain("".join(segment.text for segment in segments[count:]))

    def _write_plain(self, rest: str, *tags: str) -> None:
        """Emoji by their names; behind too many names there is a sign, copied as all that it
        stands for."""
        last = next(islice(emoji_places(rest), NAMES_MAX, None), None)
        shown = rest if last is None else rest[: last[0]]
        self._pen.write(without_emoji(shown), *tags)
        if last is not None:
            left_out = rest[last[0] :].replace(BREAK_POINT, "")
            self._pen.picture(Icon("three-dots", 14, "muted"), *tags, name=left_out)

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
            self._draw_emoji(segment.visible, segment.text, size, tags)
            return
        if kind is not _TEXT and not is_covered:
            tags = (*tags, *_pressable(drawn, segment))
        self._write(segment.text, *tags)

    def _write(self, words: str, *tags: str) -> None:
        """Words that nobody looked through for emoji: code, and those of a link."""
        if words.isascii() or not may_have_emoji(words):
            self._pen.write(words, *tags)
            return
        at, size = 0, _EMOJI_SIZE * self._pen.look.text_scale
        for start, end in emoji_places(words):
            if self._pieces_left <= 0:
                self._write_plain(words[at:], *tags)
                return
            self._pieces_left -= 1
            self._pen.write(words[at:start], *tags)
            self._draw_emoji(words[start:end], words[start:end], size, tags)
            at = end
        self._pen.write(words[at:], *tags)

    def _draw_emoji(self, sign: str, name: str, size: float, tags: tuple[str, ...]) -> None:
        """One emoji, copied as `name`."""
        if "spoiler" in tags or not has_picture(sign):
            # Tk on X11 draws emoji in pieces, and with an old libXft dies of them.
            self._pen.write(emoji_name(sign), *tags)
            return
        self._pen.picture(EmojiPicture(sign, size), *tags, name=name)


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
