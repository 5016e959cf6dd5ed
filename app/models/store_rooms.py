"""The local history: rooms, their entries, and which of them are held.

Theory. Entries hang on a room's stream, not on its number: when a server gives the number to
another stream, the old entries stay where they were. ``held`` keeps what there is as ranges,
written in the transaction of the entries, so that a start reads a few ranges and no entries.
Every statement finds its rows through a key or an index.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from app.models.commands import FindSince, FindText
from app.models.events import EntriesReceived, HistoryForked, RoomFollowed, RoomListed
from app.models.message import is_message_of
from app.models.records import RoomEntry, StoredRoom
from app.models.store_answers import SinceFound
from app.models.store_holders import HolderTable
from app.models.store_kept import ENTRIES, find_kept
from app.models.store_schema import Connection
from app.models.store_search import OldTexts, WordSearch, folded_text
from protocol.frames import EntryFlag, EntryKind
from protocol.limits import CHECKPOINTS_MAX, NUMBER_MAX

#: More than a window shows; a wish for more is answered with this many.
HISTORY_LOADED_MAX: Final = 1000

#: In the order of ``RoomEntry``.
_COLUMNS: Final = "number, kind, author, device, client_seq, time_ms, text, flags, visible"


class RoomTable:
    """Rooms and entries of every server, on an open transaction.

    Events of rooms that nobody has listed or followed are ignored: there is no stream to hang
    them on, and the server has them still.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._old_texts, self._words = OldTexts(connection), WordSearch(connection)
        self.holders: Final = HolderTable(connection)
        #: What only this computer has may be other than it was (see ``store_kept``).
        self.is_kept_changed = False

    # --- writing ---------------------------------------------------------------------------
    def list_room(self, server: int, event: RoomListed) -> None:
        room_id = self._place(server, event.room, event.stream_id)
        self._connection.execute(
            "UPDATE rooms SET name = ?1, topic = ?2"
            " WHERE id = ?3 AND (name, topic) IS NOT (?1, ?2)",
            (event.name, event.topic, room_id),
        )

    def follow(self, server: int, event: RoomFollowed) -> None:
        """The server's word on how the log stands; it may stand lower than before."""
        room_id = self._place(server, event.room, event.stream_id)
        came = self._connection.execute(
            "UPDATE joined SET fresh = 0 WHERE server = ? AND room = ? AND fresh = 1",
            (server, event.room),
        )
        self._connection.execute(
            "UPDATE rooms SET incarnation = ?1, base = ?2, head = ?3, visible = ?4,"
            " read = CASE ?5 WHEN 0 THEN min(read, ?4) ELSE ?4 END WHERE id = ?6",
            (event.incarnation, event.base, event.head, event.visible, came.rowcount, room_id),
        )

    def fork(self, server: int, event: HistoryForked) -> None:
        """Take the entries after the fork out of the room, and keep them aside."""
        self.holders.forget(server, event.room)
        self._words.forget()
        room_id = self._find(server, event.room)
        beyond = (room_id, event.agreed_to)
        moved = self._connection.execute(
            f"INSERT INTO orphans (room_id, {_COLUMNS}) SELECT room_id, {_COLUMNS} FROM entries"
            " WHERE room_id = ? AND number > ? ORDER BY number",
            beyond,
        )
        self.is_kept_changed |= moved.rowcount > 0
        self._connection.execute("DELETE FROM entries WHERE room_id = ? AND number > ?", beyond)
        self._connection.execute("DELETE FROM held WHERE room_id = ? AND first > ?", beyond)
        self._connection.execute(
            "UPDATE held SET last = ?2 WHERE room_id = ?1 AND last > ?2", beyond
        )
        # What was read beyond is read no more; unknown where the entry is not held.
        self._connection.execute(
            "UPDATE rooms SET read = min(read, CASE ?2 WHEN 0 THEN 0 ELSE coalesce("
            "(SELECT visible FROM entries WHERE room_id = ?1 AND number = ?2), read) END)"
            " WHERE id = ?1",
            beyond,
        )

    def add_entries(self, server: int, event: EntriesReceived) -> None:
        room_id = self._find(server, event.room)
        if room_id is None or not event.entries:
            return
        last = event.entries[-1]
        ((me,),) = self._connection.execute(
            "SELECT person FROM servers WHERE server = ?", (server,)
        )
        rows = [
            (
                room_id,
                *_values(entry),
                folded_text(entry.text),
                event.chain or None if entry is last else None,
                int(is_message_of(entry, me)),
            )
            for entry in event.entries
        ]
        self._connection.executemany(
            f"INSERT INTO entries (room_id, {_COLUMNS}, folded, chain, own)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (room_id, number) DO UPDATE SET kind = excluded.kind,"
            " author = excluded.author, device = excluded.device,"
            " client_seq = excluded.client_seq, time_ms = excluded.time_ms,"
            " text = excluded.text, folded = excluded.folded, flags = excluded.flags,"
            " visible = excluded.visible, chain = coalesce(excluded.chain, chain),"
            " own = excluded.own",
            rows,
        )
        # A fork is found between two checkpoints, so some of what it took away comes back.
        back = self._connection.executemany(
            f"DELETE FROM orphans WHERE room_id = ? AND ({_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [row[:-3] for row in rows],
        )
        self.is_kept_changed |= back.rowcount > 0
        self._hold(room_id, event.entries[0].number, last.number)
        self._connection.execute(
            "UPDATE rooms SET head = ?1, visible = ?2 WHERE id = ?3 AND head < ?1",
            (last.number, last.visible, room_id),
        )

    def fold_some(self, server: int, room: int) -> bool:
        """Make ready for ``find`` what is not yet, some of it; True while there may be more."""
        table, room_id = self.source(server, room)
        return table == ENTRIES and room_id is not None and self._old_texts.fold_some(room_id)

    def move_head(self, server: int, room: int, head: int, visible: int) -> None:
        self._connection.execute(
            "UPDATE rooms SET head = ?1, visible = ?2 WHERE server = ?3 AND room = ?4"
            " AND (head, visible) IS NOT (?1, ?2)",
            (head, visible, server, room),
        )

    def move_base(self, server: int, room: int, base: int) -> None:
        self._connection.execute(
            "UPDATE rooms SET base = ?1 WHERE server = ?2 AND room = ?3 AND base != ?1",
            (base, server, room),
        )

    def mark_read(self, server: int, room: int, visible: int) -> None:
        """What was read once is not unread again."""
        self._connection.execute(
            "UPDATE rooms SET read = ?1 WHERE server = ?2 AND room = ?3 AND read < ?1",
            (visible, server, room),
        )

    def mark_unread(self, server: int, room: int, visible: int) -> None:
        """The person takes it back."""
        self._connection.execute(
            "UPDATE rooms SET read = ?1 WHERE server = ?2 AND room = ?3 AND read > ?1",
            (visible, server, room),
        )

    def set_joined(self, server: int, room: int, joined: bool, *, fresh: bool = False) -> None:
        """``fresh``: the person came just now, and has missed nothing of what was said before."""
        if joined:
            self._connection.execute(
                "INSERT INTO joined VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (server, room, fresh)
            )
        else:
            self._connection.execute(
                "DELETE FROM joined WHERE server = ? AND room = ?", (server, room)
            )

    def set_all_joined(self, server: int, rooms: tuple[int, ...]) -> None:
        """These are the rooms one is in, and no others."""
        known = {
            room
            for (room,) in self._connection.execute(
                "SELECT room FROM joined WHERE server = ?", (server,)
            )
        }
        for room in known ^ set(rooms):
            self.set_joined(server, room, room not in known)

    def end_others(self, server: int, rooms: frozenset[int]) -> None:
        """The server has these rooms and no others; of some one is in, it will tell."""
        known = {
            room
            for (room,) in self._connection.execute(
                "SELECT room FROM rooms WHERE server = ? AND room IS NOT NULL AND room NOT IN"
                " (SELECT joined.room FROM joined WHERE joined.server = rooms.server)",
                (server,),
            )
        }
        for room in known - rooms:
            self._take_number(server, room)

    # --- reading ---------------------------------------------------------------------------
    def rooms(self, server: int) -> tuple[StoredRoom, ...]:
        rows = self._connection.execute(
            "SELECT id, room, stream_id, incarnation, name, topic, fresh, base, head, visible,"
            " read, held_by_all, others FROM rooms LEFT JOIN joined USING (server, room)"
            " WHERE server = ? AND room IS NOT NULL ORDER BY room",
            (server,),
        ).fetchall()
        return tuple(
            StoredRoom(
                room=room,
                stream_id=stream_id,
                incarnation=incarnation,
                name=name,
                topic=topic,
                joined=fresh is not None,
                fresh=bool(fresh),
                base=base,
                head=head,
                visible=visible,
                read=read,
                held=self._held(room_id),
                checkpoints=self._checkpoints(room_id),
                holders=self.holders.of(room_id),
                held_by_all=held_by_all,
                others=others,
                topic_entry=self._topic_entry(room_id),
                own_unread=() if fresh is None else self._own_after(room_id, read),
            )
            for (
                room_id, room, stream_id, incarnation, name, topic, fresh, base, head, visible,
                read, held_by_all, others,
            ) in rows
        )  # fmt: skip

    def history(self, server: int, room: int, before: int, count: int) -> tuple[RoomEntry, ...]:
        """Up to ``count`` entries below ``before``, oldest first."""
        table, room_id = self.source(server, room)
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM {table} WHERE room_id = ? AND number < ?"
            " ORDER BY number DESC LIMIT ?",
            (room_id, min(before, NUMBER_MAX), max(0, min(count, HISTORY_LOADED_MAX))),
        ).fetchall()
        return tuple(RoomEntry(*row) for row in reversed(rows))

    def newer(self, server: int, room: int, after: int, count: int) -> tuple[RoomEntry, ...]:
        """Up to ``count`` entries behind ``after``, oldest first."""
        table, room_id = self.source(server, room)
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM {table} WHERE room_id = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (room_id, after, max(0, min(count, HISTORY_LOADED_MAX))),
        ).fetchall()
        return tuple(RoomEntry(*row) for row in rows)

    def around(self, server: int, room: int, number: int, count: int) -> tuple[RoomEntry, ...]:
        """Up to ``count`` entries around ``number``, oldest first; none if it is not held."""
        older = self.history(server, room, number + 1, count - count // 2)
        if not older or older[-1].number != number:
            return ()
        return older + self.newer(server, room, number, count // 2)

    def find_some(self, server: int, wish: FindText) -> bool:
        """A little of what ``find`` does; True while there is more to do."""
        return self._words.some(wish, *self.source(server, wish.room))

    def find(self, server: int, wish: FindText) -> tuple[tuple[int, ...], bool]:
        """The newest messages with the words, oldest first; True if there are older ones."""
        return self._words.rest(wish, *self.source(server, wish.room))

    def find_since(self, server: int, wish: FindSince) -> SinceFound:
        """The first entry and the first message from a time on."""
        room, since_ms = wish.room, wish.since_ms
        table, room_id = self.source(server, room)

        def first(from_number: int, flags: int, without: Sequence[int]) -> tuple[int, int]:
            rows = self._connection.execute(
                f"SELECT number, time_ms FROM {table} WHERE room_id = ? AND number >= ?"
                " AND time_ms >= ? AND flags & ? = ?"
                " AND author NOT IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT 1",
                (room_id, from_number, since_ms, flags, flags, json.dumps(without)),
            ).fetchall()
            return rows[0] if rows else (0, 0)

        entry, entry_ms = first(0, 0, ())
        message, message_ms = (0, 0)
        if entry:
            message, message_ms = first(entry, int(EntryFlag.VISIBLE), wish.without)
        is_certain = room < 0 or any(first < entry <= last for first, last in self._held(room_id))
        return SinceFound(room, since_ms, entry, entry_ms, message, message_ms, is_certain)

    def source(self, server: int, room: int) -> tuple[str, int | None]:
        """The table with the room's entries, and the room's row in it."""
        if room < 0:
            return find_kept(self._connection, server, room)
        return ENTRIES, self._find(server, room)

    # --- private ---------------------------------------------------------------------------
    def _take_number(self, server: int, room: int) -> None:
        taken = self._connection.execute(
            "UPDATE rooms SET room = NULL WHERE server = ? AND room = ?", (server, room)
        )
        self.is_kept_changed |= taken.rowcount > 0

    def _find(self, server: int, room: int) -> int | None:
        rows = self._connection.execute(
            "SELECT id FROM rooms WHERE server = ? AND room = ?", (server, room)
        ).fetchall()
        return int(rows[0][0]) if rows else None

    def _place(self, server: int, room: int, stream_id: bytes) -> int:
        """The row of the stream, which has this number from now on."""
        rows = self._connection.execute(
            "SELECT id, room FROM rooms WHERE server = ? AND stream_id = ?", (server, stream_id)
        ).fetchall()
        if rows and rows[0][1] == room:
            return int(rows[0][0])
        self._take_number(server, room)
        self.is_kept_changed |= bool(rows)
        ((room_id,),) = self._connection.execute(
            "INSERT INTO rooms (server, stream_id, room) VALUES (?, ?, ?)"
            " ON CONFLICT (server, stream_id) DO UPDATE SET room = excluded.room RETURNING id",
            (server, stream_id, room),
        ).fetchall()
        return int(room_id)

    def _hold(self, room_id: int, first: int, last: int) -> None:
        """Add a range; those that it overlaps or touches become part of it."""
        while True:
            rows = self._connection.execute(
                "SELECT first, last FROM held WHERE room_id = ? AND first <= ?"
                " ORDER BY first DESC LIMIT 1",
                (room_id, last + 1),
            ).fetchall()
            if not rows or rows[0][1] < first - 1:
                break
            ((other_first, other_last),) = rows
            self._connection.execute(
                "DELETE FROM held WHERE room_id = ? AND first = ?", (room_id, other_first)
            )
            first, last = min(first, other_first), max(last, other_last)
        self._connection.execute("INSERT INTO held VALUES (?, ?, ?)", (room_id, first, last))

    def _held(self, room_id: int | None) -> tuple[tuple[int, int], ...]:
        return tuple(
            self._connection.execute(
                "SELECT first, last FROM held WHERE room_id = ? ORDER BY first", (room_id,)
            )
        )

    def _own_after(self, room_id: int, read: int) -> tuple[int, ...]:
        wish = (
            "SELECT visible FROM entries INDEXED BY own_messages"
            " WHERE room_id = ? AND visible > ? AND own = 1 ORDER BY visible"
        )
        return tuple(visible for (visible,) in self._connection.execute(wish, (room_id, read)))

    def _topic_entry(self, room_id: int) -> RoomEntry | None:
        rows = self._connection.execute(
            # As a constant: the index is of this kind only.
            f"SELECT {_COLUMNS} FROM entries INDEXED BY topics"
            f" WHERE room_id = ? AND kind = {EntryKind.TOPIC:d}"
            " ORDER BY number DESC LIMIT 1",
            (room_id,),
        ).fetchall()
        return RoomEntry(*rows[0]) if rows else None

    def _checkpoints(self, room_id: int) -> tuple[tuple[int, bytes], ...]:
        """Newest first, each about twice as far back as the one before."""
        found: list[tuple[int, bytes]] = []
        number, step = NUMBER_MAX, 1
        while len(found) < CHECKPOINTS_MAX:
            rows = self._connection.execute(
                "SELECT number, chain FROM entries WHERE room_id = ? AND chain IS NOT NULL"
                " AND number <= ? ORDER BY number DESC LIMIT 1",
                (room_id, number),
            ).fetchall()
            if not rows:
                break
            found.append(rows[0])
            number = min(found[-1][0] - 1, found[0][0] - step)
            step *= 2
        return tuple(found)


def _values(entry: RoomEntry) -> tuple[int | str, ...]:
    return (
        entry.number,
        entry.kind,
        entry.author,
        entry.device,
        entry.client_seq,
        entry.time_ms,
        entry.text,
        entry.flags,
        entry.visible,
    )
