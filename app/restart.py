"""Puts a fresh start of the program in the place of this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn


def fresh_command(original: Sequence[str], given: int, arguments: Sequence[str]) -> list[str]:
    """How this program was started, with other arguments.

    ``original`` is how Python was called (``sys.orig_argv``), of which the last ``given`` words
    were for the program.
    """
    return [*original[: len(original) - given], *arguments]


def start_anew(arguments: Sequence[str]) -> NoReturn:
    """End at once, and begin again with these arguments; locks, threads and files must be free.

    Raises:
        OSError: the program is not where it was, as after an update.
    """
    command = fresh_command(sys.orig_argv, len(sys.argv) - 1, arguments)
    os.execv(sys.executable, [sys.executable, *command[1:]])
