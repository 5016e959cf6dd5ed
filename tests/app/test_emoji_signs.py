"""Emoji are found where the library finds them, and quickly."""

from __future__ import annotations

import emoji
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.emoji_signs import emoji_name, emoji_named, emoji_places, may_have_emoji, place_between

#: Those that are letters of plain text as well are none here.
_TEXT_SIGNS = "©®™↔↕↖↗↘↙↩↪‼⁉ℹ"
SIGNS = [sign for sign in emoji.EMOJI_DATA if sign[0] not in _TEXT_SIGNS]


def found(text: str) -> list[tuple[int, int]]:
    return list(emoji_places(text))


def test_every_emoji_is_found_whole() -> None:
    missed = [sign for sign in SIGNS if found(sign) != [(0, len(sign))]]
    assert not missed
    assert all(map(may_have_emoji, SIGNS))


def listed(text: str) -> list[tuple[int, int]]:
    return [(place["match_start"], place["match_end"]) for place in emoji.emoji_list(text)]


def covered(places: list[tuple[int, int]]) -> set[int]:
    return {at for place in places for at in range(*place)}


@given(st.lists(st.sampled_from([*SIGNS, "a", " ", "5", "#", "é", "✓", "𝒳"])))
def test_they_stand_where_the_library_says(parts: list[str]) -> None:
    text = "".join(parts)
    assert found(text) == listed(text)


@given(st.lists(st.sampled_from([*SIGNS, "\u200d", "\ufe0f"])))
def test_amid_loose_joiners_at_least_what_the_library_finds_is_found(parts: list[str]) -> None:
    text = "".join(parts)
    assert all(text[start:end] in emoji.EMOJI_DATA for start, end in found(text))
    assert covered(found(text)) >= covered(listed(text))


def test_an_emoji_in_front_of_a_loose_joiner_is_found() -> None:
    assert found("❤️\u200d🔧") == [(0, 2), (3, 4)]  # the library passes over this one


@pytest.mark.parametrize("sign", _TEXT_SIGNS)
def test_a_sign_of_plain_text_is_none(sign: str) -> None:
    assert found(f"a {sign} b 👍") == [(6, 7)]


def test_shortcodes_have_names() -> None:
    assert emoji_named(":tada:") == "🎉"
    assert emoji_named(":nosuch:") == ""


@pytest.mark.parametrize("piece", ["👍", "\u200d👍", "5\ufe0f\u20e3", "🇳🇴", "\ufe0f", "✓"])
def test_no_text_is_slow_to_look_through(piece: str) -> None:
    assert len(found(piece * 100_000)) in (0, 100_000)  # the library alone takes minutes here


@pytest.mark.parametrize(("text", "looks_max"), [("あ", 0), ("ア㍿", 0), ("⇒∮", 0), ("🏻", 1)])
def test_only_what_may_begin_an_emoji_is_looked_up(
    text: str, looks_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    class Table(dict[str, object]):
        def __contains__(self, sign: object) -> bool:
            looks.append(str(sign))
            return super().__contains__(sign)

    monkeypatch.setattr(emoji, "EMOJI_DATA", Table(emoji.EMOJI_DATA))
    found(text * 1_000)
    assert len(looks) <= looks_max * 1_000


def test_kana_are_no_run_at_all() -> None:
    assert not may_have_emoji("あアㄱ漢。")


def test_each_has_the_name_that_the_library_gives_it() -> None:
    assert all(emoji_name(sign) == emoji.demojize(sign, language="alias") for sign in SIGNS)


FAMILY, TONE, FLAG = "👨\u200d👩\u200d👧", "👍🏽", "🇳🇴"
REGION, KEY, HEART = (
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "5\ufe0f\u20e3",
    "❤\ufe0f",
)
KISS = "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿"


@pytest.mark.parametrize("sign", [FAMILY, TONE, FLAG, REGION, KEY, HEART, KISS])
@pytest.mark.parametrize("before", ["", "x", "👍", "🇳"])
def test_a_long_run_is_parted_between_pictures(sign: str, before: str) -> None:
    at = len(before)
    if before in sign:  # it would begin another flag
        at, before = 0, ""
    places = [place for place in found(before + sign * 150) if place[0] >= at]
    assert places == [(at + n * len(sign), at + (n + 1) * len(sign)) for n in range(150)]


@pytest.mark.parametrize("sign", [FAMILY, TONE, FLAG, REGION, KEY, HEART, KISS])
def test_where_to_part_is_never_inside_of_a_picture(sign: str) -> None:
    text = sign * 5
    for at in range(1, len(text)):
        place = place_between(text, at)
        assert place <= at
        # Nothing but the first picture is in front of the first place to part at.
        assert place % len(sign) == 0 or place == at < len(sign)


def test_where_nothing_can_be_parted_it_is_cut() -> None:
    assert place_between("a\u200d" * 100, 150) == 150
    assert place_between("abc", 2) == 2
    assert place_between("abc", 3) == 3
