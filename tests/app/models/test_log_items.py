"""Entries in rising order: messages, and the gaps between them."""

from __future__ import annotations

from app.models.log_items import LogItems
from app.models.message import Gap, Message, message_of
from app.models.records import RoomEntry
from protocol.frames import FIRST_OPAQUE_KIND, EntryFlag, EntryKind
from protocol.limits import PARTS_MAX
from tests.app.models.chat_fixtures import entry, texts

MORE = int(EntryFlag.CONTINUES)


def items_of(*entries: RoomEntry) -> LogItems:
    log = LogItems(lambda parts: message_of(parts, parts[-1].number))
    for each in entries:
        log.feed(each)
    return log


def part(number: int, visible: int) -> RoomEntry:
    return entry(number, flags=MORE, visible=visible)


def test_consecutive_entries_are_messages() -> None:
    log = items_of(entry(5), entry(6), entry(7))
    assert texts(tuple(log.items)) == ["m5", "m6", "m7"]
    assert log.fed_to == 7


def test_what_is_missing_between_is_a_gap_that_counts_messages_only() -> None:
    log = items_of(entry(5, visible=3), entry(10, visible=6))
    assert log.items[1] == Gap(6, 9, missing=2)
    joined = entry(10, kind=EntryKind.JOIN, flags=0, visible=5)
    assert items_of(entry(5, visible=3), joined).items[1] == Gap(6, 9, missing=2)


def test_nothing_is_a_gap_before_the_first_entry_here() -> None:
    assert texts(tuple(items_of(entry(500)).items)) == ["m500"]


def test_parts_are_one_message_once_the_last_is_here() -> None:
    log = items_of(entry(1), part(2, 1), part(3, 1))
    assert texts(tuple(log.items)) == ["m1"]
    assert log.gap_to(3, 1) == Gap(2, 3, missing=0)
    log.feed(entry(4, visible=2))
    message = log.items[-1]
    assert isinstance(message, Message)
    assert (message.first, message.number, message.text) == (2, 4, "m2m3m4")
    assert log.gap_to(4, 2) is None


def test_a_message_whose_end_is_missing_belongs_to_the_gap() -> None:
    log = items_of(entry(1), part(2, 1), entry(5, visible=3))
    assert texts(tuple(log.items)) == ["m1", "2-4", "m5"]
    assert log.items[1] == Gap(2, 4, missing=1)


def test_parts_without_end_are_cut_off() -> None:
    log = items_of(*(part(number, 0) for number in range(1, PARTS_MAX + 2)))
    assert [type(item) for item in log.items] == [Message]
    assert log.items[0].first == 1


def test_what_nobody_is_to_see_leaves_no_gap() -> None:
    hidden = entry(2, kind=FIRST_OPAQUE_KIND, flags=0, visible=1)
    log = items_of(entry(1), hidden, entry(3, visible=2))
    assert texts(tuple(log.items)) == ["m1", "m3"]


def test_the_end_of_the_log_may_be_missing() -> None:
    log = items_of(entry(5))
    assert log.gap_to(9, 8) == Gap(6, 9, missing=3)
    assert log.gap_to(5, 5) is None
    assert items_of().gap_to(9, 8) is None


def test_one_more_entry_changes_no_item_before_it() -> None:
    log = items_of(entry(1), entry(4))
    before = list(log.items)
    log.feed(entry(5))
    assert all(a is b for a, b in zip(before, log.items, strict=False))
