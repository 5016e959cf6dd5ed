"""Handshakes that a server has begun and no client has finished: few, for a short time.

Every list here is in the order of beginning, so the oldest is always the first, and everything
is found without a walk.
"""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from protocol.cookie import Address
from protocol.noise import NoiseXX


class HalfOpen(msgspec.Struct, frozen=True, gc=False):
    """A handshake between M2 and M3."""

    noise: NoiseXX
    client_index: int
    server_index: int
    #: Hash of the M1 that began it, and the M2 that answers every copy of that M1.
    m1_hash: bytes
    m2: bytes
    #: Where the cookie was proven, and whom the limits count there.
    address: Address
    source: Hashable
    expires_at: float


class HalfOpenTable:
    """At most ``total_max`` handshakes, ``per_source_max`` a source; the oldest gives way."""

    def __init__(self, total_max: int, per_source_max: int) -> None:
        self._total_max = total_max
        self._per_source_max = per_source_max
        self._by_index: dict[int, HalfOpen] = {}
        self._by_m1: dict[bytes, HalfOpen] = {}
        self._by_source: dict[Hashable, dict[int, HalfOpen]] = {}

    def __len__(self) -> int:
        return len(self._by_index)

    def __contains__(self, server_index: int) -> bool:
        return server_index in self._by_index

    def by_index(self, server_index: int) -> HalfOpen | None:
        """The handshake that an M3 belongs to."""
        return self._by_index.get(server_index)

    def by_m1(self, m1_hash: bytes) -> HalfOpen | None:
        """The handshake that this very M1 began."""
        return self._by_m1.get(m1_hash)

    def oldest(self) -> HalfOpen | None:
        """The one that expires first."""
        return next(iter(self._by_index.values()), None)

    def add(self, entry: HalfOpen) -> None:
        """Remembers a handshake, where need be in the place of the oldest."""
        of_source = self._by_source.get(entry.source, {})
        if len(of_source) >= self._per_source_max:
            self.remove(next(iter(of_source.values())))
        elif len(self._by_index) >= self._total_max:
            self.remove(next(iter(self._by_index.values())))
        self._by_index[entry.server_index] = entry
        self._by_m1[entry.m1_hash] = entry
        self._by_source.setdefault(entry.source, {})[entry.server_index] = entry

    def remove(self, entry: HalfOpen) -> None:
        """Forgets a handshake: finished, expired or in the way."""
        del self._by_index[entry.server_index]
        del self._by_m1[entry.m1_hash]
        of_source = self._by_source[entry.source]
        del of_source[entry.server_index]
        if not of_source:
            del self._by_source[entry.source]
