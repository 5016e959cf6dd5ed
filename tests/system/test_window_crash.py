"""The window is killed without a word and comes back as it was: real program, server and disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.processes import ROOT, ServerProcess, end, read_line

#: Runs the window's program and does step by step what stands in ``{steps}``. A step yields what
#: it waits for, in words, and whether it is so; who waits too long says where he stands.
PROGRAM = """
import json, os, signal, sys, time
from pathlib import Path
from app.bootstrap import run_window
from app.cli_arguments import Options
from app.client_config import parse_address
from app.views.main_window import MainWindow
from app.views.rows import MessageState

FOLDER = Path(sys.argv[1])
WAIT_MAX_S = 60.0

def say(**values):
    print(json.dumps(values), flush=True)

def steps(window):
    root = window.root
    def has_title(title): return f"the title {title}", lambda: root.title() == title
    def is_accepted(text):
        def check():
            pane = window.panes.current
            rows = pane.rows if pane is not None else ()
            return any(
                getattr(row, "text", "") == text and row.state is not MessageState.PENDING
                for row in rows
            )
        return f"{text!r} to be accepted", check
    def kept():
        try:
            return json.loads((FOLDER / "window.json").read_bytes())
        except (OSError, ValueError):
            return {}
    def rooms(): return [(row.name, row.unread) for row in window.popups._rooms]
{steps}

def run(window, real=MainWindow.run):
    doing = steps(window)
    def go(since=0.0, what="", is_so=lambda: True):
        if is_so():
            try:
                what, is_so = next(doing)
            except StopIteration:
                return
            since = time.monotonic()
        elif time.monotonic() > since + WAIT_MAX_S:
            say(
                waits_for=what, title=window.root.title(), link=window.header.pill.shown_text,
                rooms=[(row.name, row.unread) for row in window.popups._rooms],
                connects=bool(window.connect_page.winfo_manager()),
            )
            window.close()
            return
        window.root.after(50, go, since, what, is_so)
    window.root.after(50, go)
    real(window)

MainWindow.run = run
server = parse_address(sys.argv[2])
sys.exit(run_window(Options(data=FOLDER, server=server, name="anna")))
"""
FIRST = """
    yield has_title("#general \u2014 Hubbub")
    for name in ("den", "dev"):
        window._callbacks.on_join_room(name)
        yield has_title(f"#{name} \u2014 Hubbub")
    window._callbacks.on_send(window.panes.current.room_key, "said before")
    yield is_accepted("said before")
    window._callbacks.on_theme_choice("dark")
    window._callbacks.on_control_sends(True)
    root.geometry("980x640+20+30")
    yield "the size", lambda: (root.winfo_width(), root.winfo_height()) == (980, 640)
    window.toggle_people()
    window.composer.insert("half a thought")
    yield "all on the disk", lambda: (
        kept().get("theme") == "dark" and kept()["control_sends"] and not kept()["has_people"]
        and kept()["geometry"].startswith("980x640+")
        and "half a thought" in kept()["drafts"].values()
    )
    say(title=root.title())
    os.kill(os.getpid(), signal.SIGKILL)
"""
SECOND = """
    yield "a room", lambda: root.title().startswith("#")
    yield is_accepted("said before")
    yield "the rooms", lambda: len(rooms()) == 3 and not any(unread for _name, unread in rooms())
    say(
        title=root.title(), draft=window.composer.value, theme=window.theme_mode,
        place=root.geometry(), people=bool(window.member_list.winfo_manager()),
        control_sends=window.composer.sends_with_control, rooms=[name for name, _ in rooms()],
    )
    window.close()
"""
#: The program itself gives up before.
SAID_WITHIN_S = 100.0


@contextmanager
def program(
    steps: str, folder: Path, address: str, display: str
) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "DISPLAY": display} if display else dict(os.environ)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.replace("{steps}", steps), str(folder), address],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        end(process, signal.SIGKILL)


@pytest.mark.gui
@pytest.mark.skipif(sys.platform == "win32", reason="nothing is killed that way there")
def test_everything_is_as_it_was(server: ServerProcess, tmp_path: Path, display: str) -> None:
    folder = tmp_path / "window"
    with program(FIRST, folder, server.address, display) as first:
        assert json.loads(read_line(first, SAID_WITHIN_S)) == {"title": "#dev \u2014 Hubbub"}
        _out, err = first.communicate(timeout=30)
        assert (first.returncode, err) == (-9, "")

    with program(SECOND, folder, server.address, display) as second:
        seen = json.loads(read_line(second, SAID_WITHIN_S))
        _out, err = second.communicate(timeout=30)

    assert (second.returncode, err) == (0, "")
    assert seen.pop("place", "").startswith("980x640+"), seen
    assert seen == {
        "title": "#dev \u2014 Hubbub",
        "draft": "half a thought",
        "theme": "dark",
        "people": False,
        "control_sends": True,
        "rooms": ["den", "dev", "general"],
    }
