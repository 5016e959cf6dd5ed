"""Finds emoji in text, and names them: without Tk.

The table of the library takes 20 ms and two megabytes, so it is loaded when the first emoji could
be there. Its own search is not used: that makes a tree as large again of it, and looks at joined
signs again from each of them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

#: Without kana and Han: a message in them must not be one long run.
_MAYBE = "\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
#: Nothing outside of it is an emoji; what is in it may be one, or several.
_RUN = re.compile(f"(?:{_KEYCAP}|[{_MAYBE}])(?:[{_MAYBE}\ufe0e\ufe0f\u200d]|{_KEYCAP})*")
_JOINER = "\u200d"
#: What belongs to the sign before it: variations, the ring of a key, skin tones, and the letters
#: of a region's flag.
_BEHIND = re.compile("[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
#: No picture is joined of more signs: what goes on for longer is cut anyway.
_JOINED_MAX = 32
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


def emoji_name(sign: str) -> str:
    """The shortcode of an emoji that `emoji_places` found, as `:tada:`."""
    import emoji

    names = emoji.EMOJI_DATA[sign]
    return str(names["alias"][0] if "alias" in names else names["en"])


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


def place_between(text: str, at: int, start: int = 0) -> int:
    """Where to part the text so that no picture is cut: at ``at``, or a little before; never at
    ``start``, where the part in front begins."""
    place, first = at, max(start + 1, at - _JOINED_MAX)
    while first <= place < len(text) and _goes_on(text, place, start):
        place -= 1
    return place if place >= first else at


def _goes_on(text: str, at: int, start: int) -> bool:
    """Whether the picture before this place goes on behind it."""
    if text[at] == _JOINER or text[at - 1] == _JOINER or _BEHIND.match(text, at):
        return True
    if text[at] not in _FLAG_LETTERS:
        return False
    letters = at
    while letters > start and text[letters - 1] in _FLAG_LETTERS:
        letters -= 1
    return (at - letters) % 2 == 1  # the second one of a flag


def _found(signs: str) -> tuple[tuple[int, int], ...]:
    """From the left, each time the longest one there is."""
    import emoji

    places: list[tuple[int, int]] = []
    at, table, lengths_max = 0, emoji.EMOJI_DATA, _lengths_max()
    while at < len(signs):
        for length in range(lengths_max.get(signs[at], 0), 0, -1):
            sign = signs[at : at + length]
            if sign in table:
                if sign not in _TEXT_SIGNS:
                    places.append((at, at + len(sign)))
                at += len(sign)
                break
        else:
            at += 1
    return tuple(places)


@lru_cache(maxsize=1)
def _lengths_max() -> dict[str, int]:
    """Of the emoji that begin with a sign the longest, in characters; by the sign."""
    import emoji

    lengths: dict[str, int] = {}
    for each in emoji.EMOJI_DATA:
        lengths[each[0]] = max(len(each), lengths.get(each[0], 0))
    return lengths


_remembered = lru_cache(maxsize=1024)(_found)
