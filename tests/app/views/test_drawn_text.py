"""Right-to-left words: what Tk is given to draw, what is copied, and what lies at which side."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Iterator

import pytest

from app.translation import use_language
from app.views import drawn_text, fonts
from app.views.canvas_list import CanvasList
from app.views.drawn_text import broken, drawn, ordered, starts_right_to_left
from app.views.facts_table import FactsTable
from app.views.rows import MessageKind
from app.views.surface import Surface, Words
from app.views.widgets import Canvas, Menu
from tests.app.views.conftest import Stage, message, option_of

SHALOM = "\u05e9\u05dc\u05d5\u05dd"
MOLAHS = SHALOM[::-1]
only_where_tk_needs_it = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="the system orders letters itself"
)


def pane_text(stage: Stage) -> tk.Text:
    pane = stage.window.panes.current
    assert pane is not None
    return pane.text


@pytest.fixture
def hebrew() -> Iterator[None]:
    use_language(["he"])
    yield
    use_language(["en"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain (words)", "plain (words)"),
        ("Grüße 👋", "Grüße 👋"),
        (SHALOM, MOLAHS),
        (f"{SHALOM} 24", f"24 {MOLAHS}"),
        (f"abc {SHALOM}", f"abc {MOLAHS}"),
        (f"{SHALOM}\nabc", f"{MOLAHS}\nabc"),
        (f"{SHALOM} \u200e#dev", f"#dev {MOLAHS}"),
        # Lam and alef join to one letter, in the form that ends a word.
        ("\u0644\u0627", "\ufefb"),
    ],
)
def test_words_are_put_in_the_order_they_look(text: str, shown: str) -> None:
    assert ordered(text) == shown


def test_a_language_from_the_right_orders_its_sentences_from_there(hebrew: None) -> None:
    assert ordered(f"Anna {SHALOM}") == f"{MOLAHS} Anna"
    assert ordered("Anna (away)") == "Anna (away)"


def test_without_the_libraries_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bidi", None)
    drawn_text._ordered.cache_clear()
    assert ordered(SHALOM) == SHALOM
    drawn_text._ordered.cache_clear()
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "arabic_reshaper", None)
    assert ordered("\u0644\u0627") == "\u0627\u0644"
    drawn_text._ordered.cache_clear()


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("", False),
        ("abc", False),
        (SHALOM, True),
        (f"12 – {SHALOM} abc", True),
        (f"é {SHALOM}", False),
        ("👍", False),
        ("\u0645\u0631\u062d\u0628\u0627", True),
    ],
)
def test_the_first_letter_decides_about_the_side(text: str, is_so: bool) -> None:
    assert starts_right_to_left(text) is is_so


def test_lines_are_broken_before_they_are_ordered() -> None:
    assert broken("aa bb cc\ndd", 5, len) == "aa bb\ncc\ndd"
    assert broken("longer than", 3, len) == "longer\nthan"
    assert broken("", 3, len) == ""


@only_where_tk_needs_it
class TestWidgets:
    def test_a_label_draws_in_order_and_knows_what_it_was_given(self, stage: Stage) -> None:
        label = Words(stage.window.root, stage.window.look, font=fonts.BODY)
        label.configure(text=f"{SHALOM} 24")
        assert label.cget("text") == f"{SHALOM} 24"
        assert label.tk.call(str(label), "cget", "-text") == f"24 {MOLAHS}"
        label.configure(text="plain")
        assert label.tk.call(str(label), "cget", "-text") == "plain"
        label.destroy()

    def test_a_label_of_many_lines_breaks_them_first(self, stage: Stage) -> None:
        label = Words(stage.window.root, stage.window.look, font=fonts.BODY)
        label.configure(text=f"{SHALOM} abc", wraplength=60)
        assert label.tk.call(str(label), "cget", "-text") == f"{MOLAHS}\nabc"
        label.destroy()

    def test_menus_and_canvases_draw_in_order(self, stage: Stage) -> None:
        menu = Menu(stage.window.root)
        menu.add_command(label=SHALOM)
        menu.add_radiobutton(label=SHALOM)
        assert [menu.entrycget(place, "label") for place in (0, 1)] == [MOLAHS] * 2
        menu.destroy()
        canvas = Canvas(stage.window.root)
        item = canvas.create_text(1, 1, text=SHALOM)
        assert option_of(canvas, item, "text") == MOLAHS
        canvas.destroy()

    def test_a_name_is_drawn_in_order_and_copied_as_it_is(self, stage: Stage) -> None:
        stage.show_rows((message(1, "hello", author_name=SHALOM),))
        text = pane_text(stage)
        assert f"{MOLAHS}   09:01" in text.get("1.0", "end")
        text.tag_add("sel", "1.0", "end-1c")
        text.event_generate("<<Copy>>")
        copied = stage.window.root.clipboard_get()
        assert SHALOM in copied
        assert MOLAHS not in copied

    def test_a_long_notice_keeps_the_order_of_storage(self, stage: Stage) -> None:
        words = " ".join([SHALOM] * 40)
        stage.show_rows((message(1, words, kind=MessageKind.NOTICE),))
        assert words in pane_text(stage).get("1.0", "end")


class TestSides:
    def test_a_message_begins_at_the_side_of_its_first_letter(self, stage: Stage) -> None:
        stage.show_rows((message(1, f"abc\n{SHALOM} abc\n12 {SHALOM}"), message(2, SHALOM)))
        text = pane_text(stage)
        ranges = [str(index) for index in text.tag_ranges("from_right")]
        lines = [text.get(a, b) for a, b in zip(ranges[::2], ranges[1::2], strict=True)]
        assert [line.strip().split("\n") for line in lines] == [
            [f"{SHALOM} abc", f"12 {SHALOM}", SHALOM]
        ]
        left = text.bbox(text.search(SHALOM, "1.0"))
        assert left is not None
        assert left[0] > text.winfo_width() // 2

    def test_what_was_left_is_right(self, stage: Stage, hebrew: None) -> None:
        frame = Surface(stage.window.root, stage.window.look)
        frame.place(x=0, y=0, width=300, height=40)
        label = Words(frame, stage.window.look, font=fonts.BODY)
        label.pack(side="left", padx=(7, 0))
        stage.settle()
        assert label.winfo_x() + label.winfo_width() == 300 - 7
        assert label.cget("anchor") == "e"
        frame.destroy()

    def test_lists_are_drawn_from_the_right(self, stage: Stage, hebrew: None) -> None:
        listing: CanvasList[str] = CanvasList(stage.window.root, stage.window.look)
        listing.place(x=0, y=0, width=300, height=40)
        stage.settle()
        item = listing.create_text(10, 5, text="dev", anchor="w")
        assert listing.coords(item) == [290, 5]
        assert option_of(listing, item, "anchor") == "e"
        listing.destroy()


def test_plain_words_are_not_touched() -> None:
    text = "plain"
    assert drawn(text) is text


@pytest.mark.parametrize("is_hebrew", [True, False])
def test_names_of_facts_stand_where_the_language_begins(
    stage: Stage, request: pytest.FixtureRequest, is_hebrew: bool
) -> None:
    if is_hebrew:
        request.getfixturevalue("hebrew")
    table = FactsTable(stage.window.root, stage.window.look, width=300)
    try:
        table.show([("name", "value")])
        table.place(x=0, y=0, width=300)
        stage.settle()
        ((name, value),) = table._lines
        assert (name.winfo_x() > value.winfo_x()) is is_hebrew
    finally:
        table.destroy()
