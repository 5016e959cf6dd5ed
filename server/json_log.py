"""The server's log: one line of JSON for each event, a bounded number of them, no secrets.

An event is a constant sentence, and what it is about is a dictionary::

    _log.warning("the disk refused a batch", {"error": str(error)})

Nothing that people wrote belongs in either, nor names or keys: bytes are shown as their number,
and of an exception the type and the places, not what it says. Lines are ASCII, so that nothing in
them can end one or drive a terminal. The same event is written at most once a second; how often
it was left out stands in the next one.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, TextIO

LEVELS: Final = ("debug", "info", "warning", "error")

_EVERY_S: Final = 1.0
#: Events remembered at once; a program has fewer.
_EVENTS_MAX: Final = 256
#: Lines in one second: whatever strangers do, the log grows by less than 1 MB a minute.
_LINES_MAX: Final = 10
_TEXT_MAX: Final = 300
_FRAMES_MAX: Final = 12


def configure(level: str, stream: TextIO) -> None:
    """Send everything from ``level`` (one of ``LEVELS``) on to ``stream``, in this form."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RepeatFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # A log that cannot be written (a closed pipe) is no reason to say so on the same pipe.
    logging.raiseExceptions = False


class RepeatFilter(logging.Filter):
    """Lets the same event through once a second; the next one says how often it did not."""

    def __init__(self) -> None:
        super().__init__()
        #: Event -> when it was last let through, how many were not since then.
        self._seen: dict[tuple[str, int, object, object], tuple[float, int]] = {}
        #: The second of the last line, and how many lines it has had.
        self._second = 0
        self._lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by logging for each record."""
        event = (record.name, record.levelno, record.msg, _exception_place(record))
        if event not in self._seen and len(self._seen) >= _EVENTS_MAX:
            self._seen.clear()
        last, left_out = self._seen.get(event, (float("-inf"), 0))
        second = int(record.created)
        if second != self._second:
            self._second, self._lines = second, 0
        if 0 <= record.created - last < _EVERY_S or self._lines >= _LINES_MAX:
            self._seen[event] = (last, left_out + 1)
            return False
        self._lines += 1
        self._seen[event] = (record.created, 0)
        record.left_out = left_out
        return True


class JsonFormatter(logging.Formatter):
    """A record as one line: time (UTC), level, place, event, then what the event is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Called by logging for each record."""
        line: dict[str, Any] = {
            "time": _iso_time(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if isinstance(record.args, Mapping):
            line["event"] = _shown(record.msg)
            for name, value in record.args.items():
                line.setdefault(name, _shown(value))
        else:
            line["event"] = _shown(record.getMessage())
        if left_out := getattr(record, "left_out", 0):
            line["left_out"] = left_out
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True)


def _iso_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _shown(value: object) -> Any:
    """A value that JSON has, short, and without what may be a key or what somebody wrote."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping):
        return {str(key)[:_TEXT_MAX]: _shown(each) for key, each in value.items()}
    return str(value)[:_TEXT_MAX]


def _places(trace: TracebackType | None) -> list[str]:
    """The innermost calls, outermost first, as ``file:line function``."""
    frames = traceback.extract_tb(trace, limit=-_FRAMES_MAX)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(path: str) -> str:
    return "/".join(path.replace("\\", "/").rsplit("/", 2)[-2:])


def _exception_place(record: logging.LogRecord) -> object:
    """What tells one exception from another: its type and where it was raised."""
    if not record.exc_info or record.exc_info[0] is None:
        return None
    trace = record.exc_info[2]
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return record.exc_info[0], None if trace is None else (trace.tb_frame.f_code, trace.tb_lineno)
