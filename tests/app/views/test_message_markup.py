"""Messages with markup in the real widget: how they look, copy and react."""

from __future__ import annotations

from typing import Any

import pytest

from app.emoji_signs import emoji_name
from app.markup_parts import References
from app.views.piece_writer import INSETS_MAX, NAMES_MAX, PICTURES_MAX, PIECES_MAX
from app.views.rows import MessageState, RowDetails
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import view_of

CODE = "look:\n```python\nif x:\n    return 'up'  # now\n```\ndone"


def shown(stage: Stage, text: str, **more: object) -> None:
    stage.show_rows((message(1, text, **more),))


def show_whole(stage: Stage) -> None:
    """Unfold the message, if it is long."""
    sheet = view_of(stage).sheet
    if sheet.is_folded(sheet.drawn[-1]):
        sheet.turn_whole(sheet.drawn[-1])
    stage.settle()


def tags_at(stage: Stage, words: str) -> set[str]:
    text = view_of(stage).text
    found = text.search(words, "1.0", elide=True)
    assert found, f"{words!r} is not in the widget"
    return set(text.tag_names(found))


def click(stage: Stage, words: str, beside: int = 2) -> None:
    text = view_of(stage).text
    box = text.bbox(text.search(words, "1.0"))
    assert box is not None
    x, y = box[0] + beside, box[1] + 4
    text.event_generate("<Motion>", x=x, y=y)
    text.event_generate("<ButtonPress-1>", x=x, y=y)
    text.event_generate("<ButtonRelease-1>", x=x, y=y)
    stage.settle()


@pytest.mark.parametrize(
    ("text", "words", "tag"),
    [
        ("a **bold** word", "bold", "bold"),
        ("an *italic* word", "italic", "italic"),
        ("***both***", "both", "bold_italic"),
        ("a ~~struck~~ word", "struck", "strike"),
        ("some `code()` here", "code()", "code"),
        ("> a quote\nanswer", "a quote", "quote"),
        (CODE, "if", "code_keyword"),
        (CODE, "'up'", "code_string"),
        (CODE, "# now", "code_comment"),
    ],
)
def test_markup_is_drawn_by_tags(stage: Stage, text: str, words: str, tag: str) -> None:
    shown(stage, text)
    assert tag in tags_at(stage, words)


def test_delimiters_are_not_seen_but_copied(stage: Stage) -> None:
    shown(stage, "a **bold** `word` :tada:")
    text = view_of(stage).text
    line = text.search("bold", "1.0")
    assert "**" not in text.get(f"{line} linestart", f"{line} lineend") or (
        text.count(f"{line} linestart", f"{line} lineend", "displaychars")
        != text.count(f"{line} linestart", f"{line} lineend", "chars")
    )
    text.tag_add("sel", f"{line} linestart", f"{line} lineend")
    assert view_of(stage)._pointer.selected_text() == "a **bold** `word` :tada:"


def test_the_ground_of_code_in_a_line_is_wider_than_its_letters(stage: Stage) -> None:
    shown(stage, "see `code`. ||`that`||")
    text: Any = view_of(stage).text
    start, end = text.tag_nextrange("code", "1.0")
    assert text.get(start, end) == "\xa0code\xa0"
    text.tag_add("sel", "1.0", "end")
    assert "see `code`. ||`that`||" in view_of(stage)._pointer.selected_text()
    assert text.get(*text.tag_nextrange("spoiler", "1.0")) == "that"


def test_code_stands_on_a_ground_of_its_own(stage: Stage) -> None:
    shown(stage, CODE)
    text = view_of(stage).text
    assert text.tag_cget("code", "background") == stage.window.look.tokens.code
    end = text.search("if x:", "1.0") + " lineend"
    assert "code" in text.tag_names(end)


LONG_CODE = "```python\n" + "value = function(argument, 'text') + " * 9 + "\nx = 1\n```"


def lefts_of_code(stage: Stage) -> set[int]:
    """Where the lines of code begin on the screen, wrapped ones too."""
    text = view_of(stage).text
    index, lefts, line_y = str(text.tag_ranges("code_block")[0]), set(), -1
    while "code_block" in text.tag_names(index):
        box = text.bbox(index)
        is_letter = text.get(index) not in ("", "\n")
        if box is not None and is_letter and box[1] > line_y + 8:
            line_y = box[1]
            lefts.add(box[0])
        index = text.index(f"{index} + 1 indices")
    return lefts


def blanks_in_code(stage: Stage) -> int:
    first, *_others, last = map(str, view_of(stage).text.tag_ranges("code_block"))
    return len(view_of(stage).text.dump(first, last, image=True))


@pytest.mark.parametrize("percent", [80, 100, 200])
def test_wrapped_code_keeps_its_inset_at_each_width(stage: Stage, percent: int) -> None:
    stage.window.look.scale_messages(percent)
    try:
        stage.resize(700)
        shown(stage, LONG_CODE)
        for width in (480, 1100, 640):
            stage.resize(width)
            px = stage.window.look.px
            inset = px(12 * max(1.0, percent / 100))
            ring = int(str(view_of(stage).text.cget("highlightthickness")))
            assert lefts_of_code(stage) == {ring + px(72) + inset}, width
            assert blanks_in_code(stage) > 3 or width == 1100
    finally:
        stage.window.look.scale_messages(100)


@pytest.mark.parametrize(
    "code",
    ["ab " * 60, "a = b  # and more  " * 12, "x" * 30 + " " * 90 + "end", "x" * 40 + " " * 20],
)
@pytest.mark.parametrize("language", ["", "python"])
def test_no_wrapped_line_of_code_begins_with_a_blank(
    stage: Stage, code: str, language: str
) -> None:
    shown(stage, f"```{language}\n{code}\nlast\n```")
    text, copied = view_of(stage).text, list[str]()
    for width in range(480, 505, 8):
        stage.resize(width)
        line = text.index(f"{text.search(code[:2], '1.0')} linestart")
        place, begins, end = line, list[str](), text.index(f"{line} lineend")
        while text.compare(place, "<", end):
            letter = f"{place} + 1 indices" if "hidden" in text.tag_names(place) else place
            while text.get(letter) == "" or "hidden" in text.tag_names(letter):
                letter = text.index(f"{letter} + 1 indices")
            begins.append(str(text.get(letter)))
            place = text.index(f"{place} + 1 displaylines")
        assert begins and " " not in begins, (width, begins)
        text.tag_add("sel", line, end)
        copied.append(view_of(stage)._pointer.selected_text())
    assert {each.strip("\n") for each in copied} == {code}


def test_wrapped_code_is_copied_as_it_was_written(stage: Stage) -> None:
    stage.resize(480)
    word = "```\n" + "x" * 1000 + "\n```"
    shown(stage, word)
    assert len(lefts_of_code(stage)) == 1
    text = view_of(stage).text
    text.tag_add("sel", "1.0", "end-1c")
    assert "x" * 1000 in view_of(stage)._pointer.selected_text()


def test_code_that_fits_has_no_blank_but_the_first(stage: Stage) -> None:
    shown(stage, "look:\n```\nx = 1\n```")
    assert blanks_in_code(stage) == 1


def test_code_is_copied_by_its_button(stage: Stage) -> None:
    shown(stage, CODE)
    click(stage, "return")
    button = view_of(stage)._pointer._copy_button()
    assert button.winfo_manager() == "place"
    button.invoke()
    assert stage.window.root.clipboard_get() == "if x:\n    return 'up'  # now"


def test_a_spoiler_is_covered_until_it_is_clicked(stage: Stage) -> None:
    shown(stage, "he ||dies 😀|| there")
    assert "spoiler" in tags_at(stage, "dies")
    click(stage, "dies")
    assert "spoiler" not in tags_at(stage, "dies")
    assert "spoiler_open" in tags_at(stage, "dies")
    assert "spoiler_open" not in tags_at(stage, "there")
    click(stage, "dies", 20)  # farther away, else it were a double click
    assert "spoiler" in tags_at(stage, "dies")


def test_a_spoiler_of_several_lines_is_covered_in_all_of_them(stage: Stage) -> None:
    shown(stage, "he ||dies\n```\nfast\n```\nand 😀 alone|| there")
    for words in ("dies", "fast", "and", "alone"):
        assert "spoiler" in tags_at(stage, words), words
    assert "spoiler" not in tags_at(stage, "there")
    text = view_of(stage).text
    assert not any("😀" in str(name) for name in text.image_names())
    click(stage, "fast")
    for words in ("dies", "alone"):
        assert "spoiler_open" in tags_at(stage, words), words
    assert "code_block" in tags_at(stage, "fast") and "spoiler" not in tags_at(stage, "fast")


def test_a_long_address_opens_whole_although_it_is_broken_to_be_drawn(stage: Stage) -> None:
    address = f"https://a.example/{'x' * 400}"
    shown(stage, address)
    click(stage, "https")
    assert stage.calls.named("on_open_link") == [(address,)]


def test_a_link_in_a_spoiler_opens_nothing_before(stage: Stage) -> None:
    shown(stage, "||https://a.example||")
    click(stage, "https")
    assert stage.calls.named("on_open_link") == []
    click(stage, "https", 40)  # farther away, else it were a double click
    assert stage.calls.named("on_open_link") == [("https://a.example",)]
    assert "spoiler_open" in tags_at(stage, "https")  # it opens, and is not covered again


def test_a_mention_has_a_band_over_the_full_width(stage: Stage) -> None:
    shown(stage, "@Anna hi", details=RowDetails(references=References(own="Anna")), is_mention=True)
    assert {"chip", "band"} <= tags_at(stage, "@Anna")
    text = view_of(stage).text
    assert text.tag_cget("band", "rmargincolor") == stage.window.look.tokens.band


def test_no_band_without_a_mention(stage: Stage) -> None:
    shown(stage, "@Ben hi", details=RowDetails(references=References(people=("Ben",))))
    assert "chip" in tags_at(stage, "@Ben")
    assert "band" not in tags_at(stage, "@Ben")


def test_a_room_name_leads_there(stage: Stage) -> None:
    shown(stage, "see #ops", details=RowDetails(references=References(rooms=("ops",))))
    click(stage, "#ops")
    assert stage.calls.named("on_room_name") == [("ops",)]


def test_an_action_is_in_italics(stage: Stage) -> None:
    shown(stage, "* Anna **waves**", details=RowDetails(is_action=True))
    assert "italic" in tags_at(stage, "Anna")
    assert "bold_italic" in tags_at(stage, "waves")


def test_a_theme_change_colours_markup_anew(stage: Stage) -> None:
    shown(stage, CODE)
    stage.window.look.use("dark")
    stage.settle()
    text, tokens = view_of(stage).text, stage.window.look.tokens
    assert text.tag_cget("code", "background") == tokens.code
    assert text.tag_cget("code_keyword", "foreground") == tokens.code_keyword


@pytest.mark.parametrize(
    "text",
    [
        "**a** " * 2700,
        "`a`" * 5000,
        "||😀|| " * 2000,
        "http://a.b " * 1450,
        "> a\n" * 4000,
        "```python\n" + "x=1\n" * 3900 + "```",
        "```\n" * 4000,
        "x" * 1_000_000,
    ],
)
def test_much_markup_becomes_plain_text_after_some(stage: Stage, text: str) -> None:
    shown(stage, text)
    show_whole(stage)
    widget = view_of(stage).text
    lines = [widget.tag_ranges(tag) for tag in ("first", "body", "hidden", "link", "code")]
    assert max(len(ranges) // 2 for ranges in lines) <= PIECES_MAX + 1
    assert len(widget.get("1.0", "end")) < 60_000
    assert len(widget.image_names()) < (INSETS_MAX if "python" in text else PIECES_MAX) + 20
    shown(stage, text, state=MessageState.HELD)
    shown(stage, "short again")


@pytest.mark.parametrize("text", ["🏻" * 4000, "🏻" * 200 + "\n" + "🏻 a\n" * 2000])
def test_of_thousands_of_emoji_some_have_their_names_and_all_are_copied(
    stage: Stage, text: str
) -> None:
    shown(stage, text)
    show_whole(stage)
    widget = view_of(stage).text
    names = str(widget.get("1.0", "end")).count(emoji_name("🏻"))
    assert 0 < names <= NAMES_MAX
    widget.tag_add("sel", "1.0", "end")
    copied = view_of(stage)._pointer.selected_text().replace(emoji_name("🏻"), "🏻")
    assert text.strip() in copied


@pytest.mark.parametrize("state", [MessageState.PENDING, MessageState.HELD_BY_ALL])
@pytest.mark.parametrize("code", ["one\ntwo", "two", "x\n" + "é" * 40 + " two"])
def test_the_mark_stands_at_the_right_of_the_code_and_is_not_copied(
    stage: Stage, state: MessageState, code: str
) -> None:
    own = message(1, f"see\n```\n{code}\n```", is_own=True, state=state)
    stage.show_rows((own, message(2, "after")))
    text = view_of(stage).text
    mark = text.bbox(str(text.tag_ranges("mark")[0]))
    last = text.bbox(text.search("two", "1.0"))
    assert mark is not None and last is not None
    assert abs(mark[1] - last[1]) < last[3], "on the line of the last words"
    ground = text.winfo_width() - int(float(text.tag_cget("body", "rmargin")))
    assert ground - stage.window.look.px(14) < mark[0] + mark[2] <= ground
    text.tag_add("sel", "1.0", "end")
    assert "two\nafter" in view_of(stage)._pointer.selected_text()


@pytest.mark.parametrize("code", ["one " + "x" * 76 + " two", "\ttwo"])
def test_the_mark_stands_below_where_the_code_leaves_no_room(stage: Stage, code: str) -> None:
    own = message(1, f"```\n{code}\n```", is_own=True)
    stage.show_rows((own, message(2, "after")))
    text = view_of(stage).text
    mark, code_end = str(text.tag_ranges("mark")[0]), str(text.tag_ranges("code_block")[-1])
    assert "code" not in text.tag_names(mark)
    assert text.compare(mark, ">=", code_end)
    text.tag_add("sel", "1.0", "end")
    assert "two\nafter" in view_of(stage)._pointer.selected_text()


def test_the_mark_beside_code_goes_where_there_is_room_when_the_width_changes(
    stage: Stage,
) -> None:
    own = message(1, "```\n" + "x" * 50 + "\n```", is_own=True)
    stage.show_rows((own, message(2, "after")))
    text = view_of(stage).text

    def is_on_code() -> bool:
        return "code" in text.tag_names(str(text.tag_ranges("mark")[0]))

    assert is_on_code()
    stage.resize(480)
    stage.until(lambda: not is_on_code())
    stage.resize(1100)
    stage.until(is_on_code)


def test_code_of_others_has_no_line_below_it(stage: Stage) -> None:
    stage.show_rows((message(1, "```\none\n```"),))
    text = view_of(stage).text
    assert text.compare(str(text.tag_ranges("code_block")[-1]), "==", "end - 1 indices")


def test_the_avatar_beside_code_stands_on_no_ground(stage: Stage) -> None:
    stage.show_rows((message(1, "```\none\ntwo\n```"),))
    text = view_of(stage).text
    line = text.index(f"{text.search('one', '1.0')} linestart")
    assert text.dump(line, image=True), "the avatar"
    assert "code" not in text.tag_names(line)
    assert {"code", "code_block"} <= tags_at(stage, "one")


def test_letters_are_in_the_middle_of_their_ground(stage: Stage) -> None:
    shown(stage, "first\n`code` here\n||spoiler|| and more")
    text = view_of(stage).text
    for words in ("code", "and more"):
        index = text.search(words, "1.0")
        line, letters = text.dlineinfo(index), text.bbox(index)
        assert line is not None and letters is not None
        above, below = letters[1] - line[1], line[1] + line[3] - letters[1] - letters[3]
        assert abs(above - below) <= 1


def test_a_line_that_begins_with_code_is_still_broken_between_words(stage: Stage) -> None:
    stage.resize(480)
    shown(stage, "`code` " + "word " * 40)
    text = view_of(stage).text
    start = text.search("code", "1.0")
    for _line in range(2):
        start = text.index(f"{start} + 1 display lines")
        start = text.index(f"{start} display linestart")
        assert text.get(start, f"{start} + 4 chars") == "word"


def test_an_action_stands_without_a_name_above_it(stage: Stage) -> None:
    doing = {"details": RowDetails(is_action=True), "author_id": "ben", "author_name": "Ben"}
    stage.show_rows(
        (
            message(1, "hello", author_id="ben", author_name="Ben"),
            message(2, "* Ben eats", **doing),
            message(3, "* Ben drinks", **doing),
            message(4, "so", author_id="ben", author_name="Ben"),
        )
    )
    heads = [drawn.block.starts_group for drawn in view_of(stage).sheet.drawn]
    assert heads[-4:] == [True, False, False, True]
    text = view_of(stage).text
    line = text.search("* Ben eats", "1.0")
    before = text.get(f"{line} - 1 lines linestart", f"{line} - 1 lines lineend")
    assert before == "hello"
    assert {"action_line", "italic"} <= tags_at(stage, "* Ben eats")


def test_emoji_in_code_and_in_links_are_pictures_and_copied(stage: Stage) -> None:
    """With an old libXft Tk dies of them as letters."""
    written = "a `x 😀 y` [hi 😀](https://a.b/)\n```python\nif 👨‍👩‍👧: '🇩🇪'\n```\ndone 🇩🇪"
    shown(stage, written)
    text = view_of(stage).text
    assert not any(ord(sign) > 0xFFFF for sign in text.get("1.0", "end"))
    text.tag_add("sel", f"{text.search('x', '1.0')} linestart", "end")
    assert "if 👨‍👩‍👧: '🇩🇪'\ndone 🇩🇪" in view_of(stage)._pointer.selected_text()
    assert "`x 😀 y`" in view_of(stage)._pointer.selected_text()


def test_thousands_of_emoji_in_code_are_not_all_pictures(stage: Stage) -> None:
    shown(stage, "```\n" + "😀 " * 3000 + "\n```")
    show_whole(stage)
    text = view_of(stage).text
    assert len(text.image_names()) < PICTURES_MAX + 20
    assert not any(ord(sign) > 0xFFFF for sign in text.get("1.0", "end"))


def test_code_is_code_to_its_end_however_many_emoji_are_in_it(stage: Stage) -> None:
    shown(stage, "`" + "\N{GRINNING FACE}" * (PICTURES_MAX + 9) + " end`")
    assert "code" in tags_at(stage, " end")
