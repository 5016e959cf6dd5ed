"""Days and times as people type them: "2026-11-20", "yesterday", "10m", "1 hour", "14:30"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from app.translation import _, pgettext

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
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


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
    """A time, and the words behind it: ("1 minute", "tea"), ("10m", "tea")."""
    words = text.split(maxsplit=2)
    count = 1 + (len(words) > 1 and words[0].isdecimal() and _minutes_of(words[1]) > 0)
    parts = text.split(maxsplit=count)
    return " ".join(parts[:count]), "".join(parts[count:]).strip()


def moment_of(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When "10m", "2 hours", "3d", "1h30m" from now is, or the clocks next show "14:30"; None if
    nothing is understood, or the calendar ends before.

    ``now`` has its zone; clocks are those of ``zone``, None for those of this computer, whose
    distance to UTC is another one on another day.
    """
    word = text.strip().casefold()
    if clock := _CLOCK.fullmatch(word):
        return _next_time(int(clock[1]), int(clock[2]), now, zone)
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


def _next_time(hour: int, minute: int, now: datetime, zone: tzinfo | None) -> datetime | None:
    if hour > 23 or minute > 59:
        return None
    try:
        wall = now.astimezone(zone).replace(hour=hour, minute=minute, second=0, microsecond=0)
        # Where clocks are set back a time comes twice, which ``fold`` tells apart.
        moments = [
            (wall + timedelta(days=days)).replace(tzinfo=zone, fold=fold).astimezone(UTC)
            for days in (0, 1)
            for fold in (0, 1)
        ]
    except OverflowError:
        return None
    return next((moment for moment in moments if moment > now), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
