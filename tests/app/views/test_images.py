"""Pictures: drawn once, bounded, never taken from a widget that shows them."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path

import pytest
from PIL import Image

from app.views.emoji_pictures import draw_emoji
from app.views.images import Avatar, AvatarSlice, Badge, Icon, Images, Rounded
from app.views.rows import Presence
from app.views.tokens import tokens_of
from tests.app.views.conftest import Stage
from tests.app.views.test_tokens import THEMES

LIGHT, DARK = tokens_of(THEMES["light"]), tokens_of(THEMES["dark"])


def px(logical: float) -> int:
    return round(logical)


class TestRecipes:
    def test_presences_differ_in_shape_not_in_colour_alone(self) -> None:
        grey = [
            Avatar(0, "AB", 32, presence).draw(LIGHT, px).convert("L").tobytes()
            for presence in Presence
        ]
        assert len(set(grey)) == len(Presence)

    def test_two_slices_make_the_avatar(self) -> None:
        avatar = Avatar(0, "AB", 40)
        upper = AvatarSlice(avatar, False, 56, 18).draw(LIGHT, px)
        lower = AvatarSlice(avatar, True, 56, 18).draw(LIGHT, px)
        joined = Image.new("RGBA", (56, 40))
        joined.paste(upper, (0, 0))
        joined.paste(lower, (0, 22))
        whole = avatar.draw(LIGHT, px)
        assert joined.crop((0, 0, 40, 40)).tobytes() == whole.tobytes()

    def test_a_badge_grows_with_its_text(self) -> None:
        one, many = (Badge(text, "badge", "badge_text").draw(LIGHT, px) for text in ("1", "99+"))
        assert one.width < many.width
        assert one.height == many.height

    def test_a_field_has_round_corners_and_a_border(self) -> None:
        field = Rounded(200, 36, 10, "field", "field_border").draw(LIGHT, px)
        corner, border, inside = (field.getpixel(place) for place in ((0, 0), (100, 0), (100, 18)))
        assert isinstance(corner, tuple)
        assert corner[3] == 0
        assert border == (*bytes.fromhex(LIGHT.field_border[1:]), 255)
        assert inside == (*bytes.fromhex(LIGHT.field[1:]), 255)

    def test_a_theme_changes_the_picture(self) -> None:
        icon = Icon("hash", 16, "muted")
        assert icon.draw(LIGHT, px).tobytes() != icon.draw(DARK, px).tobytes()

    def test_an_emoji_has_colour(self) -> None:
        picture = draw_emoji("❤️", 20, "#ffffff", "#888888")
        colors = picture.getcolors(10_000)
        assert picture.size == (20, 20)
        assert colors is not None
        assert len(colors) > 5


class TestCache:
    def test_equal_recipes_share_one_picture(self, stage: Stage) -> None:
        images = Images(LIGHT, px)
        assert images.get(Icon("hash", 16)) == images.get(Icon("hash", 16))
        assert len(images) == 1

    def test_it_is_bounded(self, stage: Stage) -> None:
        images = Images(LIGHT, px, images_max=50)
        for size in range(2, 400):
            images.get(Rounded(size, 4, 1, "field"))
        assert len(images) <= 50

    def test_what_is_shown_is_kept(self, stage: Stage) -> None:
        images = Images(LIGHT, px, images_max=10)
        shown = images.get(Icon("hash", 16))
        label = tk.Label(stage.window.root, image=shown)
        for size in range(2, 100):
            images.get(Rounded(size, 4, 1, "field"))
        assert images.get(Icon("hash", 16)) == shown
        label.destroy()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell")
def test_the_font_of_the_icons_is_in_memory_twice_at_most() -> None:
    for size in range(10, 40):
        Icon("hash", size).draw(LIGHT, px)
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    assert 1 <= sum(line.endswith("bootstrap.ttf") for line in maps) <= 2
