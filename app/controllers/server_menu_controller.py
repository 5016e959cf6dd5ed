"""The server menu: which server is active, switching to another, and invitations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from app.controllers.connect_page_controller import saved_rows
from app.controllers.connection_controller import ConnectionController
from app.controllers.presenters import room_key
from app.models.chat_model import ChatModel
from app.models.signals import SelfChanged, ServersListed
from app.translation import N_, _
from app.views.server_rows import ServerRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.rows import Key

NAME_CHARACTERS_MAX: Final = 40
COPIED: Final = N_("Invite link copied.")
ONLY_HERE: Final = N_(
    "Invite link copied. It works on this computer only, because you are connected to {address}."
)
NOT_YET: Final = N_("There is no invite link before the first connection to the server.")


class ServerMenuController:
    """Shows the menu's servers and does what is chosen in it."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        connection: ConnectionController,
        on_names: Callable[[dict[str, str]], None],
    ) -> None:
        """``on_names`` is told how servers are called here (see ``ServerLists.names``)."""
        self._on_names = on_names
        self._model = model
        self._window = window
        self._connection = connection
        self._shown: Sequence[ServerRow] | None = None
        signals = model.signals
        signals.servers_listed.connect(self._on_servers_listed)
        signals.server_switched.connect(lambda _switched: self._refresh())
        signals.self_changed.connect(self._on_self_changed)

    def switch(self, address: str) -> None:
        """Go to another server, as whom one was there."""
        known = self._model.servers.saved_at(address)
        nick = known.nick if known else ""
        self._connection.start(address, nick or self._connection.name)

    def rename(self, address: str, name: str) -> None:
        """Call a server by another name than it has, "" for its own."""
        servers = self._model.servers
        is_new_here = address == self._active and servers.saved_at(address) is None
        key = servers.name_key(address, self._model.fingerprint if is_new_here else "")
        names = {k: n for k, n in servers.names.items() if k != key}
        called = " ".join(name.split())[:NAME_CHARACTERS_MAX]
        if called:
            names[key] = called
        self._use_names(names)
        self._refresh()

    def copy_invite(self, key: Key | None) -> None:
        """Put a link to the room, or without one to the server, on the clipboard."""
        model, destination = self._model, self._connection.destination
        if not model.fingerprint or destination is None:
            self._window.set_notice(_(NOT_YET))
            return
        rooms = (room for room in model.rooms.values() if room_key(model, room.room) == key)
        room = next(rooms, None)
        self._window.copy_text(self._connection.invite_link(room.name if room else ""))
        is_local = destination.is_loopback
        self._window.set_notice(
            _(ONLY_HERE).format(address=destination.address) if is_local else _(COPIED),
            is_mishap=False,
        )

    @property
    def _active(self) -> str:
        destination = self._connection.destination
        return destination.address if destination else ""

    def _on_servers_listed(self, _listed: ServersListed) -> None:
        self._use_names(self._model.servers.with_adopted_names())
        self._refresh()

    def _on_self_changed(self, _changed: SelfChanged) -> None:
        """A server that was named before its key was seen keeps its name."""
        names, key = dict(self._model.servers.names), self._model.fingerprint
        if key and self._active in names:
            names.setdefault(key, names.pop(self._active))
            self._use_names(names)
        self._refresh()

    def _use_names(self, names: dict[str, str]) -> None:
        if names != self._model.servers.names:
            self._model.servers.names = names
            self._on_names(names)

    def _refresh(self) -> None:
        rows = self._rows()
        if rows != self._shown:
            self._shown = rows
            self._window.show_servers(rows)

    def _rows(self) -> tuple[ServerRow, ...]:
        model, active = self._model, self._active
        rows = saved_rows(model.servers, active, model.fingerprint if active else "")
        if active and not any(row.is_active for row in rows):
            # Not known on disk when this connection began.
            rows = (ServerRow(active, model.server_name or active, is_active=True), *rows)
        return rows
