"""What the window remembers survives, and a damaged file harms nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.controllers.window_state import WindowState
from app.models.reminders import Reminder
from app.models.rename_notices import KeptRename
from app.window_settings import FILE_NAME, SettingsWriter, load_state

STATE = WindowState(
    "contrast", 125, 200, "800x600+1+2", False, {"cd" * 8: "Grüße 👋"},
    {"ab": "mentions"}, {"ab": 1_764_000_000_000}, do_not_disturb=True, language="de",
    has_popups=False, has_sound=True, has_quiet_hours=True, quiet_from=0, quiet_to=1439,
    quiet_days=(0, 6),
    ignored={"ab/999999999999999": "kim"},
    former_names={"ab/5": "anna"}, renames=(KeptRename("ab" * 8, 3, 5, 2, "ben", "bea"),),
    mention_words="deploy, on call", control_sends=True, has_discovery=False,
    room_order="own", room_places=("cd" * 8, "ab" * 8), rooms_width=300, people_width=180,
    seen_rooms=("ab" * 8,),
    server_names={"a:1": "Work"}, sent_count=7,
    reminders=(Reminder(1_764_000_000_000, "ab", "tea ☕"),), joins="none",
    is_away=True, away_status="lunch",
)  # fmt: skip
_RENAME = {"after": 3, "time_ms": 5, "person": 2}


def _with_rename(**numbers: int) -> str:
    rename = {"stream": "ab", "before": "ben", "name": "bea"} | _RENAME | numbers
    return json.dumps({"renames": [rename]})


class TestSettings:
    def test_newest_state_comes_back(self, tmp_path: Path) -> None:
        path = tmp_path / FILE_NAME
        writer = SettingsWriter(path)
        for _ in range(100):
            writer.save(WindowState())
        writer.save(STATE)
        writer.close()

        assert load_state(path) == STATE
        assert path.stat().st_mode & 0o077 == 0
        assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]

    @pytest.mark.parametrize(
        "content",
        [
            "", "{", "[]", "null", '"x"', "\x00", "[" * 100_000, '{"drafts": [1]}',
            '{"theme": 7, "geometry": [], "drafts": {"a": 1}}',
            '{"levels": {"a": 1}, "muted_until_ms": {"a": "x", "b": true}, "do_not_disturb": 1}',
            '{"text_percent": true, "window_percent": "9", "theme": "pink"}', "\ud800",
            '{"quiet_from": 1440, "quiet_to": -1, "has_sound": "yes", "mention_words": []}',
            '{"server_names": {"a": 1}, "has_popups": null, "control_sends": 1}',
            '{"sent_count": -1}', '{"sent_count": true}', '{"sent_count": "9"}',
            '{"quiet_days": 3}', '{"quiet_days": "0123456"}',
            '{"reminders": {"due_ms": 1}}', '{"reminders": [1, {"due_ms": 7}]}',
            '{"reminders": [{"due_ms": -1, "room": "ab", "text": "x"}]}',
            '{"reminders": [{"due_ms": 1, "room": 2, "text": "x"}]}',
            '{"room_order": "random"}', '{"room_order": ["own"], "room_places": "abc"}',
            '{"rooms_width": "wide", "people_width": -3}', '{"rooms_width": 0}',
            '{"language": "../de"}', '{"language": ["de"]}', '{"joins": "often"}',
            '{"is_away": 1, "away_status": 5}', '{"renames": 1}', '{"former_names": {"a": 1}}',
            '{"renames": [1, {"stream": "ab", "after": "x"}]}',
            *(_with_rename(**{name: n}) for name in _RENAME for n in (-1, 2**48)),
            json.dumps({"former_names": {"ab/" + "9" * 5000: "anna", "ab/": "b", "5": "c"}}),
            json.dumps({"ignored": {"ab/" + "9" * 16: "anna", "ab/-1": "b", "ab/\u0663": "c"}}),
        ],
    )  # fmt: skip
    def test_damaged_file_is_as_none(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / FILE_NAME
        path.write_bytes(content.encode("utf-8", "surrogatepass"))

        assert load_state(path) == WindowState()

    @pytest.mark.parametrize(
        ("written", "days"), [("[6, 1, 1, 9, -1, true, null, 2.0]", (1, 6)), ("[]", ())]
    )
    def test_only_days_of_the_week_are_taken(
        self, tmp_path: Path, written: str, days: tuple[int, ...]
    ) -> None:
        path = tmp_path / FILE_NAME
        path.write_text(f'{{"quiet_days": {written}}}')

        assert load_state(path).quiet_days == days

    @pytest.mark.parametrize(
        ("written", "status"),
        [
            ("x" * 100, "x" * 100), ("x" * 101, ""), ("\u20ac" * 100, "\u20ac" * 100),
            ("\U0001f600" * 76, ""), (" lunch\n", "lunch"),
        ],
    )  # fmt: skip
    def test_only_what_may_be_said_of_being_away_is_taken(
        self, tmp_path: Path, written: str, status: str
    ) -> None:
        path = tmp_path / FILE_NAME
        path.write_text(json.dumps({"is_away": True, "away_status": written}))

        assert load_state(path) == WindowState(is_away=True, away_status=status)

    def test_an_order_of_before_is_understood(self, tmp_path: Path) -> None:
        path = tmp_path / FILE_NAME
        path.write_text('{"newest_rooms_first": true}')

        assert load_state(path).room_order == "newest"

    def test_missing_file_is_a_first_start(self, tmp_path: Path) -> None:
        assert load_state(tmp_path / FILE_NAME) == WindowState()

    def test_disk_that_takes_nothing_is_only_logged(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        writer = SettingsWriter(tmp_path / "missing" / FILE_NAME)
        writer.save(STATE)
        writer.close()

        assert "cannot be written" in caplog.text
