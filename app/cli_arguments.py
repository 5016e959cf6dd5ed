"""What stands on the command line: a command with its options, or what the window is to open.

Options may stand before or after the command and between its words, which ``argparse`` does only
for a parser without commands: so the command is found first and taken out.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from app.about import own_version
from app.client_config import ServerAddress, parse_address
from protocol.limits import NICK_CODE_POINTS_MAX
from protocol.text_rules import canonical_name

PROGRAM: Final = "hubbub"
WRONG_USAGE: Final = 2
DEFAULT_TIMEOUT_S: Final = 30.0
#: So long ``history`` waits for the server before what is here has to do, unless a time was named.
PATIENCE_S: Final = 2.0
DEFAULT_LAST: Final = 50
#: ``history`` holds what it prints in memory.
LAST_MAX: Final = 100_000
_NUMBER_MAX: Final = 2**63 - 1
_TIMEOUT_MAX_S: Final = 365 * 86400.0

_COMMANDS: Final = {
    "send": "Send messages to a room that there is, joining it if need be; without TEXT one for"
    " each line of standard input. Prints a receipt for each, once it is on the server's disk.",
    "tail": "Print what is said in a room as it comes, in order.",
    "history": "Print the newest entries of a room, oldest first; where the server does not answer"
    f" within {PATIENCE_S:g} s, or --timeout, those on this computer.",
    "rooms": "Print the rooms of the server.",
}
_WITH_VALUE: Final = frozenset({"--server", "--name", "--data", "--timeout", "--room"})


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, read and checked."""

    #: One of the commands, or empty: the window.
    command: str = ""
    #: None for the last one used.
    server: ServerAddress | None = None
    #: Empty for the one used last.
    name: str = ""
    #: None for the system's place.
    data: Path | None = None
    #: None: as long as usual to reach the server, and ``tail`` then goes on until it is ended.
    timeout_s: float | None = None
    json: bool = False
    #: Without ``#``; empty if none was named.
    room: str = ""
    #: Make the room if there is none.
    create: bool = False
    #: The words of the message, None for standard input.
    text: tuple[str, ...] | None = None
    since: int | None = None
    count: int | None = None
    last: int = DEFAULT_LAST


def parse_arguments(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the program where it is wrong (code 2), or asks for help."""
    place = _first_word(arguments)
    word = "" if place is None else arguments[place]
    if place is not None and word in _COMMANDS:
        parser = _command_parser(word)
        rest = [*arguments[:place], *arguments[place + 1 :]]
        return _options(word, parser, parser.parse_intermixed_args(rest))
    parser = _window_parser()
    if word and "://" not in word:
        parser.error(f"there is no command {word!r}, only {', '.join(_COMMANDS)}")
    return _options("", parser, parser.parse_args(arguments))


def _first_word(arguments: Sequence[str]) -> int | None:
    """Where the first argument stands that is neither an option nor the value of one."""
    is_value = False
    for place, argument in enumerate(arguments):
        if argument == "--":
            return None
        if not is_value and not argument.startswith("-"):
            return place
        is_value = not is_value and argument in _WITH_VALUE
    return None


def _options(command: str, parser: argparse.ArgumentParser, found: argparse.Namespace) -> Options:
    given = vars(found)
    server: ServerAddress | None = given["server"]
    link: ServerAddress | None = given.get("link")
    if server is not None and link is not None:
        parser.error("a link names the server already: --server is too much")
    server = server or link
    room: str = given.get("room") or (server.room if server and not command else "") or ""
    if command and command != "rooms" and not room.removeprefix("#"):
        parser.error("ROOM is empty")
    return Options(
        command=command,
        server=server,
        name=given["name"] or "",
        data=given["data"],
        timeout_s=given["timeout"],
        json=given["json"],
        room=room.removeprefix("#"),
        create=given.get("create", False),
        text=tuple(given.get("text") or ()) or None,
        since=given.get("since"),
        count=given.get("count"),
        last=given.get("last", DEFAULT_LAST),
    )


def _started_as() -> str:
    """What to type for it again: the program's name, or the module where it is not installed."""
    return "python -m app" if Path(sys.argv[0]).name == "__main__.py" else PROGRAM


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line, as for every other failure."""
        line = " ".join(message.split())
        self.exit(WRONG_USAGE, f"{PROGRAM}: {line}; --help lists what there is\n")


def _command_parser(command: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"{_started_as()} {command}",
        description=_COMMANDS[command],
        allow_abbrev=False,
    )
    _add_common(parser)
    add = parser.add_argument
    if command != "rooms":
        add("room", metavar="ROOM", help="name of the room, with or without #")
    if command == "send":
        add("--create", action="store_true", help="make the room if there is none of that name")
        add("text", metavar="TEXT", nargs="*", help="the message (default: standard input)")
    if command == "tail":
        add("--since", type=_number, metavar="N", help="begin with entry N, not the next new one")
        add("--count", type=_number, metavar="N", help="end after N entries")
    if command == "history":
        help_text = f"how many (default: {DEFAULT_LAST})"
        add("--last", type=_last, metavar="N", default=DEFAULT_LAST, help=help_text)
    return parser


def _window_parser() -> argparse.ArgumentParser:
    commands = "".join(f"\n  {name:9}{text.split(';')[0]}" for name, text in _COMMANDS.items())
    parser = _Parser(
        prog=_started_as(),
        description="Group chat for people who share a network. Without a command: the window.",
        epilog=f"commands (each has its --help):{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_common(parser)
    parser.add_argument("--room", help="room to open")
    parser.add_argument(
        "link", nargs="?", type=_server, metavar="LINK", help="hubbub://… as others pass it on"
    )
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {own_version()}")
    return parser


def _add_common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--server", type=_server, metavar="HOST:PORT[#FINGERPRINT]", help="default: the last used")
    add(
        "--name", type=_nick, metavar="NICK", help="who you are (default: as before, or your login)"
    )
    add("--data", type=_folder, metavar="DIR", help="folder of key, outbox and history: the device")
    add(
        "--timeout", type=_timeout, metavar="S",
        help=f"seconds that the whole command may take (default: {DEFAULT_TIMEOUT_S:g}; tail: those"
        " until it follows the room, then without end)",
    )  # fmt: skip
    add("--json", action="store_true", help="print one JSON object a line")


def _server(text: str) -> ServerAddress:
    try:
        return parse_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _nick(text: str) -> str:
    if len(text) > NICK_CODE_POINTS_MAX:
        most = f"at most {NICK_CODE_POINTS_MAX} characters"
        raise argparse.ArgumentTypeError(f"a nick of {len(text)} characters: {most}")
    if canonical_name(text) is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} cannot be a nick: one begins with no #, @ or /, has no blanks around it, is"
            " in one script and has no hidden signs"
        )
    return text


def _folder(text: str) -> Path:
    if not text:
        # It would be the folder one is in, and that is never meant.
        raise argparse.ArgumentTypeError("the folder has no name")
    return Path(text)


def _number(text: str) -> int:
    return _whole_number(text, _NUMBER_MAX)


def _last(text: str) -> int:
    return _whole_number(text, LAST_MAX)


def _whole_number(text: str, greatest: int) -> int:
    # isdecimal alone would let other scripts' digits in, and a long number is slow to read.
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= greatest):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number from 1 to {greatest}")
    return int(text)


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _TIMEOUT_MAX_S:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number of seconds above 0")
    return seconds
