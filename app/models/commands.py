"""What the person wants: frozen wishes that the models hand to the store and network threads."""

from __future__ import annotations

from app.models.records import OutboxPost
from app.structs import Struct
from protocol.limits import NUMBER_MAX


# --- for the store thread ------------------------------------------------------------------
class StorePost(Struct, frozen=True):
    """Put a post into the outbox; answered by ``PostStored`` once it is on disk."""

    token: int
    stream_id: bytes
    room_name: str
    kind: int
    text: str
    time_ms: int


class DropPost(Struct, frozen=True):
    """The person deletes a failed post from the outbox."""

    client_seq: int


class LoadHistory(Struct, frozen=True):
    """Read up to ``count`` local entries of the room below ``before``; answered by
    ``HistoryLoaded`` (with nothing, if nothing is held there)."""

    room: int
    before: int
    count: int


class LoadAround(Struct, frozen=True):
    """Read up to ``count`` local entries of the room, half of them up to ``number`` and half of
    them behind it; answered by ``AroundLoaded``."""

    room: int
    number: int
    count: int


class LoadNewer(Struct, frozen=True):
    """Read up to ``count`` local entries of the room behind ``after``; answered by
    ``NewerLoaded``."""

    room: int
    after: int
    count: int


class FindText(Struct, frozen=True):
    """Look through the room's whole local history; answered by ``TextFound``."""

    room: int
    words: str


class FindEverywhere(Struct, frozen=True):
    """Look through the local history of these rooms for messages with the words ("" is in every
    one), by no others than the ``authors``, if there are any, and by nobody of ``without``, of a
    time from ``since_ms`` on and before ``before_ms``; answered by ``FoundEverywhere``, again and
    again, with the same ``token``. A newer one takes its place."""

    token: int
    rooms: tuple[int, ...]
    words: str = ""
    authors: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    since_ms: int = 0
    before_ms: int = NUMBER_MAX

    @property
    def room(self) -> int:
        """0, which is the number of none."""
        return 0


class FindSince(Struct, frozen=True):
    """Look for the room's first local message from a time on, but none by the people ``without``;
    answered by ``SinceFound``."""

    room: int
    since_ms: int
    without: tuple[int, ...] = ()


class DropKept(Struct, frozen=True):
    """Delete messages that only this computer has; answered by ``RoomsKept``."""

    room: int


class DropStranded(Struct, frozen=True):
    """Give up a message for another server; answered by ``StrandedListed``."""

    server: int
    client_seq: int


class NoteHolders(Struct, frozen=True):
    """All that were here last hold the room up to ``by_all``; there are ``others`` in it."""

    room: int
    by_all: int
    others: int


class MarkRead(Struct, frozen=True):
    """The person has read the room's first ``visible`` messages."""

    room: int
    visible: int


class MarkUnread(Struct, frozen=True):
    """The person wants only the room's first ``visible`` messages to count as read."""

    room: int
    visible: int


class RenumberPosts(Struct, frozen=True):
    """From the client core: give these posts new numbers, (old, new), then say so to everybody
    with ``PostsRenumbered``. Nothing is sent under a new number before it is on disk."""

    numbers: tuple[tuple[int, int], ...]


class SaveSetting(Struct, frozen=True):
    """Keep a value (a draft, the open room, the theme, ...) under a key for the next start."""

    key: str
    value: str


# --- for the network thread ------------------------------------------------------------------
class SendPost(Struct, frozen=True):
    """Send a post that is in the outbox until the server answers for it."""

    post: OutboxPost


class FollowRoom(Struct, frozen=True):
    """Follow a room's log without being a member (rooms one is in are followed anyway).

    ``backlog`` entries before its head are wanted, or everything from ``since`` (1 or more).
    """

    room: int
    backlog: int = 50
    since: int = 0


class FetchOlder(Struct, frozen=True):
    """Hold the room's entries from ``base`` on (scrolling back)."""

    room: int
    base: int


class WatchPeople(Struct, frozen=True):
    """Follow who is in the room, and in no other; 0 for none."""

    room: int


class AskNames(Struct, frozen=True):
    """Find out the names of these people: authors of entries that were read from disk. Those that
    are news come as ``PersonNamed``."""

    people: tuple[int, ...]


class SetAway(Struct, frozen=True):
    """The person went away from the keyboard, or came back; ``status`` is what others read of
    it."""

    away: bool
    status: str = ""


class WatchLink(Struct, frozen=True):
    """Somebody sees how the link does: it is measured more often, until nobody does."""

    is_on: bool


class ConnectNow(Struct, frozen=True):
    """Do not wait for the next try. ``is_hint`` if a stranger says that the server is there: then
    soon, if that is not said too often."""

    is_hint: bool = False


class PathMayHaveChanged(Struct, frozen=True):
    """The route to the server changed, or the machine slept: speak at once."""


class Rename(Struct, frozen=True):
    """Sign in with another name (after a refusal, or because the person wants to)."""

    name: str


class Stop(Struct, frozen=True):
    """Say goodbye and end."""


class ForgetServer(Struct, frozen=True):
    """Take another server than the one at work from those that are saved."""

    address: str


StoreCommand = (
    StorePost | DropPost | LoadHistory | LoadAround | LoadNewer | FindText | FindSince
    | FindEverywhere | MarkRead | MarkUnread | RenumberPosts | SaveSetting | ForgetServer | DropKept
    | DropStranded | NoteHolders
)  # fmt: skip
NetworkCommand = (
    SendPost | FollowRoom | FetchOlder | WatchPeople | AskNames | SetAway | WatchLink
    | ConnectNow | PathMayHaveChanged | Rename | Stop
)  # fmt: skip
