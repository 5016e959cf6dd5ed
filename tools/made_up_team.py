"""A made-up team and what it said in some days: what the pictures show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.controllers.slash_commands import command_list
from app.markup_parts import References
from app.structs import replace
from app.views.main_window import MainWindow
from app.views.rows import (
    CommandRow,
    HeaderRow,
    HoleRow,
    LinkQuality,
    MessageKind,
    MessageRow,
    MessageState,
    PersonRow,
    Presence,
    RoomRow,
    RowDetails,
    StatusRow,
    TextRow,
    TimelineRow,
    TimelineRows,
)

TODAY = date(2026, 11, 23)

GOOD = StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms", "You have every message")

ROOMS = (
    RoomRow("1", "general", "Everything else"),
    RoomRow("2", "dev", "Protocol, client and relay work · next release on Friday", 0, 0, True),
    RoomRow("3", "ops-alerts", unread=12),
    RoomRow("4", "design", unread=9, mentions=3),
    RoomRow("5", "security", has_draft=True),
    RoomRow("6", "random", unread=240),
    RoomRow("7", "announcements"),
)

TOPIC_ORIGIN = "Set by Mara Lindqvist, Friday, 20 November 2026, 09:12:40"
ROOM_NAMES = tuple(room.name for room in ROOMS)

REMINDERS = (
    TextRow("1", "Today, 14:30", "Take the tea out"),
    TextRow("2", "Friday, 27 November, 09:00", "Ask Mara about the release notes"),
)
STRANDED = (
    TextRow("1", "#dev · Harbour · Yesterday, 14:02", "The relay needs another look."),
    TextRow("2", "#ops-alerts · Studio · Friday, 20 November, 09:12", "On it"),
)
PEOPLE = (
    PersonRow("jonas-1", "Jonas Weber", Presence.AWAY, "At lunch, back at two"),
    PersonRow("mara-21", "Mara Lindqvist"),
    PersonRow("priya-13", "Priya Raman"),
    PersonRow("tomasz-1", "Tomasz K"),
    PersonRow("you-8", "Anna Berg", is_self=True),
    PersonRow("aiko-12", "Aiko Tanaka", Presence.OFFLINE),
    PersonRow("bram-4", "Bram de Vries", Presence.OFFLINE),
    PersonRow("sofia-15", "Sofia Rossi", Presence.OFFLINE),
)
ONESELF = next(person for person in PEOPLE if person.is_self)
NAMES = {person.person_id: person.name for person in PEOPLE}


# days ago, clock, author, text, state, words about the state
MARA, JONAS, PRIYA, TOMASZ, OWN = "mara-21", "jonas-1", "priya-13", "tomasz-1", "you-8"
FAILED = MessageState.FAILED
ACCEPTED, HELD, EVERYONE = MessageState.ACCEPTED, MessageState.HELD, MessageState.HELD_BY_ALL
RETRY_LOOP = """Nice. The retry loop waits longer each time, jitter included:
base 0.2 s, cap 30 s, and it starts anew when the address changes."""
QUOTED = """> it starts anew when the address changes
**Good**, but *please* never ~~more~~ ||longer than 30 s|| :tada:"""
CODE = """This is what it does:
```python
async def reconnect(self, cap: float = 30.0) -> str:
    delay = 0.2  # seconds
    while not self.closed:
        await sleep(delay + uniform(0, delay))
        if await self.dial():
            return "up"
        delay = min(cap, delay * 2)
```"""
SPEC = "Looks right. `cap=30.0` is what the spec says, see https://example.org/spec#section-4.2"
BRANCH = (
    "@Anna Berg could you look at my branch? The badge count is off by one after a reconnect 🙈"
)
STAGING = "Deployed to staging. If anyone sees duplicates please tell me in #ops-alerts."
ON_IT = "On it, Priya 👍🏽 the count looks fine after a clean start, so it must be the resume path."
TALK: tuple[tuple[int, str, str, str, MessageState, str], ...] = (
    (3, "16:41", MARA, "Release notes for 0.9 are in the wiki.", ACCEPTED, ""),
    (3, "16:42", MARA, "Please read the part about key rotation before Monday.", ACCEPTED, ""),
    (3, "16:44", TOMASZ, "Read it. Do we still support the old handshake?", ACCEPTED, ""),
    (1, "09:12", MARA, "Good morning! ☕ The relay in Oslo is back.", ACCEPTED, ""),
    (1, "09:15", "", "Jonas Weber and Aiko Tanaka joined", ACCEPTED, ""),
    (1, "09:20", JONAS, RETRY_LOOP, ACCEPTED, ""),
    (1, "09:22", MARA, QUOTED, ACCEPTED, ""),
    (1, "09:23", JONAS, CODE, ACCEPTED, ""),
    (1, "09:24", OWN, SPEC, EVERYONE, ""),
    (1, "09:26", OWN, "I will add a test with a fake clock.", EVERYONE, ""),
    (0, "09:31", PRIYA, BRANCH, ACCEPTED, ""),
    (0, "09:40", TOMASZ, STAGING, ACCEPTED, ""),
    (0, "09:41", TOMASZ, "I am around until 11:00 for questions 🎧", ACCEPTED, ""),
    (0, "09:42", OWN, ON_IT, HELD, "Held by 3 of 8"),
    (0, "09:43", OWN, "Pushing a fix now…", MessageState.PENDING, ""),
)
HOLE_BEFORE = 10  # place in the talk
NEW_FROM = 11  # key of the message under the New line


REFERENCES = References(tuple(NAMES.values()), ROOM_NAMES, "Anna Berg")


def conversation() -> tuple[TimelineRow, ...]:
    """Some days of a team's talk: groups, days, links, emoji, a notice and a hole."""
    rows: list[TimelineRow] = [
        MessageRow(
            key=number,
            author_id=author,
            author_name=NAMES.get(author, ""),
            is_own=author == OWN,
            time=moment(days_ago, clock),
            text=text,
            state=state,
            kind=MessageKind.MESSAGE if author else MessageKind.NOTICE,
            is_mention="@Anna" in text,
            details=RowDetails(words, references=REFERENCES),
        )
        for number, (days_ago, clock, author, text, state, words) in enumerate(TALK)
    ]
    rows.insert(HOLE_BEFORE, HoleRow("hole", 3))
    return tuple(rows)


def moment(days_ago: int, clock: str) -> datetime:
    """Of the clock, so many days before today."""
    hour, minute = map(int, clock.split(":"))
    day = TODAY - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def show_presences(window: MainWindow, *, is_online: bool) -> None:
    """The made-up team, as far as it is known."""
    others = (
        PEOPLE
        if is_online
        else [replace(one, presence=Presence.UNKNOWN, status_text="") for one in PEOPLE]
    )
    oneself = ONESELF if is_online else replace(ONESELF, presence=Presence.OFFLINE)
    window.show_self(oneself)
    window.show_people([oneself if person.is_self else person for person in others])


def fill(window: MainWindow, rows: tuple[TimelineRow, ...]) -> None:
    """Show the made-up team in a connected window."""
    window.show_server("Harbour")
    window.show_rooms(ROOMS)
    window.show_header(HeaderRow("dev", ROOMS[1].topic, TOPIC_ORIGIN, key="2"))
    show_presences(window, is_online=True)
    window.show_commands([CommandRow(*row) for row in command_list()])
    window.set_status(GOOD)
    window.set_banner(None)
    window.set_title_count(3)
    window.show_timeline(TimelineRows("2", "dev", rows, has_older=False, new_from=NEW_FROM))
    window.show_chat()
