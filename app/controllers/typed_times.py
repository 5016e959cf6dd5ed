"""Days and times as people type them: "yesterday", "1 hour", "14:30", "tomorrow at 9"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from app.translation import _, pgettext
from app.views.wording import short_weekday_text, weekday_text

#: No room is older, and some systems know no time before.
DAY_MIN: Final = date(1971, 1, 1)

_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?", re.ASCII)
_SPAN: Final = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?", re.ASCII)
_COUNTED: Final = re.compile(r"([0-9]{1,6})\s*([^\W\d_]+)")
_MINUTES_OF: Final = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "hour", "hours"), 60),
    **dict.fromkeys(("d", "day", "days"), 60 * 24),
}
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def day_of(text: str, today: date) -> date | None:
    """The day that is meant, None if nothing is understood; without a year it is the last one."""
    word = text.strip().casefold()
    if word in ("today", pgettext("day to jump to", "today")):
        return today
    if word in ("yesterday", pgettext("day to jump to", "yesterday")):
        return today - timedelta(days=1)
    if match := _YEAR_FIRST.fullmatch(word):
        return _day(*map(int, match.groups()))
    match = _DAY_FIRST.fullmatch(word)
    if match is None:
        return None
    day, month, year = (int(part or 0) for part in match.groups())
    if year:
        return _day(year, month, day)
    # 29 February is up to eight years ago.
    years = (_day(today.year - ago, month, day) for ago in range(9))
    return next((found for found in years if found is not None and found <= today), None)


def no_day_words(text: str, today: date) -> str:
    """That ``day_of`` does not understand it, and what it does."""
    words = _("'{text}' is no date. Write it as {example}, {other}, today or yesterday.")
    other = f"{today.day}.{today.month}.{today.year}"
    return words.format(text=text, example=today.isoformat(), other=other)


def day_start_ms(day: date, zone: tzinfo | None = None) -> int:
    """When the day begins in the person's zone (None: the system's), as the log has its times."""
    return int(datetime.combine(max(day, DAY_MIN), time.min, zone).timestamp() * 1000)


def split_time(text: str) -> tuple[str, str]:
    """A time, and the words behind it: ("1 minute", "tea"), ("tomorrow at 9", "tea")."""
    if clock := _clock_at_start(text):
        return " ".join(clock.group().split()), text[clock.end() :].strip()
    words = text.split(maxsplit=2)
    count = 1 + (len(words) > 1 and words[0].isdecimal() and _minutes_of(words[1]) > 0)
    parts = text.split(maxsplit=count)
    return " ".join(parts[:count]), "".join(parts[count:]).strip()


def moment_of(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When "10m", "2 hours", "3d", "1h30m" from now is, or the clocks next show "14:30", "at 9",
    "friday 17" or "tomorrow at 9:30"; None if nothing is understood, or the calendar ends before.
    "today 9" may be over.

    ``now`` has its zone; clocks are those of ``zone``, None for those of this computer, whose
    distance to UTC is another one on another day.
    """
    word = text.strip().casefold()
    if (clock := _clock_at_start(word)) and clock.end() == len(word):
        hour, minute = int(clock["hour"]), int(clock["minute"] or 0)
        return _next_time(hour, minute, now, zone, _days_ahead(clock["day"] or "", now, zone))
    counted, span = _COUNTED.fullmatch(word), _SPAN.fullmatch(word)
    if counted and (unit_minutes := _minutes_of(counted[2])):
        days, hours, minutes = 0, 0, int(counted[1]) * unit_minutes
    elif span is not None and any(span.groups()):
        days, hours, minutes = (int(part or 0) for part in span.groups())
    else:
        return None
    try:
        return now.astimezone(UTC) + timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _minutes_of(word: str) -> int:
    """How long one of these is, in English or the language of the program; 0 for other words."""
    wanted = word.casefold()
    words = (
        (1, pgettext("what follows a number", "m min mins minute minutes")),
        (60, pgettext("what follows a number", "h hour hours")),
        (60 * 24, pgettext("what follows a number", "d day days")),
    )
    own = (minutes for minutes, forms in words if wanted in forms.casefold().split())
    return _MINUTES_OF.get(wanted) or next(own, 0)


def tomorrow_text() -> str:
    """The word that is understood as that day, in the language of the program."""
    return pgettext("day of a reminder", "tomorrow")


def _clock_at_start(text: str) -> re.Match[str] | None:
    """A time of day: an hour alone is one behind a day or "at", or before "o'clock"."""
    on = _any_of("on", pgettext("before the day of a reminder", "on"))
    at = _any_of("at", pgettext("before the hour of a reminder", "at"))
    o_clock = _any_of("o'clock", pgettext("behind the hour of a reminder", "o'clock"))
    days = _any_of(
        *_today_words(), *_tomorrow_words(), *(w for d in range(7) for w in _words_of(d))
    )
    match = re.match(
        rf"\s*(?:(?:{on}\s+)?(?P<day>{days})\s+)?(?P<at>{at}\s+)?"
        rf"(?P<hour>[0-9]{{1,2}})(?::(?P<minute>[0-9]{{2}}))?(?P<clock>\s+{o_clock})?(?!\S)",
        text,
        re.IGNORECASE,
    )
    return (
        match if match and any(match[part] for part in ("day", "at", "minute", "clock")) else None
    )


def _any_of(*words: str) -> str:
    """A pattern for one of them, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(set(words), key=len, reverse=True)))})"


def _today_words() -> tuple[str, ...]:
    return "today", pgettext("day to jump to", "today")


def _tomorrow_words() -> tuple[str, ...]:
    return "tomorrow", tomorrow_text()


def _words_of(day: int) -> tuple[str, ...]:
    """What a day of the week is called; 0 is Monday."""
    name = weekday_text(day).casefold()
    # In Hebrew it is the second word; the first one says that it is a day.
    own = (name, name.split()[-1], short_weekday_text(day).casefold())
    return (_WEEK[day], _WEEK[day][:3], *own)


def _days_ahead(word: str, now: datetime, zone: tzinfo | None) -> tuple[int, ...]:
    """On which days from today on it may be, the first that is not over counts."""
    if not word:
        return 0, 1
    if word in _today_words():
        return (0,)
    if word in _tomorrow_words():
        return (1,)
    today = now.astimezone(zone).weekday()
    ahead = next((day - today) % 7 for day in range(7) if word in _words_of(day))
    return ahead, ahead + 7


def _next_time(
    hour: int, minute: int, now: datetime, zone: tzinfo | None, days_ahead: Sequence[int]
) -> datetime | None:
    """The first time that is to come, else the last one of these days."""
    if hour > 23 or minute > 59:
        return None
    try:
        wall = now.astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
        # Where clocks are set back a time comes twice, which ``fold`` tells apart.
        moments = [
            (wall + timedelta(days=days)).replace(tzinfo=zone, fold=fold).astimezone(UTC)
            for days in days_ahead
            for fold in (0, 1)
        ]
    except OverflowError:
        return None
    return next((moment for moment in moments if moment > now), moments[-1])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
