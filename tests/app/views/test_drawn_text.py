"""Right-to-left words: what Tk is given to draw, what is copied, and what lies at which side."""

from __future__ import annotations

import sys
import tkinter as tk
from collections.abc import Iterator
from itertools import islice, permutations

import pytest

from app.structs import replace
from app.translation import _, use_language
from app.views import drawn_text, fonts
from app.views.canvas_list import CanvasList
from app.views.drawn_text import broken, drawn, drawn_sentence, ordered, starts_right_to_left
from app.views.facts_table import FactsTable
from app.views.rows import MessageKind, MessageState, RowDetails
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


def shown_lines(stage: Stage) -> list[str]:
    """What is drawn of the last row, without what is only there to be copied."""
    pane = stage.window.panes.current
    assert pane is not None
    last, text = pane.sheet.drawn[-1], pane.text
    start = f"{last.tag}.first + {last.lines_above} lines"
    shown = str(text.tk.call(str(text), "get", "-displaychars", "--", start, "end-1c"))
    return [line for line in shown.split("\n") if line.strip()]


def fits(stage: Stage, line: str) -> bool:
    """Whether Tk breaks it no more."""
    text = pane_text(stage)
    start = text.search(line.strip(), "1.0")
    assert start
    tops = {(text.dlineinfo(f"{start} + {at} indices") or (0, 0))[1] for at in (0, len(line) - 1)}
    return len(tops) == 1


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
        (f"{SHALOM} /clear x", f"x /clear {MOLAHS}"),
        (f"{SHALOM} \u200e/clear", f"/clear {MOLAHS}"),
        (f"{SHALOM} a/b", f"a/b {MOLAHS}"),
        (f"{SHALOM} v2a", f"v2a {MOLAHS}"),
        # A number and its unit stay together, here as everywhere.
        (f"{SHALOM} 24\u00a0ms", f"24\u00a0ms {MOLAHS}"),
        (
            f"{SHALOM} 1\u00a0310\u00a0kB/s · 2.5\u00a0%",
            f"2.5\u00a0% · 1\u00a0310\u00a0kB/s {MOLAHS}",
        ),
        # Brackets open towards what they hold.
        (f"{SHALOM} ({SHALOM})", f"({MOLAHS}) {MOLAHS}"),
        (f"{SHALOM} [{SHALOM} <24>] ", f" [<24> {MOLAHS}] {MOLAHS}"),
        (f"{SHALOM} abc (def)", f"abc (def) {MOLAHS}"),
        # Lam and alef join to one letter, in the form that ends a word.
        ("\u0644\u0627", "\ufefb"),
    ],
)
def test_words_are_put_in_the_order_they_look(text: str, shown: str) -> None:
    assert ordered(text) == shown


def test_a_mark_of_ours_in_what_people_wrote_turns_nothing() -> None:
    assert ordered(f"abc \u2060(x\u2060) {SHALOM}") == f"abc (x) {MOLAHS}"


def test_a_sentence_of_ours_runs_as_its_language_does(hebrew: None) -> None:
    assert drawn_sentence(f"Anna: {SHALOM}") == f"{MOLAHS} :Anna"
    use_language(["en"])
    assert drawn_sentence(f"{SHALOM} joined (1)") == f"{MOLAHS} joined (1)"


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

    @pytest.mark.parametrize("is_hebrew", [True, False])
    @pytest.mark.parametrize("kind", [MessageKind.NOTICE, MessageKind.LOCAL_NOTICE])
    def test_a_long_notice_is_read_line_by_line(
        self, stage: Stage, request: pytest.FixtureRequest, kind: MessageKind, is_hebrew: bool
    ) -> None:
        if is_hebrew:
            request.getfixturevalue("hebrew")
        words = ["".join(letters) for letters in islice(permutations(f"{SHALOM}\u05d0"), 40)]
        for width in (1100, 480, 700):
            stage.resize(width)
            stage.show_rows((message(1, " ".join(words), kind=kind),))
            lines = shown_lines(stage)
            assert len(lines) > 1
            assert all(fits(stage, line) for line in lines)
            # From the top to the bottom, and in each line from the right.
            read = [word for line in lines for word in line[::-1].split() if word in words]
            assert read == words

    def test_why_a_message_failed_is_read_line_by_line(self, stage: Stage, hebrew: None) -> None:
        words = ["".join(letters) for letters in islice(permutations(f"{SHALOM}\u05d0"), 20)]
        stage.resize(480)
        failed = message(1, "hello", is_own=True, state=MessageState.FAILED)
        stage.show_rows((replace(failed, details=RowDetails(failed_reason=" ".join(words))),))
        assert len(shown_lines(stage)) > 3
        lines = shown_lines(stage)
        read = [word for line in lines for word in line[::-1].split() if word in words]
        assert read == words
        text = pane_text(stage)
        retry = text.bbox(text.search(drawn(_("Retry")), "1.0"))
        last = text.bbox(text.search(words[-1][::-1], "1.0"))
        assert retry is not None and last is not None and retry[1] > last[1]

    def test_a_long_notice_is_copied_as_one_line(self, stage: Stage, hebrew: None) -> None:
        words = " ".join([SHALOM] * 40)
        stage.show_rows((message(1, words, kind=MessageKind.NOTICE),))
        text = pane_text(stage)
        text.tag_add("sel", "1.0", "end-1c")
        text.event_generate("<<Copy>>")
        assert f"{words}   09:01\n" in stage.window.root.clipboard_get()

    def test_a_notice_in_a_language_from_the_right_begins_there(
        self, stage: Stage, hebrew: None
    ) -> None:
        stage.show_rows((message(1, SHALOM, kind=MessageKind.NOTICE),))
        text = pane_text(stage)
        box = text.bbox(text.search(MOLAHS, "1.0"))
        assert box is not None and box[0] > text.winfo_width() // 2
        time = text.bbox(text.search("09:01", "1.0"))
        assert time is not None and time[0] < box[0] and time[1] == box[1]

    def test_a_cleared_view_says_so_line_by_line(self, stage: Stage, hebrew: None) -> None:
        stage.resize(480)
        stage.window.look.scale_messages(200)
        try:
            stage.show_rows((), is_cleared=True)
            text = pane_text(stage)
            assert int(text.index("end-1c").split(".")[0]) >= 3
            assert drawn(_("Show earlier messages")) in text.get("1.0", "end")
        finally:
            stage.window.look.scale_messages(100)


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
