"""Which languages the system's person wants, the best first: the environment, Windows, macOS."""

from __future__ import annotations

import ctypes
import locale
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

_PATIENCE_S: Final = 2.0


def system_languages(environ: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Names such as "de_AT.UTF-8", the best first; empty where the system does not say.

    The environment goes first on each system, as people set it on purpose. A locale "C" means no
    language at all: then the list LANGUAGE counts for nothing, as with GNU's own gettext.
    """
    named = next((environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(n)), "")
    if named.split(".")[0] in ("C", "POSIX"):
        return [named]
    listed = [*environ.get("LANGUAGE", "").split(":"), named]
    names = [name for name in listed if name]
    if not names and platform == "win32":
        return _ask_windows()
    if not names and platform == "darwin":
        return _ask_macos()
    return names


def _ask_windows() -> list[str]:
    number = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined]
    name = locale.windows_locale.get(number)
    return [name] if name else []


def _ask_macos() -> list[str]:
    command = ("defaults", "read", "-g", "AppleLanguages")
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return re.findall(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*", done.stdout)
