"""The load generator against a real server: what it counts, and that it notices a lie."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from benchmarks.loadgen import Load, parse_options
from benchmarks.member import LoadError, MemberState
from protocol.frames import Entry, EntryKind, Refused, Welcome
from tests.system.conftest import MakeServer
from tests.system.processes import ROOT, TIMEOUT_S, ServerProcess, clean_environment

LOADGEN = str(ROOT / "benchmarks" / "loadgen.py")


def load(server: ServerProcess, lines: str, *options: str) -> list[dict[str, Any]]:
    """What the generator answers to lines of standard input, from another folder."""
    done = subprocess.run(
        [sys.executable, LOADGEN, "--port", server.address.rpartition(":")[2], *options],
        input=lines, capture_output=True, text=True, timeout=4 * TIMEOUT_S, check=False, cwd="/",
        env=clean_environment(PYTHONPATH=""),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("memory", [False, True])
def test_every_member_gets_every_entry(make_server: MakeServer, memory: bool) -> None:
    server = make_server("server", *(["--memory"] if memory else [])).start()
    ready, flat_out, timed = load(
        server, "run 50 0 16\nrun 20 200.0 64\nend\n", "--rooms", "2", "--members", "3", "--unknown"
    )
    assert (ready["event"], ready["clients"]) == ("ready", 6)
    assert (flat_out["sent"], flat_out["expected"], flat_out["delivered"]) == (50, 150, 150)
    assert "member_us" not in flat_out
    assert flat_out["datagrams_in"] < 150, "nothing was joined"
    assert (timed["member_us"]["n"], timed["last_us"]["n"]) == (60, 20)
    assert 0 < timed["member_us"]["p50"] <= timed["member_us"]["max"] <= timed["last_us"]["max"]


def test_what_runs_before_left_is_not_looked_at_while_a_timed_one_waits(
    server: ServerProcess,
) -> None:
    port = server.address.rpartition(":")[2]
    generator = Load(parse_options(["--port", port, "--members", "2"]))
    generator.connect()
    generator.settle()
    generator.run(20, 0.0, 8)
    generator.run(0, 100.0, 1)
    for client in generator.clients:
        assert client.member.replica is not None
        assert client.ordered_to == client.member.replica.complete_to > 20
    generator.close()


def test_other_words_under_one_number_are_told(server: ServerProcess) -> None:
    port = server.address.rpartition(":")[2]
    generator = Load(parse_options(["--port", port, "--members", "2"]))
    generator.connect()
    generator.settle()
    first, second = generator.clients
    said = Entry(EntryKind.MESSAGE, 1, 1, 1, 0, "one thing")
    generator.note(first, 9, [said], 0.0)
    generator.note(second, 9, [said], 0.0)
    assert generator.problems == []
    generator.note(second, 9, [Entry(EntryKind.MESSAGE, 1, 1, 1, 0, "another")], 0.0)
    assert generator.problems == [f"{second.member.name} got other words at 9"]
    generator.close()


def test_an_answer_that_comes_twice_is_no_surprise_and_another_one_is(
    server: ServerProcess,
) -> None:
    """Behind a busy server a member asks again before the first answer comes."""
    port = server.address.rpartition(":")[2]
    generator = Load(parse_options(["--port", port, "--members", "1"]))
    generator.connect()
    member = generator.clients[0].member
    session = member._session
    assert session is not None
    welcome = Welcome(7, 7, "somebody", 0, 0, "Hubbub", [], bytes(16), 0, 0, b"")

    member._on_frame(welcome, session, 0.0)
    with pytest.raises(LoadError, match="Refused"):
        member._on_frame(Refused(1, 1), session, 0.0)

    assert member.state is MemberState.FOLLOWING
    generator.close()
