"""What is selected of a message stays what it was in it: code is code, what was covered is covered.

Theory: whoever answers a word of a spoiler or of a block of code selects neither its beginning nor
its end, so these are put around it again. The same words may stand twice in a message: if they are
covered once, better covered than told.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby

from app.escapes import as_code
from app.markup import is_fence, parts_of
from app.markup_parts import CodeBlock, SegmentKind, Style
from app.shortcodes import is_in_block
from app.spoilers import MARK, Part, spoiler_of
from app.views.long_messages import beginning_of

#: What a letter is: seen at once, covered, covered code, or what covers and goes.
_SEEN, _COVERED, _CODE, _MARK = range(4)


def words_of(selected: str, text: str) -> str:
    """What is selected of a text, so that it can stand alone."""
    if selected not in text and text.count(MARK) > 1:
        text = beginning_of(text)  # that may be what is shown, each line covered by itself
    place = text.find(selected)
    if place < 0:
        return selected
    covers = _covers_of(text) if text.count(MARK) > 1 else b""
    if covers:
        place = _covered_place(selected, text, covers)
    words = "\n".join(_lines(selected, covers[place:])) if covers else selected
    before, behind = text[:place], text[place + len(selected) :]
    if before[-1:] not in ("", "\n") and is_in_block(words.split("\n", 1)[0]):
        words = f"\N{ZERO WIDTH SPACE}{words}"  # it began no code where it stood
    is_seen = not covers or covers[place] == _SEEN
    if is_seen and is_in_block(before) and _has_fence(text[place:]):
        words = f"```\n{words}"
    if is_in_block(words) and _has_fence(behind):
        words = f"{words}\n```"
    return words


def _has_fence(behind: str) -> bool:
    """Whether a block of code may end behind the line that is cut here."""
    return any(map(is_fence, behind.split("\n")[1:]))


def _covered_place(selected: str, text: str, covers: bytes) -> int:
    """The first place of the words where something of them is covered, or else the first."""
    place = first = text.find(selected)
    before = list(accumulate(map(bool, covers), initial=0))
    while place >= 0:
        if before[place + len(selected)] > before[place]:
            return place
        place = text.find(selected, place + len(selected))
    return first


def _lines(selected: str, covers: bytes) -> Iterator[str]:
    at = 0
    for line in selected.split("\n"):
        signs = zip(line, covers[at : at + len(line)], strict=True)
        kept = [each for each in signs if each[1] != _MARK]
        at += len(line) + 1
        found = "".join(
            _covering("".join(sign for sign, _cover in run), cover)
            for cover, run in groupby(kept, key=lambda each: each[1])
        )
        is_right = not any(covers[at - len(line) - 1 : at - 1]) or _seen_of(found) == _seen(kept)
        # Half a link, or half of some code, can take what covers for a part of itself.
        yield found if is_right else spoiler_of("".join(sign for sign, _cover in kept))


def _seen(signs: Iterable[tuple[str, int]]) -> str:
    """The letters that are seen at once."""
    return "".join(sign for sign, cover in signs if cover == _SEEN and not sign.isspace())


def _seen_of(line: str) -> str:
    return _seen(zip(line, _covers_of(line) or bytes(len(line)), strict=False))


def _covering(words: str, cover: int) -> str:
    if cover == _CODE:
        return f"{MARK}{as_code(words)}{MARK}"
    return spoiler_of(words) if cover == _COVERED else words


def _covers_of(text: str) -> bytes:
    """For each letter what it is; nothing if all are seen at once."""
    lines, covers, is_any = iter(text.split("\n")), bytearray(), False
    for part in parts_of(text):
        is_hidden = isinstance(part, CodeBlock) and part.is_hidden
        line = next(lines)
        covers += bytes((_MARK if is_hidden else _SEEN,)) * (len(line) + 1)
        if not isinstance(part, CodeBlock):
            covers[-len(line) - 1 : -1] = found = bytes(_covers_in(part))
            is_any = is_any or any(found)
            continue
        is_any = is_any or is_hidden
        for line in lines:
            is_end = is_fence(line)
            cover = (_MARK if is_end else _CODE) if is_hidden else _SEEN
            covers += bytes((cover,)) * (len(line) + 1)
            if is_end:
                break
    return bytes(covers) if is_any else b""


def _covers_in(part: Part) -> Iterator[int]:
    is_in = False
    for segment in part.segments if not isinstance(part, CodeBlock) else ():
        is_covered = Style.SPOILER in segment.style
        if segment.kind is SegmentKind.HIDDEN and segment.text == MARK:
            is_in ^= not is_covered  # else it is of a spoiler over several lines
            cover = _MARK
        else:
            cover = _COVERED if is_covered or is_in else _SEEN
        yield from (cover for _letter in segment.text)
