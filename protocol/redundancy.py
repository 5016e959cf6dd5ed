"""How much is said again, unasked, on a path that loses: in proportion to what it loses.

A chat entry is small and a datagram holds ten of them, so the entries before cost few bytes and no
datagram. A repeat costs a datagram: one while anything is lost, more where the first would often be
lost as well. Both count against the window (RFC 8085, 3.1.1), so a path that is too full for what
is said hears less of it, not more. The figures were found with ``tests/simulation/lossy_link.py``.
"""

from __future__ import annotations

from typing import Final

#: From this share of loss on one in a thousand is lost twice.
_SOME: Final = 0.03
#: One in two hundred is lost twice.
_MUCH: Final = 0.07
#: One in five hundred is lost three times.
_VERY_MUCH: Final = 0.12


def previous_pushes(loss_ratio: float) -> int:
    """How many pushes from before go beside each new one."""
    if loss_ratio < _SOME:
        return 1
    return 2 if loss_ratio < _MUCH else 3


def repeats(loss_ratio: float) -> int:
    """How often the last push, or a fresh post, is repeated before anybody asked."""
    if loss_ratio < _SOME:
        return 1
    return 2 if loss_ratio < _VERY_MUCH else 3
