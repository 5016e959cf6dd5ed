"""What the command line prints: an object a line for programs, or lines for people.

Texts of other people pass through here on their way to a terminal, which obeys control
characters: people see them as escapes, and so does JSON, whose objects then stay on one line for
every reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, TextIO

from app.action_text import is_action, shown_text
from app.models.records import RoomEntry
from app.structs import replace
from protocol.frames import EntryFlag, EntryKind

#: 31 December 9999: a server may say what it likes.
_TIME_MS_MAX: Final = 253_402_300_799_999
_KINDS: Final[dict[int, str]] = {
    EntryKind.MESSAGE: "message",
    EntryKind.CREATED: "created",
    EntryKind.JOIN: "join",
    EntryKind.LEAVE: "leave",
    EntryKind.TOPIC: "topic",
    EntryKind.NAME: "name",
}
#: Control characters, separators of lines, and what turns the direction of writing.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_INDENT: Final = " " * 4


def join_parts(entries: Iterable[RoomEntry]) -> Iterator[RoomEntry]:
    """Messages of several entries as one, with the number of the last."""
    texts: list[str] = []
    for entry in entries:
        texts.append(entry.text)
        if not entry.flags & EntryFlag.CONTINUES:
            yield replace(entry, text="".join(texts)) if len(texts) > 1 else entry
            texts = []


def kind_name(kind: int) -> str:
    """What happened, in a word."""
    return _KINDS.get(kind, f"kind-{kind}")


def written_text(entry: RoomEntry) -> str:
    """What a person wrote: nothing if the server did, or if somebody only came or went."""
    if not entry.author or entry.kind in (EntryKind.JOIN, EntryKind.LEAVE):
        return ""
    return entry.text


def iso_time(time_ms: int) -> str:
    """Milliseconds since 1970 as ISO 8601 in UTC."""
    seconds, milliseconds = divmod(min(max(time_ms, 0), _TIME_MS_MAX), 1000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def age_text(age_ms: int) -> str:
    """A time that went by, as people say it: "20 s", "5 min", "3 h", "12 days"."""
    seconds = max(0, age_ms) // 1000
    for least, size, unit in ((2 * 86400, 86400, "days"), (2 * 3600, 3600, "h"), (120, 60, "min")):
        if seconds >= least:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def message_count(count: int) -> str:
    """So many messages, in words."""
    return "1 message" if count == 1 else f"{count} messages"


def waiting_words(count: int) -> str:
    """So many messages are in the outbox."""
    return f"{message_count(count)} {'waits' if count == 1 else 'wait'} in the outbox"


def safe_line(text: str) -> str:
    """One line that a terminal only shows."""
    return _UNSAFE.sub(_escaped, text)


def safe_text(text: str) -> str:
    """Several lines that a terminal only shows; those after the first are indented, so that none
    passes for a line of ours."""
    lines = text.split("\n")
    return f"\n{_INDENT}".join(_UNSAFE.sub(_escaped, line) for line in lines)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == ord("\t"):
        return "\t"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _json_escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _words(entry: RoomEntry, name: str, text: str) -> str:
    """What people read of an entry, as in the window; the name shows on a terminal already."""
    if entry.kind == EntryKind.MESSAGE:
        shown = safe_text(shown_text(text, name))
        return shown if is_action(text) else f"{name}: {shown}"
    name, text = name or "Someone", safe_text(text)
    match entry.kind:
        case EntryKind.CREATED:
            return f"{name} created the room"
        case EntryKind.JOIN:
            return f"{name} joined"
        case EntryKind.LEAVE:
            return f"{name} left"
        case EntryKind.TOPIC:
            return f"{name} set the topic: {text}" if text else f"{name} took the topic away"
        case EntryKind.NAME:
            return f"{name} renamed the room to #{text}"
        case _:
            return " ".join(["*", name, kind_name(entry.kind), text]).rstrip()


class OutputError(Exception):
    """The output cannot be written; the text says why."""


class Printer:
    """Prints objects to a stream, each flushed at once: programs read as they come."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self._stream = stream
        self._as_json = as_json

    def receipt(self, room: str, number: int) -> None:
        """The message is durable."""
        self._print({"room": room, "seq": number}, f"{safe_line(room)} {number}")

    def entry(self, room: str, entry: RoomEntry, author: str) -> None:
        """An entry, or a message of several."""
        time = iso_time(entry.time_ms)
        text = written_text(entry)
        kind = kind_name(entry.kind)
        fields: dict[str, str | int] = {
            "room": room,
            "seq": entry.number,
            "time": time,
            "author": author,
            "kind": kind,
            "text": text,
        }
        self._print(fields, f"{entry.number} {time} {_words(entry, safe_line(author), text)}")

    def room(self, room: str, topic: str, people: int) -> None:
        """A room of the server."""
        who = "1 person" if people == 1 else f"{people} people"
        line = f"{safe_line(room)} ({who}) {safe_line(topic)}".rstrip()
        self._print({"room": room, "topic": topic, "people": people}, line)

    def _print(self, fields: dict[str, str | int], line: str) -> None:
        if self._as_json:
            line = _UNSAFE.sub(_json_escaped, json.dumps(fields, ensure_ascii=False))
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except BrokenPipeError:
            raise  # whoever read it has had enough
        except OSError as error:
            raise OutputError(f"the output cannot be written: {error.strerror}") from error
