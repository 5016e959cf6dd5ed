"""What editing does to a text: whole characters, words, markers around a selection. No Tk.

A picture of an emoji counts as one character. The standard library cuts no text into what people
see as one character; letters with their marks and joined signs cover what is typed.
"""

import re
import unicodedata

from app.emoji_signs import place_between
from app.markup import FENCE, ITEM, QUOTE
from app.shortcodes import is_in_block
from app.structs import Struct, replace
from app.views.safe_text import safe_message

_JOINER = "\u200d"
_BREAK_POINT = "\u200b"  # of safe_text: nobody typed it and nobody sees it
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_LAST_WORD = re.compile(r"(?:\w+|[^\w\s]+)?\s*\Z")
_FIRST_WORD = re.compile(r"\A\s*(?:\w+|[^\w\s]+)?")
_MARKER = re.compile(r"(?:[-*]|\d{1,3}\.) ")
_MARKER_START = re.compile(r"[-*]?|\d{1,3}\.?")
_CODE, _FENCE = "`", "```"
_BLOCK_END = f"\n{_FENCE}\n"


def last_character(text: str) -> int:
    """Code points of the last visible character, 0 in an empty text."""
    at = len(text)
    while at > 0:
        at -= 1
        if not _continues(text[at]) and (at == 0 or text[at - 1] != _JOINER):
            break
    return len(text) - at


def first_character(text: str) -> int:
    """Code points of the first visible character, 0 in an empty text."""
    at = min(1, len(text))
    while at < len(text) and (_continues(text[at]) or text[at - 1] == _JOINER):
        at += 1
    return at


def last_word(text: str) -> int:
    """Code points from the start of the last word, with the blanks behind it."""
    match = _LAST_WORD.search(text)
    return len(match.group()) if match else 0


def first_word(text: str) -> int:
    """Code points to the end of the first word, with the blanks in front of it."""
    match = _FIRST_WORD.search(text)
    return len(match.group()) if match else 0


def next_item(line: str) -> str | None:
    """What begins the item of a list or the line of a quote that comes after this one; "" if this
    has no words yet, which ends both, and None for a line that is neither."""
    quote, words = _parted(line)
    item = ITEM.match(f"{words}.")  # as if there were words
    if (item.end() == len(words)) if item is not None else (quote and not words.strip()):
        return ""
    if item is None:
        return quote or None
    written, sign = item.group(), item.group(2)
    after = written if sign in "-*" else written.replace(sign, f"{int(sign[:-1]) + 1}.")
    if ITEM.match(f"{after}.") is None:  # behind the highest number there is none
        return quote or None
    return f"{quote}{after}"


def typed_again(begun: str, words: str) -> int | None:
    """Where in what a line was begun with that begins which was then typed once more, as `words`;
    its length if nothing was, and None as long as that may come."""
    quote, item = _parted(begun)
    if quote and words[:1] == ">":
        return None if words in (">", ">>") else 0 if QUOTE.match(words) else len(begun)
    if item and _MARKER.match(words):
        return len(quote) + len(item) - len(item.lstrip())
    may_come = _MARKER_START.fullmatch(words) if item else not words
    return None if may_come else len(begun)


def _parted(line: str) -> tuple[str, str]:
    """What makes it a line of a quote, and what is behind that."""
    signs = QUOTE.match(line)
    quote = signs.group() if signs is not None else ""
    return quote, line[len(quote) :]


def _continues(char: str) -> bool:
    if char.isascii():
        return False
    is_invisible = char in (_JOINER, _BREAK_POINT) or char in _TONES
    return is_invisible or unicodedata.category(char) in ("Mn", "Me", "Mc")


class Pasted(Struct, frozen=True):
    """What of a copied text goes into the field, where there is room for so many bytes: `lines` it
    has in all, `left_out` characters at its end that are too many; `is_code` is one that has a
    block of code in it, or that goes into one."""

    text: str
    lines: int
    left_out: int
    bytes_room: int
    is_code: bool = False


def pasted(copied: str, bytes_room: int, before: str = "", after: str = "") -> Pasted:
    """As much of what was copied as has room, made safe; a block of code that is cut off in it ends
    there. What stands before and after it may begin a block, and end it."""
    whole = copied.replace("\r\n", "\n").replace("\r", "\n")
    lines = whole.strip("\n").count("\n") + 1
    taken, end = fitting(whole, bytes_room), ""
    if taken < len(whole) and is_in_block(f"{before}{whole[:taken]}{after}"):
        taken = fitting(whole, bytes_room - len(_BLOCK_END))
        if taken and is_in_block(f"{before}{whole[:taken]}{after}"):
            end = _BLOCK_END
    is_code = is_in_block(before) or any(map(FENCE.match, whole.split("\n")))
    text = f"{safe_message(whole[:taken])}{end}"
    return Pasted(text, lines, len(whole) - taken, bytes_room, is_code)


def as_block(paste: Pasted) -> Pasted:
    """The same as a block of code; its fences need room, too, and the newline behind it, as there
    may be words behind that."""
    lead, tail = f"{_FENCE}\n", _BLOCK_END
    body = paste.text.strip("\n")
    # Break points take none: nobody sends them.
    taken = fitting(body, paste.bytes_room - len(lead + tail), weightless=_BREAK_POINT)
    left_out = paste.left_out + len(body) - taken
    return replace(paste, text=f"{lead}{body[:taken]}{tail}", left_out=left_out)


def fitting(text: str, bytes_max: int, weightless: str = "") -> int:
    """How many code points from the start on have at most so many bytes of UTF-8, those of
    `weightless` not counted; no picture is cut."""
    if text.isascii() or bytes_max <= 0:
        return max(0, min(len(text), bytes_max))
    size = 0
    for at, char in enumerate(text):
        if char not in weightless:
            size += (
                1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4
            )
        if size > bytes_max:
            return place_between(text, at) if at else 0
    return len(text)


class Marked(Struct, frozen=True):
    """`outer` characters go on each side of the selection, which `text` replaces; of that, the
    part from `start` to `end` is selected."""

    outer: int
    text: str
    start: int
    end: int


def marked(before: str, selected: str, after: str, marker: str) -> Marked:
    """Put `marker` around what is selected, or take it away where it is; each line has its own,
    as markup ends with the line. Code of several lines becomes a block."""
    width = len(marker)
    if _is_between(before, after, marker):
        return Marked(width, selected, 0, len(selected))
    if not selected:
        return Marked(0, marker * 2, width, width)
    lines = selected.split("\n")
    if marker == _CODE and len(lines) > 1:
        return _fenced(before, selected, after)
    written = [line for line in lines if line.strip()]
    if written and all(_is_around(line.strip(), marker) for line in written):
        text = "\n".join(_replaced(line, line.strip()[width:-width]) for line in lines)
        return Marked(0, text, 0, len(text))
    text = "\n".join(_replaced(line, f"{marker}{line.strip()}{marker}") for line in lines)
    if len(lines) > 1:
        return Marked(0, text, 0, len(text))
    # The words stay selected without their markers, so that the same key takes them away again.
    start = text.find(marker) + width
    return Marked(0, text, start, start + len(selected.strip()))


def _replaced(line: str, core: str) -> str:
    """The line with `core` in place of what is not blank at its ends."""
    old = line.strip()
    return line.replace(old, core, 1) if old else line


def _fenced(before: str, selected: str, after: str) -> Marked:
    head = "" if not before or before.endswith("\n") else "\n"
    tail = "" if not after or after.startswith("\n") else "\n"
    lead = f"{head}{_FENCE}\n"
    code = selected.strip("\n")
    text = f"{lead}{code}\n{_FENCE}{tail}"
    return Marked(0, text, len(lead), len(lead) + len(code))


def _is_between(before: str, after: str, marker: str) -> bool:
    sign = marker[0]
    left = len(before) - len(before.rstrip(sign))
    right = len(after) - len(after.lstrip(sign))
    return _bears(min(left, right), marker)


def _is_around(text: str, marker: str) -> bool:
    sign = marker[0]
    left, right = len(text) - len(text.lstrip(sign)), len(text) - len(text.rstrip(sign))
    return len(text) > 2 * len(marker) and _bears(min(left, right), marker)


def _bears(count: int, marker: str) -> bool:
    """Whether so many signs on both sides hold this marker: three stars are bold and italic."""
    return count in {"**": (2, 3), "*": (1, 3), _CODE: (1, 2)}.get(marker, ())
