"""The window's program as a whole: how it starts, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from app.bootstrap import run_window
from app.cli_arguments import Options
from app.client_config import parse_address
from app.models.data_folder import DataFolder
from app.restart import fresh_command

ROOT = Path(__file__).parents[2]

#: Ends itself by a signal as soon as the window's loop runs.
ENDS_BY_SIGNAL = """
import os, signal, sys
from pathlib import Path
from app.bootstrap import run_window
from app.cli_arguments import Options
from app.views.main_window import MainWindow

run = MainWindow.run

def run_and_end(window):
    window.root.after(50, lambda: os.kill(os.getpid(), signal.SIGTERM))
    run(window)

MainWindow.run = run_and_end
sys.exit(run_window(Options(data=Path(sys.argv[1]))))
"""


class TestStart:
    def test_folder_in_use_is_refused_in_one_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with DataFolder.open(tmp_path):
            assert run_window(Options(data=tmp_path)) == 1

        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1 and "is in use by another Hubbub" in said.err

    def test_missing_display_is_said_in_one_line_and_the_folder_is_free_again(
        self, tmp_path: Path
    ) -> None:
        if sys.platform in ("win32", "darwin"):
            pytest.skip("windows need no display server here")
        environment = {**os.environ, "DISPLAY": ":65000"}
        command = [sys.executable, "-m", "app", "--data", str(tmp_path)]

        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

        assert done.returncode == 1
        assert done.stderr.startswith("hubbub: the window cannot be shown: ")
        assert done.stderr.count("\n") == 1
        DataFolder.open(tmp_path).close()


#: Asks for a restart in German, and says what it finds after it.
RESTARTS = """
import sys
from pathlib import Path
from app.bootstrap import run_window
from app.cli_arguments import parse_arguments
from app.translation import language
from app.views.main_window import MainWindow

run = MainWindow.run

def restart_once(window):
    print(language(), sys.argv[1:], flush=True)
    calls = window._callbacks
    if language() == "de":
        window.root.after(50, window.close)
    else:
        window.root.after(50, lambda: (calls.on_language("de"), calls.on_restart()))
    run(window)

MainWindow.run = restart_once
sys.exit(run_window(parse_arguments(sys.argv[1:])))
"""


@pytest.mark.gui
@pytest.mark.skipif(sys.platform == "win32", reason="not tried there")
class TestRestart:
    def test_it_goes_on_in_another_language_towards_the_same_server(
        self, display: str, tmp_path: Path
    ) -> None:
        environment = {**os.environ, "DISPLAY": display, "LANGUAGE": "en"}
        options = ["--data", str(tmp_path), "--name", "ada", "hubbub://127.0.0.1:9/dev"]

        done = subprocess.run(
            [sys.executable, "-c", RESTARTS, *options], cwd=ROOT, env=environment,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

        again = ["--data", str(tmp_path), "--server", "127.0.0.1:9", "--name", "ada"]
        again += ["--room", "dev"]
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"en {options}\nde {again}\n"

    def test_a_program_that_is_gone_is_said(
        self, mocker: MockerFixture, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        mocker.patch("app.bootstrap._run", return_value=["--data", "x"])
        mocker.patch("app.restart.os.execv", side_effect=FileNotFoundError(2, "No such file"))

        assert run_window(Options(data=tmp_path)) == 1

        assert "cannot be started again: No such file" in capsys.readouterr().err
        DataFolder.open(tmp_path).close()


@pytest.mark.parametrize(
    ("original", "given", "expected"),
    [
        (
            ["python3", "-X", "dev", "-m", "app", "--name", "ada"],
            2,
            ["python3", "-X", "dev", "-m", "app"],
        ),
        (["/bin/python3", "/bin/hubbub"], 0, ["/bin/python3", "/bin/hubbub"]),
    ],
)
def test_the_way_of_starting_stays(original: list[str], given: int, expected: list[str]) -> None:
    assert fresh_command(original, given, ["--data", "x"]) == [*expected, "--data", "x"]


#: Ends when a second start has asked it for a room.
RAISED = """
import sys
from pathlib import Path
from app.bootstrap import run_window
from app.cli_arguments import Options
from app.controllers.window_controller import WindowController
from app.views.main_window import MainWindow

visit = WindowController.visit

def visit_and_end(controller, *where):
    visit(controller, *where)
    print(where, flush=True)
    controller.close()

WindowController.visit = visit_and_end
run = MainWindow.run

def say_and_run(window):
    print("ready", flush=True)
    run(window)

MainWindow.run = say_and_run
sys.exit(run_window(Options(data=Path(sys.argv[1]))))
"""


@pytest.mark.gui
@pytest.mark.skipif(sys.platform == "win32", reason="there are no sockets in folders")
class TestSecondStart:
    def test_first_window_is_told_what_to_open(self, display: str, tmp_path: Path) -> None:
        environment = {**os.environ, "DISPLAY": display} if display else dict(os.environ)
        command = [sys.executable, "-c", RAISED, str(tmp_path)]
        first = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        try:
            link = f"hubbub://127.0.0.1:9/dev#{'a' * 32}"
            options = Options(data=tmp_path, server=parse_address(link), room="dev")
            assert first.stdout is not None and first.stdout.readline() == "ready\n"

            assert run_window(options) == 0

            out, err = first.communicate(timeout=30)
            assert (first.returncode, err) == (0, "")
            assert out == f"{(link, '127.0.0.1:9', 'a' * 32, 'dev')}\n"
        finally:
            first.kill()
            first.communicate()


@pytest.mark.gui
class TestEnd:
    def test_signal_closes_the_window_and_keeps_its_state(
        self, display: str, tmp_path: Path
    ) -> None:
        environment = {**os.environ, "DISPLAY": display} if display else dict(os.environ)
        command = [sys.executable, "-c", ENDS_BY_SIGNAL, str(tmp_path)]

        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip

        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert '"geometry": "1100x720' in (tmp_path / "window.json").read_text()
