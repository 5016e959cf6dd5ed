"""What a pane tells of what was seen: once for each newest row, and for what no row shows."""

from __future__ import annotations

from app.structs import replace
from app.views.rows import Key, MessageRow, TimelineRows
from app.views.timeline_news import TimelineNews
from tests.app.views.conftest import messages


def shown(rows: tuple[MessageRow, ...], newest: Key | None = None) -> TimelineRows:
    return TimelineRows("room", "dev", rows, newest=newest)


def test_the_newest_row_is_told_once() -> None:
    told: list[Key] = []
    news = TimelineNews(told.append)

    news.see(shown(()))
    news.see(shown(messages(3), 3))
    news.see(shown(messages(3), 3))
    news.see(shown(messages(4), 4))

    assert told == [row.key for row in messages(4)[2:]]


def test_what_came_and_no_row_shows_is_seen_with_the_last_row() -> None:
    """A message of somebody who is ignored must not stay unread for ever."""
    told: list[Key] = []
    news = TimelineNews(told.append)

    news.see(shown(messages(3), 3))
    news.see(shown(messages(3), 4))

    assert told == [messages(3)[-1].key] * 2


def test_a_line_above_own_messages_that_wait_is_seen() -> None:
    """A reminder that comes while they wait must not stay unread for ever."""
    told: list[Key] = []
    news = TimelineNews(told.append)
    first, line, *own = messages(4)
    waiting = tuple(replace(row, is_own=True) for row in own)

    news.see(shown((first, *waiting), 1))
    news.see(shown((first, line, *waiting), 1))
    news.see(shown((first, line, *waiting), 1))

    assert told == [waiting[-1].key] * 2


def test_coming_back_to_the_room_tells_it_again() -> None:
    told: list[Key] = []
    news = TimelineNews(told.append)

    news.see(shown(messages(2), 2))
    news.see_again()
    news.see(shown(messages(2), 2))

    assert len(told) == 2
