"""Settings: what is shown and told, and what a change does to the window at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.translation import LANGUAGES
from app.views import fonts
from app.views.rows import AppearanceRow
from app.views.settings_page import TEXT_PERCENTS, SettingsPage, stepped
from app.views.tokens import contrast
from tests.app.views.conftest import Stage, message
from tests.app.views.test_timeline_view import place_of


@pytest.fixture
def page(stage: Stage) -> Iterator[SettingsPage]:
    stage.window.show_appearance(AppearanceRow(), "light")
    stage.press(stage.window.composer.text, "<Control-comma>")
    page = stage.window.popups.settings
    assert page.winfo_manager() == "place"
    yield page
    stage.window.show_appearance(AppearanceRow(), "light")


@pytest.mark.parametrize("theme", ["light", "dark", "system", "contrast"])
def test_a_theme_is_told(stage: Stage, page: SettingsPage, theme: str) -> None:
    stage.press(page.themes[theme], "<space>")
    assert stage.calls.named("on_theme_choice") == [(theme,)]


def test_sizes_go_step_by_step(stage: Stage, page: SettingsPage) -> None:
    page.text_size.larger.invoke()
    page.text_size.smaller.invoke()
    page.window_size.larger.invoke()
    assert stage.calls.named("on_text_percent") == [(110,), (90,)]
    assert stage.calls.named("on_window_percent") == [(125,)]


def test_a_language_is_told_and_shown(stage: Stage, page: SettingsPage) -> None:
    names = [page.language.menu.entrycget(place, "label") for place in range(len(LANGUAGES) + 1)]
    assert names == ["Like the system", *LANGUAGES.values()]
    page.language.menu.invoke(names.index("Deutsch"))
    assert stage.calls.named("on_language") == [("de",)]
    stage.window.show_appearance(AppearanceRow(language="de"), "light")
    assert page.language.button.cget("text").strip() == "Deutsch"


def test_the_last_step_stays() -> None:
    assert stepped(200, TEXT_PERCENTS, 1) == 200
    assert stepped(80, TEXT_PERCENTS, -1) == 80
    assert stepped(113, TEXT_PERCENTS, 1) == 125


@pytest.mark.parametrize(
    ("key", "percent"), [("<Control-plus>", 110), ("<Control-minus>", 90), ("<Control-Key-0>", 100)]
)
def test_keys_change_the_size(stage: Stage, key: str, percent: int) -> None:
    stage.window.show_appearance(AppearanceRow(), "light")
    stage.press(stage.window.composer.text, key)
    assert stage.calls.named("on_text_percent") == [(percent,)]


def test_larger_messages_are_larger_at_once(stage: Stage, page: SettingsPage) -> None:
    stage.show_rows(tuple(message(n, f"line {n}") for n in range(1, 4)))
    line, name = fonts.line_height(page, fonts.TALK), fonts.line_height(page, fonts.BODY)
    before = place_of(stage, "line 3") - place_of(stage, "line 1")
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    stage.settle()
    assert fonts.line_height(page, fonts.TALK) > 1.8 * line
    assert fonts.line_height(page, fonts.BODY) == name
    assert place_of(stage, "line 3") - place_of(stage, "line 1") > 1.4 * before
    assert "200" in str(page.text_size.value.cget("text"))


def test_the_field_grows_with_its_letters(stage: Stage, page: SettingsPage) -> None:
    composer = stage.window.composer
    before = composer.winfo_height()
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    stage.settle()
    assert composer.winfo_height() > before


def test_high_contrast_has_no_quiet_text(stage: Stage, page: SettingsPage) -> None:
    stage.window.show_appearance(AppearanceRow("contrast"), "contrast")
    stage.settle()
    tokens = stage.window.look.tokens
    assert tokens.bg == "#000000" and tokens.side == tokens.bg
    for color in (tokens.fg, tokens.muted, tokens.muted_side, *tokens.nicks):
        assert contrast(color, tokens.bg) >= 7
    assert tokens.field_border == tokens.line == tokens.fg


def test_it_leads_to_the_keys_and_escape_goes_back(stage: Stage, page: SettingsPage) -> None:
    page.keys_button.invoke()
    stage.settle()
    keys = stage.window.popups.key_list
    assert keys.winfo_manager() == "place"
    stage.press(keys.listing, "<Escape>")
    assert not keys.winfo_manager() and page.winfo_manager()
    stage.press(page.keys_button, "<Escape>")
    assert not page.winfo_manager()
    assert stage.window.root.focus_get() is stage.window.composer.text


def test_the_gear_opens_it(stage: Stage) -> None:
    stage.press(stage.window.own_card.settings_button, "<Return>")
    assert stage.window.popups.settings.winfo_manager() == "place"
