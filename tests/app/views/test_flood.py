"""A thousand messages at once: the end stays in view, the field takes keys, little is drawn."""

from __future__ import annotations

from app.views.timeline_layout import WINDOW_ROWS_MAX
from tests.app.views.conftest import Stage, messages
from tests.app.views.test_timeline_view import place_of, view_of


def test_a_thousand_at_once_into_the_open_room(stage: Stage) -> None:
    stage.window.composer.set_value("")
    stage.show(50)
    for count in range(60, 1051, 33):
        stage.show_rows(messages(count))
        stage.window.composer.text.insert("end", "x")
    stage.show(1050)
    assert view_of(stage).is_at_newest
    assert view_of(stage).shown_row_count <= WINDOW_ROWS_MAX
    assert place_of(stage, "message number 1050") > 0
    assert stage.window.composer.value == "x" * 31
    stage.window.composer.set_value("")


def test_a_jump_by_a_thousand_draws_what_is_seen(stage: Stage) -> None:
    stage.show(50)
    stage.show(1050)
    assert view_of(stage).shown_row_count <= WINDOW_ROWS_MAX
    assert place_of(stage, "message number 1050") > 0
