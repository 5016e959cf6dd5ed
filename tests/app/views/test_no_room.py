"""After the last room was left: what the window says, and the way on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.views.choice_list import Choice
from app.views.rows import HeaderRow, PersonRow, Presence, TimelineRows
from tests.app.views.conftest import Stage


@pytest.fixture
def nowhere(stage: Stage) -> Iterator[Stage]:
    """The window as its controllers leave it without a room."""
    window = stage.window
    window.set_key_hint(True)
    window.show_rooms(())
    window.show_header(HeaderRow(""))
    window.show_timeline(TimelineRows(("no-room",), "", (), has_older=True))
    window.set_composer_enabled(False, "Join a room to write in it.")
    stage.settle()
    yield stage
    window.set_composer_enabled(True)


def test_its_button_opens_the_dialog_that_joins(nowhere: Stage) -> None:
    pane = nowhere.window.column.no_room
    assert pane.winfo_viewable()
    pane.button.invoke()
    nowhere.settle()
    assert nowhere.window.popups.join_dialog().winfo_viewable()


def test_no_key_is_said_to_send(nowhere: Stage) -> None:
    line = nowhere.window.status_line.right
    assert not line.cget("text")
    nowhere.window.set_composer_enabled(True)
    nowhere.settle()
    assert "Enter sends" in line.cget("text")


@pytest.mark.parametrize("header", [HeaderRow("dev"), HeaderRow("", waiting="Loading…")])
def test_it_is_gone_in_a_room_and_while_it_is_not_known(nowhere: Stage, header: HeaderRow) -> None:
    nowhere.window.show_header(header)
    nowhere.settle()
    assert not nowhere.window.column.no_room.winfo_viewable()


def test_the_switcher_says_of_nobody_that_he_is_not_in_this_room(nowhere: Stage) -> None:
    person = PersonRow("p1", "Adele", Presence.OFFLINE, is_elsewhere=True)
    nowhere.press(nowhere.window.composer.text, "<Control-k>")
    nowhere.window.show_known_people((person,))
    rows = [item.row for item in nowhere.window.popups.switcher().choices.items]
    assert [row.detail for row in rows if isinstance(row, Choice) and row.person] == [""]
