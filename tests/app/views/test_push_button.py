"""Buttons of dialogs: their words can be read, and it is seen which cannot be pressed."""

from __future__ import annotations

from collections.abc import Iterator
from tkinter import ttk

import pytest

from app.views.push_button import Kind, PushButton
from app.views.rows import AppearanceRow
from app.views.tokens import contrast
from tests.app.views.conftest import Stage

KINDS: tuple[Kind, ...] = ("main", "danger", "quiet")
_INSIDE = 5  # pixels from the edge, where neither border nor words are


@pytest.fixture(params=["light", "dark", "contrast"])
def button(stage: Stage, request: pytest.FixtureRequest) -> Iterator[PushButton]:
    window = stage.window
    button = PushButton(window.root, window.look, text="Join room")
    button.place(x=100, y=100)
    window.show_appearance(AppearanceRow(request.param), request.param)
    yield button
    button.destroy()
    window.show_appearance(AppearanceRow("light"), "light")


def words_of(button: PushButton) -> str:
    return str(ttk.Style().lookup(str(button.cget("style")), "foreground", button.state()))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["", "active", "focus", "disabled"])
def test_its_words_are_readable_in_each_state(
    stage: Stage, button: PushButton, kind: Kind, state: str
) -> None:
    button.restyle(kind)
    if state:
        button.state([state])
    assert contrast(words_of(button), stage.color_at(button, _INSIDE)) >= 4.5
    assert stage.color_at(button, 0, is_at_corner=True) == stage.window.look.tokens.bg


def test_one_that_cannot_be_pressed_has_nothing_of_the_accent(
    stage: Stage, button: PushButton
) -> None:
    tokens = stage.window.look.tokens
    assert stage.color_at(button, _INSIDE) == tokens.accent
    button.state(["disabled", "focus"])
    for inset in (0, _INSIDE):
        assert stage.color_at(button, inset) == tokens.popup_field
    assert words_of(button) == tokens.popup_muted


@pytest.mark.parametrize("kind", KINDS)
def test_the_keys_and_the_pointer_are_seen(stage: Stage, button: PushButton, kind: Kind) -> None:
    button.restyle(kind)
    at_rest = stage.color_at(button, 0)
    button.focus_force()
    assert contrast(stage.color_at(button, 1), stage.window.look.tokens.bg) >= 3.0
    assert stage.color_at(button, 1) != at_rest
    stage.window.root.focus_force()
    inside = stage.color_at(button, _INSIDE)
    button.state(["active"])
    assert stage.color_at(button, _INSIDE) != inside
