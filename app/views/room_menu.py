"""What can be done with a room, as a menu."""

import tkinter as tk
from collections.abc import Callable, Collection
from functools import partial

from app.translation import N_, _
from app.views.key_words import key_text
from app.views.notification_menu import NotificationMenu
from app.views.rows import Key, RoomRow, RoomRuleRow
from app.views.widgets import Menu

_MOVES = ((-1, N_("Move up"), "Ctrl+Shift+Up"), (1, N_("Move down"), "Ctrl+Shift+Down"))


class RoomMenu:
    """`fill` it for the room whose menu opens."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_open: Callable[[Key], None],
        on_mark_read: Callable[[Key], None],
        on_leave: Callable[[Key], None],
        on_drop: Callable[[Key], None],
        on_invite: Callable[[Key], None],
        on_move: Callable[[int, Key], None],
        on_level: Callable[[Key, str], None],
        on_mute: Callable[[Key, str], None],
    ) -> None:
        self._on_open, self._on_leave, self._on_invite = on_open, on_leave, on_invite
        self._on_mark_read, self._on_drop, self._on_move = on_mark_read, on_drop, on_move
        self.menu, self.drop_menu = Menu(master), Menu(master)
        self.notifications = NotificationMenu(self.menu, on_level=on_level, on_mute=on_mute)

    def fill(self, row: RoomRow, rule: RoomRuleRow, moves: Collection[int]) -> None:
        """Write the lines for this room, which can be moved up (-1), down (1), both or neither."""
        menu = self.menu
        menu.delete(0, "end")
        menu.add_command(label=_("Open"), command=lambda: self._on_open(row.key))
        if row.is_kept:
            # There is no way back, so one click too many must not do it.
            self.drop_menu.delete(0, "end")
            self.drop_menu.add_command(
                label=_("Delete for ever"), command=lambda: self._on_drop(row.key)
            )
            menu.add_cascade(label=_("Delete from this computer"), menu=self.drop_menu)
            return
        if row.is_joined and (row.unread or row.mentions):
            menu.add_command(label=_("Mark as read"), command=lambda: self._on_mark_read(row.key))
        menu.add_command(label=_("Copy invite link"), command=lambda: self._on_invite(row.key))
        if row.is_joined:
            for by, label, keys in _MOVES:
                if by in moves:
                    menu.add_command(
                        label=_(label),
                        accelerator=key_text(keys),
                        command=partial(self._on_move, by, row.key),
                    )
            self.notifications.fill(row.key, rule)
            menu.add_cascade(label=_("Notifications"), menu=self.notifications.menu)
            menu.add_command(label=_("Leave room"), command=lambda: self._on_leave(row.key))
