"""The menu of the server's name: other servers, an invitation, and the way out."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import _, ngettext
from app.views.key_words import key_text
from app.views.safe_text import safe_line, safe_name
from app.views.server_rows import ServerRow
from app.views.widgets import Menu
from app.views.wording import number_text


class ServerMenu:
    """Filled anew each time it opens."""

    def __init__(
        self,
        master: tk.Misc,
        *,
        on_switch: Callable[[str], None],
        on_add: Callable[[], None],
        on_invite: Callable[[], None],
        on_details: Callable[[], None],
        on_test_network: Callable[[], None],
        on_disconnect: Callable[[], None],
        on_do_not_disturb: Callable[[bool], None],
        on_stranded: Callable[[], None],
        on_search: Callable[[], None],
    ) -> None:
        self._on_switch, self._on_add, self._on_invite = on_switch, on_add, on_invite
        self._on_details, self._on_test_network = on_details, on_test_network
        self._on_disconnect = on_disconnect
        self._on_do_not_disturb = on_do_not_disturb
        self._on_stranded, self._stranded = on_stranded, 0
        self._on_search = on_search
        self._is_quiet = tk.BooleanVar(master, value=False)
        self._rows: Sequence[ServerRow] = ()
        self.menu = Menu(master)
        self._active = tk.StringVar(master)

    def show_servers(self, rows: Sequence[ServerRow]) -> None:
        """Those one may switch to, and the one that is active."""
        self._rows = rows

    def set_do_not_disturb(self, is_on: bool) -> None:
        """Whether pop-ups are held back."""
        self._is_quiet.set(is_on)

    def set_stranded(self, count: int) -> None:
        """So many texts wait for other servers; the line is there while there are any."""
        self._stranded = count

    def open(self, x_root: int, y_root: int) -> None:
        """Show the menu at a place of the screen."""
        self.fill()
        self.menu.tk_popup(x_root, y_root)

    def fill(self) -> None:
        """Write its lines."""
        self.menu.delete(0, "end")
        self._active.set(next((row.address for row in self._rows if row.is_active), ""))
        for row in self._rows:
            self._add_server(row)
        self.menu.add_command(label=_("Add another server…"), command=self._on_add)
        self.menu.add_separator()
        self.menu.add_command(
            label=_("Find in all rooms"),
            accelerator=key_text("Ctrl+Shift+F"),
            command=self._on_search,
        )
        self.menu.add_command(label=_("Copy invite link"), command=self._on_invite)
        self.menu.add_command(label=_("Connection details"), command=self._on_details)
        self.menu.add_command(label=_("Test the network"), command=self._on_test_network)
        if self._stranded:
            words = ngettext(
                "{count} text for another server",
                "{count} texts for other servers",
                self._stranded,
            )
            label = words.format(count=number_text(self._stranded))
            self.menu.add_command(label=label, command=self._on_stranded)
        self.menu.add_separator()
        self.menu.add_checkbutton(
            label=_("Do not disturb"),
            variable=self._is_quiet,
            command=lambda: self._on_do_not_disturb(self._is_quiet.get()),
        )
        self.menu.add_command(label=_("Disconnect"), command=self._on_disconnect)

    def _add_server(self, row: ServerRow) -> None:
        name = safe_name(row.name)
        # Two servers, or two ways to one, may have the same name.
        is_alone = sum(safe_name(other.name) == name for other in self._rows) == 1
        self.menu.add_radiobutton(
            label=name if is_alone else f"{name} · {safe_line(row.address, 80)}",
            variable=self._active,
            value=row.address,
            command=lambda: None if row.is_active else self._on_switch(row.address),
        )
