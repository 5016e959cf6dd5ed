"""Invite links in messages and fields, and the question before one leads elsewhere."""

from __future__ import annotations

import pytest

from app.views.invite_row import InviteRow
from tests.app.views.conftest import Stage, message, texts_of
from tests.app.views.timeline_sight import view_of

LINK = f"hubbub://10.0.0.9:48228/{'%C3%BC' * 30}/lab#{'a2' * 16}"
ROW = InviteRow(LINK, "Harbour", "10.0.0.9:48228", room="lab", nick="anna", fingerprint="a2" * 16)


def test_link_in_a_message_is_drawn_whole_and_opens(stage: Stage) -> None:
    stage.show_rows((message(1, f"come to {LINK}."),))
    drawn = view_of(stage).sheet.drawn[-1]
    assert list(drawn.links.values()) == [LINK]
    text = view_of(stage).text
    assert text.get(*text.tag_ranges("link")).replace("\u200b", "") == LINK


def test_switcher_offers_to_open_it_and_nothing_else(stage: Stage) -> None:
    stage.window.toggle_switcher()
    switcher = stage.window.popups.switcher()
    stage.window.root.clipboard_clear()
    stage.window.root.clipboard_append(LINK)
    stage.press(switcher.field, "<<Paste>>")
    assert [item.row.name for item in switcher.choices.items if item.row] == [
        "Open the invite link"
    ]
    stage.press(switcher.field, "<Return>")
    assert stage.calls.named("on_join_room") == [(LINK,)]


class TestJoinDialog:
    def test_it_offers_to_open_it(self, stage: Stage) -> None:
        stage.window.open_join_dialog()
        dialog = stage.window.popups.join_dialog()
        dialog.name.insert(0, f" {LINK} ")
        stage.press(dialog.name, "<KeyRelease>")
        assert dialog.button.cget("text") == "Open link"
        assert "Open the invite link" in texts_of(dialog.choices)
        stage.press(dialog.name, "<Return>")
        assert stage.calls.named("on_join_room") == [(LINK,)]

    def test_what_is_wrong_with_it_is_said_there(self, stage: Stage) -> None:
        stage.window.open_join_dialog()
        dialog = stage.window.popups.join_dialog()
        dialog.name.insert(0, "hubbub://x:0")
        stage.press(dialog.name, "<KeyRelease>", "<Return>")
        stage.window.show_join_answer("hubbub://x:0", "'0' is no port.")
        assert str(dialog.problem.cget("text")).strip() == "'0' is no port."
        stage.window.close_join_dialog()


class TestQuestion:
    def test_it_names_both_servers_and_what_is_known(self, stage: Stage) -> None:
        stage.window.ask_to_switch(ROW)
        question = stage.window.popups.switch_question()
        title = str(question.title.cget("text"))
        assert title == "Leave Harbour and connect to 10.0.0.9:48228?"
        assert "#lab" in str(question.about.cget("text"))
        assert str(question.key.cget("text")).replace(" ", "") == "a2" * 16
        stage.window.popups.stack.close_all()

    def test_enter_stays(self, stage: Stage) -> None:
        stage.window.ask_to_switch(ROW)
        stage.settle()
        focus = stage.window.root.focus_get()
        assert focus is stage.window.popups.switch_question().stay_button
        stage.press(focus, "<Return>")
        assert not stage.window.popups.stack.is_any_open
        assert stage.calls.named("on_accept_invite") == []

    def test_connect_goes_there(self, stage: Stage) -> None:
        stage.window.ask_to_switch(ROW)
        stage.press(stage.window.popups.switch_question().connect_button, "<Return>")
        assert not stage.window.popups.stack.is_any_open
        assert stage.calls.named("on_accept_invite") == [(LINK,)]

    @pytest.mark.parametrize("width", [480, 1100])
    def test_a_long_address_is_shown_whole(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        host = "h" * 250 + ".end"
        stage.window.ask_to_switch(InviteRow("hubbub://x", "Harbour", f"{host}:48228"))
        stage.settle()
        question = stage.window.popups.switch_question()
        assert f"{host}:48228" in str(question.title.cget("text")).replace("\u200b", "")
        assert question.winfo_rootx() >= stage.window.root.winfo_rootx()
        assert question.title.winfo_reqwidth() <= question.winfo_width()
        assert question.stay_button.winfo_viewable()
        stage.window.popups.stack.close_all()
