"""R4 and R10 to R12: processes that sleep, clocks that jump, little memory, a flood of garbage."""

from __future__ import annotations

import itertools
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from app.models.commands import WatchPeople
from app.models.events import PeopleChanged, SignedIn
from protocol.frames import Presence
from tests.faults.ledger import Crowd, Ledger, count_texts, eventually
from tests.system.headless import Headless
from tests.system.processes import ROOT, CommandLine, ServerProcess, clean_environment, end

STOPPED_S = 30
FLOOD_S = 10
FLOOD_PER_S = 20_000
P99_MAX_S = 0.25
MEMORY_BYTES = 128 << 20
DEAF = 20


def serve(tmp_path: Path, cleanup: ExitStack, **more: object) -> ServerProcess:
    """A server that slows nobody down."""
    server = ServerProcess(tmp_path / "server", "--no-rate-limits", **more)  # type: ignore[arg-type]
    return cleanup.enter_context(server)


def join(server: ServerProcess, tmp_path: Path, cleanup: ExitStack, *names: str) -> Crowd:
    """People in the room."""
    people = [Headless(tmp_path / name, server.address, name) for name in names]
    crowd = Crowd(*(cleanup.enter_context(person) for person in people))
    crowd.join()
    return crowd


def stop_for(pid: int, seconds: float) -> float:
    """Stop a process for a time; the seconds of processor time it took meanwhile."""
    os.kill(pid, signal.SIGSTOP)
    try:
        before = cpu_s(pid)
        time.sleep(seconds)
        return cpu_s(pid) - before
    finally:
        os.kill(pid, signal.SIGCONT)


def cpu_s(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_r04_stopped_server(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    server = serve(tmp_path, cleanup)
    crowd = join(server, tmp_path, cleanup, "anna", "ben", "carla")
    for person in crowd.people:
        person.submit(WatchPeople(1))
        person.until(lambda p=person: len(p.happened(PeopleChanged)) > 0)  # type: ignore[misc]
    crowd.say(20)
    crowd.settle(30)
    watched = [len(person.happened(PeopleChanged)) for person in crowd.people]
    assert stop_for(server.pid, STOPPED_S) == 0.0
    ledger.faults[f"server stopped {STOPPED_S} s"] += 1
    crowd.say(20)
    crowd.settle(30)
    for person, before in zip(crowd.people, watched, strict=True):
        shown = [m for event in person.happened(PeopleChanged)[before:] for m in event.members]
        assert all(m.presence != Presence.OFFLINE for m in shown), "nobody is shown as gone"
    crowd.judge(ledger, server)


def test_r04_stopped_client(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    server = serve(tmp_path, cleanup)
    crowd = join(server, tmp_path, cleanup, "anna")
    (anna,) = crowd.people
    anna.submit(WatchPeople(1))
    ben = CommandLine(tmp_path / "ben", "ben", server.address, ("--json",))
    assert ben.run("send", "general", "hello").code == 0
    process = ben.start("tail", "general", "--since", 1, "--timeout", 300)
    cleanup.callback(lambda: end(process, signal.SIGKILL))
    assert process.stdout is not None
    crowd.say(1)
    while "anna 0" not in process.stdout.readline():
        assert process.poll() is None, "the client ended"
    assert stop_for(process.pid, STOPPED_S) == 0.0
    ledger.faults[f"client stopped {STOPPED_S} s"] += 1
    crowd.say(499)
    crowd.settle(30)
    seen: list[str] = []
    while "anna 499" not in "".join(seen[-1:]):
        seen.append(process.stdout.readline())
        assert seen[-1], "the client ended"
    said = [line for line in seen if '"anna ' in line]
    assert len(said) == 499, "all of it, each once"
    anna.until(lambda: presences(anna, 2)[-1:] == [Presence.ONLINE], 20)
    crowd.judge(ledger, server)


def presences(person: Headless, other: int) -> list[int]:
    """How somebody was shown, in the order of time."""
    changes = person.happened(PeopleChanged)
    return [m.presence for event in changes for m in event.members if m.person == other]


def test_r10_wall_clock_jumps(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    faked = ledger.attempt("faketime", "-f", "+1d", "env").splitlines()
    (library,) = (line.partition("=")[2] for line in faked if line.startswith("LD_PRELOAD="))
    jump = tmp_path / "jump"
    jump.write_text("+0")
    variables = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(jump),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }
    server = serve(tmp_path, cleanup, variables=variables)
    crowd = join(server, tmp_path, cleanup, "anna", "ben")
    for offset in ("+1d", "-2d", "+0"):
        crowd.chatter(2, 20)
        crowd.settle(30)
        jump.write_text(offset)
        crowd.chatter(2, 20)
    crowd.settle(30)
    times = [entry.time_ms for entry in crowd.people[0].entries()]
    steps = [after - before for before, after in itertools.pairwise(times)]
    ledger.faults["jump of the clock seen in entries"] = sum(abs(s) > 3_600_000 for s in steps)
    assert ledger.faults["jump of the clock seen in entries"] == 3
    for person in crowd.people:
        assert len(person.happened(SignedIn)) == 1, "no session ended by the clock"
    crowd.judge(ledger, server)


def test_r11_little_memory_and_readers_that_do_not_read(
    ledger: Ledger, tmp_path: Path, cleanup: ExitStack
) -> None:
    limit = memory_group(ledger, cleanup)
    server = serve(tmp_path, cleanup)
    (limit / "cgroup.procs").write_text(str(server.pid))
    crowd = join(server, tmp_path, cleanup, "anna")
    (anna,) = crowd.people
    readers = [
        cleanup.enter_context(Headless(tmp_path / f"r{n}", server.address, f"reader {n}"))
        for n in range(DEAF)
    ]
    Crowd(*readers).join()
    for reader in readers:
        reader.deaf = True
    sizes = []
    for _ in range(6):
        crowd.say(300, width=900)
        crowd.settle(30)
        sizes.append(server.resident_kib())
    behind = [crowd.said["anna"] - count_texts(reader) for reader in readers]
    ledger.faults["readers that did not read"] = sum(missing > 1000 for missing in behind)
    ledger.notes.append(f"server {sizes[0] // 1024} to {sizes[-1] // 1024} MiB of 128")
    assert ledger.faults["readers that did not read"] == DEAF
    assert sizes[-1] - sizes[2] < 8 * 1024, f"memory grows: {sizes} KiB"
    for reader in readers:
        reader.deaf = False
    wanted = anna.texts()[-1]
    for reader in readers:
        reader.until(lambda r=reader: r.texts()[-1:] == [wanted], 30)  # type: ignore[misc]
    for name in ("failcnt", "oom_control"):
        if (limit / f"memory.{name}").exists():
            ledger.notes.append(f"{name} {(limit / f'memory.{name}').read_text().split()[-1]}")
    crowd.judge(ledger, server)


def memory_group(ledger: Ledger, cleanup: ExitStack) -> Path:
    """A group of processes that may use ``MEMORY_BYTES``; of either version."""
    first, second = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
    old = first.is_dir()
    group = (first if old else second) / f"hubbub-{secrets.token_hex(3)}"
    try:
        group.mkdir()
        cleanup.callback(lambda: eventually(lambda: removed(group), 10, "the group is empty"))
        name = "memory.limit_in_bytes" if old else "memory.max"
        (group / name).write_text(str(MEMORY_BYTES))
    except OSError as error:
        ledger.skip("cgroup memory limit", error)
    return group


def removed(group: Path) -> bool:
    """Whether the group is gone; it goes when its last process has."""
    try:
        group.rmdir()
    except OSError:
        return False
    return True


def test_r12_flood_of_garbage(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    server = serve(tmp_path, cleanup)
    crowd = join(server, tmp_path, cleanup, "anna", "ben")
    (anna, _) = crowd.people
    flood = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.flood", "127.0.0.1", str(server.port),
         str(FLOOD_PER_S), str(FLOOD_S)],
        cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    cleanup.callback(lambda: end(flood, signal.SIGKILL))
    waits: list[float] = []
    while flood.poll() is None:
        before, began = len(anna.receipts), time.monotonic()
        crowd.say(1, by=anna)
        anna.until(lambda n=before: len(anna.receipts) > n, 20)  # type: ignore[misc]
        waits.append(time.monotonic() - began)
        time.sleep(0.02)
    assert flood.stdout is not None
    ledger.faults["garbage datagrams"] = int(flood.stdout.read())
    p99_s = sorted(waits)[len(waits) * 99 // 100]
    ledger.notes.append(f"p99 of {len(waits)} acknowledgements {p99_s * 1000:.0f} ms")
    crowd.settle(30)
    for person in crowd.people:
        assert len(person.happened(SignedIn)) == 1
    crowd.judge(ledger, server)
    assert ledger.faults["garbage datagrams"] > FLOOD_PER_S * FLOOD_S / 2
    assert p99_s < P99_MAX_S
