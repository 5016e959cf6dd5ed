"""Long messages are shown from their beginning, until somebody wants the whole of one.

Theory: a pasted log or a wall of emoji pushes the talk around it off the screen, for everybody.
What is cut stays markup that ends: half a spoiler would be none, and so with half a block of code.
"""

from app.shortcodes import is_in_block
from app.views.text_edits import fitting

#: Longer ones are folded; in bytes of UTF-8, as emoji are wider than letters.
LONG_BYTES = 3_000
LONG_LINES = 40
#: What is shown of those.
SHOWN_BYTES = 800
SHOWN_LINES = 12
_SPOILER = "||"


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
            cut = line[:taken]
            shown.append(f"{cut}{_SPOILER * (cut.count(_SPOILER) % 2)}…")
            break
        shown.append(line)
        left -= size_of(line)
    else:
        if len(lines) <= lines_max:
            return text
        shown.append("…")
    beginning = "\n".join(shown)
    return f"{beginning}\n```" if is_in_block(beginning) else beginning
