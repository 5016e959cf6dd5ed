"""A server announces itself and is found from another computer, over a real network stack."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.system.network_namespaces import Computer, NoNamespaces, two_computers
from tests.system.processes import clean_environment, end, read_line

#: Prints the list of servers, whenever it changes, until its input ends.
LOOK = """
import sys
import msgspec
from app.discovery import Discovery
discovery = Discovery(lambda found: print(msgspec.json.encode(found).decode(), flush=True))
discovery.start()
print("{}", flush=True)
sys.stdin.read()
"""

#: Prints the steps of a test of the network, toward the server given.
TEST = """
import json, sys
from app.client_config import parse_address
from app.network_test_thread import NetworkTester
told = []
server = parse_address(sys.argv[1]) if sys.argv[1:] else None
NetworkTester(told.append).start(server).join(60)
print(json.dumps([[s.step.value, s.state.value, s.detail] for s in told[-1].report.steps]))
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def computers() -> Iterator[tuple[Computer, Computer]]:
    try:
        with two_computers() as both:
            yield both
    except NoNamespaces as error:
        pytest.skip(f"no network of our own: {error}")


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs on a computer, and ends those that still run."""
    running: list[subprocess.Popen[str]] = []

    def start(computer: Computer, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            computer.inside(sys.executable, *arguments),
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        end(process)


def serve(start: Start, computer: Computer, name: str, *options: str) -> Any:
    """A server with this name; returns its process when it listens."""
    server = start(computer, "-m", "server", "--memory", "--name", name, *options)
    assert read_line(server).startswith("listening on ")
    return server


def look(looker: subprocess.Popen[str], wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first list with a server of which this holds; that server."""
    while True:
        found = json.loads(read_line(looker, 30.0))
        for server in found.get("servers", ()):
            if wanted(server):
                return dict(server)


class TestDiscovery:
    def test_server_is_found_measured_and_gone_again(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers
        looker = start(laptop, "-c", LOOK)
        read_line(looker)
        server = serve(start, harbour, "Hafen Süd", "--port", "48300")

        found = look(looker, lambda server: server["round_trip_s"] is not None)

        assert (found["name"], found["address"]) == ("Hafen Süd", f"{harbour.address}:48300")
        assert found["people"] == 0 and 0 < found["round_trip_s"] < 1
        assert end(server) == 0
        while json.loads(read_line(looker, 30.0))["servers"]:
            pass

    def test_server_that_could_say_no_goodbye_is_gone_too(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers
        looker = start(laptop, "-c", LOOK)
        server = serve(start, harbour, "Hafen", "--port", "48309")
        look(looker, lambda server: server["round_trip_s"] is not None)

        end(server, signal.SIGKILL)

        while json.loads(read_line(looker, 30.0))["servers"]:
            pass

    def test_only_servers_that_want_to_be_found_are(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers
        serve(start, harbour, "shy", "--port", "48301", "--no-announce")
        serve(start, harbour, "alone", "--port", "48302", "--host", "127.0.0.1")
        serve(start, harbour, "seen", "--port", "48303", "--host", harbour.address)
        looker = start(laptop, "-c", LOOK)

        # The others were there before: had they said anything, it would come no later.
        assert read_line(looker) == "{}\n"
        seen = json.loads(read_line(looker, 30.0))["servers"]

        assert [server["name"] for server in seen] == ["seen"]

    def test_two_servers_of_one_name_are_both_found(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers
        serve(start, harbour, "Hubbub", "--port", "48304")
        serve(start, laptop, "Hubbub", "--port", "48305")
        looker = start(laptop, "-c", LOOK)

        while len(json.loads(read_line(looker, 30.0)).get("servers", ())) < 2:
            pass


class TestOfTheNetwork:
    def test_every_step_of_the_way_to_another_computer(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers
        serve(start, harbour, "Harbour", "--port", "48306")

        steps = json.loads(read_line(start(laptop, "-c", TEST, f"{harbour.address}:48306"), 60.0))

        assert [state for _step, state, _detail in steps] == ["good"] * 6
        assert steps[0][2] == laptop.address
        assert steps[1][2] == "1 server answered"

    def test_the_network_alone(self, computers: tuple[Computer, Computer], start: Start) -> None:
        harbour, laptop = computers
        serve(start, harbour, "Harbour", "--port", "48308")

        steps = json.loads(read_line(start(laptop, "-c", TEST), 60.0))

        assert steps[:2] == [
            ["own address", "good", laptop.address],
            ["multicast", "good", "1 server answered"],
        ]

    def test_the_step_that_fails_is_named(
        self, computers: tuple[Computer, Computer], start: Start
    ) -> None:
        harbour, laptop = computers

        steps = json.loads(read_line(start(laptop, "-c", TEST, f"{harbour.address}:48307"), 60.0))

        states = {step: state for step, state, _detail in steps}
        assert states["own address"] == "good" and states["reply"] == "failed"
        assert states["loss"] == "skipped"
