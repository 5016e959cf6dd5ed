"""Runs many seeds on all cores and says what it did; of one seed it shows everything.

python -m tests.simulation.runner SEEDS=500 FROM=0
python -m tests.simulation.runner SEED=17
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from tests.simulation.scenario import CANARY, draw
from tests.simulation.shrink import shrink
from tests.simulation.simulation import Result, simulate

FAILING_SEEDS = Path(__file__).with_name("failing_seeds.txt")
#: What a run of this many seeds has to have seen, each so often.
SOMETIMES_SEEDS = 500
SOMETIMES_LEAST = 20
SOMETIMES = (
    "crash between commit and ack", "power cut", "replayed post after a restart",
    "range answered from disk", "migration", "migration during repair", "key change in a burst",
    "window full", "stateless reset used", "refused for want of disk", "batch lost",
    "posts renumbered", "fork of a history told", "text of several parts", "slowed down",
    "handshake evicted", "broke the rules",
)  # fmt: skip
#: Shares of seeds that must have met a fault, and the median of datagram faults in a seed.
CRASH_SHARE, CUT_SHARE, POWER_CUT_SHARE, PACKET_FAULTS_MEDIAN = 0.6, 0.5, 0.3, 100
_PROGRESS_SEEDS = 100
#: Faults of single datagrams; the other faults have a moment.
_PACKET_FAULTS = (
    "lost", "lost in a partition", "lost for want of room", "too large for the path", "doubled",
    "replayed late", "delayed much", "bits flipped", "truncated", "extended", "spliced",
    "copied by an attacker",
)  # fmt: skip
_CRASHES = (
    "crash now", "crash before commit", "crash after commit", "crash while telling",
    "crash handshake", "power cut",
)  # fmt: skip
_CUTS = ("cut both", "cut up", "cut down", "cut all")


@dataclass
class Summary:
    """What many runs together did."""

    seeds: int = 0
    events: int = 0
    posts: int = 0
    cpu_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    sometimes: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    packet_faults: list[int] = field(default_factory=list)
    with_crash: int = 0
    with_cut: int = 0
    with_power_cut: int = 0
    failures: list[Result] = field(default_factory=list)

    def add(self, result: Result, cpu_s: float) -> None:
        """One run more."""
        self.seeds += 1
        self.events += result.events
        self.posts += result.posts
        self.cpu_s += cpu_s
        self.faults += result.faults
        self.sometimes += result.sometimes
        self.checks += result.checks
        self.packet_faults.append(sum(result.faults[name] for name in _PACKET_FAULTS))
        self.with_crash += any(result.faults[name] for name in _CRASHES)
        self.with_cut += any(result.faults[name] for name in _CUTS)
        self.with_power_cut += bool(result.faults["power cut"])
        if result.invariant:
            self.failures.append(result)

    def missed(self) -> list[str]:
        """What so many seeds should have seen more often."""
        if self.seeds < SOMETIMES_SEEDS:
            return []
        missed = [name for name in SOMETIMES if self.sometimes[name] < SOMETIMES_LEAST]
        quotas = (
            ("datagram faults", median(self.packet_faults), PACKET_FAULTS_MEDIAN),
            ("server crashes", self.with_crash / self.seeds, CRASH_SHARE),
            ("partitions", self.with_cut / self.seeds, CUT_SHARE),
            ("power cuts", self.with_power_cut / self.seeds, POWER_CUT_SHARE),
        )
        return missed + [name for name, share, least in quotas if share < least]

    def __str__(self) -> str:
        share = 100 / max(self.seeds, 1)
        lines = [
            f"{self.seeds} seeds, {self.events} events, {self.posts} messages written,"
            f" {self.events / max(self.cpu_s, 1e-9):.0f} events/s,"
            f" {self.cpu_s / max(self.seeds, 1):.2f} s a seed (CPU)",
            f"datagram faults per seed: median {median(self.packet_faults or [0]):.0f};"
            f" seeds with a server crash {self.with_crash * share:.0f} %,"
            f" a partition {self.with_cut * share:.0f} %,"
            f" a power cut {self.with_power_cut * share:.0f} %",
            f"faults: {_words(self.faults)}",
            f"checks: {_words(self.checks)}",
            f"sometimes: {_words(Counter({n: self.sometimes[n] for n in SOMETIMES}))}",
        ]
        lines += [f"too seldom: {name}" for name in self.missed()]
        return "\n".join(lines)


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def run_one(seed: int) -> tuple[Result, float]:
    """One seed, and the CPU time it took; a failure is run again, to see that it repeats."""
    began = time.process_time()
    result = simulate(draw(seed))
    took_s = time.process_time() - began
    if result.invariant and simulate(draw(seed)).digest != result.digest:
        raise AssertionError(f"seed {seed} has two traces: something is left to chance")
    return result, took_s


def run_seeds(
    seeds: Iterable[int], until: float | None = None, *, says_progress: bool = False
) -> Summary:
    """Run them on all cores; with ``until`` (of time.monotonic) stop handing out more then."""
    summary = Summary()
    with get_context("spawn").Pool(cores(), initializer=gc.freeze) as pool:
        for result, cpu_s in pool.imap(run_one, _until(seeds, until)):
            summary.add(result, cpu_s)
            if result.invariant and says_progress:
                print(f"seed {result.seed}: {result.invariant}: {result.text}", flush=True)
            if says_progress and summary.seeds % _PROGRESS_SEEDS == 0:
                print(f"{summary.seeds} seeds, {len(summary.failures)} failures", flush=True)
            if until is not None and time.monotonic() > until:
                break
        pool.terminate()
    return summary


def cores() -> int:
    """How many processes may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def commit() -> str:
    """The commit this tree is at, or nothing where git does not know."""
    try:
        git = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=FAILING_SEEDS.parent, capture_output=True, text=True
        )
    except OSError:
        return ""
    return git.stdout.strip() if git.returncode == 0 else ""


def canary_died() -> bool:
    """Whether the seed that must fail fails, as any other would."""
    return [result.invariant for result in run_seeds([CANARY]).failures] == ["canary"]


def _until(seeds: Iterable[int], until: float | None) -> Iterable[int]:
    for seed in seeds:
        if until is not None and time.monotonic() > until:
            return
        yield seed


def kept_seeds() -> list[int]:
    """Seeds that failed once."""
    words = [line.split("#")[0].strip() for line in FAILING_SEEDS.read_text().splitlines()]
    return [int(word) for word in words if word]


def keep(failures: Sequence[Result]) -> None:
    """Write new failing seeds down."""
    known = set(kept_seeds())
    with FAILING_SEEDS.open("a") as file:
        for result in failures:
            if result.seed not in known:
                file.write(f"{result.seed}  # {result.invariant}\n")


def explain(result: Result) -> str:
    """A failure in words, with the smallest scenario that still shows it."""
    scenario, smallest = shrink(draw(result.seed), result)
    actions = "\n".join(f"  {action}" for action in scenario.actions)
    return (
        f"seed {result.seed}: {result.invariant} at {result.at_s:.3f} s: {result.text}\n"
        f"  state {result.digest}, at commit {commit()[:12] or 'unknown'};"
        f" again with SEED={result.seed}\n"
        f"smallest: faults {', '.join(sorted(scenario.groups)) or 'none'}; {smallest.invariant}"
        f" at {smallest.at_s:.3f} s: {smallest.text}\n{actions}\nits last events:\n"
        f"{smallest.trace}"
    )


def _show_one(seed: int) -> int:
    scenario = draw(seed)
    result = simulate(scenario, full_trace=True)
    print(result.trace)
    print(f"\nseed {seed}, state {result.digest}, faults {', '.join(sorted(scenario.groups))}")
    print(scenario.weather, scenario.disk, scenario.tuning, sep="\n")
    verdict = f"{result.invariant}: {result.text}" if result.invariant else "every promise kept"
    print(f"{result.events} events, {result.at_s:.1f} s: {verdict}")
    return 1 if result.invariant else 0


def main(arguments: Sequence[str]) -> int:
    """See the module; returns the exit code."""
    given = dict(word.split("=", 1) for word in arguments)
    if "SEED" in given:
        return _show_one(int(given["SEED"]))
    first, count = int(given.get("FROM", "0")), int(given.get("SEEDS", "500"))
    kept = kept_seeds()
    # Sets in another order, run by run: it must make no difference.
    os.environ["PYTHONHASHSEED"] = str(1 + first % 1_000_000)
    at = commit()[:12] or "unknown"
    print(
        f"commit {at}, seeds {first} to {first + count - 1}, {len(kept)} that failed before",
        flush=True,
    )
    if not canary_died():
        print("the seed that must fail did not: this runner cannot tell")
        return 1
    again = run_seeds(kept)
    summary = run_seeds(range(first, first + count), says_progress=True)
    print(summary)
    failures = again.failures + summary.failures
    keep(summary.failures)
    for result in failures[:3]:
        print("\n" + explain(result), flush=True)
    print(f"\n{len(failures)} failures: {', '.join(str(r.seed) for r in failures) or 'none'}")
    return 1 if failures or summary.missed() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
