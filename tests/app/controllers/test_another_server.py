"""Another server is chosen from the menu, beside the one that one is at."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.events import LinkState
from app.models.server_lists import SavedServer
from app.models.store_answers import ServersSaved
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld

OTHER = "10.0.0.98:48228"


@pytest.fixture
def adding(anna: Program) -> Program:
    """Anna is at a server, and the page lies over it."""
    anna.calls.on_add_server()
    anna.window.show_chat.reset_mock()
    return anna


def test_the_page_asks_for_a_server_and_nothing_else_changes(
    world: WindowWorld, adding: Program, tmp_path: Path
) -> None:
    row = adding.last("show_connect")
    assert (row.nick, row.server, row.chosen, row.has_default) == ("anna", "", "", False)
    assert row.back_to == adding.model.server_name
    assert adding.is_looking

    ben = world.start_program(tmp_path / "ben", name="ben", room="general").in_room()
    ben.say("hello")
    adding.until(lambda: adding.texts == ["hello"])
    assert adding.model.link.state is LinkState.ONLINE


def test_cancel_leads_back_without_a_new_connection(adding: Program) -> None:
    network = adding.network
    adding.calls.on_cancel_connect()
    adding.window.show_chat.assert_called_once_with()
    assert adding.network is network and not adding.is_looking
    adding.say("still here")
    adding.until(lambda: adding.texts == ["still here"])


def test_the_present_server_chosen_again_is_the_same(adding: Program) -> None:
    network = adding.network
    adding.calls.on_connect("anna", SERVER)
    adding.window.show_chat.assert_called_once_with()
    assert adding.network is network


def test_the_present_server_under_another_nick_is_connected_to_anew(adding: Program) -> None:
    network = adding.network
    adding.calls.on_connect("bea", SERVER)
    adding.until(lambda: adding.window.show_chat.called, 60.0)
    assert adding.network is not network
    adding.until(lambda: adding.model.name == "bea")


def test_the_present_server_chosen_while_another_is_waited_for_is_gone_back_to(
    world: WindowWorld, adding: Program
) -> None:
    world.dead_hosts.add(OTHER.partition(":")[0])
    adding.calls.on_connect("anna", OTHER)
    adding.calls.on_connect("anna", SERVER)
    adding.window.show_chat.assert_called_once_with()
    adding.in_room()


def test_there_is_no_way_back_to_a_server_whose_key_has_changed(
    world: WindowWorld, adding: Program
) -> None:
    world.use_another_server_key()
    adding.until(lambda: adding.window.show_key_changed.called, 120.0)
    adding.calls.on_disconnect()
    assert adding.last("show_connect").back_to == ""


def test_nonsense_is_said_and_one_can_still_go_back(adding: Program) -> None:
    adding.calls.on_connect("anna", "not an address")
    row = adding.last("show_connect")
    assert row.error and row.back_to and row.server == "not an address"
    adding.calls.on_cancel_connect()
    adding.window.show_chat.assert_called_once_with()
    assert adding.controller._connection.server == SERVER


def test_cancel_while_the_other_is_waited_for_leads_back_too(
    world: WindowWorld, adding: Program
) -> None:
    world.dead_hosts.add(OTHER.partition(":")[0])
    adding.calls.on_connect("bea", OTHER)
    world.run(5.0)
    assert adding.last("show_connect").is_busy

    adding.calls.on_cancel_connect()
    adding.window.show_chat.assert_called_once_with()
    adding.until(lambda: adding.model.link.state is LinkState.ONLINE, 60.0)
    assert (adding.model.name, adding.controller._connection.address) == ("anna", SERVER)


def test_one_that_answers_is_the_present_one_from_then_on(adding: Program) -> None:
    adding.calls.on_connect("anna", OTHER)  # the same server by another way
    adding.until(lambda: adding.window.show_chat.called, 60.0)
    assert adding.controller._connection.address == OTHER

    adding.calls.on_disconnect()
    assert adding.last("show_connect").back_to == ""


def test_the_present_one_can_be_forgotten_there(adding: Program) -> None:
    adding._emit(ServersSaved((SavedServer(SERVER, "Harbour", "anna", "f" * 32, (f"{HOST}:1",)),)))
    adding.world.run(0.01)
    adding.calls.on_forget_server(f"{HOST}:1")
    row = adding.last("show_connect")
    assert (row.back_to, row.server) == ("", "")
    assert adding.forgotten == [SERVER, f"{HOST}:1"]


def test_a_wrong_key_of_the_other_leads_to_the_page_with_the_way_back(
    world: WindowWorld, adding: Program
) -> None:
    adding.calls.on_connect("anna", f"hubbub://{OTHER}#{'a' * 32}")
    adding.until(lambda: adding.window.show_key_changed.called, 60.0)
    adding.calls.on_disconnect()
    assert adding.last("show_connect").back_to

    adding.calls.on_cancel_connect()
    adding.until(lambda: adding.model.link.state is LinkState.ONLINE, 60.0)


def test_the_room_of_a_link_is_not_joined_at_the_server_one_comes_back_to(
    world: WindowWorld, adding: Program, tmp_path: Path
) -> None:
    ben = world.start_program(tmp_path / "ben", name="ben").in_room()
    ben.calls.on_join_room("secret")
    ben.in_room("secret")
    world.dead_hosts.add(OTHER.partition(":")[0])
    adding.calls.on_connect("anna", f"hubbub://{OTHER}/secret")
    adding.calls.on_cancel_connect()
    adding.in_room()
    adding.say("still here")
    adding.until(lambda: adding.texts == ["still here"])
    assert [room.name for room in adding.model.joined_rooms] == ["general"]


@pytest.mark.parametrize("link", [OTHER, f"hubbub://{OTHER}#{'a' * 32}"])
def test_the_room_one_was_in_is_open_again(world: WindowWorld, anna: Program, link: str) -> None:
    """After nobody answered elsewhere, and after the wrong one did."""
    anna.calls.on_join_room("zoo")
    anna.in_room("zoo")
    is_wrong_key = "#" in link
    if not is_wrong_key:
        world.dead_hosts.add(OTHER.partition(":")[0])
    anna.calls.on_add_server()
    anna.calls.on_connect("anna", link)
    anna.until(lambda: anna.model.open_room is None)
    if is_wrong_key:
        anna.until(lambda: anna.window.show_key_changed.called, 60.0)
        anna.calls.on_disconnect()
    anna.calls.on_cancel_connect()
    anna.until(lambda: anna.model.open_room is not None, 60.0)
    assert anna.timeline.room_name == "zoo"
