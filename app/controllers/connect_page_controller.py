"""The connect page: servers found on this network while it is shown, and those used before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.controllers.flush_timer import Scheduler
from app.controllers.server_lookout import ServerLookout
from app.models.chat_model import ChatModel
from app.models.server_lists import FoundServer, SavedServer, ServerLists
from app.models.signals import ServersListed
from app.structs import replace
from app.translation import N_, _, ngettext
from app.views.server_rows import ConnectRow, ServerRow
from app.views.wording import ms_text, number_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: So long nothing was found before it is said.
NOTHING_FOUND_S: Final = 5.0
LOOKING: Final = N_("Looking for servers on this network…")
NOT_LOOKING: Final = N_("Looking for servers is switched off in the settings.")
NOTHING_FOUND: Final = N_("No server found. Type an address below.")


class ConnectPageController:
    """Shows the page, with what is known of servers, until ``leave``."""

    def __init__(
        self, model: ChatModel, window: MainWindow, lookout: ServerLookout, scheduler: Scheduler
    ) -> None:
        self._model = model
        self._window = window
        self._lookout = lookout
        self._scheduler = scheduler
        self._asked: ConnectRow | None = None
        self._shown: ConnectRow | None = None
        self._nothing_timer: str | None = None
        self._search = LOOKING
        model.signals.servers_listed.connect(self._on_servers_listed)

    def show(self, row: ConnectRow) -> None:
        """Show the page, or what changed on it; the lists of servers are put in here."""
        if self._asked is None:
            self._search = LOOKING
            self._nothing_timer = self._scheduler.after(
                int(NOTHING_FOUND_S * 1000), self._nothing_came
            )
            self._lookout.look()
        self._asked = row
        self._show()

    def leave(self) -> None:
        """Something else is shown: nobody needs to look any more."""
        if self._asked is None:
            return
        self._asked = self._shown = None
        self._lookout.rest()
        if self._nothing_timer is not None:
            self._scheduler.after_cancel(self._nothing_timer)
            self._nothing_timer = None

    def _nothing_came(self) -> None:
        self._nothing_timer = None
        self._search = NOTHING_FOUND
        self._show()

    def _on_servers_listed(self, _listed: ServersListed) -> None:
        self._show()

    def _show(self) -> None:
        if self._asked is None:
            return
        servers = self._model.servers
        found = found_rows(servers)
        row = replace(
            self._asked,
            found=found,
            saved=_not_among(found, saved_rows(servers)),
            search=servers.problem or _(self._search if self._lookout.is_wanted else NOT_LOOKING),
        )
        if row != self._shown:
            self._shown = row
            self._window.show_connect(row)


def found_rows(servers: ServerLists) -> tuple[ServerRow, ...]:
    """Servers as they announce themselves, with how many people and how far; those that were used
    before as they were, each once. Whoever claims at another place to be one of them must have its
    key there, and takes nothing away: a claim is nobody's word."""
    rows: dict[str, ServerRow] = {}
    claims: list[tuple[ServerRow, ServerRow]] = []
    used = list(zip(servers.saved, saved_rows(servers), strict=True))
    for server in servers.found:
        address, detail = server.address, _found_detail(server)
        known = _known_row(used, server)
        if known is None:
            rows[address] = ServerRow(address, server.name, detail, is_new=True)
            continue
        detail = " · ".join(filter(None, (known.detail, detail)))
        if address in known.addresses:
            others = tuple(other for other in known.addresses if other != address)
            rows.setdefault(
                known.address, replace(known, address=address, detail=detail, others=others)
            )
            continue
        link = f"hubbub://{address}#{server.fingerprint}"
        claim = ServerRow(address, known.name, detail, is_new=True, link=link)
        claims.append((known, claim))
    unproven = (claim for known, claim in claims if known.address not in rows)
    return (*rows.values(), *unproven)


def _known_row(
    used: Sequence[tuple[SavedServer, ServerRow]], found: FoundServer
) -> ServerRow | None:
    """The server that was used at this address, or that has the key which this one claims."""
    there = (row for _saved, row in used if found.address in row.addresses)
    same = (row for s, row in used if s.fingerprint and s.fingerprint == found.fingerprint)
    return next(there, None) or next(same, None)


def _not_among(found: Sequence[ServerRow], used: Sequence[ServerRow]) -> tuple[ServerRow, ...]:
    """Those that were used before and do not stand among the found ones; a claim is none."""
    addresses = {address for row in found if not row.link for address in row.addresses}
    return tuple(row for row in used if addresses.isdisjoint(row.addresses))


def saved_rows(
    servers: ServerLists, active: str = "", fingerprint: str = ""
) -> tuple[ServerRow, ...]:
    """Servers as they were used; marked is the one at the address ``active`` or with this key."""
    return tuple(
        ServerRow(
            s.address,
            servers.name_at(s.address, s.fingerprint) or s.name or s.address,
            _("as {nick}").format(nick=s.nick) if s.nick else "",
            active in s.addresses or (bool(fingerprint) and s.fingerprint == fingerprint),
            s.others,
        )
        for s in servers.saved
    )


def _found_detail(server: FoundServer) -> str:
    online = ngettext("{count} online", "{count} online", server.people)
    online = online.format(count=number_text(server.people))
    if server.round_trip_s is None:
        return online
    return f"{online} · {ms_text(max(1, round(server.round_trip_s * 1000)))}"
