"""Which messages are worth a pop-up on the desktop, and how many pop-ups are too many.

Theory. A message passes if the room's level lets it, the room is not muted, nobody wants quiet, and
its reader does not look at it anyway. What passes is paced: a room shows one pop-up at once, and
then one that counts what came meanwhile, at most every ``ROOM_EVERY_S``. Those are "more" messages
while the pop-up before them is unread, and "new" ones once it was read: then they are all there is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from app.emoji_signs import place_between
from app.plain_words import plain_words
from app.structs import Struct, field
from app.translation import _, ngettext

#: One pop-up a room in this time.
ROOM_EVERY_S: Final = 5.0
#: Rooms that are paced at once; beyond, news of other rooms wait for a place.
ROOMS_MAX: Final = 256
_BODY_CHARACTERS_MAX: Final = 200
WORDS_MAX: Final = 16
WORD_CHARACTERS_MAX: Final = 40
MINUTES_OF_DAY: Final = 24 * 60
#: Monday is 0.
DAYS_OF_WEEK: Final = 7
EVERY_DAY: Final = tuple(range(DAYS_OF_WEEK))

RoomKey = Hashable


class Level(Enum):
    """What a room may notify of."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class RoomRule(Struct, frozen=True):
    """What the person wants of one room."""

    level: Level = Level.ALL
    #: Milliseconds since 1970; nothing is shown before.
    muted_until_ms: int = 0

    def is_muted(self, time_ms: int) -> bool:
        """Whether the room is silent now."""
        return time_ms < self.muted_until_ms


class Quiet(Struct, frozen=True):
    """When nothing is shown at all: now, and in certain hours of certain days."""

    do_not_disturb: bool = False
    #: Minutes of the day, from which to which; equal for never. The night may lie between.
    from_minute: int = 0
    to_minute: int = 0
    has_hours: bool = True
    #: On which days (0 for Monday) the hours begin; a night ends on the day after.
    days: tuple[int, ...] = EVERY_DAY

    def holds(self, minute_of_day: int, day_of_week: int) -> bool:
        """Whether it is quiet at this minute (0 … 1439) of this day (0 for Monday)."""
        return self.do_not_disturb or self.hours_hold(minute_of_day, day_of_week)

    def hours_hold(self, minute_of_day: int, day_of_week: int) -> bool:
        """Whether this minute is in the quiet hours."""
        if not self.has_hours:
            return False
        length = (self.to_minute - self.from_minute) % MINUTES_OF_DAY
        if (minute_of_day - self.from_minute) % MINUTES_OF_DAY >= length:
            return False
        began_yesterday = minute_of_day < self.from_minute
        return (day_of_week - began_yesterday) % DAYS_OF_WEEK in self.days

    def minutes_to_look(self, minute_of_day: int) -> int | None:
        """After how many minutes quiet hours may begin or end, 1 … 1440; None for never."""
        if not self.has_hours or self.from_minute == self.to_minute:
            return None
        edges = (self.from_minute, self.to_minute)
        return min((edge - minute_of_day - 1) % MINUTES_OF_DAY + 1 for edge in edges)


class News(Struct, frozen=True):
    """A message of somebody else that came just now."""

    room: RoomKey
    room_name: str
    author: str
    text: str
    is_mention: bool = False
    #: Its room is open in a window that has the keyboard.
    is_in_view: bool = False


class Popup(Struct, frozen=True):
    """What the desktop shows; a click on it opens the room."""

    room: RoomKey
    title: str
    body: str


class Rules(Struct, frozen=True):
    """All that the person wants; rooms not named are as ``RoomRule()`` says."""

    rooms: Mapping[RoomKey, RoomRule] = field(default_factory=dict)
    quiet: Quiet = Quiet()
    has_popups: bool = True
    has_sound: bool = False
    #: Words that call the person, beside the nick.
    words: tuple[str, ...] = ()

    def of(self, room: RoomKey) -> RoomRule:
        """The rule of a room."""
        return self.rooms.get(room, _USUAL)

    def wants(self, news: News, now: datetime) -> bool:
        """Whether the message is worth a pop-up; ``now`` is where the person is, with its zone."""
        rule = self.of(news.room)
        if news.is_in_view or rule.is_muted(int(now.timestamp() * 1000)):
            return False
        if self.is_quiet(now):
            return False
        return rule.level is Level.ALL or (rule.level is Level.MENTIONS and news.is_mention)

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing at all is shown now."""
        return self.quiet.holds(now.hour * 60 + now.minute, now.weekday())

    def counts(self, room: RoomKey, time_ms: int) -> bool:
        """Whether the room's mentions count in the window's title."""
        rule = self.of(room)
        return rule.level is not Level.NOTHING and not rule.is_muted(time_ms)


_USUAL: Final = RoomRule()


class _Waiting(Struct):
    """A room that had its pop-up: when it may have the next, and what came since."""

    next_at: float
    newest: News | None = None
    count: int = 0
    #: Whether the room was read since its pop-up.
    is_read: bool = False


def split_words(text: str) -> tuple[str, ...]:
    """The words of a list that somebody typed, commas between them."""
    words = (" ".join(word.split())[:WORD_CHARACTERS_MAX] for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:WORDS_MAX]


class PopupPacer:
    """Makes pop-ups of news, not too many."""

    def __init__(self) -> None:
        self._rooms: dict[RoomKey, _Waiting] = {}

    def offer(self, news: News, now: float) -> Popup | None:
        """One more message; its pop-up, or None if it has to wait."""
        waiting = self._rooms.get(news.room)
        if waiting is None and len(self._rooms) < ROOMS_MAX:
            self._rooms[news.room] = _Waiting(now + ROOM_EVERY_S)
            return _popup(news)
        if waiting is not None:
            waiting.newest = news
            waiting.count += 1
        return None

    def next_timer(self) -> float | None:
        """When to call ``handle_timer``; None when nothing is paced."""
        return min((waiting.next_at for waiting in self._rooms.values()), default=None)

    def handle_timer(self, now: float) -> list[Popup]:
        """The pop-ups that are due."""
        due = []
        for room, waiting in list(self._rooms.items()):
            if now < waiting.next_at:
                continue
            if waiting.newest is None:
                del self._rooms[room]
                continue
            due.append(_popup(waiting.newest, waiting.count, is_more=not waiting.is_read))
            self._rooms[room] = _Waiting(now + ROOM_EVERY_S)
        return due

    def forget(self, room: RoomKey) -> None:
        """The room is read, and so is what waits."""
        waiting = self._rooms.get(room)
        if waiting is not None:
            waiting.newest, waiting.count, waiting.is_read = None, 0, True


def reminder_popup(room: RoomKey, text: str) -> Popup:
    """The person's own words, at the time that was asked for."""
    return Popup(room, _("Reminder"), _one_line(text))


def _counted(count: int, room: str, *, is_more: bool) -> str:
    if is_more:
        words = ngettext("{count} more message in {room}", "{count} more messages in {room}", count)
    else:
        words = ngettext("{count} new message in {room}", "{count} new messages in {room}", count)
    return words.format(count=count, room=room)


def _popup(news: News, count: int = 1, *, is_more: bool = False) -> Popup:
    title = f"#{news.room_name}"
    if count > 1:
        return Popup(news.room, title, _counted(count, title, is_more=is_more))
    return Popup(news.room, title, f"{news.author}: {_one_line(plain_words(news.text))}")


def _one_line(text: str) -> str:
    """Some desktops show many lines, and one person could fill the screen."""
    text = " ".join(text.split())
    if len(text) <= _BODY_CHARACTERS_MAX:
        return text
    return f"{text[: place_between(text, _BODY_CHARACTERS_MAX - 1)]}…"
