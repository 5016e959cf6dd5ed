"""The server menu: what it lists, where it leads, and the links it copies."""

from __future__ import annotations

from pathlib import Path

from app.controllers.server_menu_controller import COPIED, NOT_YET
from app.models.server_lists import SavedServer
from app.models.store_answers import ServersSaved
from app.structs import replace
from app.views.server_rows import ServerRow
from tests.app.controllers.window_world import SERVER, Program, WindowWorld

OTHER = SavedServer("10.0.0.98:48228", "Studio", "anna_", "")


class TestServers:
    def test_new_server_is_listed_as_active_before_it_is_known_on_disk(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna._emit(ServersSaved((OTHER,)))
        world.run(0.01)

        assert anna.last("show_servers") == (
            ServerRow(SERVER, anna.model.server_name, is_active=True),
            ServerRow(OTHER.address, "Studio", "as anna_"),
        )

    def test_saved_server_is_listed_once(self, world: WindowWorld, anna: Program) -> None:
        anna._emit(ServersSaved((OTHER, SavedServer(SERVER, "Harbour", "anna", "f" * 32))))
        world.run(0.01)

        rows = anna.last("show_servers")
        assert [(row.name, row.is_active) for row in rows] == [("Studio", False), ("Harbour", True)]

    def test_server_at_another_address_is_the_same_by_its_key(
        self, world: WindowWorld, anna: Program
    ) -> None:
        key = anna.model.fingerprint
        anna._emit(ServersSaved((SavedServer("old:1", "Harbour", "anna", key, ("older:1",)),)))
        world.run(0.01)

        (row,) = anna.last("show_servers")
        assert (row.addresses, row.is_active) == (("old:1", "older:1"), True)
        anna.calls.on_rename_server("old:1", "Work")
        anna.calls.on_rename_server("older:1", "Office")
        assert anna.states[-1].server_names == {key: "Office"}

    def test_forgetting_a_server_forgets_all_its_addresses(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna._emit(ServersSaved((SavedServer("old:1", "Studio", "anna", "f", ("older:1",)),)))
        world.run(0.01)

        anna.calls.on_forget_server("old:1")

        assert anna.forgotten == ["old:1", "older:1"]

    def test_switching_goes_there_as_whom_one_was_there(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna._emit(ServersSaved((OTHER,)))
        world.run(0.01)
        here = anna.network

        anna.calls.on_switch_server(OTHER.address)
        world.run(0.1)

        assert anna.network is not here
        assert anna.model.wanted_name == "anna_"
        assert [row.is_active for row in anna.last("show_servers")] == [True]
        anna.window.show_connect.assert_not_called()


class TestInviteLinks:
    def test_link_names_room_and_fingerprint(self, anna: Program) -> None:
        key = anna.timeline.room_key

        anna.calls.on_copy_invite(key)

        assert anna.last("copy_text") == f"general#{anna.model.fingerprint}"
        assert len(anna.model.fingerprint) == 32
        assert anna.last("set_notice") == COPIED
        assert anna.window.set_notice.call_args.kwargs == {"is_mishap": False}

    def test_link_to_the_server_names_no_room(self, anna: Program) -> None:
        anna.calls.on_copy_invite(None)

        assert anna.last("copy_text") == f"#{anna.model.fingerprint}"

    def test_there_is_none_before_first_contact(self, world: WindowWorld, tmp_path: Path) -> None:
        world.kill_server()
        anna = world.start_program(tmp_path / "anna")

        anna.calls.on_copy_invite(None)

        assert anna.last("set_notice") == NOT_YET
        anna.window.copy_text.assert_not_called()

    def test_loopback_is_said(self, world: WindowWorld, anna: Program) -> None:
        connection = anna.controller._connection
        connection.start("127.0.0.1:5", "anna")
        anna.model.fingerprint = "f" * 32

        anna.calls.on_copy_invite(None)

        assert "on this computer only" in anna.last("set_notice")
        assert "127.0.0.1:5" in anna.last("set_notice")


class TestNames:
    def test_server_is_called_as_the_person_wants(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_rename_server(SERVER, "  The   office ")

        assert anna.last("show_server") == "The office"
        assert anna.states[-1].server_names == {anna.model.fingerprint: "The office"}

        anna.calls.on_rename_server(SERVER, "")
        assert anna.last("show_server") != "The office"
        assert anna.states[-1].server_names == {}

    def test_name_of_an_address_becomes_that_of_the_server_there(
        self, world: WindowWorld, anna: Program
    ) -> None:
        anna.model.servers.names = {"a:1": "Bank", "b:1": "Bank too", "forgotten:1": "Club"}
        saved = SavedServer("a:1", "Harbour", "anna", "f" * 32, ("b:1",))
        anna._emit(ServersSaved((saved,)))
        world.run(0.01)

        assert anna.states[-1].server_names == {"f" * 32: "Bank"}
        assert anna.last("show_servers")[-1].name == "Bank"

        anna._emit(ServersSaved((replace(saved, name="Eve", fingerprint="e" * 32),)))
        world.run(0.01)
        assert anna.last("show_servers")[-1].name == "Eve"

    def test_name_given_before_the_first_contact_stays(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        world.kill_server()
        ben = world.start_program(tmp_path / "ben")
        ben.calls.on_rename_server(SERVER, "Office")
        assert ben.states[-1].server_names == {SERVER: "Office"}

        world.revive_server()
        ben.until(lambda: bool(ben.model.server_name), 60)

        assert ben.states[-1].server_names == {ben.model.fingerprint: "Office"}
