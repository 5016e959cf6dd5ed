"""Light popups go with a click beside them; what opened them closes them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.views.conftest import Stage


def popup_and_opener(stage: Stage, name: str) -> tuple[Any, Any]:
    window = stage.window
    popups = window.popups
    return {
        "switcher": (popups.switcher, window.room_list.jump_field),
        "emoji": (popups.emoji_picker, window.composer.emoji_button),
        "details": (popups.link_details, window.header.pill),
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


def test_settings_stay(stage: Stage) -> None:
    stage.window.popups.toggle_settings()
    click(stage.window.header)
    assert stage.window.popups.settings.winfo_manager()
    stage.window.popups.stack.close_all()
