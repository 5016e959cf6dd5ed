"""Who asked for a room is taken there while he waits for it, and not out of something else."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.room_wait import AT_ONCE_MS, RoomWait
from app.structs import replace

ASKED = RoomWait(open_room=1, typed=3, time_ms=1_000_000, was_online=True)
LATE = replace(ASKED, time_ms=ASKED.time_ms + AT_ONCE_MS + 1)


def test_whoever_does_nothing_else_waits_as_long_as_it_takes() -> None:
    assert ASKED.is_on(replace(ASKED, time_ms=ASKED.time_ms + 3_600_000), has_text=False)


@pytest.mark.parametrize("done", [{"open_room": 2}, {"typed": 4}])
def test_whoever_did_something_else_does_not(done: dict[str, Any]) -> None:
    assert not ASKED.is_on(replace(LATE, **done), has_text=False)
    assert ASKED.is_on(replace(ASKED, **done, time_ms=ASKED.time_ms + AT_ONCE_MS), has_text=False)


def test_a_text_that_was_begun_keeps_its_room() -> None:
    assert not ASKED.is_on(LATE, has_text=True)


def test_an_answer_at_once_counts_only_where_there_was_a_server() -> None:
    offline = replace(ASKED, was_online=False)
    assert ASKED.is_on(ASKED, has_text=True)
    assert not offline.is_on(offline, has_text=True)


def test_a_clock_that_was_set_back_is_no_quick_answer() -> None:
    assert not ASKED.is_on(replace(ASKED, time_ms=ASKED.time_ms - 1), has_text=True)
