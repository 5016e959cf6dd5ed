"""What the store tells: that something is on disk now, and what was read from there.

Its thread makes these answers to commands and to what the network said, once the batch they belong
to is on disk. They are events like those of the network.
"""

from __future__ import annotations

from app.models.records import KeptRoom, OutboxPost, RoomEntry, StoredRoom, StrandedPost
from app.models.server_lists import SavedServer
from app.structs import Struct


class PostStored(Struct, frozen=True):
    """The post is in the outbox, on disk, under this number: it will arrive exactly once."""

    post: OutboxPost
    #: Whatever the asker passed along to recognise his post.
    token: int


class PostsRenumbered(Struct, frozen=True):
    """Posts in the outbox have new numbers, (old, new) pairs, already on disk.

    Needed when a data folder, here or at the server, came back from an earlier moment.
    """

    numbers: tuple[tuple[int, int], ...]
    #: The store did it by itself; it is no answer to the client core's wish.
    unasked: bool = False


class HistoryLoaded(Struct, frozen=True):
    """Entries read from the local history, oldest first."""

    room: int
    entries: tuple[RoomEntry, ...]


class AroundLoaded(Struct, frozen=True):
    """Local entries around ``number``, oldest first; empty if it is not held here."""

    room: int
    number: int
    entries: tuple[RoomEntry, ...]


class NewerLoaded(Struct, frozen=True):
    """Local entries behind ``after``, oldest first."""

    room: int
    after: int
    entries: tuple[RoomEntry, ...]


class TextFound(Struct, frozen=True):
    """Numbers of the messages in the local history that have the words, oldest first.

    ``is_cut``: there are older ones beyond the limit.
    """

    room: int
    words: str
    numbers: tuple[int, ...]
    is_cut: bool = False


class FoundMessage(Struct, frozen=True):
    """A message in the local history, and what of its text stands around the words."""

    room: int
    number: int
    author: int
    time_ms: int
    excerpt: str


class FoundEverywhere(Struct, frozen=True):
    """More messages of several rooms, newest first: the first one is the ``at``-th (from 0) of all.

    ``next_room`` is looked into next, 0 if this was the last answer. ``is_cut``: there are older
    ones beyond the limit.
    """

    token: int
    at: int
    messages: tuple[FoundMessage, ...]
    next_room: int = 0
    is_cut: bool = False


class SinceFound(Struct, frozen=True):
    """What the local history has of a room from a time on: the first entry and the first message,
    number and time of each, numbers 0 for none.

    ``is_certain``: the entry before it is here too, so the server has no earlier one from then on.
    """

    room: int
    since_ms: int
    entry: int = 0
    entry_ms: int = 0
    message: int = 0
    message_ms: int = 0
    is_certain: bool = False


class StoreFailed(Struct, frozen=True):
    """The disk here does not take what should be kept; the text says what to do."""

    reason: str


class RoomsKept(Struct, frozen=True):
    """All that only this computer has of the server at work."""

    rooms: tuple[KeptRoom, ...]


class StrandedListed(Struct, frozen=True):
    """The newest messages for other servers, the oldest of them first."""

    posts: tuple[StrandedPost, ...]


class Restored(Struct, frozen=True):
    """Everything a start needs from disk; the newest entries come as ``HistoryLoaded``."""

    server: int
    #: Key of the server as pinned, None before first contact.
    server_key: bytes | None
    person: int
    name: str
    server_name: str
    names_version: int
    rooms: tuple[StoredRoom, ...]
    names: tuple[tuple[int, str], ...]
    outbox: tuple[OutboxPost, ...]
    #: The number the next post gets.
    next_client_seq: int
    #: What the server's key is or has to match; empty when the first one seen will be pinned.
    fingerprint: str = ""
    #: Key that the server announced for some day.
    next_key: bytes | None = None
    kept: tuple[KeptRoom, ...] = ()
    stranded: tuple[StrandedPost, ...] = ()
    #: Other addresses of the server as ``HOST:PORT``, those that worked last first.
    others: tuple[str, ...] = ()


class ServersSaved(Struct, frozen=True):
    """Servers that were used before, as they are on disk."""

    servers: tuple[SavedServer, ...]


class EarlierServerFound(Struct, frozen=True):
    """Another key was pinned at the address before, and things are kept under it.

    ``is_same``: it was the same server, and the next start has all of it. Otherwise ``messages``
    wait there for the one that was here before.
    """

    is_same: bool
    messages: int


#: What a batch of the store leads to, beside posts that may be sent now.
StoreAnswer = (
    PostStored | PostsRenumbered | HistoryLoaded | AroundLoaded | NewerLoaded | TextFound
    | FoundEverywhere | SinceFound | Restored | ServersSaved | RoomsKept | EarlierServerFound
    | StrandedListed
)  # fmt: skip
