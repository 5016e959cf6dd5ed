"""Of the panes that are kept only one is on the screen; the others catch up when they come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.views.rows import AppearanceRow
from app.views.timeline_view import TimelineView
from tests.app.views.conftest import Stage, message, messages

EMOJI = "🎉"
COUNT = 90


@pytest.fixture(autouse=True)
def usual_size(stage: Stage) -> Iterator[None]:
    yield
    stage.window.show_appearance(AppearanceRow(), "light")


def shown(stage: Stage) -> TimelineView:
    pane = stage.window.panes.current
    assert pane is not None
    return pane


def other_room(stage: Stage) -> None:
    stage.room_key += " other"


def emoji_sizes(pane: TimelineView, start: str, end: str) -> set[int]:
    """How high the pictures of emoji are that stand there, in pixels."""
    text = pane.text
    found = text.dump(start, end, image=True)
    names = [str(text.image_cget(at, "image")) for _kind, name, at in found if EMOJI in name]
    assert names
    return {int(text.tk.call("image", "height", name)) for name in names}


def in_view(pane: TimelineView) -> tuple[str, str]:
    return "@0,0", f"@0,{pane.text.winfo_height()}"


def many_emoji(stage: Stage) -> TimelineView:
    stage.show_rows(tuple(message(number, f"hi {EMOJI} there") for number in range(1, COUNT + 1)))
    shown(stage).scroll_to_oldest()
    stage.until(lambda: shown(stage).shown_row_count == COUNT)
    return shown(stage)


def test_only_the_shown_one_is_mapped(stage: Stage) -> None:
    stage.show(40)
    first = shown(stage)
    other_room(stage)
    stage.show(40)
    assert shown(stage) is not first
    assert shown(stage).winfo_ismapped() and not first.winfo_ismapped()


def test_a_pane_comes_back_where_it_was_left(stage: Stage) -> None:
    rows, own_key = messages(COUNT), stage.room_key
    stage.show_rows(rows)
    pane = shown(stage)
    pane.scroll_pixels(-400)
    stage.settle()
    line = pane.text.index("@0,40")
    box = pane.text.dlineinfo(line)
    other_room(stage)
    stage.show(3)
    stage.room_key = own_key
    stage.show_rows(rows)
    assert shown(stage) is pane and pane.winfo_ismapped()
    assert pane.text.dlineinfo(line) == box
    assert not pane.is_at_newest


def test_a_pane_at_its_end_stays_there_when_the_window_got_lower(stage: Stage) -> None:
    rows, own_key = messages(COUNT), stage.room_key
    stage.show_rows(rows)
    other_room(stage)
    stage.show(3)
    stage.resize(700, 500)
    stage.room_key = own_key
    stage.show_rows(rows)
    assert shown(stage).is_at_newest and shown(stage).sheet.is_end_in_view
    stage.resize(1100)


def test_pictures_grow_with_the_text_those_in_view_at_once(stage: Stage) -> None:
    pane = many_emoji(stage)
    (before,) = emoji_sizes(pane, "1.0", "end")
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    assert emoji_sizes(pane, *in_view(pane)) == {2 * before}
    stage.until(lambda: emoji_sizes(pane, "1.0", "end") == {2 * before})


def test_those_of_a_pane_out_of_sight_grow_when_it_is_seen(stage: Stage) -> None:
    own_key, pane = stage.room_key, many_emoji(stage)
    rows = tuple(pane.rows)
    (before,) = emoji_sizes(pane, "1.0", "end")
    other_room(stage)
    stage.show(3)
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    stage.settle()
    assert emoji_sizes(pane, "1.0", "end") == {before}, "nobody sees it: that can wait"
    stage.room_key = own_key
    stage.show_rows(rows)
    assert emoji_sizes(pane, *in_view(pane)) == {2 * before}
    stage.until(lambda: emoji_sizes(pane, "1.0", "end") == {2 * before})
