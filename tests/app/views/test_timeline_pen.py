"""Words and pictures come into the Text together, each with its own tags."""

from __future__ import annotations

from typing import Any

import pytest

from app.structs import replace
from tests.app.views.conftest import Stage, message, messages
from tests.app.views.timeline_sight import view_of


class CountingTk:
    """The interpreter of a widget, with a count of what it was asked."""

    def __init__(self, tk: Any) -> None:
        self._tk = tk
        self.calls: list[tuple[Any, ...]] = []

    def call(self, *words: Any) -> Any:
        self.calls.append(words[1:])
        return self._tk.call(*words)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tk, name)

    def named(self, *words: str) -> list[tuple[Any, ...]]:
        return [call for call in self.calls if call[: len(words)] == words]


def tagged(stage: Stage, tag: str) -> list[str]:
    """The words that have a tag, each range for itself."""
    text = view_of(stage).text
    ends = [str(index) for index in text.tag_ranges(tag)]
    return [text.get(*ends[at : at + 2]) for at in range(0, len(ends), 2)]


@pytest.mark.parametrize("before", ["a", "ä", "𝒳 𝔻𝔼", "👍🏽 🇳🇴", "אב", "a\n𝒳\n"])
def test_tags_are_on_their_words_whatever_stands_before(stage: Stage, before: str) -> None:
    stage.show_rows((message(1, f"{before} **bold**, ||not||, see https://a.example/x 𝔼 `c`"),))
    assert tagged(stage, "bold") == ["bold"]
    assert tagged(stage, "spoiler") == ["not"]
    assert tagged(stage, "link") == ["https://a.example/x"]
    assert tagged(stage, "code") == ["\xa0c\xa0"]
    assert tagged(stage, "hidden") == ["**", "**", "||", "||", "`", "`"]


def test_no_words_at_all_take_no_tag_from_the_words_behind_them(stage: Stage) -> None:
    stage.show_rows((message(1, "before"),))
    pen = view_of(stage).sheet._painter._pen
    pen.write("", "bold")
    pen.write("plain ")
    pen.write("bold", "bold")
    pen.end_line("body")
    pen.flush()
    assert tagged(stage, "bold") == ["bold"]


def test_what_is_put_between_messages_has_its_own_tags_alone(stage: Stage) -> None:
    one, two, three = (message(at, f"> {at}", author_id="ben") for at in (1, 2, 3))
    stage.show_rows((one, three))
    stage.show_rows((one, replace(two, text="👍🏽 two"), three))
    text = view_of(stage).text
    line = text.index(text.search("two", "1.0") + " linestart")
    assert "quote" not in {tag for at in range(6) for tag in text.tag_names(f"{line} + {at} c")}
    assert [words.strip() for words in tagged(stage, "quote")] == ["> 1", "> 3"]


def test_many_messages_are_few_calls(stage: Stage) -> None:
    """However many there are: one insertion, and each tag once."""
    stage.show(1)
    text: Any = view_of(stage).text
    before = text.tk
    text.tk = counting = CountingTk(before)
    try:
        stage.show_rows(messages(40))
    finally:
        text.tk = before
    assert len(counting.named("insert")) == 1
    tags = [call[2] for call in counting.named("tag", "add")]
    assert len(tags) == len(set(tags)) > 40


def test_what_stands_beside_a_message_is_made_when_one_is_pointed_at(stage: Stage) -> None:
    stage.show_rows((message(1, "one"), message(2, "```\nx = 1\n```")))
    text = view_of(stage).text
    before = text.winfo_children()
    assert not [widget for widget in before if widget.winfo_children()]
    box = text.bbox(text.search("x = 1", "1.0"))
    assert box is not None
    text.event_generate("<Motion>", x=box[0] + 2, y=box[1] + 2)
    stage.settle()
    assert len(text.winfo_children()) >= len(before) + 2
