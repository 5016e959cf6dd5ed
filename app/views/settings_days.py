"""The days of the week, each to be switched on or off."""

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial

from app.views.settings_parts import Flow
from app.views.surface import FlatButton
from app.views.theme import Look
from app.views.wording import short_weekday_text, week, weekday_text


class DaysOfWeek(Flow):
    """A box and a word for each day; it changes only when `show` says so."""

    def __init__(
        self, master: tk.Misc, look: Look, on_change: Callable[[tuple[int, ...]], None]
    ) -> None:
        super().__init__(master, look)
        self._chosen: Sequence[int] = ()
        self._on_change = on_change
        self.days = {
            day: FlatButton(
                self, look, on_press=partial(self._pressed, day), icon="square", icon_size=13,
                icon_role="popup_muted", text=f" {short_weekday_text(day)}", role="popup_fg",
                on="popup", hint=weekday_text(day), is_focused_by_click=True, pad=(4, 5),
            )
            for day in week()
        }  # fmt: skip

    def show(self, chosen: Sequence[int]) -> None:
        """These are on; 0 is Monday."""
        self._chosen = chosen
        for day, button in self.days.items():
            is_on = day in chosen
            icon = "check-square-fill" if is_on else "square"
            button.show_icon(icon, "accent" if is_on else "popup_muted")

    def _pressed(self, day: int) -> None:
        self._on_change(tuple(each for each in range(7) if (each in self._chosen) != (each == day)))
