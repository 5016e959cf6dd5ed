"""Settings: servers that were used before, and whether others are looked for."""

import tkinter as tk
from collections.abc import Callable, Sequence

from app.translation import _
from app.views.line_field import FramedField
from app.views.server_list_view import ServerListView
from app.views.server_rows import ServerRow
from app.views.settings_parts import Section, Switch
from app.views.surface import Surface
from app.views.theme import Look

_ROWS_MAX = 3


class NetworkSection(Section):
    """The saved servers: a click goes there, the menu of a row renames and forgets it."""

    def __init__(
        self,
        master: tk.Misc,
        look: Look,
        *,
        on_discovery: Callable[[bool], None],
        on_switch: Callable[[str], None],
        on_rename: Callable[[str, str], None],
        on_forget: Callable[[str], None],
        on_test_network: Callable[[], None],
    ) -> None:
        super().__init__(master, look)
        self._on_rename = on_rename
        self._renaming = ""
        px = look.px
        self.discovery = Switch(
            self.line(_("Look for servers on this network")), look, on_discovery
        )
        self.test_button = self.button(
            self.line(_("Path to the server")), _("Test the network"), on_test_network
        )
        self.heading(_("Saved"))
        self.servers = ServerListView(
            self, look, on_choose=self._unless_active(on_switch),
            on_forget=self._unless_active(on_forget), on_rename=self._begin_rename,
            on="popup",
        )  # fmt: skip
        self.servers.set_rows_max(_ROWS_MAX)
        self.servers.pack(fill="x", padx=px(12))
        self._rename_line = Surface(self, look, "popup")
        self.name_field = FramedField(
            self._rename_line,
            look,
            placeholder=_("Name for this server"),
            on_change=lambda _text: None,
            on_enter=self._end_rename,
        )
        self.name_field.frame.pack(side="left", fill="x", expand=True)
        self.rename_button = self.button(self._rename_line, _("Rename"), self._end_rename)
        self.rename_button.pack_configure(padx=(px(8), 0))
        self._rows: Sequence[ServerRow] = ()
        self._hint = self.note("")

    def _unless_active(self, do: Callable[[str], None]) -> Callable[[str], None]:
        """The server in use is neither left nor forgotten from here."""

        def act(address: str) -> None:
            if not any(row.is_active for row in self._rows if row.address == address):
                do(address)

        return act

    def first(self) -> tk.Misc:
        return self.discovery.button

    def show_discovery(self, is_on: bool) -> None:
        self.discovery.show(is_on)

    def show_servers(self, rows: Sequence[ServerRow]) -> None:
        """Those that were used, the active one marked."""
        self._rows = rows
        self.servers.show_servers(rows)
        hint = _("A click connects. The menu of a server, by right-click, renames and forgets it.")
        self._hint.configure(text=hint if rows else _("No server was used yet."))

    def _begin_rename(self, address: str) -> None:
        self._renaming = address
        name = next((row.name for row in self._rows if row.address == address), "")
        px = self.look.px
        self._rename_line.pack(fill="x", padx=px(20), pady=px(6), before=self._hint)
        self.name_field.set_value(name)
        self.name_field.focus_set()

    def _end_rename(self) -> None:
        self._rename_line.pack_forget()
        self._on_rename(self._renaming, self.name_field.value.strip())
        self.servers.focus_set()
