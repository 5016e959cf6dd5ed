"""What it costs to find words in the local history of a room of 100,000 messages.

Prints one line for each figure: for messages of ASCII, and for messages with accents, the first
search and the next ones. The store is on a real disk, in a temporary folder; each figure is the
time that the store thread has no time for anything else.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from app.models.commands import FindText
from app.models.events import EntriesReceived, RoomFollowed, RoomListed
from app.models.local_store import LocalStore
from app.models.records import RoomEntry
from app.models.store_answers import TextFound
from protocol.frames import EntryFlag, EntryKind

_BATCH = 1000
_ROOM, _STREAM = 1, b"s" * 8
_PLAIN = (
    "We looked at the log of last night once more, and the relay lost nothing: what came late was"
    " asked for again. Number {number} is the one to keep, the others can go next week."
)
_ACCENTS = (
    "Grüße aus dem Café: wir haben das Protokoll der letzten Nacht noch einmal geöffnet, und es"
    " fehlt nichts. Nummer {number} müssen wir aufheben, die übrigen können nächste Woche weg."
)


def _filled(folder: Path, text: str, count: int) -> tuple[LocalStore, float]:
    """A store with so many messages, and the seconds that it took to fill it."""
    folder.mkdir()
    store = LocalStore.open(folder / "hubbub.sqlite3", random_bytes=os.urandom)
    store.restore(store.use_server("ship:48228"))
    store.apply(
        RoomListed(_ROOM, _STREAM, "general", "", 1),
        RoomFollowed(_ROOM, _STREAM, 1, 1, 1, count, count),
    )
    began = time.perf_counter()
    for first in range(1, count + 1, _BATCH):
        entries = tuple(
            RoomEntry(n, EntryKind.MESSAGE, 1, 1, n, 0, text.format(number=n), EntryFlag.VISIBLE, n)
            for n in range(first, min(first + _BATCH, count + 1))
        )
        store.apply(EntriesReceived(_ROOM, entries, b""))
    return store, time.perf_counter() - began


def _seconds(store: LocalStore, words: str, hits: int) -> float:
    began = time.perf_counter()
    (found,) = store.apply(FindText(_ROOM, words))
    took = time.perf_counter() - began
    if not isinstance(found, TextFound) or len(found.numbers) != hits:
        raise SystemExit(f"{words!r} was not found {hits} times: {found!r:.200}")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    count: int = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as folder:
        for name, text, words in (
            ("ASCII", _PLAIN, "number 77 IS"),
            ("accents", _ACCENTS, "Nummer 77 mussen"),
        ):
            store, filling_s = _filled(Path(folder) / name, text, count)
            first = _seconds(store, words, 1)
            next_ones = statistics.median(_seconds(store, words, 1) for _ in range(5))
            nothing = _seconds(store, "whale", 0)
            store.close()
            print(
                f"{name}: filling {filling_s:.1f} s, first search {first * 1000:.0f} ms,"
                f" next {next_ones * 1000:.0f} ms, no hit {nothing * 1000:.0f} ms"
            )


if __name__ == "__main__":
    main()
