"""Which of the two twins seals: the native one if it was built on this machine, else Python's.

This is the one place where that is decided. Both have the same names and do the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from protocol.plain_sealing import DATAGRAMS_PER_KEY_MAX, FAILED_OPENS_MAX, LIMITS, TIMES

if TYPE_CHECKING:
    from protocol.plain_sealing import Keys, Sent, seal_for_each
else:
    try:
        from protocol import _sealing
        from protocol._sealing import Keys, Sent, seal_for_each

        if _sealing.LIMITS != LIMITS:
            raise ImportError("it was built from other sources")
    except ImportError:  # no compiler when this was installed, or no OpenSSL 3
        from protocol.plain_sealing import Keys, Sent, seal_for_each

IS_NATIVE: Final = Keys.__module__ != "protocol.plain_sealing"

__all__ = [
    "DATAGRAMS_PER_KEY_MAX", "FAILED_OPENS_MAX", "IS_NATIVE", "Keys", "Sent", "TIMES",
    "seal_for_each",
]  # fmt: skip
