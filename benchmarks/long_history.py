"""What a long history costs: start, join and the newest entries of a room of a million.

Prints one line for each figure. The log is on a real disk, in a temporary folder; everything else
is in this process, without a network, so the figures are the server's own.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from protocol.frames import EntryFlag, EntryKind
from server.room_log import NewEntry
from server.sqlite_log import SqliteLog

_BATCH = 1000
_BUDGET_S = 1.0


def _open(path: Path) -> SqliteLog:
    return SqliteLog.open(path, random_bytes=os.urandom, wake=lambda: None, threaded=False)


def _commit(log: SqliteLog) -> None:
    errors: list[object] = []
    log.commit(errors.append)
    log.poll()
    if errors != [None]:
        raise SystemExit(f"the disk did not take the entries: {errors}")


def fill(path: Path, count: int, name: str = "general") -> tuple[int, float]:
    """A room with so many messages; returns its number and the seconds it took."""
    began = time.perf_counter()
    log = _open(path)
    device = log.add_device(os.urandom(32), "anna", "anna")
    room = log.create_room(name, name, 0).room
    log.add_member(room, device.person)
    kind, flags = EntryKind.MESSAGE, EntryFlag.VISIBLE
    for first in range(0, count, _BATCH):
        log.append(
            room,
            [
                NewEntry(kind, device.person, device.device, number + 1, number, "x" * 60, flags)
                for number in range(first, min(first + _BATCH, count))
            ],
        )
        _commit(log)
    log.close()
    return room, time.perf_counter() - began


def _measure(path: Path, room: int, count: int) -> dict[str, float]:
    figures = {}
    began = time.perf_counter()
    log = _open(path)
    assert log.rooms()[0].head == count
    figures["start"] = time.perf_counter() - began

    began = time.perf_counter()
    device = log.add_device(os.urandom(32), "ben", "ben")
    log.add_member(room, device.person)
    log.append(room, [NewEntry(EntryKind.JOIN, device.person, device.device, 1, 0, "", 0)])
    _commit(log)
    figures["join"] = time.perf_counter() - began

    began = time.perf_counter()
    assert len(log.entries(room, count - 49, count, 64 * 1024)) == 50
    figures["newest 50 entries"] = time.perf_counter() - began

    began = time.perf_counter()
    assert len(log.entries(room, count // 2, count // 2 + 49, 64 * 1024)) == 50
    figures["50 entries from the middle"] = time.perf_counter() - began
    log.close()
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, help="a file for a JSON line")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hubbub.sqlite3"
        room, filled_s = fill(path, options.entries)
        size = path.stat().st_size / 1e6
        print(f"a room of {options.entries:,} entries: {filled_s:.1f} s to write, {size:.0f} MB")
        late = 0
        figures = _measure(path, room, options.entries)
        for what, seconds in figures.items():
            late += seconds > _BUDGET_S
            print(f"{what:28} {seconds * 1000:8.2f} ms   (budget {_BUDGET_S * 1000:.0f} ms)")
    if options.out:
        with options.out.open("a") as out:
            out.write(json.dumps({"entries": options.entries, "s": figures}) + "\n")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
