"""What happened in a run: a hash of everything, the last events in words, and what was counted."""

from __future__ import annotations

import hashlib
import struct
import traceback
from collections import Counter, deque
from collections.abc import Callable

from protocol.datagrams import DatagramType

_TIME = struct.Struct(">d")
_RECENT = 60


class Violation(Exception):
    """A promise was broken; the text says which, when, and how."""

    def __init__(self, invariant: str, text: str) -> None:
        super().__init__(f"{invariant}: {text}")
        self.invariant = invariant
        self.text = text


def guarded(core: str, call: Callable[[], None]) -> None:
    """Call a core, named by ``core``; whatever it raises breaks a promise."""
    try:
        call()
    except Violation:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error)[-5:])
        raise Violation("S16", f"{core} raised {error!r}\n{text}") from error


class Trace:
    """Two runs of one seed have the same hash, or something in them was left to chance."""

    def __init__(self, *, full: bool) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self.lines: deque[tuple[float, str]] = deque(maxlen=None if full else _RECENT)
        self.full = full
        #: What sealed datagrams hold, while everything is kept.
        self.meanings: dict[bytes, str] = {}
        #: Faults by name, and things that ought to happen sometimes.
        self.faults: Counter[str] = Counter()
        self.sometimes: Counter[str] = Counter()
        self.checks: Counter[str] = Counter()
        #: Datagrams that brought what somebody had asked for.
        self.repairs = 0
        #: Since all is well: entries asked for in datagrams that had left before. Of each client's
        #: keys, by their index at the server, how many datagrams had.
        self.asked_late = 0
        self.sent_before: dict[int, int] = {}
        #: How often the server came back.
        self.restarts = -1

    def datagram(self, now: float, way: str, datagram: bytes) -> None:
        """One datagram left (``way`` says from whom to whom)."""
        self._hash.update(_TIME.pack(now))
        self._hash.update(way.encode())
        self._hash.update(datagram)
        if self.full:
            meaning = self.meanings.get(datagram) or DatagramType(datagram[0]).name
            self.lines.append((now, f"{way} {len(datagram)} bytes: {meaning}"))

    def state(self, now: float, state: str) -> None:
        """Everything that counts, as it is now."""
        self._hash.update(state.encode())
        if self.full:
            self.lines.append((now, f"-- state {self.digest()[:12]}"))

    def note(self, now: float, text: str) -> None:
        """Something worth reading happened."""
        self._hash.update(_TIME.pack(now))
        self._hash.update(text.encode())
        self.lines.append((now, text))

    def fault(self, now: float, name: str, text: str = "", *, say: bool = False) -> None:
        """A fault was injected."""
        self.faults[name] += 1
        if say or self.full:
            self.note(now, f"!! {name} {text}")

    def digest(self) -> str:
        """The hash of all so far."""
        return self._hash.hexdigest()

    def text(self) -> str:
        """The lines kept, a time before each."""
        return "\n".join(f"{now:11.4f}  {line}" for now, line in self.lines)
