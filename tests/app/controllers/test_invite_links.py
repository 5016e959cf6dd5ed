"""Invite links inside the window: from a message, the switcher, the join dialog or /join."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.events import LinkState
from app.views.invite_row import InviteRow
from tests.app.controllers.window_world import HOST, SERVER, Program, WindowWorld

OTHER = "10.0.0.98:48228"
KEY = "b" * 32


@pytest.fixture
def ben(world: WindowWorld, anna: Program, tmp_path: Path) -> Program:
    """Somebody in a room that Anna is not in."""
    ben = world.start_program(tmp_path / "ben", name="ben").in_room()
    ben.calls.on_join_room("dev ops")
    return ben.in_room("dev ops")


@pytest.mark.parametrize("way", ["message", "switcher", "join", "address"])
def test_link_to_a_room_here_joins_and_opens_it(anna: Program, ben: Program, way: str) -> None:
    here = anna.network
    # Another way to the same server: it is known by its key.
    link = f"hubbub://elsewhere:1/dev%20ops#{anna.model.fingerprint}"
    if way == "message":
        anna.calls.on_open_link(link)
    elif way == "switcher":
        anna.calls.on_join_room(link)
    elif way == "join":
        anna.say(f"/join {link}")
    else:
        anna.calls.on_open_link(f"hubbub://{SERVER}/dev%20ops")
    anna.in_room("dev ops")
    assert anna.network is here
    assert not anna.window.ask_to_switch.called
    assert anna.links == []


def test_room_one_is_in_is_opened_and_the_dialog_closes(anna: Program, ben: Program) -> None:
    ben.calls.on_join_room(f"hubbub://{SERVER}/general")
    ben.in_room("general")
    assert ben.window.close_join_dialog.called


def test_room_that_is_not_there_is_not_created(anna: Program) -> None:
    anna.calls.on_open_link(f"hubbub://{SERVER}/nowhere")
    anna.until(lambda: anna.last("show_join_answer") == "nowhere")
    assert anna.window.show_join_answer.call_args.args[1]
    assert anna.room_names == ["general"]


def test_link_without_a_room_says_that_one_is_there(anna: Program) -> None:
    anna.calls.on_open_link(f"hubbub://{SERVER}#{anna.model.fingerprint}")
    assert anna.last("set_notice").endswith("already.")


@pytest.mark.parametrize("link", [f"hubbub://{OTHER}/lab#{KEY}", f"hubbub://{SERVER}/lab#{KEY}"])
def test_another_server_is_asked_about_first(world: WindowWorld, anna: Program, link: str) -> None:
    here = anna.network
    sent = len(world.seen)
    anna.calls.on_open_link(link)
    row: InviteRow = anna.last("ask_to_switch")
    assert (row.address, row.room, row.fingerprint) == (link[9:].split("/")[0], "lab", KEY)
    assert (row.nick, row.server) == ("anna", anna.model.server_name)
    assert anna.network is here and len(world.seen) == sent

    anna.calls.on_accept_invite(row.link)
    assert anna.network is not here
    assert anna.controller._connection.server == link
    assert anna.controller._rooms._start_room == "lab"
    anna.calls.on_cancel_connect()
    anna.in_room("general")
    assert anna.controller._connection.address == SERVER


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("hubbub://host:99999/lab", "is no port"),
        ("hubbub://host/lab#short", "is no fingerprint"),
        ("hubbub:///lab", "The address names no host."),
        ("hubbub://hоst/lab", "plain letters"),
        (f"hubbub://{'h' * 700}/lab", "The invite link is too long."),
    ],
)
def test_what_is_wrong_with_a_link_is_said(anna: Program, link: str, said: str) -> None:
    anna.calls.on_open_link(link)
    assert said in anna.last("set_notice")
    anna.calls.on_join_room(link)
    assert anna.window.show_join_answer.call_args.args[0] == link
    assert said in anna.window.show_join_answer.call_args.args[1]
    key = anna.timeline.room_key
    anna.window.clear_draft.reset_mock()
    anna.say(f"/join {link}")
    assert not anna.window.clear_draft.called, key
    assert not anna.window.ask_to_switch.called


def test_server_that_has_moved_is_reached_by_a_link_with_its_key(
    world: WindowWorld, anna: Program, ben: Program
) -> None:
    world.dead_hosts.add(HOST)
    anna.until(lambda: anna.model.link.state is LinkState.OFFLINE, 120.0)
    sent = len(world.seen)
    anna.calls.on_open_link(f"hubbub://{OTHER}/dev%20ops#{anna.model.fingerprint}")
    row: InviteRow = anna.last("ask_to_switch")
    assert len(world.seen) == sent

    anna.calls.on_accept_invite(row.link)
    anna.in_room("dev ops")
    assert anna.controller._connection.address == OTHER
    assert not anna.window.set_notice.called


def test_link_to_the_server_that_does_not_answer_is_another_try(
    world: WindowWorld, anna: Program
) -> None:
    world.dead_hosts.add(HOST)
    anna.until(lambda: anna.model.link.state is LinkState.OFFLINE, 120.0)
    world.dead_hosts.clear()
    anna.calls.on_open_link(f"hubbub://{SERVER}#{anna.model.fingerprint}")
    anna.until(lambda: anna.model.link.state is LinkState.ONLINE, 1.0)
    assert not anna.window.ask_to_switch.called
    assert not anna.window.set_notice.called
