"""Editing in the field: undo, whole characters, signs of markup around the selection."""

from __future__ import annotations

import pytest

from tests.app.views.conftest import Stage


class TestUndo:
    def test_a_shortcode_that_turned_comes_back(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("")
        for part in ("hi ", ":tada", ":"):
            composer.text.insert("insert", part)
            stage.settle()
        assert composer.value == "hi 🎉"
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "hi :tada:"
        stage.type(" x")
        assert composer.value == "hi :tada: x"
        stage.press(composer.text, "<Control-z>", "<Control-z>")
        stage.press(composer.text, "<Control-y>")
        assert composer.value.startswith("hi :tada:")

    def test_pictures_come_back_where_they_were(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("a 👨‍👩‍👧 b 🇳🇴")
        composer.text.tag_add("sel", "1.0", "end-1c")
        stage.press(composer.text, "<Delete>")
        assert composer.value == ""
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "a 👨‍👩‍👧 b 🇳🇴"
        assert len(composer.text.image_names()) == 2

    def test_a_paste_is_one_step(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.type("so ")
        composer.insert("many words at once")
        stage.settle()
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "so "

    def test_another_draft_has_nothing_to_undo(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("draft of this room")
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "draft of this room"


class TestWholeCharacters:
    @pytest.mark.parametrize(
        ("text", "left", "right"),
        [
            ("xe\u0301", "x", "e\u0301"),
            ("e\u0301x", "e\u0301", "x"),
            ("👍🏽🇳🇴", "👍🏽", "🇳🇴"),
            ("a\nb", "a\n", "\nb"),
            ("\U0001d4d0\U0001d4d1", "\U0001d4d0", "\U0001d4d1"),
        ],
    )
    def test_one_key_takes_one(self, stage: Stage, text: str, left: str, right: str) -> None:
        composer = stage.window.composer
        composer.set_value(text)
        stage.press(composer.text, "<BackSpace>")
        assert composer.value == left
        composer.set_value(text)
        composer.text.mark_set("insert", "1.0")
        stage.press(composer.text, "<Delete>")
        assert composer.value == right

    def test_a_line_end_is_one(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("a\nb")
        composer.text.mark_set("insert", "2.0")
        stage.press(composer.text, "<BackSpace>")
        assert composer.value == "ab"
        composer.text.mark_set("insert", "end-1c")
        stage.press(composer.text, "<Delete>", "<Delete>")
        assert composer.value == "ab"
        composer.text.mark_set("insert", "1.0")
        stage.press(composer.text, "<BackSpace>")
        assert composer.value == "ab"

    def test_ctrl_takes_a_word(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("one 🎉 two")
        stage.press(composer.text, "<Control-BackSpace>")
        assert composer.value == "one 🎉 "
        composer.text.mark_set("insert", "1.0")
        stage.press(composer.text, "<Control-Delete>")
        assert composer.value == " 🎉 "


class TestMarkers:
    @pytest.mark.parametrize(
        ("key", "value"),
        [("<Control-b>", "so **wörd 🎉** it"), ("<Control-i>", "so *wörd 🎉* it")],
    )
    def test_around_the_selection_and_away_again(self, stage: Stage, key: str, value: str) -> None:
        composer = stage.window.composer
        composer.set_value("so wörd 🎉 it")
        composer.text.tag_add("sel", "1.3", "1.9")
        stage.press(composer.text, key)
        assert composer.value == value
        assert composer.editor.selected == "wörd 🎉"
        stage.press(composer.text, key)
        assert composer.value == "so wörd 🎉 it"
        stage.press(composer.text, key, "<Control-z>")
        assert composer.value == "so wörd 🎉 it"

    def test_without_a_selection_the_caret_is_between_them(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("see ")
        stage.press(composer.text, "<Control-e>")
        stage.type("code")
        assert composer.value == "see `code`"
