"""Whose joins and leaves are shown, by the log alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.joins_and_leaves import JOINS_AND_LEAVES, LATELY_MS, ShownJoins, hidden_joins
from app.models.message import (
    Gap,
    LocalNotice,
    Message,
    MessageKind,
    MessageState,
    RenameNotice,
    TimelineItem,
)

NOON_MS = 1_764_000_000_000
KINDS = {"j": MessageKind.JOINED, "l": MessageKind.LEFT, "t": MessageKind.TEXT}


def line(number: int, kind: str, author: int, after_ms: int) -> Message:
    """A message so long after noon: j(oin), l(eave), t(ext)."""
    return Message(number, number, number, KINDS[kind], author, NOON_MS + after_ms, "")


def renamed(after_ms: int) -> RenameNotice:
    """Person 5 has a new nick so long after noon."""
    return RenameNotice(-2, 1, NOON_MS + after_ms, 5, "ann", "anna")


def hidden(*lines: Message | RenameNotice, choice: ShownJoins = ShownJoins.LATELY) -> set[int]:
    return set(hidden_joins(lines, choice))


@pytest.mark.parametrize("kind", ["j", "l"])
@pytest.mark.parametrize(
    ("wait_ms", "is_shown"), [(0, True), (LATELY_MS, True), (LATELY_MS + 1, False)]
)
def test_who_wrote_half_an_hour_before_is_shown(kind: str, wait_ms: int, is_shown: bool) -> None:
    lines = (line(1, "t", 5, 0), line(2, kind, 5, wait_ms))
    assert hidden(*lines) == (set() if is_shown else {2})


@pytest.mark.parametrize(
    ("wait_ms", "is_shown"), [(0, True), (LATELY_MS, True), (LATELY_MS + 1, False)]
)
def test_who_joins_and_then_writes_is_shown(wait_ms: int, is_shown: bool) -> None:
    lines = (line(1, "j", 5, 0), line(2, "t", 5, wait_ms))
    assert hidden(*lines) == (set() if is_shown else {1})


def test_who_leaves_without_a_word_is_not_shown_for_what_he_writes_later() -> None:
    assert hidden(line(1, "l", 5, 0), line(2, "j", 5, 1), line(3, "t", 5, 2)) == {1}


@pytest.mark.parametrize(
    ("wait_ms", "is_shown"),
    [(LATELY_MS, True), (LATELY_MS + 1, False), (-LATELY_MS, True), (-LATELY_MS - 1, False)],
)
def test_a_new_nick_of_who_writes_then_is_shown(wait_ms: int, is_shown: bool) -> None:
    lines = (line(1, "t", 5, 0), line(2, "t", 6, wait_ms), renamed(wait_ms))
    assert hidden(*lines) == (set() if is_shown else {-2})
    assert hidden(*lines, choice=ShownJoins.ALL) == set()
    assert hidden(*lines, choice=ShownJoins.NONE) == {-2}


def test_words_of_another_person_do_not_count() -> None:
    assert hidden(line(1, "t", 5, 0), line(2, "l", 6, 1)) == {2}


def test_a_clock_that_was_set_back_changes_nothing() -> None:
    assert hidden(line(1, "t", 5, 10_000), line(2, "t", 5, 5_000), line(3, "l", 5, 7_000)) == set()


def test_what_is_not_in_the_log_yet_does_not_count() -> None:
    waiting = Message(-1, 0, 0, MessageKind.TEXT, 5, NOON_MS, "", MessageState.PENDING, token=1)
    assert hidden(line(1, "j", 5, 0), waiting) == {1}


def test_the_choice() -> None:
    lines = (line(1, "t", 5, 0), line(2, "l", 5, 1), line(3, "j", 6, 2))
    assert hidden(*lines) == {3}
    assert hidden(*lines, choice=ShownJoins.ALL) == set()
    assert hidden(*lines, choice=ShownJoins.NONE) == {2, 3}


def test_everything_else_is_always_shown() -> None:
    others = [kind for kind in MessageKind if kind not in JOINS_AND_LEAVES]
    made = [Message(n, n, n, kind, 5, NOON_MS, "") for n, kind in enumerate(others, 1)]
    items: tuple[TimelineItem, ...] = (
        *made,
        Gap(90, 91, 1),
        LocalNotice(-2, 91, NOON_MS, "a line"),
    )
    assert all(hidden_joins(items, choice) == frozenset() for choice in ShownJoins)


moves = st.tuples(st.sampled_from("jlt"), st.integers(1, 3), st.integers(0, 2 * LATELY_MS))


@given(st.lists(moves, max_size=30), st.integers(0, 30))
def test_scrolling_back_shows_what_was_always_there(
    made: Sequence[tuple[str, int, int]], start: int
) -> None:
    """What is known of the newest part is never taken back by what is before it."""
    lines = tuple(line(number, *move) for number, move in enumerate(made, 1))
    part = lines[start:]
    shown_of_part = {each.key for each in part} - hidden(*part)
    assert shown_of_part <= {each.key for each in lines} - hidden(*lines)
