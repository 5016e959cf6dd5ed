"""Frozen values that views show: controllers make them, views never change them.

A key is any stable hashable value the controller chooses; a view hands it back and never looks
inside. Text may be anything a person wrote: views make it safe to show (safe_text.py).
"""

from collections.abc import Hashable, Sequence
from datetime import datetime
from enum import Enum

from app.markup_parts import NO_REFERENCES, References
from app.structs import Struct

Key = Hashable


class MessageState(Enum):
    """How far a message has come; only own messages show a mark for it."""

    PENDING = "pending"  # on disk here, not confirmed
    ACCEPTED = "accepted"  # durable on the server
    HELD = "held"  # some of the others have it
    HELD_BY_ALL = "held by all"  # everybody online in the room has it
    FAILED = "failed"  # refused or given up


class MessageKind(Enum):
    MESSAGE = "message"
    NOTICE = "notice"  # joins, leaves, topics: one quiet line
    LOCAL_NOTICE = "local notice"  # marked "Only you can see this"


class Presence(Enum):
    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"
    #: There is no connection that would tell.
    UNKNOWN = "unknown"


class LinkQuality(Enum):
    """The state behind the connection pill."""

    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"
    POOR = "poor"
    NO_ANSWER = "no answer"
    CONNECTING = "connecting"
    CATCHING_UP = "catching up"
    OFFLINE = "offline"


class BannerKind(Enum):
    """Causes of the one line under the header; order and colour follow from the kind."""

    KEY_CHANGED = "key changed"
    LINK_LOST = "link lost"
    CONNECTING = "connecting"
    NO_ANSWER = "no answer"  # of a server that was never reached
    UNSENT = "unsent"
    CATCHING_UP = "catching up"
    REMOVED = "removed"
    CLOCK_WRONG = "clock wrong"
    STOPPED = "stopped"  # nothing is tried any more
    ERROR = "error"
    KEPT_TEXTS = "kept texts"  # for another server: the action shows them


class RowDetails(Struct, frozen=True, gc=False):
    """What few messages have. There may be very many of them: so it is no part of each.

    `state_text` words the delivery mark, for example "Held by 3 of 8"; empty means the usual words
    of the state. `failed_reason` is shown beside Retry and Delete when the state is FAILED.
    `references` are the names in the text that mean somebody; an action (`/me`) is in italics.
    `until` is the last time of a notice of several things, of the same day; `unfolded` is its text
    with everything that the row's text only counts, "" if that is nothing.
    """

    state_text: str = ""
    failed_reason: str = ""
    references: References = NO_REFERENCES
    is_action: bool = False
    until: datetime | None = None
    unfolded: str = ""


NO_DETAILS = RowDetails()


class MessageRow(Struct, frozen=True, gc=False):  # there may be very many, and no circles
    """One message or notice of a room.

    `time` is aware and in the person's own zone; `is_mention` lays a band under the message.
    """

    key: Key
    author_id: str
    author_name: str
    is_own: bool
    time: datetime
    text: str
    state: MessageState = MessageState.ACCEPTED
    kind: MessageKind = MessageKind.MESSAGE
    is_mention: bool = False
    details: RowDetails = NO_DETAILS


class HoleRow(Struct, frozen=True):
    """A place where `missing_count` messages are known to be missing."""

    key: Key
    missing_count: int
    is_fetched: bool = True


TimelineRow = MessageRow | HoleRow


class TimelineRows(Struct, frozen=True):
    """Everything known of one room, oldest first; the view puts at most 300 rows on screen.

    `rows` may be long: the view takes slices only. `has_older` False draws "This is the
    beginning of #dev" above the first row; True lets the view ask for more.
    `new_from` is the key of the first unread message: the red line stands above it.
    """

    room_key: Key
    room_name: str
    rows: Sequence[TimelineRow]
    has_older: bool = False
    new_from: Key | None = None
    #: What is new begins further up, with rows that are to be asked for.
    seeks_new: bool = False
    #: With another `visit` than before, the room was opened: at what is new, if there is any.
    visit: int = 0
    #: These are rows of a far place: there are newer ones that are not given.
    has_newer: bool = False
    #: With another `jumps` than before, the rows are of another place: open them at the row
    #: `around`, or at the newest one.
    around: Key | None = None
    #: What was said before was taken out of view: a line above the first row brings it back.
    is_cleared: bool = False
    jumps: int = 0
    #: Where what is known begins and ends, also where no row shows it: while neither changes,
    #: nothing came of asking for more.
    oldest: Key | None = None
    newest: Key | None = None


class FoundRow(Struct, frozen=True):
    """Where a room has `words`: keys of its messages, oldest first. `is_cut`: there are more,
    older ones. Unless that is the whole room, the newest `looked_at` messages were looked through;
    one `can_go_on` further back, or that is being done (`goes_on`)."""

    room_key: Key
    words: str
    keys: Sequence[Key]
    is_cut: bool = False
    looked_at: int = 0
    is_whole: bool = True
    can_go_on: bool = False
    goes_on: bool = False


class RoomRow(Struct, frozen=True):
    """One row of the rooms column; `unread` and `mentions` are counts, 0 draws no badge."""

    key: Key
    name: str  # without "#"
    topic: str = ""
    unread: int = 0
    mentions: int = 0
    is_selected: bool = False
    is_joined: bool = True  # False: greyed, left or removed
    is_kept: bool = False  # only this computer has it; `topic` says what it is
    has_draft: bool = False
    has_unsent: bool = False  # own messages wait there for the connection
    is_waiting: bool = False  # asked for, and not joined yet; `topic` says so


class RoomChoiceRow(Struct, frozen=True):
    """One row of the join dialog: a room of the server one could join."""

    name: str
    topic: str = ""
    people_count: int = 0
    is_waiting: bool = False  # it was asked for already; `topic` says so


class AppearanceRow(Struct, frozen=True):
    """What was chosen: `theme` is "light", "dark", "system" or "contrast"; sizes in percent.

    `language` is a code such as "de", "" for the system's; `needs_restart`: it, or the size of
    everything, is not what is shown now.
    """

    theme: str = "light"
    text_percent: int = 100
    window_percent: int = 100
    language: str = ""
    needs_restart: bool = False
    #: Whose joins and leaves are shown: "lately" (of people who wrote lately), "all" or "none".
    joins: str = "lately"


class NotificationSettingsRow(Struct, frozen=True):
    """What is to be heard of news: minutes of the day, days of the week on which quiet hours
    begin (0 for Monday), words separated by commas; `problem` says why pop-ups cannot be shown."""

    has_popups: bool = True
    has_sound: bool = False
    do_not_disturb: bool = False
    has_quiet_hours: bool = False
    quiet_from: int = 22 * 60
    quiet_to: int = 7 * 60
    quiet_days: Sequence[int] = tuple(range(7))
    words: str = ""
    problem: str = ""


class AboutRow(Struct, frozen=True):
    """(name, version) pairs of what the program is made of, and sentences on what is missing."""

    versions: Sequence[tuple[str, str]] = ()
    missing: Sequence[str] = ()


class CommandRow(Struct, frozen=True):
    """A slash command: its name, its arguments and its meaning in words.

    `group` is the heading it is listed under, "" for the other name of a command that is listed.
    """

    name: str
    arguments: str
    what: str = ""
    group: str = ""

    @property
    def words(self) -> str:
        """What completion shows beside the name."""
        return " · ".join(part for part in (self.arguments, self.what) if part)

    @property
    def usage(self) -> str:
        """As it is typed."""
        return f"/{self.name} {self.arguments}".rstrip()


class TextRow(Struct, frozen=True):
    """A text in a list of texts, and what stands above it."""

    key: Key
    head: str
    text: str


class PersonRow(Struct, frozen=True):
    person_id: str
    name: str
    presence: Presence = Presence.ONLINE
    status_text: str = ""
    is_self: bool = False
    is_moderator: bool = False
    #: Not in the open room: what the presence says is not known then.
    is_elsewhere: bool = False
    #: What he writes is hidden on this computer.
    is_ignored: bool = False


class PersonCardRow(Struct, frozen=True):
    """A person's card: `presence_text` says what he is and since when, `facts` are (name, value)
    pairs."""

    person: PersonRow
    presence_text: str = ""
    facts: Sequence[tuple[str, str]] = ()


class StatusRow(Struct, frozen=True):
    """The connection pill: `text` and its short form for a narrow window, and the tooltip."""

    quality: LinkQuality
    text: str
    short_text: str = ""
    tooltip: str = ""


class LinkDetailsRow(Struct, frozen=True):
    """Everything about the connection: what the pill says, facts as (name, value) pairs, whom one
    trusts, and whether one has every message."""

    server: str
    status: StatusRow
    facts: Sequence[tuple[str, str]] = ()
    fingerprint: str = ""
    lock: str = ""
    holding: str = ""
    is_complete: bool = False


class BannerRow(Struct, frozen=True):
    """One line under the header; `action` is the word on its button, "" draws none.

    `progress` from 0.0 to 1.0 draws a bar (catching up), None draws none. With `can_test` the test
    of the network is offered beside it. `short_text` is said where `text` would take more lines.
    """

    kind: BannerKind
    text: str
    action: str = ""
    progress: float | None = None
    can_test: bool = False
    short_text: str = ""


class HeaderRow(Struct, frozen=True):
    room_name: str
    topic: str = ""
    topic_tooltip: str = ""  # who set it and when
    #: In place of a room and of its messages, while there are none: what is waited for.
    waiting: str = ""
    #: Of the room whose topic can be changed; None where it cannot.
    key: Key | None = None


class RoomRuleRow(Struct, frozen=True):
    """What a room may notify of: "all", "mentions" or "nothing"."""

    level: str = "all"
    is_muted: bool = False
