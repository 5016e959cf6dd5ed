"""Words made from numbers and times: dates of dividers, counts, marks of delivery."""

from collections.abc import Sequence
from datetime import date, datetime

from app.views.rows import HoleRow, MessageRow, MessageState
from app.views.safe_text import safe_line, safe_name, title_name

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()

_STATE_WORDS = {
    MessageState.PENDING: "Waiting to be sent",
    MessageState.ACCEPTED: "Sent",
    MessageState.HELD: "Held by some people here",
    MessageState.HELD_BY_ALL: "Held by everyone here",
    MessageState.FAILED: "Failed to send",
}


def day_text(day: date, today: date) -> str:
    """ "Today", "Yesterday", "Friday, 20 November", with the year when it is another one."""
    days_ago = (today - day).days
    if days_ago == 0:
        return "Today"
    if days_ago == 1:
        return "Yesterday"
    text = f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


def clock_text(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def moment_text(moment: datetime) -> str:
    """The full date of a message, for its tooltip."""
    day = moment.date()
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}, " + (
        f"{moment:%H:%M:%S}"
    )


def number_text(number: int) -> str:
    """1310 as "1 310", with no-break spaces."""
    return f"{number:,}".replace(",", NO_BREAK_SPACE)


def badge_text(count: int) -> str:
    return "99+" if count > 99 else str(count)


def state_text(row: MessageRow) -> str:
    return safe_line(row.state_text) or _STATE_WORDS[row.state]


def failure_text(row: MessageRow) -> str:
    reason = safe_line(row.failed_reason)
    return f"Not sent: {reason}" if reason else "Not sent"


def hole_text(row: HoleRow) -> str:
    if row.text:
        return safe_line(row.text)
    if row.missing_count <= 0:
        return "Some messages missing, fetching…"
    noun = "message" if row.missing_count == 1 else "messages"
    return f"{number_text(row.missing_count)} {noun} missing, fetching…"


def beginning_text(room_name: str) -> str:
    return f"This is the beginning of #{safe_name(room_name)}"


def jump_text(new_count: int) -> str:
    if new_count == 0:
        return "↓ Jump to newest"
    noun = "message" if new_count == 1 else "messages"
    return f"↓ {number_text(new_count)} new {noun}"


def typing_text(names: Sequence[str]) -> str:
    shown = [safe_name(name) for name in names]
    if not shown:
        return ""
    if len(shown) == 1:
        return f"{shown[0]} is typing…"
    if len(shown) == 2:
        return f"{shown[0]} and {shown[1]} are typing…"
    return "Several people are typing…"


def title_text(room_name: str, count: int) -> str:
    """ "(3) #dev — Hubbub"; characters outside the basic plane stay: a title may have them."""
    room = f"#{title_name(room_name)} — " if room_name else ""
    return f"({count}) {room}Hubbub" if count else f"{room}Hubbub"
