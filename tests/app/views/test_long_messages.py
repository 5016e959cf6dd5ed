"""Long messages are folded: the beginning is shown, and the whole when it is wanted."""

from __future__ import annotations

from typing import Any

import pytest

from app.markup import parts_of, segments_of
from app.markup_parts import CodeBlock, References, SegmentKind, Style, TextLine
from app.views.long_messages import (
    LONG_BYTES,
    LONG_LINES,
    SHOWN_BYTES,
    SHOWN_LINES,
    beginning_of,
    is_long,
)
from tests.app.views.conftest import Stage, message
from tests.app.views.test_message_menu import LINK, clipboard
from tests.app.views.timeline_sight import place_of, text_of, view_of

LINES = [f"line {number} of many" for number in range(1, 101)]
TEXT = "\n".join(LINES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * LONG_BYTES, False),
        ("a" * (LONG_BYTES + 1), True),
        ("é" * (LONG_BYTES // 2), False),
        ("é" * (LONG_BYTES // 2 + 1), True),
        ("😀" * (LONG_BYTES // 4 + 1), True),
        ("\n".join("a" * LONG_LINES), False),
        ("\n".join("a" * (LONG_LINES + 1)), True),
    ],
)
def test_how_long_is_long(text: str, expected: bool) -> None:
    assert is_long(text) is expected


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("short", "short"),
        (TEXT, "\n".join([*LINES[:SHOWN_LINES], "…"])),
        ("a" * 5_000, "a" * SHOWN_BYTES + "…"),
        ("a" * SHOWN_BYTES + "\nb", "a" * SHOWN_BYTES + "\n…"),
        ("é" * 5_000, "é" * (SHOWN_BYTES // 2) + "…"),
        # No picture is cut, and what began in it ends.
        ("a" * (SHOWN_BYTES - 5) + "👨\u200d👩\u200d👧", "a" * (SHOWN_BYTES - 5) + "…"),
        ("||" + "a" * 5_000 + "||", "||" + "a" * (SHOWN_BYTES - 2) + "||…"),
        (f"```\n{TEXT}\n```", "\n".join(["```", *LINES[: SHOWN_LINES - 1], "…", "```"])),
        (f"```\na\n```\n{TEXT}", "\n".join(["```", "a", "```", *LINES[: SHOWN_LINES - 3], "…"])),
    ],
)
def test_what_is_shown_of_it(text: str, beginning: str) -> None:
    assert beginning_of(text) == beginning


@pytest.mark.parametrize("mark", ["**", "*", "***", "_", "~~", "||", "`"])
@pytest.mark.parametrize("around", ["{}", "**a {} b**", "~~*a {} b*~~", "*a* {}"])
def test_of_what_is_cut_no_sign_is_left_over(mark: str, around: str) -> None:
    if mark in around:
        return  # none is in itself
    line = around.format(f"{mark}{'word ' * 30}word{mark}")
    for taken in range(len(line)):
        for each in segments_of(beginning_of(line, bytes_max=taken)):
            is_sign = each.kind is SegmentKind.HIDDEN
            assert is_sign or not set("*_~|`") & set(each.text), (taken, each)


def test_in_code_that_is_cut_nothing_is_closed() -> None:
    text = f"```\n**{'a' * 5_000}**\n```"
    assert beginning_of(text) == f"```\n**{'a' * (SHOWN_BYTES - 5)}…\n```"


ADDRESS = f"https://example.org/{'a' * 60}?next=/home"


def test_a_link_that_begins_it_is_whole() -> None:
    link = f"https://example.org/{'a' * 1_500}"
    assert beginning_of(f"{link} {'b ' * 2_000}") == f"{link}…"


@pytest.mark.parametrize(
    "words", [ADDRESS, f"[over there]({ADDRESS})", f"www.example.org/{'b' * 60}"]
)
@pytest.mark.parametrize("room", range(0, 60, 7))
def test_no_link_is_cut_and_leads_elsewhere(words: str, room: int) -> None:
    text = f"{'a ' * ((SHOWN_BYTES - room) // 2)}{words} {'b ' * 2_000}"

    links = [s for s in segments_of(beginning_of(text)) if s.kind is SegmentKind.LINK]

    assert all((link.target or link.text) in (ADDRESS, words) for link in links)


@pytest.mark.parametrize("name", ["@Anna Berg", "#dev ops", "Bo Ek"])
def test_no_name_is_cut_and_means_another(name: str) -> None:
    named = References(("Anna", "Anna Berg"), ("dev", "dev ops"), "Bo Ek")
    for taken in range(3, 20):
        shown = beginning_of(f"to: {name}, who is it to be", bytes_max=taken, references=named)
        whole = f"to: {name}, who is it to be"[:taken] + "…"
        is_cut = 4 < taken < 4 + len(name)
        assert shown == ("to: …" if is_cut else whole)


@pytest.mark.parametrize(
    "text",
    [
        "||" + "secret " * 800 + "end||",
        "||" + "secret  " * 800 + "end||",
        "`||` is or, ||" + "secret," * 800 + "||",
        "\\|| is or, ||" + "secret," * 800 + "||",
        "a **b ||" + "secret," * 800 + "||** c",
        "a **b ||c** " + "secret," * 800 + "|| d",
        "no end of code:\n```\n||" + "secret," * 800 + "||",
        *("x" * (SHOWN_BYTES - n) + " ||secret|| " + "end " * 800 for n in range(2, 14)),
        "```\n||secret||\n" + "no end of code\n" * 50,
        "||" + "secret\n" * 100 + "||",
        "||" + "secret, and on " * 200 + "||",
        "||\n" + "secret\n" * 100 + "||",
        "||secret\n```\n" + "secret\n" * 100 + "```\n||",
        "> ||secret\n" + "> secret\n" * 100 + "> ||",
    ],
)
def test_what_is_covered_stays_so(text: str) -> None:
    parts = parts_of(beginning_of(text))
    assert not any(isinstance(part, CodeBlock) for part in parts)
    for part in parts:
        assert isinstance(part, TextLine)
        for segment in part.segments:
            assert "secret" not in segment.text or segment.style & Style.SPOILER


def click(stage: Stage, words: str) -> None:
    text: Any = view_of(stage).text
    found = text.search(words, "1.0")
    assert found
    text.see(found)
    stage.settle()
    box = text.bbox(found)
    assert box is not None
    text.event_generate("<ButtonPress-1>", x=box[0] + 2, y=box[1] + 4)
    text.event_generate("<ButtonRelease-1>", x=box[0] + 2, y=box[1] + 4)
    stage.settle()


class TestInThePane:
    @pytest.fixture(autouse=True)
    def _long_one(self, stage: Stage) -> None:
        stage.show_rows((message(1, "before"), message(2, TEXT), message(3, "after")))

    def test_a_click_shows_all_of_it_and_a_click_less(self, stage: Stage) -> None:
        assert LINES[SHOWN_LINES - 1] in text_of(stage) and LINES[SHOWN_LINES] not in text_of(stage)
        click(stage, "Show the whole message")
        assert LINES[-1] in text_of(stage)
        click(stage, "Show less")
        assert LINES[SHOWN_LINES] not in text_of(stage)
        assert place_of(stage, "after") > 0

    def test_one_reads_on_from_where_one_was(self, stage: Stage) -> None:
        assert view_of(stage).is_at_newest
        top = place_of(stage, "line 10 of")
        click(stage, "Show the whole message")
        assert place_of(stage, "line 10 of") == top
        assert not view_of(stage).is_at_newest
        view_of(stage).scroll_to_newest()
        stage.settle()
        assert place_of(stage, "after") > 0

    def test_it_stays_so_when_messages_come(self, stage: Stage) -> None:
        click(stage, "Show the whole message")
        rows = (message(1, "before"), message(2, TEXT), message(3, "after"), message(4, "more"))
        stage.show_rows(rows)
        assert LINES[-1] in text_of(stage)

    def test_enter_shows_all_of_it_before_its_link_opens(self, stage: Stage) -> None:
        stage.show_rows((message(2, f"{LINK}\n{TEXT}"),))
        stage.press(view_of(stage).text, "<Up>", "<Return>")
        assert LINES[-1] in text_of(stage)
        assert stage.calls.named("on_open_link") == []
        stage.press(view_of(stage).text, "<Return>")
        assert stage.calls.named("on_open_link") == [(LINK,)]

    def test_enter_shows_all_of_it_and_less_again(self, stage: Stage) -> None:
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Up>")
        for _again in range(2):
            stage.press(text, "<Return>")
            assert LINES[-1] in text_of(stage)
            stage.press(text, "<Return>")
            assert LINES[SHOWN_LINES] not in text_of(stage)
            assert place_of(stage, "line 1 of") >= 0
        stage.press(text, "<c>")
        assert clipboard(stage) == TEXT

    def test_enter_uncovers_all_of_it_before_it_shows_less(self, stage: Stage) -> None:
        stage.show_rows((message(2, f"{TEXT}\n||secret||"),))
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Return>")
        assert text.tag_ranges("spoiler")
        stage.press(text, "<Return>")
        assert LINES[-1] in text_of(stage) and not text.tag_ranges("spoiler")
        stage.press(text, "<Return>")
        assert LINES[-1] not in text_of(stage)

    @pytest.mark.parametrize("first", ["no link", LINK])
    def test_its_menu_opens_it_and_folds_it_by_the_keys_as_well(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, first: str
    ) -> None:
        stage.show_rows((message(2, f"{first}\n{TEXT}"), message(3, "after")))
        menu = view_of(stage).menu.menu
        monkeypatch.setattr(menu, "tk_popup", lambda _x, _y: None)
        text = view_of(stage).text
        stage.press(text, "<Up>", "<Up>")
        for words, is_whole in (("Show the whole message", True), ("Show less", False)):
            text.event_generate("<<ContextMenu>>")
            last = menu.index("end")
            assert last is not None
            menu.invoke([menu.entrycget(at, "label") for at in range(last + 1)].index(words))
            stage.settle()
            assert (LINES[-1] in text_of(stage)) is is_whole
        stage.press(text, "<Down>")
        text.event_generate("<<ContextMenu>>")
        assert "Show less" not in [menu.entrycget(at, "label") for at in range(3)]

    def test_the_button_for_it_is_not_copied(self, stage: Stage) -> None:
        text = view_of(stage).text
        text.tag_add("sel", "1.0", "end")
        assert "Show the whole" not in view_of(stage)._pointer.selected_text()
        stage.press(text, "<Up>", "<Up>", "<c>")
        assert clipboard(stage) == TEXT

    def test_of_code_that_is_cut_all_is_copied(self, stage: Stage) -> None:
        stage.show_rows((message(2, f"```\na\n```\n```py\n{TEXT}\n```"),))
        assert LINES[-1] not in text_of(stage)
        assert list(view_of(stage).sheet.drawn[-1].codes.values()) == ["a", TEXT]

    def test_what_is_found_in_the_rest_is_shown(self, stage: Stage) -> None:
        stage.window.find_bar.field.set_value("")
        stage.press(stage.window.composer.text, "<Control-f>")
        stage.window.find_bar.field.insert("end", "line 77 of")
        stage.until(lambda: LINES[-1] in text_of(stage))
        stage.settle()
        assert place_of(stage, "line 77 of") > 0

    def test_what_is_found_at_the_beginning_unfolds_nothing(self, stage: Stage) -> None:
        stage.window.find_bar.field.set_value("")
        stage.press(stage.window.composer.text, "<Control-f>")
        stage.window.find_bar.field.insert("end", "line 2 of")
        stage.until(lambda: bool(view_of(stage).text.tag_ranges("lit_current")))
        assert LINES[-1] not in text_of(stage)
