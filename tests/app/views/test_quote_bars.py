"""The bar of a quote stands beside all of its lines, also where one is wrapped."""

from __future__ import annotations

from typing import Any

import pytest

from app.views.drawn_block import TEXT_X
from app.views.quote_bars import INDENT
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import text_of, view_of
from tools.photographer import grab

LONG = "> first " + "and on and on " * 20 + "\n> last " + "and on and on " * 20 + "\nanswer"


def bar_in_view(stage: Stage, depth: int = 0) -> set[int]:
    """The heights in the messages, in pixels, at which the bar of quotes that deep is drawn."""
    stage.settle()
    text: Any = view_of(stage).text
    look = stage.window.look
    color = tuple(value // 256 for value in text.winfo_rgb(look.tokens.line))
    x = text.winfo_rootx() + look.px(TEXT_X + INDENT * depth) + 1
    top, picture = text.winfo_rooty(), grab()

    def is_drawn(x: int, y: int) -> bool:
        return bool(picture.getpixel((x, top + y)) == color)

    # A line between days goes on beside it.
    heights = range(text.winfo_height())
    return {y for y in heights if is_drawn(x, y) and not is_drawn(x - look.px(8), y)}


def span_of(stage: Stage, first: str, behind: str) -> set[int]:
    """From the top of the line with these words to that of the line with the others."""
    text: Any = view_of(stage).text
    begin, end = (text.dlineinfo(text.search(words, "1.0")) for words in (first, behind))
    top = begin[1] if begin is not None else 0
    return set(range(top, end[1] if end is not None else text.winfo_height()))


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1100])
def test_it_has_no_gaps(stage: Stage, look: str, width: int) -> None:
    stage.resize(width)
    stage.window.look.use(look)
    stage.show_rows((message(1, LONG),))
    stage.until(lambda: bar_in_view(stage) >= span_of(stage, "first", "answer"))
    stage.until(lambda: bar_in_view(stage) == span_of(stage, "first", "answer"))
    stage.window.look.use("dark" if look == "light" else "light")
    stage.until(lambda: bar_in_view(stage) == span_of(stage, "first", "answer"))


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [480, 1100])
def test_a_quote_in_a_quote_has_one_of_its_own(stage: Stage, look: str, width: int) -> None:
    stage.resize(width)
    stage.window.look.use(look)
    stage.show_rows((message(1, LONG.replace("> last", ">> last")),))
    stage.until(lambda: bar_in_view(stage) == span_of(stage, "first", "answer"))
    stage.until(lambda: bar_in_view(stage, 1) == span_of(stage, "last", "answer"))
    assert not bar_in_view(stage, 2)
    text: Any = view_of(stage).text
    last = text.search("last", "1.0")
    begins = text.bbox(last)[0]
    assert begins > text.bbox(text.search("first", "1.0"))[0]
    wrapped = text.dlineinfo(f"{last} + 1 displaylines")
    assert wrapped[0] == begins, "where it is wrapped, it begins below the words"
    assert "> first" in text_of(stage) and ">> last" in text_of(stage), "copied as it was written"


def test_its_lines_have_the_distance_of_all_others(stage: Stage) -> None:
    stage.show_rows((message(1, f"see\n{LONG}\nplain"),))
    text: Any = view_of(stage).text
    first, end = text.search("first", "1.0"), text.search("plain", "1.0")
    count = text.count(first, end, "displaylines")[0]
    one = text.dlineinfo(end)[3]
    assert text.dlineinfo(end)[1] - text.dlineinfo(first)[1] == count * one


def test_it_goes_with_its_words(stage: Stage) -> None:
    stage.resize(480)
    stage.show_rows((message(1, "one"), message(2, LONG * 3), *map(message, range(3, 40))))
    view = view_of(stage)
    view.scroll_to_oldest()
    # The words of the middle one, and then they are out of view.
    stage.until(lambda: len(bar_in_view(stage)) > 300)
    view.scroll_pixels(200)
    stage.until(lambda: {0, 1, 2} <= bar_in_view(stage))
    view.scroll_to_newest()
    stage.until(lambda: not bar_in_view(stage))


def test_it_goes_when_its_message_does(stage: Stage) -> None:
    stage.show_rows((message(1, LONG), message(2, "two")))
    stage.until(lambda: bool(bar_in_view(stage)))
    stage.show_rows((message(2, "two"),))
    stage.until(lambda: not bar_in_view(stage))


def test_the_wheel_over_it_scrolls(stage: Stage) -> None:
    stage.show_rows((message(1, LONG), *map(message, range(2, 40))))
    view = view_of(stage)
    view.scroll_to_oldest()
    stage.until(lambda: bool(bar_in_view(stage)))
    before = view.text.yview()
    bar: Any = next(each for each in view.text.winfo_children() if each.winfo_width() == 3)
    bar.event_generate("<Button-5>")
    stage.until(lambda: view.text.yview() != before)
