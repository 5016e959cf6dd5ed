"""Emoji in the field: as pictures, from shortcodes, in what is pasted and copied."""

from __future__ import annotations

import pytest

from app.markup import parts_of
from app.markup_parts import TextLine
from app.views.composer_view import TEXT_BYTES_MAX
from app.views.emoji_text import PICTURES_MAX
from tests.app.views.conftest import Stage, sent


class TestEmoji:
    TEXT = "ok 👍🏽 and 👨‍👩‍👧 fine 🇳🇴😀😀"

    def test_a_draft_comes_back_as_it_was(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value(self.TEXT)
        assert composer.value == self.TEXT
        assert "👍" not in composer.text.get("1.0", "end")

    def test_what_an_input_method_types_becomes_a_picture(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("")
        composer.text.insert("1.0", "a😀b👍🏽c")
        stage.settle()
        assert composer.value == "a😀b👍🏽c"
        assert len(composer.text.image_names()) == 2

    def test_a_shortcode_turns_at_its_second_colon(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("")
        composer.text.insert("end", "hi :tada:")
        stage.settle()
        assert composer.value == "hi 🎉"

    @pytest.mark.parametrize(
        "text",
        [
            "x:tada:", "a:tada::tada:b", "**:tada:**", "12:tada:30", "::tada:", "see `a` :tada:",
            "`:tada:` `", "x `:tada:`", "```\na\n```\n:tada:", "/me :tada:", "http://a.b :tada:",
            "https://a.b/:tada:", "[a :tada:](https://a.b)", ":TADA:",
        ],
    )  # fmt: skip
    def test_it_turns_where_the_message_would_show_a_picture(self, stage: Stage, text: str) -> None:
        composer = stage.window.composer
        composer.set_value("")
        for char in text:
            composer.text.insert("insert", char)
            stage.settle()
        lines = [part for part in parts_of(text) if isinstance(part, TextLine)]
        pictures = [s for line in lines for s in line.segments if s.shown]
        assert len(composer.text.image_names()) == len(pictures)
        composer.set_value("")

    @pytest.mark.parametrize("step", [1, 100])
    def test_each_shortcode_turns_however_fast_it_was_typed(self, stage: Stage, step: int) -> None:
        """Tk tells of a change once it is idle: by then there may be many letters more."""
        composer, typed = stage.window.composer, "𝒜 :smile: :heart:, :tada: b"
        composer.set_value("")
        composer.text.focus_force()
        for at in range(0, len(typed), step):
            for char in typed[at : at + step]:
                composer.text.insert("insert", char)
            stage.settle()
        assert composer.value == "𝒜 😄 ❤️, 🎉 b"
        assert len(composer.text.image_names()) == 3

    def test_a_shortcode_in_a_paste_or_from_undo_stays_as_it_is(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("see ")
        composer.text.mark_set("insert", "end")
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append("`:tada:` there")
        stage.press(composer.text, "<<Paste>>")
        composer.text.insert("insert", " x")
        stage.settle()
        assert composer.value == "see `:tada:` there x"

    @pytest.mark.parametrize(
        "text",
        [
            "12:30:45",
            ":nosuchname:",
            "`:tada:",
            "`:tada:`",
            "```\n:tada:",
            "```py\n:tada:",
            "https://a.b/x:tada:",
        ],
    )
    def test_other_colons_stay(self, stage: Stage, text: str) -> None:
        composer = stage.window.composer
        composer.set_value("")
        composer.text.insert("end", text)
        stage.settle()
        assert composer.value == text

    def test_one_key_deletes_a_whole_family(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("x👨‍👩‍👧")
        composer.text.mark_set("insert", "end")
        stage.press(composer.text, "<BackSpace>")
        assert composer.value == "x"

    def test_copies_have_their_emoji(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("hi 🎉")
        composer.text.tag_add("sel", "1.0", "end-1c")
        stage.press(composer.text, "<<Cut>>")
        assert stage.window.root.clipboard_get() == "hi 🎉"
        assert composer.value == ""
        stage.press(composer.text, "<<Paste>>")
        assert composer.value == "hi 🎉"
        composer.set_value("")

    @pytest.mark.parametrize("text", ["😀" * 5000, "x" * 1_000_000, "a\n" * 500_000])
    def test_of_a_paste_without_end_what_fits_can_be_sent(self, stage: Stage, text: str) -> None:
        composer = stage.window.composer
        composer.set_value("")
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append(text)
        stage.press(composer.text, "<<Paste>>")
        composer.strip.as_text.invoke()
        stage.settle()
        assert len(composer.text.image_names()) <= PICTURES_MAX
        assert len(composer.value.encode()) == TEXT_BYTES_MAX
        composer.submit()
        assert len(sent(stage)) == 1 and text.startswith(sent(stage)[0])
        composer.set_value("")

    def test_emoji_without_a_picture_are_sent_as_they_were_pasted(self, stage: Stage) -> None:
        composer = stage.window.composer
        text = "😀" * PICTURES_MAX + " ❤ ❤️ :tada: a:👍🏽: 👩‍👩‍👧 x 🇳🇴🇳🇴😀"
        composer.set_value(text)
        assert composer.value == text
        assert ":tada:" in composer.text.get("1.0", "end")
        for back in range(1, 40):  # also with the caret in a name
            composer.text.mark_set("insert", f"end - {back} chars")
            assert composer.value == text
        composer.set_value("")
