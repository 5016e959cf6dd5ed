"""Somebody who types on while a sheet is open loses nothing, and chooses nothing by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.controllers.slash_commands import command_list
from app.views.main_window import MainWindow
from app.views.rows import CommandRow, TextRow
from tests.app.views.conftest import Stage

OPENERS: dict[str, Callable[[MainWindow], None]] = {
    "commands": MainWindow.open_command_list,
    "reminders": MainWindow.open_reminders,
    "texts for other servers": MainWindow.open_stranded,
}


@pytest.fixture(params=OPENERS)
def opened(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Each of the sheets, opened while the field had the keys."""
    window = stage.window
    window.show_commands([CommandRow(*row) for row in command_list()])
    window.show_reminders([TextRow(1, "Today, 12:00", "tea")])
    window.show_stranded([TextRow(1, "At studio", "a text")])
    stage.press(window.composer.text)
    OPENERS[request.param](window)
    stage.settle()
    assert window.popups.stack.is_any_open
    yield stage
    window.set_composer_enabled(True)
    window.composer.set_value("")
    window.show_commands([])
    window.show_reminders([])
    window.show_stranded([])


def type_on(stage: Stage, text: str) -> None:
    """Each key goes to whatever has the focus then."""
    for char in text:
        focused = stage.window.root.focus_get()
        assert focused is not None
        focused.event_generate({" ": "<space>", "/": "<slash>"}.get(char, f"<Key-{char}>"))
        stage.settle()


class TestTypingOn:
    def test_all_that_is_typed_stands_in_the_field(self, opened: Stage) -> None:
        type_on(opened, "/remind 1m tea")

        assert opened.window.composer.value == "/remind 1m tea"
        assert not opened.window.popups.stack.is_open(opened.window.popups.lists.commands())
        assert opened.window.root.focus_get() is opened.window.composer.text
        assert not opened.calls.named("on_send")

    def test_a_space_is_text_as_well(self, opened: Stage) -> None:
        opened.window.composer.set_value("half")
        type_on(opened, " a")

        assert opened.window.composer.value == "half a"
        assert not opened.window.popups.stack.is_any_open

    def test_where_nobody_can_write_the_sheet_stays(self, opened: Stage) -> None:
        opened.window.set_composer_enabled(False, "Only moderators can write here.")
        type_on(opened, "a ")

        assert opened.window.popups.stack.is_any_open
        assert not opened.calls.named("on_remove_reminder")

    def test_a_space_presses_what_was_reached_with_a_key(self, opened: Stage) -> None:
        popups, focused = opened.window.popups, opened.window.root.focus_get()
        is_list = popups.stack.is_open(popups.lists.commands())
        opened.press(focused, "<Down>" if is_list else "<Tab>")
        type_on(opened, " ")

        removed = opened.calls.named("on_remove_reminder") + opened.calls.named("on_drop_stranded")
        if is_list:
            assert opened.window.composer.value == f"/{command_list()[1][0]} "
        else:
            assert removed == [(1,)]

    def test_opened_again_it_is_as_new(self, opened: Stage, request: pytest.FixtureRequest) -> None:
        opened.press(opened.window.root.focus_get(), "<Down>", "<Escape>")
        OPENERS[request.node.callspec.params["opened"]](opened.window)
        opened.settle()
        type_on(opened, " ")

        assert opened.window.composer.value == " "
