"""A server, a window, and people who talk: what Hubbub is, in one command.

With a screen the window stays open until it is closed. Without one the same happens on a virtual
display; the transcript is printed and pictures of the window are saved, and it ends by itself.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import ImageGrab

from tools.demo_people import CONVERSATION, ROOM, DemoPerson
from tools.virtual_display import VirtualDisplayError, has_native_display, virtual_display

PICTURES = Path("build/demo")
NEWCOMER = "Anna"
_PAUSE_S = 0.7
_PATIENCE_S = 20.0


@contextlib.contextmanager
def _running(
    command: list[str], stdout: int | None = None, stderr: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A program of ours, ended politely and within bounds."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], text=True, stdout=stdout, stderr=stderr
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    """The server's address."""
    command = ["server", "--host", "127.0.0.1", "--port", "0", "--name", "Harbour"]
    command += ["--data", str(folder)]
    with _running(command, subprocess.PIPE, subprocess.DEVNULL) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        if words[:2] != ["listening", "on"]:
            raise SystemExit("The server did not start; try: python3 -m server")
        print(f"A server listens on {words[2]}.", flush=True)
        yield words[2]


@contextlib.contextmanager
def _window(folder: Path, server: str) -> Iterator[subprocess.Popen[str]]:
    command = ["app", "--server", server, "--name", NEWCOMER, "--room", ROOM]
    with _running([*command, "--data", str(folder)]) as process:
        yield process


@contextlib.contextmanager
def _people(folder: Path, server: str) -> Iterator[dict[str, DemoPerson]]:
    people = {name: DemoPerson(folder / name, server, name) for name in ("Mara", "Ben")}
    for person in people.values():
        person.start()
    people["Mara"].set_topic("Harbour test: the boat leaves at ten")
    try:
        yield people
    finally:
        for person in people.values():
            person.stop()


def _talk(people: dict[str, DemoPerson], lines: Sequence[tuple[str, str]], pause_s: float) -> None:
    """Say these lines, with pauses."""
    for name, text in lines:
        people[name].say(text)
        time.sleep(pause_s)


def _on_screen(folder: Path) -> int:
    with _server(folder / "server") as server, _people(folder, server) as people:
        _talk(people, CONVERSATION[:3], 0)
        with _window(folder / "you", server) as window:
            print("Close the window to end.", flush=True)
            time.sleep(2)
            for line in CONVERSATION[3:]:
                if window.poll() is not None:
                    break
                _talk(people, (line,), 2)
            while window.poll() is None:
                if people["Mara"].listen(1.0):
                    people["Mara"].answer()
            return window.returncode


def _without_screen(folder: Path) -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _server(folder / "server") as server, _people(folder, server) as people:
        _talk(people, CONVERSATION[:3], 0)
        _theme(folder / "you", "light")
        with _window(folder / "you", server) as window:
            _wait_for(window, people, f"{NEWCOMER} came")
            _talk(people, CONVERSATION[3:], _PAUSE_S)
            _picture("light")
        # Another start: the room is there at once, from this device's own disk.
        _theme(folder / "you", "dark")
        with _window(folder / "you", server) as window:
            _wait_for(window, people, f"{NEWCOMER} came back")
            _picture("dark")
        print(people["Mara"].transcript())
    return 0


def _theme(folder: Path, theme: str) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "window.json").write_text(json.dumps({"theme": theme}))


def _wait_for(window: subprocess.Popen[str], people: dict[str, DemoPerson], what: str) -> None:
    """The window is up when something other than the bare display can be seen."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if window.poll() is not None:
            raise SystemExit("The window ended at once; its reason stands above.")
        people["Ben"].listen(0.2)
        colours = ImageGrab.grab().convert("RGB").getcolors(1 << 16) or ()
        if len(colours) > 64:
            people["Ben"].listen(2.0)
            print(f"{what}.", flush=True)
            return
    raise SystemExit("The window did not appear.")


def _picture(theme: str) -> None:
    path = PICTURES / f"window_{theme}.png"
    ImageGrab.grab().save(path)
    print(f"Saved {path}.", flush=True)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="hubbub-demo-") as name:
        if has_native_display():
            return _on_screen(Path(name))
        try:
            with virtual_display(width=1100, height=720):
                return _without_screen(Path(name))
        except VirtualDisplayError as error:
            print(error, file=sys.stderr)
            return 1


if __name__ == "__main__":
    raise SystemExit(main())
