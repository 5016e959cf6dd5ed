"""Shows pop-ups on the desktop, where the package desktop-notifier is installed.

The package is imported when the first pop-up is wanted, on a thread of its own, and whatever goes
wrong there (no package, no message bus, a desktop that refuses) costs the pop-up and one line of
the log, never more. No sound is asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import importlib
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from app.models.notification_rules import Popup
from app.views.safe_text import system_line

#: On their way to the desktop at once; more are dropped.
PENDING_MAX: Final = 16
_CLOSE_TIMEOUT_S: Final = 1.0

_log: Final = logging.getLogger(__name__)


def load_notifier(icon_path: Path) -> Any:
    """The package's notifier, with the icon in that file if there is one; raises anything if there
    is no notifier."""
    # It would tell the terminal that there is no bus, at each pop-up.
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL + 1)
    package = importlib.import_module("desktop_notifier")
    # Told nothing, it would show the icon of Python.
    icon = package.Icon(path=icon_path) if icon_path.exists() else None
    return package.DesktopNotifier(app_name="Hubbub", app_icon=icon)


class DesktopPopups:
    """``show`` and ``close`` from one thread; neither waits for the desktop."""

    def __init__(
        self,
        on_click: Callable[[str], None],
        *,
        load: Callable[[], Any],
        body_is_markup: bool = sys.platform not in ("win32", "darwin"),
    ) -> None:
        """``on_click`` is called on another thread, with the room of a pop-up; ``load``
        makes what shows them, as ``load_notifier`` does, when the first one is wanted."""
        self._on_click = on_click
        self._load = load
        self._body_is_markup = body_is_markup
        self._notifier: Any = None
        self._is_off = False
        self._sending: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def show(self, popup: Popup) -> None:
        """Show it if the desktop can."""
        if self._is_off:
            return
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._run, name="popups", daemon=True)
            self._thread.start()
        with contextlib.suppress(RuntimeError):  # it has just ended
            self._loop.call_soon_threadsafe(self._begin, popup)

    def close(self) -> None:
        """Show no more; what is shown stays."""
        self._is_off = True
        if self._loop is not None and self._thread is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLOSE_TIMEOUT_S)

    # --- on the thread -----------------------------------------------------------------------
    def _run(self) -> None:
        loop = self._loop
        assert loop is not None
        asyncio.set_event_loop(loop)
        try:
            self._notifier = self._load()
            loop.run_forever()
            for task in self._sending:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*self._sending, return_exceptions=True))
        except Exception as error:  # noqa: BLE001 - the edge: a window without pop-ups is a window
            _log.info("! there are no pop-ups: %s", error)
        finally:
            self._is_off = True
            loop.close()

    def _begin(self, popup: Popup) -> None:
        if len(self._sending) < PENDING_MAX:
            task = asyncio.get_running_loop().create_task(self._send(popup))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, popup: Popup) -> None:
        body = system_line(popup.body)
        if self._body_is_markup:
            body = html.escape(body, quote=False)
        room = str(popup.room)
        try:
            await self._notifier.send(
                title=system_line(popup.title),
                message=body,
                on_clicked=lambda: self._on_click(room),
            )
        except Exception as error:  # noqa: BLE001 - another program's desktop
            _log.info("! a pop-up could not be shown: %s", error)
