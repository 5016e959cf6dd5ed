"""Which names fit what was typed, best first; case and accents do not matter. No Tk."""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeVar

from app.text_folding import fold

T = TypeVar("T")

#: The part of all letters that two names share in order, from which one may be meant by the other.
_LIKENESS_MIN = 0.65

#: Names are asked for again and again, at each key: more than all rooms and people of one server.
folded = lru_cache(maxsize=32_768)(fold)


def ranked(typed: str, things: Iterable[T], name_of: Callable[[T], str], most: int) -> list[T]:
    """At most `most` things that fit: the very name, then its start, then start of a word, then
    anywhere in it, then the letters in order; things that fit equally well keep their order."""
    wanted = folded(typed.strip())
    found: list[tuple[int, int, T]] = []
    for place, thing in enumerate(things):
        rank = _rank(wanted, folded(name_of(thing)))
        if rank is not None:
            found.append((rank, place, thing))
    return [thing for _rank, _place, thing in sorted(found, key=lambda each: each[:2])[:most]]


def nearly(typed: str, things: Sequence[T], name_of: Callable[[T], str], most: int) -> list[T]:
    """At most `most` things that somebody may have meant who mistyped, the likeliest first."""
    by_name = {folded(name_of(thing)): thing for thing in things}
    names = get_close_matches(folded(typed.strip()), by_name, most, _LIKENESS_MIN)
    return [by_name[name] for name in names]


def _rank(wanted: str, name: str) -> int | None:
    if name.startswith(wanted):
        return 0 if name == wanted else 1
    at = name.find(wanted)
    if at > 0:
        return 2 if any(name.startswith(wanted, place) for place in _word_starts(name)) else 3
    letters = iter(name)
    return 4 if len(wanted) > 1 and all(char in letters for char in wanted) else None


def _word_starts(name: str) -> Iterable[int]:
    return (at for at in range(1, len(name)) if not name[at - 1].isalnum())
