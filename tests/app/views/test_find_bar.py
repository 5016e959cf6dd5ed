"""Ctrl+F: hits are counted, lit and gone to; the key list is made from the key table."""

from __future__ import annotations

from _tkinter import DONT_WAIT, WINDOW_EVENTS
from typing import Any

import pytest

from app.text_folding import fold
from app.views.find_bar import FindBar
from app.views.folded_rows import FoldedRows
from app.views.key_bindings import KEY_TABLE
from app.views.rows import FoundRow, HoleRow, MessageKind
from app.views.timeline_window import WINDOW_ROWS_MAX
from tests.app.views.conftest import Stage, message, messages, texts_of
from tests.app.views.timeline_sight import view_of


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
    assert [row.key for row in FoldedRows(rows).having("boat")] == [1, 3]
    assert FoldedRows(rows).having("") == []


def test_accents_do_not_matter() -> None:
    rows = (message(1, "Das CAFÉ"), message(2, "cafes"), message(3, "caf"))
    assert [row.key for row in FoldedRows(rows).having(fold("café"))] == [1, 2]


def test_the_newest_hit_comes_first(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    assert bar.count.cget("text") == "100 of 100"
    assert view_of(stage).text.tag_ranges("lit_current")


def test_typing_on_deleting_and_typing_else_find_what_is_there(stage: Stage, bar: FindBar) -> None:
    words = {1: "the boat", 2: "BOOTH", 3: "bo\u0301at", 4: "oats"}
    rows = tuple(message(number, text) for number, text in words.items())
    stage.show_rows(rows)
    counts = []
    for typed in ("b", "bo", "boat", "bo", "oat", "oats", "", "b"):
        bar.field.delete("1.0", "end")
        enter(stage, bar, typed)
        counts.append(len(bar._hits))
    assert counts == [3, 3, 2, 3, 3, 1, 0, 3]
    stage.show_rows((*rows, message(5, "boats")))
    bar.field.delete("1.0", "end")
    enter(stage, bar, "bo")
    assert len(bar._hits) == 4


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


def test_typing_on_stays_at_the_hit_as_long_as_it_is_one(stage: Stage, bar: FindBar) -> None:
    texts = ("the boot", "a boat", "two boats", "boatswain")
    stage.show_rows(tuple(message(number, text) for number, text in enumerate(texts, 1)))
    enter(stage, bar, "boa")
    stage.press(bar.field, "<Return>", "<Return>")
    seen = []
    for typed in ("boat", "boats", "boat", "bo", "a boat", "boot", "none", "bo"):
        bar.field.delete("1.0", "end")
        bar.field.insert("end", typed)
        stage.settle()
        seen.append(bar._current)
    # The newest is next, where the words are no more in the present one.
    assert seen == [2, 4, 4, 4, 2, 1, None, 4]
    assert bar.count.cget("text") == "4 of 4"


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


class TestWholeRoom:
    """The rows given are the newest; the disk knows more."""

    @pytest.fixture
    def long_bar(self, stage: Stage) -> FindBar:
        stage.show_rows(messages(50, first=9951), has_older=True)
        stage.window.find_bar.field.set_value("")
        stage.press(stage.window.composer.text, "<Control-f>")
        return stage.window.find_bar

    def ask(self, stage: Stage, bar: FindBar, words: str) -> None:
        enter(stage, bar, words)
        stage.until(lambda: bool(stage.calls.named("on_find")))

    def answer(self, stage: Stage, words: str, keys: list[int], **more: Any) -> None:
        stage.window.show_found(FoundRow(stage.room_key, words, keys, **more))
        stage.settle()

    def test_the_disk_is_asked_when_the_typing_pauses(
        self, stage: Stage, long_bar: FindBar
    ) -> None:
        for letter in "number":
            long_bar.field.insert("end", letter)
            # What comes of the letter, and no timer: a busy machine may pause between two.
            while stage.window.root.tk.dooneevent(WINDOW_EVENTS | DONT_WAIT):
                pass
        assert stage.calls.named("on_find") == []
        stage.until(lambda: bool(stage.calls.named("on_find")))
        assert stage.calls.named("on_find") == [(stage.room_key, "number", False)]

    def test_hits_far_back_are_counted(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "number 99")
        assert long_bar.count.cget("text") == "49 of 49"
        self.answer(stage, "number 99", [99, *range(990, 1000), *range(9951, 10_000)])
        assert long_bar.count.cget("text") == "60 of 60"
        stage.press(long_bar.field, "<Return>")
        assert long_bar.count.cget("text") == "59 of 60"

    def test_what_was_not_looked_through_is_said_and_can_be(
        self, stage: Stage, long_bar: FindBar
    ) -> None:
        self.ask(stage, long_bar, "whale")
        self.answer(stage, "whale", [], looked_at=1300, is_whole=False, can_go_on=True)
        assert long_bar.count.cget("text") == "Nothing in the newest 1\u00a0300 messages"
        assert long_bar.further.winfo_ismapped()

        stage.calls.made.clear()
        stage.press(long_bar.field, "<Return>", "<Return>")
        assert stage.calls.named("on_find") == [(stage.room_key, "whale", True)]
        assert not long_bar.further.winfo_ismapped()
        self.answer(
            stage, "whale", [], looked_at=1800, is_whole=False, can_go_on=True, goes_on=True
        )
        assert long_bar.count.cget("text") == "Looked through 1\u00a0800 messages…"

        self.answer(stage, "whale", [], looked_at=2000)
        assert long_bar.count.cget("text") == "Nothing found"
        assert not long_bar.further.winfo_ismapped()

    def test_offline_nothing_is_promised(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "whale")
        self.answer(stage, "whale", [], looked_at=300, is_whole=False)
        assert long_bar.count.cget("text") == "Nothing in the 300 messages on this computer"
        assert not long_bar.further.winfo_ismapped()

    def test_beyond_the_oldest_hit_is_looked_further(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "number 99")
        self.answer(stage, "number 99", [99, 9999], is_whole=False, can_go_on=True)
        stage.calls.made.clear()
        while not stage.calls.named("on_find"):
            stage.press(long_bar.field, "<Return>")
        assert [long_bar._current] == [99]
        self.answer(stage, "number 99", [9, 99, 9999])
        stage.press(long_bar.field, "<Return>")
        assert [long_bar._current] == [9]

    def test_closing_it_ends_the_search(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "whale")
        self.answer(stage, "whale", [], is_whole=False, can_go_on=True)
        stage.press(long_bar.field, "<Return>")
        stage.calls.made.clear()
        stage.window.close_find_bar()
        assert stage.calls.named("on_find") == [(stage.room_key, "", False)]

    def test_a_far_hit_is_asked_for_and_gone_to_when_it_comes(
        self, stage: Stage, long_bar: FindBar
    ) -> None:
        self.ask(stage, long_bar, "number 5000")
        assert long_bar.count.cget("text") == "Looking…"
        self.answer(stage, "number 5000", [5000])
        assert stage.calls.named("on_go_to") == [(stage.room_key, 5000)]
        stage.calls.made.clear()
        assert long_bar.count.cget("text") == "1 of 1"
        stage.show_rows(
            messages(101, first=4950), has_older=True, has_newer=True, around=5000, jumps=1
        )
        view = view_of(stage)
        first, last = (str(index) for index in view.text.tag_ranges("lit_current"))
        assert view.text.get(first, last) == "number 5000"
        assert view.text.bbox(first) is not None
        assert not view.is_at_newest
        assert view.pill.winfo_manager()
        assert stage.calls.named("on_seen") == []

    def test_a_place_whose_message_is_hidden_shows_what_is_around_it(self, stage: Stage) -> None:
        stage.show(100)
        rows = tuple(row for row in messages(101, first=4950) if row.key != 5000)
        stage.show_rows(rows, has_older=True, has_newer=True, around=5000, jumps=1)
        pane = stage.window.panes.current
        assert pane is not None
        near = next(drawn for drawn in pane.sheet.drawn if drawn.block.row.key == 5001)
        assert pane.text.bbox(f"{near.tag}.first") is not None

    def test_the_pill_leads_back_to_the_newest(self, stage: Stage, long_bar: FindBar) -> None:
        stage.show_rows(
            messages(101, first=4950), has_older=True, has_newer=True, around=5000, jumps=1
        )
        stage.window.scroll_to_newest()
        assert stage.calls.named("on_newest") == [(stage.room_key,)]
        stage.show_rows(messages(50, first=9951), has_older=True, jumps=2)
        view = view_of(stage)
        assert view.is_at_newest
        assert view.text.search("message number 10000", "1.0")
        assert not view.text.search("message number 5000", "1.0")

    def test_scrolling_down_asks_for_newer_ones_once(self, stage: Stage, long_bar: FindBar) -> None:
        stage.show_rows(
            messages(101, first=4950), has_older=True, has_newer=True, around=5000, jumps=1
        )
        view = view_of(stage)
        for _ in range(30):
            view.scroll_pages(1)
            stage.settle()
        assert stage.calls.named("on_need_newer") == [(stage.room_key,)]
        top = view.text.index("@0,0")
        words = view.text.get(top, f"{top} lineend")
        stage.show_rows(messages(201, first=4950), has_older=True, around=5000, jumps=1)
        assert words in view.text.get("@0,0", "@0,0 lineend")
        assert not view.is_at_newest

    def test_what_is_said_meanwhile_counts(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "number 99")
        self.answer(stage, "number 99", [99, *range(9951, 10_000)])
        rows = (*messages(50, first=9951), message(10_001, "number 99 again"))
        stage.show_rows(rows, has_older=True)
        assert long_bar.count.cget("text") == "50 of 51"

    def test_an_answer_to_another_question_is_ignored(
        self, stage: Stage, long_bar: FindBar
    ) -> None:
        self.ask(stage, long_bar, "whale")
        self.answer(stage, "boat", [5])
        stage.window.show_found(FoundRow("another room", "whale", [5]))
        assert long_bar.count.cget("text") == "Looking…"
        self.answer(stage, "whale", [])
        assert long_bar.count.cget("text") == "Nothing found"

    def test_a_cut_is_said(self, stage: Stage, long_bar: FindBar) -> None:
        self.ask(stage, long_bar, "number 9960")
        self.answer(stage, "number 9960", [9960], is_cut=True)
        assert long_bar.count.cget("text") == "1 of the newest 1"


def test_shift_enter_goes_to_newer_ones(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    stage.press(bar.field, "<Return>", "<Return>", "<Shift-Return>")
    assert bar.count.cget("text") == "99 of 100"


def test_hits_with_accents_are_lit(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "ein 🎉 CAFÉ und Cafe\u0301s"),))
    enter(stage, bar, "cafe")
    text = view_of(stage).text
    lit = [str(index) for index in text.tag_ranges("lit_current")]
    found = [text.get(first, last) for first, last in zip(lit[::2], lit[1::2], strict=True)]
    assert found == ["CAFÉ", "Cafe\u0301"]


def test_nothing_found_is_said(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "whale")
    stage.press(bar.field, "<Return>")
    stage.window.show_found(FoundRow(stage.room_key, "whale", []))
    assert bar.count.cget("text") == "Nothing found"


def test_escape_closes_it_and_nothing_stays_lit(stage: Stage, bar: FindBar) -> None:
    enter(stage, bar, "boat")
    stage.press(bar.field, "<Escape>")
    assert not bar.winfo_manager()
    assert not view_of(stage).text.tag_ranges("lit_current")
    assert stage.window.root.focus_get() is stage.window.composer.text


class TestBackWhereOneWas:
    """Typing leads to hits: where all of it is found nowhere, nobody wished to go there."""

    def test_at_the_end(self, stage: Stage, bar: FindBar) -> None:
        for typed in ("words 11", "1 and nothing"):
            enter(stage, bar, typed)
            assert not view_of(stage).is_at_newest
        stage.press(bar.field, "<Escape>")
        assert view_of(stage).is_at_newest
        assert view_of(stage).text.bbox("end - 2 chars") is not None

    def test_further_up(self, stage: Stage, bar: FindBar) -> None:
        view = view_of(stage)
        view.scroll_pages(-6)
        view.scroll_pixels(7)
        stage.settle()

        def top() -> tuple[str, Any]:
            line = view.text.dlineinfo("@0,0")
            assert line is not None
            return view.text.get("@0,0", "@0,0 lineend"), line[1]

        before = top()
        for typed in ("words 11", "1 and nothing"):
            enter(stage, bar, typed)
        assert top() != before
        stage.press(bar.field, "<Escape>")
        assert top() == before

    def test_what_is_far_away_is_asked_for(self, stage: Stage, bar: FindBar) -> None:
        around: dict[str, Any] = {"has_older": True, "has_newer": True}
        stage.show_rows(messages(101, first=4950), around=5000, jumps=1, **around)
        enter(stage, bar, "number 70")
        stage.window.show_found(FoundRow(stage.room_key, "number 70", [70]))
        stage.show_rows(messages(101, first=20), around=70, jumps=2, **around)
        enter(stage, bar, "x")
        stage.calls.made.clear()
        stage.press(bar.field, "<Escape>")
        ((room, key),) = stage.calls.named("on_go_to")
        assert room == stage.room_key
        assert 4950 <= key <= 5000

    def test_a_hit_is_where_one_wants_to_be(self, stage: Stage, bar: FindBar) -> None:
        enter(stage, bar, "words 11")
        stage.press(bar.field, "<Escape>")
        assert not view_of(stage).is_at_newest

    def test_who_scrolled_by_himself_stays(self, stage: Stage, bar: FindBar) -> None:
        enter(stage, bar, "whale")
        view_of(stage).scroll_pages(-6)
        stage.press(bar.field, "<Escape>")
        assert not view_of(stage).is_at_newest

    def test_another_room_is_not_moved(self, stage: Stage, bar: FindBar) -> None:
        enter(stage, bar, "words 11")
        stage.room_key = "other"
        stage.show_rows(messages(500))
        view_of(stage).scroll_pages(-6)
        stage.press(bar.field, "<Escape>")
        assert not view_of(stage).is_at_newest


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
    popup = stage.window.popups.lists.keys()
    assert popup.winfo_manager() == "place"
    listed = {item.row for item in popup.listing.items}
    assert {(b.keys, b.words) for b in KEY_TABLE if b.keys} <= listed
    assert "Ctrl+K" in texts_of(popup.listing)
    stage.press(popup.listing, "<Escape>")
    assert not popup.winfo_manager()
    assert stage.window.composer.text.tag_ranges("sel") == ()


@pytest.mark.parametrize("words", ["secret", "cret, so", "café||", "café"])
def test_the_spoiler_that_hides_the_current_hit_is_opened(
    stage: Stage, bar: FindBar, words: str
) -> None:
    stage.show_rows((message(1, "it ends: ||secret, so Café|| boat"), message(2, "boats")))
    view = view_of(stage)
    bar.field.delete("1.0", "end")
    enter(stage, bar, words)
    assert bar.count.cget("text") == "1 of 1"
    first, last = (str(index) for index in view.text.tag_ranges("lit_current"))
    assert view.text.get(first, last).casefold() == words


def test_other_spoilers_stay_covered(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "||secret one||"), message(2, "a"), message(3, "||secret two||")))
    view = view_of(stage)
    bar.field.delete("1.0", "end")
    enter(stage, bar, "secret")
    assert not view.text.tag_ranges("lit")
    assert len(view.text.tag_ranges("spoiler")) == 2
    assert "secret two" in shown_of_spoilers(stage)
    stage.press(bar.field, "<Return>")
    assert len(view.text.tag_ranges("spoiler")) == 2
    assert "secret one" in shown_of_spoilers(stage)


def shown_of_spoilers(stage: Stage) -> str:
    text = view_of(stage).text
    ranges = text.tag_ranges("spoiler_open")
    return " ".join(text.get(*ends) for ends in zip(ranges[::2], ranges[1::2], strict=True))


def test_a_spoiler_found_by_letters_on_the_way_is_covered_again(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "a boat"), message(2, "||bold secret||")))
    bar.field.delete("1.0", "end")
    enter(stage, bar, "bo")
    assert "bold" in shown_of_spoilers(stage)
    enter(stage, bar, "a")
    assert bar.count.cget("text") == "1 of 1"
    assert not shown_of_spoilers(stage)


def test_a_spoiler_is_covered_again_when_nothing_is_found_or_the_search_ends(
    stage: Stage, bar: FindBar
) -> None:
    stage.show_rows((message(1, "||secret||"),))
    bar.field.delete("1.0", "end")
    enter(stage, bar, "secret")
    assert shown_of_spoilers(stage)
    enter(stage, bar, "x")
    assert not shown_of_spoilers(stage)
    stage.press(bar.field, "<BackSpace>")
    assert shown_of_spoilers(stage)
    stage.press(bar.field, "<Escape>")
    assert not shown_of_spoilers(stage)


def test_a_spoiler_that_its_reader_opened_stays_open(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "||secret||"),))
    sheet = view_of(stage).sheet
    sheet.turn(sheet.drawn[-1])
    bar.field.delete("1.0", "end")
    enter(stage, bar, "secret")
    stage.press(bar.field, "<Escape>")
    assert shown_of_spoilers(stage)


def test_what_its_reader_turned_meanwhile_stays_so(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "||secret||"),))
    sheet = view_of(stage).sheet
    bar.field.delete("1.0", "end")
    enter(stage, bar, "secret")
    for _click in range(2):
        sheet.turn(sheet.drawn[-1])
    stage.press(bar.field, "<Escape>")
    assert shown_of_spoilers(stage)


def test_a_hit_that_is_seen_opens_no_spoiler(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "a boat ||or a boat||"),))
    bar.field.delete("1.0", "end")
    enter(stage, bar, "boat")
    assert view_of(stage).text.tag_ranges("spoiler")


def test_what_stands_beside_a_spoiler_is_lit(stage: Stage, bar: FindBar) -> None:
    stage.show_rows((message(1, "a boat ||or a boat|| boat"),))
    bar.field.delete("1.0", "end")
    enter(stage, bar, "boat")
    assert len(view_of(stage).text.tag_ranges("lit_current")) == 4


@pytest.mark.parametrize("width", [480, 640, 1100])
def test_what_is_said_leaves_the_field_its_room(stage: Stage, bar: FindBar, width: int) -> None:
    enter(stage, bar, "whale")
    stage.resize(width)
    found = FoundRow(stage.room_key, "whale", (), looked_at=1300, is_whole=False, can_go_on=True)
    stage.window.show_found(found)
    stage.settle()

    for widget in (bar.count, bar.further):
        assert widget.winfo_ismapped() and widget.winfo_width() >= widget.winfo_reqwidth()
    assert bar.field.winfo_width() >= 100
    lit = view_of(stage)
    assert lit.winfo_rooty() >= bar.winfo_rooty() + bar.winfo_height()

    stage.window.show_found(FoundRow(stage.room_key, "whale", (), looked_at=2000))
    stage.settle()
    assert not bar.further.winfo_ismapped() and bar.count.winfo_ismapped()
    assert bar.field.winfo_width() >= 100
