"""How a server that forgot a session says so, in a way that only that server can.

The token is a MAC of the session's index under a secret that outlives the server's restarts. The
client received it inside the session, so nobody else can end one (RFC 9000, 10.3).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from protocol.datagrams import ROUTE, DatagramType
from protocol.limits import HEADER_BYTES, TAG_BYTES

RESET_TOKEN_BYTES: Final = 16
RESET_BYTES: Final = ROUTE.size + RESET_TOKEN_BYTES

# Smaller than anything that can provoke it: two servers can never reset each other for ever.
assert RESET_BYTES < HEADER_BYTES + TAG_BYTES


def reset_token(secret: bytes, index: int) -> bytes:
    """The token of the session that the server knows by ``index``; ``secret`` is 32 bytes."""
    return hashlib.blake2s(
        index.to_bytes(8), key=secret, digest_size=RESET_TOKEN_BYTES, person=b"reset"
    ).digest()


def reset_datagram(index: int, token: bytes) -> bytes:
    """Tells the client that sends to ``index`` that its session is gone."""
    return ROUTE.pack(DatagramType.RESET, index) + token


def is_reset(datagram: bytes, index: int, token: bytes) -> bool:
    """Whether the datagram ends the session whose peer has this index and token."""
    return len(token) == RESET_TOKEN_BYTES and hmac.compare_digest(
        datagram, reset_datagram(index, token)
    )
