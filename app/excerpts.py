"""The part of a message that shows where words are in it, as one line of plain words.

Theory: the markup is read before anything is cut (see ``plain_words``), so that what a spoiler
hides is not in the line, wherever the words are.
"""

from typing import Final

from app.action_text import ACTION, is_action, shown_text
from app.emoji_signs import place_between
from app.plain_words import plain_words
from app.text_folding import folded_places

#: Characters that are shown in front of the first hit, and of the whole line.
BEFORE_MAX: Final = 30
LENGTH_MAX: Final = 240


def excerpt_of(text: str, words: str) -> str:
    """What of a message's text stands around the words, its beginning where they are not seen;
    of an action without who does it."""
    line = plain_words(text.removeprefix(ACTION) if is_action(text) else shown_text(text, ""))
    hit = next((start for start, _end in folded_places(words, line)), 0)
    begin = _beginning(line, hit)
    end = begin + LENGTH_MAX
    if len(line) > end:
        end = place_between(line, end - 1, begin)
        return f"{_dots(begin)}{line[begin:end]}…"
    return f"{_dots(begin)}{line[begin:]}"


def _beginning(line: str, hit: int) -> int:
    """Where a word begins, not too far in front of the hit."""
    earliest = hit - BEFORE_MAX
    if earliest <= 0:
        return 0
    blank = line.find(" ", earliest - 1, hit)
    return place_between(line, earliest) if blank < 0 else blank + 1


def _dots(begin: int) -> str:
    return "…" if begin else ""
