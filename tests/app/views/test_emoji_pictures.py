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
    assert draw_emoji(spelling, 20).getbbox() is not None


def test_flags_and_tones_are_pictures_of_their_own() -> None:
    drawn = [draw_emoji(each, 20).tobytes() for each in ("🇩🇪", "🇫🇷", "👍", "👍🏽", "👍🏿")]
    assert len(set(drawn)) == len(drawn)


def test_what_is_no_emoji_has_none() -> None:
    assert not any(map(has_picture, ("", "x", "1", "..", "../1f600", "\ufe0f")))


def test_the_search_offers_no_emoji_without_a_picture() -> None:
    assert all(map(has_picture, search_emoji("face", 1000)))
