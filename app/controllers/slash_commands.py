"""What stands behind a slash: text in, command out; unknown ones are never sent.

One table says which commands there are: what must be given, the usage and the help come from it.
"""

from __future__ import annotations

from typing import Final

from app.action_text import ACTION, plain_text
from app.controllers.typed_times import split_time
from app.markup import unmarked
from app.spoilers import spoiler_of
from app.structs import Struct
from app.translation import N_, _


class Say(Struct, frozen=True):
    """Send this text."""

    text: str


class Join(Struct, frozen=True):
    """Join the room; ``create`` it if there is none."""

    room: str
    create: bool = False


class Part(Struct, frozen=True):
    """Leave the room, empty for the one that is open."""

    room: str


class Topic(Struct, frozen=True):
    """Set the topic, None to show it."""

    text: str | None


class Nick(Struct, frozen=True):
    """Take another name."""

    name: str


class Away(Struct, frozen=True):
    """Be away from the keyboard, or back; ``text`` is what others read of it."""

    is_away: bool
    text: str = ""


class Invite(Struct, frozen=True):
    """Put a link to the open room on the clipboard."""


class Ignore(Struct, frozen=True):
    """Hide what a person writes, on this computer, or no longer; "" lists who is hidden."""

    nick: str
    is_on: bool


class Clear(Struct, frozen=True):
    """Empty the view of the room; nothing is deleted."""


class JumpToDate(Struct, frozen=True):
    """Show the open room from a day on, as it was typed."""

    day: str


class Remind(Struct, frozen=True):
    """Remind of the text at a time, as it was typed; without either, show what is to come."""

    time: str = ""
    text: str = ""


class Whois(Struct, frozen=True):
    """Show the card of a person."""

    nick: str


class About(Struct, frozen=True):
    """Say what program and server this is."""


class Help(Struct, frozen=True):
    """Say how a command is used, or with "" show which there are."""

    text: str


class Mistake(Struct, frozen=True):
    """Nothing was sent; ``text`` says why, and the text stays in the field."""

    text: str


Command = (
    Say | Join | Part | Topic | Nick | Away | Invite | Ignore | JumpToDate | Remind | Whois
    | Clear | About | Help | Mistake
)  # fmt: skip

_WRITING: Final = N_("Writing")
_ROOMS: Final = N_("Rooms")
_PEOPLE: Final = N_("People")
_PROGRAM: Final = N_("Program")
_TIME_TEXT: Final = N_("<time> <text>")
#: Name, arguments, what it does, under which heading; those of a heading together. In angle
#: brackets what must be, in square ones what may be.
_TABLE: Final = (
    ("me", N_("<text>"), N_("say what you are doing"), _WRITING),
    ("plain", N_("<text>"), N_("send the text as it is, its asterisks and all"), _WRITING),
    ("spoiler", N_("<text>"), N_("write something that shows when it is clicked"), _WRITING),
    ("shrug", N_("[<text>]"), N_("add a shrug"), _WRITING),
    ("join", N_("<#room>"), N_("join a room"), _ROOMS),
    ("create", N_("<#room>"), N_("create a room, or join the one of that name"), _ROOMS),
    ("part", N_("[<#room>]"), N_("leave a room"), _ROOMS),
    ("topic", N_("[<text>]"), N_("show or set the topic"), _ROOMS),
    ("invite", "", N_("copy a link to this room"), _ROOMS),
    ("jumptodate", N_("<date>"), N_("show the room from a day on"), _ROOMS),
    ("clear", "", N_("empty the view; nothing is deleted"), _ROOMS),
    ("nick", N_("<nick>"), N_("take another name"), _PEOPLE),
    ("away", N_("[<text>]"), N_("show the others that you are away, and why"), _PEOPLE),
    ("back", "", N_("be here again"), _PEOPLE),
    ("whois", N_("<nick>"), N_("show who somebody is"), _PEOPLE),
    ("ignore", N_("[<nick>]"), N_("hide what a person writes, on this computer"), _PEOPLE),
    ("unignore", N_("<nick>"), N_("show it again"), _PEOPLE),
    ("remind", N_("[<time> <text>]"), N_("remind you, or list what is to come"), _PROGRAM),
    ("about", "", N_("what program and server this is"), _PROGRAM),
    ("help", N_("[<command>]"), N_("list the commands"), _PROGRAM),
)
_SHRUG: Final = "¯\\_(ツ)_/¯"
_ALIASES: Final = {"leave": "part"}
_ARGUMENTS: Final = {row[0]: row[1] for row in _TABLE}


def command_list() -> list[tuple[str, str, str, str]]:
    """Name, arguments, what it does and heading of each command, in the order of the table; then
    their other names, without a heading."""
    rows = [(name, _(arguments), _(what), _(group)) for name, arguments, what, group in _TABLE]
    words = {name: (arguments, what) for name, arguments, what, _group in rows}
    return rows + [(alias, *words[name], "") for alias, name in _ALIASES.items()]


def parse_command(text: str) -> Command:
    """What a person wants who sent ``text``: mostly, to say it."""
    if not text.startswith("/"):
        return Say(text)
    if text.startswith("//"):
        return Say(plain_text(text[1:]))
    word, rest = _split(text)
    name = _ALIASES.get(word.casefold(), word.casefold())
    if name not in _ARGUMENTS:
        words = _("No command named '/{word}'. Type // to start with a slash.")
        return Mistake(words.format(word=word))
    if rest and not _ARGUMENTS[name]:
        return Mistake(_("Usage: {usage}").format(usage=f"/{name}"))
    if not rest and _ARGUMENTS[name].startswith("<"):
        return Mistake(_("Usage: {usage}").format(usage=f"/{name} {_(_ARGUMENTS[name])}"))
    match name:
        case "me":
            return Say(f"{ACTION}{rest}")
        case "join" | "create":
            return Join(rest.removeprefix("#"), name == "create")
        case "part":
            return Part(rest.removeprefix("#"))
        case "topic":
            return Topic(rest or None)
        case "nick":
            return Nick(rest)
        case "away" | "back":
            return Away(name == "away", rest)
        case "invite":
            return Invite()
        case "ignore" | "unignore":
            return Ignore(rest.removeprefix("@"), name == "ignore")
        case "clear":
            return Clear()
        case "jumptodate":
            return JumpToDate(rest)
        case "remind":
            time, text = split_time(rest)
            if rest and not text:
                return Mistake(_("Usage: {usage}").format(usage="/remind " + _(_TIME_TEXT)))
            return Remind(time, text)
        case "whois":
            return Whois(rest.removeprefix("@"))
        case "plain":
            return Say(plain_text(unmarked(rest)))
        case "spoiler":
            return Say(spoiler_of(rest))
        case "shrug":
            return Say(f"{rest} {_SHRUG}".strip())
        case "about":
            return About()
        case _:
            return _help(rest)


def _split(text: str) -> tuple[str, str]:
    parts = text[1:].split(maxsplit=1)
    # "/ word" names no command, however one looks at it.
    if not parts or text[1].isspace():
        return "", text[1:].strip()
    return parts[0], parts[1].strip() if len(parts) > 1 else ""


def _help(word: str) -> Command:
    wanted = word.removeprefix("/").casefold()
    wanted = _ALIASES.get(wanted, wanted)
    if wanted and wanted not in _ARGUMENTS:
        return Mistake(_("No command named '/{word}'.").format(word=wanted))
    for name, arguments, what, _group in _TABLE:
        if name == wanted:
            usage = f"/{name} {_(arguments)}" if arguments else f"/{name}"
            return Help(_("{usage}: {what}").format(usage=usage, what=_(what)))
    return Help("")
