"""The list of reminders: what it shows, copies and removes."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator

import pytest

from app.views.rows import TextRow
from app.views.text_list_view import ROWS_MAX, TextListView
from tests.app.views.conftest import Stage

LONG = "a long text that goes on " * 20


@pytest.fixture
def reminders(stage: Stage) -> Iterator[TextListView]:
    yield stage.window.popups.lists.reminders()
    stage.window.show_reminders([])


def words_of(listing: TextListView) -> list[str]:
    """All texts on labels in the list."""
    found: list[str] = []
    places: list[tk.Misc] = [listing.area.inside]
    while places:
        place = places.pop(0)
        places += place.winfo_children()
        if isinstance(place, tk.Label) and place.cget("text"):
            found.append(str(place.cget("text")))
    return found


class TestTextList:
    @pytest.mark.parametrize("width", [1100, 480])
    def test_texts_stand_below_their_heads_and_fit(
        self, stage: Stage, reminders: TextListView, width: int
    ) -> None:
        stage.resize(width)
        stage.window.show_reminders([TextRow(1, "Today, 12:00", "tea"), TextRow(2, "Later", LONG)])
        stage.window.open_reminders()
        stage.settle()

        assert set(words_of(reminders)) == {"Today, 12:00", "tea", "Later", LONG.strip()}
        right = reminders.area.winfo_rootx() + reminders.area.winfo_width()
        for _copy, remove in reminders.buttons:
            assert remove.winfo_ismapped()
            assert remove.winfo_rootx() + remove.winfo_width() <= right
        assert not reminders.area.hidden

    def test_a_text_is_copied_as_it_was_written(
        self, stage: Stage, reminders: TextListView
    ) -> None:
        stage.window.show_reminders([TextRow(1, "Today", "one\n  *two*")])
        stage.window.open_reminders()
        stage.settle()
        stage.press(reminders.buttons[0][0], "<Return>")

        assert stage.window.root.clipboard_get() == "one\n  *two*"

    def test_one_is_removed_and_the_keys_stay_in_the_list(
        self, stage: Stage, reminders: TextListView
    ) -> None:
        rows = [TextRow(number, "Today", f"text {number}") for number in range(3)]
        stage.window.show_reminders(rows)
        stage.window.open_reminders()
        stage.settle()
        stage.press(reminders.close_button, "<Tab>", "<Tab>", "<Tab>")
        assert stage.window.root.focus_get() is reminders.buttons[1][1]
        reminders.buttons[1][1].event_generate("<space>")
        stage.settle()
        assert stage.calls.named("on_remove_reminder") == [(1,)]

        stage.window.show_reminders([rows[0], rows[2]])
        stage.settle()
        assert "text 1" not in words_of(reminders)
        assert stage.window.root.focus_get() is reminders.buttons[1][1]

        stage.window.show_reminders([])
        stage.settle()
        assert words_of(reminders) == ["There are none. /remind 10m and a text sets one."]
        assert stage.window.root.focus_get() is reminders.close_button

    def test_many_are_scrolled_and_very_many_counted(
        self, stage: Stage, reminders: TextListView
    ) -> None:
        stage.resize(480, 480)
        rows = [TextRow(number, "Today", f"text {number}") for number in range(ROWS_MAX + 1234)]
        stage.window.show_reminders(rows)
        stage.window.open_reminders()
        stage.settle()

        assert len(reminders.buttons) == ROWS_MAX
        assert "and 1\u00a0234 more" in words_of(reminders)
        assert reminders.winfo_y() + reminders.winfo_height() <= 480
        assert reminders.area.hidden

    def test_text_that_could_harm_is_shown_safely(
        self, stage: Stage, reminders: TextListView
    ) -> None:
        stage.window.show_reminders([TextRow(1, "\x00", "a\ud800\u202e[exit]" + "x" * 100_000)])
        stage.window.open_reminders()
        stage.settle()

        assert any(words.startswith("a\ufffd[exit]xxx") for words in words_of(reminders))
