"""The commands in groups, and how one of them gets into the field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.controllers.slash_commands import command_list
from app.views.rows import CommandRow
from tests.app.views.conftest import Stage, texts_of

ROWS = [CommandRow(*row) for row in command_list()]


@pytest.fixture(autouse=True)
def commands(stage: Stage) -> Iterator[None]:
    stage.window.show_commands(ROWS)
    yield
    stage.window.composer.set_value("")
    stage.window.show_commands([])


def open_list(stage: Stage) -> None:
    stage.window.open_command_list()
    stage.settle()


class TestCommandList:
    @pytest.mark.parametrize("width", [1100, 480])
    def test_every_command_is_shown_with_its_whole_meaning(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        open_list(stage)
        listing = stage.window.popups.lists.commands().listing
        shown = texts_of(listing)
        for _ in ROWS:
            listing.scroll_by(60)
            shown += texts_of(listing)
        listed = [row for row in ROWS if row.group]
        assert set(shown) == (
            {row.usage for row in listed}
            | {row.what for row in listed}
            | {row.group for row in listed}
        )

    def test_it_has_the_keys_and_lies_in_a_low_window(self, stage: Stage) -> None:
        stage.resize(480, 480)
        stage.press(stage.window.composer.text)
        open_list(stage)
        popup = stage.window.popups.lists.commands()
        assert stage.window.root.focus_get() is popup.listing
        assert popup.winfo_y() + popup.winfo_height() <= 480

    def test_enter_begins_the_command_in_the_field(self, stage: Stage) -> None:
        open_list(stage)
        stage.press(stage.window.popups.lists.commands().listing, "<Down>", "<Return>")
        assert stage.window.composer.value == f"/{ROWS[1].name} "
        assert not stage.window.popups.stack.is_any_open
        assert stage.window.root.focus_get() is stage.window.composer.text

    def test_what_stands_in_the_field_stays(self, stage: Stage) -> None:
        stage.window.composer.set_value("half a thought")
        open_list(stage)
        stage.press(stage.window.popups.lists.commands().listing, "<Return>")
        assert stage.window.composer.value == "half a thought"

    def test_escape_closes_it(self, stage: Stage) -> None:
        open_list(stage)
        stage.press(stage.window.popups.lists.commands().listing, "<Escape>")
        assert not stage.window.popups.stack.is_any_open
