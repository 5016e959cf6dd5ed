"""Servers and command lines that end with their test, however it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.processes import CommandLine, ServerProcess, end

MakeServer = Callable[..., ServerProcess]
MakePerson = Callable[..., CommandLine]


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """Makes servers that are not started yet: ``make_server(folder, *options, port=0)``."""
    made: list[ServerProcess] = []

    def make(
        folder: str = "server", *options: str, port: int = 0, rate_limits: bool = False
    ) -> ServerProcess:
        limits = () if rate_limits else ("--no-rate-limits",)
        made.append(ServerProcess(tmp_path / folder, *limits, *options, port=port))
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture
def server(make_server: MakeServer) -> ServerProcess:
    """A server without limits of rates, up and running."""
    return make_server().start()


@pytest.fixture
def make_person(tmp_path: Path) -> Iterator[MakePerson]:
    """Makes people, each with a folder: ``make_person(name, address)``."""
    made: list[CommandLine] = []

    def make(name: str, address: str) -> CommandLine:
        made.append(CommandLine(tmp_path / name, name, address, ("--json",)))
        return made[-1]

    yield make
    for person in made:
        for process in person.running:
            end(process, signal.SIGKILL)


@pytest.fixture
def anna(make_person: MakePerson, server: ServerProcess) -> CommandLine:
    """Somebody at the server."""
    return make_person("anna", server.address)


@pytest.fixture
def ben(make_person: MakePerson, server: ServerProcess) -> CommandLine:
    """Somebody else."""
    return make_person("ben", server.address)
