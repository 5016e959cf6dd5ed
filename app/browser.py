"""Hands addresses to the desktop, which opens them in a browser; never waits for it.

A process of its own is asked, and what it complains about does not reach the terminal. The ways of
``webbrowser`` are not used: some wait, and one takes the terminal for a browser of text.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

#: The first of them that there is; the desktop's own way before any browser.
_PROGRAMS: Final = ("xdg-open", "x-www-browser", "firefox", "chromium", "google-chrome")

_log: Final = logging.getLogger(__name__)


class Opening:
    """An address on its way to a browser."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        """None if nobody could be asked."""
        self._process = process

    def has_failed(self) -> bool | None:
        """Whether nothing was opened; None while nobody knows. A program that goes on running is
        the browser itself."""
        if self._process is None:
            return True
        code = self._process.poll()
        return None if code is None else code != 0


class _Handed(Opening):
    """The system took it."""

    def has_failed(self) -> bool:
        return False


def open_address(address: str) -> Opening:
    """Have an address opened that is known to be harmless (``addresses.is_openable``)."""
    if sys.platform == "win32":
        try:
            os.startfile(address)
        except OSError as error:
            _log.warning("! the system opens no links: %s", error)
            return Opening(None)
        return _Handed(None)
    programs = ("open",) if sys.platform == "darwin" else _PROGRAMS
    return ask_program(programs, address)


def ask_program(programs: Sequence[str], address: str) -> Opening:
    """Start the first of these programs that there is, with the address as its only argument."""
    program = next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        _log.warning("! there is no program to open links with")
        return Opening(None)
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [program, address],
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            start_new_session=True,
        )
    except OSError as error:
        _log.warning("! %s cannot be started: %s", program, error)
        return Opening(None)
    return Opening(process)
