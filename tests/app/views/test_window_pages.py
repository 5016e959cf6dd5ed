"""The pages that lie over the chat: connecting, a wrong key, and the way back."""

from __future__ import annotations

import pytest

from app.views.server_rows import ConnectRow, KeyChangedRow
from tests.app.views.conftest import Stage


class TestPages:
    def test_connect_hands_over_what_was_typed(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("", "studio:48228"))
        stage.settle()
        window.connect_page.nick.insert(0, " Anna ")
        stage.press(window.connect_page.nick, "<Return>")
        assert stage.calls.named("on_connect") == [("Anna", "studio:48228")]

    def test_a_missing_answer_is_asked_for(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "x"))
        window.connect_page.server.delete(0, "end")
        stage.press(window.connect_page.button, "<Key-space>")
        assert stage.calls.named("on_connect") == []
        assert "server" in window.connect_page._error.cget("text")

    def test_an_error_keeps_what_was_typed(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "here"))
        window.connect_page.server.insert("end", ":1")
        window.show_connect(ConnectRow("Anna", "here", "Nobody answers at here:1."))
        assert window.connect_page.server.get() == "here:1"
        assert "Nobody answers" in window.connect_page._error.cget("text")

    def test_a_busy_page_can_be_cancelled(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow("Anna", "here", is_busy=True))
        stage.press(window.connect_page.button, "<Return>")
        assert stage.calls.named("on_cancel_connect") == [()]
        assert stage.calls.named("on_connect") == []

    def test_a_changed_key_leaves_one_way_out(self, stage: Stage) -> None:
        window = stage.window
        window.show_key_changed(KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD"))
        stage.settle()
        assert window.key_page.known.cget("text") == "AAAA BBBB"
        assert window.key_page.offered.cget("text") == "CCCC DDDD"
        stage.press(window.key_page.button, "<Key-space>")
        assert stage.calls.named("on_disconnect") == [()]
        stage.press(window.key_page.button, "<Escape>", "<Alt-Down>", "<F6>")
        assert window.is_covered
        assert stage.calls.named("on_open_room") == []

    def test_a_wrong_link_has_words_of_its_own(self, stage: Stage) -> None:
        page = stage.window.key_page
        stage.window.show_key_changed(KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD"))
        assert "has changed" in page.title.cget("text")
        stage.window.show_key_changed(
            KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD", is_first_contact=True)
        )
        stage.settle()
        assert "invite link" in page.title.cget("text")
        assert "had before" not in page.about.cget("text")
        assert page.known.cget("text") == "AAAA BBBB"

    @pytest.mark.parametrize("is_first_contact", [True, False])
    def test_a_wrong_key_says_what_to_do(self, stage: Stage, is_first_contact: bool) -> None:
        page = stage.window.key_page
        stage.window.show_key_changed(
            KeyChangedRow("studio", "AAAABBBB", "CCCCDDDD", is_first_contact=is_first_contact)
        )
        assert "connect page" in page.about.cget("text")
        assert "link" in page.about.cget("text")
        assert page.button.cget("text") == "Back to connect"

    def test_the_chat_comes_back_with_the_focus_in_the_field(self, stage: Stage) -> None:
        window = stage.window
        window.show_connect(ConnectRow())
        window.root.focus_force()
        window.show_chat()
        stage.settle()
        assert not window.is_covered
        assert window.root.focus_get() is window.composer.text
