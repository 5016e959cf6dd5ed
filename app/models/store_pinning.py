"""Which server is expected at an address, and what happens when it shows its key.

Theory. Trust on first use: the first key that an address shows is pinned to it, and a link with a
fingerprint says which key that has to be. Posts belong to a server, not to an address: those that
wait for a server without a key go to whoever turns out to have it.
"""

from __future__ import annotations

from app.models.store_outbox import Outbox
from app.models.store_schema import Connection
from app.models.store_servers import ServerTable
from app.models.store_succession import note_earlier, with_its_past
from protocol import noise

#: Old and new numbers of posts that had to give way.
Renumbered = tuple[tuple[int, int], ...]


class KeyMismatch(ValueError):
    """The server is pinned with another key than the one to be pinned."""


class Pinning:
    """The rules, on an open transaction; see ``LocalStore`` for what each promises."""

    def __init__(self, connection: Connection, servers: ServerTable, outbox: Outbox) -> None:
        self._connection = connection
        self._servers = servers
        self._outbox = outbox
        #: Where the server at work was expected last.
        self.address = ""
        #: Belongs to it as soon as somebody signs in, empty for none.
        self._address_to_move = ""

    def use(self, address: str, fingerprint: str | None) -> int:
        """See ``LocalStore.use_server``."""
        known = self._servers.at_address(address)
        if known is not None:
            known = with_its_past(self._connection, known)
        is_pinned = known is not None and self._servers.get(known).key is not None
        if not fingerprint:
            server = self._servers.add("") if known is None else known
        else:
            server = self._for_link(address, known, fingerprint)
        self.address = address
        is_met = self._servers.get(server).key is not None
        self._address_to_move = address if server != known and (is_pinned or is_met) else ""
        if not self._address_to_move:
            self._servers.set_address(address, server)
        return server

    def pin(self, server: int, key: bytes) -> tuple[int, Renumbered]:
        """See ``LocalStore.pin``; also which posts got other numbers by it."""
        record = self._servers.get(server)
        fingerprint = noise.fingerprint(key)
        follows = key == record.next_key
        if record.fingerprint not in ("", fingerprint) and not follows:
            raise KeyMismatch(f"expected {record.fingerprint}, saw {fingerprint}")
        fitting = self._servers.with_fingerprint(fingerprint) or server
        self._servers.set_key(fitting, key)
        if fitting == server:
            return server, ()
        if not follows:
            return fitting, self._absorb(fitting, server)
        # Somebody who has that key was met before, on his own. Posts stay with whom they were
        # written for: an announcement is the word of one server, not of both.
        self._servers.give_addresses(fitting, server)
        return fitting, ()

    def arrive(self, address: str, server: int) -> None:
        """Somebody signed in there: what was only expected of the address is so."""
        if self._address_to_move == address:
            earlier = self._servers.at_address(address)
            if earlier not in (None, server):
                note_earlier(self._connection, server, earlier)
            self._servers.set_address(address, server)
            self._address_to_move = ""

    def _for_link(self, address: str, known: int | None, fingerprint: str) -> int:
        fitting = self._servers.with_fingerprint(fingerprint)
        if known is None or known == fitting:
            return fitting or self._servers.add(fingerprint)
        pinned = self._servers.get(known)
        if pinned.next_key is not None and fingerprint == noise.fingerprint(pinned.next_key):
            return fitting or known  # it said so itself, inside a session
        if pinned.fingerprint:
            return fitting or self._servers.add(fingerprint)
        # Never reached and nothing expected: its posts are for whomever the link names.
        if fitting is None:
            self._servers.expect(known, fingerprint)
            return known
        self._absorb(fitting, known)
        if self._servers.get(fitting).key is not None:
            self._servers.drop_address(address)
        return fitting

    def _absorb(self, server: int, other: int) -> Renumbered:
        moved = self._outbox.move(other, server)
        self._servers.absorb(server, other)
        return moved
