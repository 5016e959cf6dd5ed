"""How streams are named on the wire: one small number, a *reference*, says which and of what kind.

Reference 0 is the list of rooms. Room ``r`` (the server's small number, from 1) has two streams:
``2r`` is its log, ``2r + 1`` tells who is there. References make pushes small and equal for all
members; a position still is (stream id, incarnation, number), agreed on when subscribing.
"""

from __future__ import annotations

from typing import Final

ROOMS: Final = 0


def log_of(room: int) -> int:
    """The reference of the room's log."""
    return 2 * room


def people_of(room: int) -> int:
    """The reference of the stream that tells who is in the room."""
    return 2 * room + 1


def room_of(ref: int) -> int:
    """The room a reference belongs to, 0 for the list of rooms."""
    return ref // 2


def is_log(ref: int) -> bool:
    """Whether the stream is a room's durable log."""
    return ref > 0 and ref % 2 == 0
