"""Every measurement, with one command: what a long history costs, stages, and us beside others.

Other servers are measured by a suite that lives beside this repository (``--suite``, a folder with
``suite.py``, ``udplimit/`` and ``lossy/``); it starts them one after the other, each alone on one
core, with its clients on another, and takes us in by the files that are written here. Without
that folder only our own figures are made. JSON lines land in ``build/bench``, the tables in
``docs/performance.md``, between two marks; the words around them are ours to keep true.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks import tables

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "build" / "bench"
PERFORMANCE: Final = ROOT / "docs" / "performance.md"
#: Peers with the program that has to be there; Debian's packages have their names.
PEERS: Final = {
    "ngircd": "ngircd",
    "mosquitto": "mosquitto",
    "inspircd": "inspircd",
    "nats": "nats-server",
}
PORT: Final = 17000
SHAPES: Final = "10,100,1000,100x10"
LOSSES: Final = "0,0.01,0.05,0.1,0.2"


def main() -> int:
    options = _options()
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.jsonl"):
        old.unlink()
    if options.entries:
        _run([sys.executable, "-m", "benchmarks.long_history", "--entries", str(options.entries)])
    _run([sys.executable, "-m", "benchmarks.stages", "--out", str(OUT / "stages.jsonl")])
    if not (options.suite / "suite.py").exists():
        print(f"No suite in {options.suite}: other servers are not measured.")
        return 0
    ours = [write_peer(durable=durable) for durable in (False, True)]
    _compare(options, ours)
    if os.geteuid() == 0 and options.lossy:
        _compare_lossy(options, ours[1])
    tables.write(PERFORMANCE, OUT)
    print(f"The tables are in {PERFORMANCE.relative_to(ROOT)}, the figures in build/bench.")
    return 0


def write_peer(*, durable: bool) -> Path:
    """The file by which the suite starts us: with a new folder for each run of this program."""
    name = "hubbub" if durable else "hubbub-memory"
    server = [sys.executable, "-m", "server", "--host", "{host}", "--port", "{port}"]
    server += ["--data", f"{{dir}}/data-{int(time.time())}", "--no-rate-limits"]
    server += ["--log-level", "warning"] + ([] if durable else ["--memory"])
    peer = {
        "name": name,
        "port": PORT,
        "ready": "udp",
        "modes": ["tls"],
        "server": server,
        "generator": [sys.executable, str(ROOT / "benchmarks" / "loadgen.py")],
        "env": {"PYTHONPATH": str(ROOT)},
    }
    path = OUT / f"{name}.json"
    path.write_text(json.dumps(peer, indent=1) + "\n")
    return path


def _compare(options: argparse.Namespace, ours: list[Path]) -> None:
    """Quiet rooms with clients that never sleep (CPU), then sleeping ones (latency, flat out)."""
    suite = [sys.executable, str(options.suite / "suite.py"), "--out", str(OUT / "suite.jsonl")]
    suite += ["--peers", ",".join(_installed()), "--modes", "tls", "--shapes", options.shapes]
    suite += ["--repeat", str(options.repeat)]
    for peer in ours:
        suite += ["--peer-file", str(peer)]
    _run([*suite, "--loads", "fixed", "--spin"], must=False)
    _run([*suite, "--loads", "max,fixed"], must=False)
    limit = [sys.executable, str(options.suite / "udplimit" / "limit.py"), "--spin"]
    limit += ["--only", "c", "--repeat", str(options.repeat), "--out", str(OUT / "limit.jsonl")]
    _run(limit, must=False)


def _compare_lossy(options: argparse.Namespace, ours: Path) -> None:
    lossy = [sys.executable, str(options.suite / "lossy" / "lossy.py"), "--tls", "--loss", LOSSES]
    lossy += ["--repeat", "1", "--out", str(OUT / "lossy.jsonl")]
    _run([*lossy, "--peer-file", str(ours)], must=False)
    if "mosquitto" in _installed():
        _run([*lossy, "--peer", "mosquitto"], must=False)


def _installed() -> list[str]:
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    found = [peer for peer, program in PEERS.items() if shutil.which(program, path=path)]
    missing = [program for peer, program in PEERS.items() if peer not in found]
    if missing:
        print(f"Not installed, so not measured: {' '.join(missing)} (apt-get install them)")
    return found


def _run(command: list[str], *, must: bool = True) -> None:
    print("$", *command, flush=True)
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    if must and code:
        raise SystemExit(code)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    suite = Path(os.environ.get("BENCH_SUITE", ROOT.parent / "shared" / "bench"))
    parser.add_argument("--suite", type=Path, default=suite, help="folder of the suite of peers")
    parser.add_argument("--shapes", default=SHAPES)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--entries", type=int, default=1_000_000, help="0: no long history")
    parser.add_argument("--lossy", action=argparse.BooleanOptionalAction, default=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
