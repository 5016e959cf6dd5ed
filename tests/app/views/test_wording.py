"""Words made from numbers and times."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.translation import LANGUAGES, use_language
from app.views.delivery_marks import DELIVERY_MARKS
from app.views.rows import HoleRow, MessageRow, MessageState, RowDetails
from app.views.wording import (
    badge_text,
    day_text,
    failure_text,
    hole_text,
    jump_text,
    moment_text,
    number_text,
    state_text,
    title_text,
    typing_text,
    week,
)

TODAY = date(2026, 11, 23)


def row(**more: object) -> MessageRow:
    values: dict[str, object] = {"state": MessageState.ACCEPTED} | more
    time = datetime(2026, 11, 23, 9, 5, 7, tzinfo=UTC)
    return MessageRow(1, "a", "Anna", True, time, "x", **values)  # type: ignore[arg-type]


def test_days_near_have_names_and_days_of_other_years_a_year() -> None:
    assert day_text(TODAY, TODAY) == "Today"
    assert day_text(date(2026, 11, 22), TODAY) == "Yesterday"
    assert day_text(date(2026, 11, 20), TODAY) == "Friday, 20 November"
    assert day_text(date(2025, 1, 3), TODAY) == "Friday, 3 January 2025"


def test_a_day_to_come_is_named_by_its_date() -> None:
    assert day_text(date(2026, 11, 24), TODAY) == "Tuesday, 24 November"


def test_a_moment_has_everything() -> None:
    assert moment_text(row().time) == "Monday, 23 November 2026, 09:05:07"


def test_numbers_are_grouped_by_no_break_spaces() -> None:
    assert number_text(1310) == "1\N{NO-BREAK SPACE}310"
    assert number_text(12) == "12"


def test_a_badge_ends_at_ninety_nine() -> None:
    assert badge_text(99) == "99"
    assert badge_text(100) == "99+"


def test_holes_are_counted() -> None:
    assert hole_text(HoleRow("h", 3)) == "3 messages missing, fetching…"
    assert hole_text(HoleRow("h", 1)) == "1 message missing, fetching…"
    assert hole_text(HoleRow("h", 3, is_fetched=False)) == "3 messages missing"
    assert hole_text(HoleRow("h", 1, is_fetched=False)) == "1 message missing"


def test_every_state_has_words() -> None:
    for state in MessageState:
        assert state_text(row(state=state))


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        (MessageState.HELD, "Held by 3 of 8", "Held by 3 of 8"),
        (MessageState.HELD_BY_ALL, "", "Held by everyone here"),
    ],
)
def test_what_others_hold_is_not_taken_for_read(state: MessageState, words: str, said: str) -> None:
    meaning = "It has arrived on their computers. Who has read it is not shown."
    assert state_text(row(state=state, details=RowDetails(state_text=words))).split("\n") == [
        said,
        meaning,
    ]


def test_each_state_has_a_mark_of_its_own() -> None:
    assert len({DELIVERY_MARKS[state].icon for state in MessageState}) == len(MessageState)


def test_a_failure_names_its_reason() -> None:
    assert (
        failure_text(row(details=RowDetails(failed_reason="the room is gone")))
        == "Not sent: the room is gone"
    )
    assert failure_text(row()) == "Not sent"


def test_the_pill_counts() -> None:
    assert jump_text(0) == "↓ Jump to newest"
    assert jump_text(1) == "↓ 1 new message"
    assert jump_text(3) == "↓ 3 new messages"


def test_who_is_typing() -> None:
    assert typing_text([]) == ""
    assert typing_text(["Anna"]) == "Anna is typing…"
    assert typing_text(["Anna", "Ben"]) == "Anna and Ben are typing…"
    assert typing_text(["Anna", "Ben", "Cleo"]) == "Several people are typing…"


def test_the_title_counts_and_names_the_room() -> None:
    assert title_text("dev", 3) == "(3) #dev — Hubbub"
    assert title_text("dev", 0) == "#dev — Hubbub"
    assert title_text("", 0) == "Hubbub"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_has_all_days_and_begins_where_the_language_counts_from(language: str) -> None:
    use_language([language])
    try:
        days = week()
    finally:
        use_language(["en"])
    assert sorted(days) == list(range(7))
    assert days[0] == {"he": 6}.get(language, 0)
