"""Answering a message: its words as a quote in the field, and the name of who wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from app.markup import is_mentioned, parts_of
from app.markup_parts import References, SegmentKind, Style, TextLine
from app.views.quoting import BYTES_MAX, quote_of
from app.views.rows import MessageKind, RowDetails
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("one", "> one\n@Ben "),
        ("**one**\n\ntwo 👍", "> **one**\n> two 👍\n@Ben "),
        ("> older\nan answer", "> an answer\n@Ben "),
        (">> oldest\n> older\nan answer", "> an answer\n@Ben "),
        (">>> x = 1\n>so", "> >>> x = 1\n> >so\n@Ben "),
        ("> older", "> > older\n@Ben "),
        (">> oldest\n> older", "> >> oldest\n> > older\n@Ben "),
        ("see\n```py\nx = 1\n```", "> see\n> `x = 1`\n@Ben "),
        ("```\n>>> **a**\n\n> b\n```\n> older", "> `>>> **a**`\n> `> b`\n@Ben "),
        ("```\n  a `b` ||c||\n```", "> `  a `\\``b`\\`` ||c||`\n@Ben "),
        ("```\n**no end", "> **no end\n@Ben "),
        ("1\n2\n3\n4\n5\n6", "> 1\n> 2\n> 3\n> 4\n> 5\n> …\n@Ben "),
        ("a" * BYTES_MAX, "> " + "a" * BYTES_MAX + "\n@Ben "),
        ("a" * (BYTES_MAX + 1), "> " + "a" * BYTES_MAX + "…\n@Ben "),
        ("a" * BYTES_MAX + "\nb", "> " + "a" * BYTES_MAX + "\n> …\n@Ben "),
        ("a" * (BYTES_MAX - 1) + "👨\u200d👩\u200d👧", "> " + "a" * (BYTES_MAX - 1) + "…\n@Ben "),
        # What was hidden is hidden still.
        ("||" + "a" * BYTES_MAX + "||", "> ||" + "a" * (BYTES_MAX - 2) + "||…\n@Ben "),
        ("||a||" + "b" * BYTES_MAX, "> ||a||" + "b" * (BYTES_MAX - 5) + "…\n@Ben "),
        ("||a\nb|| c", "> ||a||\n> ||b|| c\n@Ben "),
        ("||a\n```\nx || y\n```\n||", "> ||a||\n> ||`x || y`||\n@Ben "),
        ("||" + "a\n" * 9 + "||", "> ||a||\n" * 5 + "> …\n@Ben "),
        ("> ||a\nb||", "> ||b||\n@Ben "),
        ("**" + "a" * BYTES_MAX + "**", "> **" + "a" * (BYTES_MAX - 2) + "**…\n@Ben "),
        (f"```\n{'*' * BYTES_MAX}*\n```", "> `" + "*" * (BYTES_MAX - 1) + "`…\n@Ben "),
    ],
)
def test_what_an_answer_begins_with(text: str, quote: str) -> None:
    assert quote_of(message(1, text)) == quote


@pytest.mark.parametrize("line", [">>> a ** b ** c", "  ||x|| `y` `` \\*z* [a](https://b.c)", "`"])
def test_quoted_code_is_drawn_as_it_was_written(line: str) -> None:
    (quote, _called) = quote_of(message(1, f"```\n{line}\n```")).split("\n")
    (part,) = parts_of(quote)
    assert isinstance(part, TextLine) and part.is_quote
    drawn = [each for each in part.segments if each.kind is not SegmentKind.HIDDEN]
    assert "".join(each.text for each in drawn) == line
    assert all(each.style == Style.CODE or each.text == "`" for each in drawn)


@pytest.mark.parametrize(
    ("selected", "quote"),
    [
        ("a **b** c", "> `a **b** c`\n"),
        ("**b** c\n```\nand **d**", "> `**b** c`\n> and **d**\n"),
        ("see\n```py\na **b", "> see\n> `a **b`\n"),
        ("and **d**", "> and **d**\n"),
        ("not in it **b**", "> not in it **b**\n"),
    ],
)
def test_of_code_that_is_selected_in_part(selected: str, quote: str) -> None:
    row = message(1, "see\n```py\na **b** c\n```\nand **d**", author_name="")
    assert quote_of(row, selected) == quote


@pytest.mark.parametrize(
    ("text", "selected", "quote"),
    [
        ("who ||the gardener did|| it", "gardener", "||gardener||"),
        ("who ||the gardener did|| it", "who ||the gar", "who ||the gar||"),
        ("who ||the gardener did|| it", "dener did|| it", "||dener did|| it"),
        ("who ||the gardener did|| it", " gardener ", " ||gardener|| "),
        ("who ||the gardener did|| it", "|the gardener did|", "||the gardener did||"),
        ("who ||the gardener did|| it", "who", "who"),
        ("it was him\n||it was him||", "it was him", "||it was him||"),
        ("||the\ngardener\ndid|| it", "gardener", "||gardener||"),
        ("||the\ngardener\ndid|| it", "ner\ndid|| it", "||ner||\n||did|| it"),
        ("||see\n```\nthe **code**\n```\n||", "the **co", "||`the **co`||"),
        ("||see\n```\nthe **code**\n```\n||", "ee\n```\nthe", "||ee||\n||`the`||"),
        ("||a|| b\n```\nthe **code**\n```", "the **co", "`the **co`"),
        ("```\n~~it ||was*~~ him*||```\n```x", "```\n~~it ||was*~~ him*||", "~~it ||was*~~ him*||"),
        ("it (```was\n||him||\n```", "```was\n||him", "\N{ZERO WIDTH SPACE}```was\n||him||"),
        ("`||`x||him||", "||`x||him||", "|||\N{ZERO WIDTH SPACE}|`xhim||"),
        ("[t](https://x.y)q||him||", "t](https://x.y)q||hi", "||t](https://x.y)qhi||"),
        ("||" + "long, " * 900 + "||", "long, long", "||long, long||"),
        ("||" + "long\n" * 90 + "||", "ng||\n||lo", "||ng||\n||lo||"),
    ],
)
def test_what_is_selected_of_a_spoiler_stays_covered(text: str, selected: str, quote: str) -> None:
    found = quote_of(message(1, text, author_name=""), selected)
    assert found == "".join(f"> {line}\n" for line in quote.split("\n"))


NAMED = RowDetails(references=References(("Anna", "Anna Berg"), ("dev", "dev ops"), "Bo Ek"))


@pytest.mark.parametrize("name", ["@Anna Berg", "#dev ops", "@Bo Ek", "Bo Ek"])
def test_a_name_that_is_cut_is_left_out(name: str) -> None:
    for room in range(1, len(name)):
        words = "a" * (BYTES_MAX - room - 1) + " "
        quote, _end, _none = quote_of(
            message(1, f"{words}{name} and more", details=NAMED)
        ).partition("\n")
        assert quote == f"> {words}…"
    whole = "a " * ((BYTES_MAX - len(name)) // 2) + name
    assert quote_of(message(1, f"{whole}, so", details=NAMED)).startswith(f"> {whole}")


def test_a_quoted_line_calls_nobody_again() -> None:
    asked = message(1, "@Anna Berg and Bo Ek: so?", details=NAMED)
    for name, is_called in (("Anna Berg", False), ("Bo Ek", False), ("Ben", True)):
        assert is_mentioned(quote_of(asked), name) is is_called


def test_of_own_words_nobody_is_called() -> None:
    assert quote_of(message(1, "one", is_own=True)) == "> one\n"
    action = message(1, "waves", is_own=True, details=RowDetails(is_action=True))
    assert quote_of(action) == "> Ben waves\n"
    assert quote_of(message(1, "one", author_name="")) == "> one\n"


def test_who_did_something_is_part_of_it() -> None:
    action = message(1, "waves", details=RowDetails(is_action=True))
    assert quote_of(action) == "> Ben waves\n@Ben "


def hover(stage: Stage, words: str) -> Any:
    view = view_of(stage)
    box = view.text.bbox(view.text.search(words, "1.0"))
    assert box is not None
    view.text.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 2)
    stage.settle()
    return view._pointer._toolbar()


def click(stage: Stage, words: str, *, below: int = 0) -> None:
    text: Any = view_of(stage).text
    box = text.bbox(text.search(words, "1.0"))
    assert box is not None
    for sequence in ("<ButtonPress-1>", "<ButtonRelease-1>"):
        text.event_generate(sequence, x=box[0] + 2, y=box[1] + 2 + below)
    stage.settle()


def press_key(stage: Stage, key: str) -> None:
    """Where the keys are."""
    focused: Any = stage.window.root.focus_get()
    focused.event_generate(key)
    stage.settle()


class TestInTheWindow:
    @pytest.fixture(autouse=True)
    def _two_messages(self, stage: Stage) -> None:
        stage.window.composer.set_value("")
        stage.show_rows((message(1, "one and a half"), message(2, "two")))

    def test_by_the_bar_behind_what_was_typed(self, stage: Stage) -> None:
        composer = stage.window.composer
        composer.set_value("First")
        composer.text.mark_set("insert", "1.0")
        hover(stage, "two").quote_button.invoke()
        assert composer.value == "First\n> two\n@Ben "
        assert composer.has_focus
        hover(stage, "one").quote_button.invoke()
        assert composer.value == "First\n> two\n@Ben \n> one and a half\n@Ben "
        stage.press(composer.text, "<Control-z>")
        assert composer.value == "First\n> two\n@Ben "

    def test_by_the_keys(self, stage: Stage) -> None:
        stage.press(view_of(stage).text, "<Up>", "<Up>", "<r>")
        assert stage.window.composer.value == "> one and a half\n@Ben "
        assert stage.window.composer.has_focus

    def test_by_a_click_and_its_key(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.press(composer.text)
        click(stage, "one")
        assert view_of(stage)._cursor.current is not None and not composer.has_focus
        press_key(stage, "<r>")
        assert composer.value == "> one and a half\n@Ben " and composer.has_focus

    def test_other_letters_after_a_click_are_written(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.press(composer.text)
        click(stage, "one")
        press_key(stage, "<h>")
        assert composer.value == "h" and composer.has_focus
        assert view_of(stage)._cursor.current is None

    def test_who_writes_and_clicks_writes_on(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.press(composer.text)
        composer.set_value("ou")
        click(stage, "one")
        assert composer.has_focus
        press_key(stage, "<r>")
        assert composer.value == "our"

    def test_a_click_below_the_messages_chooses_none(self, stage: Stage) -> None:
        stage.press(stage.window.composer.text)
        click(stage, "two", below=200)
        assert stage.window.composer.has_focus and view_of(stage)._cursor.current is None

    def test_what_is_selected_by_its_key(self, stage: Stage) -> None:
        text = view_of(stage).text
        stage.press(text)
        start = text.search("a half", "1.0")
        text.tag_add("sel", start, f"{start} + 3 chars")
        press_key(stage, "<r>")
        assert stage.window.composer.value == "> a h\n@Ben "

    def test_of_several_nothing_is_quoted(self, stage: Stage) -> None:
        text = view_of(stage).text
        stage.press(text)
        text.tag_add("sel", text.search("half", "1.0"), "end")
        press_key(stage, "<r>")
        assert stage.window.composer.value == "r"

    def test_what_is_under_the_pointer_by_its_key(self, stage: Stage) -> None:
        stage.press(view_of(stage).text)
        hover(stage, "two")
        press_key(stage, "<r>")
        assert stage.window.composer.value == "> two\n@Ben "

    def test_the_newest_of_others_from_the_empty_field(self, stage: Stage) -> None:
        composer = stage.window.composer
        notice = message(4, "Reminder: tea", kind=MessageKind.LOCAL_NOTICE)
        stage.show_rows(
            (message(1, "one"), message(2, "two"), message(3, "me", is_own=True), notice)
        )
        stage.press(composer.text, "<Shift-Up>")
        assert composer.value == "> two\n@Ben "
        stage.press(composer.text, "<Shift-Up>")  # selects, as anywhere
        assert composer.value == "> two\n@Ben " and composer.text.tag_ranges("sel")

    def test_without_others_nothing_is_quoted(self, stage: Stage) -> None:
        composer = stage.window.composer
        stage.show_rows((message(1, "one", is_own=True),))
        stage.press(composer.text, "<Shift-Up>")
        assert composer.value == ""

    def test_by_the_menu(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        view = view_of(stage)
        monkeypatch.setattr(view.menu.menu, "tk_popup", lambda _x, _y: None)
        hover(stage, "two").more_button.invoke()
        view.menu.menu.invoke(0)
        assert stage.window.composer.value == "> two\n@Ben "

    def test_of_a_message_what_is_selected(self, stage: Stage) -> None:
        text = view_of(stage).text
        start = text.search("a half", "1.0")
        text.tag_add("sel", start, f"{start} + 3 chars")
        hover(stage, "two").quote_button.invoke()
        assert stage.window.composer.value == "> two\n@Ben "
        hover(stage, "one").quote_button.invoke()
        assert stage.window.composer.value.endswith("\n> a h\n@Ben ")
        stage.window.composer.set_value("")
        text.tag_add("sel", "1.0", "end")
        hover(stage, "one").quote_button.invoke()
        assert stage.window.composer.value == "> one and a half\n@Ben "

    def test_where_one_may_not_write_nothing_offers_it(self, stage: Stage) -> None:
        stage.window.set_composer_enabled(False, "Only moderators can write here.")
        try:
            bar = hover(stage, "two")
            assert bar.more_button.winfo_viewable() and not bar.quote_button.winfo_viewable()
            view = view_of(stage)
            view.menu.fill(message(2, "two"), selected="", link="", can_quote=False)
            assert view.menu.menu.entrycget(0, "label") == "Copy text"
            stage.press(view.text, "<Up>", "<r>")
        finally:
            stage.window.set_composer_enabled(True, "")
        assert stage.window.composer.value == ""

    def test_a_notice_is_not_answered(self, stage: Stage) -> None:
        notice = message(3, "Reminder: tea", kind=MessageKind.LOCAL_NOTICE, is_mention=True)
        stage.show_rows((message(1, "one"), notice))
        stage.press(view_of(stage).text, "<Up>", "<r>")
        assert stage.window.composer.value == ""
