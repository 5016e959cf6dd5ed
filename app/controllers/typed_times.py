"""Days and times as people type them: "2026-11-20", "yesterday", "10m", "14:30"."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from app.translation import pgettext

_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?", re.ASCII)
_SPAN: Final = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?", re.ASCII)
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


def moment_of(text: str, now: datetime) -> datetime | None:
    """When "10m", "2h", "3d", "1h30m" from now is, or the next "14:30"; None if nothing is
    understood, or the calendar ends before. ``now`` has its zone."""
    word = text.strip().casefold()
    if clock := _CLOCK.fullmatch(word):
        hour, minute = map(int, clock.groups())
        if hour > 23 or minute > 59:
            return None
        today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return today if today > now else today + timedelta(days=1)
    span = _SPAN.fullmatch(word)
    if span is None or not any(span.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in span.groups())
    try:
        return now + timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
