"""What a fault test promises and counts: faults seen, messages acknowledged, lost, doubled."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

import pytest

from app.models.events import SignedIn
from protocol.frames import EntryKind
from server.sqlite_log import SqliteLog
from tests.system.headless import Headless
from tests.system.processes import ServerProcess

#: Set, a skip is a failure: for the machine that signs a release.
REQUIRE: Final = "HUBBUB_FAULTS_REQUIRE"


@dataclass
class Ledger:
    """One scenario's line of the summary."""

    #: R1 to R13.
    number: str
    #: What was done and seen to have happened, and how often.
    faults: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    notes: list[str] = field(default_factory=list)

    def skip(self, tool: str, error: object) -> NoReturn:
        """This machine has not got what the scenario needs."""
        reason = f"{self.number}: {tool}: {error}"
        if os.environ.get(REQUIRE):
            pytest.fail(f"skipped, but {REQUIRE} is set: {reason}", pytrace=False)
        pytest.skip(reason)

    def attempt(self, *command: object) -> str:
        """Probe a tool by using it; its output. Skips the scenario if it does not work."""
        words = [str(word) for word in command]
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
        except OSError as error:
            self.skip(words[0], error)
        if done.returncode != 0:
            self.skip(" ".join(words), done.stderr.strip() or f"exit code {done.returncode}")
        return done.stdout


class Crowd:
    """People who talk about nothing, numbered, so that each word can be found again."""

    def __init__(self, *people: Headless) -> None:
        self.people = people
        self.said = dict.fromkeys((person.name for person in people), 0)

    def join(self, seconds: float = 60) -> None:
        """Everybody into the room."""
        for person in self.people:
            before = len(person.receipts)
            person.post(EntryKind.JOIN, "")
            person.until(lambda p=person, n=before: len(p.receipts) > n, seconds)  # type: ignore[misc]

    def say(self, count: int, *, by: Headless | None = None, width: int = 0) -> None:
        """So many messages of each person, or of one, of at least ``width`` characters."""
        for _ in range(count):
            for person in self.people if by is None else (by,):
                number = self.said[person.name]
                self.said[person.name] += 1
                person.say(f"{person.name} {number}".ljust(width, "."))

    def chatter(self, seconds: float, per_s: float, *, by: Headless | None = None) -> None:
        """Messages at a steady rate, all people together."""
        speakers = self.people if by is None else (by,)
        began, spoken = time.monotonic(), 0
        while (passed := time.monotonic() - began) < seconds:
            while spoken < passed * per_s:
                self.say(1, by=speakers[spoken % len(speakers)])
                spoken += 1
            time.sleep(0.005)

    @property
    def acknowledged(self) -> int:
        """Receipts for messages and joins together."""
        return sum(len(person.receipts) for person in self.people)

    def settle(self, seconds: float = 60, *, posts: int | None = None) -> None:
        """Wait until everybody has his receipts (joining was one) and all hold all messages."""
        total = sum(self.said.values()) if posts is None else posts
        for person in self.people:
            wanted = self.said[person.name]
            person.until(lambda p=person, n=wanted: len(p.receipts) >= n + 1, seconds)  # type: ignore[misc]
            person.until(lambda p=person, n=total: count_texts(p) >= n, seconds)  # type: ignore[misc]

    def judge(self, ledger: Ledger, server: ServerProcess) -> None:
        """Stop the server, compare what everybody was told with what is on disk."""
        devices = {person.name: device_of(person) for person in self.people}
        receipts = {person.name: dict(person.receipts) for person in self.people}
        code = server.stop()
        assert code == 0, f"the server ended with exit code {code}"
        log = open_log(server.folder)
        try:
            assert log.check() == []
            lost, doubled = compare(log, devices, receipts, self.people)
        finally:
            log.close()
        ledger.acknowledged += sum(map(len, receipts.values()))
        ledger.lost += lost
        ledger.doubled += doubled
        first, *others = (person.entries() for person in self.people)
        for entries in others:
            common = max(first[0].number, entries[0].number)
            assert [e for e in first if e.number >= common] == [
                e for e in entries if e.number >= common
            ], "one order for everybody"
        assert (ledger.lost, ledger.doubled) == (0, 0)


def compare(
    log: SqliteLog,
    devices: dict[str, int],
    receipts: dict[str, dict[int, tuple[int, int]]],
    people: Sequence[Headless] = (),
) -> tuple[int, int]:
    """How many receipts have no entry in the log, and how many messages are there twice."""
    lost = 0
    heads = {room.room: room.head for room in log.rooms()}
    held = {
        (room, entry.number): entry
        for room, head in heads.items()
        for first in range(1, head + 1, 200)
        for entry in log.entries(room, first, min(first + 199, head), 1 << 30)
    }
    for name, seen in receipts.items():
        for client_seq, place in seen.items():
            entry = held.get(place)
            lost += entry is None or (entry.device, entry.client_seq) != (devices[name], client_seq)
    texts = Counter(entry.text for entry in held.values() if entry.kind == EntryKind.MESSAGE)
    doubled = sum(count - 1 for count in texts.values())
    return lost, doubled + sum(person.doubled for person in people)


def count_texts(person: Headless) -> int:
    """Messages that somebody holds."""
    return sum(entry.kind == EntryKind.MESSAGE for entry in list(person.rooms.get(1, {}).values()))


def device_of(person: Headless) -> int:
    """The number the server gave to somebody's device."""
    return person.happened(SignedIn)[0].device


def open_log(folder: Path) -> SqliteLog:
    """A stopped server's log."""
    path = folder / "hubbub.sqlite3"
    return SqliteLog.open(path, random_bytes=random.randbytes, wake=lambda: None, threaded=False)


def eventually(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again, for things that no event tells."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
