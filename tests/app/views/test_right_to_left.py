"""The fields of a window that runs from the right: where its parts lie and where typing begins."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator

import pytest

from app.translation import use_language
from app.views import drawn_text
from app.views.flat_picture import Cut
from app.views.images import EmojiPicture, Icon
from app.views.pictured_words import EMOJI_SIZE, pieces_of
from app.views.rows import PersonRow
from tests.app.views.conftest import Stage, items_of, option_of, texts_of

SHALOM = "\u05e9\u05dc\u05d5\u05dd"


@pytest.fixture
def hebrew(stage: Stage) -> Iterator[Stage]:
    """The window of the run, laid out as it would be in Hebrew."""
    use_language(["he"])
    composer = stage.window.composer
    composer.set_value("")
    composer.set_enabled(True)  # lays it out anew
    stage.settle()
    yield stage
    use_language(["en"])
    composer.set_value("")
    composer.set_enabled(True)
    stage.settle()


def x_of(text: tk.Text, index: str) -> int:
    """Where a character of the field stands."""
    box = text.bbox(index)
    assert box is not None
    return int(box[0])


def caret_x(stage: Stage) -> int:
    return x_of(stage.window.composer.text, "insert")


class TestComposer:
    def test_buttons_lie_at_the_left_and_the_text_between_them_and_the_edge(
        self, hebrew: Stage
    ) -> None:
        composer = hebrew.window.composer
        send, emoji, text = composer.send_button, composer.emoji_button, composer.text
        assert send.winfo_x() < emoji.winfo_x() < text.winfo_x()
        assert send.winfo_x() + send.winfo_width() <= emoji.winfo_x()
        assert emoji.winfo_x() + emoji.winfo_width() <= text.winfo_x()

    def test_an_empty_field_has_its_caret_and_its_words_at_the_right(self, hebrew: Stage) -> None:
        composer = hebrew.window.composer
        assert caret_x(hebrew) > composer.text.winfo_width() - 10
        hint = composer._placeholder
        right = hint.winfo_rootx() + hint.winfo_width()
        assert abs(right - composer.text.winfo_rootx() - composer.text.winfo_width()) <= 4

    def test_lines_lie_where_their_script_begins(self, hebrew: Stage) -> None:
        text = hebrew.window.composer.text
        hebrew.window.composer.set_value(f"{SHALOM}\nhello\n24\n")
        hebrew.settle()
        first, second, third, last = (x_of(text, f"{line}.0") for line in range(1, 5))
        width = text.winfo_width()
        assert first > width // 2
        assert second < 10
        assert third > width // 2
        assert last > width - 10

    def test_what_is_typed_next_keeps_to_its_side(self, hebrew: Stage) -> None:
        hebrew.type("hello")
        assert caret_x(hebrew) < hebrew.window.composer.text.winfo_width() // 2
        hebrew.press(hebrew.window.composer.text, *("<BackSpace>",) * 5)
        hebrew.until(lambda: caret_x(hebrew) > hebrew.window.composer.text.winfo_width() - 10)

    def test_the_arrow_of_send_points_the_other_way(self, hebrew: Stage) -> None:
        look = hebrew.window.look
        icon = Icon("send-fill", 19, "link")
        turned = icon.draw(look.tokens, look.px)
        use_language(["en"])
        assert icon.draw(look.tokens, look.px).tobytes() != turned.tobytes()

    def test_popups_open_at_the_side_of_what_they_belong_to(self, hebrew: Stage) -> None:
        window = hebrew.window
        window.toggle_emoji_picker()
        hebrew.settle()
        picker = window.popups.emoji_picker()
        assert picker.winfo_rootx() < window.composer.winfo_rootx() + window.look.px(20)
        window.popups.stack.close_all()


class TestOtherFields:
    def test_the_find_bar_begins_at_the_right(self, hebrew: Stage) -> None:
        hebrew.window.open_find_bar()
        field = hebrew.window.find_bar.field
        field.set_value("")
        hebrew.settle()
        assert x_of(field, "insert") > field.winfo_width() - 10
        field.set_value(SHALOM)
        hebrew.settle()
        assert x_of(field, "1.0") > field.winfo_width() // 2
        field.set_value("")
        hebrew.window.close_find_bar()


class TestNamesWithEmoji:
    """The pieces of a name, from the left as they are seen."""

    def pieces(self, stage: Stage, name: str) -> list[str]:
        people = stage.window.member_list.people
        stage.window.show_people([PersonRow("a", name)])
        first = name.split(" ")[0]
        stage.until(lambda: any(first in words for words in texts_of(people)))
        (tag,) = next(
            people.gettags(item)
            for item in items_of(people, "text")
            if first in option_of(people, item, "text")
        )
        row = [item for item in people.find_withtag(tag) if item in items_of(people, "text")]
        picture = stage.window.look.images.get(Cut(EmojiPicture("🎉", EMOJI_SIZE), "side"))
        row += [
            item
            for item in items_of(people, "image")
            if option_of(people, item, "image") == picture
        ]
        row.sort(key=lambda item: people.bbox(item)[0])
        words = items_of(people, "text")
        return [option_of(people, item, "text") if item in words else "🎉" for item in row]

    def test_one_of_latin_letters_runs_from_the_left(self, hebrew: Stage) -> None:
        assert self.pieces(hebrew, "anna 🎉 berg") == ["anna ", "🎉", " berg"]

    def test_also_in_a_window_that_does(self, stage: Stage) -> None:
        assert self.pieces(stage, "anna 🎉 berg") == ["anna ", "🎉", " berg"]

    @pytest.mark.parametrize("window", ["stage", "hebrew"])
    def test_one_that_the_system_orders_runs_from_the_right(
        self, window: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(drawn_text, "_IS_NEEDED", False)
        pieces_of.cache_clear()
        stage = request.getfixturevalue(window)
        assert self.pieces(stage, f"{SHALOM} 🎉 b") == [" b", "🎉", f"{SHALOM} "]
        pieces_of.cache_clear()


def test_hebrew_lies_at_the_right_in_any_language(stage: Stage) -> None:
    text = stage.window.composer.text
    stage.window.composer.set_value(f"hello\n{SHALOM}")
    stage.settle()
    assert x_of(text, "1.0") < 10
    assert x_of(text, "2.0") > text.winfo_width() // 2
    stage.window.composer.set_value("")
    stage.settle()
    assert caret_x(stage) < 10
