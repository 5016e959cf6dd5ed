"""Servers, the addresses they were found at, and their pinned keys.

Theory. A server is its key; an address is a hint. Before first contact there is a row without a
key, perhaps with a fingerprint that the key will have to match, and posts can wait on it. When
the key turns out to be one that is known already, the two rows become one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from app.models.server_lists import SavedServer
from app.models.store_schema import Connection
from protocol import noise

#: Of a server with more addresses those that did not work for the longest are not tried.
OTHERS_MAX: Final = 7


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """What is kept of a server."""

    server: int
    key: bytes | None
    #: What the key is or has to be; empty when the first one seen will do.
    fingerprint: str
    server_name: str
    person: int
    name: str
    names_version: int
    #: The number the next post for it gets.
    next_client_seq: int
    #: What the server announced; None for nothing.
    next_key: bytes | None = None


class ServerTable:
    """The rules of pinning (trust on first use), on an open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, server: int) -> ServerRecord:
        row = self._connection.execute(
            "SELECT server, key, fingerprint, server_name, person, name, names_version,"
            " next_client_seq, next_key FROM servers WHERE server = ?",
            (server,),
        ).fetchone()
        assert row is not None, "a server that does not exist"
        return ServerRecord(*row)

    def at_address(self, address: str) -> int | None:
        rows = self._connection.execute(
            "SELECT server FROM addresses WHERE address = ?", (address,)
        ).fetchall()
        return int(rows[0][0]) if rows else None

    def with_fingerprint(self, fingerprint: str) -> int | None:
        rows = self._connection.execute(
            "SELECT server FROM servers WHERE fingerprint = ? AND fingerprint != ''",
            (fingerprint,),
        ).fetchall()
        return int(rows[0][0]) if rows else None

    def add(self, fingerprint: str) -> int:
        server = self._connection.execute(
            "INSERT INTO servers (fingerprint) VALUES (?)", (fingerprint,)
        ).lastrowid
        assert server is not None
        return server

    def set_address(self, address: str, server: int) -> None:
        self._connection.execute(
            "INSERT INTO addresses (address, server) VALUES (?, ?)"
            " ON CONFLICT (address) DO UPDATE SET server = excluded.server",
            (address, server),
        )

    def note_use(self, address: str) -> None:
        """Somebody signed in there: it is the first way to its server."""
        self._connection.execute(
            "UPDATE addresses SET used = 1 + (SELECT max(used) FROM addresses) WHERE address = ?"
            " AND (used = 0 OR used < (SELECT max(used) FROM addresses))",
            (address,),
        )

    def others(self, server: int, address: str) -> tuple[str, ...]:
        """Other addresses where somebody signed in at it, those that worked last first."""
        rows = self._connection.execute(
            "SELECT address FROM addresses WHERE server = ? AND address != ? AND used > 0"
            " ORDER BY used DESC LIMIT ?",
            (server, address, OTHERS_MAX),
        ).fetchall()
        return tuple(row[0] for row in rows)

    def set_key(self, server: int, key: bytes) -> None:
        self._connection.execute(
            "UPDATE servers SET key = ?, fingerprint = ?, next_key = NULL WHERE server = ?",
            (key, noise.fingerprint(key), server),
        )

    def expect(self, server: int, fingerprint: str) -> None:
        """Say what the key that is not known yet has to match; empty for any."""
        self._connection.execute(
            "UPDATE servers SET fingerprint = ? WHERE server = ? AND key IS NULL",
            (fingerprint, server),
        )

    def absorb(self, server: int, other: int) -> None:
        """Give all addresses of ``other``, which has nothing else any more, to ``server``."""
        self.give_addresses(server, other)
        for table in ("joined", "names", "servers"):
            self._connection.execute(f"DELETE FROM {table} WHERE server = ?", (other,))

    def give_addresses(self, server: int, other: int) -> None:
        """Find ``server`` where ``other`` was found, which keeps what it holds."""
        self._connection.execute(
            "UPDATE addresses SET server = ? WHERE server = ?", (server, other)
        )

    def forget(self, address: str) -> None:
        """Trust whichever key the address shows next.

        Posts that wait for a server that was never reached keep waiting for this address.
        """
        server = self.at_address(address)
        if server is None:
            return
        ((shared,),) = self._connection.execute(
            "SELECT count(*) FROM addresses WHERE server = ?", (server,)
        ).fetchall()
        if self.get(server).key is None and shared == 1:
            self.expect(server, "")
        else:
            self.drop_address(address)

    def drop_address(self, address: str) -> None:
        """No server is expected there."""
        self._connection.execute("DELETE FROM addresses WHERE address = ?", (address,))

    def saved(self) -> tuple[SavedServer, ...]:
        """Servers where somebody signed in, each once, with the ways to it."""
        rows = self._connection.execute(
            "SELECT server, address, server_name, name, fingerprint"
            " FROM addresses NATURAL JOIN servers WHERE person != 0"
            " ORDER BY server_name COLLATE NOCASE, server, used DESC, address"
        ).fetchall()
        servers = []
        for _server, ways in groupby(rows, key=lambda row: row[0]):
            (_, address, name, nick, fingerprint), *others = ways
            servers.append(
                SavedServer(address, name, nick, fingerprint, tuple(row[1] for row in others))
            )
        return tuple(servers)

    def set_identity(
        self,
        server: int,
        *,
        person: int,
        name: str,
        server_name: str,
        names_version: int,
        next_key: bytes = b"",
    ) -> None:
        """Who we are there, and which key it announces; names of people are dropped when they may
        be old."""
        self._connection.execute(
            "DELETE FROM names WHERE server = ?1 AND"
            " (SELECT names_version FROM servers WHERE server = ?1) != ?2",
            (server, names_version),
        )
        values = (person, name, server_name, names_version, next_key or None)
        self._connection.execute(
            "UPDATE servers SET person = ?1, name = ?2, server_name = ?3, names_version = ?4,"
            " next_key = ?5 WHERE server = ?6"
            " AND (person, name, server_name, names_version, next_key) IS NOT (?1, ?2, ?3, ?4, ?5)",
            (*values, server),
        )

    def forget_names(self, server: int) -> None:
        """Its history is another one now: a number may mean somebody else."""
        self._connection.execute("DELETE FROM names WHERE server = ?", (server,))

    def set_name(self, server: int, person: int, name: str) -> None:
        self._connection.execute(
            "INSERT INTO names VALUES (?, ?, ?) ON CONFLICT (server, person)"
            " DO UPDATE SET name = excluded.name WHERE name != excluded.name",
            (server, person, name),
        )

    def names(self, server: int) -> tuple[tuple[int, str], ...]:
        """(person, name) pairs."""
        return tuple(
            self._connection.execute(
                "SELECT person, name FROM names WHERE server = ? ORDER BY person", (server,)
            )
        )
