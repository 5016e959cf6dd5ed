"""R1 to R3: the server dies, the power goes, the disk is full."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from server.room_log import LogError
from tests.faults.ledger import Crowd, Ledger, compare, count_texts, device_of, open_log
from tests.faults.loop_disk import LoopDisk
from tests.system.headless import Headless
from tests.system.processes import ServerProcess

KILLS = 20
CUTS = 10
CARELESS_CUTS = 4
POSTS_PER_S = 200


def make_crowd(place: str, tmp_path: Path, cleanup: ExitStack) -> Crowd:
    people = [Headless(tmp_path / name, place, name) for name in ("anna", "ben")]
    crowd = Crowd(*(cleanup.enter_context(person) for person in people))
    crowd.join()
    return crowd


def test_r01_kill_nine_under_load(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    chance = random.Random(1)
    server = cleanup.enter_context(ServerProcess(tmp_path / "server", "--no-rate-limits"))
    crowd = make_crowd(server.address, tmp_path, cleanup)
    for _ in range(KILLS):
        before, patience = crowd.acknowledged, 20
        while crowd.acknowledged == before and patience:  # connected again
            crowd.chatter(0.1, POSTS_PER_S)
            patience -= 1
        crowd.chatter(0.1 + chance.random() * 0.4, POSTS_PER_S)
        server.kill()
        ledger.faults["kill -9"] += 1
        ledger.faults["kill -9 with posts under way"] += crowd.acknowledged > before
        server.start()
    crowd.settle()
    crowd.judge(ledger, server)
    assert ledger.faults["kill -9 with posts under way"] > KILLS // 2


def small_server(folder: Path, module: str = "server") -> ServerProcess:
    """One that uses a disk to its last byte: ours are smaller than what it leaves free."""
    no_reserve = {"HUBBUB_LIMITS_FREE_MIB_MIN": "0"}
    return ServerProcess(folder, "--no-rate-limits", module=module, variables=no_reserve)


def test_r02_power_cut(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    chance = random.Random(2)
    disk = LoopDisk(ledger, tmp_path / "disk", cleanup)
    server = cleanup.enter_context(small_server(disk.path / "server"))
    crowd = make_crowd(server.address, tmp_path, cleanup)
    for _ in range(CUTS):
        crowd.chatter(0.3 + chance.random(), POSTS_PER_S)
        disk.cut()
        server.kill()
        ledger.faults["power cut"] += 1
        disk.mount_again()
        with closing(open_log(server.folder)) as log:
            assert log.check() == []
            devices = {person.name: device_of(person) for person in crowd.people}
            receipts = {person.name: dict(person.receipts) for person in crowd.people}
            assert compare(log, devices, receipts)[0] == 0
        server.start()
    crowd.settle()
    crowd.judge(ledger, server)
    careless(ledger, disk, tmp_path / "control", cleanup)


def careless(ledger: Ledger, disk: LoopDisk, tmp_path: Path, cleanup: ExitStack) -> None:
    """The control: without fsync the same cut must lose something, else it was none."""
    lost = 0
    for turn in range(CARELESS_CUTS):
        server = small_server(disk.path / f"careless {turn}", "tests.faults.careless_server")
        with ExitStack() as people:
            people.callback(server.kill)
            server.start()
            crowd = make_crowd(server.address, tmp_path / str(turn), people)
            crowd.chatter(1, POSTS_PER_S)
            disk.cut()
            server.kill()
            devices = {person.name: device_of(person) for person in crowd.people}
            receipts = {person.name: dict(person.receipts) for person in crowd.people}
        disk.mount_again()
        try:
            with closing(open_log(server.folder)) as log:
                lost += compare(log, devices, receipts)[0]
        except (LogError, sqlite3.Error):
            lost += sum(map(len, receipts.values()))
        ledger.faults["power cut, control"] += 1
    ledger.notes.append(f"the control with synchronous=OFF lost {lost}")
    assert lost > 0, "the control run lost nothing: the cut was none"


def test_r03_disk_full_then_freed(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    small = tmp_path / "small"
    small.mkdir()
    ledger.attempt("mount", "-t", "tmpfs", "-o", "size=1500k,mode=700", "hubbub-faults", small)
    cleanup.callback(lambda: subprocess.run(["umount", "-l", small], check=True))
    server = cleanup.enter_context(small_server(small / "server"))
    anna = cleanup.enter_context(Headless(tmp_path / "anna", server.address, "anna"))
    with Headless(tmp_path / "ben", server.address, "ben") as ben:
        Crowd(anna, ben).join()
    crowd = Crowd(anna)
    fill_up(crowd, anna)
    with contextlib.suppress(OSError), (small / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    assert os.statvfs(small).f_bavail == 0
    ledger.faults["disk full"] += 1
    ben = cleanup.enter_context(Headless(tmp_path / "ben", server.address, "ben"))
    ben.until(lambda: count_texts(ben) > 20, 20)  # reading goes on
    # The last free bytes of the file may still take one or the other, but never all of them.
    crowd.say(50, width=900)
    time.sleep(5)
    assert len(anna.receipts) < crowd.said["anna"], "nothing can be written, all is acknowledged"
    ledger.notes.append(f"{crowd.said['anna'] + 1 - len(anna.receipts)} posts waited")
    subprocess.run(["mount", "-o", "remount,size=64m", small], check=True)
    ledger.faults["disk freed"] += 1
    anna.until(lambda: len(anna.receipts) == crowd.said["anna"] + 1)
    ben.until(lambda: count_texts(ben) >= 20 and ben.texts()[-1] == anna.texts()[-1])
    crowd.judge(ledger, server)


def test_r03_little_space_left(ledger: Ledger, tmp_path: Path, cleanup: ExitStack) -> None:
    """Writing stops before the disk is full, reading goes on, and writing resumes by itself."""
    small = tmp_path / "small"
    small.mkdir()
    ledger.attempt("mount", "-t", "tmpfs", "-o", "size=80m,mode=700", "hubbub-faults", small)
    cleanup.callback(lambda: subprocess.run(["umount", "-l", small], check=True))
    server = cleanup.enter_context(ServerProcess(small / "server", "--no-rate-limits"))
    anna = cleanup.enter_context(Headless(tmp_path / "anna", server.address, "anna"))
    with Headless(tmp_path / "ben", server.address, "ben") as ben:
        Crowd(anna, ben).join()
    crowd = Crowd(anna)
    crowd.say(20)
    anna.until(lambda: len(anna.receipts) == 21)
    filler = small / "filler"
    filler.write_bytes(bytes(20 * 2**20))
    ledger.faults["less than 64 MiB left"] += 1
    crowd.say(20)
    ben = cleanup.enter_context(Headless(tmp_path / "ben", server.address, "ben"))
    ben.until(lambda: count_texts(ben) >= 20, 20)  # reading goes on
    assert len(anna.receipts) == 21, "written although little space was left"
    assert os.statvfs(small).f_bavail > 0
    filler.unlink()
    anna.until(lambda: len(anna.receipts) == 41)
    ben.until(lambda: count_texts(ben) >= 40)
    crowd.judge(ledger, server)


def fill_up(crowd: Crowd, anna: Headless) -> None:
    """Talk until no receipt comes any more, not even for one message alone."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        before = len(anna.receipts)
        if before > crowd.said["anna"]:
            crowd.say(50, width=900)
        try:
            anna.until(lambda n=before: len(anna.receipts) > n, 5)  # type: ignore[misc]
        except AssertionError:
            return
    pytest.fail("the disk never became full")
