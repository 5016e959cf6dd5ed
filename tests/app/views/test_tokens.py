"""Colours by role: the mixing, and the contrast in every theme there is."""

from __future__ import annotations

import pytest

from app.structs import replace
from app.views.tokens import (
    CONTRAST_HIGH_MIN,
    CONTRAST_ICON_MIN,
    CONTRAST_TEXT_MIN,
    NICK_COLOR_COUNT,
    ThemeColors,
    Tokens,
    contrast,
    mix,
    nick_index,
    raised,
    text_on,
    tokens_of,
)

# Role of a text and the roles of all surfaces it stands on.
TEXTS = (
    ("fg", ("bg", "hovered", "field")),
    ("muted", ("bg", "hovered", "field")),
    ("link", ("bg", "hovered", "field")),
    ("danger", ("bg", "hovered", "field")),
    ("row_text", ("side", "own_card", "selected", "row_hovered")),
    ("muted_side", ("side", "own_card", "selected", "row_hovered")),
    ("selected_fg", ("selected",)),
    ("badge_text", ("badge",)),
    ("alert_text", ("alert",)),
    ("accent_text", ("accent",)),
    ("good_text", ("good_surface",)),
    ("warn_text", ("warn_surface",)),
    ("info_text", ("info_surface",)),
    ("neutral_text", ("neutral_surface",)),
    ("danger_text", ("danger_surface",)),
)
ICONS = (("icon", ("bg",)), ("icon_side", ("side", "own_card")), ("new_line", ("bg",)))

THEMES = {
    "light": ThemeColors(
        "#ffffff", "#1f2430", "#4f6bed", "#1fa463", "#0ea5e9", "#f0b132", "#e5484d", False
    ),
    "dark": ThemeColors(
        "#272a33", "#e3e6ee", "#7f94f2", "#3fbf82", "#3db7ed", "#f3c15b", "#ea6d71", True
    ),
    "solarized light": ThemeColors(
        "#fdf6e3", "#657b83", "#268bd2", "#859900", "#2aa198", "#b58900", "#dc322f", False
    ),
    "black on black": ThemeColors(
        "#000000", "#101010", "#000000", "#000000", "#000000", "#000000", "#000000", True
    ),
}


def check_contrast(tokens: Tokens) -> None:
    for pairs, ratio_min in ((TEXTS, CONTRAST_TEXT_MIN), (ICONS, CONTRAST_ICON_MIN)):
        for role, surfaces in pairs:
            for surface in surfaces:
                ratio = contrast(tokens.named(role), tokens.named(surface))
                assert ratio >= ratio_min, f"{role} on {surface}: {ratio:.2f}"
    for nick in tokens.nicks:
        assert contrast(nick, tokens.bg) >= CONTRAST_TEXT_MIN
        assert contrast(nick, tokens.hovered) >= CONTRAST_TEXT_MIN
    for nick in tokens.nicks_side:
        assert contrast(nick, tokens.side) >= CONTRAST_TEXT_MIN


class TestMixing:
    def test_mix_takes_the_weight_of_the_first(self) -> None:
        assert mix("#ffffff", "#000000", 0.0) == "#000000"
        assert mix("#ffffff", "#000000", 1.0) == "#ffffff"
        assert mix("#ff0000", "#0000ff", 0.5) == "#800080"

    def test_contrast_of_black_and_white_is_the_greatest(self) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
        assert contrast("#777777", "#777777") == pytest.approx(1.0)

    def test_raised_leaves_a_readable_colour_alone(self) -> None:
        assert raised("#000000", ("#ffffff",)) == "#000000"

    def test_raised_moves_just_until_it_is_readable(self) -> None:
        color = raised("#aaaaaa", ("#ffffff",))
        assert 4.5 <= contrast(color, "#ffffff") < 5.2

    def test_raised_gives_the_better_extreme_where_nothing_serves(self) -> None:
        assert raised("#808080", ("#000000", "#ffffff"), 7.0) in ("#000000", "#ffffff")

    def test_text_on_a_pale_badge_is_dark(self) -> None:
        assert contrast(text_on("#f3868a"), "#f3868a") > 6


@pytest.mark.parametrize("name", THEMES)
def test_every_text_is_readable(name: str) -> None:
    check_contrast(tokens_of(THEMES[name]))


@pytest.mark.parametrize("is_dark", [True, False])
def test_code_is_seen_in_high_contrast(is_dark: bool) -> None:
    bg, fg = ("#000000", "#ffffff") if is_dark else ("#ffffff", "#000000")
    colors = replace(THEMES["light"], bg=bg, fg=fg, is_dark=is_dark, is_contrast=True)
    tokens = tokens_of(colors)
    assert contrast(tokens.code, tokens.bg) > 1.2
    for role in ("text", "keyword", "string", "number", "comment"):
        assert contrast(tokens.named(f"code_{role}"), tokens.code) >= CONTRAST_HIGH_MIN, role


def test_a_person_has_the_same_colour_everywhere() -> None:
    assert nick_index("person-1") == nick_index("person-1")
    assert {nick_index(f"p{number}") for number in range(400)} == set(range(NICK_COLOR_COUNT))


def test_a_colour_survives_an_id_that_is_no_text() -> None:
    assert 0 <= nick_index("\ud800") < NICK_COLOR_COUNT
