"""What can be done with a message: by the right button, and by the keyboard after F6."""

from __future__ import annotations

import pytest

from app.views.rows import MessageKind, MessageState
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of

LINK = "https://example.org/a"


def labels_after_click(stage: Stage, words: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of the menu that a right-click on `words` opens."""
    view = view_of(stage)
    menu = view.menu.menu
    monkeypatch.setattr(menu, "tk_popup", lambda _x, _y: None)
    box = view.text.bbox(view.text.search(words, "1.0"))
    assert box is not None
    view.text.event_generate("<Button-3>", x=box[0] + 2, y=box[1] + 2)
    stage.settle()
    last = menu.index("end")
    assert last is not None
    return [
        str(menu.entrycget(at, "label")) for at in range(last + 1) if menu.type(at) != "separator"
    ]


def clipboard(stage: Stage) -> str:
    return str(stage.window.root.clipboard_get())


class TestMenu:
    def test_a_message_of_another(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.show_rows((message(1, "one"), message(2, "**two**")))
        assert labels_after_click(stage, "two", monkeypatch) == [
            *("Quote", "Copy text", "Mark unread", "About Ben"),
        ]
        view_of(stage).menu.menu.invoke(1)
        assert clipboard(stage) == "**two**"
        view_of(stage).menu.menu.invoke(2)
        assert stage.calls.named("on_mark_unread") == [(stage.room_key, 2)]

    def test_a_link(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.show_rows((message(1, f"see {LINK} there"),))
        assert "Copy link" not in labels_after_click(stage, "there", monkeypatch)
        labels = labels_after_click(stage, "example", monkeypatch)
        view_of(stage).menu.menu.invoke(labels.index("Copy link"))
        assert clipboard(stage) == LINK

    def test_a_failed_one(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.show_rows((message(7, "mine", is_own=True, state=MessageState.FAILED),))
        labels = labels_after_click(stage, "mine", monkeypatch)
        assert labels == ["Quote", "Copy text", "About Ben", "Retry", "Delete"]
        menu = view_of(stage).menu.menu
        menu.invoke("end")
        assert stage.calls.named("on_retry") == []
        menu.invoke(labels.index("Retry") + 1)
        assert stage.calls.named("on_retry") == [(stage.room_key, 7)]
        assert stage.calls.named("on_delete_failed") == [(stage.room_key, 7)]

    def test_a_selection(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.show_rows((message(1, "one *two* 👍 three"),))
        text = view_of(stage).text
        text.tag_add("sel", text.search("*two", "1.0", elide=True), text.search(" three", "1.0"))
        assert labels_after_click(stage, "one", monkeypatch)[1] == "Copy selection"
        view_of(stage).menu.menu.invoke(1)
        assert clipboard(stage) == "*two* 👍"


class TestToolbar:
    def hover(self, stage: Stage, words: str) -> None:
        text = view_of(stage).text
        box = text.bbox(text.search(words, "1.0"))
        assert box is not None
        text.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 2)
        stage.settle()

    def test_more_opens_the_menu_at_the_bar(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.show_rows((message(1, "one"), message(2, f"two {LINK}")))
        view = view_of(stage)
        places: list[tuple[int, int]] = []
        monkeypatch.setattr(view.menu.menu, "tk_popup", lambda x, y: places.append((x, y)))
        bar = view._pointer._toolbar()
        self.hover(stage, "two")
        assert bar.winfo_viewable()
        button = bar.more_button
        button.event_generate("<ButtonRelease-1>", x=5, y=5)
        assert places == [
            (button.winfo_rootx(), button.winfo_rooty() + button.winfo_height()),
        ]
        menu = view.menu.menu
        labels = [str(menu.entrycget(at, "label")) for at in range(int(menu.index("end") or 0) + 1)]
        assert labels == ["Quote", "Copy text", "Copy link", "Mark unread", "About Ben"]

    def test_it_goes_with_the_pointer(self, stage: Stage) -> None:
        stage.show_rows((message(1, "one"), message(2, "two")))
        text, bar = view_of(stage).text, view_of(stage)._pointer._toolbar()
        self.hover(stage, "two")
        # Onto the bar, which stands in the messages, and off to the people.
        text.event_generate("<Leave>", rootx=bar.winfo_rootx() + 3, rooty=bar.winfo_rooty() + 3)
        assert bar.winfo_manager()
        people = stage.window.member_list
        bar.event_generate("<Leave>", rootx=people.winfo_rootx() + 3, rooty=bar.winfo_rooty())
        assert not bar.winfo_manager()

    def test_it_moves_from_message_to_message_without_going(self, stage: Stage) -> None:
        stage.show(20)
        bar = view_of(stage)._pointer._toolbar()
        gone: list[object] = []
        self.hover(stage, "number 18")
        tops = [bar.winfo_y()]
        bar.bind("<Unmap>", gone.append)
        self.hover(stage, "number 20")
        tops.append(bar.winfo_y())
        bar.unbind("<Unmap>")
        assert tops[0] < tops[1] and not gone

    def test_a_notice_has_none(self, stage: Stage) -> None:
        stage.show_rows((message(1, "one"), message(2, "came", kind=MessageKind.NOTICE)))
        self.hover(stage, "came")
        assert not view_of(stage)._pointer._toolbar().winfo_manager()

    def test_the_wheel_scrolls_over_it(self, stage: Stage) -> None:
        stage.show(200)
        view = view_of(stage)
        self.hover(stage, "number 199")
        before = view.text.yview()[0]
        view._pointer._toolbar().more_button.event_generate("<Button-4>")
        assert view.text.yview()[0] < before

    def test_the_button_that_copies_code_stands_beside_it(self, stage: Stage) -> None:
        stage.show_rows((message(1, "one"), message(2, "```\nx = 1\n```")))
        self.hover(stage, "x = 1")
        pointer = view_of(stage)._pointer
        right = pointer._copy_button().winfo_x() + pointer._copy_button().winfo_width()
        assert right <= pointer._toolbar().winfo_x()


class TestKeyboard:
    def test_up_and_down_go_from_message_to_message(self, stage: Stage) -> None:
        notice = message(2, "came", kind=MessageKind.NOTICE)
        stage.show_rows((message(1, "**one**"), notice, message(3, "three")))
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Key-c>")
        assert clipboard(stage) == "three"
        stage.press(text, "<Up>", "<Key-c>")
        assert clipboard(stage) == "**one**"
        stage.press(text, "<End>", "<Key-C>")
        assert clipboard(stage) == "three"
        stage.press(text, "<Home>", "<Key-c>")
        assert clipboard(stage) == "**one**"
        assert text.tag_ranges("current")

    def test_the_current_message_comes_into_view_and_is_marked(self, stage: Stage) -> None:
        stage.show(200)
        view = view_of(stage)
        stage.press(view.text, *["<Up>"] * 40)
        drawn = view._cursor.current
        assert drawn is not None
        assert drawn.block.row.key == 161
        assert view.text.dlineinfo(f"{drawn.tag}.first") is not None
        assert view._cursor._bar.winfo_manager()
        assert not view.is_at_newest

    def test_enter_opens_the_link_or_shows_the_spoiler(self, stage: Stage) -> None:
        stage.show_rows((message(1, "a ||secret||"), message(2, f"see {LINK}")))
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Return>")
        assert stage.calls.named("on_open_link") == [(LINK,)]
        assert text.tag_ranges("spoiler")
        stage.press(text, "<Up>", "<Return>")
        assert not text.tag_ranges("spoiler")

    def test_without_a_current_message_letters_are_letters(self, stage: Stage) -> None:
        stage.show(3)
        stage.window.composer.set_value("")
        stage.press(view_of(stage).text, "<Key-c>")
        assert stage.window.composer.value == "c"
        stage.window.composer.set_value("")

    def test_nothing_typed_changes_the_messages(self, stage: Stage) -> None:
        stage.show(3)
        text = view_of(stage).text
        before = text.get("1.0", "end")
        for keys in ("<Key-x>", "<Return>", "<BackSpace>", "<Delete>", "<Control-d>", "<<Paste>>"):
            stage.press(text, keys)
        stage.press(text, "<<Cut>>", "<<PasteSelection>>", "<Control-k>", "<Escape>", "<Control-o>")
        assert text.get("1.0", "end") == before
        stage.window.popups.stack.close_all()
        stage.window.composer.set_value("")

    def test_the_menu_key_opens_the_menu_of_the_current_message(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.show_rows((message(1, f"see {LINK}"), message(2, "b")))
        menu = view_of(stage).menu.menu
        opened: list[tuple[int, int]] = []
        monkeypatch.setattr(menu, "tk_popup", lambda x, y: opened.append((x, y)))
        stage.press(view_of(stage).text, "<Up>", "<Up>", "<Shift-F10>")
        assert len(opened) == 1
        assert menu.entrycget(2, "label") == "Copy link"


def test_a_room_left_and_opened_again_is_seen_again(stage: Stage) -> None:
    stage.show(3)
    own, stage.room_key = stage.room_key, stage.room_key + " other"
    stage.show(1)
    stage.calls.made.clear()
    stage.room_key = own
    stage.show(3)
    assert stage.calls.named("on_seen") == [(own, 3)]


def test_its_menu_names_the_keys(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.show_rows((message(1, "one"),))
    labels = labels_after_click(stage, "one", monkeypatch)
    menu = view_of(stage).menu.menu
    keys = {label: menu.entrycget(at, "accelerator").strip() for at, label in enumerate(labels)}
    assert keys == {"Quote": "R", "Copy text": "C", "Mark unread": "", "About Ben": ""}
