"""Finds and runs a virtual X display, for tests and screenshots where there is no screen.

The server itself picks a free display number and writes it to a pipe, so that two runs at once
cannot meet; it is ended by its own process id.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0


class VirtualDisplayError(RuntimeError):
    """There is no Xvfb, or it did not start; the text says why in one line."""


def has_native_display() -> bool:
    """Whether a window can be shown to a person here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY"))


def find_xvfb() -> str | None:
    """Path of the Xvfb program, or None."""
    return shutil.which("Xvfb")


@contextlib.contextmanager
def virtual_display(width: int = 1280, height: int = 800, dpi: int = 96) -> Iterator[str]:
    """Run Xvfb with a screen of width x height pixels and yield its display name (":7").

    Sets DISPLAY for this process and its children while it runs. Raises VirtualDisplayError.
    """
    process, name = _start(width, height, dpi)
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = name
    try:
        yield name
    finally:
        if before is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = before
        _stop(process)


def _start(width: int, height: int, dpi: int) -> tuple[subprocess.Popen[bytes], str]:
    program = find_xvfb()
    if program is None:
        raise VirtualDisplayError("Xvfb is not installed (Debian, Ubuntu: apt-get install xvfb)")
    number_pipe, xvfb_end = os.pipe()
    try:
        try:
            process = subprocess.Popen(
                [program, "-displayfd", str(xvfb_end), "-screen", "0", f"{width}x{height}x24"]
                + ["-dpi", str(dpi), "-nolisten", "tcp", "-noreset"],
                pass_fds=[xvfb_end],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        finally:
            os.close(xvfb_end)
        try:
            return process, f":{_read_number(number_pipe)}"
        except BaseException:
            _stop(process)
            raise
    finally:
        os.close(number_pipe)


def _read_number(number_pipe: int) -> int:
    """The number that Xvfb writes once it takes connections; it may come in pieces."""
    deadline = time.monotonic() + START_TIMEOUT_S
    text = b""
    while not text.endswith(b"\n"):
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([number_pipe], [], [], left_s)[0]:
            raise VirtualDisplayError(f"Xvfb named no display within {START_TIMEOUT_S:.0f} s")
        piece = os.read(number_pipe, 64)
        if not piece:
            raise VirtualDisplayError("Xvfb ended while it started")
        text += piece
    return int(text)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
