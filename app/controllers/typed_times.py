"""Days and times as people type them: "2026-11-20", "yesterday", "10m", "14:30"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
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


def moment_of(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """When "10m", "2h", "3d", "1h30m" from now is, or the clocks next show "14:30"; None if nothing
    is understood, or the calendar ends before.

    ``now`` has its zone; clocks are those of ``zone``, None for those of this computer, whose
    distance to UTC is another one on another day.
    """
    word = text.strip().casefold()
    if clock := _CLOCK.fullmatch(word):
        return _next_time(int(clock[1]), int(clock[2]), now, zone)
    span = _SPAN.fullmatch(word)
    if span is None or not any(span.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in span.groups())
    try:
        return now.astimezone(UTC) + timedelta(days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return None


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
