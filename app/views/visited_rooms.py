"""The rooms in the order they were looked at, to go back and forward in. No Tk."""

from collections.abc import Container

from app.views.rows import Key

ROOMS_MAX = 50


class VisitedRooms:
    """As in a browser: going somewhere new forgets what was ahead."""

    def __init__(self) -> None:
        self._keys: list[Key] = []
        self._at = -1

    def note(self, key: Key) -> None:
        """This room is shown now."""
        if self._keys and self._keys[self._at] == key:
            return
        del self._keys[self._at + 1 :]
        self._keys.append(key)
        del self._keys[:-ROOMS_MAX]
        self._at = len(self._keys) - 1

    def step(self, by: int, known: Container[Key]) -> Key | None:
        """Back (-1) or forward (+1) to a room that is still there; None if there is none."""
        at = self._at + by
        while 0 <= at < len(self._keys):
            if self._keys[at] in known and self._keys[at] != self._keys[self._at]:
                self._at = at
                return self._keys[at]
            at += by
        return None
