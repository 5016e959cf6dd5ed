"""Whether a client keeps up: the real models, store and network thread, each figure with a budget.

    .venv/bin/python -m benchmarks.bench_client

A server in a process of its own has a room of 100,000 entries on its disk. A client that has never
seen it fetches all of them into its database, newest first, while its models show them. Then four
people say 2,000 things a second in another room, and the client must have them all when they end.
What is measured is this process, without the widgets (``bench_ui`` measures those).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.client_config import parse_address
from app.event_handover import EventHandover
from app.models.chat_model import ChatModel
from app.models.client_runtime import ClientRuntime
from app.models.commands import FollowRoom
from app.models.data_folder import DataFolder
from app.models.events import EntriesReceived, RoomListed, RoomsComplete
from benchmarks.long_history import fill

ROOT: Final = Path(__file__).resolve().parent.parent
_PORT: Final = 17020
_ROOM: Final = "history"
#: What the window takes in one turn of its loop, and how often it looks.
_EVENTS_A_TURN: Final = 200
_TURN_S: Final = 0.002
_WAIT_MAX_S: Final = 120.0


class TooSlow(Exception):
    """Something never came."""


class Client:
    """A client without a window: events go the way they go in the program."""

    def __init__(self, folder: Path) -> None:
        self._handover = EventHandover()
        address = parse_address(f"127.0.0.1:{_PORT}")
        self._runtime = ClientRuntime(
            DataFolder.open(folder), address, "bench", self._handover.put,
            is_full=self._handover.is_full,
        )  # fmt: skip
        self.model = ChatModel(self._runtime.submit, lambda: time.time_ns() // 1_000_000)
        self.knows_rooms = False
        #: Numbers that rooms have by their names; of each room how many entries came, and the
        #: greatest and the least number.
        self.rooms: dict[str, int] = {}
        self.counts: dict[int, int] = {}
        self.newest: dict[int, int] = {}
        self.oldest: dict[int, int] = {}
        self._runtime.start()

    def follow(self, room: int, backlog: int) -> None:
        """Fetch so much of the room, and what comes."""
        self._runtime.submit(FollowRoom(room, backlog))

    def until(self, condition: Callable[[], bool]) -> float:
        """Apply what happens until it holds; returns the seconds that took."""
        began = time.perf_counter()
        while not condition():
            if time.perf_counter() - began > _WAIT_MAX_S:
                raise TooSlow
            events = self._handover.take(_EVENTS_A_TURN)
            if not events:
                time.sleep(_TURN_S)
                continue
            for event in events:
                match event:
                    case RoomListed():
                        self.rooms[event.name] = event.room
                    case RoomsComplete():
                        self.knows_rooms = True
                    case EntriesReceived():
                        room, first, last = event.room, event.entries[0], event.entries[-1]
                        self.counts[room] = self.counts.get(room, 0) + len(event.entries)
                        self.newest[room] = max(self.newest.get(room, 0), last.number)
                        self.oldest[room] = min(self.oldest.get(room, first.number), first.number)
            self.model.apply(*events)
            self.model.announce()
        return time.perf_counter() - began

    def stop(self) -> float:
        """End; returns how long the disk still needed."""
        began = time.perf_counter()
        self._runtime.stop(30.0)
        return time.perf_counter() - began


@contextmanager
def _server(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "server", "--host", "127.0.0.1", "--port", str(_PORT)]
    command += ["--data", str(folder), "--no-rate-limits", "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def _catch_up(client: Client, entries: int) -> dict[str, tuple[float, float]]:
    client.until(lambda: client.knows_rooms)
    room = client.rooms[_ROOM]
    began, cpu_began = time.perf_counter(), time.process_time()
    client.follow(room, entries)
    client.until(lambda: client.newest.get(room, 0) >= entries)
    newest_s = time.perf_counter() - began
    held_then = client.counts[room]
    client.until(lambda: client.counts[room] >= entries)
    whole_s, cpu_s = time.perf_counter() - began, time.process_time() - cpu_began
    return {
        "newest of them shown after, s": (newest_s, 1.0),
        "share held by then, %": (100 * held_then / entries, 5.0),
        f"{entries:,} entries caught up after, s": (whole_s, max(1.0, 10.0 * entries / 100_000)),
        "CPU of the client for it, s": (cpu_s, 8.0 * entries / 100_000),
    }


def _keep_up(client: Client, rate: float, seconds: float) -> dict[str, tuple[float, float]]:
    command = [sys.executable, str(ROOT / "benchmarks" / "loadgen.py"), "--port", str(_PORT)]
    load = subprocess.Popen(
        [*command, "--members", "4"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert load.stdin is not None
    assert load.stdout is not None
    try:
        load.stdout.readline()
        client.until(lambda: any(name.startswith("room ") for name in client.rooms))
        room = next(number for name, number in client.rooms.items() if name.startswith("room "))
        client.follow(room, 50)
        client.until(lambda: client.counts.get(room, 0) > 0)
        before, cpu_before = client.counts[room], time.process_time()
        messages = int(rate * seconds)
        load.stdin.write(f"run {messages} {rate} 64\n")
        load.stdin.flush()
        took_s = client.until(lambda: client.counts[room] >= before + messages)
        cpu_s = time.process_time() - cpu_before
        result = json.loads(load.stdout.readline())
    finally:
        load.stdin.close()
        load.wait(10)
    return {
        f"{rate:,.0f} entries a second: behind at the end, s": (took_s - result["wall_s"], 0.5),
        "CPU of the client meanwhile, % of a core": (100 * cpu_s / took_s, 90.0),
    }


def measure(entries: int, rate: float, seconds: float) -> dict[str, tuple[float, float]]:
    """Every figure with its budget."""
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as temporary:
        folder = Path(temporary)
        (folder / "server").mkdir(mode=0o700)
        fill(folder / "server" / "hubbub.sqlite3", entries, _ROOM)
        with _server(folder / "server"):
            client = Client(folder / "client")
            try:
                figures = _catch_up(client, entries)
                figures |= _keep_up(client, rate, seconds)
            finally:
                stored_s = client.stop()
    figures["on its disk so long after, s"] = (stored_s, 3.0)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=2000.0)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--out", type=Path, help="a file for a JSON line")
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    figures = measure(options.entries, options.rate, options.seconds)
    for what, (value, budget) in figures.items():
        late = "" if value <= budget else "   OVER"
        print(f"{what:50} {value:8.2f}   (budget {budget:g}){late}")
    if options.out:
        with options.out.open("a") as out:
            out.write(json.dumps(figures) + "\n")
    return any(value > budget for value, budget in figures.values())


if __name__ == "__main__":
    sys.exit(main())
