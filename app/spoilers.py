"""Spoilers that go on over several lines, or end behind a blank: no Tk.

Theory: a line is read by itself, and what is left over of its `||` is looked at here. Covered too
much does little harm, a click shows it; covered too little tells the end. So whatever stands
between one that may begin a spoiler and the next that may end one is covered, code too. Where only
some of the lines are shown, as in a quote, each covers its own part of it.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from app.escapes import as_code
from app.markup_parts import CodeBlock, Segment, SegmentKind, Style, TextLine
from app.structs import Struct, replace

MARK = "||"
#: Each bar before another one.
_BARS = re.compile(r"\|(?=\|)")
Part = TextLine | CodeBlock
# Members of an enum are slow to look up, and these are looked up for each line.
_TEXT, _HIDDEN = SegmentKind.TEXT, SegmentKind.HIDDEN
_NO_STYLE, _SPOILER = Style.NONE, Style.SPOILER


class _Mark(Struct, frozen=True):
    """Where a delimiter without another one stands, and what it may be; `words` is how many pieces
    with something to hide stand before it."""

    line: int
    segment: int
    words: int
    may_begin: bool
    may_end: bool


def covered(parts: list[Part]) -> list[Part]:
    """The parts, with what a spoiler over several lines hides hidden."""
    begin: _Mark | None = None
    #: By line which of its segments are delimiters of such a spoiler.
    marks = dict[int, set[int]]()
    found = parts
    for mark in _left_over(parts):
        if begin is None or not mark.may_end or mark.words == begin.words:
            if mark.may_begin and (begin is None or mark.words == begin.words):
                begin = mark
            continue
        if found is parts:
            found = list(parts)
        for at in range(begin.line + 1, mark.line):
            found[at] = _hidden(found[at], frozenset(), is_in=True)
        for each in (begin, mark):
            marks.setdefault(each.line, set()).add(each.segment)
        begin = None
    is_in = False
    for at, delimiters in sorted(marks.items()):
        found[at] = _hidden(found[at], delimiters, is_in=is_in)
        is_in ^= len(delimiters) % 2 == 1
    return found


def by_line(parts: Sequence[Part]) -> list[str] | None:
    """The text of the parts in lines that cover for themselves; None if they do so already."""
    if not any(map(_is_from_elsewhere, parts)):
        return None
    lines = list[str]()
    for part in parts:
        if isinstance(part, TextLine):
            lines.append(_covering(part))
        elif part.is_hidden:
            lines += (f"{MARK}{as_code(line)}{MARK}" if line else "" for line in _lines_of(part))
        else:
            lines += (f"```{part.language}", *_lines_of(part), "```")
    return lines


def in_lines(block: CodeBlock) -> Iterator[TextLine]:
    """Code that is hidden, to be covered as words are."""
    style = Style.CODE | Style.SPOILER
    for line in _lines_of(block):
        yield TextLine((Segment(_TEXT, line, style),) if line else ())


def _lines_of(block: CodeBlock) -> list[str]:
    return block.code.split("\n")


def _left_over(parts: Sequence[Part]) -> Iterator[_Mark]:
    words = 0
    for line, part in enumerate(parts):
        if not isinstance(part, TextLine):
            words += 1
            continue
        segments, start = part.segments, part.start
        if len(segments) == 1 and segments[0].text != MARK:  # nearly always so
            words += bool(segments[0].text.strip(" \t|"))
            continue
        if not any(each.text == MARK and each.kind is _TEXT for each in segments):
            words += any(each.text.strip(" \t|") for each in segments)
            continue
        filled = [at for at, each in enumerate(segments) if at >= start and each.text.strip()]
        for at in filled:
            segment = segments[at]
            is_mark = segment.text == MARK and segment.kind is _TEXT
            if not is_mark or segment.style & (Style.CODE | Style.SPOILER):
                words += bool(segment.text.strip(" \t|"))
                continue
            before = segments[at - 1].text[-1:] if at > start else ""
            behind = segments[at + 1].text[:1] if at != filled[-1] else ""
            if behind and not behind.isspace():
                is_tight = bool(before) and not before.isspace()
                yield _Mark(line, at, words, may_begin=True, may_end=is_tight)
            else:
                is_alone = at == filled[0] == filled[-1]
                yield _Mark(line, at, words, may_begin=is_alone, may_end=True)


def _hidden(part: Part, delimiters: Collection[int], *, is_in: bool) -> Part:
    """A part with what is between these segments hidden; `is_in`: it is so where it begins."""
    if isinstance(part, CodeBlock):
        return replace(part, is_hidden=True)
    if not delimiters and len(part.segments) == 1 and part.segments[0].style is _NO_STYLE:
        only = part.segments[0]
        if only.kind is _TEXT and not part.start:
            return TextLine((Segment(_TEXT, only.text, _SPOILER),))
    segments, start = list[Segment](), part.start
    for at, segment in enumerate(part.segments):
        if at in delimiters:
            is_in = not is_in
            segment = replace(segment, kind=_HIDDEN, style=segment.style | Style.SPOILER)
        elif is_in and at >= start:
            segment = replace(segment, style=segment.style | Style.SPOILER)
        segments.append(segment)
    return replace(part, segments=tuple(segments))


def _is_from_elsewhere(part: Part) -> bool:
    """Whether something of it is covered by more than delimiters of its own."""
    if isinstance(part, CodeBlock):
        return part.is_hidden
    is_open = False
    for segment in part.segments:
        is_mark = segment.kind is _HIDDEN and segment.text == MARK
        if Style.SPOILER in segment.style and (is_mark or not is_open):
            return True
        is_open ^= is_mark
    return False


def _covering(part: TextLine) -> str:
    """The text of a line, each run of what is covered between delimiters."""
    pieces, run = list[str](), list[str]()
    is_open = False  # between two delimiters of the line's own
    for segment in part.segments:
        is_mark = segment.kind is _HIDDEN and segment.text == MARK
        if Style.SPOILER in segment.style and not is_open:
            if not is_mark:
                run.append(segment.text)
            continue
        pieces += (_between_marks("".join(run)), segment.text)
        run.clear()
        is_open ^= is_mark
    return "".join((*pieces, _between_marks("".join(run))))


def _between_marks(words: str) -> str:
    """Blanks at its ends stand beside: behind one a spoiler would not begin."""
    core = words.strip()
    if not core:
        return words
    before, behind = words.split(core, 1)
    return f"{before}{MARK}{_inside(core)}{MARK}{behind}"


def _inside(words: str) -> str:
    """Without what would end the spoiler before its end, or keep its end from being one."""
    words = _BARS.sub("|\N{ZERO WIDTH SPACE}", words)
    return f"{words}\N{ZERO WIDTH SPACE}" if words.endswith(("\\", "|")) else words


def spoiler_of(text: str) -> str:
    """A text as a spoiler, each of its lines for itself."""
    return "\n".join(map(_between_marks, text.split("\n")))
