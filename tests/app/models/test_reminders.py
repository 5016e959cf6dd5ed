"""Reminders and their limits."""

from __future__ import annotations

import pytest

from app.models.composed_text import CannotSend
from app.models.reminders import (
    DAYS_MAX,
    KEPT_MAX,
    REMINDERS_MAX,
    TEXT_CHARACTERS_MAX,
    Reminder,
    Reminders,
)

NOW = 1_764_000_000_000
DAY = 86_400_000


def reminder(after_ms: int, text: str = "tea") -> Reminder:
    return Reminder(NOW + after_ms, "ab", text)


class TestReminders:
    def test_they_are_due_in_order_and_once(self) -> None:
        reminders = Reminders()
        for after in (300, 100, 200):
            reminders.add(reminder(after), NOW)

        assert reminders.next_due_ms == NOW + 100
        assert reminders.take_due(NOW + 99) == []
        assert reminders.take_due(NOW + 200) == [reminder(100), reminder(200)]
        assert reminders.take_due(NOW + 200) == []
        assert reminders.all == (reminder(300),)

    def test_one_is_removed(self) -> None:
        reminders = Reminders([reminder(1), reminder(2)])

        assert reminders.remove(reminder(1)) and not reminders.remove(reminder(1))
        assert reminders.all == (reminder(2),)

    def test_there_are_not_more_than_so_many(self) -> None:
        reminders = Reminders([reminder(each) for each in range(1, REMINDERS_MAX + 1)])

        with pytest.raises(CannotSend, match=str(REMINDERS_MAX)):
            reminders.add(reminder(5), NOW)
        reminders.take_due(NOW + 1)
        reminders.add(reminder(5), NOW)
        assert len(reminders.all) == REMINDERS_MAX

    def test_what_was_told_is_kept_until_it_is_seen(self) -> None:
        reminders = Reminders([reminder(1), reminder(2), reminder(3)])
        reminders.take_due(NOW + 2)
        assert reminders.all == (reminder(3),)
        assert list(reminders.kept) == [reminder(1), reminder(2), reminder(3)]
        reminders.seen(reminder(1))
        reminders.seen(reminder(3))
        assert list(reminders.kept) == [reminder(2), reminder(3)]
        assert Reminders(reminders.kept).take_due(NOW + 2) == [reminder(2)]

    def test_of_those_that_nobody_sees_the_oldest_are_not_kept(self) -> None:
        reminders = Reminders([reminder(each) for each in range(2 * KEPT_MAX)])
        assert len(reminders.kept) == KEPT_MAX
        reminders.take_due(NOW + REMINDERS_MAX)
        reminders.take_due(NOW + KEPT_MAX)
        newest = range(KEPT_MAX - REMINDERS_MAX, KEPT_MAX)
        assert reminders.kept == tuple(map(reminder, newest))

    @pytest.mark.parametrize("after", [-1, 0, DAYS_MAX * DAY + 1])
    def test_the_time_lies_ahead_and_not_too_far(self, after: int) -> None:
        reminders = Reminders()

        with pytest.raises(CannotSend, match="366 days"):
            reminders.add(reminder(after), NOW)
        reminders.add(reminder(DAYS_MAX * DAY), NOW)
        assert len(reminders.all) == 1

    def test_the_text_has_a_limit(self) -> None:
        reminders = Reminders()

        reminders.add(reminder(1, "x" * TEXT_CHARACTERS_MAX), NOW)
        with pytest.raises(CannotSend, match=str(TEXT_CHARACTERS_MAX)):
            reminders.add(reminder(1, "x" * (TEXT_CHARACTERS_MAX + 1)), NOW)
