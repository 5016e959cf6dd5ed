"""Real servers and command lines as processes, every wait bounded."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

ROOT: Final = Path(__file__).parents[2]
#: How ``history`` waits for the server in tests, unless they say otherwise.
PATIENT: Final = ("--timeout", "30")
#: No test comes near it; a hang ends with an error instead.
TIMEOUT_S: Final = 15.0
_LISTENING: Final = re.compile(r"listening on [\d.]+:(\d+) fingerprint ([a-z2-7]{32})\n")


def clean_environment(**more: str) -> dict[str, str]:
    """Ours without what would configure a program from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUBBUB_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def free_port() -> int:
    """A UDP port of the loopback that nobody uses at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read_line(process: subprocess.Popen[str], timeout_s: float = TIMEOUT_S) -> str:
    """The next line of a process, empty at its end; nothing behind it is read.

    What a buffer in here had taken along would not be seen by ``select``: a line that came together
    with the one before would be waited for in vain.
    """
    assert process.stdout
    pipe, line = process.stdout.fileno(), b""
    give_up_at = time.monotonic() + timeout_s
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, give_up_at - time.monotonic()))
        assert ready, "the process says nothing"
        byte = os.read(pipe, 1)
        if not byte:
            break
        line += byte
    return line.decode()


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
    """Ask a process to end, with a signal; returns its exit code. What it says is thrown away."""
    try:
        if process.poll() is None:
            process.send_signal(number)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not read by a dead process
                    pipe.close()
        return process.wait(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


class ServerProcess:
    """A server on the loopback, started on entry; it can be killed and started again, on its
    folder and its port. ``before`` is what stands before its command, in a place of its own."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        port: int = 0,
        host: str = "127.0.0.1",
        module: str = "server",
        before: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.port = port
        self.host = host
        self.fingerprint = ""
        self._command = [*before, sys.executable, "-m", module]
        self._options = options
        self._variables = variables or {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """As ``--server`` takes it."""
        return f"{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> Self:
        """Start it and wait for its first line."""
        where = ["--host", self.host, "--port", str(self.port), "--data", str(self.folder)]
        self._process = subprocess.Popen(
            [*self._command, *where, *self._options],
            env=clean_environment(**self._variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = read_line(self._process)
        found = _LISTENING.fullmatch(line)
        assert found, f"{line!r} is not the promised line"
        self.port, self.fingerprint = int(found[1]), found[2]
        return self

    def resident_kib(self) -> int:
        """Memory in use, from ``/proc``."""
        assert self._process is not None
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("the server is gone")

    def kill(self) -> None:
        """End it without a word, as a crash would."""
        self.stop(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it politely, or with another signal; returns its exit code."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        return end(process, number)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


@dataclass
class Ended:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Its output of ``--json``."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def texts(self) -> list[str]:
        """What people said in it."""
        return [item["text"] for item in self.objects if item["kind"] == "message"]

    @property
    def errors(self) -> list[str]:
        """The lines on standard error but for the news of a first contact."""
        return [line for line in self.err.splitlines() if "first contact" not in line]


@dataclass
class CommandLine:
    """One person's command line: a data folder, a name and a server."""

    folder: Path
    name: str
    server: str
    options: tuple[str, ...] = ()
    running: list[subprocess.Popen[str]] = field(default_factory=list, repr=False)

    def command(self, *arguments: object) -> list[str]:
        """The whole command."""
        who = ["--data", str(self.folder), "--name", self.name, "--server", self.server]
        words = [str(argument) for argument in arguments]
        if words[0] == "history" and "--timeout" not in words:
            # On a busy machine too it is to be the server's history, and not what is here.
            words += PATIENT
        return [sys.executable, "-m", "app", *words[:1], *who, *self.options, *words[1:]]

    def run(self, *arguments: object, stdin: str | bytes = "") -> Ended:
        """Run a command to its end."""
        return run(self.command(*arguments), stdin)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command that goes on; it is ended with the test."""
        process = subprocess.Popen(
            self.command(*arguments),
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.running.append(process)
        return process


def run(
    command: list[str], stdin: str | bytes = "", variables: Mapping[str, str] | None = None
) -> Ended:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        env=clean_environment(**(variables or {})),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())
