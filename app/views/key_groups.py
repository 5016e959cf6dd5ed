"""All keys for people, under headings: from the table of the bindings, and what else parts take."""

from app.structs import Struct
from app.translation import N_, _
from app.views.key_bindings import KEY_TABLE, KeyCommand, Where
from app.views.key_words import key_text

_ROOMS, _MESSAGES = N_("Rooms"), N_("Messages")
_WRITING, _WINDOW = N_("Writing"), N_("Window")
#: In this order. What is in none of the sets belongs to the window.
_HEADINGS = (_ROOMS, _MESSAGES, _WRITING, _WINDOW)
_OF_ROOMS = frozenset(
    (
        KeyCommand.QUICK_SWITCHER,
        KeyCommand.NEXT_ROOM,
        KeyCommand.PREVIOUS_ROOM,
        KeyCommand.NEXT_UNREAD,
        KeyCommand.PREVIOUS_UNREAD,
        KeyCommand.ROOM_1,
        KeyCommand.ROOM_BACK,
        KeyCommand.ROOM_FORWARD,
        KeyCommand.ROOM_UP,
        KeyCommand.ROOM_DOWN,
        KeyCommand.ALL_READ,
    )
)
_OF_MESSAGES = frozenset(
    (
        KeyCommand.FIND,
        KeyCommand.SEARCH,
        KeyCommand.FIND_OLDER,
        KeyCommand.FIND_NEWER,
        KeyCommand.PAGE_UP,
        KeyCommand.PAGE_DOWN,
        KeyCommand.OLDEST_UNREAD,
        KeyCommand.NEWEST,
        KeyCommand.OLDEST,
        KeyCommand.TEXT_LARGER,
        KeyCommand.TEXT_SMALLER,
        KeyCommand.TEXT_USUAL,
    )
)
#: What else the field and the parts reached by F6 take; behind a comma stands the next key.
_OTHER_KEYS = (
    (_MESSAGES, "Shift+F6, Up", N_("From the field: choose a message")),
    (_MESSAGES, "R", N_("Quote the chosen message, or what is selected")),
    (_MESSAGES, "C", N_("Copy the chosen message")),
    (_MESSAGES, "Enter", N_("Open its link, or what it hides")),
    (_WRITING, "@  #  :  /", N_("Offer people, rooms, emoji, commands")),
    (_WINDOW, "Up · Down · Home · End", N_("Move in lists and messages")),
    (_WINDOW, "A … Z", N_("To the name in a list")),
)


class KeyGroup(Struct, frozen=True):
    """A heading, and (keys, what they do) below it."""

    heading: str
    rows: tuple[tuple[str, str], ...]


def key_groups(*, control_sends: bool = False) -> list[KeyGroup]:
    """All of them; with `control_sends` Enter breaks the line."""
    send, new_line = N_("Send"), N_("Begin a new line")
    other = {KeyCommand.ENTER: new_line, KeyCommand.SEND: send} if control_sends else {}
    listed = [
        (_heading(binding.command, binding.where), binding.keys, binding.words)
        if binding.command not in other
        else (_WRITING, binding.keys, other[binding.command])
        for binding in KEY_TABLE
        if binding.keys
    ]
    groups = []
    for heading in _HEADINGS:
        rows = [row[1:] for row in (*listed, *_OTHER_KEYS) if row[0] == heading]
        shown = tuple((key_text(keys), _(words)) for keys, words in rows)
        groups.append(KeyGroup(_(heading), shown))
    return groups


def _heading(command: KeyCommand, where: Where) -> str:
    if command in _OF_ROOMS:
        return _ROOMS
    if command in _OF_MESSAGES:
        return _MESSAGES
    is_writing = where is Where.FIELD or command is KeyCommand.EMOJI_PICKER
    return _WRITING if is_writing else _WINDOW
