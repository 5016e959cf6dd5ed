"""Text without case and accents, for comparing what was typed with what is there."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_BREAK_POINT = "\u200b"  # put into long words for showing
_JOINT = "\0"  # folds to itself, and nothing folds together with it


def fold(text: str) -> str:
    """`text` without case and accents."""
    if text.isascii():
        return text.lower()
    return _marks().sub("", unicodedata.normalize("NFKD", text.casefold()))


def fold_all(texts: Sequence[str]) -> list[str]:
    """``fold`` of each, faster: what is not ASCII is folded in one piece."""
    folded = [text.lower() if text.isascii() else "" for text in texts]
    places = [at for at, text in enumerate(folded) if not text]
    others = [texts[at] for at in places]
    pieces = fold(_JOINT.join(others)).split(_JOINT)
    if len(pieces) != len(others):  # there is none, or a joint in one
        pieces = [fold(text) for text in others]
    for at, piece in zip(places, pieces, strict=True):
        folded[at] = piece
    return folded


@lru_cache(maxsize=1)
def _marks() -> re.Pattern[str]:
    """What stands on other characters: a search looks at each message, so in one go."""
    marks = (char for char in map(chr, range(0x300, 0x10000)) if unicodedata.combining(char))
    return re.compile(f"[{_BREAK_POINT}{''.join(marks)}]+")


def folded_places(wanted: str, text: str) -> list[tuple[int, int]]:
    """Where the text has what was wanted, as (start, end) in characters of `text`; none overlap."""
    wanted = fold(wanted)
    if not wanted or wanted not in fold(text):
        return []
    if text.isascii():
        folded, starts = text.lower(), list(range(len(text) + 1))
    else:
        # Character by character, as one may become several and another none.
        pieces = [fold(char) for char in text]
        folded = "".join(pieces)
        starts = [at for at, piece in enumerate(pieces) for _ in piece] + [len(text)]
    places: list[tuple[int, int]] = []
    at = folded.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        places.append((starts[at], max(starts[at] + 1, _end(starts, end))))
        at = folded.find(wanted, end)
    return places


def _end(starts: list[int], end: int) -> int:
    """Behind the last character; marks that stand on it belong to it."""
    last = starts[end - 1]
    following = starts[end]
    return following if following > last else last + 1


def named_in(text: str, sign: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those of `names` that stand in the text behind `sign`, as far as a quick look tells."""
    if sign not in text:
        return ()
    folded = text.casefold()
    return tuple(sorted({name for name in names if name and sign + name.casefold() in folded}))
