"""Finds emoji in text, and names them: without Tk.

The table of the library takes 20 ms and two megabytes, so it is loaded when the first emoji could
be there. Its own search is not used: that makes a tree as large again of it, and looks at joined
signs again from each of them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_MAYBE = "\u203c-\u3299\U0001f000-\U000e007f"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
#: Nothing outside of it is an emoji; what is in it may be one, or several.
_RUN = re.compile(f"(?:{_KEYCAP}|[{_MAYBE}])(?:[{_MAYBE}\ufe0e\ufe0f\u200d]|{_KEYCAP})*")
#: Longer runs are not remembered.
_REMEMBERED_LENGTH_MAX = 40
#: Signs of plain text that emoji sets have, too.
_TEXT_SIGNS = frozenset("™↔↕↖↗↘↙↩↪‼⁉ℹ")


@lru_cache(maxsize=1024)
def emoji_named(shortcode: str) -> str:
    """The emoji of `:tada:`, empty if there is none of that name."""
    import emoji

    found = emoji.emojize(shortcode.lower(), language="alias")
    return "" if found == shortcode.lower() else found


def may_have_emoji(text: str) -> bool:
    """A quick look; False is certain."""
    return not text.isascii() and _RUN.search(text) is not None


def emoji_places(text: str) -> Iterator[tuple[int, int]]:
    """Where emoji stand in the text, as (start, end); a joined family is one."""
    if text.isascii():
        return
    for run in _RUN.finditer(text):
        signs, at = run.group(), run.start()
        find = _remembered if len(signs) <= _REMEMBERED_LENGTH_MAX else _found
        for start, end in find(signs):
            yield at + start, at + end


def _found(signs: str) -> tuple[tuple[int, int], ...]:
    """From the left, each time the longest one there is."""
    import emoji

    places: list[tuple[int, int]] = []
    at, table, length_max = 0, emoji.EMOJI_DATA, _length_max()
    while at < len(signs):
        ends = range(min(len(signs), at + length_max), at, -1)
        end = next((end for end in ends if signs[at:end] in table), 0)
        if end and signs[at:end] not in _TEXT_SIGNS:
            places.append((at, end))
        at = end or at + 1
    return tuple(places)


@lru_cache(maxsize=1)
def _length_max() -> int:
    """Of all emoji the longest, in characters."""
    import emoji

    return max(map(len, emoji.EMOJI_DATA))


_remembered = lru_cache(maxsize=1024)(_found)
