"""Posts between their person and the server, under the dense numbers that make a retry harmless.

Theory. The server commits exactly the device's last number + 1, so what is to be sent must stay
without a hole. Numbers are given here, in the transaction that makes the post durable. A refused
post has used up its number; it only waits for its person, and makes room (with a number below 1,
which is never sent) when the numbering starts again from an earlier one, as it does after a
server was restored from a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.models.commands import StorePost
from app.models.records import OutboxPost, StrandedPost
from app.models.store_schema import Connection
from protocol.frames import EntryKind

#: A list of what waits for other servers ends with so many.
STRANDED_MAX: Final = 500

#: (old, new) pairs.
Renumbered = tuple[tuple[int, int], ...]

_COLUMNS: Final = "client_seq, post_id, stream_id, room_name, kind, text, time_ms, refused"


class Outbox:
    """The outbox of every server, on an open transaction."""

    def __init__(self, connection: Connection, random_bytes: Callable[[int], bytes]) -> None:
        self._connection = connection
        self._random_bytes = random_bytes

    def posts(self, server: int) -> tuple[OutboxPost, ...]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM outbox WHERE server = ? ORDER BY client_seq", (server,)
        )
        return tuple(OutboxPost(*row) for row in rows)

    def stranded(self, server: int) -> tuple[StrandedPost, ...]:
        """The newest messages for all servers but this one, the oldest of them first."""
        rows = self._connection.execute(
            "SELECT server, client_seq, server_name, room_name, time_ms, text"
            " FROM outbox NATURAL JOIN servers WHERE server != ? AND kind = ?"
            " ORDER BY time_ms DESC, client_seq DESC LIMIT ?",
            (server, EntryKind.MESSAGE, STRANDED_MAX),
        ).fetchall()
        return tuple(StrandedPost(*row) for row in reversed(rows))

    def next_client_seq(self, server: int) -> int:
        ((number,),) = self._connection.execute(
            "SELECT next_client_seq FROM servers WHERE server = ?", (server,)
        ).fetchall()
        return int(number)

    def add(self, server: int, wish: StorePost) -> OutboxPost:
        """Put a post in under the next number and a random id of 63 bits, never 0."""
        post = OutboxPost(
            client_seq=self.next_client_seq(server),
            post_id=(int.from_bytes(self._random_bytes(8), "big") >> 1) or 1,
            stream_id=wish.stream_id,
            room_name=wish.room_name,
            kind=wish.kind,
            text=wish.text,
            time_ms=wish.time_ms,
        )
        self._insert(server, post, post.client_seq)
        self._set_next(server, post.client_seq + 1)
        return post

    def accept(self, server: int, client_seq: int) -> None:
        """The server has it."""
        self._connection.execute(
            "DELETE FROM outbox WHERE server = ? AND client_seq = ?", (server, client_seq)
        )

    def refuse(self, server: int, client_seq: int, code: int) -> None:
        """The server will not have it; what its person withdrew is no loss."""
        self._connection.execute(
            "DELETE FROM outbox WHERE server = ? AND client_seq = ? AND kind = ?",
            (server, client_seq, EntryKind.VOID),
        )
        self._connection.execute(
            "UPDATE outbox SET refused = ? WHERE server = ? AND client_seq = ?",
            (code, server, client_seq),
        )

    def drop(self, server: int, client_seq: int) -> OutboxPost | None:
        """Delete a refused post. Of another the number has to be used up: that is returned."""
        self._connection.execute(
            "DELETE FROM outbox WHERE server = ? AND client_seq = ? AND refused != 0",
            (server, client_seq),
        )
        self._connection.execute(
            "UPDATE outbox SET kind = ?, text = '' WHERE server = ? AND client_seq = ?",
            (EntryKind.VOID, server, client_seq),
        )
        return next((p for p in self.posts(server) if p.client_seq == client_seq), None)

    def align(self, server: int, last_client_seq: int) -> Renumbered:
        """The server's numbering of this device stands at ``last_client_seq``.

        With nothing to send the next number is the one after. Else it can only rise: what is
        there keeps its number until somebody says how to renumber it.
        """
        number = last_client_seq + 1
        if any(not post.refused for post in self.posts(server)):
            number = max(number, self.next_client_seq(server))
        moved = self._move_refused_away(server, number)
        self._set_next(server, number)
        return moved

    def renumber(self, server: int, numbers: Renumbered) -> Renumbered:
        """Give posts new numbers, and say which they got.

        Posts that were stored after the wish was made are not in it. They were written later,
        and nothing is sent while new numbers are awaited: so they move behind the others.
        """
        waiting = {post.client_seq for post in self.posts(server) if not post.refused}
        wishes = sorted((new, old) for old, new in numbers if old in waiting)
        if not wishes:
            return ()
        first = wishes[0][0]
        moved = {old: new for new, old in wishes}
        last = max(moved.values())
        # Numbered before the store heard where the server stands, it may have got a number below
        # those that are free now.
        newest = max(old for old, _ in numbers)
        later = sorted(seq for seq in waiting - moved.keys() if seq >= first or seq > newest)
        moved |= {seq: last + place for place, seq in enumerate(later, 1)}
        away = self._move_refused_away(server, first)
        self._rewrite(server, moved)
        self._set_next(server, max(moved.values()) + 1)
        return away + tuple(sorted(moved.items(), key=lambda pair: pair[1]))

    def move(self, source: int, target: int) -> Renumbered:
        """Give all posts of a server that was never reached to another, after those it has."""
        posts = self.posts(source)
        assert not any(post.refused for post in posts), "refused by a server never reached"
        first = self.next_client_seq(target)
        moved: list[tuple[int, int]] = []
        for client_seq, post in enumerate(posts, first):
            self._insert(target, post, client_seq)
            moved.append((post.client_seq, client_seq))
        self._connection.execute("DELETE FROM outbox WHERE server = ?", (source,))
        self._set_next(target, first + len(posts))
        return tuple(moved)

    def _move_refused_away(self, server: int, number: int) -> Renumbered:
        """Free the numbers from ``number`` on."""
        posts = self.posts(server)
        free = min([0, *(post.client_seq - 1 for post in posts)])
        in_the_way = [p.client_seq for p in posts if p.refused and p.client_seq >= number]
        moved = {old: free - index for index, old in enumerate(in_the_way)}
        self._rewrite(server, moved)
        return tuple(moved.items())

    def _rewrite(self, server: int, moved: Mapping[int, int]) -> None:
        # All out before any goes in: old and new numbers may overlap.
        posts = [post for post in self.posts(server) if post.client_seq in moved]
        self._connection.executemany(
            "DELETE FROM outbox WHERE server = ? AND client_seq = ?",
            [(server, post.client_seq) for post in posts],
        )
        for post in posts:
            self._insert(server, post, moved[post.client_seq])

    def _insert(self, server: int, post: OutboxPost, client_seq: int) -> None:
        self._connection.execute(
            f"INSERT INTO outbox (server, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                server,
                client_seq,
                post.post_id,
                post.stream_id,
                post.room_name,
                post.kind,
                post.text,
                post.time_ms,
                post.refused,
            ),
        )

    def _set_next(self, server: int, client_seq: int) -> None:
        # Only a change is written: a transaction without one costs the disk nothing.
        self._connection.execute(
            "UPDATE servers SET next_client_seq = ?1 WHERE server = ?2 AND next_client_seq != ?1",
            (client_seq, server),
        )
