"""The window as a whole: what is kept for the next start, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.window_controller import WindowState
from tests.app.controllers.window_world import Program, WindowWorld


class TestState:
    def test_theme_room_and_place_are_kept(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_theme_change("dark")
        anna.calls.on_close()

        state = anna.states[-1]
        assert (state.theme, state.geometry) == ("dark", "800x600+10+20")
        assert state.room == anna.model.rooms[1].stream_id.hex()

    def test_draft_of_a_room_that_is_not_known_here_is_not_lost(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        state = WindowState(drafts={"00" * 8: "for another server"})
        anna = world.start_program(tmp_path / "anna", room="general", state=state).in_room()

        anna.calls.on_draft_change(anna.timeline.room_key, "for this one")

        assert sorted(anna.states[-1].drafts.values()) == ["for another server", "for this one"]


class TestEnd:
    def test_closed_window_is_not_touched_again(self, world: WindowWorld, anna: Program) -> None:
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)

        anna.calls.on_close()
        calls = len(anna.window.mock_calls)
        world.say(ben, "too late for this window")
        world.run(5.0)

        assert len(anna.window.show_timeline.mock_calls) <= calls
        assert anna.window.mock_calls[calls:] == []

    def test_error_of_a_callback_is_logged(
        self, anna: Program, caplog: pytest.LogCaptureFixture
    ) -> None:
        anna.calls.on_callback_error(ValueError("broken"))

        assert "a callback of the window failed" in caplog.text

    def test_link_is_handed_on(self, anna: Program) -> None:
        anna.calls.on_open_link("https://example.org/")

        assert anna.links == ["https://example.org/"]
