"""Long messages are shown from their beginning, until somebody wants the whole of one.

Theory: a pasted log or a wall of emoji pushes the talk around it off the screen, for everybody.
What is cut stays markup that ends: half a spoiler would be none, and so with bold words and half a
block of code; half an address would lead elsewhere, and half a name be somebody else's.
"""

from collections.abc import Iterator

from app.markup import covering_by_line, is_fence, segments_of
from app.markup_parts import NO_REFERENCES, References, Segment, SegmentKind, TextLine
from app.shortcodes import is_in_block
from app.spoilers import covered
from app.views.text_edits import fitting

#: Longer ones are folded; in bytes of UTF-8, as emoji are wider than letters.
LONG_BYTES = 3_000
LONG_LINES = 40
#: What is shown of those.
SHOWN_BYTES = 800
SHOWN_LINES = 12
_SPOILER = "||"
_NAMES = frozenset((SegmentKind.MENTION, SegmentKind.OWN_MENTION, SegmentKind.ROOM))
#: What stands on both sides of words.
_MARKS = frozenset(("***", "**", "*", "_", "~~", _SPOILER, "`"))
#: A line with none of them has neither marks nor links.
_SIGNS = (":", "www.", *"*_~|`")
_NO_WIDTH = "\N{ZERO WIDTH SPACE}"
#: So far behind a cut it is looked at what is cut: no link is longer.
_LINK_LENGTH_MAX = 2_100


def is_long(text: str) -> bool:
    """Whether it is shown from its beginning alone at first."""
    return text.count("\n") >= LONG_LINES or size_of(text) > LONG_BYTES


def size_of(text: str) -> int:
    """In bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def beginning_of(
    text: str,
    lines_max: int = SHOWN_LINES,
    bytes_max: int = SHOWN_BYTES,
    references: References = NO_REFERENCES,
) -> str:
    """So much of it, with `…` at the end if there is more."""
    text = _covering(text, lines_max)
    lines, shown, left = text.split("\n"), list[str](), bytes_max
    for line in lines[:lines_max]:
        taken = fitting(line, left)
        if taken < len(line):
            is_code = _is_in_code(shown, lines[len(shown) :])
            shown.append(f"{line[:taken] if is_code else _cut(line, taken, references)}…")
            break
        shown.append(line)
        left -= size_of(line)
    else:
        if len(lines) <= lines_max:
            return text
        shown.append("…")
    beginning = "\n".join(shown)
    return f"{beginning}\n```" if _is_in_code(shown, lines[len(shown) - 1 :]) else beginning


def _covering(text: str, lines_max: int) -> str:
    """The text with its first lines covered, each by itself, also where the spoiler or the code
    ends far below: all of it would take long to read."""
    if _SPOILER not in text:
        return text
    lines = text.split("\n")
    # Of a block of code that is covered a third of the lines is left at least.
    kept = 4 * (lines_max + 1)
    head, rest = lines[:kept], lines[kept:]
    ends = ["```"] * (is_in_block("\n".join(head)) and any(map(is_fence, rest)))
    ends += [_SPOILER] * any(_SPOILER in line for line in rest)
    return "\n".join([covering_by_line("\n".join(head + ends)), *rest])


def _is_in_code(shown: list[str], rest: list[str]) -> bool:
    """Whether these first lines end in a block of code, one that ends in the others."""
    return is_in_block("\n".join(shown)) and any(map(is_fence, rest))


def _cut(line: str, taken: int, references: References) -> str:
    """So many code points of a line, or fewer: no name is cut and no link, but for a link that
    begins it, which is whole; and what goes on behind it in bold, in code or as a spoiler ends."""
    before = line[:taken].lower()
    if references == NO_REFERENCES and not any(sign in before for sign in _SIGNS):
        return line[:taken]
    looked_at = line[: taken + _LINK_LENGTH_MAX]
    if _SPOILER in line[len(looked_at) :]:  # it may end one: better covered than told
        looked_at += f".{_SPOILER}"
    at, marks = 0, dict[str, int]()
    for segment in _segments(looked_at, references):
        is_hidden, end = segment.kind is SegmentKind.HIDDEN, at + len(segment.text)
        if end > taken:
            if segment.kind is SegmentKind.LINK:
                taken = at or end
            elif is_hidden or segment.kind in _NAMES:
                taken = at
            break
        if is_hidden and segment.text in _MARKS and marks.pop(segment.text, None) is None:
            marks[segment.text] = end
        at = end
    return _ended(line[:taken], marks)


def _segments(line: str, references: References) -> Iterator[Segment]:
    """Its pieces; what a spoiler covers that ends across bold words and the like, too."""
    for part in covered([TextLine(tuple(segments_of(line, references)))]):
        yield from part.segments if isinstance(part, TextLine) else ()


def _ended(words: str, marks: dict[str, int]) -> str:
    """The words with the marks that are open at their end, each with where its words begin, closed
    again; the last is the innermost."""
    for mark, start in reversed(marks.items()):
        words = words.rstrip()  # behind a blank none ends
        if len(words) <= start:  # and none is around nothing
            words = words[: start - len(mark)]
        else:
            # Signs that touch would be read as one.
            gap = _NO_WIDTH if words[-1] in (mark[0], "\\") else ""
            words = f"{words}{gap}{mark}"
    return words
