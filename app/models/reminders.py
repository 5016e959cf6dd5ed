"""What a person wants to be reminded of on this computer: pure, with the time as an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.models.composed_text import CannotSend
from app.translation import _, ngettext

REMINDERS_MAX: Final = 50
#: With those that were told, and that nobody has seen yet.
KEPT_MAX: Final = 2 * REMINDERS_MAX
TEXT_CHARACTERS_MAX: Final = 250
DAYS_MAX: Final = 366
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Reminder:
    """A text and when it is due, milliseconds since 1970; the room it was asked for in, by its
    stream in hexadecimal."""

    due_ms: int
    room: str
    text: str


class Reminders:
    """Those that are to come, the next one first, and those that were told but not seen: a line of
    the window goes with it, so these are told again at the next start."""

    def __init__(self, kept: Iterable[Reminder] = ()) -> None:
        """Whatever a file had too many of is left out."""
        self._all = sorted(kept, key=lambda each: each.due_ms)[:KEPT_MAX]
        self._told = list[Reminder]()

    @property
    def all(self) -> tuple[Reminder, ...]:
        """Those that are to come."""
        return tuple(self._all)

    @property
    def kept(self) -> tuple[Reminder, ...]:
        """What the next start has to know, at most ``KEPT_MAX``."""
        return (*self._told, *self._all)

    @property
    def next_due_ms(self) -> int | None:
        """When there is something to say; None for never."""
        return self._all[0].due_ms if self._all else None

    def add(self, reminder: Reminder, now_ms: int) -> None:
        """One more.

        Raises:
            CannotSend: too many, too long, too far away or not ahead; the message says which.
        """
        if len(self._all) >= REMINDERS_MAX:
            words = _("There are {count} reminders, and more are not kept. /remind shows them.")
            raise CannotSend(words.format(count=REMINDERS_MAX))
        if len(reminder.text) > TEXT_CHARACTERS_MAX:
            words = _("The text is too long: at most {most} characters for a reminder.")
            raise CannotSend(words.format(most=TEXT_CHARACTERS_MAX))
        if not now_ms < reminder.due_ms <= now_ms + DAYS_MAX * _DAY_MS:
            words = ngettext(
                "A reminder is for a time from now on, at most {count} day ahead.",
                "A reminder is for a time from now on, at most {count} days ahead.",
                DAYS_MAX,
            )
            raise CannotSend(words.format(count=DAYS_MAX))
        self._all = sorted([*self._all, reminder], key=lambda each: each.due_ms)

    def remove(self, reminder: Reminder) -> bool:
        """Not this one; False if there is none like it to come."""
        if reminder not in self._all:
            return False
        self._all.remove(reminder)
        return True

    def seen(self, reminder: Reminder) -> None:
        """This one was told and read."""
        if reminder in self._told:
            self._told.remove(reminder)

    def take_due(self, now_ms: int) -> list[Reminder]:
        """Those whose time has come; they are kept until they are seen, the oldest not if there are
        too many."""
        due = [each for each in self._all if each.due_ms <= now_ms]
        self._all = self._all[len(due) :]
        self._told = [*self._told, *due][-REMINDERS_MAX:]
        return due
