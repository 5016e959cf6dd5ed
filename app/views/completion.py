"""What is being completed: the word before the caret as a question for names. No Tk."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from app.structs import Struct
from app.views.emoji_catalogue import search_emoji, shortcode_of
from app.views.matching import folded, ranked
from app.views.rows import CommandRow, PersonRow, Presence, RoomRow

ROWS_MAX = 8


class Sign(Enum):
    PERSON = "@"
    ROOM = "#"
    EMOJI = ":"
    COMMAND = "/"


class Question(Struct, frozen=True):
    """`typed` stands behind the sign; `length` is that of both, in characters."""

    sign: Sign
    typed: str
    length: int


_ASKED = re.compile(
    r"(?:^|(?<=[\s(]))(?:@(?P<person>[^\s@]{0,32})|#(?P<room>[^\s#]{0,32})"
    r"|:(?P<emoji>[\w+\-]{2,32}))$"
)
_COMMAND = re.compile(r"^/(\w{0,20})$")
_WORD = re.compile(r"(\S+)$")


def question_at(line_before: str, *, is_first_line: bool) -> Question | None:
    """What the text before the caret asks for, None if it asks for nothing."""
    command = _COMMAND.match(line_before) if is_first_line else None
    if command is not None:
        return Question(Sign.COMMAND, command.group(1), len(line_before))
    match = _ASKED.search(line_before)
    if match is None:
        return None
    signs = {"person": Sign.PERSON, "room": Sign.ROOM, "emoji": Sign.EMOJI}
    typed = match.group(match.lastgroup or "")
    return Question(signs[match.lastgroup or ""], typed, len(typed) + 1)


def people_for(
    typed: str, people: Sequence[PersonRow], writers: Sequence[str], most: int = ROWS_MAX
) -> list[PersonRow]:
    """People that fit: whose very name it is; among equals who is here, and there `writers` (ids,
    who wrote last first) before the rest."""
    places = {person: place for place, person in enumerate(writers)}

    def importance(row: PersonRow) -> tuple[bool, int, str]:
        is_gone = row.presence is Presence.OFFLINE
        return is_gone, places.get(row.person_id, len(places)), folded(row.name)

    others = sorted((row for row in people if not row.is_self), key=importance)
    return ranked(typed, others, lambda row: row.name, most)


def rooms_for(typed: str, rooms: Iterable[RoomRow]) -> list[RoomRow]:
    return ranked(typed, rooms, lambda row: row.name, ROWS_MAX)


def commands_for(typed: str, commands: Iterable[CommandRow]) -> list[CommandRow]:
    """Commands that begin like this."""
    wanted = folded(typed)
    found = (row for row in commands if row.name.startswith(wanted))
    return sorted(found, key=lambda row: row.name)[:ROWS_MAX]


def emoji_for(typed: str) -> list[tuple[str, str]]:
    """Emoji with the names to type for them."""
    return [(emoji, shortcode_of(emoji)) for emoji in search_emoji(typed, ROWS_MAX)]


def nicks_for(line_before: str, people: Sequence[PersonRow], writers: Sequence[str]) -> list[str]:
    """For Tab behind a bare word: whole nicks that begin with it, best first."""
    match = _WORD.search(line_before)
    if match is None:
        return []
    wanted = folded(match.group(1))
    found = people_for(wanted, people, writers, len(people))
    return [row.name for row in found if folded(row.name).startswith(wanted)]


def word_before(line_before: str) -> str:
    """The word that ends at the caret."""
    match = _WORD.search(line_before)
    return match.group(1) if match is not None else ""
