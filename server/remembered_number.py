"""A number of the log that is asked for often, and seldom changes."""

from __future__ import annotations

from server.batched_connection import BatchedConnection


class RememberedNumber:
    """What a query answers: asked once, and again when something that was written may be undone."""

    def __init__(self, connection: BatchedConnection, query: str) -> None:
        self._connection = connection
        self._query = query
        self._value = 0
        self._undone = -1

    def get(self) -> int:
        """The number, the open batch included; raises as ``reading`` does."""
        if self._undone != self._connection.undone:
            undone = self._connection.undone
            with self._connection.reading as connection:
                self._value = int(connection.execute(self._query).fetchone()[0])
            self._undone = undone
        return self._value

    def count(self) -> None:
        """What was just written makes it one more."""
        self._value += 1
