"""The part of a room's menu that says what the room may notify of."""

import tkinter as tk
from collections.abc import Callable
from functools import partial

from app.translation import N_, _
from app.views.rows import Key, RoomRuleRow
from app.views.widgets import Menu

_LEVELS = (
    (N_("All messages"), "all"),
    (N_("Only mentions"), "mentions"),
    (N_("Nothing"), "nothing"),
)
_MUTES = ((N_("Mute for 1 hour"), "hour"), (N_("Mute until tomorrow"), "tomorrow"))


class NotificationMenu:
    """A cascade; `fill` it for the room whose menu opens."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_level: Callable[[Key, str], None],
        on_mute: Callable[[Key, str], None],
    ) -> None:
        self._on_level, self._on_mute = on_level, on_mute
        self.menu = Menu(master)
        self._level = tk.StringVar(master)

    def fill(self, key: Key, rule: RoomRuleRow) -> None:
        """Write the lines for this room."""
        menu = self.menu
        menu.delete(0, "end")
        self._level.set(rule.level)
        for label, level in _LEVELS:
            menu.add_radiobutton(
                label=_(label),
                variable=self._level,
                value=level,
                command=partial(self._on_level, key, level),
            )
        menu.add_separator()
        if rule.is_muted:
            menu.add_command(label=_("Unmute"), command=lambda: self._on_mute(key, ""))
            return
        for label, until in _MUTES:
            menu.add_command(label=_(label), command=partial(self._on_mute, key, until))
