"""What is promised, shown with real processes, real sockets and real disks on loopback."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import WatchPeople
from app.models.events import HistoryForked, PeopleChanged, RoomListed, SignedIn
from protocol.frames import EntryKind, Presence
from server.sqlite_log import SqliteLog
from tests.system.headless import Headless
from tests.system.processes import ROOT, ServerProcess, clean_environment
from tests.system.relay import Relay

MESSAGES = 1000


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that slows nobody down."""
    with ServerProcess(tmp_path / "server", "--no-rate-limits") as process:
        yield process


def assert_same_room(anna: Headless, ben: Headless, texts: int) -> None:
    """Both hold the same entries in the same order, none missing, none twice."""
    ours, theirs = anna.entries(), ben.entries()
    common = max(ours[0].number, theirs[0].number)
    assert [e for e in ours if e.number >= common] == [e for e in theirs if e.number >= common]
    numbers = [entry.number for entry in ours]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert anna.doubled == ben.doubled == 0
    assert len(anna.texts()) == texts
    for person in (anna, ben):
        own = [text for text in anna.texts() if text.startswith(person.name)]
        assert own == sorted(own, key=lambda text: int(text.split()[1])), "each in its order"
        assert len(own) == len(set(own))


def say_many(person: Headless, first: int, count: int) -> None:
    """Messages ``first`` to ``first + count - 1``, as fast as the outbox takes them."""
    for number in range(first, first + count):
        person.say(f"{person.name} {number}")


@pytest.mark.parametrize("faults", [{}, {"loss": 0.2, "duplication": 0.1, "reorder": 0.1}])
def test_two_people_say_a_thousand_things_each_at_once(
    server: ServerProcess, tmp_path: Path, faults: dict[str, float]
) -> None:
    with Relay(("127.0.0.1", server.port), seed=5, **faults) as relay:  # type: ignore[arg-type]
        place = "{}:{}".format(*relay.address)
        with (
            Headless(tmp_path / "anna", place, "anna") as anna,
            Headless(tmp_path / "ben", place, "ben") as ben,
        ):
            anna.join()
            ben.join()
            say_many(anna, 0, MESSAGES)
            say_many(ben, 0, MESSAGES)
            for person in (anna, ben):
                person.until(lambda p=person: len(p.receipts) == MESSAGES + 1)  # type: ignore[misc]
                person.until(lambda p=person: len(p.texts()) == 2 * MESSAGES)  # type: ignore[misc]
            assert_same_room(anna, ben, 2 * MESSAGES)
        if faults:
            assert min(relay.counts["lost"], relay.counts["doubled"], relay.counts["delayed"]) > 20


def test_kill_nine_of_the_server_ten_times_loses_no_receipt(
    server: ServerProcess, tmp_path: Path
) -> None:
    chance = random.Random(11)
    with (
        Headless(tmp_path / "anna", server.address, "anna") as anna,
        Headless(tmp_path / "ben", server.address, "ben") as ben,
    ):
        anna.join()
        ben.join()
        for life in range(10):
            say_many(anna, life * 50, 50)
            say_many(ben, life * 50, 50)
            time.sleep(chance.random() * 0.15)
            server.kill()
            server.start()
        for person in (anna, ben):
            person.until(lambda p=person: len(p.receipts) == 501)  # type: ignore[misc]
            person.until(lambda p=person: len(p.texts()) == 1000)  # type: ignore[misc]
        assert_same_room(anna, ben, 1000)
        receipts = {person.name: dict(person.receipts) for person in (anna, ben)}
        devices = {p.name: p.happened(SignedIn)[0].device for p in (anna, ben)}
    assert server.stop() == 0
    log = open_log(server.folder)
    assert log.check() == []
    for name, seen in receipts.items():
        for client_seq, (room, number) in seen.items():
            entry = log.entries(room, number, number, 1000)[0]
            assert (entry.device, entry.client_seq) == (devices[name], client_seq)
    log.close()


def open_log(folder: Path) -> SqliteLog:
    """A stopped server's log."""
    (path,) = folder.glob("*.sqlite*3")
    return SqliteLog.open(path, random_bytes=random.randbytes, wake=lambda: None, threaded=False)


def test_kill_nine_of_a_sender_leaves_everything_in_its_outbox(
    server: ServerProcess, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "app", "send", "general", "--server", server.address]
    command += ["--name", "anna", "--data", str(tmp_path / "anna"), "--json"]
    with Headless(tmp_path / "ben", server.address, "ben") as ben:
        ben.join()
        sent = 0
        for life in range(3):
            process = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env=clean_environment(),
            )  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            lines = "".join(f"anna {n}\n" for n in range(sent, sent + 300))
            process.stdin.write(lines.encode())
            process.stdin.flush()
            sent += 300
            # Whoever got so many receipts has the rest on disk or on its way there.
            for _ in range(20 + 10 * life):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
            process.wait(10)
            process.stdin.close()
            process.stdout.close()
        last = subprocess.run(
            [*command, "anna 900"], cwd=ROOT, capture_output=True, timeout=60,
            env=clean_environment(), check=False,
        )  # fmt: skip
        assert last.returncode == 0, last.stderr
        assert last.stdout.count(b"\n") == 1, "older messages go out silently"
        ben.until(lambda: "anna 900" in ben.texts())
        own = [int(text.split()[1]) for text in ben.texts()]
        assert own == sorted(set(own)), "in order, none twice"
        for life in range(3):
            assert set(range(life * 300, life * 300 + 20)) <= set(own), "receipts were seen"


def test_a_client_folder_copied_back_doubles_nothing_and_goes_on(
    server: ServerProcess, tmp_path: Path
) -> None:
    folder, copy = tmp_path / "anna", tmp_path / "copy"
    with Headless(tmp_path / "ben", server.address, "ben") as ben:
        ben.join()
        anna = Headless(folder, server.address, "anna").start()
        anna.join()
        say_many(anna, 0, 10)
        anna.until(lambda: len(anna.receipts) == 11)
        anna.stop()
        shutil.copytree(folder, copy)
        with Headless(folder, server.address, "anna") as again:
            say_many(again, 10, 10)
            again.until(lambda: len(again.receipts) == 10)
        shutil.rmtree(folder)
        shutil.copytree(copy, folder)
        restored = Headless(folder, server.address, "anna")
        restored.say("anna 20")  # typed before anybody knows that the folder is old
        restored.start()
        restored.say("anna 21")
        restored.until(lambda: len(restored.receipts) == 2)
        restored.until(lambda: len(restored.texts()) == 22)
        restored.stop()
        ben.until(lambda: len(ben.texts()) == 22)
        assert ben.texts() == [f"anna {n}" for n in range(22)]
        assert restored.texts() == ben.texts()


def test_a_server_folder_copied_back_is_said_and_nothing_vanishes_silently(
    server: ServerProcess, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    with Headless(tmp_path / "anna", server.address, "anna") as anna:
        anna.join()
        say_many(anna, 0, 10)
        anna.until(lambda: len(anna.receipts) == 11)
        server.stop()
        shutil.copytree(server.folder, copy)
        server.start()
        say_many(anna, 10, 10)
        anna.until(lambda: len(anna.receipts) == 21)
        server.kill()
        shutil.rmtree(server.folder)
        shutil.copytree(copy, server.folder)
        server.start()
        anna.say("anna 20")
        anna.until(lambda: bool(anna.happened(HistoryForked)) and anna.texts()[-1] == "anna 20")
        (fork,) = anna.happened(HistoryForked)
        kept = [e for e in anna.entries() if e.number <= fork.agreed_to]
        assert [e.text for e in kept if e.kind == EntryKind.MESSAGE] == [
            f"anna {n}" for n in range(10)
        ]
        assert len(anna.texts()) == 11


def test_a_new_address_in_the_middle_loses_nothing_and_nobody_leaves(
    server: ServerProcess, tmp_path: Path
) -> None:
    with (
        Relay(("127.0.0.1", server.port), seed=7) as relay,
        Headless(tmp_path / "anna", "{}:{}".format(*relay.address), "anna") as anna,
        Headless(tmp_path / "ben", server.address, "ben") as ben,
    ):
        anna.join()
        ben.join()
        ben.submit(WatchPeople(1))
        ben.until(lambda: len(ben.happened(PeopleChanged)) >= 2)
        seen = len(ben.happened(PeopleChanged))
        for move in range(5):
            say_many(anna, move * 40, 40)
            relay.move()
            ben.say(f"ben {move}")
        ben.until(lambda: len(ben.texts()) == 205)
        anna.until(lambda: len(anna.texts()) == 205 and len(anna.receipts) == 201)
        assert len(anna.happened(SignedIn)) == 1, "it is the same session still"
        later = [m for e in ben.happened(PeopleChanged)[seen:] for m in e.members]
        assert all(member.presence == Presence.ONLINE for member in later)


def test_the_wire_shows_no_word_no_room_and_no_name(server: ServerProcess, tmp_path: Path) -> None:
    with Relay(("127.0.0.1", server.port), record=True) as relay:
        place = "{}:{}".format(*relay.address)
        with (
            Headless(tmp_path / "anna", place, "annabelle") as anna,
            Headless(tmp_path / "ben", place, "benjamin") as ben,
        ):
            anna.post(EntryKind.CREATED, "lighthouse")
            anna.until(lambda: len(anna.receipts) == 1)
            ben.until(lambda: "lighthouse" in [e.name for e in ben.happened(RoomListed)])
            ben.join("lighthouse")
            anna.say("the treasure is buried", "lighthouse")
            ben.until(lambda: "the treasure is buried" in ben.texts(2))
        wire = b"\0".join(relay.recorded).lower()
        assert len(relay.recorded) > 20
        for word in (b"treasure", b"buried", b"lighthouse", b"annabelle", b"benjamin", b"general"):
            assert word not in wire
