"""Flat buttons: their corners are round on what they lie on, and the keys and the pointer show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.views.rows import AppearanceRow
from app.views.surface import FlatButton, Surface
from app.views.tokens import contrast
from tests.app.views.conftest import Stage


@pytest.fixture(params=["light", "dark", "contrast"])
def button(stage: Stage, request: pytest.FixtureRequest) -> Iterator[FlatButton]:
    window = stage.window
    window.show_appearance(AppearanceRow(request.param), request.param)
    page = Surface(window.root, window.look, "popup")
    page.place(x=0, y=0, width=300, height=200)
    page.lift()
    button = FlatButton(page, window.look, on_press=lambda: None, text="Mention", on="popup_field")
    button.place(x=100, y=100)
    yield button
    page.destroy()
    window.show_appearance(AppearanceRow("light"), "light")


def test_its_corners_are_of_what_it_lies_on(stage: Stage, button: FlatButton) -> None:
    tokens = stage.window.look.tokens
    assert tokens.popup != tokens.popup_field
    assert stage.color_at(button, 0, is_at_corner=True) == tokens.popup
    assert stage.color_at(button, 2) == tokens.popup_field
    assert stage.color_at(button, 3, is_at_corner=True) == tokens.popup_field, "no pale rim"


def test_the_keys_and_the_pointer_are_seen(stage: Stage, button: FlatButton) -> None:
    tokens = stage.window.look.tokens
    button.light(True)
    assert stage.color_at(button, 0) == tokens.popup_border
    button.focus_force()
    assert stage.color_at(button, 0) == tokens.accent
    button.light(False)
    assert stage.color_at(button, 1) == tokens.accent
    assert stage.color_at(button, 2) == tokens.popup_field
    assert stage.color_at(button, 0, is_at_corner=True) == tokens.popup
    stage.window.root.focus_force()
    assert stage.color_at(button, 0) == tokens.button_border


def test_in_high_contrast_a_line_is_around_it(stage: Stage, button: FlatButton) -> None:
    tokens = stage.window.look.tokens
    is_high = tokens.popup == "#000000"
    assert (contrast(stage.color_at(button, 0), tokens.popup) > 7) == is_high


def test_the_card_of_oneself_has_a_round_ring_with_the_keys(stage: Stage) -> None:
    button, tokens = stage.window.own_card.person_button, stage.window.look.tokens
    button.focus_force()
    stage.until(lambda: stage.color_at(button, 0) == stage.color_at(button, 1) == tokens.accent)
    assert stage.color_at(button, 0, is_at_corner=True) == tokens.own_card
    stage.window.composer.text.focus_force()
    stage.until(lambda: stage.color_at(button, 0) == tokens.own_card)
