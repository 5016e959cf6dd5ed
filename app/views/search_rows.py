"""Frozen values that the search over all rooms shows."""

from collections.abc import Sequence

from app.structs import Struct
from app.views.rows import Key


class FoundMessageRow(Struct, frozen=True):
    """A message that was found: where it is, by whom and of when, and what stands around the
    words, one line of plain text."""

    room_key: Key
    message_key: Key
    room_name: str
    author_id: str
    author_name: str
    when: str
    excerpt: str


class SearchRow(Struct, frozen=True):
    """What came so far of what was `typed`: messages, the newest first, in which the `words` are to
    be lit. `note` says how far it looked; `problem` what of the typed is not understood."""

    typed: str
    words: str = ""
    rows: Sequence[FoundMessageRow] = ()
    note: str = ""
    problem: str = ""
