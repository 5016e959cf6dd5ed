"""Many lines of a message that look alike, drawn as one piece: no Tk.

Theory: words cost next to nothing, but each line that is drawn by itself costs some microseconds,
and a message can have 8,000 of them. So a wall of them is written in one go. Where covered lines
follow each other the bar goes on to the right edge; a few are drawn one by one, as they look
better so. What has delimiters is written with them, as behind many pieces in any case.
"""

from collections.abc import Iterator, Sequence

from app.markup_parts import CodeBlock, SegmentKind, Style, TextLine
from app.structs import Struct
from app.views.drawn_text import starts_right_to_left
from app.views.piece_writer import PIECES_MAX

#: Fewer lines are drawn one by one.
RUN_MIN = 40
_TEXT, _HIDDEN = SegmentKind.TEXT, SegmentKind.HIDDEN
_NO_STYLE, _SPOILER, _CODE = Style.NONE, Style.SPOILER, Style.CODE
#: Of a spoiler, also of code in it.
_COVERED = frozenset((_SPOILER, _SPOILER | _CODE))

Part = TextLine | CodeBlock


class LineRun(Struct, frozen=True):
    """Lines that one tag is enough for, or none ("")."""

    text: str
    is_quote: bool
    is_spoiler: bool


class _Kind(Struct, frozen=True):
    is_quote: bool = False
    is_spoiler: bool = False
    #: Something in it would be hidden, if it were not one of many.
    is_marked: bool = False


_PLAIN = _Kind()
#: Of lines that are one piece.
_KINDS = {_NO_STYLE: _PLAIN, **dict.fromkeys(_COVERED, _Kind(is_spoiler=True))}


def gathered(parts: Sequence[Part]) -> Iterator[Part | LineRun]:
    """The same parts in order, with walls of lines as one; the first and the last stay alone."""
    run, kind = list[TextLine](), _PLAIN
    for place, part in enumerate(parts):
        found = _kind_of(part) if 0 < place < len(parts) - 1 else None
        if found is not None and isinstance(part, TextLine):
            if run and found is not kind and found != kind and part.segments:
                yield from _as_run(run, kind)
                run = []
            if not run:
                kind = found
            run.append(part)
        else:
            yield from _as_run(run, kind)
            run = []
            yield part
    yield from _as_run(run, kind)


def _as_run(lines: list[TextLine], kind: _Kind) -> Iterator[TextLine | LineRun]:
    if len(lines) < (PIECES_MAX if kind.is_marked else RUN_MIN):
        yield from lines
        return
    text = "\n".join("".join(each.text for each in line.segments) for line in lines)
    yield LineRun(text, kind.is_quote, kind.is_spoiler)


def _kind_of(part: Part) -> _Kind | None:
    """How the line looks, if that is simple."""
    if not isinstance(part, TextLine) or part.marker:
        return None
    if len(part.segments) == 1 and not part.is_quote:
        only = part.segments[0]
        if only.kind is _TEXT and only.style in _KINDS and only.text.isascii():
            return _KINDS[only.style]
    is_marked = part.is_quote
    is_spoiler: bool | None = None
    for segment in part.segments:
        kind, style = segment.kind, segment.style
        if kind is _HIDDEN:
            is_marked = True
            continue
        is_covered = style in _COVERED
        if kind is not _TEXT or not (style is _NO_STYLE or is_covered):
            return None
        if is_spoiler is not None and is_spoiler is not is_covered:
            return None
        if not segment.text.isascii() and starts_right_to_left(segment.text):
            return None
        is_spoiler = is_covered
    if not is_marked and not is_spoiler:
        return _PLAIN
    return _Kind(part.is_quote, bool(is_spoiler), is_marked)
