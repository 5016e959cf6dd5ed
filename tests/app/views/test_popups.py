"""Light popups go with a click beside them; what opened them closes them."""

from __future__ import annotations

from typing import Any

import pytest

from app.views.rows import HeaderRow
from tests.app.views.conftest import Stage


def popup_and_opener(stage: Stage, name: str) -> tuple[Any, Any]:
    window = stage.window
    popups = window.popups
    return {
        "switcher": (popups.switcher(), window.room_list.jump_field),
        "emoji": (popups.emoji_picker(), window.composer.emoji_button),
        "details": (popups.link_details(), window.header.pill),
    }[name]


def click(widget: Any) -> None:
    widget.event_generate("<ButtonPress-1>", x=5, y=5)
    widget.event_generate("<ButtonRelease-1>", x=5, y=5)


@pytest.mark.parametrize("name", ["switcher", "emoji", "details"])
def test_a_click_beside_it_closes_it(stage: Stage, name: str) -> None:
    popup, opener = popup_and_opener(stage, name)
    click(opener)
    stage.settle()
    assert popup.winfo_manager()
    popup.event_generate("<ButtonPress-1>", x=2, y=2)
    assert popup.winfo_manager()
    click(stage.window.header)
    assert not popup.winfo_manager()


@pytest.mark.parametrize("name", ["switcher", "emoji", "details"])
def test_what_opened_it_closes_it(stage: Stage, name: str) -> None:
    popup, opener = popup_and_opener(stage, name)
    click(opener)
    click(opener)
    assert not popup.winfo_manager()


@pytest.mark.parametrize(
    "name", ["switcher", "emoji", "details", "keys", "join", "topic", "settings"]
)
def test_what_is_open_stays_whole_in_a_window_that_gets_smaller(stage: Stage, name: str) -> None:
    window, popups = stage.window, stage.window.popups
    window.show_header(HeaderRow("dev", "What we build"))
    popup, toggle = {
        "switcher": (popups.switcher(), window.toggle_switcher),
        "emoji": (popups.emoji_picker(), window.toggle_emoji_picker),
        "details": (popups.link_details(), window.toggle_link_details),
        "keys": (popups.lists.keys(), popups.lists.toggle_keys),
        "join": (popups.join_dialog(), window.open_join_dialog),
        "topic": (popups.topic_card(), window.header.topic.invoke),
        "settings": (popups.settings(), popups.toggle_settings),
    }[name]
    toggle()
    stage.settle()
    whole = popup.winfo_width(), popup.winfo_height()
    stage.resize(480, 500)
    stage.settle()
    assert popup.winfo_x() >= 0 and popup.winfo_x() + popup.winfo_width() <= 480
    assert popup.winfo_y() >= 0 and popup.winfo_y() + popup.winfo_height() <= 500
    stage.resize(1100)
    if name != "settings":
        stage.until(lambda: popup.winfo_height() == whole[1])
    assert popup.winfo_x() + popup.winfo_width() <= 1100
    popups.stack.close_all()


def test_settings_stay(stage: Stage) -> None:
    stage.window.popups.toggle_settings()
    click(stage.window.header)
    assert stage.window.popups.settings().winfo_manager()
    stage.window.popups.stack.close_all()
