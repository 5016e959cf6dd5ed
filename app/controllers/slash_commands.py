"""What stands behind a slash: text in, command out; unknown ones are never sent.

One table says which commands there are: what must be given, the usage and the help come from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Say:
    """Send this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """Join the room, or create it."""

    room: str


@dataclass(frozen=True, slots=True)
class Part:
    """Leave the room, empty for the one that is open."""

    room: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Set the topic, None to show it."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Nick:
    """Take another name."""

    name: str


@dataclass(frozen=True, slots=True)
class Help:
    """Say what commands there are."""

    text: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """Nothing was sent; ``text`` says why, and the text stays in the field."""

    text: str


Command = Say | Join | Part | Topic | Nick | Help | Mistake

#: Name, arguments, what it does. In angle brackets what must be, in square ones what may be.
_TABLE: Final = (
    ("me", "<text>", "say what you are doing"),
    ("join", "<#room>", "join a room, or create it"),
    ("part", "[<#room>]", "leave a room"),
    ("topic", "[<text>]", "show or set the topic"),
    ("nick", "<nick>", "take another name"),
    ("help", "[<command>]", "list the commands"),
)
_ALIASES: Final = {"leave": "part"}
_USAGES: Final = {name: f"/{name} {arguments}" for name, arguments, _ in _TABLE}


def command_list() -> list[tuple[str, str]]:
    """Name of each command, and its arguments and what it does."""
    return [(name, f"{arguments} {what}") for name, arguments, what in _TABLE]


def parse_command(text: str) -> Command:
    """What a person wants who sent ``text``: mostly, to say it."""
    if not text.startswith("/"):
        return Say(text)
    if text.startswith("//"):
        return Say(text[1:])
    word, rest = _split(text)
    name = _ALIASES.get(word.casefold(), word.casefold())
    if name not in _USAGES:
        return Mistake(f"No command named '/{word}'. Type // to start with a slash.")
    if not rest and _USAGES[name].split(" ", 1)[1].startswith("<"):
        return Mistake(f"Usage: {_USAGES[name]}")
    match name:
        case "me":
            return Say(f"/me {rest}")
        case "join":
            return Join(rest.removeprefix("#"))
        case "part":
            return Part(rest.removeprefix("#"))
        case "topic":
            return Topic(rest or None)
        case "nick":
            return Nick(rest)
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
    if wanted and wanted not in _USAGES:
        return Mistake(f"No command named '/{wanted}'.")
    lines = [
        f"/{name} {arguments}: {what}" for name, arguments, what in _TABLE if wanted in ("", name)
    ]
    if not wanted:
        lines.append("//text: send /text")
    return Help("\n".join(lines))
