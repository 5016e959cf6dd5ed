"""What is pasted into the field: at once, or after a question."""

from __future__ import annotations

import time

import pytest

from app.markup import parts_of
from app.markup_parts import CodeBlock
from app.views.composer_view import TEXT_BYTES_MAX
from app.views.wording import number_text
from tests.app.views.conftest import Stage, sent


class TestPaste:
    LINES = "\n".join(f"line {number}" for number in range(11))

    @staticmethod
    def paste(stage: Stage, text: str) -> None:
        stage.window.composer.set_value("")
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append(text)
        stage.press(stage.window.composer.text, "<<Paste>>")

    def test_ten_lines_go_straight_in(self, stage: Stage) -> None:
        text = self.LINES.rpartition("\n")[0]
        self.paste(stage, text)
        assert stage.window.composer.value == text

    @pytest.mark.parametrize(
        ("button", "value"), [("as_text", LINES), ("as_code", f"```\n{LINES}\n```\n")]
    )
    def test_more_are_asked_about(self, stage: Stage, button: str, value: str) -> None:
        composer = stage.window.composer
        self.paste(stage, self.LINES)
        assert composer.value == ""
        assert composer.strip._words.cget("text") == "Paste 11 lines:"
        assert stage.window.root.focus_get() is composer.strip.as_text
        stage.press(getattr(composer.strip, button), "<Return>")
        assert composer.value == value
        assert not composer.strip.winfo_manager()
        assert stage.window.root.focus_get() is composer.text

    def test_a_long_one_goes_in_whole(self, stage: Stage) -> None:
        composer = stage.window.composer
        text = "\n".join(f"{number:3} " + "a line of some length " * 2 for number in range(300))
        self.paste(stage, text)
        assert composer.strip._words.cget("text") == "Paste 300 lines:"
        composer.strip.as_code.invoke()
        assert composer.value == f"```\n{text}\n```\n"
        composer.set_value("")

    @pytest.mark.parametrize("text", ["x" * 98, "a line\n" * 40, "ü 😀 " * 20])
    @pytest.mark.parametrize("button", ["as_text", "as_code"])
    def test_what_finds_no_room_is_told_before(self, stage: Stage, text: str, button: str) -> None:
        composer = stage.window.composer
        whole = text * (5 * TEXT_BYTES_MAX // len(text.encode()))
        self.paste(stage, whole)
        assert composer.value == ""
        taken = len(whole.encode()[:TEXT_BYTES_MAX].decode(errors="ignore"))
        said = f"{number_text(len(whole) - taken)} characters too long:"
        assert composer.strip._words.cget("text") == said
        assert composer.strip.as_text.cget("text") == "Paste what fits"
        getattr(composer.strip, button).invoke()
        body = composer.value.strip("`\n")
        assert whole.startswith(body)
        composer.submit()
        (message,) = sent(stage)
        assert TEXT_BYTES_MAX - 20 < len(message.encode()) <= TEXT_BYTES_MAX
        assert isinstance(parts_of(message)[0], CodeBlock) == (button == "as_code")
        composer.set_value("")

    @pytest.mark.parametrize("button", ["as_text", "as_code"])
    def test_what_fits_in_front_of_other_words_can_be_sent(self, stage: Stage, button: str) -> None:
        composer = stage.window.composer
        composer.set_value("and more")
        composer.text.mark_set("insert", "1.0")
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append("x" * 2 * TEXT_BYTES_MAX)
        stage.press(composer.text, "<<Paste>>")
        getattr(composer.strip, button).invoke()
        composer.submit()
        (message,) = sent(stage)
        assert len(message) == TEXT_BYTES_MAX
        assert message.endswith("and more")
        composer.set_value("")

    @pytest.mark.parametrize(
        ("before", "copied"),
        [("", "see\n```py\n" + "x = 1\n" * 99_999 + "```"), ("```\n", "x" * 2 * TEXT_BYTES_MAX)],
    )
    def test_what_fits_of_code_ends_and_can_be_sent(
        self, stage: Stage, before: str, copied: str
    ) -> None:
        composer = stage.window.composer
        composer.set_value(before)
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append(copied)
        stage.press(composer.text, "<<Paste>>")
        assert not composer.strip.as_code.winfo_manager()
        composer.strip.as_text.invoke()
        stage.press(composer.text, "<Return>")
        (message,) = sent(stage)
        assert TEXT_BYTES_MAX - 10 < len(message.encode()) <= TEXT_BYTES_MAX
        assert isinstance(parts_of(message)[-1], CodeBlock)
        composer.set_value("")

    def test_code_is_not_made_code_again(self, stage: Stage) -> None:
        composer = stage.window.composer
        text = f"see\n```\n{self.LINES}\n```"
        self.paste(stage, text)
        assert not composer.strip.winfo_manager(), "there is nothing to choose"
        assert composer.value == text
        self.paste(stage, self.LINES)
        assert composer.strip.as_code.winfo_manager()
        stage.press(composer.strip.as_text, "<Escape>")

    @pytest.mark.parametrize(
        ("width", "is_code", "is_below"),
        [(480, False, True), (480, True, False), (1100, False, False), (1100, True, False)],
    )
    def test_the_answers_stand_beside_the_question_where_there_is_room(
        self, stage: Stage, width: int, is_code: bool, is_below: bool
    ) -> None:
        strip = stage.window.composer.strip
        stage.resize(width)
        self.paste(stage, "```\n" * is_code + "one line\n" * 99_999)
        stage.settle()
        answers = [strip.as_text] + [strip.as_code] * (not is_code)
        below = strip._words.winfo_y() + strip._words.winfo_height()
        assert all((button.winfo_y() >= below) == is_below for button in answers)
        assert all(button.winfo_width() == button.winfo_reqwidth() for button in answers)
        ends = answers[-1].winfo_x() + answers[-1].winfo_width()
        assert ends <= strip.cancel.winfo_x()
        stage.press(strip.as_text, "<Escape>")

    def test_a_full_field_says_so(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("a" * TEXT_BYTES_MAX)
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append("b")
        stage.press(composer.text, "<<Paste>>")
        assert composer.strip._words.cget("text") == "The message is as long as it can be."
        assert not composer.strip.as_text.winfo_manager()
        stage.press(composer.strip.cancel, "<Escape>")
        assert not composer.strip.winfo_manager()
        assert composer.value == "a" * TEXT_BYTES_MAX
        composer.set_value("")

    def test_escape_pastes_nothing(self, stage: Stage) -> None:
        composer = stage.window.composer
        self.paste(stage, self.LINES)
        stage.press(composer.strip.as_text, "<Escape>")
        assert composer.value == ""
        assert not composer.strip.winfo_manager()

    def test_a_megabyte_is_quick(self, stage: Stage) -> None:
        self.paste(stage, "")
        stage.window.root.clipboard_append("words and more " * 70_000)
        began = time.process_time()
        stage.press(stage.window.composer.text, "<<Paste>>")
        assert time.process_time() - began < 2.0
        stage.window.composer.set_value("")
