"""Rooms: joined, created, opened and left, with a mocked socket and a real server core."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.event_pump import BATCH_MAX
from app.models.events import LinkState
from app.views.rows import Key
from tests.app.controllers.window_world import Program, WindowWorld


class TestJoining:
    def test_newcomer_finds_the_first_room(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna").in_room("general")

        assert anna.room_names == ["general"]
        anna.window.set_composer_enabled.assert_called_with(True)

    def test_newcomer_finds_it_also_where_the_window_is_slower_than_the_server(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna")
        anna.events_a_batch = 0
        world.run(2.0)
        anna.events_a_batch = BATCH_MAX
        anna._drain()
        anna.in_room("general")

    def test_unknown_room_is_created_and_opened(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")

        assert anna.room_names == ["dev", "general"]
        assert [row.is_selected for row in anna.last("show_rooms")] == [True, False]

    def test_the_room_stays_open_however_the_news_come(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.events_a_batch = 1
        for name in ("dev", "den"):
            anna.calls.on_join_room(name)
            anna.in_room(name)
            world.run(2.0)
            assert anna.timeline.room_name == name

    def test_existing_room_is_joined_not_created(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.say("/create #dev")
        anna.in_room("dev")
        ben = world.start_program(tmp_path / "ben", name="ben").in_room("general")

        ben.calls.on_join_dialog()
        assert [row.name for row in ben.last("show_room_choices")] == ["dev"]
        ben.calls.on_join_room("DEV")
        ben.in_room("dev").say("hi")

        anna.until(lambda: "ben joined" in " ".join(anna.notices))

    def test_room_of_the_command_line_is_not_created(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna", room="nowhere")

        anna.until(lambda: anna.window.show_join_answer.called)
        anna.window.show_join_answer.assert_called_once_with("nowhere", "There is no such room.")
        world.run(1.0)
        assert anna.room_names == []

    @pytest.mark.parametrize("is_online", [True, False])
    def test_a_command_makes_no_room_by_a_slip_of_the_fingers(
        self, world: WindowWorld, anna: Program, is_online: bool
    ) -> None:
        anna.until(lambda: anna.model.knows_all_rooms)
        if not is_online:
            world.network.loss = 1.0
            anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 60.0)
        anna.say("/join #genreal ")
        anna.window.open_join_dialog.assert_called_once_with("genreal")
        world.network.loss = 0.0
        world.run(60.0)
        assert anna.room_names == ["general"]
        assert not anna.model.desk.awaited_rooms

    def test_a_command_may_ask_again_for_a_room_that_waits(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.until(lambda: anna.model.knows_all_rooms)
        world.network.loss = 1.0
        anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 60.0)
        for typed in ("/create #Dev", "/join #dev"):
            anna.say(typed)
        anna.window.open_join_dialog.assert_not_called()
        world.network.loss = 0.0
        anna.until(lambda: "Dev" in anna.room_names, 60.0)

    def test_a_command_joins_what_is_there(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.say("/create #dev")
        anna.in_room("dev")
        ben = world.start_program(tmp_path / "ben", name="ben").in_room("general")
        ben.until(lambda: ben.model.knows_all_rooms)
        ben.say("/join DEV")
        ben.in_room("dev")
        ben.window.open_join_dialog.assert_not_called()

    def test_bad_name_is_said(self, world: WindowWorld, anna: Program) -> None:
        anna.window.reset_mock()
        anna.calls.on_join_room(" #a\u200bb ")
        anna.window.show_join_wait.assert_called_once_with("a\u200bb")
        anna.window.close_join_dialog.assert_not_called()

        anna.until(lambda: anna.window.show_join_answer.called)
        words = "A name cannot begin with #, @ or /, mix alphabets or have hidden signs."
        anna.window.show_join_answer.assert_called_once_with("a\u200bb", words)

    def test_name_that_cannot_be_one_is_said_at_once(self, anna: Program) -> None:
        anna.window.reset_mock()
        anna.calls.on_join_room("x" * 33)
        words = "The name is too long: at most 32 characters."
        anna.window.show_join_answer.assert_called_once_with("x" * 33, words)
        anna.window.close_join_dialog.assert_not_called()

    def test_the_dialog_goes_when_no_answer_will_come(self, anna: Program) -> None:
        anna.window.reset_mock()
        anna.calls.on_join_room("general")
        anna.window.close_join_dialog.assert_called_once_with()
        anna.window.show_join_wait.assert_not_called()

    def test_the_dialog_waits_for_no_server_that_is_out_of_reach(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.network.loss = 1.0
        anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 60.0)
        anna.window.reset_mock()
        anna.calls.on_join_room("alpha")
        anna.window.close_join_dialog.assert_called_once_with()
        anna.window.show_join_wait.assert_not_called()
        world.network.loss = 0.0
        anna.until(lambda: anna.window.show_join_answer.called, 120.0)
        anna.window.show_join_answer.assert_called_once_with("alpha", "")

    def test_joined_room_has_nothing_unread(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        for _ in range(5):
            anna.say("old news")
            world.run(0.2)

        ben = world.start_program(tmp_path / "ben", name="ben", room="general").in_room()

        assert ben.last("show_rooms")[0].unread == 0
        assert len(ben.texts) == 5


class TestOrder:
    def keys(self, program: Program) -> dict[str, Key]:
        return {row.name: row.key for row in program.last("show_rooms")}

    def join(self, program: Program, *names: str) -> None:
        for name in names:
            program.calls.on_join_room(name)
            program.in_room(name)

    def test_the_newest_first_if_that_is_wished(self, world: WindowWorld, anna: Program) -> None:
        self.join(anna, "dev")
        anna.calls.on_room_order("newest")
        anna.say("first")
        anna.until(lambda: anna.room_names == ["dev", "general"])
        anna.calls.on_open_room(anna.last("show_rooms")[1].key)
        anna.in_room("general")
        anna.say("second")
        anna.until(lambda: anna.room_names == ["general", "dev"])
        # What is no message brings no room up.
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben, "dev")
        world.run(2.0)
        assert anna.room_names == ["general", "dev"]
        anna.calls.on_room_order("name")
        assert anna.room_names == ["dev", "general"]

    def test_a_moved_room_makes_the_order_the_own_one_for_this_and_later_starts(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        self.join(anna, "dev", "art")
        keys = self.keys(anna)
        anna.calls.on_arrange_rooms([keys["general"], keys["art"], keys["dev"]], [])

        assert anna.room_names == ["general", "art", "dev"]
        assert anna.last("set_room_order") == "own"
        assert anna.last("set_notice") == "The rooms now stand in your own order."
        told = anna.window.set_notice.call_count
        anna.calls.on_arrange_rooms([keys["art"], keys["general"], keys["dev"]], [])
        assert anna.window.set_notice.call_count == told

        # A new room goes to the end, one that was left and joined again to its place.
        self.join(anna, "boats")
        assert anna.room_names == ["art", "general", "dev", "boats"]
        anna.calls.on_leave_room(keys["general"])
        anna.until(lambda: anna.room_names == ["art", "dev", "boats"])
        self.join(anna, "general")
        assert anna.room_names == ["art", "general", "dev", "boats"]

        state = anna.states[-1]
        world.end_program(anna)
        again = world.start_program(tmp_path / "anna", state=state).in_room("general")
        assert again.room_names == ["art", "general", "dev", "boats"]
        assert again.last("set_room_order") == "own"
        again.calls.on_room_order("name")
        assert again.room_names == ["art", "boats", "dev", "general"]
        again.calls.on_room_order("own")
        assert again.room_names == ["art", "general", "dev", "boats"]

    def test_a_silent_room_keeps_its_own_place_below_the_others(
        self, world: WindowWorld, anna: Program
    ) -> None:
        self.join(anna, "art", "dev")
        keys = self.keys(anna)
        # "art", silent, is shown last.
        anna.calls.on_arrange_rooms([keys["general"], keys["dev"]], [keys["art"]])

        assert anna.room_names == ["art", "general", "dev"]

    def test_rooms_that_are_gone_by_then_are_no_trouble(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_arrange_rooms([("gone", 1), *self.keys(anna).values()], ["nonsense"])

        assert anna.room_names == ["general"]


class TestLeaving:
    def test_left_room_goes_and_another_one_is_shown(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")

        anna.calls.on_leave_room(anna.timeline.room_key)
        anna.until(lambda: anna.room_names == ["general"])

        assert anna.timeline.room_name == "general"

    def test_last_room_left_switches_the_composer_off(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.say("/part")

        anna.until(lambda: anna.room_names == [])
        anna.window.set_composer_enabled.assert_called_with(False, "Join a room to write in it.")
        assert anna.last("show_header").room_name == ""
        assert anna.last("show_header").waiting == ""

    def test_loading_is_said_until_the_rooms_are_known(self, anna: Program) -> None:
        headers = [call.args[0] for call in anna.window.show_header.call_args_list]
        assert headers[0].waiting == "Loading…"
        assert all(header.room_name or header.waiting for header in headers)
        first_call = anna.window.set_composer_enabled.call_args_list[0]
        assert first_call.args == (False, "You can write as soon as the rooms are loaded.")


class TestOpening:
    def test_unread_is_counted_and_the_new_line_stands_above_it(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        for text in ("one", "two"):
            world.say(ben, text)
        anna.until(lambda: [row.unread for row in anna.last("show_rooms")] == [0, 2])

        general = anna.last("show_rooms")[1]
        anna.calls.on_open_room(general.key)

        assert anna.texts == ["one", "two"]
        assert anna.timeline.new_from == anna.messages[0].key

    def test_restart_shows_the_room_that_was_open_before_it_is_connected(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        anna.calls.on_open_room(anna.last("show_rooms")[1].key)
        state = anna.states[-1]
        anna.say("remember me")
        world.run(1.0)
        world.end_program(anna)
        world.kill_server()

        again = world.start_program(tmp_path / "anna", state=state)
        world.run(0.2)

        assert (again.timeline.room_name, again.texts) == ("general", ["remember me"])

    def test_key_of_no_room_is_ignored(self, anna: Program) -> None:
        shown = anna.timeline

        anna.calls.on_open_room((99, 1))
        anna.calls.on_leave_room("nonsense")

        assert anna.timeline == shown


class TestSecondStart:
    def test_known_room_can_be_written_in_at_once(self, world: WindowWorld, tmp_path: Path) -> None:
        world.end_program(world.start_program(tmp_path / "anna").in_room("general"))

        again = world.start_program(tmp_path / "anna").in_room("general")

        again.window.set_composer_enabled.assert_called_with(True)
