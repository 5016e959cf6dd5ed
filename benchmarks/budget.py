"""Where the server's time goes: kernel, cipher, SQLite and Python, in microseconds a delivery.

    python -m benchmarks.budget --suite FOLDER --peer-file build/bench/hubbub.json --out FILE

Runs the loads of the suite of peers (see ``bench``), quiet and flat out, while the profiler of the
system (``perf``; Debian: ``linux-perf``) looks a few thousand times a second which library the
server is in, and counts its system calls. Shares of samples become microseconds by the CPU time of
the same run. Looking costs a little, so totals are somewhat above those of the other tables.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Final

_SAMPLES_PER_S: Final = 4000
_ATTACH_S: Final = 1.0
_REPORT_S: Final = 60.0
#: By the beginning of a library's name; what is in none of them is Python with its C library.
_LIBRARIES: Final = {
    "[kernel": "kernel", "[vdso": "kernel", "libcrypto": "cipher", "_rust": "cipher",
    "libsqlite3": "SQLite", "_sqlite3": "SQLite", "_sealing": "our C", "_sending": "our C",
    "_core": "msgspec",
}  # fmt: skip
#: What the kernel does, by the system call that it was asked with.
_CALLS: Final = {
    "sendmmsg": "sending", "sendmsg": "sending", "sendto": "sending", "fdatasync": "disk",
    "fsync": "disk", "pwrite64": "disk", "pread64": "disk", "ftruncate": "disk",
}  # fmt: skip


class Watch:
    """``perf`` beside a process, from when it is made to ``stop``."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._samples, self._counts = folder / "samples", folder / "counts"
        record = ["perf", "record", "-q", "-e", "cpu-clock", "-g", "-F", str(_SAMPLES_PER_S)]
        count = ["perf", "stat", "-x", "|", "-e", "raw_syscalls:sys_enter"]
        self._running = [
            subprocess.Popen([*command, "-o", str(out), "-p", str(pid)], stderr=subprocess.DEVNULL)
            for command, out in ((record, self._samples), (count, self._counts))
        ]
        time.sleep(_ATTACH_S)

    def stop(self) -> tuple[dict[str, float], int]:
        """Shares of the time, by what it went into, and how many system calls there were."""
        for process in self._running:
            process.send_signal(2)
            process.wait(_REPORT_S)
        libraries = _report(self._samples, "--no-children", "--sort", "dso")
        if not libraries:
            raise SystemExit("perf took no samples: may it look at the processes of this user?")
        inside = _report(self._samples, "--children", "--sort", "sym")
        return shares(libraries, inside), counted(self._counts.read_text())


def shares(libraries: list[list[str]], inside: list[list[str]]) -> dict[str, float]:
    """``perf``'s lines, by library and by function with what it called, as shares of 1."""
    found = dict.fromkeys(["kernel", *_LIBRARIES.values(), "Python"], 0.0)
    for percent, library in libraries:
        names = [name for start, name in _LIBRARIES.items() if library.startswith(start)]
        found[names[0] if names else "Python"] += float(percent) / 100
    kernel = dict.fromkeys(_CALLS.values(), 0.0)
    for percent, _, function in inside:
        call = _CALLS.get(function.removeprefix("[k] __x64_sys_"))
        if call and function.startswith("[k] __x64_sys_"):
            kernel[call] += float(percent) / 100
    rest = found.pop("kernel") - sum(kernel.values())
    return {**{f"kernel, {name}": share for name, share in kernel.items()},
            "kernel, all else": max(rest, 0.0), **found}  # fmt: skip


def counted(text: str) -> int:
    """The figure in what ``perf stat -x '|'`` wrote; ValueError: it could not count."""
    line = next(line for line in text.splitlines() if "sys_enter" in line)
    return int(line.split("|")[0])


def _report(samples: Path, *how: str) -> list[list[str]]:
    command = ["perf", "report", "-i", str(samples), "--stdio", "-g", "none", "-t", "|", *how]
    done = subprocess.run(
        command, check=True, timeout=_REPORT_S, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.strip() and line[0] != "#"]
    return [[word.strip().removesuffix("%") for word in line.split("|")] for line in lines]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, required=True)
    parser.add_argument("--peer-file", required=True)
    parser.add_argument("--shapes", default="10,100,1000,100x10")
    parser.add_argument("--seconds", type=float, default=3.0, help="about, of each load")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    sys.path.insert(0, str(options.suite))
    # They live in the folder that the command line names.
    suite: Any = import_module("bench")
    if not shutil.which("perf"):
        raise SystemExit("perf is not installed (Debian: linux-perf)")
    peer = import_module("peers").from_file(options.peer_file)
    shapes = import_module("suite").SHAPES
    suite.raise_file_limit()
    for shape in options.shapes.split(","):
        rooms, members, rate, _ = shapes[shape]
        with suite.Session(
            peer, tls=True, rooms=rooms, members=members, senders=4, size=100, spin=True
        ) as session:
            window = 64 if rooms == 1 else 256
            for found in _watched(session, members, rate, window, options.seconds):
                row = json.dumps({"peer": peer.name, "shape": shape, **found})
                with options.out.open("a") as out:
                    out.write(row + "\n")
                print(row, flush=True)
    return 0


def _watched(
    session: Any, members: int, rate: float, window: int, seconds: float
) -> list[dict[str, Any]]:
    """A row of each load that the suite knows: at a rate, and as fast as the window allows."""
    warm = session.run(max(30, 10_000 // members), window=16, limit_s=60)
    flat_out = max(warm["deliveries_per_s"] / members * seconds, 30)
    rows = []
    for load, count, pace in (("quiet", rate * seconds, rate), ("flat out", flat_out, 0)):
        with tempfile.TemporaryDirectory() as folder:
            watch = Watch(session.server.pid, Path(folder))
            result = session.run(int(count), pace, window, limit_s=60)
            parts, calls = watch.stop()
        total_us = result["cpu_fine_s_per_million"]
        rows.append({
            "load": load, "us_per_delivery": total_us,
            "parts_us": {name: round(share * total_us, 3) for name, share in parts.items()},
            "system_calls_per_delivery": round(calls / result["delivered"], 4),
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    sys.exit(main())
