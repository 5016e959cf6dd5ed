"""Of the rooms somebody asked for, which to go to: the one asked for last of those granted.

Without a connection several are asked for, and the answers come together, in any order. Whoever
went through all of them would have each marked as read on the way. So nothing is opened while
something asked for later may still be granted.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.models.room_wait import RoomWait


class GrantedRoom:
    """The newest grant, until it is taken."""

    def __init__(self) -> None:
        self._number = 0
        self._wait: RoomWait | None = None
        self._newest_order = -1

    def note(self, number: int, wait: RoomWait) -> None:
        """The server granted a room; what was asked for before another granted one is only
        joined."""
        if wait.order > self._newest_order:
            self._number, self._wait, self._newest_order = number, wait, wait.order

    def pass_over(self, wait: RoomWait) -> None:
        """The person went elsewhere at once: what was asked for before is only joined."""
        self._wait, self._newest_order = None, wait.order

    def take(self, unanswered: Iterable[RoomWait]) -> tuple[int, RoomWait] | None:
        """The room to go to now and how it was waited for; None while there is none yet."""
        wait = self._wait
        if wait is None or any(other.order > wait.order for other in unanswered):
            return None
        self._wait = None
        return self._number, wait

    def move(self, before: int, number: int) -> None:
        """A room has another number."""
        if self._number == before:
            self._number = number

    def forget(self) -> None:
        """It was at another server."""
        self._wait = None
