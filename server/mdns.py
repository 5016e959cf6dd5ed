"""The package zeroconf as an announcer wants it; imported only when something is announced."""

from __future__ import annotations

import logging
from typing import Any, Final

from server.announcer import Announcement

SERVICE: Final = "_hubbub._udp.local."


class ZeroconfNetwork:
    """See ``announcer.Network``."""

    def __init__(self) -> None:
        self._zeroconf: Any = None
        self._name = ""
        self._announcement: Announcement | None = None
        self._addresses: list[str] = []

    def addresses(self) -> list[str]:
        """All of this machine, now."""
        import ifaddr

        found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
        return [ip if isinstance(ip, str) else ip[0] for ip in found]

    def publish(self, announcement: Announcement, addresses: list[str], people: int) -> None:
        """Begin anew; another server of the same name on this network makes ours "NAME-2"."""
        import zeroconf

        # It would write into our log what strangers send.
        logging.getLogger("zeroconf").setLevel(logging.CRITICAL + 1)
        self.close()
        version4 = [address for address in addresses if ":" not in address]
        # Where there is IPv4 it carries the news of both: it needs no name of a link.
        self._zeroconf = zeroconf.Zeroconf(interfaces=version4 or addresses)
        self._announcement, self._addresses = announcement, addresses
        self._name = f"{announcement.label}.{SERVICE}"
        info = self._info(people)
        self._zeroconf.register_service(info, allow_name_change=True)
        self._name = info.name

    def update(self, people: int) -> None:
        """The same with another number of people."""
        self._zeroconf.update_service(self._info(people))

    def close(self) -> None:
        """Say goodbye."""
        network, self._zeroconf = self._zeroconf, None
        if network is not None:
            network.close()

    def _info(self, people: int) -> Any:
        import zeroconf

        told = self._announcement
        assert told is not None
        return zeroconf.ServiceInfo(
            SERVICE,
            self._name,
            port=told.port,
            properties=told.text(people),
            server=f"hubbub-{told.fingerprint[:16]}-{told.port}.local.",
            parsed_addresses=self._addresses,
        )
