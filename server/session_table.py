"""Sessions by index, by device, and by where new devices come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from protocol.channel import Channel
from server.client_session import ClientSession


class SessionTable:
    """A session is found by the index in a datagram's header, never by its address."""

    def __init__(self) -> None:
        self._by_index: dict[int, ClientSession] = {}
        self._by_device: dict[int, ClientSession] = {}
        self._all: dict[ClientSession, None] = {}
        self._unproven: Counter[str] = Counter()
        #: Those that have not signed in, the oldest first.
        self._strangers: dict[ClientSession, None] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[ClientSession]:
        return iter(list(self._all))

    def find(self, index: int) -> ClientSession | None:
        """The session with this local index."""
        return self._by_index.get(index)

    def of_device(self, device: int) -> ClientSession | None:
        """The session that speaks for this device."""
        return self._by_device.get(device)

    def unproven(self, source: str) -> int:
        """Sessions from this host that have not signed in as a known device."""
        return self._unproven[source]

    @property
    def stranger(self) -> ClientSession | None:
        """The oldest session that has not signed in."""
        return next(iter(self._strangers), None)

    def add(self, client: ClientSession) -> None:
        """A handshake was completed."""
        self._by_index[client.session.channel.local_index] = client
        self._all[client] = self._strangers[client] = None
        self._unproven[client.source] += 1

    def signed_in(self, client: ClientSession, *, known: bool) -> ClientSession | None:
        """The session speaks for its device now; returns the one that did before."""
        assert client.device is not None
        self._strangers.pop(client, None)
        if known:
            self._count_down(client)
        before = self._by_device.get(client.device.device)
        self._by_device[client.device.device] = client
        return before if before is not client else None

    def adopt(self, client: ClientSession, channel: Channel, now: float) -> None:
        """The session goes on with new keys, under one more index."""
        forgotten = client.session.adopt(channel, now)
        if forgotten is not None:
            self._by_index.pop(forgotten, None)
        self._by_index[channel.local_index] = client

    def forget_index(self, index: int) -> None:
        """Old keys of a session are gone."""
        self._by_index.pop(index, None)

    def remove(self, client: ClientSession) -> None:
        """The session is over."""
        for index in client.session.indexes:
            self._by_index.pop(index, None)
        self._all.pop(client, None)
        self._strangers.pop(client, None)
        self._count_down(client)
        if client.device and self._by_device.get(client.device.device) is client:
            del self._by_device[client.device.device]

    def _count_down(self, client: ClientSession) -> None:
        if client.source:
            self._unproven[client.source] -= 1
            if self._unproven[client.source] <= 0:
                del self._unproven[client.source]
            client.source = ""
