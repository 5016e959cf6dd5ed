"""Pop-ups and the title's number, from a real conversation behind a mocked window."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.window_controller import WindowState, rules_of
from app.models.events import PopupClicked
from app.models.notification_rules import Level, Popup, RoomRule
from app.views.rows import RoomRuleRow
from tests.app.controllers.window_world import Program, WindowWorld


@pytest.fixture
def ben(world: WindowWorld, anna: Program, tmp_path: Path) -> Program:
    """Somebody who talks in the room that Anna has open, but does not look at."""
    anna.window.is_in_front = False
    return world.start_program(tmp_path / "ben", name="ben").in_room()


def say(ben: Program, anna: Program, text: str) -> None:
    ben.say(text)
    anna.until(lambda: text in anna.texts)


def stream(anna: Program) -> str:
    room = anna.model.open_room
    assert room is not None
    return room.stream_id.hex()


class TestPopups:
    def test_message_pops_up(self, anna: Program, ben: Program) -> None:
        say(ben, anna, "hello")

        assert anna.popups == [Popup(stream(anna), "#general", "ben: hello")]

    def test_own_message_does_not(self, anna: Program, ben: Program) -> None:
        say(anna, ben, "mine")

        assert anna.popups == []

    def test_room_in_view_does_not(self, anna: Program, ben: Program) -> None:
        anna.window.is_in_front = True
        say(ben, anna, "hello")

        assert anna.popups == []

    def test_more_messages_are_counted_into_one(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        for number in range(4):
            say(ben, anna, f"line {number}")
        world.run(5.1)

        assert [popup.body for popup in anna.popups] == [
            "ben: line 0", "3 new messages in #general",
        ]  # fmt: skip

    def test_history_is_no_news(self, world: WindowWorld, tmp_path: Path, anna: Program) -> None:
        for number in range(5):
            anna.say(f"old {number}")
        anna.until(lambda: "old 4" in anna.texts)

        ben = world.start_program(tmp_path / "ben", name="ben")
        ben.window.is_in_front = False
        ben.in_room()
        ben.until(lambda: "old 0" in ben.texts)
        world.run(6.0)

        assert ben.popups == []

    def test_level_and_mentions(self, anna: Program, ben: Program) -> None:
        anna.calls.on_room_level(anna.timeline.room_key, "mentions")
        say(ben, anna, "hello all")
        assert anna.popups == []

        say(ben, anna, "@anna look")

        assert [popup.body for popup in anna.popups] == ["ben: @anna look"]

    def test_muted_room_is_silent_and_can_speak_again(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        key = anna.timeline.room_key
        anna.calls.on_mute_room(key, "hour")
        say(ben, anna, "one")
        assert anna.popups == []
        assert anna.last("set_room_rules")[key].is_muted

        anna.calls.on_mute_room(key, "")
        say(ben, anna, "two")

        assert [popup.body for popup in anna.popups] == ["ben: two"]

    def test_mute_until_tomorrow_ends_in_the_morning(self, anna: Program, ben: Program) -> None:
        anna.calls.on_mute_room(anna.timeline.room_key, "tomorrow")

        until_ms = anna.states[-1].muted_until_ms[stream(anna)]
        assert until_ms % (24 * 3600 * 1000) == 8 * 3600 * 1000

    def test_do_not_disturb(self, anna: Program, ben: Program) -> None:
        anna.calls.on_do_not_disturb(True)
        say(ben, anna, "hello")

        assert anna.popups == []
        assert anna.last("set_do_not_disturb") is True

    def test_click_opens_the_room_in_front(self, world: WindowWorld, anna: Program) -> None:
        first = stream(anna)
        anna.calls.on_join_room("dev")
        anna.in_room("dev")

        anna._emit(PopupClicked(first))
        anna.in_room("general")

        anna.window.come_to_front.assert_called_once_with()

    def test_end_leaves_no_timer(self, anna: Program, ben: Program) -> None:
        say(ben, anna, "one")
        anna.end()

        assert anna.scheduler.waiting == 0


class TestTitle:
    def test_title_counts_mentions_unless_the_room_is_silent(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        say(ben, anna, "@anna look")
        say(ben, anna, "nothing for you")
        world.run(0.1)
        assert anna.last("set_title_count") == 1

        anna.calls.on_room_level(anna.timeline.room_key, "nothing")
        world.run(0.1)

        assert anna.last("set_title_count") == 0


class TestKept:
    def test_rules_are_kept_and_come_back(self, anna: Program, ben: Program) -> None:
        anna.calls.on_room_level(anna.timeline.room_key, "nothing")
        anna.calls.on_do_not_disturb(True)

        rules = rules_of(anna.states[-1])

        assert rules.of(stream(anna)).level is Level.NOTHING
        assert rules.quiet.do_not_disturb

    def test_level_that_nobody_knows_is_as_usual(self) -> None:
        rules = rules_of(WindowState(levels={"a": "loud"}, muted_until_ms={"b": 5}))

        assert rules.of("a") == RoomRule()
        assert rules.of("b") == RoomRule(muted_until_ms=5)

    def test_menus_know_the_rules(self, world: WindowWorld, anna: Program) -> None:
        world.run(0.1)

        assert anna.last("set_room_rules") == {anna.timeline.room_key: RoomRuleRow()}
