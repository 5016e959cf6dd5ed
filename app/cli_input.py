"""Messages from standard input: one a line, each checked before it goes anywhere."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from protocol.limits import MESSAGE_BYTES_MAX
from protocol.text_rules import is_text

#: Lines that may be read before the first of them is on disk.
LINES_AHEAD_MAX: Final = 512
_READ_BYTES: Final = 64 * 1024


class BadText(ValueError):
    """A text that no server would take; the words say why."""


@dataclass(frozen=True, slots=True)
class InputLine:
    """A line, without its end; None if it was too long to keep."""

    number: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class InputEnd:
    """There is nothing more to read, or reading failed for this reason."""

    reason: str = ""


def checked_text(text: str) -> str:
    """The text as it may be sent.

    Raises:
        BadText: it is too long, no Unicode, or has control characters.
    """
    text = text.replace("\r\n", "\n")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadText("is not valid UTF-8") from None
    if size > MESSAGE_BYTES_MAX:
        raise BadText(f"has {size} bytes, more than {MESSAGE_BYTES_MAX}")
    if not is_text(text, MESSAGE_BYTES_MAX):
        raise BadText("has control characters")
    return text


def checked_line(line: InputLine) -> str:
    """A line of input as text. Raises ``BadText``."""
    if line.data is None:
        raise BadText(f"has more than {MESSAGE_BYTES_MAX} bytes")
    try:
        return checked_text(line.data.decode())
    except UnicodeDecodeError:
        raise BadText("is not valid UTF-8") from None


class LineSplitter:
    """Cuts bytes into lines and keeps no more of one than a message may have."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0
        self._is_too_long = False

    def feed(self, data: bytes) -> Iterator[InputLine]:
        """The lines that these bytes complete."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            self._keep(piece)
            yield self._take()
        self._keep(rest)

    def finish(self) -> Iterator[InputLine]:
        """What stands behind the last line end."""
        if self._rest or self._is_too_long:
            yield self._take()

    def _keep(self, piece: bytes) -> None:
        if len(self._rest) + len(piece) > MESSAGE_BYTES_MAX + 1:  # a CR is no part of the message
            self._rest, self._is_too_long = b"", True
        elif not self._is_too_long:
            self._rest += piece

    def _take(self) -> InputLine:
        self._number += 1
        line = None if self._is_too_long else self._rest.removesuffix(b"\r")
        self._rest, self._is_too_long = b"", False
        return InputLine(self._number, line)


class LineReader:
    """A thread that reads a file descriptor, because no system waits for one and for events."""

    def __init__(self, descriptor: int, hand_over: Callable[[InputLine | InputEnd], None]) -> None:
        self._descriptor = descriptor
        self._hand_over = hand_over
        self._permits = threading.Semaphore(LINES_AHEAD_MAX)
        # A daemon: a read that waits for a person cannot be ended. It goes around Python's
        # buffered reader, whose lock would not let the interpreter end either.
        self._thread = threading.Thread(target=self._run, name="input", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def line_done(self) -> None:
        """A line that was handed over is on disk, or was refused: another may be read."""
        self._permits.release()

    def _run(self) -> None:
        splitter = LineSplitter()
        try:
            while data := os.read(self._descriptor, _READ_BYTES):
                for line in splitter.feed(data):
                    self._give(line)
        except OSError as error:
            self._hand_over(InputEnd(f"standard input cannot be read: {error.strerror}"))
            return
        for line in splitter.finish():
            self._give(line)
        self._hand_over(InputEnd())

    def _give(self, line: InputLine) -> None:
        self._permits.acquire()
        self._hand_over(line)
