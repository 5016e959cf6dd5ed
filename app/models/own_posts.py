"""Our own posts from the wish to the server's answer: by our token, and by their number on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.models.records import OutboxPost
from app.models.room_wait import RoomWait
from protocol.frames import EntryKind


@dataclass(slots=True)
class OwnPost:
    """A post and what its person meant by it."""

    token: int
    #: The room as it was when the post was made, 0 where it was only known by name.
    room: int
    room_name: str
    kind: int
    text: str = ""
    #: Its number on disk, 0 until it is there. Below 1 it was refused.
    client_seq: int = 0
    #: Open the room when it is done, if somebody waits for it.
    wait: RoomWait | None = None
    #: Create the room if there is none.
    creates: bool = False


class OwnPosts:
    """All posts that are not answered, or that failed and wait for their person."""

    def __init__(self) -> None:
        self._by_token: dict[int, OwnPost] = {}
        self._by_seq: dict[int, OwnPost] = {}
        self._last_token = 0

    def new_token(self) -> int:
        """A name for one more post; never used twice in a run."""
        self._last_token += 1
        return self._last_token

    def add(self, post: OwnPost) -> None:
        """One more; with a number if it is on disk already."""
        self._by_token[post.token] = post
        if post.client_seq:
            self._by_seq[post.client_seq] = post

    def stored(self, token: int, post: OutboxPost) -> OwnPost | None:
        """The post is on disk."""
        own = self._by_token.get(token)
        if own is not None:
            own.client_seq = post.client_seq
            self._by_seq[post.client_seq] = own
        return own

    def get(self, token: int) -> OwnPost | None:
        """The post of that token."""
        return self._by_token.get(token)

    def numbered(self, client_seq: int) -> OwnPost | None:
        """The post with that number on disk."""
        return self._by_seq.get(client_seq)

    @property
    def waits(self) -> list[RoomWait]:
        """How somebody waits for the rooms among them."""
        return [own.wait for own in self._by_token.values() if own.wait is not None]

    @property
    def awaited_rooms(self) -> list[tuple[str, bool]]:
        """The names of the rooms that are waited for, and whether each may be made."""
        return [(own.room_name, own.creates) for own in self._awaited()]

    def awaited(self, name: str) -> OwnPost | None:
        """What asks for the room of that name, whatever its case."""
        wanted = name.casefold()
        return next((own for own in self._awaited() if own.room_name.casefold() == wanted), None)

    def _awaited(self) -> Iterator[OwnPost]:
        return (own for own in self._by_token.values() if own.wait is not None)

    @property
    def wishes(self) -> int:
        """How many of them are no messages, and not refused."""
        posts = self._by_token.values()
        return sum(own.kind != EntryKind.MESSAGE and own.client_seq >= 0 for own in posts)

    def newest_waits(self) -> Callable[[], bool]:
        """What says at any time whether the post made last is among them."""
        token = self._last_token
        return lambda: token in self._by_token

    def drop(self, token: int) -> None:
        """It is done with."""
        own = self._by_token.pop(token, None)
        if own is not None and self._by_seq.get(own.client_seq) is own:
            del self._by_seq[own.client_seq]

    def move(self, before: int, room: int) -> None:
        """A room has another number."""
        for own in self._by_token.values():
            if own.room == before:
                own.room = room

    def renumber(self, numbers: Iterable[tuple[int, int]]) -> list[OwnPost]:
        """(old, new) numbers; returns the posts that have new ones."""
        moved = []
        for old, new in numbers:
            own = self._by_seq.pop(old, None)
            if own is not None:
                own.client_seq = new
                moved.append(own)
        self._by_seq.update((own.client_seq, own) for own in moved)
        return moved

    def restore(self) -> dict[int, OwnPost]:
        """Begin anew from disk: returns what was known by number, and keeps only what is not
        on disk yet."""
        known, self._by_seq = self._by_seq, {}
        self._by_token = {t: own for t, own in self._by_token.items() if not own.client_seq}
        return known

    def unstored(self) -> list[OwnPost]:
        """Posts that are on their way to the disk."""
        return [own for own in self._by_token.values() if not own.client_seq]
