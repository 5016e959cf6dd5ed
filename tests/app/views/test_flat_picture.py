"""Whatever is drawn again and again has no half transparent pixels."""

from __future__ import annotations

import tkinter as tk

import pytest
from PIL import Image

from app.views.flat_picture import Cut, Flat
from app.views.images import Avatar, Icon
from app.views.rows import MessageState, PersonRow, RoomRow
from app.views.tokens import tokens_of
from tests.app.views.conftest import Stage, items_of, message, option_of
from tests.app.views.test_tokens import THEMES
from tests.app.views.timeline_sight import view_of

LIGHT = tokens_of(THEMES["light"])


def px(logical: float) -> int:
    return round(logical)


def alphas(picture: Image.Image) -> set[int]:
    return set(picture.getchannel("A").tobytes())


def assert_not_half_transparent(stage: Stage, names: set[str]) -> None:
    images = stage.window.look.images
    shown = {recipe for recipe, photo in images._photos.items() if str(photo) in names}
    assert len(shown) == len(names) > 0
    half = [r for r in shown if not alphas(r.draw(LIGHT, px)) <= {0, 255}]
    assert not half


def test_one_is_laid_on_its_ground_and_of_the_other_the_clear_part_stays_clear() -> None:
    avatar = Avatar(0, "AB", 40)
    assert alphas(avatar.draw(LIGHT, px)) - {0, 255}
    assert alphas(Flat(avatar, "bg").draw(LIGHT, px)) == {255}
    cut = Cut(avatar, "bg").draw(LIGHT, px)
    assert alphas(cut) == {0, 255}
    ground = Image.new("RGBA", cut.size, LIGHT.bg)
    laid = Image.alpha_composite(ground, cut)
    assert laid.tobytes() == Flat(avatar, "bg").draw(LIGHT, px).tobytes()


@pytest.mark.parametrize("more", [{}, {"is_own": True}, {"is_mention": True}])
def test_among_the_messages(stage: Stage, more: dict[str, bool]) -> None:
    state = MessageState.HELD
    stage.show_rows((message(1, "hi 👍", state=state, **more), message(2, "> so", **more)))
    text: tk.Text = view_of(stage).text
    names = {str(text.image_cget(name, "image")) for name in text.image_names()}
    assert_not_half_transparent(stage, names)


def test_in_the_lists(stage: Stage) -> None:
    stage.window.show_rooms([RoomRow("a", "a", unread=2), RoomRow("b", "b", is_selected=True)])
    stage.window.show_people([PersonRow("p", "Ben", is_moderator=True)])
    stage.settle()
    for canvas in (stage.window.room_list.rooms, stage.window.member_list.people):
        canvas._hover(1)
        names = {option_of(canvas, item, "image") for item in items_of(canvas, "image")}
        assert_not_half_transparent(stage, names)
        canvas._hover(None)
    assert Flat(Icon("hash", 17, "row_text"), "row_hovered") in stage.window.look.images._photos
