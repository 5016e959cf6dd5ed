"""Pop-ups and the title's number, from a real conversation behind a mocked window."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.controllers.window_state import WindowState, rules_of
from app.models.events import PopupClicked
from app.models.notification_rules import Level, Popup, RoomRule
from app.structs import replace
from app.views.rows import NotificationSettingsRow, RoomRuleRow
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
        anna.window.demand_attention.assert_called_once_with()

    def test_own_message_does_not(self, anna: Program, ben: Program) -> None:
        say(anna, ben, "mine")

        assert anna.popups == []

    def test_room_in_view_does_not(self, anna: Program, ben: Program) -> None:
        anna.window.is_in_front = True
        say(ben, anna, "hello")

        assert anna.popups == []

    def test_room_that_is_open_under_another_page_does(self, anna: Program, ben: Program) -> None:
        anna.window.is_in_front = anna.window.is_covered = True
        say(ben, anna, "hello")

        assert [popup.body for popup in anna.popups] == ["ben: hello"]

    def test_more_messages_are_counted_into_one(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        for number in range(4):
            say(ben, anna, f"line {number}")
        world.run(5.1)

        assert [popup.body for popup in anna.popups] == [
            "ben: line 0", "3 more messages in #general",
        ]  # fmt: skip

    def test_what_was_read_meanwhile_is_not_told(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        for text in ("one", "two", "three"):
            say(ben, anna, text)
        anna.model.reading.mark_read(anna.model.open_room_number)
        world.run(0.5)
        for text in ("four", "five"):
            say(ben, anna, text)
        world.run(5.1)

        assert [popup.body for popup in anna.popups] == ["ben: one", "2 new messages in #general"]

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
        assert anna.last("show_notification_settings").do_not_disturb

    def test_click_opens_the_room_in_front(self, world: WindowWorld, anna: Program) -> None:
        first = stream(anna)
        anna.calls.on_join_room("dev")
        anna.in_room("dev")

        anna._emit(PopupClicked(first))
        anna.in_room("general")

        anna.window.come_to_front.assert_called_once_with()

    def test_click_takes_the_page_for_another_server_away(self, anna: Program) -> None:
        anna.calls.on_add_server()
        anna.window.show_chat.reset_mock()

        anna._emit(PopupClicked(stream(anna)))
        anna.until(lambda: anna.window.show_chat.called)

        assert not anna.is_looking

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


class TestEndOfSilence:
    def test_muted_room_is_heard_again(
        self, world: WindowWorld, anna: Program, ben: Program, tmp_path: Path
    ) -> None:
        now_ms = world.time_ms + int(world.now * 1000)
        state = WindowState(muted_until_ms={stream(anna): now_ms + 20_000})
        cleo = world.start_program(tmp_path / "cleo", name="cleo", state=state).in_room()
        cleo.window.is_in_front = False
        key = cleo.timeline.room_key
        assert cleo.last("set_room_rules")[key].is_muted
        world.run(25.0)
        assert not cleo.last("set_room_rules")[key].is_muted

        say(ben, cleo, "hello")
        assert len(cleo.popups) == 1

    def test_the_end_leaves_no_timer(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_mute_room(anna.timeline.room_key, "hour")
        world.run(1.0)
        assert anna.scheduler.waiting == 1
        anna.controller._on_close()
        assert anna.scheduler.waiting == 0


class TestSettings:
    def change(self, anna: Program, **changes: object) -> None:
        row = anna.last("show_notification_settings")
        anna.calls.on_notification_settings(replace(row, **changes))

    def test_are_shown_at_the_start_and_after_each_change(self, anna: Program) -> None:
        assert anna.last("show_notification_settings") == NotificationSettingsRow()

        self.change(anna, has_sound=True, quiet_from=30, words="deploy ,, on  call,deploy")

        row = anna.last("show_notification_settings")
        assert (row.has_sound, row.quiet_from, row.words) == (True, 30, "deploy, on call")
        state = anna.states[-1]
        assert (state.has_sound, state.quiet_from) == (True, 30)
        assert rules_of(state).words == ("deploy", "on call")

    def test_without_popups_the_bell_may_ring_still(self, anna: Program, ben: Program) -> None:
        self.change(anna, has_popups=False, has_sound=True)
        say(ben, anna, "hello")

        assert anna.popups == []
        anna.window.ring.assert_called_once_with()

    def test_sound_is_off_by_default(self, anna: Program, ben: Program) -> None:
        say(ben, anna, "hello")

        anna.window.ring.assert_not_called()

    def test_quiet_hours_hold_back(self, world: WindowWorld, anna: Program, ben: Program) -> None:
        now = datetime.fromtimestamp(world.time_ms / 1000 + world.now, UTC)
        minute = now.hour * 60 + now.minute
        day = 24 * 60
        self.change(anna, quiet_from=(minute - 60) % day, quiet_to=(minute + 60) % day)
        say(ben, anna, "they are not in use")
        assert len(anna.popups) == 1
        world.run(20.0)

        self.change(anna, has_quiet_hours=True)
        say(ben, anna, "ssh")
        world.run(20.0)
        assert len(anna.popups) == 1

    def test_quiet_hours_are_shown_while_they_last(self, world: WindowWorld, anna: Program) -> None:
        now = datetime.fromtimestamp(world.time_ms / 1000 + world.now, UTC)
        minute, day = now.hour * 60 + now.minute, 24 * 60
        begin, end = (minute + 2) % day, (minute + 90) % day
        self.change(anna, has_quiet_hours=True, quiet_from=begin, quiet_to=end)
        world.run(1.0)
        assert anna.last("set_quiet_hours") is None
        world.run(120.0)
        assert anna.last("set_quiet_hours") == end
        world.run(88 * 60.0)
        assert anna.last("set_quiet_hours") is None

    def test_other_words_call_the_person(self, anna: Program, ben: Program) -> None:
        self.change(anna, words="deploy")
        key = anna.timeline.room_key
        anna.calls.on_room_level(key, "mentions")

        say(ben, anna, "redeployed")
        assert anna.popups == []
        say(ben, anna, "who can deploy it?")

        assert [popup.body for popup in anna.popups] == ["ben: who can deploy it?"]
        assert [row.is_mention for row in anna.messages] == [False, True]

    def test_other_words_count_what_was_there_before(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        say(ben, anna, "who can deploy it?")
        assert [row.mentions for row in anna.last("show_rooms")] == [0]

        self.change(anna, words="deploy")
        world.run(0.1)

        assert [row.mentions for row in anna.last("show_rooms")] == [1]
        self.change(anna, words="")
        world.run(0.1)
        assert [row.mentions for row in anna.last("show_rooms")] == [0]

    def test_do_not_disturb_is_the_same_in_menu_and_settings(self, anna: Program) -> None:
        anna.calls.on_do_not_disturb(True)
        assert anna.last("show_notification_settings").do_not_disturb

        self.change(anna, do_not_disturb=False)
        assert not anna.states[-1].do_not_disturb
