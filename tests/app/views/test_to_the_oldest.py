"""Ctrl+Home once is enough, however many pages there are."""

from __future__ import annotations

from typing import Any

from tests.app.views.conftest import Stage, messages
from tests.app.views.timeline_sight import view_of

COUNT, PAGE = 1000, 100


def answer(stage: Stage, first: int) -> int:
    """Rows of one page more if they were asked for; where they begin now."""
    if stage.calls.named("on_need_older"):
        stage.calls.made.clear()
        first = max(1, first - PAGE)
        show(stage, first)
    return first


def show(stage: Stage, first: int, **more: Any) -> None:
    rows = messages(COUNT + 1 - first, first=first)
    stage.show_rows(rows, has_older=first > 1, oldest=first, newest=COUNT, **more)


def test_one_press_passes_all_pages(stage: Stage) -> None:
    first = COUNT - PAGE
    show(stage, first)
    stage.press(stage.window.composer.text, "<Control-Home>")
    for _ in range(COUNT // PAGE):
        first = answer(stage, first)

    text = view_of(stage).text
    assert first == 1
    assert "This is the beginning of #dev" in text.get("@0,0", f"@0,{text.winfo_height()}")
    assert text.bbox(text.search("message number 1", "1.0")) is not None


def test_whoever_scrolls_meanwhile_is_left_there(stage: Stage) -> None:
    first = COUNT - PAGE
    show(stage, first)
    stage.press(stage.window.composer.text, "<Control-Home>")
    view = view_of(stage)
    view.scroll_pages(1)
    stage.settle()
    stage.calls.made.clear()
    top = view.text.get("@0,40 linestart", "@0,40 lineend")

    show(stage, first - PAGE)

    assert view.text.get("@0,40 linestart", "@0,40 lineend") == top


def test_the_newest_is_one_press_away_again(stage: Stage) -> None:
    first = COUNT - PAGE
    show(stage, first)
    stage.press(stage.window.composer.text, "<Control-Home>", "<Control-End>")

    show(stage, first - PAGE)

    assert view_of(stage).is_at_newest
