"""How far away a server is, before connecting: the time from a HELLO to its RETRY.

A RETRY costs the server nothing that it keeps, and says nothing of who asks: the nonce is new each
time and no key is shown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final, Protocol

from protocol.handshake_datagrams import (
    CLIENT_NONCE_BYTES,
    ECHO_BYTES,
    SUITES,
    Offer,
    decode_retry,
    encode_hello,
)
from protocol.limits import DATAGRAM_BYTES_MAX, PROTOCOL_VERSIONS

TRIES: Final = 2
ANSWER_TIMEOUT_S: Final = 0.4


class Udp(Protocol):
    """The part of a connected ``socket.socket`` that is needed."""

    def settimeout(self, timeout_s: float, /) -> None: ...
    def send(self, datagram: bytes, /) -> int: ...
    def recv(self, size: int, /) -> bytes: ...


class RoundTripProbe:
    """Asks the server at the other end of a connected socket."""

    def __init__(
        self, udp: Udp, clock: Callable[[], float], random_bytes: Callable[[int], bytes]
    ) -> None:
        """``clock`` counts seconds and never goes back."""
        self._udp = udp
        self._clock = clock
        self._random_bytes = random_bytes

    def measure_s(self) -> float | None:
        """The round trip in seconds; None if nobody answers within a second."""
        for _ in range(TRIES):
            # An unreachable port is an answer as well: there is nobody.
            with contextlib.suppress(OSError):
                round_trip_s = self.ask_s()
                if round_trip_s is not None:
                    return round_trip_s
        return None

    def ask_s(self, timeout_s: float = ANSWER_TIMEOUT_S) -> float | None:
        """One question; None if what came back was no answer.

        Raises:
            TimeoutError: nothing came in time.
            OSError: the path says that nobody is there.
        """
        nonce = self._random_bytes(CLIENT_NONCE_BYTES)
        asked_at = self._clock()
        self._udp.send(encode_hello(nonce, Offer(PROTOCOL_VERSIONS, SUITES)))
        while (left_s := asked_at + timeout_s - self._clock()) > 0:
            self._udp.settimeout(left_s)
            retry = decode_retry(self._udp.recv(DATAGRAM_BYTES_MAX + 1))
            if retry is not None and retry.echo == nonce[:ECHO_BYTES]:
                return self._clock() - asked_at
        return None
