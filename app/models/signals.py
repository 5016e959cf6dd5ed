"""Everything the chat model announces: one signal for each, each with one frozen value.

A signal is sent after the state has changed, so a receiver reads the model and finds it whole.
What came in one batch is announced once, however much it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from psygnal import SignalInstance

from app.models.events import LinkState, PopupClicked
from app.models.network_report import NetworkReport
from app.models.store_answers import FoundMessage
from app.structs import Struct

_log: Final = logging.getLogger(__name__)

Payload = TypeVar("Payload")


class Announcement(Generic[Payload]):
    """A psygnal signal with one value of a known type.

    A receiver that raises is logged and hinders no other; receivers are called in the order in
    which they were connected, and are kept alive.
    """

    def __init__(self, kind: type[Payload]) -> None:
        self._signal = SignalInstance((kind,), name=kind.__name__)

    def connect(self, receiver: Callable[[Payload], None]) -> None:
        """Call ``receiver`` with each value from now on."""

        def guarded(payload: Payload) -> None:
            try:
                receiver(payload)
            except Exception:  # noqa: BLE001 - the edge: others wait for the same signal
                _log.exception("! receiver of %s failed", type(payload).__name__)

        self._signal.connect(guarded, check_nargs=False)

    def emit(self, payload: Payload) -> None:
        """Tell all receivers; for the model alone."""
        self._signal.emit(payload)


class LinkStatus(Struct, frozen=True):
    """How the connection stands; round trip 0 while it was not measured.

    The rest is as in ``LinkChanged`` and ``LinkMeasured``.
    """

    state: LinkState = LinkState.OFFLINE
    retry_in_s: float = 0.0
    reason: str = ""
    round_trip_s: float = 0.0
    loss: float = 0.0
    silent_s: float = 0.0
    received_per_s: float = 0.0
    sent_per_s: float = 0.0
    repaired: int = 0
    age_s: float = 0.0
    place: int = 0
    address: str = ""


class SelfChanged(Struct, frozen=True):
    """Who we are, and where."""

    person: int
    name: str
    server_name: str


class ServerSwitched(Struct, frozen=True):
    """Everything is about another server now, or begins anew from disk; ``is_new`` if nobody ever
    signed in there from here."""

    server: int
    is_new: bool = False


class SignedInNow(Struct, frozen=True):
    """The server let us in (again). Our clock is so far ahead of the server's, below 0 behind."""

    name: str
    clock_ahead_s: float = 0.0


class SignInFailed(Struct, frozen=True):
    """The server does not let us in; ``suggestion`` is a name that is free, or empty.
    ``is_about_name``: with another name it would."""

    reason: str
    suggestion: str
    is_about_name: bool


class KeyChanged(Struct, frozen=True):
    """The server showed another key than it had, or at first contact than the invite link says:
    a hard stop."""

    expected: str
    seen: str
    is_first_contact: bool = False


class RoomsChanged(Struct, frozen=True):
    """Names, topics, memberships or unread counts of these rooms changed."""

    rooms: frozenset[int]


class RoomOpened(Struct, frozen=True):
    """This room is shown now, 0 for none."""

    room: int


class RoomAnswered(Struct, frozen=True):
    """Somebody asked to be in the room of this name, and is; or ``refused`` says why not."""

    name: str
    refused: str = ""


class RoomMoved(Struct, frozen=True):
    """What was shown under the number ``before`` is the room ``room`` from now on."""

    before: int
    room: int


class TimelinesChanged(Struct, frozen=True):
    """What is said in these rooms, or how far it came, changed."""

    rooms: frozenset[int]


class PeopleShown(Struct, frozen=True):
    """Who is in the room, or what they hold, changed."""

    room: int


class NamesChanged(Struct, frozen=True):
    """These people have other names."""

    people: frozenset[int]


class WordsFound(Struct, frozen=True):
    """Keys of the messages of a room that have the words, oldest first; ``is_cut``: of the newest
    so many. ``looked_at`` is how many entries were; if that is not the whole room, whether one
    can look further back, and whether that is being done."""

    room: int
    words: str
    keys: tuple[int, ...]
    is_cut: bool
    looked_at: int = 0
    is_whole: bool = True
    can_go_on: bool = False
    goes_on: bool = False


class EverywhereFound(Struct, frozen=True):
    """Messages of several rooms that have the words, newest first, as far as the search has come.
    ``is_over``: that is all there is on this disk; or, with ``is_cut``, of the newest so many."""

    messages: tuple[FoundMessage, ...]
    is_over: bool
    is_cut: bool


class CatchUp(Struct, frozen=True):
    """So many entries are missing, of so many when the catching up began."""

    missing: int
    total: int


class PostSaved(Struct, frozen=True):
    """A message for the room is on disk: its draft may go."""

    room: int


class Told(Struct, frozen=True):
    """Something the person should know at once, one sentence."""

    text: str


class PostsSlowed(Struct, frozen=True):
    """The server takes the next post in so many seconds; it goes out by itself."""

    wait_s: float


class DiskTrouble(Struct, frozen=True):
    """What should be kept is not; the text says what to do.

    ``has_texts``: nothing is lost, and what it is about can be read (``ChatModel.stranded``).
    """

    reason: str
    has_texts: bool = False


class ServersListed(Struct, frozen=True):
    """The servers that were found, or those that were used before, are others now."""


class NetworkTestChanged(Struct, frozen=True):
    """How far the test of the network has come."""

    report: NetworkReport


class DaySought(Struct, frozen=True):
    """Where a room's first message from a time on is, by its key (0: there is none) and time.

    ``begins_ms`` is the time of the room's first entry, if all of the room is from then on.
    ``is_cut``: it could not be found, as older messages are not here and cannot be fetched.
    """

    room: int
    since_ms: int
    key: int = 0
    time_ms: int = 0
    begins_ms: int = 0
    is_cut: bool = False


class StrandedChanged(Struct, frozen=True):
    """Other messages wait for other servers than before: ``ChatModel.stranded``."""


class ChatSignals:
    """All of them, by name."""

    def __init__(self) -> None:
        self.server_switched: Final = Announcement(ServerSwitched)
        self.self_changed: Final = Announcement(SelfChanged)
        self.link_changed: Final = Announcement(LinkStatus)
        self.signed_in: Final = Announcement(SignedInNow)
        self.sign_in_failed: Final = Announcement(SignInFailed)
        self.key_changed: Final = Announcement(KeyChanged)
        self.rooms_changed: Final = Announcement(RoomsChanged)
        self.room_opened: Final = Announcement(RoomOpened)
        self.room_answered: Final = Announcement(RoomAnswered)
        self.room_moved: Final = Announcement(RoomMoved)
        self.timelines_changed: Final = Announcement(TimelinesChanged)
        self.people_shown: Final = Announcement(PeopleShown)
        self.names_changed: Final = Announcement(NamesChanged)
        self.words_found: Final = Announcement(WordsFound)
        self.everywhere_found: Final = Announcement(EverywhereFound)
        self.day_sought: Final = Announcement(DaySought)
        self.catch_up: Final = Announcement(CatchUp)
        self.post_saved: Final = Announcement(PostSaved)
        self.told: Final = Announcement(Told)
        self.posts_slowed: Final = Announcement(PostsSlowed)
        self.disk_trouble: Final = Announcement(DiskTrouble)
        self.stranded_changed: Final = Announcement(StrandedChanged)
        self.popup_clicked: Final = Announcement(PopupClicked)
        self.servers_listed: Final = Announcement(ServersListed)
        self.network_tested: Final = Announcement(NetworkTestChanged)
