"""Words made from numbers and times: dates of dividers, counts, marks of delivery."""

from collections.abc import Sequence
from datetime import date, datetime

from app.translation import N_, _, language, ngettext, pgettext
from app.views.rows import HoleRow, MessageRow, MessageState
from app.views.safe_text import safe_line, safe_name, title_name

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
# Translators: the days once more, as short as the language has them.
_SHORT_WEEKDAYS = (
    N_("Mon"),
    N_("Tue"),
    N_("Wed"),
    N_("Thu"),
    N_("Fri"),
    N_("Sat"),
    N_("Sun"),
)
#: Where a week does not begin with Monday.
_FIRST_WEEKDAYS = {"he": 6}
# Translators: months in the form that follows the number of a day.
_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

_STATE_WORDS = {
    MessageState.PENDING: N_("Waiting to be sent"),
    MessageState.ACCEPTED: N_("Sent"),
    MessageState.HELD: N_("Held by some people here"),
    MessageState.HELD_BY_ALL: N_("Held by everyone here"),
    MessageState.FAILED: N_("Failed to send"),
}


def day_text(day: date, today: date) -> str:
    """ "Today", "Yesterday", "Friday, 20 November", with the year when it is another one."""
    days_ago = (today - day).days
    if days_ago == 0:
        return _("Today")
    if days_ago == 1:
        return _("Yesterday")
    if day.year != today.year:
        return date_text(day)
    return _("{weekday}, {day} {month}").format(**_parts(day))


def date_text(day: date) -> str:
    """ "Friday, 20 November 2026"."""
    return _("{weekday}, {day} {month} {year}").format(**_parts(day))


def _parts(day: date) -> dict[str, str | int]:
    return {
        "weekday": _(_WEEKDAYS[day.weekday()]),
        "day": day.day,
        "month": _(_MONTHS[day.month - 1]),
        "year": day.year,
    }


def weekday_text(day: int) -> str:
    """ "Friday"; 0 is Monday."""
    return _(_WEEKDAYS[day])


def week() -> list[int]:
    """The days of a week in the order in which the language counts them; 0 is Monday."""
    first = _FIRST_WEEKDAYS.get(language(), 0)
    return [(first + day) % 7 for day in range(7)]


def short_weekday_text(day: int) -> str:
    """ "Fri"; 0 is Monday."""
    return _(_SHORT_WEEKDAYS[day])


def clock_text(moment: datetime) -> str:
    return minute_text(moment.hour * 60 + moment.minute)


def minute_text(minute: int) -> str:
    """A minute of the day as "22:30"."""
    # Translators: the time of day, with two digits each.
    return _("{hour}:{minute}").format(hour=f"{minute // 60:02}", minute=f"{minute % 60:02}")


def span_text(first: datetime, last: datetime | None) -> str:
    """ "09:15", or "09:15–14:02" when something else was later."""
    start, end = clock_text(first), clock_text(last or first)
    # Translators: from one time of the day to another one.
    return start if start == end else _("{start}–{end}").format(start=start, end=end)


def moment_text(moment: datetime) -> str:
    """The full date of a message, for its tooltip."""
    # Translators: the time of day, with two digits each.
    time = _("{hour}:{minute}:{second}").format(
        hour=f"{moment:%H}", minute=f"{moment:%M}", second=f"{moment:%S}"
    )
    return _("{date}, {time}").format(date=date_text(moment.date()), time=time)


def when_text(moment: datetime, today: date) -> str:
    """ "Today, 14:03"."""
    return _("{date}, {time}").format(date=day_text(moment.date(), today), time=clock_text(moment))


def number_text(number: int) -> str:
    """1310 as "1 310", with no-break spaces."""
    # Translators: what stands between the thousands of a number, here a no-break space.
    return f"{number:,}".replace(",", pgettext("between thousands", "\N{NO-BREAK SPACE}"))


def room_left_text(count: int) -> str:
    """How many characters still go into a message."""
    words = ngettext("{count} character left", "{count} characters left", count)
    return words.format(count=number_text(count))


def too_long_text(count: int) -> str:
    """So many characters at the end of a text are more than a message takes."""
    words = ngettext("{count} character too long", "{count} characters too long", count)
    return words.format(count=number_text(count))


def ms_text(ms: int) -> str:
    """ "24 ms", with a no-break space."""
    return _("{number}\N{NO-BREAK SPACE}ms").format(number=number_text(ms))


def percent_text(percent: int) -> str:
    """ "38 %", with a no-break space."""
    return _("{number}\N{NO-BREAK SPACE}%").format(number=percent)


def badge_text(count: int) -> str:
    return "99+" if count > 99 else str(count)


def state_text(row: MessageRow) -> str:
    """What the delivery mark means; of what others hold, also what it does not mean."""
    words = safe_line(row.details.state_text) or _(_STATE_WORDS[row.state])
    if row.state in (MessageState.HELD, MessageState.HELD_BY_ALL):
        meaning = _("It has arrived on their computers. Who has read it is not shown.")
        words = f"{words}\n{meaning}"
    return words


def failure_text(row: MessageRow) -> str:
    reason = safe_line(row.details.failed_reason)
    return _("Not sent: {reason}").format(reason=reason) if reason else _("Not sent")


def hole_text(row: HoleRow) -> str:
    if row.is_fetched:
        words = ngettext(
            "{count} message missing, fetching…",
            "{count} messages missing, fetching…",
            row.missing_count,
        )
    else:
        words = ngettext("{count} message missing", "{count} messages missing", row.missing_count)
    return words.format(count=number_text(row.missing_count))


def beginning_text(room_name: str) -> str:
    """Emoji of the name stay, for whoever draws them as pictures."""
    return _("This is the beginning of #{room}").format(room=title_name(room_name))


def jump_text(new_count: int) -> str:
    if new_count == 0:
        return _("↓ Jump to newest")
    words = ngettext("↓ {count} new message", "↓ {count} new messages", new_count)
    return words.format(count=number_text(new_count))


def typing_text(names: Sequence[str]) -> str:
    shown = [safe_name(name) for name in names]
    if not shown:
        return ""
    if len(shown) == 1:
        return _("{name} is typing…").format(name=shown[0])
    if len(shown) == 2:
        return _("{first} and {second} are typing…").format(first=shown[0], second=shown[1])
    return _("Several people are typing…")


def title_text(room_name: str, count: int) -> str:
    """ "(3) #dev — Hubbub"; characters outside the basic plane stay: a title may have them."""
    room = f"#{title_name(room_name)} — " if room_name else ""
    return f"({count}) {room}Hubbub" if count else f"{room}Hubbub"
