"""When servers on this network are looked for: while the connect page lists them, and while the
server one is at is away. That one announces itself when it is back, and is then tried at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.models.signals import LinkStatus, ServersListed


class Lookout(Protocol):
    """Looks for servers on this network; never waits."""

    def look(self) -> None:
        """Look from now on, and put what is found into the model."""

    def rest(self) -> None:
        """Look no more."""


class ServerLookout:
    """One search for both; is itself what the page looks with."""

    def __init__(self, model: ChatModel, lookout: Lookout, address: Callable[[], str]) -> None:
        """``address`` is where the connection leads, as ``HOST:PORT``."""
        self._model = model
        self._lookout = lookout
        self._address = address
        #: Whether other computers are asked at all.
        self.is_wanted = True
        self._is_page_shown = self._is_away = self._is_looking = False
        #: Where the own server says that it is, and whether somebody answers there.
        self._heard: set[tuple[str, bool]] = set()
        model.signals.link_changed.connect(self._on_link)
        model.signals.servers_listed.connect(self._on_servers_listed)

    def use(self, is_on: bool) -> None:
        """Whether anything is looked for at all."""
        self.is_wanted = is_on
        self._decide()

    def look(self) -> None:
        """The page is shown."""
        self._is_page_shown = True
        self._decide()

    def rest(self) -> None:
        """The page is not shown any more."""
        self._is_page_shown = False
        self._decide()

    def close(self) -> None:
        """Look for nothing more."""
        self._is_away = False
        self.rest()

    def _on_link(self, link: LinkStatus) -> None:
        if link.state is not LinkState.CONNECTING:
            self._is_away = link.state is LinkState.OFFLINE
            self._decide()

    def _decide(self) -> None:
        is_looking = self.is_wanted and (self._is_page_shown or self._is_away)
        if is_looking != self._is_looking:
            self._is_looking = is_looking
            self._heard.clear()
            (self._lookout.look if is_looking else self._lookout.rest)()

    def _on_servers_listed(self, _listed: ServersListed) -> None:
        if not self._is_looking:
            return
        model, address = self._model, self._address()
        saved = model.servers.saved_at(address)
        addresses = saved.addresses if saved else (address,)
        before, self._heard = (
            self._heard,
            {
                (server.address, server.round_trip_s is not None)
                for server in model.servers.found
                if server.address in addresses
                or (model.fingerprint and server.fingerprint == model.fingerprint)
            },
        )
        if self._is_away and self._heard - before:
            model.connect_now(is_hint=True)
