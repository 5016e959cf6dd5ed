"""The composer: what is sent, what is kept, and the field it is written in."""

from __future__ import annotations

import pytest

from app.views.composer_view import LINES_MAX, TEXT_BYTES_MAX
from tests.app.views.conftest import Stage, sent, texts_of


class TestSending:
    def test_enter_sends_and_the_text_stays_until_it_is_safe(self, stage: Stage) -> None:
        stage.type("hello")
        stage.press(stage.window.composer.text, "<Return>")
        assert stage.calls.named("on_send") == [(stage.room_key, "hello")]
        assert stage.window.composer.value == "hello"
        stage.window.clear_draft(stage.room_key)
        assert stage.window.composer.value == ""

    def test_shift_enter_breaks_the_line(self, stage: Stage) -> None:
        stage.type("one\ntwo")
        assert stage.window.composer.value == "one\ntwo"
        assert sent(stage) == []
        stage.press(stage.window.composer.text, "<Return>")
        assert sent(stage) == ["one\ntwo"]

    def test_shift_enter_goes_on_with_a_list_and_ends_it(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("")
        for typed, value in (
            ("- tea\n", "- tea\n- "),
            ("milk\n\n", "- tea\n- milk\n"),
            ("1. 😀", "- tea\n- milk\n1. 😀"),
            ("\n", "- tea\n- milk\n1. 😀\n2. "),
        ):
            for char in typed:
                if char == "\n":
                    stage.press(composer.text, "<Shift-Return>")
                else:
                    composer.insert(char)
            assert composer.value == value
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "- tea\n- milk\n1. 😀"

    def test_shift_enter_goes_on_with_a_quote_and_twice_ends_it(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("")
        stage.press(composer.text, "<greater>", "<space>", "<t>", "<Shift-Return>")
        assert composer.value == "> t\n> "
        stage.press(composer.text, "<m>", "<Shift-Return>", "<Shift-Return>")
        assert composer.value == "> t\n> m\n"
        composer.set_value("")

    @pytest.mark.parametrize(
        ("first", "typed", "value"),
        [
            ("- tea", "minus space m", "- m"),
            ("- tea", "asterisk space m", "* m"),
            ("- tea", "1 0 period space m", "10. m"),
            ("  1. tea", "2 period space m", "  2. m"),
            ("- tea", "minus BackSpace minus space m", "- m"),
            ("- tea", "minus m", "- -m"),
            ("- tea", "m minus space m", "- m- m"),
            ("- tea", "asterisk m asterisk", "- *m*"),
            ("> tea", "greater space m", "> m"),
            ("> tea", "greater greater space m", ">> m"),
            ("> tea", "minus space m", "> - m"),
            ("> tea", "greater m", "> >m"),
            ("> - tea", "minus space m", "> - m"),
            ("> - tea", "1 period space m", "> 1. m"),
            ("> - tea", "greater space m", "> m"),
        ],
    )
    @pytest.mark.parametrize("is_fast", [True, False])
    def test_a_marker_typed_behind_that_of_a_new_item_replaces_it(
        self, stage: Stage, first: str, typed: str, value: str, is_fast: bool
    ) -> None:
        composer = stage.window.composer
        composer.set_value(first)
        stage.press(composer.text, "<Shift-Return>")
        for keysym in typed.split():
            composer.text.event_generate(f"<Key-{keysym}>")
            if not is_fast:
                stage.settle()
        stage.settle()
        assert composer.value == f"{first}\n{value}"
        composer.set_value("")

    def test_what_took_its_place_can_be_undone(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("- tea")
        stage.press(composer.text, "<Shift-Return>", "<minus>", "<space>")
        assert composer.value == "- tea\n- "
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "- tea\n- - "
        stage.press(composer.text, "<m>")
        assert composer.value == "- tea\n- - m"
        composer.set_value("")

    @pytest.mark.parametrize(
        ("before", "behind"), [("- te", "a"), ("```\n- tea", ""), ("no list - tea", "")]
    )
    def test_elsewhere_it_is_a_line_end(self, stage: Stage, before: str, behind: str) -> None:
        composer = stage.window.composer
        composer.set_value(before + behind)
        composer.text.mark_set("insert", f"end - {1 + len(behind)} indices")
        stage.press(composer.text, "<Shift-Return>")
        assert composer.value == f"{before}\n{behind}"
        composer.set_value("")

    def test_enter_breaks_the_line_while_code_is_begun(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.insert("look:\n```py")
        stage.press(composer.text, "<Return>")
        composer.insert("x = 1")
        stage.press(composer.text, "<Return>")
        composer.insert("```")
        assert sent(stage) == []
        stage.press(composer.text, "<Return>")
        assert sent(stage) == ["look:\n```py\nx = 1\n```"]
        composer.set_value("```all on one line```")
        stage.press(composer.text, "<Return>")
        assert len(sent(stage)) == 2
        composer.set_value("")

    def test_a_blank_text_is_not_sent(self, stage: Stage) -> None:
        stage.type("  \n ")
        stage.press(stage.window.composer.text, "<Return>")
        assert sent(stage) == []

    def test_the_button_sends(self, stage: Stage) -> None:
        stage.type("hi")
        stage.press(stage.window.composer.send_button, "<Key-space>")
        assert sent(stage) == ["hi"]

    def test_outer_line_ends_are_not_sent(self, stage: Stage) -> None:
        stage.window.composer.set_value("\n\n  code\n\n")
        stage.window.composer.submit()
        assert sent(stage) == ["  code"]

    def test_sending_goes_to_the_newest_message(self, stage: Stage) -> None:
        stage.show(100)
        stage.window.panes.current_scroll_pages(-2)
        stage.type("hi")
        stage.press(stage.window.composer.text, "<Return>")
        assert stage.window.panes.current is not None
        assert stage.window.panes.current.is_at_newest

    def test_an_emoji_arrives_whole(self, stage: Stage) -> None:
        stage.window.composer.text.insert("insert", "ok 👍🏽 🇳🇴")
        stage.settle()
        stage.window.composer.submit()
        assert sent(stage) == ["ok 👍🏽 🇳🇴"]


class TestLimit:
    def test_the_limit_counts_bytes(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value(("é" * 100 + " ") * (TEXT_BYTES_MAX // 201))
        composer.submit()
        assert len(sent(stage)) == 1
        composer.set_value(("é" * 100 + " ") * (TEXT_BYTES_MAX // 201 + 1))
        composer.submit()
        assert len(sent(stage)) == 1

    def test_a_counter_appears_at_four_fifths(self, stage: Stage) -> None:
        right = stage.window.status_line.right
        stage.window.composer.set_value("a " * 6000)
        assert "left" not in right.cget("text")
        stage.window.composer.set_value("a " * 6700)
        assert right.cget("text") == f"{2984:,} characters left".replace(",", "\N{NO-BREAK SPACE}")
        stage.window.composer.set_value("a " * 8193)
        assert right.cget("text") == "2 characters too long"
        # As many letters of the kind that is there; and as many as have to go.
        stage.window.composer.set_value("é " * 4700)
        assert right.cget("text") == f"{1522:,} characters left".replace(",", "\N{NO-BREAK SPACE}")
        stage.window.composer.set_value("é " * 5461 + "éé")
        assert right.cget("text") == "2 characters too long"
        stage.window.composer.set_value("")


class TestGrowing:
    def test_it_grows_with_lines_and_stops(self, stage: Stage) -> None:
        composer = stage.window.composer
        heights = []
        for lines in (1, 2, LINES_MAX, LINES_MAX + 5):
            composer.set_value("\n".join(["x"] * lines))
            stage.settle()
            heights.append(composer.winfo_height())
        assert heights[0] < heights[1] < heights[2] == heights[3]

    @pytest.mark.parametrize("percent", [80, 100, 150])
    def test_lines_with_emoji_have_room_too(self, stage: Stage, percent: int) -> None:
        composer, heights = stage.window.composer, []
        stage.window.look.scale_messages(percent)
        try:
            for letter in "x😀":
                composer.set_value("\n".join([f"a {letter}"] * 7))
                stage.settle()
                heights.append(composer.winfo_height())
                needed = composer.text.count("1.0", "end", "ypixels")
                assert needed is not None and needed[0] <= composer.text.winfo_height()
        finally:
            stage.window.look.scale_messages(100)
            composer.set_value("")
        assert heights[0] == heights[1]

    def test_a_wrapped_line_counts(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("x")
        stage.settle()
        before = composer.winfo_height()
        composer.set_value("many words " * 30)
        stage.settle()
        assert composer.winfo_height() > before


class TestDraft:
    def test_a_draft_belongs_to_its_room(self, stage: Stage) -> None:
        stage.type("half")
        own_key = stage.room_key
        stage.room_key = own_key + " other"
        stage.show(1)
        assert stage.window.composer.value == ""
        assert stage.calls.named("on_draft_change")[-1] == (own_key, "half")
        stage.room_key = own_key
        stage.show(1)
        assert stage.window.composer.value == "half"

    def test_it_comes_back_from_a_room_where_nobody_can_write(self, stage: Stage) -> None:
        stage.type("half")
        own_key = stage.room_key
        stage.room_key = own_key + " kept"
        stage.show(1)
        stage.window.set_composer_enabled(False, "Only on this computer.")
        stage.room_key = own_key
        stage.show(1)  # as the window is told: the messages first, then whether one can write
        stage.window.set_composer_enabled(True)
        assert stage.window.composer.value == "half"

    def test_a_change_is_told_after_a_pause(self, stage: Stage) -> None:
        stage.type("abc")
        stage.until(lambda: bool(stage.calls.named("on_draft_change")))
        assert stage.calls.named("on_draft_change") == [(stage.room_key, "abc")]

    def test_a_draft_set_from_outside_is_not_told_back(self, stage: Stage) -> None:
        stage.window.set_draft(stage.room_key, "from disk")
        stage.window.composer.flush_change()
        assert stage.window.composer.value == "from disk"
        assert stage.calls.named("on_draft_change") == []

    def test_the_placeholder_is_there_only_without_text(self, stage: Stage) -> None:
        placeholder = stage.window.composer._placeholder
        assert placeholder.text == "Message #dev"
        assert placeholder.winfo_manager()
        stage.type("x")
        assert not placeholder.winfo_manager()

    def test_its_words_end_where_the_field_does(self, stage: Stage) -> None:
        window, words = stage.window, "Here is what the server lost. " * 2
        placeholder, text = window.composer._placeholder, window.composer.text
        window.set_composer_enabled(False, words)
        for width, is_cut in ((480, True), (1240, False), (480, True)):
            stage.resize(width)
            stage.until(lambda: placeholder.winfo_width() <= text.winfo_width())
            assert texts_of(placeholder)[0].endswith("…") is is_cut
        window.set_composer_enabled(True)


class TestKeys:
    def test_keys_of_the_text_class_do_no_harm(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("some words")
        composer.text.tag_add("sel", "1.0", "1.4")
        stage.press(composer.text, "<Control-w>", "<Control-W>", "<Control-slash>", "<Control-k>")
        assert composer.value == "some words"
        stage.window.root.clipboard_clear()
        stage.window.root.clipboard_append("pasted")
        stage.press(composer.text, "<Control-y>")
        assert composer.value == "some words"

    def test_undo_and_redo(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.type("abc")
        stage.press(composer.text, "<<Undo>>")
        assert composer.value == ""
        stage.press(composer.text, "<Control-y>")
        assert composer.value == "abc"

    def test_pasted_text_is_made_safe(self, stage: Stage) -> None:
        root = stage.window.root
        root.clipboard_clear()
        root.clipboard_append("a\r\nb\u202ec\x1b")
        stage.press(stage.window.composer.text, "<<Paste>>")
        assert stage.window.composer.value == "a\nbc"

    def test_a_field_switched_off_takes_nothing(self, stage: Stage) -> None:
        window = stage.window
        window.set_composer_enabled(False, "Only moderators can write here.")
        stage.settle()
        assert not window.composer.send_button.winfo_viewable()
        assert not window.composer.emoji_button.winfo_viewable()
        stage.type("abc")
        window.composer.submit()
        assert window.composer.value == ""
        assert window.composer._placeholder.text == "Only moderators can write here."
        window.set_composer_enabled(True)
        assert window.composer._placeholder.text == "Message #dev"


class TestEnter:
    def test_a_setting_lets_enter_break_the_line(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.sends_with_control = True
        try:
            stage.type("a")
            stage.press(composer.text, "<Return>")
            stage.type("b")
            assert sent(stage) == []
            stage.press(composer.text, "<Control-Return>")
            assert sent(stage) == ["a\nb"]
        finally:
            composer.sends_with_control = False

    def test_where_enter_breaks_the_line_it_goes_on_with_a_list_too(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.sends_with_control = True
        try:
            composer.set_value("1. tea")
            stage.press(composer.text, "<Return>")
            assert composer.value == "1. tea\n2. "
        finally:
            composer.sends_with_control = False
            composer.set_value("")

    def test_nothing_is_sent_while_an_input_method_composes(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.type("hello")
        stage.press(composer.text, "<<TkStartIMEMarkedText>>", "<Return>", "<Control-Return>")
        assert sent(stage) == []
        stage.press(composer.text, "<<TkEndIMEMarkedText>>")
        composer.submit()
        assert len(sent(stage)) == 1


class TestOwnLines:
    def test_earlier_lines_come_back_into_the_field(self, stage: Stage) -> None:
        composer = stage.window.composer
        for text in ("first", "second 🎉"):
            composer.set_value(text)
            composer.submit()
        composer.set_value("begun")
        stage.press(composer.text, "<Control-Up>")
        assert composer.value == "second 🎉"
        stage.press(composer.text, "<Control-Up>")
        assert composer.value == "first"
        stage.press(composer.text, "<Control-Down>", "<Control-Down>")
        assert composer.value == "begun"
        assert len(sent(stage)) == 2


def test_the_button_says_why_it_is_off(stage: Stage) -> None:
    composer = stage.window.composer
    composer.set_value("a " * 8193)
    assert composer.send_button.hint == "2 characters too long"
    composer.set_value("a")
    assert composer.send_button.hint == "Send"


class TestHint:
    WORDS = "This goes to #dev. You join #lunch when the connection is back."

    @pytest.mark.parametrize("width", [480, 1100])
    def test_it_stands_whole_right_above_the_field(self, stage: Stage, width: int) -> None:
        stage.resize(width)
        stage.window.show_writing_hint(self.WORDS)
        stage.settle()
        hint, composer = stage.window.column.writing_hint, stage.window.composer
        assert hint.words.winfo_reqwidth() <= hint.words.winfo_width()
        assert hint.words.winfo_reqheight() <= hint.words.winfo_height()
        assert hint.words.text == self.WORDS
        assert hint.winfo_height() < 30  # one line
        gap = composer.winfo_rooty() - (hint.winfo_rooty() + hint.winfo_height())
        assert 0 <= gap <= 16

    def test_nothing_to_say_takes_no_room(self, stage: Stage) -> None:
        stage.window.show_writing_hint(self.WORDS)
        stage.window.show_writing_hint("")
        stage.settle()
        assert not stage.window.column.writing_hint.winfo_ismapped()


def test_the_caret_stands_free_of_the_words_of_an_empty_field(stage: Stage) -> None:
    composer = stage.window.composer
    composer.set_value("")
    stage.settle()
    caret, text = composer.text.bbox("insert"), composer.text
    assert caret is not None
    caret_end = text.winfo_rootx() + caret[0] + int(str(text.cget("insertwidth")))
    assert composer._placeholder.winfo_rootx() >= caret_end
