"""The window is killed without a word and comes back as it was: real program, server and disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.processes import ROOT, ServerProcess, read_line

#: Runs the window's program and does step by step what stands in ``{steps}``; a step waits until
#: its condition holds.
PROGRAM = """
import json, os, signal, sys
from pathlib import Path
from app.bootstrap import run_window
from app.cli_arguments import Options
from app.client_config import parse_address
from app.views.main_window import MainWindow

def say(**values):
    print(json.dumps(values), flush=True)

def steps(window):
    root = window.root
    def title(): return root.title()
{steps}

def run(window, real=MainWindow.run):
    doing = steps(window)
    def go():
        try:
            wait_ms = next(doing)
        except StopIteration:
            return
        window.root.after(wait_ms, go)
    window.root.after(50, go)
    real(window)

MainWindow.run = run
server = parse_address(sys.argv[2])
sys.exit(run_window(Options(data=Path(sys.argv[1]), server=server, name="anna")))
"""
FIRST = """
    while title() != "#general \u2014 Hubbub": yield 50
    for name in ("den", "dev"):
        window._callbacks.on_join_room(name)
        while title() != f"#{name} \u2014 Hubbub": yield 50
    window._callbacks.on_send(window._room_key, "said before")
    yield 1500
    window._callbacks.on_theme_choice("dark")
    window._callbacks.on_control_sends(True)
    root.geometry("980x640+20+30")
    yield 300
    window.toggle_people()
    window.composer.insert("half a thought")
    yield 3000
    say(title=title())
    os.kill(os.getpid(), signal.SIGKILL)
    yield 0
"""
SECOND = """
    while not title().startswith("#"): yield 50
    yield 1500
    say(
        title=title(), draft=window.composer.value, theme=window.theme_mode,
        place=root.geometry(), people=bool(window.member_list.winfo_manager()),
        control_sends=window.composer.sends_with_control,
        unread=[(row.name, row.unread) for row in window.popups._rooms],
    )
    window.close()
"""


def start(steps: str, folder: Path, address: str, display: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "DISPLAY": display} if display else dict(os.environ)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("{steps}", steps), str(folder), address],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.gui
@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed that way there")
def test_everything_is_as_it_was(server: ServerProcess, tmp_path: Path, display: str) -> None:
    folder = tmp_path / "window"
    first = start(FIRST, folder, server.address, display)
    assert json.loads(read_line(first, 60.0)) == {"title": "#dev \u2014 Hubbub"}
    _out, err = first.communicate(timeout=30)
    assert (first.returncode, err) == (-9, "")

    second = start(SECOND, folder, server.address, display)
    seen = json.loads(read_line(second, 60.0))
    _out, err = second.communicate(timeout=30)

    assert (second.returncode, err) == (0, "")
    place = seen.pop("place")
    assert place.startswith("980x640+")
    assert seen == {
        "title": "#dev \u2014 Hubbub",
        "draft": "half a thought",
        "theme": "dark",
        "people": False,
        "control_sends": True,
        "unread": [["den", 0], ["dev", 0], ["general", 0]],
    }
