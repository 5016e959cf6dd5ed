"""Reminders from the composer to the line and the pop-up, over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.reminders import REMINDERS_MAX, Reminders
from app.views.rows import MessageKind, MessageRow
from tests.app.controllers.window_world import Program, WindowWorld


def mentions(program: Program) -> dict[str, int]:
    return {row.name: row.mentions for row in program.last("show_rooms")}


class TestReminders:
    def test_at_the_time_there_is_a_line_and_a_pop_up(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.say("/remind 10m take the  *tea* out")
        world.run(0.1)
        assert anna.notices[-1] == (
            "You will be reminded: Today, 12:40. /remind shows all reminders."
        )
        anna.window.clear_draft.assert_called_with(anna.timeline.room_key)
        anna.window.is_in_front = False

        world.run(590)
        assert not anna.popups
        anna.until(lambda: bool(anna.popups), 15)
        assert anna.popups[0].title == "Reminder"
        assert anna.popups[0].body == "take the *tea* out"
        assert anna.popups[0].room == anna.model.rooms[1].stream_id.hex()
        world.run(0.1)
        assert anna.notices[-1] == "Reminder: take the  *tea* out"

        world.run(600)
        assert len(anna.popups) == 1
        anna.calls.on_seen(anna.timeline.room_key, anna.timeline.rows[-1].key)
        anna.until(lambda: anna.states[-1].reminders == ())

    def test_what_was_due_meanwhile_is_told_at_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.say("/remind 10m tea")
        anna.say("/remind 3h bread")
        state = anna.states[-1]
        world.end_program(anna)
        world.time_ms += 3_600_000

        again = world.start_program(tmp_path / "anna", state=state, room="general")
        again.window.is_in_front = False
        again.until(lambda: bool(again.popups))
        again.in_room()

        assert again.notices[-1] == "Reminder for Today, 12:40: tea"
        again.calls.on_seen(again.timeline.room_key, again.timeline.rows[-1].key)
        again.until(lambda: [each.text for each in again.states[-1].reminders] == ["bread"])

    def test_what_was_told_but_not_seen_is_told_again_at_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.window.is_in_front = False
        anna.say("/remind 1m tea")
        anna.until(lambda: anna.notices[-1:] == ["Reminder: tea"], 65)
        state = anna.states[-1]
        world.end_program(anna)
        world.time_ms += 3_600_000

        again = world.start_program(tmp_path / "anna", state=state, room="general").in_room()
        again.until(lambda: again.notices[-1:] == ["Reminder for Today, 12:31: tea"])
        again.calls.on_seen(again.timeline.room_key, again.timeline.rows[-1].key)
        again.until(lambda: again.states[-1].reminders == ())
        state = again.states[-1]
        world.run(0.1)
        world.end_program(again)

        third = world.start_program(tmp_path / "anna", state=state, room="general").in_room()
        world.run(2)
        assert not any("Reminder" in each for each in third.notices)

    def test_several_at_once_are_one_pop_up_and_a_line_each(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        for number in range(REMINDERS_MAX):
            anna.say(f"/remind 1h number {number}")
        state = anna.states[-1]
        world.end_program(anna)
        world.time_ms += 10 * 366 * 86_400_000

        again = world.start_program(tmp_path / "anna", state=state, room="general")
        again.window.is_in_front = False
        again.until(lambda: bool(again.popups))
        again.in_room()

        assert [popup.body for popup in again.popups] == ["50 reminders are due."]
        told = [n for n in again.notices if n.startswith("Reminder for")]
        assert len(told) == REMINDERS_MAX

    def test_it_calls_as_a_mention_does(self, world: WindowWorld, anna: Program) -> None:
        """Seen where it is in view; else with a pop-up, and a number at its room until it is."""
        anna.say("/remind 1m tea")
        anna.until(lambda: anna.notices[-1:] == ["Reminder: tea"], 65)
        row = anna.timeline.rows[-1]
        assert isinstance(row, MessageRow)
        assert (row.kind, row.is_mention) == (MessageKind.LOCAL_NOTICE, True)
        assert anna.popups == []
        anna.calls.on_seen(anna.timeline.room_key, row.key)
        anna.until(lambda: mentions(anna) == {"general": 0})

        anna.say("/remind 1m bread")
        general = anna.timeline.room_key
        anna.say("/create #dev")
        anna.in_room("dev")
        anna.until(lambda: bool(anna.popups), 65)
        assert anna.popups[0].body == "bread"
        anna.until(lambda: mentions(anna) == {"general": 1, "dev": 0})
        anna.until(lambda: anna.last("set_title_count") == 1)
        anna.calls.on_open_room(general)
        anna.in_room("general")
        anna.calls.on_seen(general, anna.timeline.rows[-1].key)
        anna.until(lambda: mentions(anna) == {"general": 0, "dev": 0})
        anna.until(lambda: anna.last("set_title_count") == 0)

    @pytest.mark.parametrize(("level", "is_heard"), [("mentions", True), ("nothing", False)])
    def test_it_is_heard_where_a_mention_is(
        self, world: WindowWorld, anna: Program, level: str, is_heard: bool
    ) -> None:
        anna.window.is_in_front = False
        anna.calls.on_room_level(anna.timeline.room_key, level)
        anna.say("/remind 1m tea")
        anna.until(lambda: anna.notices[-1:] == ["Reminder: tea"], 65)
        assert bool(anna.popups) is is_heard

    @pytest.mark.parametrize("can_pop_up", [True, False])
    def test_of_a_room_that_was_left_it_is_read_where_one_is(
        self, world: WindowWorld, anna: Program, can_pop_up: bool
    ) -> None:
        general = anna.model.rooms[1].stream_id.hex()
        anna.say("/create #dev")
        anna.in_room("dev").say("/remind 1m tea")
        anna.say("/remind 2m bread")
        anna.until(lambda: len(anna.states[-1].reminders) == 2)
        anna.say("/part")
        anna.in_room("general")
        anna.calls.on_do_not_disturb(not can_pop_up)
        anna.window.is_in_front = False

        anna.until(lambda: anna.notices[-1:] == ["Reminder from #dev: tea"], 65)
        anna.until(lambda: mentions(anna) == {"general": 1})
        assert [popup.room for popup in anna.popups] == [general] * can_pop_up
        state = anna.states[-1]
        world.end_program(anna)
        world.time_ms += 3_600_000

        again = world.start_program(anna._folder, state=state, room="general").in_room()
        again.until(lambda: again.notices[-1].startswith("Reminder from #dev for Today, "))
        assert again.notices[-1].endswith(": bread")

    def test_who_has_read_everything_has_seen_it(self, world: WindowWorld, anna: Program) -> None:
        anna.say("/remind 1m tea")
        anna.say("/create #dev")
        anna.in_room("dev")
        anna.until(lambda: mentions(anna).get("general") == 1, 65)
        anna.calls.on_mark_all_read()
        anna.until(lambda: mentions(anna)["general"] == 0)

    def test_nothing_pops_up_while_one_is_not_to_be_disturbed(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.window.is_in_front = False
        anna.calls.on_do_not_disturb(True)
        anna.say("/remind 1m tea")
        anna.until(lambda: anna.notices[-1:] == ["Reminder: tea"], 65)
        assert not anna.popups

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                "/remind soon tea",
                "'soon' is no time. Write it as 10m, 2h, 3d, 14:30, tomorrow 9 or Friday 17:30.",
            ),
            (
                "/remind tomorrow tea",
                "'tomorrow' is no time."
                " Write it as 10m, 2h, 3d, 14:30, tomorrow 9 or Friday 17:30.",
            ),
            ("/remind today 9 tea", ""),
            ("/remind 10m", "Usage: /remind <time> <text>"),
            ("/remind 0m tea", ""),
            ("/remind 400d tea", ""),
            (f"/remind 1m {'x' * 501}", ""),
        ],
    )
    def test_what_makes_no_sense_is_said_and_stays_in_the_field(
        self, world: WindowWorld, anna: Program, text: str, words: str
    ) -> None:
        anna.window.clear_draft.reset_mock()
        anna.say(text)
        world.run(0.1)

        if words:
            assert anna.notices[-1] == words
        else:
            assert anna.window.set_notice.called
        anna.window.clear_draft.assert_not_called()
        assert not anna.states or anna.states[-1].reminders == ()

    def test_there_are_not_more_than_so_many(self, world: WindowWorld, anna: Program) -> None:
        for number in range(REMINDERS_MAX + 1):
            anna.say(f"/remind 1h number {number}")

        assert len(anna.states[-1].reminders) == REMINDERS_MAX
        assert str(REMINDERS_MAX) in anna.last("set_notice")
        assert Reminders(anna.states[-1].reminders).all == anna.states[-1].reminders

    def test_alone_it_lists_them_and_they_can_be_removed(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.say("/remind 2d bread")
        anna.say("/remind 10m tea")
        anna.say("/remind")
        anna.window.open_reminders.assert_called_once_with()
        rows = anna.last("show_reminders")
        assert [(row.head, row.text) for row in rows] == [
            ("Today, 12:40", "tea"), ("Tuesday, 25 November, 12:30", "bread"),
        ]  # fmt: skip

        anna.calls.on_remove_reminder(rows[0].key)
        assert [row.text for row in anna.last("show_reminders")] == ["bread"]
        world.run(700)
        assert not anna.popups
