"""A view that was cleared: a line says so, and brings back what was there."""

from __future__ import annotations

from tests.app.views.conftest import Stage, messages
from tests.app.views.timeline_sight import view_of


def text_of(stage: Stage) -> str:
    return str(view_of(stage).text.get("1.0", "end-1c"))


def click(stage: Stage, words: str) -> None:
    text = view_of(stage).text
    box = text.bbox(text.search(words, "1.0"))
    assert box is not None
    for sequence in ("<Motion>", "<ButtonPress-1>", "<ButtonRelease-1>"):
        text.event_generate(sequence, x=box[0] + 2, y=box[1] + 4)
    stage.settle()


def test_nothing_is_left_but_a_way_back(stage: Stage) -> None:
    stage.show(100)
    stage.show_rows((), is_cleared=True)
    assert "message number" not in text_of(stage)
    assert "beginning" not in text_of(stage)
    click(stage, "Show earlier messages")
    assert stage.calls.named("on_show_earlier") == [(stage.room_key,)]
    stage.show(100)
    assert "message number 100" in text_of(stage)
    assert "Show earlier messages" not in text_of(stage)
    assert view_of(stage).is_at_newest


def test_what_comes_then_stands_below_the_line(stage: Stage) -> None:
    stage.show(10)
    stage.show_rows((), is_cleared=True)
    stage.show_rows(messages(2, first=11), is_cleared=True)
    shown = text_of(stage)
    assert shown.index("Show earlier") < shown.index("message number 11")
    assert "message number 10" not in shown
    stage.show(12)
    assert "message number 1\n" in text_of(stage)


def test_page_up_brings_it_back(stage: Stage) -> None:
    stage.show_rows(messages(1), is_cleared=True)
    stage.press(stage.window.composer.text, "<Prior>")
    assert stage.calls.named("on_show_earlier") == [(stage.room_key,)]


def test_page_up_at_the_beginning_asks_for_nothing(stage: Stage) -> None:
    stage.show(1)
    stage.press(stage.window.composer.text, "<Prior>")
    assert stage.calls.named("on_show_earlier") == []
