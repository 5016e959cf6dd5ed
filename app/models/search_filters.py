"""What is typed to search: words, and filters among them such as ``from:anna`` or ``in:#dev``.

A filter begins a word. What it names ends with the word, unless it stands in quotation marks; the
last of them may still be missing. One that names nothing is a word like any other, but says nothing
yet while it is the last thing that was typed.
"""

from __future__ import annotations

import re
from typing import Final

from app.structs import Struct

#: Of what is typed; what is behind them is not looked at.
TYPED_LENGTH_MAX: Final = 400

_FILTER: Final = re.compile(
    r"(?<!\S)(?P<key>[Ff]rom|[Ii]n|[Bb]efore|[Aa]fter):"
    r'(?:"(?P<quoted>[^"]*)(?:"(?!\S)|$)|(?P<plain>[^\s"]\S*)|$)\s*'
)
#: What people may write in front of a name.
_SIGNS: Final = {"from": "@", "in": "#"}


class TypedSearch(Struct, frozen=True):
    """The words without the filters, and what each kind of filter names."""

    words: str = ""
    people: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return self == TypedSearch()


def typed_search(typed: str) -> TypedSearch:
    """Take what was typed apart; nothing is wrong yet."""
    typed = typed[:TYPED_LENGTH_MAX]
    named: dict[str, list[str]] = {"from": [], "in": [], "before": [], "after": []}
    for match in _FILTER.finditer(typed):
        key = match["key"].lower()
        name = (match["quoted"] or match["plain"] or "").strip()
        name = name.removeprefix(_SIGNS.get(key, "")).strip()
        if name:
            named[key].append(name)
    people, rooms, before, after = map(tuple, named.values())
    return TypedSearch(_FILTER.sub("", typed).strip(), people, rooms, before, after)
