"""Cuts the text of a message into styled pieces: the one reading of markup, without Tk.

Theory: one pass cuts a line into tokens (code, addresses, mentions, delimiters, text), a second
pairs the delimiters with a stack. Each kind of delimiter is open at most once, so the stack holds
six and a text of nothing but delimiters costs no more than any other. Delimiters stay in the
result as pieces of their own, hidden on the screen: the texts of all pieces joined are the
message as it was written, which is what a person copies.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache, reduce
from operator import or_

from app import addresses, escapes, spoilers, titled_links
from app.addresses import is_openable
from app.emoji_signs import emoji_named, emoji_places, may_have_emoji
from app.markup_parts import (
    NO_REFERENCES,
    CodeBlock,
    References,
    Segment,
    SegmentKind,
    Style,
    TextLine,
)

#: Longer texts are shown as they are: nobody reads them for their markup.
MARKUP_LENGTH_MAX = 20_000

# A single underscore around words, never in or beside a name: `a_b`, `__init__`, `/_x_/`, `_f_()`.
_OPENING = r"(?<![\w/\\.:@#$%&=+-])_(?=[^\s_])"
_CLOSING = r"(?<=[^\s_])_(?![\w/\\@#$%&=+(\[]|[.:-][\w/\\])"
_CLOSES = re.compile(_CLOSING)
_TOKEN = re.compile(  # with what each begins with in front, so that most letters are passed over
    rf"(?=[`\\\[{addresses.FIRST_LETTERS}*~|_])(?:(?P<code>`[^`\n]+`)"
    rf"|(?P<titled>{titled_links.PATTERN})|(?P<link>{addresses.PATTERN})"
    rf"|(?P<mark>\*\*\*?|~~|\|\||\*|{_OPENING}|{_CLOSING})|(?P<escape>{escapes.PATTERN}))",
    re.I,
)
#: Without one of these, and in ASCII, there is nothing in a line but words; an address has a colon,
#: or begins so.
_LIVELY = re.compile(r"[`*~|:]|(?<!\w)_|[wW]{3}\.")
#: The same for what begins a line or stands for a picture: else it is words as they are written.
_LIVELY_LINE = re.compile(r"[^\w ,;!?()'\"]|_|[^\x00-\x7f]")
#: A line that is a spoiler of such words, as /spoiler makes them.
_WHOLE_SPOILER = re.compile(r"\|\|(?! )([a-zA-Z0-9 ,;!?()'\"]+)(?<! )\|\|")
#: A dash, an asterisk or a number with a dot begins an item of a list; blanks move it in.
ITEM = re.compile(r"( {0,12})([-*]|\d{1,3}\.) +(?=\S)")
_ITEM_STARTS = frozenset(" -*0123456789")
LIST_LEVEL_MAX = 3
#: What makes a line one of a quote, or of a quote in it. Three signs in a row are what Python asks
#: with, and no quote.
QUOTE = re.compile(r"(?:>>?(?: |$))+")
#: Deeper ones are shown as so many, one in the other.
QUOTES_MAX = 3
FENCE = re.compile(r"^```([\w+#.-]{0,20})[ \t]*$")
SHORTCODE = re.compile(r":[a-z0-9_+\-]{2,40}:", re.IGNORECASE)
_STYLES = {
    "***": Style.BOLD | Style.ITALIC,
    "**": Style.BOLD,
    "*": Style.ITALIC,
    "_": Style.ITALIC,
    "~~": Style.STRIKE,
    "||": Style.SPOILER,
}
_FENCE_START = "```"
# Members of an enum are slow to look up, and these are looked up for each piece.
_TEXT, _HIDDEN, _LINK = SegmentKind.TEXT, SegmentKind.HIDDEN, SegmentKind.LINK
_NO_STYLE, _CODE = Style.NONE, Style.CODE
_SPOILER_MARK = Segment(_HIDDEN, spoilers.MARK)


def parts_of(text: str, references: References = NO_REFERENCES) -> list[TextLine | CodeBlock]:
    """The lines and code blocks of a message; never none."""
    lines = text.split("\n")
    if len(text) > MARKUP_LENGTH_MAX:
        return [TextLine((Segment(_TEXT, line),) if line else ()) for line in lines]
    parts: list[TextLine | CodeBlock] = []
    fences = (at for at, line in enumerate(lines) if is_fence(line))
    last_fence = max(fences, default=-1) if _FENCE_START in text else -1
    is_named = references is not NO_REFERENCES and _reference_pattern(references) is not None
    at = 0
    while at < len(lines):
        fence = FENCE.match(lines[at]) if at < last_fence else None
        ends = (e for e in range(at + 1, len(lines)) if is_fence(lines[e]))
        end = next(ends, None) if fence is not None else None
        if fence is not None and end is not None:
            parts.append(CodeBlock("\n".join(lines[at + 1 : end]), fence.group(1).lower()))
            at = end + 1
            continue
        line = lines[at]
        if is_named or not line:
            parts.append(_text_line(line, references))
        elif _LIVELY_LINE.search(line) is None:
            parts.append(TextLine((Segment(_TEXT, line),)))
        elif (match := _WHOLE_SPOILER.fullmatch(line)) is not None:
            inside = Segment(_TEXT, match.group(1), Style.SPOILER)
            parts.append(TextLine((_SPOILER_MARK, inside, _SPOILER_MARK)))
        else:
            parts.append(_text_line(line, references))
        at += 1
    return spoilers.covered(parts) if text.count(spoilers.MARK) > 1 else parts


def covering_by_line(text: str) -> str:
    """The text, where spoilers go on over several lines with each of these covered by itself: for
    where some of the lines are left out."""
    if text.count(spoilers.MARK) < 2:
        return text
    lines = spoilers.by_line(parts_of(text))
    return text if lines is None else "\n".join(lines)


def unmarked(text: str) -> str:
    """What to send so that everybody reads `text` as it is written.

    There is no sign for "this is no markup", and older programs would not know one: so a text with
    markup in it goes as code, which no reading of it changes. A line of three backticks would end
    the block, and gets an invisible sign.
    """
    if not any(isinstance(part, CodeBlock) or _is_marked(part) for part in parts_of(text)):
        return text
    if "\n" not in text and "`" not in text:
        return f"`{text}`"
    lines = (f"{line}\u200b" if is_fence(line) else line for line in text.split("\n"))
    return "\n".join((_FENCE_START, *lines, _FENCE_START))


def segments_of(text: str, references: References = NO_REFERENCES) -> list[Segment]:
    """The pieces of one line; joining their texts gives `text` back."""
    pattern = _reference_pattern(references) if references is not NO_REFERENCES else None
    if pattern is None and _LIVELY.search(text) is None:
        if text.isascii():  # nearly always so
            return [Segment(_TEXT, text)] if text else []
        return list(_with_pictures(text, _NO_STYLE))
    found: list[Segment] = []
    style, in_code, marks = _NO_STYLE, _CODE, ""
    for name, word, is_paired in _parsed(text):
        if is_paired:
            marks = _toggled(marks, word)
            style, in_code = _styles_of(marks)
            found.append(Segment(_HIDDEN, word))
        elif name == "code":
            found.append(Segment(_HIDDEN, "`"))
            found.append(Segment(_TEXT, word[1:-1], in_code))
            found.append(Segment(_HIDDEN, "`"))
        elif name == "escape":
            found += (Segment(_HIDDEN, word[0]), Segment(_TEXT, word[1], style))
        elif name == "titled":
            found += _titled(word, style, references)
        elif name == "link":
            found.append(Segment(_LINK, word, style))
        elif pattern is None and ":" not in word and not may_have_emoji(word):
            found.append(Segment(_TEXT, word, style))
        else:
            found += _with_references(word, style, references)
    return found


def _titled(word: str, style: Style, references: References) -> Iterator[Segment]:
    """The pieces of a link with words of its own. People who are named in them are called, and the
    link goes on there; emoji are no part of it."""
    words, address = titled_links.parted(word)
    yield Segment(_HIDDEN, "[")
    for piece in _with_references(words, style, References(references.people, (), references.own)):
        kind = _LINK if piece.kind is _TEXT else piece.kind
        target = "" if kind is SegmentKind.EMOJI else address
        yield Segment(kind, piece.text, style, piece.shown, target)
    yield Segment(_HIDDEN, word[1 + len(words) :])


def _toggled(marks: str, mark: str) -> str:
    """The open delimiters, each followed by a blank, once `mark` opened or closed."""
    closed = marks.replace(f" {mark} ", " ")
    return closed if closed != marks else f"{marks or ' '}{mark} "


@cache  # there are few, and putting styles together is slow
def _styles_of(marks: str) -> tuple[Style, Style]:
    """What is between these delimiters, and code between them."""
    style = reduce(or_, (_STYLES[mark] for mark in marks.split()), Style.NONE)
    return style, style | Style.CODE


def is_mentioned(text: str, nick: str) -> bool:
    """Whether the text names this person, as a whole word, not inside code and not in a quote."""
    if not nick or nick.casefold() not in text.casefold():
        return False
    references = References(own=nick)
    return any(
        segment.kind is SegmentKind.OWN_MENTION
        for part in parts_of(text, references)
        if isinstance(part, TextLine)
        for segment in part.segments
    )


def _is_marked(line: TextLine) -> bool:
    """Whether the line is drawn otherwise than it is written, but for addresses and emoji."""
    marks = (s.kind is _HIDDEN or (s.shown and s.shown != s.text) for s in line.segments)
    return line.is_quote or bool(line.marker) or any(marks)


def is_fence(line: str) -> bool:
    """Whether it ends a block of code; `FENCE` begins one."""
    return line.rstrip() == _FENCE_START


def _text_line(line: str, references: References) -> TextLine:
    signs = QUOTE.match(line) if line[:1] == ">" else None
    if signs is not None:
        written = signs.group()
        hidden, quotes = Segment(_HIDDEN, written), min(QUOTES_MAX, written.count(">"))
        if references.own:  # who was called there is not called again: a name like any other
            people = (*references.people, references.own)
            references = References(people, references.rooms)
        line_in = _unquoted_line(line[len(written) :], references)
        return TextLine((hidden, *line_in.segments), quotes, line_in.marker, line_in.level)
    return _unquoted_line(line, references)


def _unquoted_line(line: str, references: References) -> TextLine:
    """A line that is no quote, or what stands in one."""
    start = escapes.escaped_start(line)
    if start:
        words = (Segment(_TEXT, start[:-1]),) if start[1:] else ()
        rest = segments_of(line[len(start) :], references)
        return TextLine((*words, Segment(_HIDDEN, start[-1]), *rest))
    item = ITEM.match(line) if line[:1] in _ITEM_STARTS else None
    if item is not None:
        sign, level = item.group(2), min(LIST_LEVEL_MAX, len(item.group(1)) // 2)
        written = Segment(_TEXT, item.group())
        segments = (written, *segments_of(line[item.end() :], references))
        return TextLine(segments, marker="•" if sign in "-*" else sign, level=level)
    if line.startswith(_FENCE_START) and line.endswith(_FENCE_START) and len(line) > 6:
        # Three backticks on one line are meant as code, too.
        fence = Segment(_HIDDEN, _FENCE_START)
        return TextLine((fence, Segment(_TEXT, line[3:-3], Style.CODE), fence))
    return TextLine(tuple(segments_of(line, references)))


# --- tokens and pairs: a piece is (name, text, place in the line)

_Piece = tuple[str, str, int]


def _pieces(text: str) -> Iterator[_Piece]:
    at = looked = 0
    while (match := _TOKEN.search(text, looked)) is not None:
        name, word, start = match.lastgroup or "", match.group(), match.start()
        if name == "link":
            word = addresses.without_trailing(word)
            if not is_openable(addresses.with_scheme(word)):
                looked = start + 1
                continue
        elif name == "titled" and not titled_links.may_stand_for(*titled_links.parted(word)):
            name = "text"
        if start > at:
            yield "text", text[at:start], at
        yield name, word, start
        at = looked = start + len(word)
    if at < len(text):
        yield "text", text[at:], at


def _parsed(text: str) -> list[tuple[str, str, bool]]:
    """Name, text and whether it is one of a pair, for each piece of a line.

    An underscore of no pair is a letter of the name that it stands in.
    """
    pieces = list(_pieces(text))
    parsed: list[tuple[str, str, bool]] = []
    for (name, word, _start), is_paired in zip(pieces, _paired(text, pieces), strict=True):
        if word == "_" and not is_paired:
            name = "text"
        if name == "text" and parsed and parsed[-1][0] == "text":
            word = parsed.pop()[1] + word
        parsed.append((name, word, is_paired))
    return parsed


def _paired(text: str, pieces: Sequence[_Piece]) -> list[bool]:
    """For each piece whether it is a delimiter of a pair."""
    is_paired = [False] * len(pieces)
    stack: list[tuple[str, int]] = []
    for at, (name, word, start) in enumerate(pieces):
        if name != "mark":
            continue
        before, after = text[start - 1 : start], text[start + len(word) : start + len(word) + 1]
        opened = [mark for mark, _at in stack]
        if word in opened and (word != "_" or _CLOSES.match(text, start)):
            place = opened.index(word)
            opened_at = stack[place][1]
            if not before.isspace() and opened_at + 1 < at:
                is_paired[opened_at] = is_paired[at] = True
                del stack[place:]
        elif after and not after.isspace() and _may_open(word, before):
            if word in opened:  # the nearer underscore is the one that is meant
                del stack[opened.index(word)]
            stack.append((word, at))
    return is_paired


def _may_open(word: str, before: str) -> bool:
    """A single asterisk inside a word is a product, not emphasis, and an underscore a letter."""
    return word not in ("*", "_") or not (before.isalnum() or before == "_")


# --- names and emoji


def _with_references(text: str, style: Style, references: References) -> Iterator[Segment]:
    pattern = _reference_pattern(references)
    at = 0
    for match in pattern.finditer(text) if pattern is not None else ():
        yield from _with_emoji(text[at : match.start()], style)
        word = match.group()
        if word[0] == "#":
            kind = SegmentKind.ROOM
        elif word.removeprefix("@").casefold() == references.own.casefold():
            kind = SegmentKind.OWN_MENTION
        else:
            kind = SegmentKind.MENTION
        yield Segment(kind, word, style)
        at = match.end()
    yield from _with_emoji(text[at:], style)


@lru_cache(maxsize=256)
def _reference_pattern(references: References) -> re.Pattern[str] | None:
    words = [f"@{name}" for name in (*references.people, references.own) if name]
    words += [f"#{name}" for name in references.rooms]
    if references.own:
        words.append(references.own)
    if not words:
        return None
    # The longest first, so that "@Anna Berg" is not taken for "@Anna".
    ordered = sorted(set(words), key=len, reverse=True)
    return re.compile(rf"(?<![\w@#])(?:{'|'.join(map(re.escape, ordered))})(?!\w)", re.IGNORECASE)


def _with_emoji(text: str, style: Style) -> Iterator[Segment]:
    if not text:
        return
    at = 0
    for match in SHORTCODE.finditer(text) if ":" in text else ():
        if match.start() < at:
            continue
        characters = emoji_named(match.group())
        if characters:
            yield from _with_pictures(text[at : match.start()], style)
            yield Segment(SegmentKind.EMOJI, match.group(), style, characters)
            at = match.end()
    yield from _with_pictures(text[at:], style)


def _with_pictures(text: str, style: Style) -> Iterator[Segment]:
    if not text:
        return
    at = 0
    for start, end in emoji_places(text):
        if start > at:
            yield Segment(_TEXT, text[at:start], style)
        yield Segment(SegmentKind.EMOJI, text[start:end], style)
        at = end
    if at < len(text):
        yield Segment(_TEXT, text[at:], style)
