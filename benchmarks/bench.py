"""Every measurement, with one command: us beside other servers, a lossy link, a client, stages.

    make bench                     everything, some 20 minutes on two cores
    python3 dev.py bench --quick   the same in small, to see that it works

Other servers are measured by a suite that lives beside this repository (``--suite``, a folder with
``suite.py``, ``udplimit/`` and ``lossy/``); it starts them one after the other, each alone on one
core, with its clients on another, and takes us in by the files that are written here. Without that
folder only our own figures are made. As root, servers that are missing are installed (Debian), and
where nats-server is too old for JetStream a newer one is put into ``build/bench``.

A part that fails, or takes too long, is named in the page, and the others go on. JSON lines land in
``build/bench``, everything together in ``docs/performance.json``, tables and plots in
``docs/performance.md`` between two marks; the words around them are ours to keep true.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import jetstream, newer_nats, plots, tables
from benchmarks.stalls import StallWatch

ROOT: Final = Path(__file__).resolve().parent.parent
OUT: Final = ROOT / "build" / "bench"
PAGE: Final = ROOT / "docs" / "performance.md"
#: Peers with the program that has to be there; Debian's packages have their names.
PEERS: Final = {
    "ngircd": "ngircd",
    "mosquitto": "mosquitto",
    "inspircd": "inspircd",
    "nats": "nats-server",
}
#: What measuring takes besides.
TOOLS: Final = ("libssl-dev", "libsqlite3-dev", "linux-perf")
PORT: Final = 17000
SHAPES: Final = "10,100,1000,100x10"
LOSSES: Final = "0,0.01,0.05,0.1,0.2"


@dataclass
class Plan:
    """How much is measured, until when, and what went wrong so far."""

    suite: Path
    shapes: str
    repeat: int
    entries: int
    lossy: bool
    messages: int
    until: float
    quick: bool
    failed: list[str] = field(default_factory=list)
    stalls: dict[str, dict[str, float]] = field(default_factory=dict)

    def run(self, what: str, command: list[str], limit_s: float) -> bool:
        """One part; whatever becomes of it, the next one has its turn."""
        left_s = self.until - time.monotonic()
        if left_s < 5:
            self.failed.append(f"{what}: no time was left")
            return False
        print(f"$ {' '.join(command)}", flush=True)
        watch = StallWatch()
        watch.start()
        reason = ""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
        try:
            code = process.wait(min(limit_s, left_s))
            reason = f"it ended with exit code {code}" if code else ""
        except subprocess.TimeoutExpired:
            reason = f"it took more than {min(limit_s, left_s):.0f} s"
            _stop(process)
        except KeyboardInterrupt:
            _stop(process)
            raise
        self.stalls[what] = watch.stop()
        if reason:
            self.failed.append(f"{what}: {reason}")
            print(f"FAILED {what}: {reason}", flush=True)
        return not reason


def main() -> int:
    plan = _plan()
    began = time.monotonic()
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.jsonl"):
        old.unlink()
    machine = _machine()
    has_suite = (plan.suite / "suite.py").exists()
    if has_suite:
        peers = _installed()
        ours = [write_peer(durable=durable) for durable in (False, True)]
        _compare(plan, peers, [*_jetstream(plan), *ours])
        _compare_lossy(plan, peers, ours[1])
        _join_at_once(plan, ours)
        _floors(plan)
        _budget(plan, ours[1])
    else:
        plan.failed.append("other servers: the folder of the suite that measures them is not there")
    _own(plan)
    rows = {path.stem: tables.read(path) for path in sorted(OUT.glob("*.jsonl"))}
    machine["minutes"] = round((time.monotonic() - began) / 60, 1)
    report = {
        "machine": machine, "failed": plan.failed, "stalls": plan.stalls, "rows": tables.short(rows)
    }  # fmt: skip
    if plan.quick or not has_suite:
        print(tables.text(report))
        print("Not complete, so docs/performance.md stays as it is; the figures: build/bench")
        return 0
    page = PAGE.with_suffix(".json")
    page.write_text(tables.as_json(report))
    plots.write(report, PAGE.parent / "pictures")
    tables.write(PAGE, report)
    print(f"Tables and plots: {PAGE.relative_to(ROOT)}; figures: {page.relative_to(ROOT)}")
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


# --- parts -------------------------------------------------------------------------------------
def _compare(plan: Plan, peers: list[str], files: list[Path]) -> None:
    """Quiet rooms with clients that never sleep (CPU), then sleeping ones (latency, flat out).

    All servers with one shape of rooms before the next one: a virtual machine may be half as fast
    ten minutes later, and what is compared has to be measured in the same minute or two. One call
    for each, so that one which hangs takes nothing else with it.
    """
    suite = [sys.executable, str(plan.suite / "suite.py"), "--out", str(OUT / "suite.jsonl")]
    suite += ["--modes", "tls", "--repeat", str(plan.repeat)]
    chosen = [(peer, ["--peers", peer]) for peer in peers]
    chosen += [(path.stem, ["--peers", "", "--peer-file", str(path)]) for path in files]
    for loads in (["--loads", "fixed", "--spin"], ["--loads", "max,fixed"]):
        for shape in plan.shapes.split(","):
            for name, words in chosen:
                kind = "quiet" if "--spin" in loads else "flat out and latency"
                command = [*suite, "--shapes", shape, *words, *loads]
                plan.run(f"{name}, {shape}, {kind}", command, limit_s=60.0 * plan.repeat)


def _compare_lossy(plan: Plan, peers: list[str], ours: Path) -> None:
    if not plan.lossy:
        return
    if os.geteuid() != 0:
        plan.failed.append("lossy link: only root may make one")
        return
    for left_over in ("benchA", "benchB"):  # of a run that was killed
        subprocess.run(["ip", "netns", "del", left_over], check=False, capture_output=True)
    lossy = [sys.executable, str(plan.suite / "lossy" / "lossy.py"), "--tls", "--repeat", "1"]
    lossy += ["--messages", str(plan.messages), "--out", str(OUT / "lossy.jsonl")]
    chosen = [("hubbub", ["--peer-file", str(ours)])]
    chosen += [("mosquitto", ["--peer", "mosquitto"])] if "mosquitto" in peers else []
    for name, words in chosen:
        for loss in LOSSES.split(","):
            what = f"{name}, lossy link, {float(loss):.0%}"
            plan.run(what, [*lossy, *words, "--loss", loss], limit_s=120)


def _join_at_once(plan: Plan, ours: list[Path]) -> None:
    for path in ours:
        command = [sys.executable, "-m", "benchmarks.joining", "--suite", str(plan.suite)]
        command += ["--peer-file", str(path), "--out", str(OUT / "joining.jsonl")]
        command += ["--members", "200"] if plan.quick else []
        plan.run(f"{path.stem}, 1,000 at once", command, limit_s=150)


def _floors(plan: Plan) -> None:
    limit = [sys.executable, str(plan.suite / "udplimit" / "limit.py"), "--spin", "--only", "c"]
    limit += ["--repeat", "1", "--out", str(OUT / "limit.jsonl")]
    limit += ["--recipients", "10"] if plan.quick else []
    plan.run("the floor of a datagram", limit, limit_s=150)
    post = [sys.executable, "-m", "benchmarks.post_floor", "--suite", str(plan.suite)]
    post += ["--repeat", "1" if plan.quick else "3", "--out", str(OUT / "floor.jsonl")]
    plan.run("the floor of a post", post, limit_s=240)


def _budget(plan: Plan, ours: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.budget", "--suite", str(plan.suite)]
    command += ["--peer-file", str(ours), "--out", str(OUT / "budget.jsonl")]
    plan.run("where the time goes", [*command, "--shapes", plan.shapes], limit_s=240)


def _own(plan: Plan) -> None:
    stages = ["-m", "benchmarks.stages", "--out", str(OUT / "stages.jsonl")]
    plan.run("stages", [sys.executable, *stages], limit_s=120)
    client = ["-m", "benchmarks.bench_client", "--out", str(OUT / "client.jsonl")]
    client += ["--entries", "5000", "--seconds", "1"] if plan.quick else []
    plan.run("the client", [sys.executable, *client], limit_s=180)
    if plan.entries:
        history = ["-m", "benchmarks.long_history", "--entries", str(plan.entries)]
        history += ["--out", str(OUT / "history.jsonl")]
        plan.run("a long history", [sys.executable, *history], limit_s=300)


# --- what is there -------------------------------------------------------------------------------
def _installed() -> list[str]:
    missing = _missing()
    lacks_tools = missing or not shutil.which("perf")
    if lacks_tools and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [*(PEERS[peer] for peer in missing), *TOOLS]
        print(f"Installing {' '.join(packages)}", flush=True)
        command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False, capture_output=True)
        subprocess.run(command, check=False, capture_output=True, env=quiet)
        missing = _missing()
    if missing:
        print(f"Not installed, so not measured: {' '.join(missing)} (apt-get install them)")
    return [peer for peer in PEERS if peer not in missing]


def _jetstream(plan: Plan) -> list[Path]:
    """The file of the peer that keeps its messages on the disk as we do, if it can be had."""
    nats = newer_nats.find(OUT / "nats")
    if nats is None:
        plan.failed.append(f"{jetstream.NAME}: no nats-server of 2.10 or newer is there")
        return []
    try:
        return [jetstream.write_peer(nats, plan.suite, OUT)]
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        plan.failed.append(f"{jetstream.NAME}: {problem}")
        return []


def _missing() -> list[str]:
    path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
    return [peer for peer, program in PEERS.items() if not shutil.which(program, path=path)]


def _machine() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    return {
        "at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": commit.stdout.strip(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a part with whatever it started; asked kindly first, so that it can clean up."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, sign)
            process.wait(10)
            return


def _plan() -> Plan:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    suite = Path(os.environ.get("BENCH_SUITE", ROOT.parent / "shared" / "bench"))
    parser.add_argument("--suite", type=Path, default=suite, help="folder of the suite of peers")
    parser.add_argument("--shapes", default=SHAPES)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--entries", type=int, default=200_000, help="0: no long history")
    parser.add_argument("--lossy", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--minutes", type=float, default=24.0, help="no part begins after these")
    parser.add_argument("--quick", action="store_true", help="a small room of everything")
    options = parser.parse_args()
    quick = options.quick
    return Plan(
        suite=options.suite,
        shapes="10" if quick else options.shapes,
        repeat=1 if quick else options.repeat,
        entries=min(options.entries, 20_000) if quick else options.entries,
        lossy=options.lossy,
        messages=40 if quick else 300,
        until=time.monotonic() + 60 * options.minutes,
        quick=quick,
    )


if __name__ == "__main__":
    sys.exit(main())
