"""Another theme at once: no old colour stays, and every theme reads well."""

from __future__ import annotations

import tkinter as tk

import msgspec
from PIL import ImageTk
from ttkbootstrap import is_bootstyle_strict

from app.views.images import Icon
from app.views.rows import BannerKind, BannerRow, RoomRow
from app.views.tokens import Tokens
from tests.app.views.conftest import PEOPLE, Stage, items_of, option_of
from tests.app.views.test_tokens import check_contrast


def all_widgets(widget: tk.Misc) -> list[tk.Misc]:
    return [widget, *(inner for child in widget.winfo_children() for inner in all_widgets(child))]


class TestThemes:
    def test_the_button_switches_and_tells(self, stage: Stage) -> None:
        stage.window.own_card.theme_button.invoke()
        assert stage.window.theme_mode == "dark"
        assert stage.calls.named("on_theme_change") == [("dark",)]

    def test_every_theme_there_is_reads_well(self, stage: Stage) -> None:
        look = stage.window.look
        for name in stage.window.root.theme_names():
            look.use(name)
            check_contrast(look.tokens)

    def test_a_switch_leaves_no_old_colour(self, stage: Stage) -> None:
        window, look = stage.window, stage.window.look
        stage.show(12, new_from=6)
        window.show_people(PEOPLE)
        window.show_self(PEOPLE[0])
        window.set_banner(BannerRow(BannerKind.LINK_LOST, "lost", "Try now"))
        window.show_rooms([RoomRow(stage.room_key, "dev", unread=3), RoomRow("x", "x", mentions=1)])
        stage.settle()
        light = look.tokens
        look.use("dark")
        stage.settle()
        dark = look.tokens
        own = set(_colors(dark))
        old = set(_colors(light)) - own
        for widget in all_widgets(window.root):
            for option in ("background", "foreground", "highlightbackground"):
                try:
                    color = str(widget.cget(option))
                except tk.TclError:
                    continue
                assert color not in old, f"{widget} keeps {option} {color}"
            if isinstance(widget, tk.Canvas):
                for item in items_of(widget, "text", "line", "rectangle"):
                    assert option_of(widget, item, "fill") not in old
            if isinstance(widget, tk.Text):
                for tag in widget.tag_names():
                    assert str(widget.tag_cget(tag, "foreground")) not in old
                    assert str(widget.tag_cget(tag, "background")) not in old

    def test_pictures_follow_the_theme(self, stage: Stage) -> None:
        images = stage.window.look.images
        recipe = Icon("hash", 17, "muted")
        holder = tk.Label(stage.window.root, image=images.get(recipe))
        photo = images._photos[recipe]
        before = _pixels(photo)
        stage.window.look.use("dark")
        assert images._photos[recipe] is photo
        assert _pixels(photo) != before
        holder.destroy()

    def test_the_strict_mode_is_on(self, stage: Stage) -> None:
        assert is_bootstyle_strict()


def _colors(tokens: Tokens) -> list[str]:
    values = msgspec.structs.astuple(tokens)
    flat: list[str] = []
    for value in values:
        flat += value if isinstance(value, tuple) else [value] if isinstance(value, str) else []
    return flat


def _pixels(photo: ImageTk.PhotoImage) -> bytes:
    return ImageTk.getimage(photo).tobytes()
