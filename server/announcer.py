"""Tells the local network that the server is there: mDNS (RFC 6762, 6763), on a thread of its own.

Theory. The announcement carries name, port, fingerprint and the number of people online, and is
renewed when one of them or an address of the machine changed, at most every ``POLL_S``. It is a
hint, not a promise: whatever goes wrong costs one line of the log and a later try, never the
server. The server's own thread is only asked for a number.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from server.ways_in import reachable

#: How often people and addresses are looked at.
POLL_S: Final = 5.0
#: After a failure, such as a network that is not there yet.
RETRY_S: Final = 60.0
#: A label of the name system (RFC 1035, 2.3.4), less the "-2" of a second server of that name.
_LABEL_BYTES_MAX: Final = 60
_CLOSE_TIMEOUT_S: Final = 2.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Announcement:
    """What the network is told. ``host`` is the address that the server listens on."""

    name: str
    host: str
    port: int
    fingerprint: str

    @property
    def label(self) -> str:
        """The name, as one label of the name system."""
        cut = self.name.encode()[:_LABEL_BYTES_MAX].decode(errors="ignore")
        return cut.replace(".", " ").strip() or "Hubbub"

    def text(self, people: int) -> dict[str, str]:
        """The TXT record: version, full name, fingerprint, people online."""
        return {"v": "1", "name": self.name, "fp": self.fingerprint, "n": str(people)}


def is_worth_announcing(host: str) -> bool:
    """Whether anybody else could reach a server that is bound to this address."""
    return not ipaddress.ip_address(host).is_loopback


class Network(Protocol):
    """The mDNS library, as far as it is needed. Every verb may fail in any way, and wait."""

    def addresses(self) -> list[str]:
        """All of this machine, now."""

    def publish(self, announcement: Announcement, addresses: list[str], people: int) -> None:
        """Say that the server is there; again when the addresses changed."""

    def update(self, people: int) -> None:
        """What was published has another number of people."""

    def close(self) -> None:
        """Take it back."""


class Announcer:
    """Announces from ``start`` to ``close``."""

    def __init__(
        self, announcement: Announcement, people: Callable[[], int], network: Network
    ) -> None:
        """``people`` is asked on another thread, and must not wait."""
        self._announcement = announcement
        self._people = people
        self._network = network
        self._published: tuple[list[str], int] | None = None
        self._said = ""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Say goodbye to the network, or give up doing so soon."""
        self._closing.set()
        self._thread.join(_CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        wait_s = 0.0
        while not self._closing.wait(wait_s):
            wait_s = self.turn()
        self._guarded(self._network.close)

    def turn(self) -> float:
        """Announce what is news; returns after how many seconds to look again."""
        if self._guarded(self._look):
            return POLL_S
        self._published = None
        self._guarded(self._network.close)
        return RETRY_S

    def _look(self) -> None:
        addresses = reachable(self._announcement.host, self._network.addresses())
        people = self._people()
        if self._published == (addresses, people):
            return
        if self._published is None or self._published[0] != addresses:
            if addresses:
                self._network.publish(self._announcement, addresses, people)
            else:
                self._network.close()
        elif addresses:
            self._network.update(people)
        self._published = addresses, people

    def _guarded(self, do: Callable[[], None]) -> bool:
        try:
            do()
        except Exception as error:  # noqa: BLE001 - the edge: a hint must not cost the server
            if type(error).__name__ != self._said:
                self._said = type(error).__name__
                _log.warning("the server cannot be announced", {"error": self._said})
            return False
        return True
