"""What it costs to find words in the local history of a room of 100,000 messages, or of 50 rooms.

Prints one line for each figure: for messages of ASCII, and for messages with accents, the first
search and the next ones; and for the search over all rooms how long it takes, how long until the
first answer, and how long its longest slice. The store is on a real disk, in a temporary folder;
each figure is the time that the store thread has no time for anything else.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from app.models.commands import FindEverywhere, FindText
from app.models.events import EntriesReceived, RoomFollowed, RoomListed
from app.models.local_store import LocalStore
from app.models.records import RoomEntry
from app.models.store_answers import TextFound
from protocol.frames import EntryFlag, EntryKind

_BATCH = 1000
_ROOM = 1
_ROOMS = 50
_PLAIN = (
    "We looked at the log of last night once more, and the relay lost nothing: what came late was"
    " asked for again. Number {number} is the one to keep, the others can go next week."
)
_ACCENTS = (
    "Grüße aus dem Café: wir haben das Protokoll der letzten Nacht noch einmal geöffnet, und es"
    " fehlt nichts. Nummer {number} müssen wir aufheben, die übrigen können nächste Woche weg."
)


def _filled(folder: Path, text: str, count: int, rooms: int = 1) -> tuple[LocalStore, float]:
    """A store with so many messages in all rooms, and the seconds that it took to fill it."""
    folder.mkdir()
    store = LocalStore.open(folder / "hubbub.sqlite3", random_bytes=os.urandom)
    store.restore(store.use_server("ship:48228"))
    last = count // rooms
    began = time.perf_counter()
    for room in range(_ROOM, _ROOM + rooms):
        stream = room.to_bytes(8, "big")
        store.apply(
            RoomListed(room, stream, f"room {room}", "", 1),
            RoomFollowed(room, stream, 1, 1, 1, last, last),
        )
        for first in range(1, last + 1, _BATCH):
            entries = tuple(
                RoomEntry(
                    n, EntryKind.MESSAGE, 1, 1, n, n * 60_000 + room,
                    text.format(number=(n - 1) * rooms + room), EntryFlag.VISIBLE, n,
                )
                for n in range(first, min(first + _BATCH, last + 1))
            )  # fmt: skip
            store.apply(EntriesReceived(room, entries, b""))
    return store, time.perf_counter() - began


def _seconds(store: LocalStore, words: str, hits: int) -> float:
    began = time.perf_counter()
    (found,) = store.apply(FindText(_ROOM, words))
    took = time.perf_counter() - began
    if not isinstance(found, TextFound) or len(found.numbers) != hits:
        raise SystemExit(f"{words!r} was not found {hits} times: {found!r:.200}")
    return took


def _everywhere(store: LocalStore, words: str) -> str:
    """The figures of one search over all rooms."""
    wish = FindEverywhere(1, tuple(range(_ROOM, _ROOM + _ROOMS)), words)
    began, first_s, slices_s, hits = time.perf_counter(), 0.0, list[float](), 0
    is_over = False
    while not is_over:
        slice_began = time.perf_counter()
        found = store.find_some(wish)
        ended = time.perf_counter()
        slices_s.append(ended - slice_began)
        hits += len(found.messages)
        first_s = first_s or (ended - began if found.messages else 0.0)
        is_over = not found.next_room
    return (
        f"{words!r}: {hits} hits in {sum(slices_s) * 1000:.0f} ms, the first after"
        f" {first_s * 1000:.0f} ms, longest slice {max(slices_s) * 1000:.1f} ms"
    )


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
            store, _filling_s = _filled(Path(folder) / f"{name} rooms", text, count, _ROOMS)
            for sought in (words, "e", "whale"):
                print(f"{name}, {_ROOMS} rooms, {_everywhere(store, sought)}")
            store.close()


if __name__ == "__main__":
    main()
