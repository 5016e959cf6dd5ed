"""What kinds of datagram there are, and the header that leads to a session.

Every datagram begins with its type. Those that belong to a session or to a handshake in hand go
on with the receiver's index: eight random bytes that the receiver chose, by which it finds the
keys without ever looking at an address.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final


class DatagramType(IntEnum):
    """The first byte of a datagram. Others are dropped."""

    HELLO = 1
    RETRY = 2
    M1 = 3
    M2 = 4
    M3 = 5
    DATA = 6
    RESET = 7


INDEX_BYTES: Final = 8
#: Type and receiver index: where M2, M3 and RESET begin.
ROUTE: Final = Struct("!BQ")
#: Type, receiver index and counter: the header of DATA, which is also its associated data.
DATA_HEADER: Final = Struct("!BQQ")

_ROUTED: Final = frozenset(
    map(int, (DatagramType.M2, DatagramType.M3, DatagramType.DATA, DatagramType.RESET))
)


def receiver_index(datagram: bytes) -> int | None:
    """The index of whom the datagram is for; None where it is too short or its type has none."""
    if len(datagram) < ROUTE.size or datagram[0] not in _ROUTED:
        return None
    return int.from_bytes(datagram[1 : ROUTE.size])
