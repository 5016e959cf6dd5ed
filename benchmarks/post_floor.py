"""What a post would cost a server of nothing but C with a log like ours: which goals can be met.

    python -m benchmarks.post_floor --suite FOLDER [--repeat 3] [--out FILE]

``post_floor.c`` opens, hashes, keeps, seals and sends, and nothing else. Its log has our tables,
empty or on the disk with our settings. The clients are ``udpsink`` of the suite of peers (see
``bench``); server and clients have a core each. Of the suite's loads it takes the rate and what is
in flight; a hundred rooms of ten are ten members whose posts come as often, which is cheaper.
Wants a C compiler, and the headers of OpenSSL and SQLite (Debian: ``libssl-dev``,
``libsqlite3-dev``).
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final, NamedTuple

from server.log_schema import migrate

_SOURCE: Final = Path(__file__).with_suffix(".c")
_BUILD: Final = Path(__file__).parent.parent / "build"
_PORT: Final = 22000
_POST_BYTES: Final = 115
_HEAD_BYTES: Final = 35


class Load(NamedTuple):
    """What the clients of one shape of the suite do."""

    members: int
    #: Posts a second of a quiet room.
    rate: int
    #: Flat out: posts in a datagram, datagrams in flight, and how many of one member leave as one.
    joined: int
    in_flight: int
    segments: int


#: As the suite has them; 64 posts in flight, of a hundred rooms 256: two or three for each.
_LOADS: Final = {
    "10": Load(10, 100, 9, 7, 7),
    "100": Load(100, 50, 9, 7, 7),
    "1000": Load(1000, 10, 9, 7, 7),
    "100x10": Load(10, 500, 2, 128, 1),
}
#: Datagrams of a run flat out; each goes to all members.
_FLAT_OUT_SENT: Final = 300_000
_SECONDS: Final = 3
#: As ``server/batched_connection.py`` sets them, but for keys into tables that are not here.
_SETTINGS: Final = (
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF;"
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    _BUILD.mkdir(exist_ok=True)  # on a disk, which a folder for passing files need not be
    with tempfile.TemporaryDirectory(dir=_BUILD) as folder:
        work = Path(folder)
        _compile(_SOURCE, work / "server", "-lcrypto", "-lsqlite3")
        _compile(options.suite / "udplimit" / "udpsink.c", work / "clients")
        (work / "schema.sql").write_text(_SETTINGS + _tables(), encoding="utf-8")
        for shape, load in _LOADS.items():
            for log in (":memory:", "log.db"):
                for flat_out in (False, True):
                    runs = range(options.repeat)
                    costs = sorted(_us_per_delivery(work, load, log, flat_out) for _ in runs)
                    row = {
                        "shape": shape, "flat_out": flat_out, "durable": log != ":memory:",
                        "us_per_delivery": costs,
                    }  # fmt: skip
                    print(json.dumps(row), flush=True)
                    if options.out:
                        with options.out.open("a") as out:
                            out.write(json.dumps(row) + "\n")
    return 0


def _compile(source: Path, program: Path, *libraries: str) -> None:
    subprocess.run(["cc", "-O2", "-Wall", "-o", program, source, *libraries], check=True)


def _tables() -> str:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    rows = connection.execute("SELECT sql FROM sqlite_master WHERE name IN ('entries', 'posts')")
    return ";".join(sql for (sql,) in rows.fetchall())


def _us_per_delivery(work: Path, load: Load, log: str, flat_out: bool) -> float:
    joined, segments = (load.joined, load.segments) if flat_out else (1, 1)
    for old in work.glob("log.db*"):
        old.unlink()
    words: list[object] = ["./server", _PORT, load.members, "schema.sql", log, joined, segments]
    argv = list(map(str, words))
    server = subprocess.Popen(argv, cwd=work, stdout=subprocess.PIPE, preexec_fn=_alone_on(0))
    assert server.stdout is not None
    try:
        server.stdout.readline()
        size = _HEAD_BYTES + joined * _POST_BYTES
        if flat_out:
            count = max(_FLAT_OUT_SENT // load.members, 10 * load.in_flight)
            words = [_PORT, load.members, count, size, 0, load.in_flight]
        else:
            count = load.rate * _SECONDS
            words = [_PORT, load.members, count, size, load.rate, 1, "spin"]
        clients = ["./clients", *map(str, words)]
        subprocess.run(
            clients, cwd=work, check=True, timeout=60, capture_output=True, preexec_fn=_alone_on(1)
        )
        said: dict[str, float] = json.loads(server.stdout.readline())
        server.wait(10)
    finally:
        server.kill()
        server.wait(10)
    return round(said["cpu_s"] * 1e6 / (said["sent"] * joined), 3)


def _alone_on(core: int) -> Any:
    return lambda: os.sched_setaffinity(0, {core})


if __name__ == "__main__":
    sys.exit(main())
