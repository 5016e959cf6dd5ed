"""The stateless cookie: an address proves that it receives before the server remembers it.

The server answers a HELLO with two values that it can compute again and therefore need not keep:
its nonce for the handshake and a cookie over time, address, port and the client's nonce. Their
key is random and replaced every minute; the one before is still good, so a cookie lives for one
to two minutes and dies with the server.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final, NamedTuple

#: Host as the socket gives it, and port.
Address = tuple[str, int]

SERVER_NONCE_BYTES: Final = 32
COOKIE_BYTES: Final = 16
COOKIE_SECRET_S: Final = 60.0


class Baked(NamedTuple):
    """What a client must bring back unchanged, from the same address and with its own nonce."""

    server_nonce: bytes
    cookie: bytes


class CookieJar:
    """Bakes and checks cookies; holds two secrets and nothing about any client."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._random_bytes = random_bytes
        self._bucket = -1
        self._secrets: dict[int, bytes] = {}

    def bake(self, address: Address, client_nonce: bytes, now: float) -> Baked:
        """The nonce and cookie for a HELLO; the same for a repeated one within the minute."""
        self._rotate(now)
        return self._baked(self._bucket, address, client_nonce)

    def check(self, baked: Baked, address: Address, client_nonce: bytes, now: float) -> bool:
        """Whether we baked this for this address and nonce, this minute or the one before."""
        self._rotate(now)
        brought = b"".join(baked)
        return any(
            hmac.compare_digest(b"".join(self._baked(bucket, address, client_nonce)), brought)
            for bucket in self._secrets
        )

    def _rotate(self, now: float) -> None:
        bucket = int(now // COOKIE_SECRET_S)
        if bucket <= self._bucket:
            return
        self._bucket = bucket
        kept = {old: key for old, key in self._secrets.items() if old == bucket - 1}
        self._secrets = {bucket: self._random_bytes(32), **kept}

    def _baked(self, bucket: int, address: Address, client_nonce: bytes) -> Baked:
        host, port = address
        # The host comes last: it is the only part without a fixed length.
        data = b"%b%b%b%b" % (
            bucket.to_bytes(8, signed=True),
            port.to_bytes(2),
            client_nonce,
            host.encode(),
        )
        key = self._secrets[bucket]
        return Baked(
            hashlib.blake2s(
                data, key=key, digest_size=SERVER_NONCE_BYTES, person=b"nonce"
            ).digest(),
            hashlib.blake2s(data, key=key, digest_size=COOKIE_BYTES, person=b"cookie").digest(),
        )
