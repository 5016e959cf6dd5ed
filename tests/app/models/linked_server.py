"""A link to a server, for the tests of both."""

from __future__ import annotations

import random

from app.models.events import LinkChanged, LinkState
from app.models.server_link import ServerLink
from app.models.server_pin import Pin
from protocol import limits
from tests.app.models.scripted_server import ScriptedServer


class Linked(ScriptedServer):
    """A link and its server."""

    def __init__(
        self,
        pin: Pin | None = None,
        *,
        seed: int = 5,
        versions: tuple[int, ...] = limits.PROTOCOL_VERSIONS,
        places: int = 1,
        is_there: bool = True,
    ) -> None:
        super().__init__(seed=seed, versions=versions)
        self.link = self.core = ServerLink(
            random.Random(1).randbytes(32),
            "anna",
            pin or Pin(),
            random.Random(seed).randbytes,
            self.events.append,
            places=places,
        )
        if not is_there:
            self.vanish()
        self.link.connect(self.now)
        self.carry()

    @property
    def states(self) -> list[LinkState]:
        return [event.state for event in self.happened(LinkChanged)]

    def signed_in(self) -> Linked:
        self.welcome()
        assert self.link.online
        return self

    def kinds_seen(self) -> list[int]:
        return [datagram[0] for datagram in self.seen]

    def vanish(self) -> None:
        """Nothing arrives here any more."""
        self.loses = lambda datagram: True

    def away(self, seconds: float) -> Linked:
        """Nothing arrives here for so long."""
        self.vanish()
        self.wait(seconds)
        self.loses = lambda datagram: False
        return self
