"""Words with emoji outside of lists: header, cards, strips, tooltips and the empty field."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.views import fonts
from app.views.hint import hint_of
from app.views.pictured_text import PicturedText
from app.views.rows import (
    HeaderRow,
    LinkDetailsRow,
    LinkQuality,
    PersonRow,
    StatusRow,
    TimelineRows,
)
from tests.app.views.conftest import Stage, items_of, texts_of

PARTY = "party 🎉"
LONG = "a long line of words, 🎉 and no end of it, " * 6


def pictures_and_words(canvas: PicturedText) -> tuple[int, str]:
    return len(items_of(canvas, "image")), "".join(texts_of(canvas))


class TestPlaces:
    def test_header_field_and_topic_card(self, stage: Stage) -> None:
        window = stage.window
        window.show_header(HeaderRow(PARTY, "x", key=stage.room_key))
        window.show_timeline(TimelineRows(stage.room_key, PARTY, ()))
        window.header.topic.invoke()
        stage.settle()
        assert pictures_and_words(window.header._name) == (1, "party ")
        assert pictures_and_words(window.popups.topic_card()._title) == (1, "#party ")
        assert pictures_and_words(window.composer._placeholder) == (1, "Message #party ")
        window.popups.stack.close_all()

    def test_own_card_and_strip(self, stage: Stage) -> None:
        window = stage.window
        window.show_self(PersonRow("1", "Anna 🎉", status_text="on 🚲", is_self=True))
        window.show_writing_hint(f"This goes to #{PARTY}.")
        stage.settle()
        assert pictures_and_words(window.own_card._name) == (1, "Anna ")
        assert pictures_and_words(window.own_card._presence) == (1, "on ")
        strip = window.column.writing_hint.words
        assert pictures_and_words(strip) == (1, "This goes to #party .")

    def test_the_server_in_its_column_and_in_the_details(self, stage: Stage) -> None:
        window, details = stage.window, stage.window.popups.link_details()
        window.show_server("Harbour 🎉")
        window.toggle_link_details()
        window.show_link_details(LinkDetailsRow("Harbour 🎉", StatusRow(LinkQuality.GOOD, "")))
        stage.settle()
        assert pictures_and_words(window.room_list._name) == (1, "Harbour ")
        assert pictures_and_words(details._title) == (1, "Harbour ")
        window.popups.stack.close_all()

    def test_tooltips(self, stage: Stage) -> None:
        stage.window.show_header(HeaderRow("dev", ":tada: soon", "Set by Anna 🎉"))
        hint = hint_of(stage.window.root)
        hint.plan(stage.window.header.topic, stage.window.header._topic_hint, delay_ms=1)
        stage.until(lambda: hint.shown != "")
        assert hint._label is not None
        (words,) = hint._label.winfo_children()
        assert isinstance(words, PicturedText)
        assert pictures_and_words(words) == (2, " soonSet by Anna ")
        hint.hide()


@pytest.fixture(params=[False, True])
def canvas(stage: Stage, request: pytest.FixtureRequest) -> Iterator[PicturedText]:
    root, look = stage.window.root, stage.window.look
    canvas = PicturedText(root, look, font=fonts.SMALL, wraps=request.param)
    canvas.place(x=0, y=0)
    yield canvas
    canvas.destroy()


class TestRoom:
    def test_it_asks_for_what_its_words_take_and_no_more_than_it_may(
        self, stage: Stage, canvas: PicturedText
    ) -> None:
        canvas.show(PARTY)
        stage.settle()
        assert canvas.winfo_width() == canvas.winfo_reqwidth() < 100
        canvas.show(LONG, 200)
        assert canvas.winfo_reqwidth() == 200

    @pytest.mark.parametrize("words", [LONG, "a" * 200, "🎉" * 60], ids=["words", "a", "emoji"])
    def test_nothing_reaches_beyond_it(
        self, stage: Stage, canvas: PicturedText, words: str
    ) -> None:
        canvas.show(words, 200)
        stage.settle()
        left, _top, right, foot = canvas.bbox("all")
        assert left >= -1 and right <= 201 and foot <= canvas.winfo_height() + 1
        assert (canvas.winfo_height() > 40) is canvas._wraps
        assert any("…" in part for part in texts_of(canvas)) is not canvas._wraps

    def test_what_is_not_safe_comes_out_safe(self, stage: Stage, canvas: PicturedText) -> None:
        canvas.show("a\0b \ud800 \u202ec")
        stage.settle()
        assert "".join(texts_of(canvas)) == "ab \ufffd c"
