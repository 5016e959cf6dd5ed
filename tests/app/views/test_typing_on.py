"""Somebody who types on while a sheet is open loses nothing, and chooses nothing by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from tkinter import Event, Misc

import pytest

from app.controllers.slash_commands import command_list
from app.views.key_bindings import writes_text
from app.views.main_window import MainWindow
from app.views.rows import CommandRow, TextRow
from app.views.window_keys import WindowKeys
from tests.app.views.conftest import Stage
from tests.app.views.timeline_sight import view_of

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


def settled(widget: Misc, text: str, state: int = 0) -> Event[Misc]:
    """The key as which X11 hands over what an input method has settled; it cannot be generated."""
    key: Event[Misc] = Event()
    key.widget, key.char, key.keysym, key.keycode = widget, text, "??", 0
    key.state, key.time = state, 0
    return key


SETTLED = (
    "你好吗",
    "你\u3000好",  # with a wide blank
    "\u3000",
    "می\u200cخواهم",  # joined without a width
    "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}",
    "\U0001fae8",  # newer than the names of characters may be here
    "one\ntwo",
)


@pytest.mark.parametrize("text", SETTLED)
class TestInputMethod:
    def test_what_it_settles_while_a_message_is_chosen_is_written(
        self, stage: Stage, text: str
    ) -> None:
        stage.show(3)
        stage.window.composer.set_value("")
        pane = view_of(stage).text
        stage.press(pane, "<Up>")
        assert WindowKeys(stage.window).typed_anywhere(settled(pane, text)) == "break"
        stage.settle()
        assert stage.window.composer.value == text and stage.window.composer.has_focus

    def test_so_it_is_over_the_rooms(self, stage: Stage, text: str) -> None:
        stage.window.composer.set_value("")
        rooms = stage.window.room_list.rooms
        stage.press(rooms)
        assert rooms.typing.key(settled(rooms, text)) == "break"
        assert stage.window.composer.value == text and stage.window.composer.has_focus


@pytest.mark.parametrize("char", ["", "\r", "\x08", "\x1b", "\t", "\x7f", "\uf700", "\ud83d"])
def test_what_a_key_of_a_command_sends_is_no_text(stage: Stage, char: str) -> None:
    assert not writes_text(settled(stage.window.root, char))


def test_what_would_harm_the_field_is_left_out(stage: Stage) -> None:
    pane = view_of(stage).text
    stage.window.composer.set_value("")
    WindowKeys(stage.window).typed_anywhere(settled(pane, "a\u202eb\0c"))
    assert stage.window.composer.value == "abc"


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
