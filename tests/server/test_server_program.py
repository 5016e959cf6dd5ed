"""The server as a process: its first line, its last word, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocol import sealing
from protocol.client_handshake import ClientHandshake, Established
from protocol.frames import Close, CloseReason
from protocol.handshake_datagrams import CLIENT_NONCE_BYTES, SUITES, Offer, encode_hello
from protocol.limits import PROTOCOL_VERSIONS
from protocol.session import Session
from tests.server.log_fixtures import LogUnderTest, damage_page_with, entry

ROOT = Path(__file__).parents[2]
LISTENING = re.compile(r"listening on (?P<host>\[[^]]+\]|[^:]+):(?P<port>\d+) fingerprint (\w+)\n")
HELLO = encode_hello(bytes(CLIENT_NONCE_BYTES), Offer(PROTOCOL_VERSIONS, SUITES))

Start = Callable[..., "subprocess.Popen[str]"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUBBUB_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "server", *map(str, arguments)]


def ended(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """A server that is expected to end by itself."""
    return subprocess.run(
        command(*arguments),
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers and ends those that still run."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command(*arguments),
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> re.Match[str]:
    assert process.stdout
    line = process.stdout.readline()
    found = LISTENING.fullmatch(line)
    assert found, f"{line!r} is not the promised line"
    return found


def loopback(folder: Path) -> list[object]:
    return ["--host", "127.0.0.1", "--port", 0, "--data", folder]


def connected(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.settimeout(10)
    udp.connect(address)
    return udp


def sign_in(udp: socket.socket) -> Session:
    """A session with the server at the other end; it has no person yet."""
    client = ClientHandshake(os.urandom(32), None, b"", os.urandom, now=0.0)
    outcome = None
    while outcome is None:
        for datagram in client.datagrams_to_send(0.0):
            udp.send(datagram)
        outcome = client.receive(udp.recv(2048), now=0.0)
    assert isinstance(outcome, Established)
    for datagram in client.datagrams_to_send(0.0):
        udp.send(datagram)
    return Session(outcome.channel, udp.getpeername(), 0.0, os.urandom)


class TestFirstLines:
    def test_where_to_come_is_said_with_a_link(self, start: Start, tmp_path: Path) -> None:
        process = start(*loopback(tmp_path / "data"))
        found = first_line(process)

        assert process.stdout
        port, fingerprint = found["port"], found[3]
        assert process.stdout.readline() == (
            f"address 127.0.0.1:{port} (this computer only)"
            f" invite link hubbub://127.0.0.1:{port}#{fingerprint}\n"
        )

    def test_bound_to_everything_it_names_what_can_be_typed(self, start: Start) -> None:
        process = start("--host", "0.0.0.0", "--port", 0, "--memory", "--no-announce")
        port = first_line(process)["port"]

        assert process.stdout
        assert re.match(rf"address (?!0\.0\.0\.0)[\d.]+:{port} ", process.stdout.readline())


class TestLife:
    @pytest.mark.skipif(os.name != "posix", reason="processes are ended in another way there")
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_server_says_where_it_listens_and_ends_when_told(
        self, start: Start, tmp_path: Path, number: signal.Signals
    ) -> None:
        server = start(*loopback(tmp_path / "data"))
        found = first_line(server)

        server.send_signal(number)
        out, err = server.communicate(timeout=5)

        assert server.returncode == 0
        assert found["host"] == "127.0.0.1" and int(found["port"]) > 0
        assert out.startswith("address ") and out.count("\n") == 1
        told = [json.loads(line) for line in err.splitlines()]
        assert [line["event"] for line in told] == ["listening", "stopped"]
        native = "native" if sealing.IS_NATIVE else "python"
        assert (told[0]["sealing"], told[0]["sending"]) == (native, native)
        files = sorted(path.name for path in (tmp_path / "data").iterdir())
        assert files == ["hubbub.sqlite3", "server.key"]
        assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*"))

    @pytest.mark.skipif(os.name != "posix", reason="processes are ended in another way there")
    def test_it_goes_on_when_nobody_reads_what_it_says(self, start: Start, tmp_path: Path) -> None:
        server = start(*loopback(tmp_path))
        assert server.stdout and server.stderr
        server.stdout.close()
        assert json.loads(server.stderr.readline())["event"] == "listening"

        server.terminate()

        assert server.wait(timeout=5) == 0
        assert json.loads(server.stderr.readline())["event"] == "stopped"

    def test_fingerprint_is_the_same_after_a_restart(self, start: Start, tmp_path: Path) -> None:
        fingerprints = set()
        for _ in range(2):
            server = start(*loopback(tmp_path))
            fingerprints.add(first_line(server)[3])
            server.terminate()
            server.communicate(timeout=5)

        assert len(fingerprints) == 1

    @pytest.mark.skipif(os.name != "posix", reason="nothing is killed that way there")
    def test_after_a_kill_the_log_is_looked_through(self, start: Start, tmp_path: Path) -> None:
        killed = start(*loopback(tmp_path))
        first_line(killed)
        killed.kill()
        killed.communicate(timeout=5)

        server = start(*loopback(tmp_path))
        first_line(server)
        assert server.stderr
        events = [json.loads(server.stderr.readline())["event"] for _ in range(3)]
        server.terminate()
        server.communicate(timeout=5)

        assert events == [
            "the last server on this folder did not stop properly; its log is looked through",
            "listening",
            "the log was looked through: it is whole",
        ]
        assert server.returncode == 0

    @pytest.mark.skipif(os.name != "posix", reason="nothing is killed that way there")
    def test_damage_is_told_by_the_exit_code(self, start: Start, tmp_path: Path) -> None:
        with closing(LogUnderTest(tmp_path / "hubbub.sqlite3").log) as log:
            log.create_room("a", "a", 0)
            log.append(
                1, [*[entry("x" * 1000)] * 30, entry("the middle"), *[entry("x" * 1000)] * 30]
            )
            log.commit(lambda error: None)
        damage_page_with(tmp_path / "hubbub.sqlite3", b"the middle")
        (tmp_path / "hubbub.sqlite3-wal").write_bytes(b"of a server that was killed")

        server = start(*loopback(tmp_path))
        first_line(server)
        assert server.stderr
        while "damage" not in (line := server.stderr.readline()):
            assert line, "it ended without having looked"
        server.terminate()
        out, err = server.communicate(timeout=5)

        assert server.returncode == 1 and out.count("\n") == 1
        assert err.splitlines()[-1].startswith("hubbub-server: the log is damaged: ")

    def test_memory_mode_keeps_the_key_and_nothing_else(self, start: Start, tmp_path: Path) -> None:
        server = start(*loopback(tmp_path), "--memory")
        first_line(server)
        server.terminate()
        server.communicate(timeout=5)

        assert [path.name for path in tmp_path.iterdir()] == ["server.key"]

    def test_memory_mode_without_a_folder_keeps_nothing(self, start: Start, tmp_path: Path) -> None:
        home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
        fingerprints = set()
        for _ in range(2):
            server = start("--host", "127.0.0.1", "--port", 0, "--memory", **home)
            fingerprints.add(first_line(server)[3])
            server.terminate()
            server.communicate(timeout=5)

        assert len(fingerprints) == 2
        assert list(tmp_path.iterdir()) == []

    def test_folder_is_the_systems_own_by_default(self, start: Start, tmp_path: Path) -> None:
        variables = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "LOCALAPPDATA": ""}
        server = start("--host", "127.0.0.1", "--port", 0, **variables)
        first_line(server)

        assert len(list(tmp_path.rglob("server.key"))) == 1

    def test_host_of_ipv6_stands_in_brackets(self, start: Start) -> None:
        assert first_line(start("--host", "::1", "--port", 0, "--memory"))["host"] == "[::1]"

    @pytest.mark.skipif(os.name != "posix", reason="processes are ended in another way there")
    def test_session_is_told_that_the_server_stops(self, start: Start) -> None:
        server = start("--host", "127.0.0.1", "--port", 0, "--memory")
        port = int(first_line(server)["port"])
        with connected(socket.AF_INET, ("127.0.0.1", port)) as udp:
            session = sign_in(udp)
            # One socket is read in order: when this is answered, the session exists.
            udp.send(HELLO)
            assert len(udp.recv(2048)) > 0

            server.terminate()

            frames = session.receive(udp.recv(2048), udp.getpeername(), now=0.0)
        assert frames == [Close(CloseReason.SERVER_STOPS)]
        server.communicate(timeout=5)
        assert server.returncode == 0

    @pytest.mark.parametrize(
        ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    )
    def test_server_answers_a_hello_on_both_families(
        self, start: Start, family: socket.AddressFamily, host: str
    ) -> None:
        server = start("--port", 0, "--memory")
        port = int(first_line(server)["port"])
        with connected(family, (host, port)) as udp:
            udp.send(HELLO)
            answer = udp.recv(2048)

        assert 0 < len(answer) < 1200


class TestRefusals:
    def test_second_server_on_the_folder(self, start: Start, tmp_path: Path) -> None:
        first_line(start(*loopback(tmp_path)))

        second = ended(*loopback(tmp_path))

        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr == f"hubbub-server: another server is using the folder {tmp_path}\n"
        assert not (tmp_path / "left-open").exists(), "the first one is at work"

    def test_port_in_use_leaves_the_folder_alone(self, start: Start, tmp_path: Path) -> None:
        port = first_line(start("--host", "127.0.0.1", "--port", 0, "--memory"))["port"]

        second = ended("--host", "127.0.0.1", "--port", port, "--data", tmp_path / "data")

        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.startswith(f"hubbub-server: cannot listen on 127.0.0.1 port {port}: ")
        assert second.stderr.count("\n") == 1
        assert list(tmp_path.iterdir()) == []

    def test_broken_key(self, tmp_path: Path) -> None:
        (tmp_path / "server.key").write_bytes(b"short")

        server = ended(*loopback(tmp_path))

        assert server.returncode == 1
        assert "server.key is no key" in server.stderr and server.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--prot", "1"], "unrecognized arguments: --prot"),
            (["--port", "65536"], "--port: must be a whole number from 0 to 65535"),
            (["--log-level", "loud"], "--log-level"),
            (["--config", "missing.toml"], "missing.toml: cannot be read"),
        ],
    )
    def test_wrong_usage(self, arguments: list[str], words: str) -> None:
        server = ended(*arguments)

        assert (server.returncode, server.stdout) == (2, "")
        assert words in server.stderr and server.stderr.count("\n") == 1

    def test_wrong_variable(self) -> None:
        server = ended(HUBBUB_LIMITS_SESSIONS_MAX="many")

        assert server.returncode == 2
        assert "HUBBUB_LIMITS_SESSIONS_MAX: must be a whole number" in server.stderr


class TestWords:
    def test_printed_config_is_what_counts(self, tmp_path: Path) -> None:
        config = tmp_path / "hubbub.toml"
        config.write_text('name = "file"\nport = 1\n[limits]\nrooms_max = 7\n', encoding="utf-8")

        shown = ended(
            "--print-config", "--name", "arguments", "--no-rate-limits",
            HUBBUB_CONFIG=str(config), HUBBUB_PORT="2", HUBBUB_MEMORY="yes",
        )  # fmt: skip

        values = tomllib.loads(shown.stdout)
        assert (values["name"], values["port"], values["memory"]) == ("arguments", 2, True)
        assert (values["limits"]["rooms_max"], values["rate_limits"]) == (7, False)

    def test_help_lists_the_commands_with_what_they_do(self) -> None:
        lines = ended("--help").stdout.splitlines()
        assert lines[0] == "usage: python -m server [options]", "as it was started"
        commands = lines[lines.index("commands (each has its --help):") + 1 :]
        assert [line.split()[0] for line in commands] == [
            "check",
            "backup",
            "restore",
            "next-key",
            "switch-key",
        ]
        assert all(len(line.split()) > 3 for line in commands)
        assert max(map(len, lines)) <= 100

    def test_version(self) -> None:
        shown = ended("--version")

        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())[
            "project"
        ]
        assert shown.returncode == 0 and shown.stdout == f"hubbub-server {project['version']}\n"
