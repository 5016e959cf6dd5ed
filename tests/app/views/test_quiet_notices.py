"""Notices that only count some people name them, and hidden ones leave nothing odd behind."""

from __future__ import annotations

from itertools import count

import pytest

from app.structs import replace
from app.views.hint import hint_of
from app.views.more_rows import FRUITLESS_MAX
from app.views.rows import MessageKind, MessageRow, RowDetails
from tests.app.views.conftest import Stage, message, messages
from tests.app.views.timeline_sight import place_of, text_of, view_of

FOLDED = "Anna, Ben and 3 others joined"
#: So far apart that two clicks are no double one.
TIMES_MS = count(1_000, 1_000)
UNFOLDED = "Anna, Ben, Cem, Dora and Emil joined"


def notice(number: int, text: str = FOLDED, unfolded: str = UNFOLDED) -> MessageRow:
    row = message(number, text, kind=MessageKind.NOTICE, author_id="", author_name="")
    return replace(row, details=RowDetails(unfolded=unfolded))


def point_at(stage: Stage, words: str, *sequences: str) -> None:
    text = view_of(stage).text
    box = text.bbox(text.search(words, "1.0"))
    assert box is not None
    for sequence in ("<Motion>", *sequences):
        text.event_generate(sequence, x=box[0] + 2, y=box[1] + 4, time=next(TIMES_MS))
    stage.settle()


def click(stage: Stage, words: str) -> None:
    point_at(stage, words, "<ButtonPress-1>", "<ButtonRelease-1>")


def topmost(stage: Stage) -> str:
    """The words of the first message that is in view."""
    text = view_of(stage).text
    found = text.search("message number", "@0,0")
    return str(text.get(found, f"{found} lineend"))


def hints(stage: Stage) -> list[str]:
    shown = hint_of(stage.window.root).shown
    return [shown] if shown else []


def pill_of(stage: Stage) -> str:
    return str(view_of(stage).pill.cget("text"))


class TestUnfolding:
    def test_a_click_names_everybody_and_another_one_counts_them(self, stage: Stage) -> None:
        stage.show_rows((*messages(3), notice(4)))
        assert FOLDED in text_of(stage)
        click(stage, FOLDED)
        assert UNFOLDED in text_of(stage) and FOLDED not in text_of(stage)
        click(stage, UNFOLDED)
        assert FOLDED in text_of(stage) and UNFOLDED not in text_of(stage)

    def test_enter_does_the_same_for_the_current_one(self, stage: Stage) -> None:
        stage.show_rows((*messages(3), notice(4), message(5)))
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Up>", "<Return>")
        assert UNFOLDED in text_of(stage)
        assert text.tag_ranges("current"), "it is the current one still"
        stage.press(text, "c")
        assert text.clipboard_get() == UNFOLDED
        stage.press(text, "<Return>")
        assert UNFOLDED not in text_of(stage)

    def test_the_pointer_is_told_the_names(self, stage: Stage) -> None:
        stage.show_rows((*messages(3), notice(4)))
        point_at(stage, FOLDED)
        assert view_of(stage).sheet.text.master.cget("cursor") == "hand2"
        stage.until(lambda: hints(stage) == [UNFOLDED])
        click(stage, FOLDED)
        point_at(stage, UNFOLDED)
        assert hints(stage) == []

    def test_a_notice_that_names_everybody_is_no_place_to_stop(self, stage: Stage) -> None:
        stage.show_rows((message(1), notice(2, "Anna joined", ""), message(3)))
        view = view_of(stage)
        stage.press(view.text, "<Up>", "<Up>")
        current = view._cursor.current
        assert current is not None and current.block.row.key == 1

    def test_the_view_stays_where_it_is(self, stage: Stage) -> None:
        rows = (*messages(60), notice(61), *messages(20, first=62))
        stage.show_rows(rows)
        view = view_of(stage)
        view.go_to(61)
        stage.settle()
        before = place_of(stage, "message number 60")
        click(stage, FOLDED)
        assert place_of(stage, "message number 60") == before

    def test_it_stays_unfolded_while_more_people_come(self, stage: Stage) -> None:
        stage.show_rows((message(1), notice(2)))
        click(stage, FOLDED)
        more = UNFOLDED.replace(" and Emil", ", Emil and Fay")
        stage.show_rows((message(1), notice(2, "Anna, Ben and 4 others joined", more)))
        assert more in text_of(stage)


class TestHidden:
    def test_older_rows_are_asked_for_where_none_is_shown(self, stage: Stage) -> None:
        for oldest in (90, 80, 80, 70):
            stage.show_rows((), has_older=True, oldest=oldest)
        asked = stage.calls.named("on_need_older")
        assert asked == [(stage.room_key,)] * 3

    def test_what_shows_nothing_is_asked_on_for_but_not_for_ever(self, stage: Stage) -> None:
        rows = messages(2, first=5_000)
        for oldest in range(4_990, 4_990 - FRUITLESS_MAX - 20, -1):
            stage.show_rows(rows, has_older=True, oldest=oldest)
        assert len(stage.calls.named("on_need_older")) == FRUITLESS_MAX
        view_of(stage).scroll_pixels(-10)  # who scrolls up wants more
        stage.settle()
        assert len(stage.calls.named("on_need_older")) == FRUITLESS_MAX + 1

    def test_rows_that_come_begin_the_count_anew(self, stage: Stage) -> None:
        for step in range(FRUITLESS_MAX + 20):
            rows = messages(2 + step // 10, first=5_000 - step // 10)
            stage.show_rows(rows, has_older=True, oldest=4_990 - step)
        assert len(stage.calls.named("on_need_older")) == FRUITLESS_MAX + 20

    @pytest.mark.parametrize("hides", [True, False])
    def test_who_is_scrolled_up_stays_there(self, stage: Stage, hides: bool) -> None:
        """Every second row is a notice; all of them go, or come."""
        every = tuple(
            message(n) if n % 2 else notice(n, f"notice {n} joined", "") for n in range(1, 201)
        )
        some = tuple(row for row in every if row.kind is MessageKind.MESSAGE)
        before, after = (every, some) if hides else (some, every)
        stage.show_rows(before)
        view = view_of(stage)
        view.go_to(101)
        stage.settle()
        words = topmost(stage)
        place = place_of(stage, words)
        stage.show_rows(after)
        assert place_of(stage, words) == place
        assert not view.is_at_newest

    def test_who_is_at_the_end_stays_there(self, stage: Stage) -> None:
        rows = (*messages(100), notice(101))
        for shown in (rows, rows[:-1], rows):
            stage.show_rows(shown)
            assert view_of(stage).is_at_newest
            assert view_of(stage).sheet.is_end_in_view

    def test_a_last_row_that_goes_makes_nothing_new(self, stage: Stage) -> None:
        rows = messages(100)
        stage.show_rows((*rows, notice(101)))
        view = view_of(stage)
        view.scroll_pixels(-2_000)
        stage.settle()
        stage.show_rows(rows)
        assert "new m" not in pill_of(stage)
        stage.show_rows(messages(103))
        assert "3 new messages" in pill_of(stage)

    def test_coming_back_to_a_room_makes_nothing_new(self, stage: Stage) -> None:
        rows = stage.show(100)
        view = view_of(stage)
        view.scroll_pixels(-2_000)
        here = stage.room_key
        stage.room_key = f"{here} beside"
        stage.show(3)
        stage.room_key = here
        stage.show_rows(rows)
        assert view_of(stage) is view
        assert "new m" not in pill_of(stage)


class TestReminder:
    """It is seen as a mention is."""

    def row(self, number: int) -> MessageRow:
        row = message(number, "Reminder: tea", kind=MessageKind.LOCAL_NOTICE, author_id="")
        return replace(row, is_mention=True)

    def test_a_band_lies_under_it(self, stage: Stage) -> None:
        stage.show_rows((*messages(3), self.row(4)))
        text = view_of(stage).text
        start = text.search("Reminder: tea", "1.0")
        assert {"band", "calling"} <= set(text.tag_names(start))
        assert "Only you can see this" in text_of(stage).replace("\xa0", " ")
        assert "band" not in text.tag_names(text.search("message number 3", "1.0"))

    def test_it_is_new_for_who_is_scrolled_up(self, stage: Stage) -> None:
        rows = stage.show(100)
        view_of(stage).scroll_pixels(-2_000)
        stage.settle()
        told = replace(self.row(102), is_mention=False)
        stage.show_rows((*rows, self.row(101), told))
        assert "1 new message" in pill_of(stage)

    def test_the_keys_stop_at_it(self, stage: Stage) -> None:
        stage.show_rows((*messages(3), self.row(4)))
        text = view_of(stage).text
        stage.press(text, "<Up>", "c")
        assert text.clipboard_get() == "Reminder: tea"
