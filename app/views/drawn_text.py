"""Words of right-to-left scripts, put into the order and shapes in which Tk on X11 draws them.

Tk on X11 draws letters one after the other from the left, as they are stored: Hebrew comes out
backwards and Arabic unjoined. Other systems do better by themselves. So single lines that are
only looked at (labels, buttons, rows, menus) go through here; a field or the messages never do,
as caret, selection and line breaks would no longer be where the letters are.

The work is done by python-bidi and arabic-reshaper; where they are not installed words stay as
they are stored. Two things are done around it here. A number and its unit stand in an isolate, as
"ms" is a word from the left beside a number that is not; so does a command with its slash. And
brackets among words from the right are turned: a mark behind each tells how it was ordered.
"""

import re
import sys
from collections.abc import Callable
from functools import lru_cache

from app.translation import is_right_to_left

#: Letters of Hebrew, Arabic and their neighbours, and their presentation forms.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ARABIC = re.compile("[\u0600-\u08ff]")
_ISOLATE, _ISOLATE_END = "\u2066", "\u2069"
#: Has no direction, so it goes where the bracket in front of it goes.
_BEHIND = "\u2060"
_MARKS = dict.fromkeys((0x200E, 0x200F, 0x061C, *map(ord, (_ISOLATE, _ISOLATE_END, _BEHIND))))
#: Numbers with units, as we write them, and names with what stands before them.
_TOGETHER = re.compile(
    r"(?<!\w)\d[\d.,\u00a0]*\u00a0[A-Za-z%°µ][A-Za-z/%°µ]*(?!\w)|(?<![^\s\u200e])[/#@][A-Za-z][\w-]*"
)
_TURNED = dict(zip("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤", strict=True))
_BRACKET = "[" + re.escape("".join(_TURNED)) + "]"
_TURNING = re.compile(_BRACKET)
#: One that stands as it was written, or with the mark on the other side.
_ORDERED_BRACKET = re.compile(f"{_BRACKET}{_BEHIND}|{_BEHIND}({_BRACKET})")

#: The tag of words in a Text that stand for hidden ones in front of them.
IN_ORDER = "in_order"

_IS_NEEDED = sys.platform not in ("win32", "darwin")


def drawn(text: str) -> str:
    """`text` as Tk is to be given it; each line for itself."""
    return ordered(text) if _IS_NEEDED and has_right_to_left(text) else text


def has_right_to_left(text: str) -> bool:
    """Whether any of it runs from the right."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def starts_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from the right."""
    return not text.isascii() and first_direction(text) is True


def first_direction(text: str) -> bool | None:
    """Whether the first letter runs from the right; None if there is no letter."""
    return next((_RIGHT_TO_LEFT.match(c) is not None for c in text if c.isalpha()), None)


def ordered(text: str) -> str:
    """`text` from left to right as it looks; for whatever cannot do that itself."""
    return _ordered(text, "R" if is_right_to_left() else None)


def drawn_sentence(text: str) -> str:
    """The same for one line of a sentence of ours, whoever's name it begins with."""
    if not _IS_NEEDED:
        return text
    return _ordered(text, "R" if is_right_to_left() else "L")


def is_ordered_here(text: str) -> bool:
    """Whether it is drawn in another order than it is stored, so that it must not be wrapped by
    what draws it."""
    return _IS_NEEDED and has_right_to_left(text)


@lru_cache(maxsize=2_000)
def _ordered(text: str, base: str | None) -> str:
    if not has_right_to_left(text):
        return text
    try:
        from bidi import get_display  # type: ignore[import-untyped]
    except ImportError:
        return text
    lines = (str(get_display(_prepared(line, base), base_dir=base)) for line in text.split("\n"))
    return _ORDERED_BRACKET.sub(_turned, "\n".join(lines)).translate(_MARKS)


def _prepared(line: str, base: str | None) -> str:
    is_from_right = base == "R" if base else starts_right_to_left(line)
    line = _TOGETHER.sub(f"{_ISOLATE}\\g<0>{_ISOLATE_END}", _joined(line).replace(_BEHIND, ""))
    # At the very end the mark would be ordered as a blank is: so something of the line's own
    # direction stands there.
    return _TURNING.sub(f"\\g<0>{_BEHIND}", line) + ("\u200f" if is_from_right else "\u200e")


def _turned(bracket: re.Match[str]) -> str:
    return _TURNED[bracket.group(1)] if bracket.group(1) else bracket.group()


def _joined(text: str) -> str:
    """Arabic letters in the forms that join them."""
    if not _ARABIC.search(text):
        return text
    try:
        from arabic_reshaper import reshape  # type: ignore[import-untyped]
    except ImportError:
        return text
    return str(reshape(text))


def is_available() -> bool:
    """Whether what runs from the right is drawn as it should be."""
    if not _IS_NEEDED:
        return True
    try:
        import arabic_reshaper  # noqa: F401 - whether it is there
        import bidi  # noqa: F401
    except ImportError:
        return False
    return True


def broken(text: str, width_max: int, width_of: Callable[[str], int]) -> str:
    """`text` with line ends where its lines, at most `width_max` wide, would be broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and width_of(longer) > width_max:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return "\n".join(lines)
