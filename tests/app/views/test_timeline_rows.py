"""How rows look, and what a click, the pointer and a selection do to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.structs import replace
from app.views.hint import hint_of
from app.views.rows import HoleRow, MessageKind, MessageState, RowDetails
from app.views.timeline_view import TimelineView
from app.views.widgets import Label
from tests.app.views.conftest import Stage, message, messages
from tests.app.views.timeline_sight import place_of, text_of, view_of


class TestRows:
    def test_authors_are_named_once_a_group(self, stage: Stage) -> None:
        stage.show(3, first=0)
        assert text_of(stage).count("Ben") == 1

    def test_a_hole_stands_at_its_place(self, stage: Stage) -> None:
        stage.show_rows((message(1, "before"), HoleRow("h", 3), message(5, "after")))
        shown = text_of(stage)
        assert shown.index("before") < shown.index("3 messages missing") < shown.index("after")

    def test_a_filled_hole_vanishes(self, stage: Stage) -> None:
        stage.show_rows((message(1), HoleRow("h", 1), message(3)))
        stage.show_rows(messages(3))
        assert "missing" not in text_of(stage)
        assert "message number 2" in text_of(stage)

    def test_a_notice_is_one_quiet_line(self, stage: Stage) -> None:
        stage.show_rows((message(1, "Anna joined\nreally", kind=MessageKind.NOTICE),))
        assert "Anna joined really" in text_of(stage)

    def test_a_notice_of_several_things_says_from_when_to_when(self, stage: Stage) -> None:
        notice = message(1, "Anna and Ben joined", kind=MessageKind.NOTICE)
        stage.show_rows(
            (replace(notice, details=RowDetails(until=notice.time + timedelta(minutes=90))),)
        )
        assert "Anna and Ben joined   09:01–10:31" in text_of(stage)
        stage.show_rows(
            (replace(notice, details=RowDetails(until=notice.time + timedelta(seconds=9))),)
        )
        assert "Anna and Ben joined   09:01\n" in text_of(stage)

    def test_a_local_notice_says_who_sees_it(self, stage: Stage) -> None:
        stage.show_rows((message(1, "No such command", kind=MessageKind.LOCAL_NOTICE),))
        assert "Only you can see this" in text_of(stage).replace("\xa0", " ")

    @pytest.mark.parametrize("width", [480, 700, 990, 1100])
    def test_that_is_never_parted(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        lengths = range(2, 90, 2)
        texts = ("a word and " * 6 + "i" * length for length in lengths)
        kind = MessageKind.LOCAL_NOTICE
        rows = (message(at, text, kind=kind) for at, text in enumerate(texts))
        stage.show_rows(tuple(rows), has_older=True)
        text, begins = view_of(stage).text, set[int]()
        for drawn in view_of(stage).sheet.drawn:
            text.see(f"{drawn.tag}.first")
            text.see(f"{drawn.tag}.last - 1 indices")
            words = text.bbox(text.search("a word", f"{drawn.tag}.first"))
            time = text.bbox(text.search("09:", f"{drawn.tag}.first"))
            end = text.bbox(f"{drawn.tag}.last - 2 indices")
            assert words and time and end
            assert time[1] == end[1], "it stands in one line"
            begins.add(time[0] - words[0])
        assert 0 in begins and max(begins) > 100, "some stand below their words, some beside"
        assert not begins & set(range(1, 20)), "below them it begins where they do"

    @pytest.mark.parametrize(
        "name",
        ["Priya the Very Long Named " * 2, "W" * 64, "פריה " * 12, "Wendy 🎉🎉🎉 " * 5, "🎉" * 60],
    )
    def test_a_long_name_is_cut_where_the_time_has_no_room(self, stage: Stage, name: str) -> None:
        stage.show_rows((message(1, "one", author_name=name.strip()),), has_older=True)
        text: Any = view_of(stage).text
        lengths = []
        for width in (1100, 480, 1100):
            stage.resize(width)
            time, words = text.search("09:01", "1.0"), text.search("one", "1.0")
            top, lower = text.dlineinfo(f"{time} linestart"), text.dlineinfo(words)
            assert text.dlineinfo(time)[1] == top[1], "it stands in one line with the avatar"
            assert lower[1] == top[1] + top[3], "and the halves of that touch"
            lengths.append(text.bbox(time)[0])
        assert lengths[0] == lengths[2] and lengths[1] < 480
        text.tag_add("sel", "1.0", "end")
        assert view_of(stage)._pointer.selected_text().count(name.strip()) == 1
        assert ":tada" not in text.get("1.0", "end"), "its emoji are pictures"

    def test_a_pending_message_becomes_accepted_under_another_key(self, stage: Stage) -> None:
        mine = message(6, "mine", is_own=True, state=MessageState.PENDING)
        stage.show_rows((*messages(5), replace(mine, key="pending 1")))
        stage.show_rows((*messages(5), replace(mine, state=MessageState.ACCEPTED)))
        assert text_of(stage).count("mine") == 1
        assert view_of(stage).is_at_newest


class TestFailed:
    def failed(self, stage: Stage) -> TimelineView:
        row = message(1, "hello", is_own=True, state=MessageState.FAILED)
        stage.show_rows((replace(row, details=RowDetails(failed_reason="the room is gone")),))
        return view_of(stage)

    @pytest.mark.parametrize(
        ("word", "name"), [("Retry", "on_retry"), ("Delete", "on_delete_failed")]
    )
    def test_the_words_under_it_are_buttons(self, stage: Stage, word: str, name: str) -> None:
        text = self.failed(stage).text
        box = text.bbox(text.search(word, "1.0"))
        assert box is not None
        x, y = box[0] + 2, box[1] + 2
        text.event_generate("<ButtonPress-1>", x=x, y=y)
        text.event_generate("<ButtonRelease-1>", x=x, y=y)
        stage.settle()
        assert stage.calls.named(name) == [(stage.room_key, 1)]

    def test_the_reason_is_said(self, stage: Stage) -> None:
        self.failed(stage)
        assert "Not sent: the room is gone" in text_of(stage)


class TestClicks:
    def test_who_writes_keeps_the_keys_in_the_field_unless_a_click_selects(
        self, stage: Stage
    ) -> None:
        stage.show(5)
        stage.window.composer.set_value("begun")
        window, text = stage.window, view_of(stage).text
        for begin, end in (((200, 60), (200, 60)), ((80, 60), (300, 60))):
            stage.press(window.composer.text)
            text.event_generate("<ButtonPress-1>", x=begin[0], y=begin[1])
            stage.settle()
            assert window.root.focus_get() is text
            text.event_generate("<B1-Motion>", x=end[0], y=end[1])
            text.event_generate("<ButtonRelease-1>", x=end[0], y=end[1])
            stage.settle()
            is_selected = bool(text.tag_ranges("sel"))
            assert is_selected == (begin != end)
            assert window.root.focus_get() is (text if is_selected else window.composer.text)
        text.tag_remove("sel", "1.0", "end")

    def test_the_time_beside_a_later_line_says_the_date(self, stage: Stage) -> None:
        first = message(1, author_id="a", author_name="A")
        later = replace(first, key=2, text="later", time=first.time + timedelta(seconds=30))
        stage.show_rows((first, later))
        text = view_of(stage).text
        y = place_of(stage, "later") + 5

        def is_said() -> bool:
            """The true pointer is elsewhere, and what it does may take the time away again."""
            shown = [
                each
                for each in text.winfo_children()
                if isinstance(each, Label)
                and each.winfo_ismapped()
                and each.cget("text") == "09:01"
            ]
            if not shown:
                text.event_generate("<Motion>", x=200, y=y)
                stage.settle()
            elif shown[0] not in entered:
                entered.append(shown[0])
                shown[0].bind("<Unmap>", lambda _event: entered.clear(), add="+")
                shown[0].event_generate("<Enter>", x=2, y=2)
            return "Monday, 23 November 2026, 09:01:30" in hints(stage)

        entered: list[Label] = []
        stage.until(is_said)
        text.event_generate("<Leave>", x=-5, y=-5)


class TestMark:
    def test_it_never_stands_alone_on_a_line(self, stage: Stage) -> None:
        stage.resize(480)
        rows = tuple(
            message(number, "many words " * 3 + "i" * number, is_own=True, author_id="me")
            for number in range(1, 60)
        )
        stage.show_rows(rows)
        text = view_of(stage).text
        tops = set()
        for start, _end in zip(*[iter(map(str, text.tag_ranges("mark")))] * 2, strict=True):
            text.see(start)
            word, mark = text.bbox(f"{start} - 1 indices"), text.dlineinfo(start)
            assert word is not None and mark is not None
            assert mark[1] <= word[1] < mark[1] + mark[3]
            line = text.dlineinfo(f"{start} linestart")
            tops.add(line is not None and line[1] < mark[1])
        assert tops == {False, True}, "no line came near to its end"

    def test_it_says_its_state_where_it_is_seen(self, stage: Stage) -> None:
        stage.show_rows((message(1, "hello", is_own=True, author_id="me"),))
        view = view_of(stage)
        box = view.text.bbox(view.text.tag_ranges("mark")[0])
        assert box is not None
        view.text.event_generate("<Motion>", x=box[0] + box[2] - 4, y=box[1] + box[3] // 2)
        stage.until(lambda: "Sent" in hints(stage))
        view.text.event_generate("<Motion>", x=box[0] + box[2] + 40, y=box[1] + box[3] // 2)
        assert "Sent" not in hints(stage)


def hints(stage: Stage) -> list[str]:
    return [hint_of(stage.window.root).shown]


class TestLinks:
    def test_a_click_opens_exactly_what_is_shown(self, stage: Stage) -> None:
        stage.show_rows((message(1, "see https://example.org/a, and [exec rm]"),))
        text = view_of(stage).text
        box = text.bbox(text.search("https", "1.0"))
        assert box is not None
        text.event_generate("<ButtonPress-1>", x=box[0] + 3, y=box[1] + 3)
        text.event_generate("<ButtonRelease-1>", x=box[0] + 3, y=box[1] + 3)
        stage.settle()
        assert stage.calls.named("on_open_link") == [("https://example.org/a",)]

    def test_a_click_beside_it_opens_nothing(self, stage: Stage) -> None:
        stage.show_rows((message(1, "see https://example.org/a"),))
        text = view_of(stage).text
        box = text.bbox(text.search("see", "1.0"))
        assert box is not None
        text.event_generate("<ButtonPress-1>", x=box[0] + 3, y=box[1] + 3)
        text.event_generate("<ButtonRelease-1>", x=box[0] + 3, y=box[1] + 3)
        stage.settle()
        assert stage.calls.named("on_open_link") == []


class TestReading:
    def test_the_text_cannot_be_typed_into(self, stage: Stage) -> None:
        stage.show(3)
        before = text_of(stage)
        stage.press(view_of(stage).text, "<a>", "<BackSpace>", "<Control-v>", "<Control-d>")
        assert text_of(stage) == before

    def test_what_is_selected_can_be_copied_with_its_emoji(self, stage: Stage) -> None:
        stage.show_rows((message(1, "ok 👍🏽 " + "x" * 300),))
        text = view_of(stage).text
        text.tag_add("sel", "1.0", "end-1c")
        stage.press(text, "<<Copy>>")
        copied = stage.window.root.clipboard_get()
        assert "ok " in copied
        assert "x" * 300 in copied
        text.tag_remove("sel", "1.0", "end")

    def test_hovering_a_message_marks_it_alone(self, stage: Stage) -> None:
        stage.show(6)
        text = view_of(stage).text
        box = text.bbox(text.search("message number 4", "1.0"))
        assert box is not None
        text.event_generate("<Motion>", x=box[0], y=box[1])
        first, last = (str(index) for index in text.tag_ranges("hover"))
        assert "message number 4" in text.get(first, last)
        assert "message number 5" not in text.get(first, last)
