"""The connect page: what it lists while it is shown, and where a choice leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.connect_page_controller import LOOKING, NOTHING_FOUND, saved_rows
from app.models.server_lists import FoundServer, SavedServer, ServerLists
from app.models.store_answers import ServersSaved
from app.views.server_rows import ServerRow
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld

HARBOUR = FoundServer("k", "Harbour", SERVER, 1_200, 0.0031)


def stranger(world: WindowWorld, folder: Path) -> Program:
    """Somebody who starts for the first time."""
    return world.start_program(folder / "anna", server="", name="")


class TestLooking:
    def test_page_looks_while_it_is_shown(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = stranger(world, tmp_path)
        assert anna.is_looking
        assert anna.last("show_connect").search == LOOKING

        anna.calls.on_connect("anna", SERVER)
        anna.until(lambda: anna.window.show_chat.called)

        assert not anna.is_looking

    def test_chat_does_not_look(self, anna: Program) -> None:
        assert not anna.is_looking

    def test_nothing_found_is_said_after_some_seconds(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)

        world.run(4.9)
        assert anna.last("show_connect").search == LOOKING
        world.run(0.2)
        assert anna.last("show_connect").search == NOTHING_FOUND

    def test_closing_ends_the_search(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = stranger(world, tmp_path)
        anna.end()

        assert not anna.is_looking
        assert anna.scheduler.waiting == 0


class TestLists:
    def test_found_server_is_shown_with_people_and_distance(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)
        anna.find(HARBOUR)

        detail = "1\N{NO-BREAK SPACE}200 online · 3\N{NO-BREAK SPACE}ms"
        assert anna.last("show_connect").found == (
            ServerRow(SERVER, "Harbour", detail, is_new=True),
        )

    def test_a_used_server_that_is_found_stands_once(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)
        harbour = SavedServer("harbour.example:1", "Harbour", "anna", "f" * 32, (SERVER,))
        studio = SavedServer("studio.example:1", "Studio", "anna", "e" * 32)
        anna._emit(ServersSaved((harbour, studio)))
        anna.find(HARBOUR, FoundServer("k2", "Harbour", "harbour.example:1", 3))

        row = anna.last("show_connect")
        detail = "as anna · 1\N{NO-BREAK SPACE}200 online · 3\N{NO-BREAK SPACE}ms"
        others = ("harbour.example:1",)
        assert row.found == (ServerRow(SERVER, "Harbour", detail, others=others),)
        assert row.saved == (ServerRow("studio.example:1", "Studio", "as anna"),)

        anna.find()
        assert [each.name for each in anna.last("show_connect").saved] == ["Harbour", "Studio"]

    def test_who_claims_to_be_a_used_server_must_have_its_key_and_hides_nobody(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna, key = stranger(world, tmp_path), "f" * 32
        anna._emit(ServersSaved((SavedServer("old.example:1", "Harbour", "anna", key),)))
        anna.find(
            FoundServer("k", "Harbor!", "192.0.2.66:1", 2, fingerprint=key),
            FoundServer("l", "Harbour", SERVER, 3, fingerprint=key),
        )

        row = anna.last("show_connect")
        assert row.found == tuple(
            ServerRow(
                place, "Harbour", f"as anna · {count} online", is_new=True,
                link=f"hubbub://{place}#{key}",
            )
            for place, count in (("192.0.2.66:1", 2), (SERVER, 3))
        )  # fmt: skip
        assert row.saved == (ServerRow("old.example:1", "Harbour", "as anna"),)

    @pytest.mark.parametrize("is_claimed_first", [True, False])
    def test_where_it_was_used_wins_over_who_only_claims_to_be_it(
        self, world: WindowWorld, tmp_path: Path, is_claimed_first: bool
    ) -> None:
        anna, key = stranger(world, tmp_path), "f" * 32
        anna._emit(ServersSaved((SavedServer(SERVER, "Harbour", "anna", key),)))
        claim = FoundServer("k", "Harbour", "192.0.2.66:1", 3, fingerprint=key)
        found = (claim, HARBOUR) if is_claimed_first else (HARBOUR, claim)
        anna.find(*found)

        (row,) = anna.last("show_connect").found
        assert (row.address, row.link) == (SERVER, "")

    def test_another_key_is_another_server(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = stranger(world, tmp_path)
        anna._emit(ServersSaved((SavedServer("old.example:1", "Harbour", "anna", ""),)))
        anna.find(FoundServer("k", "Harbour", SERVER, 3, fingerprint="e" * 32))
        anna.find(FoundServer("k", "Harbour", SERVER, 3))

        row = anna.last("show_connect")
        assert [each.is_new for each in row.found] == [True]
        assert [each.address for each in row.saved] == ["old.example:1"]

    def test_a_liar_gets_a_hard_stop(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        """Somebody else announces the key of a server that was used."""
        anna._emit(ServersSaved((SavedServer("old.example:1", "Harbour", "anna", "a" * 32),)))
        anna.calls.on_disconnect()
        anna.find(FoundServer("k", "Harbour", "10.0.0.99:48228", 3, fingerprint="a" * 32))
        (row,) = anna.last("show_connect").found

        anna.calls.on_connect("anna", row.way)

        anna.until(lambda: anna.window.show_key_changed.called, 60.0)
        assert anna.last("show_key_changed").known_fingerprint == "a" * 32

    def test_server_that_does_not_answer_has_no_distance(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)
        anna.find(FoundServer("k", "Harbour", SERVER, 0))

        assert anna.last("show_connect").found[0].detail == "0 online"

    def test_what_was_typed_is_not_touched_by_news(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)
        anna.find(HARBOUR)

        row = anna.last("show_connect")
        assert (row.nick, row.server, row.error, row.is_busy) == ("", "", "", False)

    def test_saved_servers_stand_below_and_can_be_forgotten(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        anna = stranger(world, tmp_path)
        anna._emit(ServersSaved((SavedServer(SERVER, "Harbour", "anna", "f" * 32),)))
        world.run(0.01)
        assert anna.last("show_connect").saved == (ServerRow(SERVER, "Harbour", "as anna"),)

        anna.calls.on_forget_server(SERVER)

        assert anna.forgotten == [SERVER]

    def test_active_server_is_marked(self) -> None:
        servers = ServerLists()
        servers.saved = (SavedServer("a:1", "", "", ""), SavedServer("b:1", "B", "ben", ""))

        assert saved_rows(servers, "b:1") == (
            ServerRow("a:1", "a:1"),
            ServerRow("b:1", "B", "as ben", is_active=True),
        )


class TestLinks:
    def test_link_leads_into_its_room(self, world: WindowWorld, tmp_path: Path) -> None:
        host = world.start_program(tmp_path / "host", name="host").in_room()
        host.calls.on_join_room("dev")
        host.in_room("dev")
        anna = stranger(world, tmp_path)

        anna.calls.on_connect("anna", f"hubbub://{HOST}/dev")

        anna.in_room("dev")


class TestLeaving:
    def test_the_server_that_was_left_is_meant_and_no_link_stands_in_the_field(
        self, world: WindowWorld, tmp_path: Path
    ) -> None:
        link = f"hubbub://{HOST}/general#{world.server.fingerprint}"
        anna = world.start_program(tmp_path / "anna", server=link).in_room()
        anna.calls.on_disconnect()

        row = anna.last("show_connect")
        assert (row.nick, row.server, row.chosen) == ("anna", "", SERVER)

        anna.calls.on_connect("anna", SERVER)
        anna.in_room()

    def test_what_was_typed_to_no_avail_stays(self, world: WindowWorld, tmp_path: Path) -> None:
        anna = world.start_program(tmp_path / "anna").in_room()
        anna.calls.on_disconnect()
        world.dead_hosts.add("10.0.0.7")
        anna.calls.on_connect("anna", "10.0.0.7")
        world.run(3.0)
        anna.calls.on_cancel_connect()

        row = anna.last("show_connect")
        assert (row.server, row.chosen, row.is_busy) == ("10.0.0.7", "", False)
