"""What became of each device's posts, in their dense order, each once.

Which number a device's next post gets is remembered, so that recording reads nothing.
"""

from __future__ import annotations

from typing import Final

from server.batched_connection import BatchedConnection
from server.room_log import PostResult

_SELECT: Final = (
    "SELECT post_id, room, number, refusal FROM posts WHERE device = ? AND client_seq = ?"
)
#: Among so many of the device's newest posts: far less than a millisecond.
_SELECT_BY_ID: Final = (
    "SELECT room, number, refusal FROM posts WHERE device = ?1 AND post_id = ?2 AND client_seq >"
    " (SELECT max(client_seq) FROM posts WHERE device = ?1) - 512 LIMIT 1"
)
_SELECT_NEWEST: Final = "SELECT coalesce(max(client_seq), 0) FROM posts WHERE device = ?"
_INSERT: Final = (
    "INSERT INTO posts (device, client_seq, post_id, room, number, refusal)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


class PostTable:
    """See ``RoomLog`` for what its methods promise."""

    def __init__(self, connection: BatchedConnection) -> None:
        self._connection = connection
        #: Numbers of the devices' newest posts, as long as nothing was undone.
        self._newest: dict[int, int] = {}
        self._newest_undone = 0

    def result(self, device: int, client_seq: int) -> PostResult | None:
        """See ``RoomLog.post_result``."""
        with self._connection.reading as connection:
            row = connection.execute(_SELECT, (device, client_seq)).fetchone()
        if row is None:
            return None
        post_id, *where = row
        return PostResult(unsigned(post_id), *where)

    def with_id(self, device: int, post_id: int) -> PostResult | None:
        """See ``RoomLog.post_with_id``."""
        with self._connection.reading as connection:
            row = connection.execute(_SELECT_BY_ID, (device, _signed(post_id))).fetchone()
        return None if row is None else PostResult(post_id, *row)

    def record(self, device: int, client_seq: int, result: PostResult) -> None:
        """See ``RoomLog.record_post``."""
        expected = self._newest_of(device) + 1
        assert client_seq == expected, "posts of a device are recorded in order, each once"
        post_id = _signed(result.post_id)
        row = (device, client_seq, post_id, result.room, result.number, result.refusal)
        self._connection.insert_later(_INSERT, row)
        self._newest[device] = client_seq

    def _newest_of(self, device: int) -> int:
        if self._newest_undone != self._connection.undone:
            self._newest_undone = self._connection.undone
            self._newest.clear()
        newest = self._newest.get(device)
        if newest is None:
            # If it fails, so does the batch; and what waits to be inserted is of other devices.
            with self._connection.writing as connection:
                newest = int(connection.execute(_SELECT_NEWEST, (device,)).fetchone()[0])
        return newest


def _signed(value: int) -> int:
    """SQLite's integers have 64 bits and a sign; random ids have 64 bits and none."""
    return value - (1 << 64) if value >> 63 else value


def unsigned(value: int) -> int:
    """The random id that is stored as ``value``."""
    return value & ((1 << 64) - 1)
