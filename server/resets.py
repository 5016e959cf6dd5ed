"""Clients whose sessions nobody knows here are told so: those of before a restart, and strangers.

A reset is shorter than whatever provokes it, and resets are bounded in all, so that nobody gets
anything out of asking for them (`protocol/stateless_reset.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from protocol import stateless_reset
from protocol.cookie import Address
from protocol.rate_limit import RateLimit
from server.outbox import Outbox
from server.room_log import RememberedSession
from server.timers import Action, Timers

#: After a restart the sessions of before are told within this.
_SPREAD_S: Final = 2.0


class Resets:
    """Makes resets and queues them."""

    def __init__(self, secret: bytes, per_s: float, outbox: Outbox, timers: Timers) -> None:
        """``secret`` is the one from which sessions got their tokens."""
        self._secret = secret
        self._rate = RateLimit(max(1, int(per_s)), per_s)
        self._outbox = outbox
        self._timers = timers

    def answer(self, index: int, size: int, address: Address, now: float) -> None:
        """A datagram of ``size`` bytes came for an index that nobody has."""
        if size > stateless_reset.RESET_BYTES and self._rate.allow(None, now):
            self._reset(index, address)

    def tell(self, remembered: Sequence[RememberedSession], now: float) -> None:
        """Sessions of before a restart learn, each once, that they must sign in again."""
        for place, session in enumerate(remembered):
            index, address = int.from_bytes(session.index), (session.host, session.port)
            when = now + _SPREAD_S * place / len(remembered)
            self._timers.at(when, self._resetting(index, address))

    def _resetting(self, index: int, address: Address) -> Action:
        return lambda now: self._reset(index, address)

    def _reset(self, index: int, address: Address) -> None:
        token = stateless_reset.reset_token(self._secret, index)
        self._outbox.queue(stateless_reset.reset_datagram(index, token), address)
