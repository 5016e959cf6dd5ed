"""The emoji picker: opened by key or button, searched, moved in, chosen from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.translation import use_language
from app.views.emoji_catalogue import (
    CATEGORIES,
    TONES,
    search_emoji,
    shortcode_of,
    toned,
    tones_of,
)
from app.views.emoji_grid import COLUMNS
from app.views.emoji_picker import EmojiPicker
from tests.app.views.conftest import Stage, items_of


@pytest.fixture
def picker(stage: Stage) -> EmojiPicker:
    stage.window.popups.used_emoji.use((), "")
    stage.window.composer.set_value("")
    stage.press(stage.window.composer.text, "<Control-e>")
    picker = stage.window.popups.emoji_picker()
    assert not picker.winfo_manager()  # that is code
    stage.window.composer.set_value("")
    stage.press(stage.window.composer.text, "<Control-Shift-E>")
    assert picker.winfo_manager() == "place"
    return picker


def enter(stage: Stage, picker: EmojiPicker, text: str) -> None:
    picker.field.insert("end", text)
    stage.settle()


class TestCatalogue:
    def test_every_emoji_is_one(self) -> None:
        import emoji

        for _icon, _title, members in CATEGORIES:
            assert set(members) <= emoji.EMOJI_DATA.keys()
            assert len(members) == len(set(members))

    def test_search_finds_by_start_first(self) -> None:
        assert search_emoji("tada", 9)[0] == "🎉"
        assert search_emoji(":Thumbs up:", 9)[0] == "👍"
        assert search_emoji("heart", 9) != []
        assert search_emoji("", 9) == search_emoji("xyzzy", 9) == []

    def test_the_very_name_comes_before_longer_ones(self) -> None:
        assert [shortcode_of(emoji) for emoji in search_emoji(":smile", 2)] == [
            ":smile:",
            ":smiley:",
        ]

    def test_whole_words_come_before_parts_of_words(self) -> None:
        cats = search_emoji("cat", 12)
        assert cats[:2] == ["🐱", "🐈"]
        assert "✖️" not in cats  # multiplication
        assert search_emoji("car", 9)[0] == "🚗"

    def test_names_of_the_language_are_found_too(self) -> None:
        use_language(["de"])
        try:
            assert search_emoji("Katze", 1) == ["🐈"]
            assert search_emoji("ärger", 1) == ["💢"]
            assert search_emoji("cat", 1) == ["🐱"]
        finally:
            use_language(["en"])
        assert search_emoji("katze", 1) == []

    def test_the_name_to_type(self) -> None:
        assert shortcode_of("🎉") == ":tada:"
        assert shortcode_of("x") == ""

    @pytest.mark.parametrize(("emoji", "name"), [("👎", ":thumbsdown:"), ("👍", ":thumbsup:")])
    def test_the_name_is_a_word(self, emoji: str, name: str) -> None:
        assert shortcode_of(emoji) == name


class TestPicker:
    def test_enter_puts_it_into_the_message(self, stage: Stage, picker: EmojiPicker) -> None:
        enter(stage, picker, "tada")
        stage.press(picker.field, "<Return>")
        assert stage.window.composer.value == "🎉"
        assert not picker.winfo_manager()
        assert stage.window.root.focus_get() is stage.window.composer.text

    @pytest.mark.parametrize("way", ["key", "click"])
    def test_with_shift_it_stays_for_more(
        self, stage: Stage, picker: EmojiPicker, way: str
    ) -> None:
        if way == "key":
            stage.press(picker.field, "<Shift-Return>", "<Shift-Return>")
        else:
            for event in ("<ButtonPress-1>", "<ButtonRelease-1>") * 2:
                picker.grid_view.event_generate(event, x=5, y=40, state=1)
        stage.settle()
        assert stage.window.composer.value == CATEGORIES[0][2][0] * 2
        assert picker.winfo_manager() == "place"

    def test_in_an_empty_field_it_can_be_sent_at_once(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        composer = stage.window.composer
        stage.press(picker.field, "<Return>")
        stage.until(lambda: not composer._placeholder.winfo_manager())
        assert len(composer.text.image_names()) == 1
        stage.until(lambda: bool(stage.calls.named("on_draft_change")))

    def test_a_click_chooses_what_is_under_the_pointer(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        for event in ("<ButtonPress-1>", "<ButtonRelease-1>"):
            picker.grid_view.event_generate(event, x=36 * 2 + 5, y=40)
        stage.settle()
        assert stage.window.composer.value == CATEGORIES[0][2][2]

    def test_arrows_move_in_the_grid(self, stage: Stage, picker: EmojiPicker) -> None:
        stage.press(picker.field, "<Right>", "<Down>", "<Right>", "<Left>")
        assert picker.grid_view.current == CATEGORIES[0][2][COLUMNS + 1]
        assert picker._name.cget("text") == shortcode_of(picker.grid_view.current)
        stage.press(picker.field, "<Up>", "<Up>")
        assert picker.grid_view.current == CATEGORIES[0][2][1]

    def test_only_rows_in_view_are_drawn(self, stage: Stage, picker: EmojiPicker) -> None:
        assert len(items_of(picker.grid_view, "image")) <= 6 * COLUMNS + 1

    def test_what_was_used_comes_first_the_next_time(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        enter(stage, picker, "tada")
        stage.press(picker.field, "<Return>")
        picker.begin()
        assert picker.grid_view.current == "🎉"

    def test_a_category_is_jumped_to(self, stage: Stage, picker: EmojiPicker) -> None:
        picker._categories.event_generate("<ButtonRelease-1>", x=36 * 3 + 5, y=10)
        stage.settle()
        assert picker.grid_view.current == CATEGORIES[2][2][0]

    def test_nothing_found_is_said_and_enter_does_nothing(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        enter(stage, picker, "xyzzy")
        stage.press(picker.field, "<Return>", "<Down>", "<Right>")
        assert stage.window.composer.value == ""

    def test_escape_closes_it_and_the_composer_has_the_focus(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        stage.press(picker.field, "<Escape>")
        assert not picker.winfo_manager()
        assert stage.window.root.focus_get() is stage.window.composer.text

    def test_the_button_opens_it(self, stage: Stage) -> None:
        stage.window.composer.emoji_button.invoke()
        stage.settle()
        assert stage.window.popups.emoji_picker().winfo_manager() == "place"


class TestTones:
    @pytest.fixture(autouse=True)
    def usual_tone(self, stage: Stage) -> Iterator[None]:
        yield
        stage.window.popups.used_emoji.use((), "")

    def test_only_hands_and_people_have_them(self) -> None:
        assert len(tones_of("👍")) == len(tones_of("👩‍🚀")) == 6
        assert tones_of("👍🏽") == tones_of("👍")
        assert tones_of("🎉") == tones_of("😀") == ()
        assert toned("✌️", TONES[2]) == "✌🏽"
        assert toned("✌🏽", "") == "✌️"
        assert toned("🎉", TONES[2]) == "🎉"

    @pytest.mark.parametrize("way", ["right click", "long press", "key"])
    def test_a_tone_is_chosen_once_for_all(
        self, stage: Stage, picker: EmojiPicker, way: str
    ) -> None:
        enter(stage, picker, "thumbs up")
        grid = picker.grid_view
        if way == "right click":
            grid.event_generate("<ButtonRelease-3>", x=5, y=40)
        elif way == "long press":
            grid.event_generate("<ButtonPress-1>", x=5, y=40)
            stage.until(lambda: len(grid._emoji) == 6)
            grid.event_generate("<ButtonRelease-1>", x=5, y=40)
        else:
            stage.press(picker.field, "<Shift-F10>")
        stage.settle()
        assert stage.window.composer.value == ""
        stage.press(picker.field, "<Right>", "<Right>", "<Shift-Return>")
        assert stage.window.composer.value == "👍🏼"
        assert stage.calls.named("on_emoji_used") == [(("👍🏼",), TONES[1])]
        enter(stage, picker, "waving hand")
        assert grid.current == "👋🏼"

    def test_what_was_kept_comes_back_and_nonsense_does_not(
        self, stage: Stage, picker: EmojiPicker
    ) -> None:
        stage.window.show_used_emoji(["🎉", "no emoji", "👍🏼"], "nonsense")
        used = stage.window.popups.used_emoji
        assert (used.recent, used.skin_tone) == (["🎉", "👍🏼"], "")
        stage.window.show_used_emoji(["🎉"] * 100, TONES[0])
        assert len(used.recent) <= 2 * COLUMNS
        picker.begin()
        assert picker.grid_view.current == "🎉"


class TestUsed:
    def test_a_completed_and_a_typed_shortcode_count(self, stage: Stage) -> None:
        composer, used = stage.window.composer, stage.window.popups.used_emoji
        used.use((), "")
        composer.set_value("")
        composer.text.focus_force()
        composer.insert(":tad")
        stage.press(composer.text, "<KeyRelease>", "<Return>")
        assert composer.value == "🎉 "
        assert used.recent == ["🎉"]
        for char in ":dog:":
            composer.text.insert("insert", char)
            stage.settle()
        assert composer.value == "🎉 🐶"
        assert stage.calls.named("on_emoji_used")[-1] == (("🐶", "🎉"), "")
        composer.set_value("")
