"""Buttons of dialogs: their words can be read, and it is seen which cannot be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from tkinter import ttk

import pytest

from app.views.push_button import PushButton
from app.views.rows import AppearanceRow
from app.views.tokens import contrast
from tests.app.views.conftest import Stage


@pytest.fixture(params=["light", "dark", "contrast"])
def button(stage: Stage, request: pytest.FixtureRequest) -> Iterator[PushButton]:
    window = stage.window
    button = PushButton(window.root, window.look, bootstyle="primary", text="Join room")
    window.show_appearance(AppearanceRow(request.param), request.param)
    yield button
    button.destroy()
    window.show_appearance(AppearanceRow("light"), "light")


def color(button: PushButton, option: str, *states: str) -> str:
    return str(ttk.Style().lookup(str(button.cget("style")), option, states))


def test_its_words_are_readable_on_the_accent_of_each_theme(button: PushButton) -> None:
    assert contrast(color(button, "foreground"), color(button, "background")) >= 4.5


@pytest.mark.parametrize("states", [("disabled",), ("disabled", "focus")])
def test_one_that_cannot_be_pressed_has_nothing_of_the_accent(
    stage: Stage, button: PushButton, states: tuple[str, ...]
) -> None:
    grounds = ("background", "bordercolor", "lightcolor", "darkcolor")
    accent = color(button, "background")
    assert accent not in {color(button, name, *states) for name in grounds}
    words, ground = (color(button, name, *states) for name in ("foreground", "background"))
    assert 4.5 <= contrast(words, ground) < 7 < contrast(stage.window.look.tokens.fg, ground)
    assert contrast(color(button, "bordercolor", *states), ground) < 2
    assert color(button, "bordercolor", "focus") == stage.window.look.tokens.fg
