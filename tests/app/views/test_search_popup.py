"""Ctrl+Shift+F: what is typed is asked for, what is found is shown, and a choice leads there."""

from __future__ import annotations

from typing import Any

import pytest

from app.views import fonts
from app.views.find_bar import FindBar
from app.views.found_list import FoundList
from app.views.images import Rounded
from app.views.lit_line import LIT_MAX, lit_pieces
from app.views.pictured_words import LIT_HEIGHT
from app.views.rows import TimelineRows
from app.views.search_popup import SearchPopup
from app.views.search_rows import FoundMessageRow, SearchRow
from tests.app.views.conftest import Stage, items_of, message, messages, option_of, texts_of
from tests.app.views.timeline_sight import view_of


def hit(number: int, excerpt: str = "", **more: Any) -> FoundMessageRow:
    values: dict[str, Any] = {
        "room_key": "other",
        "message_key": number,
        "room_name": "lunch",
        "author_id": "b",
        "author_name": "Ben",
        "when": "Today, 12:00",
        "excerpt": excerpt or f"boat {number}",
    }
    return FoundMessageRow(**(values | more))


HITS = tuple(hit(number) for number in range(1, 31))


@pytest.fixture
def popup(stage: Stage) -> SearchPopup:
    """Open, with an empty field."""
    stage.press(stage.window.composer.text, "<Control-Shift-F>")
    return stage.window.popups.search.popup()


def enter(stage: Stage, popup: SearchPopup, typed: str) -> None:
    """Type it, and wait until it was asked for."""
    popup.field.insert("end", typed)
    wanted = (popup.field.value.strip(),)
    stage.until(lambda: stage.calls.named("on_search")[-1:] == [wanted])


def show(stage: Stage, popup: SearchPopup, *hits: FoundMessageRow, **more: Any) -> None:
    values = {"words": "boat", "note": "That is all in 3 rooms."} | more
    stage.window.show_search(SearchRow(popup.field.value.strip(), rows=hits, **values))
    stage.settle()


def current(popup: SearchPopup) -> Any:
    row = popup.found.current_row
    return row.message_key if row is not None else None


def said(popup: SearchPopup) -> list[str]:
    """The lines above and below what was found, where they are seen."""
    return [str(words.cget("text")) for words in (popup.hint, popup.note) if words.winfo_manager()]


class TestOpening:
    @pytest.mark.parametrize("key", ["<Control-Shift-F>", "<Control-Shift-f>"])
    def test_by_the_key_and_away_again(self, stage: Stage, key: str) -> None:
        stack = stage.window.popups.stack
        stage.press(stage.window.composer.text, key)
        popup = stage.window.popups.search.popup()
        assert stack.is_open(popup) and stage.window.root.focus_get() is popup.field
        stage.press(popup.field, key)
        assert not stack.is_open(popup)
        assert stage.window.root.focus_get() is stage.window.composer.text
        assert stage.calls.named("on_search")[-1] == ("",)

    def test_by_the_find_bar_with_its_words(self, stage: Stage) -> None:
        bar = stage.window.find_bar
        stage.press(stage.window.composer.text, "<Control-f>")
        bar.field.set_value("the boat")
        stage.press(bar.field, "<Control-Shift-F>")
        popup = stage.window.popups.search.popup()
        assert popup.field.value == "the boat"
        assert popup.field.tag_ranges("sel")
        assert stage.calls.named("on_search")[-1] == ("the boat",)

        stage.press(popup.field, "<Escape>")
        assert not stage.window.popups.stack.is_open(popup)
        assert bar.winfo_manager() and stage.window.root.focus_get() is bar.field
        assert stage.calls.named("on_search")[-1] == ("",)

        stage.window.close_find_bar()
        stage.press(stage.window.composer.text, "<Control-Shift-F>")
        assert popup.field.value == ""

    def test_by_the_button_of_the_find_bar(self, stage: Stage) -> None:
        stage.press(stage.window.composer.text, "<Control-f>")
        stage.window.find_bar.field.set_value("boat")
        stage.window.find_bar.everywhere.invoke()
        assert stage.window.popups.search.popup().field.value == "boat"

    def test_by_the_menu_of_the_server(self, stage: Stage) -> None:
        menu = stage.window.server_menu
        menu.fill()
        lines = range(int(menu.menu.index("end") or 0) + 1)
        labels = {
            n: menu.menu.entrycget(n, "label") for n in lines if menu.menu.type(n) != "separator"
        }
        menu.menu.invoke(next(n for n, label in labels.items() if label == "Find in all rooms"))
        assert stage.window.popups.stack.is_open(stage.window.popups.search.popup())

    def test_a_dialog_stays(self, stage: Stage) -> None:
        stage.window.open_join_dialog()
        stage.press(stage.window.popups.join_dialog().name, "<Control-Shift-F>")
        assert not stage.window.popups.stack.is_open(stage.window.popups.search.popup.made)


class TestTyping:
    def test_is_asked_for_once_it_pauses(self, stage: Stage, popup: SearchPopup) -> None:
        stage.calls.made.clear()
        for letter in "boat":
            popup.field.insert("end", letter)
            stage.settle()
        assert said(popup)[1:] == ["Looking…"]
        stage.until(lambda: bool(stage.calls.named("on_search")))
        assert stage.calls.named("on_search") == [("boat",)]

    def test_shows_what_was_found_and_how_far(self, stage: Stage, popup: SearchPopup) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, hit(1), hit(2, "no **boat**", room_name="dev", author_name="Anna"))
        drawn = " ".join(texts_of(popup.found))
        for words in ("Ben", "#lunch", "Today, 12:00", "Anna", "#dev", "no **"):
            assert words in drawn
        assert said(popup)[1:] == ["That is all in 3 rooms."]
        show(stage, popup, note="Nothing in 3 rooms.")
        assert not popup.found.winfo_manager()
        assert said(popup)[1:] == ["Nothing in 3 rooms."]

    def test_shows_what_comes_and_stays_where_it_is(self, stage: Stage, popup: SearchPopup) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, *HITS[:3], note="Looking…")
        stage.press(popup.field, "<Down>")
        show(stage, popup, *HITS)
        assert current(popup) == 2
        assert len(popup.found.items) == 30

    def test_does_not_show_what_was_found_for_other_words(
        self, stage: Stage, popup: SearchPopup
    ) -> None:
        enter(stage, popup, "boat")
        stage.window.show_search(SearchRow("boa", "boa", HITS))
        stage.settle()
        assert not popup.found.items

    def test_on_keeps_what_was_found_but_nothing_of_it_is_chosen(
        self, stage: Stage, popup: SearchPopup
    ) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, *HITS)
        popup.field.insert("end", "s")
        stage.settle()
        assert len(popup.found.items) == 30 and said(popup)[1:] == ["Looking…"]
        stage.press(popup.field, "<Return>")  # does not wait for the pause, either
        assert stage.calls.named("on_search")[-1] == ("boats",)
        stage.press(popup.field, "<Return>")
        assert not stage.calls.named("on_open_room")
        popup.field.delete("1.0", "end")
        stage.settle()
        assert not popup.found.items and len(said(popup)) == 1

    def test_a_filter_that_is_wrong_is_told_in_place_of_the_hint(
        self, stage: Stage, popup: SearchPopup
    ) -> None:
        (hint,) = said(popup)
        assert "from:anna" in hint
        enter(stage, popup, "before:x")
        show(stage, popup, problem="'x' is no date.", note="")
        assert said(popup) == ["'x' is no date."]
        popup.field.delete("1.0", "end")
        stage.settle()
        assert said(popup) == [hint]

    def test_is_not_answered_once_it_is_closed(self, stage: Stage, popup: SearchPopup) -> None:
        popup.field.insert("end", "boat")
        stage.press(popup.field, "<Escape>")
        stage.calls.made.clear()
        show(stage, popup, *HITS)
        stage.until(lambda: popup._timer is None)
        assert not popup.found.items and not stage.calls.named("on_search")


def test_the_list_begins_with_the_first_also_where_it_was_never_seen(stage: Stage) -> None:
    found = FoundList(stage.window.root, stage.window.look, on_choose=lambda _row: None)
    found.show_found(HITS, "boat")
    assert found.current_row is HITS[0] and found.place_of(found.items[0])[0] == 0
    found.destroy()


class TestMoving:
    @pytest.fixture(autouse=True)
    def filled(self, stage: Stage, popup: SearchPopup) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, *HITS)

    def test_by_arrows_and_pages(self, stage: Stage, popup: SearchPopup) -> None:
        assert current(popup) == 1
        stage.press(popup.field, "<Down>", "<Down>")
        assert current(popup) == 3
        stage.press(popup.field, "<Next>")
        assert current(popup) == 10
        stage.press(popup.field, "<Prior>", "<Up>")
        assert current(popup) == 2
        stage.press(popup.field, *["<Next>"] * 9)
        assert current(popup) == 30
        stage.press(popup.field, *["<Prior>"] * 9)
        assert current(popup) == 1

    def test_pages_leave_the_messages_behind_alone(self, stage: Stage, popup: SearchPopup) -> None:
        stage.show_rows(messages(200))
        before = view_of(stage).text.index("@0,0")
        stage.press(popup.field, "<Prior>")
        assert view_of(stage).text.index("@0,0") == before

    def test_by_wheel_and_pointer(self, stage: Stage, popup: SearchPopup) -> None:
        popup.found.event_generate("<Button-5>", x=60, y=60)
        popup.found.event_generate("<Motion>", x=60, y=60)
        stage.settle()
        assert current(popup) == 3
        popup.found.event_generate("<ButtonRelease-1>", x=60, y=60)
        stage.settle()
        assert stage.calls.named("on_open_room") == [("other",)]
        assert not stage.window.popups.stack.is_open(popup)

    @pytest.mark.parametrize("width", [480, 1100])
    def test_in_the_lowest_window_all_of_it_is_seen(
        self, stage: Stage, popup: SearchPopup, width: int
    ) -> None:
        stage.resize(width, 480)
        stage.press(popup.field, "<Up>")  # to the last
        assert current(popup) == 30 and "boat" in texts_of(popup.found)
        assert popup.winfo_y() + popup.winfo_height() <= 480
        assert popup._keys.winfo_height() >= popup._keys.winfo_reqheight()


class TestChoosing:
    def choose(self, stage: Stage, popup: SearchPopup, *hits: FoundMessageRow, **more: Any) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, *hits, **more)
        stage.press(popup.field, "<Return>")

    def shown(self, stage: Stage) -> tuple[FindBar, Any]:
        return stage.window.find_bar, view_of(stage)

    def test_opens_the_room_at_the_message_with_the_words_lit(
        self, stage: Stage, popup: SearchPopup
    ) -> None:
        rows = tuple(message(n, "a boat" if n % 50 == 0 else "no") for n in range(1, 301))
        stage.show_rows(rows)
        self.choose(stage, popup, hit(100, room_key=stage.room_key))
        assert stage.calls.named("on_open_room") == [(stage.room_key,)]
        bar, view = self.shown(stage)
        assert (bar.winfo_manager(), bar.field.value) == ("pack", "boat")
        assert not bar.field.tag_ranges("sel")
        assert bar.count.cget("text") == "2 of 6"
        lit = view.text.tag_ranges("lit_current")
        assert view.text.get(*lit) == "boat" and view.text.bbox(lit[0]) is not None
        assert stage.window.root.focus_get() is stage.window.composer.text
        assert not stage.window.popups.stack.is_any_open
        assert stage.calls.named("on_search")[-1] == ("",)

    @pytest.mark.parametrize("words", ["boat", ""])
    def test_of_a_room_that_is_gone_leads_to_no_message_of_another_one(
        self, stage: Stage, popup: SearchPopup, words: str
    ) -> None:
        stage.show_rows(tuple(message(n, "a boat") for n in range(1, 301)))
        bar, view = self.shown(stage)
        before = view.text.index("@0,0")
        for number in (5, 999):
            self.choose(stage, popup, hit(number, room_key="gone"), words=words)
            assert not bar.winfo_manager() and not stage.calls.named("on_go_to")
            assert view.text.index("@0,0") == before
            stage.press(stage.window.composer.text, "<Control-Shift-F>")

    def test_asks_for_a_message_that_is_not_here(self, stage: Stage, popup: SearchPopup) -> None:
        key = stage.room_key
        stage.show_rows(tuple(message(n, "a boat") for n in range(500, 601)))
        self.choose(stage, popup, hit(7, room_key=key))
        assert stage.calls.named("on_go_to") == [(key, 7)]
        # The rows around it come, and are of another place.
        rows = tuple(message(n, "a boat" if n == 7 else "no") for n in range(1, 100))
        stage.window.show_timeline(
            TimelineRows(key, "dev", rows, around=7, jumps=1, has_newer=True)
        )
        stage.settle()
        _bar, view = self.shown(stage)
        assert view.text.get(*view.text.tag_ranges("lit_current")) == "boat"
        assert len(stage.calls.named("on_go_to")) == 1

    @pytest.mark.parametrize("number", [20, 7])
    def test_without_words_goes_to_the_message_alone(
        self, stage: Stage, popup: SearchPopup, number: int
    ) -> None:
        stage.show_rows(messages(300, first=10))
        self.choose(stage, popup, hit(number, room_key=stage.room_key), words="")
        bar, view = self.shown(stage)
        assert not bar.winfo_manager()
        if number == 7:
            assert stage.calls.named("on_go_to") == [(stage.room_key, 7)]
        else:
            assert not stage.calls.named("on_go_to")
            assert "message number 20" in view.text.get("@0,0", "@0,2000")


class TestLight:
    @pytest.mark.parametrize(
        ("text", "sought", "lit"),
        [
            ("a boat, BOATS", "boat", ["boat", "BOAT"]),
            ("das Bo\u0301ot", "boot", ["Bo\u0301ot"]),
            ("boat🎉boat", "boat", ["boat", "boat"]),
            ("no", "boat", []),
            ("boat", "", []),
            ("ספינה גדולה", "גד", ["גד"]),
            # In pieces these would stand in another order.
            ("שלום boat לכולם", "boat", []),
        ],
    )
    def test_is_on_what_was_sought(self, text: str, sought: str, lit: list[str]) -> None:
        pieces, are_lit = lit_pieces(text, sought)
        assert "".join(words for words, _is_emoji in pieces) == text
        assert [
            words for (words, _is), is_lit in zip(pieces, are_lit, strict=True) if is_lit
        ] == lit

    def test_is_on_so_many_hits_at_most(self) -> None:
        _pieces, lit = lit_pieces("ab" * 100, "a")
        assert lit.count(True) == LIT_MAX

    def test_is_drawn_behind_the_words(self, stage: Stage, popup: SearchPopup) -> None:
        enter(stage, popup, "boat")
        show(stage, popup, hit(1, "a boat"))
        look, found = stage.window.look, popup.found
        words = next(at for at in items_of(found, "text") if option_of(found, at, "text") == "boat")
        assert option_of(found, words, "fill") == look.tokens.lit_text
        width = fonts.text_width(found, fonts.BODY, "boat")
        ground = look.images.get(Rounded(width, look.px(LIT_HEIGHT), 3, "lit"))
        images = [option_of(found, at, "image") for at in items_of(found, "image")]
        assert ground in images
