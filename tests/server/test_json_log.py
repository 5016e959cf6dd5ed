"""Log lines: one each, ASCII, few, and without what nobody should read there."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import pytest

from server.json_log import JsonFormatter, RepeatFilter, configure


def record(event: str, *args: Any, created: float = 0.0) -> logging.LogRecord:
    made = logging.LogRecord("server.x", logging.WARNING, "x.py", 1, event, args, None)
    made.created = created
    return made


def line(of: logging.LogRecord) -> dict[str, Any]:
    text = JsonFormatter().format(of)
    assert text.isascii() and "\n" not in text
    fields = json.loads(text)
    assert isinstance(fields, dict)
    return fields


def with_exception(of: logging.LogRecord, secret: str) -> logging.LogRecord:
    try:
        raise KeyError(secret)
    except KeyError:
        of.exc_info = sys.exc_info()
    return of


class TestLine:
    def test_event_and_what_it_is_about(self) -> None:
        assert line(record("a thing", {"count": 3, "on": True, "why": None}, created=1.5)) == {
            "time": "1970-01-01T00:00:01.500+00:00",
            "level": "warning",
            "logger": "server.x",
            "event": "a thing",
            "count": 3,
            "on": True,
            "why": None,
        }

    @pytest.mark.parametrize("text", ["a\n2026-01-01 ERROR root", "\x1b[31mred", "ï\u202e\ud800"])
    def test_text_cannot_end_the_line_or_drive_a_terminal(self, text: str) -> None:
        fields = line(record("a thing", {"text": text}))

        assert fields["text"] == text

    def test_text_is_cut(self) -> None:
        assert len(line(record("a thing", {"text": "x" * 10_000}))["text"]) == 300

    def test_bytes_are_not_shown(self) -> None:
        fields = line(record("a thing", {"key": b"secret", "more": {"key": bytearray(b"secret")}}))

        assert fields["key"] == "<6 bytes>" and fields["more"] == {"key": "<6 bytes>"}

    def test_field_cannot_replace_the_events_own(self) -> None:
        assert line(record("a thing", {"level": "none"}))["level"] == "warning"

    def test_ordinary_arguments_are_put_in(self) -> None:
        assert line(record("%s of %d", "one", 2))["event"] == "one of 2"

    def test_exception_is_type_and_place_not_what_it_says(self) -> None:
        text = JsonFormatter().format(with_exception(record("a thing"), "what somebody wrote"))

        fields = json.loads(text)
        assert fields["exception"] == "KeyError"
        assert fields["at"][-1].startswith("server/test_json_log.py:")
        assert "somebody" not in text


class TestRepeats:
    def test_same_event_is_written_once_a_second_with_a_count(self) -> None:
        filtered = RepeatFilter()
        records = [record("same", {"n": n}, created=10 + n * 0.01) for n in range(150)]

        passed = [r for r in records if filtered.filter(r)]

        assert [line(r)["n"] for r in passed] == [0, 100]
        assert line(passed[1])["left_out"] == 99

    def test_other_event_is_not_held_back(self) -> None:
        filtered = RepeatFilter()

        assert filtered.filter(record("one")) and filtered.filter(record("two"))

    def test_exceptions_from_other_places_are_other_events(self) -> None:
        filtered = RepeatFilter()
        other = with_exception(record("same"), "x")

        assert filtered.filter(record("same")) and filtered.filter(other)
        assert not filtered.filter(other)

    def test_clock_set_back_silences_nothing(self) -> None:
        filtered = RepeatFilter()
        filtered.filter(record("same", created=1000.0))

        assert filtered.filter(record("same", created=10.0))

    def test_table_is_bounded(self) -> None:
        filtered = RepeatFilter()
        for number in range(10_000):
            filtered.filter(record(f"event {number}"))

        assert len(filtered._seen) <= 256

    def test_a_flood_of_all_that_can_happen_is_less_than_a_megabyte_a_minute(self) -> None:
        filtered, written = RepeatFilter(), 0
        for tick in range(60_000):
            of = with_exception(record(f"event {tick % 200}", created=tick / 1000), "x" * 5000)
            if filtered.filter(of):
                written += len(JsonFormatter().format(of)) + 12 * 80  # as deep as it may be
        assert 100_000 < written < 1_000_000


class TestConfigure:
    def test_levels_below_the_wanted_one_are_left_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(logging, "raiseExceptions", True)
        root = logging.getLogger()
        handlers, level = root.handlers[:], root.level
        stream = io.StringIO()
        root.handlers.clear()  # the test's own must not be closed
        try:
            configure("warning", stream)
            logging.getLogger("a").info("quiet")
            logging.getLogger("a").warning("loud")
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)

        assert json.loads(stream.getvalue())["event"] == "loud"
