"""What was begun in the composer is kept, room by room."""

from __future__ import annotations

from pathlib import Path

from tests.app.controllers.window_world import Program, WindowWorld


class TestDrafts:
    def test_draft_is_kept_and_comes_back_at_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.calls.on_draft_change(anna.timeline.room_key, "not yet finis")
        state = anna.states[-1]
        world.end_program(anna)

        again = world.start_program(tmp_path / "anna", state=state)
        world.run(0.5)

        again.window.set_draft.assert_called_once_with(again.timeline.room_key, "not yet finis")

    def test_room_with_a_draft_is_marked_also_after_a_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        key = anna.timeline.room_key
        anna.calls.on_draft_change(key, "not yet finis")
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        anna.until(lambda: [row.has_draft for row in anna.last("show_rooms")] == [False, True])
        state = anna.states[-1]
        world.end_program(anna)

        again = world.start_program(tmp_path / "anna", state=state).in_room("dev")
        again.until(lambda: [row.has_draft for row in again.last("show_rooms")] == [False, True])

    def test_draft_stays_on_disk_until_the_outbox_has_the_message(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_draft_change(anna.timeline.room_key, "hello")
        anna.say("hello")
        assert list(anna.states[-1].drafts.values()) == ["hello"]

        world.run(0.1)
        assert not anna.states[-1].drafts
