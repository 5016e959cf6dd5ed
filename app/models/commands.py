"""What the person wants: frozen wishes that the models hand to the store and network threads."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.events import OutboxPost


# --- for the store thread ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StorePost:
    """Put a post into the outbox; answered by ``PostStored`` once it is on disk."""

    token: int
    stream_id: bytes
    room_name: str
    kind: int
    text: str
    time_ms: int


@dataclass(frozen=True, slots=True)
class DropPost:
    """The person deletes a failed post from the outbox."""

    client_seq: int


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Read up to ``count`` local entries of the room below ``before``; answered by
    ``HistoryLoaded`` (with nothing, if nothing is held there)."""

    room: int
    before: int
    count: int


@dataclass(frozen=True, slots=True)
class LoadAround:
    """Read up to ``count`` local entries of the room, half of them up to ``number`` and half of
    them behind it; answered by ``AroundLoaded``."""

    room: int
    number: int
    count: int


@dataclass(frozen=True, slots=True)
class LoadNewer:
    """Read up to ``count`` local entries of the room behind ``after``; answered by
    ``NewerLoaded``."""

    room: int
    after: int
    count: int


@dataclass(frozen=True, slots=True)
class FindText:
    """Look through the room's whole local history; answered by ``TextFound``."""

    room: int
    words: str


@dataclass(frozen=True, slots=True)
class FindSince:
    """Look for the room's first local message from a time on, but none by the people ``without``;
    answered by ``SinceFound``."""

    room: int
    since_ms: int
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DropKept:
    """Delete messages that only this computer has; answered by ``RoomsKept``."""

    room: int


@dataclass(frozen=True, slots=True)
class DropStranded:
    """Give up a message for another server; answered by ``StrandedListed``."""

    server: int
    client_seq: int


@dataclass(frozen=True, slots=True)
class NoteHolders:
    """All that were here last hold the room up to ``by_all``; there are ``others`` in it."""

    room: int
    by_all: int
    others: int


@dataclass(frozen=True, slots=True)
class MarkRead:
    """The person has read the room's first ``visible`` messages."""

    room: int
    visible: int


@dataclass(frozen=True, slots=True)
class MarkUnread:
    """The person wants only the room's first ``visible`` messages to count as read."""

    room: int
    visible: int


@dataclass(frozen=True, slots=True)
class RenumberPosts:
    """From the client core: give these posts new numbers, (old, new), then say so to everybody
    with ``PostsRenumbered``. Nothing is sent under a new number before it is on disk."""

    numbers: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SaveSetting:
    """Keep a value (a draft, the open room, the theme, ...) under a key for the next start."""

    key: str
    value: str


# --- for the network thread ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SendPost:
    """Send a post that is in the outbox until the server answers for it."""

    post: OutboxPost


@dataclass(frozen=True, slots=True)
class FollowRoom:
    """Follow a room's log without being a member (rooms one is in are followed anyway).

    ``backlog`` entries before its head are wanted, or everything from ``since`` (1 or more).
    """

    room: int
    backlog: int = 50
    since: int = 0


@dataclass(frozen=True, slots=True)
class FetchOlder:
    """Hold the room's entries from ``base`` on (scrolling back)."""

    room: int
    base: int


@dataclass(frozen=True, slots=True)
class WatchPeople:
    """Follow who is in the room, and in no other; 0 for none."""

    room: int


@dataclass(frozen=True, slots=True)
class AskNames:
    """Find out the names of these people: authors of entries that were read from disk. Those that
    are news come as ``PersonNamed``."""

    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetAway:
    """The person went away from the keyboard, or came back; ``status`` is what others read of
    it."""

    away: bool
    status: str = ""


@dataclass(frozen=True, slots=True)
class ConnectNow:
    """Do not wait for the next try."""


@dataclass(frozen=True, slots=True)
class PathMayHaveChanged:
    """The route to the server changed, or the machine slept: speak at once."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Sign in with another name (after a refusal, or because the person wants to)."""

    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Say goodbye and end."""


@dataclass(frozen=True, slots=True)
class ForgetServer:
    """Take another server than the one at work from those that are saved."""

    address: str


StoreCommand = (
    StorePost | DropPost | LoadHistory | LoadAround | LoadNewer | FindText | FindSince
    | MarkRead | MarkUnread | RenumberPosts | SaveSetting | ForgetServer | DropKept
    | DropStranded | NoteHolders
)  # fmt: skip
NetworkCommand = (
    SendPost | FollowRoom | FetchOlder | WatchPeople | AskNames | SetAway | ConnectNow
    | PathMayHaveChanged | Rename | Stop
)  # fmt: skip
