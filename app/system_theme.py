"""Whether the system wants dark windows, asked on a thread of its own: the answer may take long."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Final

ASK_EVERY_S: Final = 2.0
_PATIENCE_S: Final = 5.0
_COMMANDS: Final = {
    "darwin": ["defaults", "read", "-g", "AppleInterfaceStyle"],
    "linux": ["gsettings", "get", "org.gnome.desktop.interface", "color-scheme"],
}
_REGISTRY_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


class SystemTheme:
    """Knows the last answer; it begins to ask when somebody wants to know."""

    def __init__(self) -> None:
        self._answer: bool | None = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def is_dark(self) -> bool | None:
        """The newest answer, None while there is none."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="system-theme", daemon=True)
            self._thread.start()
            self._thread.join(0.1)  # most often it comes before the window is painted
        return self._answer

    def close(self) -> None:
        """Ask no more."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._answer = ask_system()
            self._ended.wait(ASK_EVERY_S)


def ask_system(platform: str = sys.platform) -> bool | None:
    """Ask now; None where the system does not say."""
    if platform == "win32":
        return _ask_registry()
    command = _COMMANDS.get(platform)
    if command is None:
        return None
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if platform == "darwin":
        return "Dark" in done.stdout  # no value at all means light
    return "dark" in done.stdout if done.returncode == 0 else None


def _ask_registry() -> bool | None:
    try:
        import winreg

        key = winreg.OpenKey(winreg.HKEY_CURRENT_USER, _REGISTRY_KEY)  # type: ignore[attr-defined]
        return winreg.QueryValueEx(key, "AppsUseLightTheme")[0] == 0  # type: ignore[attr-defined,no-any-return]
    except (ImportError, OSError):
        return None
