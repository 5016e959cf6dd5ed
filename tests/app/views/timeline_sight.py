"""What is to be seen of the messages in the window."""

from __future__ import annotations

from app.views.timeline_view import TimelineView
from tests.app.views.conftest import Stage


def view_of(stage: Stage) -> TimelineView:
    view = stage.window.panes.current
    assert view is not None
    return view


def text_of(stage: Stage) -> str:
    return str(view_of(stage).text.get("1.0", "end"))


def place_of(stage: Stage, words: str) -> int:
    """The y of the line with `words`."""
    text = view_of(stage).text
    found = text.search(words, "1.0")
    assert found, f"{words!r} is not in the widget"
    info = text.dlineinfo(found)
    assert info is not None, f"{words!r} is not in view"
    return info[1]


def first_line_in_view(stage: Stage) -> str:
    text = view_of(stage).text
    return str(text.get("@0,40 linestart", "@0,40 lineend")).strip()
