"""What people and systems do to programs: no tracebacks, no silence, no damage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.processes import CommandLine, ServerProcess, clean_environment, run

#: Runs the program and presses Ctrl+C while it is still being loaded.
INTERRUPTED = """
import os, runpy, signal, sys

class Impatient:
    def find_spec(self, name, path=None, target=None):
        if name == "app.cli":
            os.kill(os.getpid(), signal.SIGINT)

# Whoever runs the tests in the background may have it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Impatient())
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""


class TestOutput:
    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
    def test_that_cannot_be_written_is_one_line(self, anna: CommandLine) -> None:
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                anna.command("rooms"), env=clean_environment(), stdout=full,
                stderr=subprocess.PIPE, timeout=15, check=False,
            )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.decode().splitlines()[-1] == (
            f"hubbub: the output cannot be written: {os.strerror(28)}"
        )

    @pytest.mark.skipif(sys.platform == "win32", reason="no such shell")
    def test_that_is_closed_is_said_before_anything_is_sent(self, anna: CommandLine) -> None:
        command = ["/bin/sh", "-c", 'exec "$@" >&-', "sh", *anna.command("send", "general", "hi")]
        done = run(command)
        assert (done.code, done.errors) == (1, ["hubbub: standard output is closed"])
        assert anna.run("history", "general").texts == []


class TestArguments:
    def test_a_data_folder_without_a_name_is_not_this_folder(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "app", "send", "--data", "", "general", "hi"]
        done = run(command)
        assert done.code == 2
        assert "--data" in done.err

    @pytest.mark.parametrize("name", ["x" * 65, "x" * 5000, "\udcff\udcfe"])
    def test_a_name_that_cannot_be_said_is_refused(
        self, tmp_path: Path, server: ServerProcess, name: str
    ) -> None:
        done = CommandLine(tmp_path / "a", name, server.address).run("send", "general", "hi")
        assert done.code == 2
        (error,) = done.errors
        assert "--name" in error

    @pytest.mark.skipif(sys.platform == "win32", reason="no signals")
    def test_an_interrupt_at_the_very_start_is_no_traceback(self) -> None:
        done = run([sys.executable, "-c", INTERRUPTED, "rooms"])
        assert (done.code, done.out, done.err) == (-signal.SIGINT, "", "")
