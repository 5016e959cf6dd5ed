"""Ctrl+F: hits are counted, lit and gone to; the key list is made from the key table."""

from __future__ import annotations

import pytest

from app.views.find_bar import FindBar, hits_in
from app.views.key_bindings import KEY_TABLE
from app.views.rows import HoleRow, MessageKind
from app.views.timeline_layout import WINDOW_ROWS_MAX
from tests.app.views.conftest import Stage, message, messages, texts_of
from tests.app.views.test_timeline_view import view_of


@pytest.fixture
def bar(stage: Stage) -> FindBar:
    """Open over a room of a thousand messages; each tenth one is about boats."""
    rows = [message(n, "the Boat leaves" if n % 10 == 0 else f"words {n}") for n in range(1, 1001)]
    stage.show_rows(tuple(rows), has_older=False)
    stage.window.find_bar.field.set_value("")
    stage.press(stage.window.composer.text, "<Control-f>")
    return stage.window.find_bar


def enter(stage: Stage, bar: FindBar, words: str) -> None:
    bar.field.insert("end", words)
    stage.settle()


def test_case_does_not_matter_and_notices_do_not_count() -> None:
    rows = (
        message(1, "A boat"),
        message(2, "boat", kind=MessageKind.NOTICE),
        HoleRow("hole", 3),
        message(3, "BOATS"),
    )
    assert hits_in(rows, "boat") == [1, 3]
    assert hits_in(rows, " ") == []


def test_the_newest_hit_comes_first(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    assert bar.count.cget("text") == "100 of 100"
    assert view_of(stage).text.tag_ranges("lit_current")


def test_enter_goes_to_older_ones_and_lights_all(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    stage.press(bar.field, "<Return>", "<Control-g>")
    assert bar.count.cget("text") == "98 of 100"
    text = view_of(stage).text
    first, last = (str(index) for index in text.tag_ranges("lit_current"))
    assert text.get(first, last) == "Boat"
    assert len(text.tag_ranges("lit")) >= 2
    stage.press(bar.field, "<Control-Shift-G>")
    assert bar.count.cget("text") == "99 of 100"


def test_a_hit_far_away_is_brought_into_the_widget(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "words 11")
    for _ in range(12):
        stage.press(bar.field, "<Up>")
    view = view_of(stage)
    assert bar.count.cget("text") == "1 of 10"
    found = view.text.search("words 11", "1.0")
    assert view.text.bbox(found) is not None
    assert view.shown_row_count <= WINDOW_ROWS_MAX
    assert not view.is_at_newest


def test_beyond_the_oldest_hit_older_messages_are_asked_for(stage: Stage, bar: FindBar) -> None:
    stage.show_rows(messages(5, first=900), has_older=True)
    stage.calls.made.clear()
    enter(stage, bar, "number 90")
    assert bar.count.cget("text") == "5 of 5 · older ones not loaded"
    for _ in range(5):
        stage.press(bar.field, "<Return>")
    assert stage.calls.named("on_need_older")
    stage.show_rows(messages(105, first=800))
    assert bar.count.cget("text") == "1 of 5"


def test_nothing_found_is_said(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "whale")
    assert bar.count.cget("text") == "Nothing found"
    stage.press(bar.field, "<Return>")


def test_escape_closes_it_and_nothing_stays_lit(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    stage.press(bar.field, "<Escape>")
    assert not bar.winfo_manager()
    assert not view_of(stage).text.tag_ranges("lit_current")
    assert stage.window.root.focus_get() is stage.window.composer.text


@pytest.mark.parametrize("words", ["[exit]", "$x {", "a\\"])
def test_words_are_no_pattern(stage: Stage, bar: FindBar, words: str) -> None:
    stage.show_rows((message(1, f"so {words} it is"),))
    enter(stage, bar, words)
    text = view_of(stage).text
    first, last = (str(index) for index in text.tag_ranges("lit_current"))
    assert text.get(first, last) == words


@pytest.mark.parametrize("key", ["<F1>", "<Control-slash>"])
def test_the_key_list_names_every_key_of_the_table(stage: Stage, key: str) -> None:
    stage.press(stage.window.composer.text, key)
    popup = stage.window.popups.key_list
    assert popup.winfo_manager() == "place"
    listed = {item.row for item in popup.listing.items}
    assert {(b.keys, b.words) for b in KEY_TABLE if b.keys} <= listed
    assert "Ctrl+K" in texts_of(popup.listing)
    stage.press(popup.listing, "<Escape>")
    assert not popup.winfo_manager()
    assert stage.window.composer.text.tag_ranges("sel") == ()
