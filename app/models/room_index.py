"""Which room a key means: its stream, or its name. A room has one key at a time."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class RoomIndex(Generic[Key]):
    """Key to room number, both ways, so that a server with 10,000 rooms is no more work a room."""

    def __init__(self) -> None:
        self._rooms: dict[Key, int] = {}
        self._keys: dict[int, Key] = {}

    def put(self, key: Key, room: int) -> None:
        """The key means this room from now on, and what meant it before means nothing."""
        before = self._keys.get(room)
        if before is not None and self._rooms.get(before) == room:
            del self._rooms[before]
        self._rooms[key] = room
        self._keys[room] = key

    def get(self, key: Key) -> int | None:
        """The room, or None."""
        return self._rooms.get(key)
