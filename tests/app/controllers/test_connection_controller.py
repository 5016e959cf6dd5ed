"""The connection: pages, pill and banner, with a mocked socket and a real server core."""

from __future__ import annotations

import shutil
from pathlib import Path

from pytest_mock import MockerFixture

from app.models.events import LinkChanged, LinkMeasured, LinkState
from app.models.store_answers import StoreFailed
from app.views.rows import BannerKind, LinkQuality, MessageState
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld


def copy_file(source: Path, target: Path) -> None:
    """Whatever stands at the target is replaced."""
    shutil.copy(source, target)


class TestStart:
    def test_first_start_asks_and_connects(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        assert (anna.last("show_connect").nick, anna.last("show_connect").is_busy) == ("", False)
        anna.window.show_chat.assert_not_called()

        anna.calls.on_connect("anna", SERVER)
        assert anna.last("show_connect").is_busy

        anna.until(lambda: anna.window.show_chat.called)
        anna.window.focus_composer.assert_called()

    def test_options_skip_the_page_and_put_the_focus_into_the_room(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.window.show_connect.assert_not_called()
        anna.window.focus_composer.assert_called()
        assert anna.timeline.room_name == "general"

    def test_nonsense_for_an_address_is_said_on_the_page(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")

        anna.calls.on_connect("anna", "http://example.org")

        row = anna.last("show_connect")
        assert row.error == "A link to a server begins with hubbub://."
        assert not row.is_busy and anna.network is None

    def test_server_that_does_not_answer_is_said_on_the_page_while_it_goes_on(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        world.kill_server()
        anna = world.start_program(tmp_path / "anna", server="", name="")
        anna.calls.on_connect("anna", SERVER)

        world.run(3.5)
        row = anna.last("show_connect")
        assert row.status == f"Waiting for {SERVER}… 3\u00a0s" and not row.error

        anna.until(lambda: "No answer" in anna.last("show_connect").error, 60.0)
        assert anna.last("show_connect").is_busy
        assert "test the network" in anna.last("show_connect").error

        anna.until(lambda: anna.last("show_connect").can_try_now, 30.0)
        assert "Trying again" in anna.last("show_connect").status
        anna.until(lambda: anna.model.link.retry_in_s > 10.0, 300.0)
        world.revive_server()
        anna.calls.on_try_now()
        anna.until(lambda: anna.window.show_chat.called, 3.0)

    def test_another_server_can_be_chosen_meanwhile(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        anna.calls.on_connect("anna", f"{HOST}:1")
        world.kill_server()
        anna.until(lambda: bool(anna.last("show_connect").error), 60.0)

        anna.calls.on_connect("anna", SERVER)

        row = anna.last("show_connect")
        assert (row.server, row.is_busy, row.error) == (SERVER, True, "")
        world.revive_server()
        anna.until(lambda: anna.window.show_chat.called, 60.0)

    def test_page_counts_no_longer_when_it_is_left(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        world.kill_server()
        anna.calls.on_connect("anna", SERVER)
        anna.calls.on_cancel_connect()
        shown = anna.window.show_connect.call_count

        world.run(4.0)

        assert anna.window.show_connect.call_count == shown

    def test_cancel_goes_back_to_the_page(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        anna.calls.on_connect("anna", SERVER)

        anna.calls.on_cancel_connect()

        row = anna.last("show_connect")
        assert (row.nick, row.server, row.is_busy) == ("anna", SERVER, False)
        assert anna.network is None

    def test_taken_nick_is_asked_for_again_with_one_that_is_free(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        other = world.start_program(tmp_path / "other", name="anna")

        other.until(lambda: other.window.show_connect.called)
        row = other.last("show_connect")
        assert row.error == f"anna is taken. Use {row.nick}?"
        assert row.nick != "anna"

        other.calls.on_connect(row.nick, SERVER)
        other.until(lambda: other.last("show_self").name == row.nick)
        assert not other.last("show_connect").error


class TestNeverReached:
    def test_it_is_said_that_nobody_answers_until_somebody_does(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        world.kill_server()
        anna = world.start_program(tmp_path / "anna")
        world.run(1.0)
        assert anna.last("set_banner").text == f"Connecting to {HOST}…"

        anna.until(lambda: anna.last("set_banner").kind is BannerKind.NO_ANSWER, 6.0)
        banner = anna.last("set_banner")
        assert banner.text == f"No answer from {HOST} yet…"
        assert (banner.action, banner.can_test) == ("Cancel", True)
        # The pill says the same, and goes on to.
        pill = anna.last("set_status")
        assert (pill.quality, pill.text) == (LinkQuality.NO_ANSWER, "No answer for 4\u00a0s")

        anna.until(lambda: "Trying again in" in anna.last("set_banner").text, 60.0)
        assert anna.last("set_banner").can_test
        calls = len(anna.window.set_banner.call_args_list)
        world.run(60.0)
        shown = [call.args[0] for call in anna.window.set_banner.call_args_list[calls:]]
        assert len(shown) > 10 and all(row.can_test for row in shown)
        pill = anna.last("set_status")
        assert pill.quality is LinkQuality.NO_ANSWER and pill.text.endswith("\u00a0min")

        world.revive_server()
        anna.until(lambda: anna.window.set_banner.call_args.args[0] is None, 60.0)
        assert anna.in_room().timeline.room_name == "general"

    def test_cancel_leads_to_the_page(self, world: WindowWorld, tmp_path: Path) -> None:
        world.kill_server()
        anna = world.start_program(tmp_path / "anna")
        world.run(1.0)
        anna.until(lambda: anna.last("set_banner").kind is BannerKind.NO_ANSWER, 6.0)

        anna.calls.on_banner_action(BannerKind.NO_ANSWER)

        assert anna.last("show_connect").server == SERVER


class TestOffline:
    def test_banner_counts_down_and_names_what_waits(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.kill_server()
        anna.say("are you there?")
        anna.until(lambda: anna.last("set_status").quality is LinkQuality.NO_ANSWER, 30.0)
        anna.until(lambda: anna.last("set_status").quality is LinkQuality.OFFLINE, 60.0)

        banner = anna.last("set_banner")
        assert (banner.kind, banner.action) == (BannerKind.LINK_LOST, "Try now")
        assert banner.text.startswith("Connection lost. Trying again in ")
        assert banner.text.endswith("1 message waits.")

        before = anna.window.set_banner.call_count
        anna.until(lambda: "Trying again" in anna.last("set_banner").text, 120.0)
        world.run(60.0)
        texts = {
            call.args[0].text for call in anna.window.set_banner.call_args_list if call.args[0]
        }
        assert anna.window.set_banner.call_count > before
        assert len([text for text in texts if "Trying again in" in text]) > 2

    def test_message_typed_while_there_is_no_answer_is_counted(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.kill_server()
        anna.say("one")
        anna.until(lambda: anna.model.link.state is LinkState.CONNECTING, 30.0)

        anna.say("two")

        anna.until(lambda: "2 messages wait" in anna.last("set_banner").text, 2.0)

    def test_try_now_does_not_wait(self, world: WindowWorld, anna: Program) -> None:
        world.kill_server()
        anna.say("x")
        world.run(200.0)
        anna.until(lambda: anna.model.link.retry_in_s > 10.0, 300.0)
        anna.until(lambda: anna.last("set_status").quality is LinkQuality.OFFLINE, 60.0)
        world.revive_server()

        anna.calls.on_banner_action(BannerKind.LINK_LOST)

        anna.until(lambda: anna.window.set_banner.call_args.args[0] is None, 3.0)
        assert anna.last("show_self").presence.value == "online"

    def test_restarted_server_writes_no_line_into_the_room(
        self, world: WindowWorld, anna: Program
    ) -> None:
        notices = anna.notices

        world.restart_server()
        world.run(10.0)
        anna.say("hello again")
        anna.until(lambda: anna.texts == ["hello again"])

        assert anna.notices == notices

    def test_server_from_a_backup_is_said_in_the_room(
        self, mocker: MockerFixture, tmp_path: Path
    ) -> None:
        log, backup = tmp_path / "log", tmp_path / "backup"
        world = WindowWorld(mocker, path=log)
        anna = world.start_program(tmp_path / "anna", room="general").in_room()
        anna.say("one")
        world.run(1.0)
        world.restart_server(before_opening=lambda: copy_file(log, backup))
        world.run(5.0)
        for text in ("two", "three"):
            anna.say(text)
            world.run(1.0)

        world.restart_server(before_opening=lambda: copy_file(backup, log))
        anna.until(lambda: "older copy" in anna.notices[-1])

        assert anna.texts == ["one"]
        words = "The server came back from an older copy: 2 messages after 12:13 are only"
        assert anna.notices[-1] == f"{words} on this computer. You find them below the rooms."
        anna.say("four")
        anna.until(lambda: anna.texts == ["one", "four"])
        anna.until(lambda: anna.marks[-1] is not MessageState.PENDING)


class TestPill:
    def test_good_link_shows_round_trip_and_loss(self, world: WindowWorld, anna: Program) -> None:
        anna.until(lambda: anna.last("set_status").quality is LinkQuality.GOOD)
        world.run(3.0)

        assert "ms · 0\N{NO-BREAK SPACE}% lost" in anna.last("set_status").text
        assert "You have every message" in anna.last("set_status").tooltip

    def test_a_server_that_stops_answering_is_named_within_seconds(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_look(True)
        world.run(60.0)
        anna.window.set_banner.reset_mock()
        world.kill_server()

        anna.until(lambda: anna.last("set_status").quality is LinkQuality.NO_ANSWER, 8.0)
        assert anna.model.link.state is LinkState.ONLINE
        silent = anna.last("set_status").text
        assert silent.startswith("No answer for ")
        world.run(1.5)
        assert anna.last("set_status").text.startswith("No answer for ")
        assert anna.last("set_status").text != silent  # it counts
        assert not anna.window.set_banner.called

        world.revive_server()
        anna.until(lambda: anna.last("set_status").quality is LinkQuality.GOOD, 30.0)

    def test_text_changes_at_most_once_a_second_while_the_state_is_the_same(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.run(2.0)
        before = anna.window.set_status.call_count

        for number in range(50):
            anna.model.apply(LinkMeasured(0.010 + number / 1000, 0.0))
            world.run(0.1)

        assert 3 <= anna.window.set_status.call_count - before <= 6


class TestDetails:
    def test_are_measured_again_while_they_are_open(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.calls.on_look(False)
        world.run(30.0)
        anna.window.show_link_details.assert_not_called()
        idle = len(world.seen)
        world.run(10.0)
        few = len(world.seen) - idle

        anna.calls.on_link_details(True)
        facts = dict(anna.last("show_link_details").facts)
        assert facts["Address"] == SERVER and "Round trip" in facts
        assert anna.last("show_link_details").fingerprint == world.server.fingerprint
        asked = len(world.seen)
        world.run(10.0)
        assert len(world.seen) - asked >= few + 5

        before = dict(anna.last("show_link_details").facts)["Connected for"]
        world.run(5.0)
        assert dict(anna.last("show_link_details").facts)["Connected for"] != before

    def test_closed_they_rest(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_link_details(True)
        anna.calls.on_link_details(False)
        world.run(3.0)
        shown, waiting = anna.window.show_link_details.call_count, anna.scheduler.waiting

        world.run(10.0)

        assert anna.window.show_link_details.call_count == shown
        assert waiting == 0

    def test_follow_a_lost_link(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_link_details(True)
        world.kill_server()
        anna.until(lambda: len(anna.last("show_link_details").facts) == 1, 60.0)

        assert not anna.last("show_link_details").is_complete


class TestBanners:
    def test_wrong_clock_is_said_until_it_is_known(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna")
        anna.clock_ahead_s = -450.0
        anna.until(lambda: anna.timeline.room_name == "general")
        world.run(1.0)
        banner = anna.last("set_banner")
        assert banner.text == "This computer's clock is 7\u00a0min behind."

        anna.calls.on_banner_action(BannerKind.CLOCK_WRONG)

        assert anna.window.set_banner.call_args.args[0] is None

    def test_stopped_connection_can_be_begun_anew(self, world: WindowWorld, anna: Program) -> None:
        anna.model.apply(LinkChanged(LinkState.STOPPED, reason="Signed in elsewhere."))
        assert anna.last("set_banner").action == "Connect again"

        anna.calls.on_banner_action(BannerKind.STOPPED)

        anna.until(lambda: anna.window.set_banner.call_args.args[0] is None, 5.0)
        assert anna.last("show_self").presence.value == "online"

    def test_trouble_with_the_disk_can_be_dismissed(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.model.apply(StoreFailed("The disk is full."))
        assert anna.last("set_banner").text == "The disk is full."

        anna.calls.on_banner_action(BannerKind.ERROR)

        assert anna.window.set_banner.call_args.args[0] is None
