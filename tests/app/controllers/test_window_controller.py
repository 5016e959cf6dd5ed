"""The window as a whole: what is kept for the next start, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.opened_links import FAILS_WITHIN_S
from app.controllers.window_controller import KEY_HINT_MESSAGES
from app.controllers.window_state import WindowState
from app.models.store_answers import Restored
from tests.app.controllers.window_world import SERVER, Program, WindowWorld


class TestState:
    def test_theme_room_and_place_are_kept(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_theme_change("dark")
        anna.calls.on_close()

        state = anna.states[-1]
        assert (state.theme, state.geometry) == ("dark", "800x600+10+20")
        assert state.seen_rooms == (anna.model.rooms[1].stream_id.hex(),)

    def test_draft_of_a_room_that_is_not_known_here_is_not_lost(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        state = WindowState(drafts={"00" * 8: "for another server"})
        anna = world.start_program(tmp_path / "anna", room="general", state=state).in_room()

        anna.calls.on_draft_change(anna.timeline.room_key, "for this one")

        assert sorted(anna.states[-1].drafts.values()) == ["for another server", "for this one"]

    def test_draft_is_kept_while_one_is_at_another_server(self, anna: Program) -> None:
        anna.calls.on_draft_change(anna.timeline.room_key, "begun")

        anna.model.apply(Restored(
            server=99, server_key=None, person=0, name="", server_name="", names_version=0,
            rooms=(), names=(), outbox=(), next_client_seq=1,
        ))  # fmt: skip
        anna.model.announce()
        anna.calls.on_theme_change("dark")

        assert list(anna.states[-1].drafts.values()) == ["begun"]


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
        assert not anna.window.set_notice.called

    def test_link_that_nothing_opens_is_copied(self, world: WindowWorld, anna: Program) -> None:
        anna.opening.is_failed = None
        anna.calls.on_open_link("https://example.org/")
        world.run(2.0)
        assert not anna.window.set_notice.called

        anna.opening.is_failed = True
        anna.until(lambda: anna.window.set_notice.called)
        assert anna.last("copy_text") == "https://example.org/"
        assert anna.last("set_notice") == "This link could not be opened. It was copied."

    def test_browser_that_ends_later_has_opened_it(self, world: WindowWorld, anna: Program) -> None:
        anna.opening.is_failed = None
        anna.calls.on_open_link("https://example.org/")
        world.run(FAILS_WITHIN_S + 1)
        anna.opening.is_failed = True
        world.run(2.0)
        assert not anna.window.set_notice.called


class TestVisit:
    """Another start of the program asks for a server or a room."""

    def test_room_of_this_server_is_opened_without_connecting_anew(
        self, world: WindowWorld, anna: Program
    ) -> None:
        ben = world.start_program(anna._folder.parent / "ben", name="ben").in_room()
        ben.calls.on_join_room("dev")
        ben.in_room("dev")
        here = anna.network

        anna.controller.visit(SERVER, SERVER, anna.model.fingerprint, "dev")

        anna.in_room("dev")
        assert anna.network is here
        anna.window.come_to_front.assert_called_once_with()

    @pytest.mark.parametrize(("link", "room"), [(SERVER, "general"), (SERVER, ""), ("", "general")])
    def test_the_page_for_another_server_makes_way(
        self, anna: Program, link: str, room: str
    ) -> None:
        anna.calls.on_add_server()
        anna.window.show_chat.reset_mock()

        anna.controller.visit("", "", "", "")
        assert not anna.window.show_chat.called

        anna.controller.visit(link, link, "", room)
        anna.window.show_chat.assert_called_once_with()

    def test_another_server_is_gone_to(self, world: WindowWorld, anna: Program) -> None:
        here = anna.network
        ben = world.start_program(anna._folder.parent / "ben", name="ben").in_room()
        ben.calls.on_join_room("dev")
        ben.in_room("dev")

        anna.controller.visit("10.0.0.98:5", "10.0.0.98:5", "", "dev")

        anna.in_room("dev")
        assert anna.network is not here
        assert anna.controller._connection.server == "10.0.0.98:5"

    def test_other_fingerprint_is_another_server(self, world: WindowWorld, anna: Program) -> None:
        here = anna.network

        anna.controller.visit(SERVER, SERVER, "f" * 32, "")

        assert anna.network is not here

    def test_nothing_asked_for_only_raises_the_window(self, anna: Program) -> None:
        here, room = anna.network, anna.timeline.room_name

        anna.controller.visit("", "", "", "")

        assert anna.network is here and anna.timeline.room_name == room
        anna.window.come_to_front.assert_called_once_with()

    def test_without_a_nick_the_page_asks_for_it(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")

        anna.controller.visit(SERVER, SERVER, "", "")

        assert anna.last("show_connect").server == SERVER
        assert anna.network is None


class TestChoices:
    def test_joins_are_shown_as_chosen_and_so_at_the_next_start(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        room = anna.timeline.room_name
        world.start_program(tmp_path / "ben", name="ben").in_room(room)
        anna.until(lambda: len(anna.last("show_people")) == 2)
        assert anna.notices == []
        anna.calls.on_joins("all")
        anna.until(lambda: "ben joined" in " ".join(anna.notices))
        assert anna.last("show_appearance").joins == "all"
        world.end_program(anna)

        again = world.start_program(tmp_path / "anna", state=anna.states[-1]).in_room(room)
        again.until(lambda: "ben joined" in " ".join(again.notices))
        again.calls.on_joins("none")
        again.until(lambda: "joined" not in " ".join(again.notices))

    def test_are_shown_kept_and_begun_with(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        assert (anna.last("show_discovery"), anna.last("set_control_sends")) == (True, False)
        anna.calls.on_control_sends(True)
        anna.calls.on_discovery(False)
        assert anna.last("set_room_order") == "name"
        anna.calls.on_room_order("newest")
        assert anna.last("set_room_order") == "newest"
        assert (anna.last("show_discovery"), anna.last("set_control_sends")) == (False, True)

        again = world.start_program(tmp_path / "again", server="", name="", state=anna.states[-1])

        assert (again.last("show_discovery"), again.last("set_control_sends")) == (False, True)
        assert again.last("set_room_order") == "newest"
        assert not again.is_looking
        assert "switched off" in again.last("show_connect").search

    def test_the_keys_are_told_until_twenty_messages_were_sent(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        for number in range(KEY_HINT_MESSAGES):
            assert anna.last("set_key_hint") is True
            anna.say(f"message {number}")
            world.run(0.5)
        assert anna.last("set_key_hint") is False
        anna.say("one more")
        world.run(0.5)
        assert anna.states[-1].sent_count == KEY_HINT_MESSAGES

        again = world.start_program(tmp_path / "again", server="", name="", state=anna.states[-1])
        assert again.last("set_key_hint") is False

    def test_place_and_panes_are_kept_while_the_window_is_open(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        assert anna.last("want_people") is True
        anna.calls.on_arrange("900x700+5+6", False)

        kept = anna.states[-1]
        assert (kept.geometry, kept.has_people) == ("900x700+5+6", False)
        count = len(anna.states)
        anna.calls.on_arrange("900x700+5+6", False)
        assert len(anna.states) == count
        again = world.start_program(tmp_path / "again", server="", name="", state=kept)
        assert again.last("want_people") is False

    def test_widths_of_the_columns_are_kept(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        anna.window.want_columns.assert_called_with(240, 216)
        anna.calls.on_columns(300, 180)
        count = len(anna.states)
        anna.calls.on_columns(300, 180)
        assert len(anna.states) == count

        state = anna.states[-1]
        again = world.start_program(tmp_path / "again", server="", name="", state=state)
        again.window.want_columns.assert_called_with(300, 180)
