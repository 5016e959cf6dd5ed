"""Items of lists and links with words of their own, in the real widget."""

from __future__ import annotations

import pytest

from app.markup_parts import References
from app.views.hint import hint_of
from app.views.rows import RowDetails
from tests.app.views.conftest import Stage, message
from tests.app.views.test_message_markup import click, shown, tags_at
from tests.app.views.timeline_sight import view_of

ADDRESS = "https://example.org/plan"
LONG = "goes on for longer than a line so that it has to be wrapped " * 3


def left_of(stage: Stage, words: str) -> int:
    text = view_of(stage).text
    box = text.bbox(text.search(words, "1.0"))
    assert box is not None
    return box[0]


def copied(stage: Stage) -> str:
    text = view_of(stage).text
    text.tag_add("sel", "1.0", "end")
    return view_of(stage)._pointer.selected_text()


@pytest.mark.parametrize("marker", ["-", "*", "1.", "10."])
@pytest.mark.parametrize("before", ["", "see\n"])
def test_an_item_hangs_behind_its_bullet(stage: Stage, marker: str, before: str) -> None:
    shown(stage, f"{before}{marker} one {LONG} last\nplain")
    text, px = view_of(stage).text, stage.window.look.px
    begins, plain = left_of(stage, "one"), left_of(stage, "plain")
    assert px(20) < begins - plain < px(40)
    wrapped = text.dlineinfo(text.search("last", "1.0"))
    assert wrapped is not None
    assert wrapped[0] == begins, "where it is wrapped, it begins below the words"
    seen = "•" if marker in "-*" else marker
    assert plain < left_of(stage, seen) < begins
    assert f"{before}{marker} one goes on" in copied(stage)
    assert "•" not in copied(stage)


def test_an_item_in_an_item_is_moved_in(stage: Stage) -> None:
    shown(stage, "- one\n  - two\n    - three")
    assert left_of(stage, "one") < left_of(stage, "two") < left_of(stage, "three")
    assert "\n- one\n  - two\n    - three\n" in copied(stage)


def test_an_item_in_a_quote_hangs_beside_the_bar(stage: Stage) -> None:
    shown(stage, f"- one\n> - two {LONG} last\n> quoted\n> 10. ten\nplain")
    text, px = view_of(stage).text, stage.window.look.px
    begins, inset = left_of(stage, "two"), left_of(stage, "quoted") - left_of(stage, "plain")
    assert begins == left_of(stage, "ten") == left_of(stage, "one") + inset
    assert left_of(stage, "quoted") < left_of(stage, "10.") < begins - px(20)
    wrapped = text.dlineinfo(text.search("last", "1.0"))
    assert wrapped is not None
    assert wrapped[0] == begins, "where it is wrapped, it begins below the words"
    assert "\n> - two goes on" in copied(stage) and "\n> 10. ten\n" in copied(stage)


def test_an_action_is_no_item(stage: Stage) -> None:
    shown(stage, "* Anna waves", details=RowDetails(is_action=True))
    text = view_of(stage).text
    assert text.search("•", "1.0") == ""
    assert "hidden" not in tags_at(stage, "* Anna")


def test_words_are_drawn_in_place_of_their_address(stage: Stage) -> None:
    shown(stage, f"see [the plan]({ADDRESS}) today")
    assert "link" in tags_at(stage, "the plan")
    assert "hidden" in tags_at(stage, ADDRESS)
    assert f"see [the plan]({ADDRESS}) today" in copied(stage)


def test_the_pointer_tells_where_they_lead(stage: Stage) -> None:
    shown(stage, f"see [the plan]({ADDRESS}) today")
    view = view_of(stage)
    box = view.text.bbox(view.text.search("plan", "1.0"))
    assert box is not None
    view.text.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 4)
    tags = view.text.tag_names(f"@{box[0] + 2},{box[1] + 4}")
    drawn = view.sheet.drawn_of(tags)
    assert drawn is not None
    assert view._pointer._hint_words(drawn, tags) == ADDRESS
    hint_of(view.text).hide()


@pytest.mark.parametrize("by_key", [False, True])
def test_they_open_after_their_address_was_shown(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, by_key: bool
) -> None:
    shown(stage, f"see [the plan]({ADDRESS}) today")
    view = view_of(stage)
    menu = view.menu.menu
    asked: list[object] = []
    monkeypatch.setattr(menu, "tk_popup", lambda x, y: asked.append((x, y)))
    if by_key:
        stage.press(view.text, "<Up>", "<Return>")
    else:
        click(stage, "the plan")
    assert len(asked) == 1 and not stage.calls.named("on_open_link")
    assert ADDRESS in menu.entrycget(0, "label")
    menu.invoke(0)
    assert stage.calls.named("on_open_link") == [(ADDRESS,)]


def test_where_somebody_is_named_in_the_words_it_looks_like_what_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = References(own="Ada", people=("Ben",))
    text = f"[hello @Ada and @Ben]({ADDRESS})"
    row = message(1, text, details=RowDetails(references=named), is_mention=True)
    stage.show_rows((row,))
    for words in ("hello", "@Ada", "@Ben"):
        # A chip would open the card of a person.
        assert {"link", "band"} <= tags_at(stage, words) and "chip" not in tags_at(stage, words)
    view = view_of(stage)
    monkeypatch.setattr(view.menu.menu, "tk_popup", lambda _x, _y: None)
    click(stage, "@Ada")
    assert ADDRESS in view.menu.menu.entrycget(0, "label")
    assert not stage.calls.named("on_open_link")
    assert view.text.get("1.0", "end").count(ADDRESS) == 1


def test_an_address_without_a_scheme_opens_with_one(stage: Stage) -> None:
    shown(stage, "see www.example.org/plan, today")
    click(stage, "www.example")
    assert stage.calls.named("on_open_link") == [("https://www.example.org/plan",)]


def test_an_address_opens_at_once(stage: Stage) -> None:
    shown(stage, f"see {ADDRESS} today")
    click(stage, ADDRESS)
    assert stage.calls.named("on_open_link") == [(ADDRESS,)]


@pytest.mark.parametrize("piece", ["- ", "- a\n", "[", "](", "[a](http://b.example)", "1. x\n"])
def test_no_text_stops_the_window(stage: Stage, piece: str) -> None:
    stage.show_rows((message(1, piece * (100_000 // len(piece))), message(2, "after")))
    assert view_of(stage).text.search("after", "1.0")
