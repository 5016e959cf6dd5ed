"""The topic in the header: cut to one line, and all of it in a card."""

from __future__ import annotations

import pytest

from app.views.rows import HeaderRow, LinkQuality, StatusRow
from tests.app.views.conftest import Stage

LONG = "what we build, and when, and with whom, and why it took so long " * 5
ROW = HeaderRow("dev", LONG, "Set by Anna, Friday, 20 November 2026, 09:12:00")


def is_open(stage: Stage) -> bool:
    return bool(stage.window.popups.topic_card().winfo_manager())


@pytest.mark.parametrize("width", [480, 1100])
def test_a_click_shows_all_of_it(stage: Stage, width: int) -> None:
    stage.resize(width)
    window, card = stage.window, stage.window.popups.topic_card()
    window.show_header(ROW)
    window.composer.text.focus_force()
    stage.settle()
    assert window.header.topic.cget("text").endswith("…")
    window.header.topic.event_generate("<ButtonPress-1>", x=5, y=5)
    window.header.topic.event_generate("<ButtonRelease-1>", x=5, y=5)
    stage.settle()
    assert is_open(stage)
    assert card.topic.cget("text") == LONG.strip()
    assert card.origin.cget("text") == ROW.topic_tooltip
    assert card.winfo_x() >= 0 and card.winfo_x() + card.winfo_width() <= width
    card.copy_button.invoke()
    assert window.root.clipboard_get() == LONG
    window.header.topic.event_generate("<ButtonPress-1>", x=5, y=5)
    window.header.topic.event_generate("<ButtonRelease-1>", x=5, y=5)
    assert not is_open(stage)
    assert window.root.focus_get() is window.composer.text


def test_by_the_keyboard_and_back(stage: Stage) -> None:
    topic = stage.window.header.topic
    stage.window.show_header(ROW)
    stage.press(topic, "<Return>")
    assert is_open(stage)
    stage.press(stage.window.popups.topic_card().close_button, "<Escape>")
    assert not is_open(stage)
    assert stage.window.root.focus_get() is topic


def test_the_pill_says_less_where_the_topic_needs_its_room(stage: Stage) -> None:
    window, header = stage.window, stage.window.header
    status = StatusRow(LinkQuality.GOOD, "24 ms · 0 % lost", "24 ms")
    window.set_status(status)
    window.show_header(HeaderRow("dev", "Protocol, client and relay work"))
    for width, is_short in ((1100, False), (780, True), (1100, False)):
        stage.resize(width)
        assert header.pill.shown_text == ("24 ms" if is_short else status.text)
        assert header.topic.cget("text") == header.row.topic
    # One that is cut in any case has what it needs to be read at all.
    window.show_header(HeaderRow("dev", LONG))
    stage.settle()
    assert header.pill.shown_text == status.text
    stage.resize(780)
    assert header.pill.shown_text == "24 ms"
    assert len(str(header.topic.cget("text"))) > 25
    # Without a topic nobody needs it.
    window.show_header(HeaderRow("dev"))
    stage.settle()
    assert header.pill.shown_text == status.text


def test_no_topic_is_no_button(stage: Stage) -> None:
    topic = stage.window.header.topic
    stage.window.show_header(HeaderRow("dev"))
    topic.invoke()
    assert not is_open(stage)
    assert not int(str(topic.cget("takefocus")))


def test_who_set_it_is_said_where_it_is_known(stage: Stage) -> None:
    card = stage.window.popups.topic_card()
    stage.window.show_header(HeaderRow("dev", "x"))
    stage.window.header.topic.invoke()
    assert not card.origin.winfo_manager()
    assert stage.window.header._topic_hint() == "x"
    stage.window.show_header(ROW)
    assert stage.window.header._topic_hint().endswith(ROW.topic_tooltip)


def test_find_button(stage: Stage) -> None:
    window = stage.window
    window.header.find_button.invoke()
    stage.settle()
    assert window.find_bar.winfo_viewable()
    window.header.find_button.invoke()
    assert not window.find_bar.winfo_manager()
