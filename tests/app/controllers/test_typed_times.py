"""Days and times as people type them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app.controllers.typed_times import day_of, moment_of, split_time
from app.translation import use_language

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 14, 30, 20, tzinfo=UTC)


class TestDays:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-02-07", date(2026, 2, 7)),
            ("2026-2-7", date(2026, 2, 7)),
            ("7.2.2026", date(2026, 2, 7)),
            ("07. 02. 2025", date(2025, 2, 7)),
            ("7.2.", date(2026, 2, 7)),
            ("2.3.", date(2025, 3, 2)),
            ("29.2.", date(2024, 2, 29)),
            (" Today ", date(2026, 3, 1)),
            ("yesterday", date(2026, 2, 28)),
            ("2026-12-31", date(2026, 12, 31)),
        ],
    )
    def test_day_is_understood(self, text: str, day: date) -> None:
        assert day_of(text, TODAY) == day

    @pytest.mark.parametrize(
        "text",
        ["", "soon", "2026", "2026-02-30", "0000-01-01", "31.4.", "30.2.", "7/2/2026", "7.2.26",
         "2026-02-07 10:00", "٧.٢.2026", "1" * 5000],
    )  # fmt: skip
    def test_anything_else_is_not(self, text: str) -> None:
        assert day_of(text, TODAY) is None

    def test_the_words_of_the_language_are_known_beside_the_english_ones(self) -> None:
        use_language(["de"])
        try:
            assert day_of("Gestern", TODAY) == day_of("yesterday", TODAY) == date(2026, 2, 28)
        finally:
            use_language([])


@pytest.fixture
def clocks_of_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer's clocks; the rule is written out for one that has no list of zones."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("10m", "2026-03-01T14:40:20"),
            ("2h", "2026-03-01T16:30:20"),
            ("3D", "2026-03-04T14:30:20"),
            ("1d2h30m", "2026-03-02T17:00:20"),
            ("90m", "2026-03-01T16:00:20"),
            ("1 minute", "2026-03-01T14:31:20"),
            ("10 m", "2026-03-01T14:40:20"),
            ("2 Hours", "2026-03-01T16:30:20"),
            ("3days", "2026-03-04T14:30:20"),
            ("14:31", "2026-03-01T14:31:00"),
            ("14:30", "2026-03-02T14:30:00"),
            ("0:05", "2026-03-02T00:05:00"),
            ("tomorrow 9", "2026-03-02T09:00:00"),
            ("Tomorrow at 9", "2026-03-02T09:00:00"),
            ("tomorrow  at 9:30", "2026-03-02T09:30:00"),
            ("tomorrow 9 o'clock", "2026-03-02T09:00:00"),
            ("at 9", "2026-03-02T09:00:00"),
            ("9 o'clock", "2026-03-02T09:00:00"),
            ("today 17", "2026-03-01T17:00:00"),
            ("today 9", "2026-03-01T09:00:00"),
            ("friday 17", "2026-03-06T17:00:00"),
            ("on Fri at 17:15", "2026-03-06T17:15:00"),
            ("sunday 15", "2026-03-01T15:00:00"),
            ("sunday 14", "2026-03-08T14:00:00"),
        ],
    )
    def test_moment_is_understood(self, text: str, moment: str) -> None:
        assert moment_of(text, NOW, UTC) == datetime.fromisoformat(moment + "+00:00")

    @pytest.mark.parametrize(
        "text",
        ["", "m", "10", "24:00", "12:60", "10m2h", "-5m", "1.5h", "10 x",
         "minute", "1 minute 2", "9999999d", "999999d" * 2,
         "٣m", "٣ minutes", "tomorrow", "tomorrow at", "tomorrow 24", "tomorrow 9:60", "friday",
         "tomorrow ٣", "tomorrow 9 10", "tomorrow friday 9", "someday 9", "on 9 tomorrow"],
    )  # fmt: skip
    def test_anything_else_is_not(self, text: str) -> None:
        assert moment_of(text, NOW) is None

    @pytest.mark.parametrize(
        ("now", "text", "moment"),
        [
            ("2026-10-24T22:00+02:00", "7:30", "2026-10-25T07:30+01:00"),
            ("2026-10-24T22:00+02:00", "1d", "2026-10-25T21:00+01:00"),
            ("2026-10-25T02:40+02:00", "2:30", "2026-10-25T02:30+01:00"),
            ("2026-03-28T22:00+01:00", "7:30", "2026-03-29T07:30+02:00"),
            ("2026-03-28T22:00+01:00", "12h", "2026-03-29T11:00+02:00"),
            ("2026-03-28T22:00+01:00", "tomorrow 9", "2026-03-29T09:00+02:00"),
            ("2026-10-24T23:30+02:00", "tomorrow 9", "2026-10-25T09:00+01:00"),
            ("2026-10-23T22:30+00:00", "saturday 9", "2026-10-24T09:00+02:00"),
        ],
    )
    @pytest.mark.usefixtures("clocks_of_berlin")
    def test_clock_shows_it_where_clocks_change_and_a_span_is_what_passes(
        self, now: str, text: str, moment: str
    ) -> None:
        assert moment_of(text, datetime.fromisoformat(now)) == datetime.fromisoformat(moment)

    @pytest.mark.parametrize(
        ("language", "text"),
        [("de", "2 Stunden"), ("de", "120 Minuten"), ("he", "2 שעות"), ("de", "2 hours")],
    )
    def test_the_words_of_the_language_are_known_beside_the_english_ones(
        self, language: str, text: str
    ) -> None:
        use_language([language])
        try:
            assert moment_of(text, NOW) == moment_of("2h", NOW)
        finally:
            use_language([])

    @pytest.mark.parametrize(
        ("language", "text", "english"),
        [
            ("de", "morgen um 9 Uhr", "tomorrow 9"),
            ("de", "am Freitag um 17:30", "friday 17:30"),
            ("de", "fr 17", "friday 17"),
            ("de", "heute 17", "today 17"),
            ("he", "מחר בשעה 9", "tomorrow 9"),
            ("he", "ביום שישי 17", "friday 17"),
            ("he", "יום שישי 17", "friday 17"),
        ],
    )
    def test_so_are_its_days_and_what_stands_beside_an_hour(
        self, language: str, text: str, english: str
    ) -> None:
        meant = moment_of(english, NOW, UTC)
        use_language([language])
        try:
            assert moment_of(text, NOW, UTC) == moment_of(english, NOW, UTC) == meant is not None
            assert split_time(f"{text} tea") == (text, "tea")
        finally:
            use_language([])

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("1 minute tea", ("1 minute", "tea")),
            ("tomorrow at  9  call  ben", ("tomorrow at 9", "call  ben")),
            ("friday 17 2 beers", ("friday 17", "2 beers")),
            ("9 o'clock tea", ("9 o'clock", "tea")),
            ("tomorrow tea", ("tomorrow", "tea")),
            ("at 9", ("at 9", "")),
            ("2  hours  call  ben", ("2 hours", "call  ben")),
            ("10m tea", ("10m", "tea")),
            ("1 tea", ("1", "tea")),
            ("1 minute", ("1 minute", "")),
            ("10m", ("10m", "")),
            ("", ("", "")),
        ],
    )
    def test_a_time_is_told_from_the_words_behind_it(
        self, text: str, parts: tuple[str, str]
    ) -> None:
        assert split_time(text) == parts

    def test_what_lies_behind_the_calendar_is_not(self) -> None:
        assert moment_of("999999d999999h", NOW) is not None
        assert moment_of("999999d", NOW.replace(year=9000)) is None
