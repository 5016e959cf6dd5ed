"""Web addresses that were clicked: the browser gets them, and it is said when there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from app.controllers.flush_timer import Scheduler
from app.translation import _

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: Until then a failure is waited for, and so often is looked; what comes later is no failure to
#: open but the end of a browser.
FAILS_WITHIN_S: Final = 10.0
LOOK_S: Final = 0.25


class Opening(Protocol):
    """An address on its way to a browser."""

    def has_failed(self) -> bool | None:
        """Whether nothing was opened; None while nobody knows."""


class OpenedLinks:
    """``open`` never waits."""

    def __init__(
        self, window: MainWindow, scheduler: Scheduler, open_link: Callable[[str], Opening]
    ) -> None:
        """``open_link`` asks for a browser and returns at once."""
        self._window = window
        self._scheduler = scheduler
        self._open_link = open_link

    def open(self, address: str) -> None:
        """Have it opened; the address is on the clipboard if that fails."""
        self._look(address, self._open_link(address), round(FAILS_WITHIN_S / LOOK_S))

    def _look(self, address: str, opening: Opening, looks: int) -> None:
        has_failed = opening.has_failed()
        if has_failed:
            self._window.copy_text(address)
            self._window.set_notice(_("This link could not be opened. It was copied."))
        elif has_failed is None and looks > 0:
            self._scheduler.after(
                round(LOOK_S * 1000), lambda: self._look(address, opening, looks - 1)
            )
