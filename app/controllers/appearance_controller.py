"""What the window looks like: chosen theme, the system's wish, sizes, quiet lines; all kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from app.controllers.flush_timer import Scheduler
from app.models.joins_and_leaves import ShownJoins
from app.structs import replace
from app.translation import LANGUAGES
from app.views.rows import AppearanceRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: So often the system is asked while the window follows it.
FOLLOW_S: Final = 3.0
THEMES: Final = ("light", "dark", "system", "contrast")
JOINS: Final = tuple(choice.value for choice in ShownJoins)
TEXT_PERCENT_MIN, TEXT_PERCENT_MAX = 80, 200
WINDOW_PERCENT_MIN, WINDOW_PERCENT_MAX = 100, 300


def fit_appearance(
    theme: object,
    text_percent: object,
    window_percent: object,
    language: object = "",
    joins: object = "",
) -> AppearanceRow:
    """What a file said, or the usual where it makes no sense."""
    return AppearanceRow(
        theme=theme if isinstance(theme, str) and theme in THEMES else "light",
        text_percent=_percent(text_percent, TEXT_PERCENT_MIN, TEXT_PERCENT_MAX),
        window_percent=_percent(window_percent, WINDOW_PERCENT_MIN, WINDOW_PERCENT_MAX),
        language=language if isinstance(language, str) and language in LANGUAGES else "",
        joins=joins if isinstance(joins, str) and joins in JOINS else ShownJoins.LATELY.value,
    )


def _percent(value: object, least: int, most: int) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, least), most) if is_number and isinstance(value, int) else 100


class AppearanceController:
    """Applies an `AppearanceRow` and every change of it."""

    def __init__(
        self,
        window: MainWindow,
        scheduler: Scheduler,
        row: AppearanceRow,
        *,
        system_is_dark: Callable[[], bool | None],
        on_change: Callable[[AppearanceRow], None],
    ) -> None:
        """``system_is_dark`` answers at once, None if the system has no wish."""
        self._window = window
        self._scheduler = scheduler
        self._row = self._at_start = row
        self._system_is_dark = system_is_dark
        self._on_change = on_change
        self._timer: str | None = None

    def start(self) -> None:
        """Show what was kept."""
        self._show()

    def choose_theme(self, theme: str) -> None:
        """One of THEMES was chosen."""
        self._change(replace(self._row, theme=theme))

    def choose_text_percent(self, percent: int) -> None:
        """The size of the messages, at once."""
        text_percent = _percent(percent, TEXT_PERCENT_MIN, TEXT_PERCENT_MAX)
        self._change(replace(self._row, text_percent=text_percent))

    def choose_window_percent(self, percent: int) -> None:
        """The size of everything, from the next start on."""
        window_percent = _percent(percent, WINDOW_PERCENT_MIN, WINDOW_PERCENT_MAX)
        self._change(replace(self._row, window_percent=window_percent))

    def choose_language(self, language: str) -> None:
        """One of LANGUAGES, or "" for the system's; spoken from the next start on."""
        if language in LANGUAGES or not language:
            self._change(replace(self._row, language=language))

    def choose_joins(self, joins: str) -> None:
        """One of JOINS: whose joins and leaves are shown, at once."""
        self._change(replace(self._row, joins=joins))

    def close(self) -> None:
        """Follow the system no more."""
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    def _change(self, row: AppearanceRow) -> None:
        if row != self._row:
            self._row = row
            self._show()
            self._on_change(row)

    def _show(self) -> None:
        start, row = self._at_start, self._row
        is_so = (row.window_percent, row.language) == (start.window_percent, start.language)
        self._window.show_appearance(replace(row, needs_restart=not is_so), self._resolved())
        self.close()
        if self._row.theme == "system":
            self._timer = self._scheduler.after(int(FOLLOW_S * 1000), self._follow)

    def _follow(self) -> None:
        self._timer = None
        self._show()

    def _resolved(self) -> str:
        if self._row.theme != "system":
            return self._row.theme
        return "dark" if self._system_is_dark() else "light"
