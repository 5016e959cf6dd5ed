"""A sentence about a mishap goes when its person goes on; that something is done stays a while."""

from __future__ import annotations

import pytest

from app.views.rows import RoomRow
from tests.app.views.conftest import Stage


def said(stage: Stage) -> str:
    return str(stage.window.status_line.left.cget("text"))


@pytest.mark.parametrize("key", ["<a>", "<BackSpace>"])
def test_typing_on_ends_a_mishap(stage: Stage, key: str) -> None:
    text = stage.window.composer.text
    stage.press(text, "<b>")
    stage.window.set_notice("ben is taken. Use ben_?")
    stage.press(text, "<Shift_L>")
    assert said(stage) == "ben is taken. Use ben_?"
    text.event_generate(key)
    text.event_generate(key.replace("<", "<KeyRelease-"))
    stage.settle()
    assert said(stage) == ""


def test_so_does_another_room(stage: Stage) -> None:
    rows = [RoomRow(stage.room_key, "dev", is_selected=True), RoomRow("other", "other")]
    stage.window.show_rooms(rows)
    stage.window.set_notice("The name is too long.")
    stage.press(stage.window.composer.text, "<Alt-Down>")
    assert said(stage) == ""


def test_so_does_sending_and_a_new_mishap_is_seen(stage: Stage) -> None:
    stage.type("/nick ben")
    stage.window.set_notice("before")
    stage.press(stage.window.composer.text, "<Return>")
    assert said(stage) == ""
    assert stage.calls.named("on_send")
    stage.window.set_notice("after")
    stage.settle()
    assert said(stage) == "after"


def test_what_was_done_is_still_read(stage: Stage) -> None:
    stage.window.set_notice("Copied.", is_mishap=False)
    stage.press(stage.window.composer.text, "<a>")
    assert said(stage) == "Copied."
