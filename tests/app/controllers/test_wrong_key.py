"""Another key than was expected: at a known server, and behind an invite link."""

from __future__ import annotations

from pathlib import Path

from tests.app.controllers.window_world import SERVER, Program, WindowWorld


class TestWrongKey:
    def test_changed_key_is_a_hard_stop_with_both_fingerprints(
        self, world: WindowWorld, anna: Program
    ) -> None:
        known = world.server.fingerprint

        world.use_another_server_key()
        anna.until(lambda: anna.window.show_key_changed.called, 120.0)

        row = anna.last("show_key_changed")
        assert (row.server, row.known_fingerprint) == (SERVER, known)
        assert row.offered_fingerprint == world.server.fingerprint != known

    def test_nothing_is_sent_to_the_wrong_server_and_disconnect_is_the_way_out(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.use_another_server_key()
        anna.until(lambda: anna.window.show_key_changed.called, 120.0)
        sent = len(world.seen)

        world.run(300.0)
        assert len(world.seen) == sent

        anna.calls.on_disconnect()
        page = anna.last("show_connect")
        assert (page.nick, page.server, page.has_default) == ("anna", "", False)
        anna.calls.on_connect("anna", SERVER)
        anna.calls.on_disconnect()
        assert anna.last("show_connect").has_default


class TestWrongLink:
    LINK = f"hubbub://{SERVER}/general#" + "a" * 32

    def test_is_a_hard_stop_of_its_own(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        anna.calls.on_connect("anna", self.LINK)
        anna.until(lambda: anna.window.show_key_changed.called)

        row = anna.last("show_key_changed")
        assert row.is_first_contact and row.server == SERVER
        assert (row.known_fingerprint, row.offered_fingerprint) == (
            "a" * 32, world.server.fingerprint,
        )  # fmt: skip
        sent = len(world.seen)
        world.run(300.0)
        assert len(world.seen) == sent

    def test_back_leads_to_the_page_and_expects_nothing_of_the_address(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = world.start_program(tmp_path / "anna", server="", name="")
        anna.calls.on_connect("anna", self.LINK)
        anna.until(lambda: anna.window.show_key_changed.called)

        anna.calls.on_disconnect()

        assert anna.given_up == [SERVER]
        row = anna.last("show_connect")
        assert (row.server, row.is_busy) == ("", False)

    def test_a_known_server_with_another_key_is_not_taken_for_it(
        self, world: WindowWorld, anna: Program
    ) -> None:
        world.use_another_server_key()
        anna.until(lambda: anna.window.show_key_changed.called, 120.0)

        assert not anna.last("show_key_changed").is_first_contact
        anna.calls.on_disconnect()
        assert anna.given_up == []
