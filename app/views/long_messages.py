"""Long messages are shown from their beginning, until somebody wants the whole of one.

Theory: a pasted log or a wall of emoji pushes the talk around it off the screen, for everybody.
What is cut stays markup that ends: half a spoiler would be none, and so with half a block of code;
and half an address would lead elsewhere.
"""

from app.markup import SegmentKind, is_fence, segments_of
from app.shortcodes import is_in_block
from app.views.text_edits import fitting

#: Longer ones are folded; in bytes of UTF-8, as emoji are wider than letters.
LONG_BYTES = 3_000
LONG_LINES = 40
#: What is shown of those.
SHOWN_BYTES = 800
SHOWN_LINES = 12
_SPOILER = "||"
#: A line with none of them has neither spoilers nor links.
_SIGNS = (_SPOILER, ":", "www.")
#: So far behind a cut it is looked at what is cut: no link is longer.
_LINK_LENGTH_MAX = 2_100


def is_long(text: str) -> bool:
    """Whether it is shown from its beginning alone at first."""
    return text.count("\n") >= LONG_LINES or size_of(text) > LONG_BYTES


def size_of(text: str) -> int:
    """In bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))


def beginning_of(text: str, lines_max: int = SHOWN_LINES, bytes_max: int = SHOWN_BYTES) -> str:
    """So much of it, with `…` at the end if there is more."""
    lines, shown, left = text.split("\n"), list[str](), bytes_max
    for line in lines[:lines_max]:
        taken = fitting(line, left)
        if taken < len(line):
            shown.append(f"{_cut(line, taken)}…")
            break
        shown.append(line)
        left -= size_of(line)
    else:
        if len(lines) <= lines_max:
            return text
        shown.append("…")
    beginning = "\n".join(shown)
    ends = any(map(is_fence, lines[len(shown) - 1 :]))
    return f"{beginning}\n```" if ends and is_in_block(beginning) else beginning


def _cut(line: str, taken: int) -> str:
    """So many code points of a line, or fewer: no link is cut, but for one that begins it, which is
    whole; and a spoiler that goes on ends."""
    before = line[:taken].lower()
    if not any(sign in before for sign in _SIGNS):
        return line[:taken]
    looked_at = line[: taken + _LINK_LENGTH_MAX]
    if _SPOILER in line[len(looked_at) :]:  # it may end one: better covered than told
        looked_at += f".{_SPOILER}"
    at, is_covered = 0, False
    for segment in segments_of(looked_at):
        end = at + len(segment.text)
        if end > taken:
            if segment.kind in (SegmentKind.LINK, SegmentKind.HIDDEN):
                taken = at or end
            break
        is_covered ^= segment.kind is SegmentKind.HIDDEN and segment.text == _SPOILER
        at = end
    # Behind a blank no spoiler ends.
    return f"{line[:taken].rstrip()}{_SPOILER}" if is_covered else line[:taken]
