"""Pictures of emoji: nearly all have one, however they are written, on every machine."""

from __future__ import annotations

import emoji
import pytest

from app.views.emoji_catalogue import CATEGORIES, search_emoji
from app.views.emoji_pictures import draw_emoji, has_picture


def test_everything_the_picker_offers_has_a_picture() -> None:
    for icon, _title, members in CATEGORIES:
        assert [each for each in (icon, *members) if not has_picture(each)] == []


def test_only_emoji_younger_than_the_set_have_none() -> None:
    missing = {each for each in emoji.EMOJI_DATA if not has_picture(each)}
    assert {emoji.EMOJI_DATA[each]["E"] for each in missing} <= {18}


@pytest.mark.parametrize("spelling", ["❤️", "❤", "👁️‍🗨️", "👁‍🗨", "1️⃣", "👩🏽‍🚀", "🇩🇪", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])
def test_any_spelling_finds_its_picture(spelling: str) -> None:
    assert draw_emoji(spelling, 20, "#ffffff", "#888888").getbbox() is not None


def test_flags_and_tones_are_pictures_of_their_own() -> None:
    drawn = [
        draw_emoji(each, 20, "#ffffff", "#888888").tobytes()
        for each in ("🇩🇪", "🇫🇷", "👍", "👍🏽", "👍🏿")
    ]
    assert len(set(drawn)) == len(drawn)


LINE = "#12fe34"


def has_line(characters: str, ground: str) -> bool:
    drawn = draw_emoji(characters, 72, ground, LINE)
    pixels = drawn.getcolors(72 * 72) or []
    green = tuple(bytes.fromhex(LINE[1:]))
    return sum(count for count, color in pixels if color == (*green, 255)) > 40


@pytest.mark.parametrize(
    ("lost", "ground"),
    [(dark, ground) for dark in ("✔️", "➕", "🖤", "🕷️") for ground in ("#272a33", "#000000")]
    + [(light, "#ffffff") for light in ("🤍", "⚪", "🏳️")],
)  # fmt: skip
def test_what_has_the_colour_of_its_ground_has_a_line_around_it(lost: str, ground: str) -> None:
    other = "#000000" if ground == "#ffffff" else "#ffffff"
    assert has_line(lost, ground)
    assert not has_line(lost, other)


@pytest.mark.parametrize("ground", ["#ffffff", "#272a33", "#000000"])
def test_what_shows_is_left_as_it_is(ground: str) -> None:
    assert not any(has_line(each, ground) for each in ("😀", "❤️", "👍", "🎉", "🚀", "🐸"))


def test_what_is_no_emoji_has_none() -> None:
    assert not any(map(has_picture, ("", "x", "1", "..", "../1f600", "\ufe0f")))


def test_the_search_offers_no_emoji_without_a_picture() -> None:
    assert all(map(has_picture, search_emoji("face", 1000)))
