"""Which messages show what they hide at first."""

from app.views.rows import Key


class Opened(dict[Key, None]):
    """The keys of messages that were opened: of too many those that were opened last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def turn(self, key: Key) -> None:
        """Open a message from the next time it is drawn, or close it again."""
        if key in self:
            del self[key]
            return
        self[key] = None
        while len(self) > self._most:
            del self[next(iter(self))]
