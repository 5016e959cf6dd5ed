"""Tab goes round in what lies over the window, and Space acts on nothing that is covered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.views.focus_ring import is_in
from app.views.rows import HeaderRow
from app.views.server_rows import ConnectRow
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of
from tools.photographer import grab

ROUND_MAX = 80


def focus_of(stage: Stage) -> str:
    return str(stage.window.root.tk.call("focus"))


def walk(stage: Stage, sequence: str) -> list[str]:
    """Where the keys have been, until they come to a place for the second time."""
    stage.settle()
    visited = [focus_of(stage)]
    while len(visited) < ROUND_MAX:
        widget: Any = stage.window.root.nametowidget(visited[-1])
        widget.event_generate(sequence)
        stage.settle()
        if focus_of(stage) in visited:
            return visited
        visited.append(focus_of(stage))
    raise AssertionError("Tab did not come round")


@pytest.fixture(autouse=True)
def _in_front(stage: Stage) -> None:
    stage.press(stage.window.composer.text)


OPENERS: dict[str, Callable[[Any], Any]] = {
    "settings": lambda popups: (popups.toggle_settings(), popups.settings())[1],
    "join": lambda popups: (popups.open_join_dialog(), popups.join_dialog())[1],
    "keys": lambda popups: (popups.lists.toggle_keys(), popups.lists.keys())[1],
    "switcher": lambda popups: (popups.toggle_switcher(), popups.switcher())[1],
    "emoji": lambda popups: (popups.toggle_emoji_picker(), popups.emoji_picker())[1],
}


@pytest.mark.parametrize("sequence", ["<Tab>", "<Shift-Tab>"])
@pytest.mark.parametrize("name", OPENERS)
def test_tab_stays_in_what_is_open(stage: Stage, name: str, sequence: str) -> None:
    popup = OPENERS[name](stage.window.popups)
    stage.settle()
    visited = walk(stage, sequence)
    assert all(is_in(path, popup) for path in visited), visited


@pytest.mark.parametrize("sequence", ["<Tab>", "<Shift-Tab>"])
def test_tab_stays_on_the_connect_page(stage: Stage, sequence: str) -> None:
    stage.window.show_connect(ConnectRow(nick="anna", server="10.0.0.1"))
    page = stage.window.connect_page
    visited = walk(stage, sequence)
    assert all(is_in(path, page) for path in visited), visited
    assert {str(page.nick), str(page.server), str(page.button)} <= set(visited)


def test_from_behind_the_page_tab_leads_onto_it(stage: Stage) -> None:
    stage.window.show_connect(ConnectRow(nick="anna", server="10.0.0.1"))
    stage.press(stage.window.header.people_button, "<Tab>")
    assert is_in(focus_of(stage), stage.window.connect_page)


def test_a_sheet_over_the_page_keeps_it(stage: Stage) -> None:
    stage.window.show_connect(ConnectRow(nick="anna", server="10.0.0.1"))
    stage.window.popups.open_network_test("")
    stage.settle()
    visited = walk(stage, "<Tab>")
    assert all(is_in(path, stage.window.popups.network_test()) for path in visited), visited


def test_in_the_chat_it_goes_everywhere(stage: Stage) -> None:
    stage.window.show_header(HeaderRow("dev", "What we build"))
    stage.window.focus_composer()
    visited = walk(stage, "<Tab>")
    assert str(stage.window.header.people_button) in visited
    assert str(stage.window.composer.text) in visited


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_ring_around_the_messages_is_seen_by_who_came_with_the_keys(
    stage: Stage, look: str
) -> None:
    stage.window.look.use(look)
    stage.show_rows((message(1, "one and a half"),))
    stage.window.root.focus_force()
    view, tokens = view_of(stage), stage.window.look.tokens
    text = view.text

    def is_drawn(color: str) -> bool:
        stage.settle()
        x, y = view.winfo_rootx(), view.winfo_rooty() + view.winfo_height() // 2
        red, green, blue = (value // 256 for value in view.winfo_rgb(color))
        return grab().getpixel((x, y)) == (red, green, blue)

    stage.press(text, "<Up>")
    stage.until(lambda: is_drawn(tokens.accent))
    stage.press(stage.window.composer.text)
    stage.until(lambda: is_drawn(tokens.bg))
    text.event_generate("<ButtonPress-1>", x=100, y=20)
    text.event_generate("<B1-Motion>", x=200, y=60)
    text.tag_add("sel", "1.0", "end")
    text.event_generate("<ButtonRelease-1>", x=200, y=60)
    stage.until(lambda: focus_of(stage) == str(text) and is_drawn(tokens.bg))
    text.event_generate("<<Copy>>")
    assert is_drawn(tokens.bg)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_button_with_the_keys_is_seen_after_leaving(stage: Stage, look: str) -> None:
    from PIL import Image

    stage.window.look.use(look)
    stage.window.show_connect(ConnectRow(nick="anna", server="10.0.0.1"))
    stage.window.root.focus_force()
    stage.window.focus_home()
    stage.settle()
    button = stage.window.connect_page.button
    assert focus_of(stage) == str(button)

    def picture() -> Image.Image:
        stage.settle()
        x, y = button.winfo_rootx(), button.winfo_rooty()
        return grab().crop((x, y, x + button.winfo_width(), y + button.winfo_height()))

    def line(image: Image.Image) -> set[Any]:
        width = image.width
        return {image.getpixel((x, 1)) for x in range(width // 4, width // 2)}

    held = line(picture())
    stage.window.connect_page.nick.focus_set()
    stage.until(lambda: line(picture()) != held)
    assert len(held) == 1, "a whole line, not a dotted one"
