"""What the window remembers from one start to the next."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from app.models.joins_and_leaves import ShownJoins
from app.models.notification_rules import (
    EVERY_DAY,
    MINUTES_OF_DAY,
    Level,
    Quiet,
    RoomRule,
    Rules,
    split_words,
)
from app.models.reminders import Reminder
from app.models.rename_notices import KeptRename
from app.models.room_order import RoomOrder
from app.views.column_widths import PEOPLE_WIDTH, ROOMS_WIDTH


@dataclass(frozen=True, slots=True)
class WindowState:
    """What the next start wants to know."""

    theme: str = "light"
    text_percent: int = 100
    window_percent: int = 100
    #: The window's place as Tk writes it, "" for none.
    geometry: str = ""
    #: People are shown where there is room for them.
    has_people: bool = True
    #: Texts that were begun: by the room's stream, in hexadecimal.
    drafts: dict[str, str] = field(default_factory=dict)
    #: What rooms may notify of, and until when they are silent (ms since 1970): by stream.
    levels: dict[str, str] = field(default_factory=dict)
    muted_until_ms: dict[str, int] = field(default_factory=dict)
    do_not_disturb: bool = False
    has_popups: bool = True
    has_sound: bool = False
    #: When nothing is shown, in minutes of the day, and on which days that begins (0 for Monday).
    has_quiet_hours: bool = False
    quiet_from: int = 22 * 60
    quiet_to: int = 7 * 60
    quiet_days: tuple[int, ...] = EVERY_DAY
    #: Words that call the person, with commas between them.
    mention_words: str = ""
    #: Ctrl+Enter sends, and Enter begins a new line.
    control_sends: bool = False
    #: One of ``RoomOrder``, and the person's own: streams, in hexadecimal.
    room_order: str = RoomOrder.NAME.value
    room_places: tuple[str, ...] = ()
    #: The rooms looked at last, by stream, the newest first.
    seen_rooms: tuple[str, ...] = ()
    #: How wide the columns of rooms and people are to be, in logical pixels.
    rooms_width: int = ROOMS_WIDTH
    people_width: int = PEOPLE_WIDTH
    #: Servers on this network are looked for.
    has_discovery: bool = True
    #: What the person calls servers, by address.
    server_names: dict[str, str] = field(default_factory=dict)
    #: Names of people who are hidden, by the server's fingerprint and their number there.
    ignored: dict[str, str] = field(default_factory=dict)
    #: What the person was called there before, by the server's fingerprint and until when (ms
    #: since 1970).
    former_names: dict[str, str] = field(default_factory=dict)
    #: Lines that say so of others.
    renames: tuple[KeptRename, ...] = ()
    #: Emoji that were used last, the newest first, and the tone for those that have one.
    recent_emoji: tuple[str, ...] = ()
    skin_tone: str = ""
    #: Messages sent from this window, counted up to ``KEY_HINT_MESSAGES``.
    sent_count: int = 0
    #: A code such as "de", "" for the system's.
    language: str = ""
    reminders: tuple[Reminder, ...] = ()
    #: Whose joins and leaves are shown: a value of ``ShownJoins``.
    joins: str = ShownJoins.LATELY.value
    #: Away by the person's own word, and what the others read of it.
    is_away: bool = False
    away_status: str = ""


def rules_of(state: WindowState) -> Rules:
    """The rules of notification that were kept; levels that nobody knows are as usual."""
    known = {level.value: level for level in Level}
    rooms: dict[Hashable, RoomRule] = {
        room: RoomRule(
            known.get(state.levels.get(room, ""), Level.ALL), state.muted_until_ms.get(room, 0)
        )
        for room in {*state.levels, *state.muted_until_ms}
    }
    minutes = (state.quiet_from % MINUTES_OF_DAY, state.quiet_to % MINUTES_OF_DAY)
    quiet = Quiet(state.do_not_disturb, *minutes, state.has_quiet_hours, state.quiet_days)
    words = split_words(state.mention_words)
    return Rules(rooms, quiet, state.has_popups, state.has_sound, words)
