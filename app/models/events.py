"""What happened: frozen facts that the network and store threads tell the models.

The network thread's client core makes them; the store thread records those that must outlive
the program, adds its own (``store_answers``), and the Tk thread (or the command line) applies them
to the models. All of them are plain values, so they can cross threads.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from app.models.network_report import NetworkReport
from app.models.records import Member, RoomEntry
from app.models.server_lists import FoundServer
from app.models.store_answers import StoreAnswer, StoreFailed
from app.structs import Struct
from app.translation import N_

#: Reasons of a ``LinkChanged`` after which people are told what to do; as marked for translation.
NO_ANSWER: Final = N_("No answer from the server.")
NO_NETWORK: Final = N_("There is no network.")


class LinkState(Enum):
    """How the connection to the server stands."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    ONLINE = "online"
    #: No further tries: the key changed, the version is too old, the name was refused.
    STOPPED = "stopped"


class LinkChanged(Struct, frozen=True):
    """The connection's state; while OFFLINE the next try comes in ``retry_in_s``."""

    state: LinkState
    retry_in_s: float = 0.0
    #: Why it was lost or stopped, for people; empty if there is nothing to say.
    reason: str = ""
    #: So long nothing had been heard by then, where that is the reason.
    silent_s: float = 0.0
    #: Which of the ways to the server is taken: 0 is the one that was asked for, of others the
    #: address as ``HOST:PORT``, which whoever owns the socket fills in.
    place: int = 0
    address: str = ""


class LinkMeasured(Struct, frozen=True):
    """How the session does: the shortest of the last round trips; share of datagrams lost (0..1),
    smoothed; datagrams a second since the last measurement; entries of rooms that came late, on
    request, as pushes of them were lost; how old the session is; and for how long it has been asked
    without an answer, 0 if it answers."""

    round_trip_s: float
    loss: float
    received_per_s: float = 0.0
    sent_per_s: float = 0.0
    repaired: int = 0
    age_s: float = 0.0
    silent_s: float = 0.0


class ServerKeySeen(Struct, frozen=True):
    """First contact: the server at the address showed this key, and it is now pinned; or it showed
    the key that it had announced, which takes the place of the one that was pinned. At first
    contact an invite link may have named it (``was_named``)."""

    key: bytes
    fingerprint: str
    was_announced: bool = False
    was_named: bool = False


class ServerKeyChanged(Struct, frozen=True):
    """The server showed another key than the pinned one, or at first contact than the one that the
    invite link names: nothing was sent, a hard stop."""

    expected: str
    seen: str
    is_first_contact: bool = False


class VersionRefused(Struct, frozen=True):
    """No common protocol version; the server's newest is given."""

    server_version: int


class SignedIn(Struct, frozen=True):
    """The server knows who is there. ``rooms`` are those in which the person is a member."""

    person: int
    device: int
    name: str
    server_name: str
    rooms: tuple[int, ...]
    last_client_seq: int
    names_version: int
    #: The server's clock when it said so, milliseconds since 1970; 0 if it did not.
    server_time_ms: int = 0
    #: Key that the server announces for some day, beside its present one; empty for none.
    next_key: bytes = b""
    #: Where, if that is another address than the one that was asked for.
    address: str = ""


class SignInRefused(Struct, frozen=True):
    """The server does not let the person in; ``code`` is a refusal, ``suggestion`` a free name."""

    code: int
    suggestion: str


class RoomListed(Struct, frozen=True):
    """A room of the server's list as it now is."""

    room: int
    stream_id: bytes
    name: str
    topic: str
    people: int


class RoomsComplete(Struct, frozen=True):
    """The list of rooms is complete: what is not in it does not exist.

    ``rooms`` are the numbers in it; none says nothing of them.
    """

    rooms: frozenset[int] = frozenset()


class RoomFollowed(Struct, frozen=True):
    """The server pushes the room's entries from now on; how its log stands."""

    room: int
    stream_id: bytes
    incarnation: int
    #: From where on this client wants to hold every entry.
    base: int
    #: Oldest entry that can be had, newest entry, visible messages up to it.
    first: int
    head: int
    visible: int


class HistoryForked(Struct, frozen=True):
    """The server's history of the room differs from ours after ``agreed_to``.

    That is what a server restored from a backup looks like. What was held beyond is no longer
    in the room; whoever keeps it marks it so, and the person is told.
    """

    room: int
    agreed_to: int


class RoomReplaced(Struct, frozen=True):
    """The number belongs to another room from now on; that one's ``RoomFollowed`` comes next.

    The server was restored from a backup of before the room. What was held stays with its stream.
    """

    room: int


class EntriesReceived(Struct, frozen=True):
    """New consecutive entries of a room, never one twice. ``chain`` belongs to the last."""

    room: int
    entries: tuple[RoomEntry, ...]
    chain: bytes


class HeadMoved(Struct, frozen=True):
    """The room's newest number and visible count, as far as is known."""

    room: int
    head: int
    visible: int


class BaseMoved(Struct, frozen=True):
    """From now on every entry from ``base`` is wanted (somebody scrolled back)."""

    room: int
    base: int


class PeopleChanged(Struct, frozen=True):
    """Changes among the people of the room whose list is open."""

    room: int
    members: tuple[Member, ...]
    #: The list begins anew: forget who was in it.
    fresh: bool = False


class HeldChanged(Struct, frozen=True):
    """How far members hold the room: (complete to, person), highest first."""

    room: int
    steps: tuple[tuple[int, int], ...]


class PersonNamed(Struct, frozen=True):
    """The current name of a person."""

    person: int
    name: str


class MembershipChanged(Struct, frozen=True):
    """We are, or are no longer, a member of the room."""

    room: int
    joined: bool


class PostAccepted(Struct, frozen=True):
    """The post is durable at the server: ``number`` is its (last) entry in ``room``.

    0 where nothing had to be said, as when somebody joins a room he is in.
    """

    client_seq: int
    room: int
    number: int


class PostRefused(Struct, frozen=True):
    """The post was refused for good; ``code`` is a ``protocol.errors.Refusal``."""

    client_seq: int
    code: int


class PostDelayed(Struct, frozen=True):
    """The server wants the post later; ``code`` is 0 if it only came too fast, else a refusal
    that may pass, as ``SERVER_FULL``."""

    client_seq: int
    retry_in_s: float
    code: int = 0


class ServersFound(Struct, frozen=True):
    """Servers that the network tells of now; ``problem`` says why none can be found."""

    servers: tuple[FoundServer, ...]
    problem: str = ""


class NetworkTested(Struct, frozen=True):
    """How far a test of the network has come."""

    report: NetworkReport


class PopupClicked(Struct, frozen=True):
    """A pop-up about the room was clicked; the room by its stream, in hexadecimal."""

    room: str


Event = (
    LinkChanged | LinkMeasured | ServerKeySeen | ServerKeyChanged | VersionRefused
    | SignedIn | SignInRefused | RoomListed | RoomsComplete | RoomFollowed | HistoryForked
    | RoomReplaced | EntriesReceived | HeadMoved | BaseMoved | PeopleChanged | HeldChanged
    | PersonNamed | MembershipChanged | PostAccepted | PostRefused | PostDelayed
    | ServersFound | NetworkTested | PopupClicked | StoreAnswer | StoreFailed
)  # fmt: skip
