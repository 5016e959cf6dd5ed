"""The last gate before Tk: whatever the source, only text that cannot hurt a widget passes.

Theory: a lone surrogate kills some widgets, NUL cuts text off, a direction override lets a
name lie, a pile of combining marks covers its neighbours, and one very long word freezes the
line breaker for seconds. Nothing is normalised: what people wrote is shown, less what harms.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import islice

from app.emoji_signs import emoji_name, emoji_places, place_between

WORD_LENGTH_MAX = 200  # code points; longer runs get break points
MARKS_IN_A_ROW_MAX = 4
NAME_LENGTH_MAX = 64  # code points shown of a nick, a room or a server
LINE_LENGTH_MAX = 300  # code points shown of a topic, a notice or an error

NO_BREAK = "\N{NO-BREAK SPACE}"
_BLANKS = re.compile(r"\s+")
_LONG_WORD = re.compile(rf"\S{{{WORD_LENGTH_MAX + 1}}}")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_BREAK_POINT = "\N{ZERO WIDTH SPACE}"
_DIRECTION_CONTROLS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | {"\n"}


def safe_message(text: str) -> str:
    """Text of several lines, ready for a Text widget."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _PLAIN.issuperset(text):
        text = _without_harm(text)
    return _with_break_points(text) if len(text) > WORD_LENGTH_MAX else text


def safe_line(text: str, length_max: int = LINE_LENGTH_MAX) -> str:
    """One line, cut with `…` when longer than `length_max` code points; emoji by their names."""
    return _cut(without_emoji(_as_line(text, length_max)), length_max)


def system_line(text: str, length_max: int = LINE_LENGTH_MAX) -> str:
    """The same for what the system draws and not Tk: emoji stay."""
    return _cut(_as_line(text, length_max), length_max)


@lru_cache(maxsize=1_000)
def safe_name(name: str) -> str:
    """A nick or a room name; never empty, so that a row can be seen and clicked."""
    return safe_line(name, NAME_LENGTH_MAX) or "?"


def title_name(name: str) -> str:
    """A name for the title of a window, which the system draws: emoji stay."""
    head = "".join(islice(name, NAME_LENGTH_MAX * 4))
    line = " ".join(_without_harm(head).split())
    return line[: place_between(line, NAME_LENGTH_MAX)] or "?"


def without_emoji(text: str) -> str:
    """Emoji written by their names, as `:tada:`: Tk does not draw them."""
    parts: list[str] = []
    at = 0
    for start, end in emoji_places(text):
        parts += (text[at:start], emoji_name(text[start:end]))
        at = end
    return "".join((*parts, text[at:])) if at else text


def _without_pictures(text: str) -> str:
    parts, at = list[str](), 0
    for start, end in emoji_places(text):
        parts.append(text[at:start])
        at = end
    return " ".join((*parts, text[at:]))


@lru_cache(maxsize=1_000)
def initials(name: str) -> str:
    """One or two letters for an avatar: "Priya Raman" gives "PR". Emoji have some only where there
    is nothing else."""
    spoken = _without_pictures("".join(islice(name, NAME_LENGTH_MAX * 4)))
    shown = spoken if any(map(str.isalnum, spoken)) else name
    words = safe_name(shown).replace("_", " ").replace("-", " ").split()
    letters = [next((c for c in word if c.isalnum()), "") for word in words]
    found = [letter.upper()[:1] for letter in letters if letter]
    if not found:
        return "?"
    return found[0] + (found[-1] if len(found) > 1 else "")


def fingerprint_groups(fingerprint: str, size: int = 4) -> str:
    """A fingerprint in groups, easier to compare by eye."""
    plain = safe_line(fingerprint)
    return " ".join(plain[at : at + size] for at in range(0, len(plain), size))


def _as_line(text: str, length_max: int) -> str:
    # Four times the length is enough to look at: most of what is dropped is short.
    head = _without_harm("".join(islice(text, length_max * 4)))
    # What stands before a unit keeps it on its line.
    return _BLANKS.sub(lambda run: run.group() if run.group() == NO_BREAK else " ", head).strip()


def _cut(line: str, length_max: int) -> str:
    if len(line) <= length_max:
        return line
    return f"{line[: place_between(line, length_max - 1)]}…"


def _without_harm(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if char in _PLAIN or char == "\t":
            marks = 0
            kept.append(char)
            continue
        category = unicodedata.category(char)
        if category == "Cs":
            kept.append(_REPLACEMENT)
        elif category == "Cc" or char in _DIRECTION_CONTROLS:
            continue
        elif category in ("Zl", "Zp"):
            kept.append("\n")
        elif category in ("Mn", "Me"):
            marks += 1
            if marks <= MARKS_IN_A_ROW_MAX:
                kept.append(char)
        else:
            marks = 0
            kept.append(char)
    return "".join(kept)


def _with_break_points(text: str) -> str:
    if _LONG_WORD.search(text) is None:  # nearly always so
        return text
    parts: list[str] = []
    run_start = 0
    for at, char in enumerate(text):
        if char.isspace():
            parts.append(text[run_start : at + 1])
            run_start = at + 1
        elif at - run_start == WORD_LENGTH_MAX:
            place = place_between(text, at, run_start)
            parts += (text[run_start:place], _BREAK_POINT)
            run_start = place
    parts.append(text[run_start:])
    return "".join(parts)
