"""Messages in the order of their numbers, with holes, own posts in place, in bounded memory."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.message import (
    Gap,
    LocalNotice,
    Message,
    MessageKind,
    MessageState,
    RenameNotice,
)
from app.models.records import RoomEntry
from app.models.timeline import (
    NOTICES_MAX,
    OTHER_ENTRIES_MAX,
    READ_BACK_ENTRIES_MAX,
    RECENT_ENTRIES_MAX,
    RENAMED_BACK_MS,
    RENAMES_MAX,
    Timeline,
)
from protocol.frames import EntryFlag, EntryKind
from tests.app.models.chat_fixtures import DEVICE, TIME_MS, entries, entry, filled, own, texts


class TestOrder:
    def test_entries_are_shown_by_number_however_they_come(self) -> None:
        assert texts(filled((4, 5), (1, 2), (3, 3)).items) == ["m1", "m2", "m3", "m4", "m5"]

    def test_missing_numbers_are_a_gap_with_its_messages_counted(self) -> None:
        timeline = filled((1, 2), (7, 8))

        assert timeline.items[2] == Gap(3, 6, 4)

    def test_gap_counts_messages_not_entries(self) -> None:
        timeline = Timeline()
        timeline.add([entry(1), entry(9, visible=3)])

        assert timeline.items[1] == Gap(2, 8, 1)

    def test_newer_entries_that_are_known_of_are_a_gap_at_the_end(self) -> None:
        timeline = filled((1, 2))
        timeline.move_head(5, 4)

        assert timeline.items[-1] == Gap(3, 5, 2)

    def test_empty_timeline_shows_no_gap(self) -> None:
        timeline = Timeline()
        timeline.move_head(100, 90)

        assert timeline.items == ()

    def test_entries_of_newer_clients_are_shown_by_their_text_or_not_at_all(self) -> None:
        timeline = Timeline()
        timeline.add([entry(1), entry(2, kind=99, text="a vote"), entry(3, kind=99, flags=0)])

        assert texts(timeline.items) == ["m1", "a vote"]
        kinds = [item.kind for item in timeline.items if isinstance(item, Message)]
        assert kinds == [MessageKind.TEXT, MessageKind.OTHER]

    @given(st.permutations(range(1, 13)), st.integers(1, 12))
    def test_any_order_gives_the_same_items(self, order: list[int], missing: int) -> None:
        parts = {3: EntryFlag.CONTINUES, 4: EntryFlag.CONTINUES, 9: EntryFlag.CONTINUES}
        log = [entry(n, flags=int(parts.get(n, EntryFlag.VISIBLE))) for n in range(1, 13)]
        straight, mixed = Timeline(), Timeline()
        straight.add([e for e in log if e.number != missing])
        for number in order:
            if number != missing:
                mixed.add([log[number - 1]])
                assert mixed.items is mixed.items
        mixed.add([log[missing - 1]])
        straight.add([log[missing - 1]])

        assert mixed.items == straight.items
        assert texts(mixed.items)[2] == "m3m4m5"


class TestParts:
    def test_parts_are_one_message_under_the_last_number(self) -> None:
        timeline = Timeline()
        timeline.add([self.part(1), self.part(2), entry(3, "end", visible=1)])

        (message,) = timeline.items
        assert isinstance(message, Message)
        assert (message.first, message.number, message.text) == (1, 3, "p1p2end")

    def test_message_is_a_gap_until_all_its_parts_are_here(self) -> None:
        timeline = Timeline()
        timeline.add([entry(1), self.part(2), entry(4, visible=2)])
        timeline.move_head(4, 2)
        assert texts(timeline.items)[:2] == ["m1", "2-3"]

        timeline.add([self.part(3)])
        assert texts(timeline.items) == ["m1", "p2p3m4"]

    def test_endless_continuation_ends(self) -> None:
        timeline = Timeline()
        timeline.add([self.part(number) for number in range(1, 101)])

        assert len(timeline.items) == 5  # of 17 parts each, the rest is still to come

    @staticmethod
    def part(number: int) -> RoomEntry:
        return entry(number, f"p{number}", flags=int(EntryFlag.CONTINUES), visible=0)


class TestOwnPosts:
    def test_pending_post_stands_at_the_end(self) -> None:
        timeline = filled((1, 2))
        timeline.add_pending(own(1))
        timeline.add(entries(3, 4))

        assert texts(timeline.items) == ["m1", "m2", "m3", "m4", "mine"]
        assert timeline.unsent == 1

    def test_its_entry_takes_its_place_under_the_same_key(self) -> None:
        timeline = filled((1, 2))
        timeline.add_pending(own(1))
        timeline.stored(1, client_seq=20)

        timeline.add([entry(3, "mine", device=DEVICE, client_seq=20)], DEVICE)

        message = timeline.items[-1]
        assert isinstance(message, Message)
        assert (message.key, message.number, message.state) == (-1, 3, MessageState.ACCEPTED)
        assert len(timeline.items) == 3 and timeline.unsent == 0

    def test_same_number_of_another_device_is_another_post(self) -> None:
        timeline = Timeline()
        timeline.add_pending(own(1))
        timeline.stored(1, client_seq=20)

        timeline.add([entry(1, "theirs", device=DEVICE + 1, client_seq=20)], DEVICE)

        assert texts(timeline.items) == ["theirs", "mine"]

    def test_receipt_before_the_entry_places_it_and_draws_no_gap(self) -> None:
        timeline = filled((1, 2))
        timeline.add_pending(own(1, "first"))
        timeline.add_pending(own(2, "second"))
        timeline.move_head(3, 3)

        timeline.accept(1, 3)
        assert texts(timeline.items) == ["m1", "m2", "first", "second"]

        timeline.add([entry(3, "first", device=DEVICE)], DEVICE)
        assert [(m.key, m.text) for m in timeline.items if isinstance(m, Message)][2:] == [
            (-1, "first"), (-2, "second"),
        ]  # fmt: skip

    def test_receipt_after_the_entry_leaves_one_message(self) -> None:
        timeline = Timeline()
        timeline.add_pending(own(1))
        timeline.add([entry(1, "mine", device=DEVICE)])

        timeline.accept(1, 1)

        assert [m.key for m in timeline.items if isinstance(m, Message)] == [-1]

    def test_post_of_several_parts_waits_for_all_of_them(self) -> None:
        timeline = Timeline()
        timeline.add_pending(own(1, "onetwo"))
        timeline.stored(1, client_seq=20)
        head = entry(1, "one", device=DEVICE, client_seq=20, flags=2, visible=0)
        tail = entry(2, "two", device=DEVICE, client_seq=20, visible=1)

        timeline.add([tail], DEVICE)
        timeline.add([head], DEVICE)

        (message,) = timeline.items
        assert isinstance(message, Message)
        assert (message.key, message.text, message.number) == (-1, "onetwo", 2)

    def test_failed_post_can_be_given_up(self) -> None:
        timeline = Timeline()
        timeline.add_pending(own(1))
        timeline.fail(1, "No.")
        (failed,) = timeline.items
        assert isinstance(failed, Message) and failed.failure == "No."
        assert timeline.unsent == 0

        timeline.remove_pending(1)
        assert timeline.items == ()

    def test_unknown_tokens_change_nothing(self) -> None:
        timeline = filled((1, 1))
        timeline.accept(9, 5)
        timeline.fail(9, "x")
        timeline.stored(9, 3)
        timeline.remove_pending(9)

        assert texts(timeline.items) == ["m1"]


class TestObjects:
    def test_messages_that_did_not_change_are_the_same_objects(self) -> None:
        timeline = filled((1, 50))
        before = timeline.items

        timeline.add(entries(51, 60))

        assert all(old is new for old, new in zip(before, timeline.items, strict=False))


class TestBounds:
    @pytest.mark.parametrize("most", [OTHER_ENTRIES_MAX, RECENT_ENTRIES_MAX])
    def test_oldest_entries_are_dropped_and_are_not_taken_again(self, most: int) -> None:
        timeline = Timeline()
        timeline.entries_max = most
        for first in range(1, 10_000, 100):
            timeline.add(entries(first, first + 99))
            timeline.move_head(first + 99, first + 99)

        assert most <= len(timeline.items) <= most * 5 // 4
        assert timeline.has_older
        count = len(timeline.items)
        timeline.add(entries(1, 100))
        assert len(timeline.items) == count

    def test_trimming_keeps_messages_whole(self) -> None:
        timeline = Timeline()
        timeline.entries_max = 10
        log = [entry(n, flags=int(EntryFlag.CONTINUES if n % 2 else 1)) for n in range(1, 42)]
        timeline.add(log[:-1])
        timeline.trim()

        assert all(isinstance(m, Message) and m.number - m.first == 1 for m in timeline.items)

    def test_reading_back_takes_older_entries_within_a_bound(self) -> None:
        timeline = filled((5000, 7100))
        timeline.trim()
        assert timeline.floor > 5000

        timeline.want_from(5000)
        timeline.add(entries(5000, timeline.oldest - 1))
        assert timeline.oldest == 5000

        timeline.want_from(-100_000)
        assert timeline.entries_max == READ_BACK_ENTRIES_MAX

    def test_notices_are_bounded(self) -> None:
        timeline = Timeline()
        for number in range(NOTICES_MAX + 50):
            timeline.add_notice(LocalNotice(-number, 0, TIME_MS, str(number)))

        assert len(timeline.items) == NOTICES_MAX


class TestRenames:
    def test_they_push_out_nothing_and_are_bounded(self) -> None:
        timeline = filled((1, 3))
        timeline.add_notice(LocalNotice(-2, 1, TIME_MS, "line"))
        for at in range(RENAMES_MAX + 5):
            timeline.add_rename(RenameNotice(-4 - 2 * at, 3, TIME_MS, 7, f"a{at}", f"a{at + 1}"))

        renames = [item for item in timeline.items if isinstance(item, RenameNotice)]
        assert [one.before for one in renames] == [f"a{at}" for at in range(5, RENAMES_MAX + 5)]
        assert [getattr(item, "text", "") for item in timeline.items[:2]] == ["m1", "line"]

    @pytest.mark.parametrize(("later_ms", "lines"), [(RENAMED_BACK_MS - 1, 0), (10_000, 2)])
    def test_old_news_that_came_late_leave_nothing(self, later_ms: int, lines: int) -> None:
        timeline = filled((1, 1))
        timeline.add_rename(RenameNotice(-2, 1, TIME_MS, 7, "ann", "anna"))
        timeline.add_rename(RenameNotice(-4, 1, TIME_MS + later_ms, 7, "anna", "ann"))

        assert len(timeline.items) == 1 + lines

    def test_lines_at_one_place_stand_as_they_came(self) -> None:
        timeline = filled((1, 1))
        timeline.add_rename(RenameNotice(-2, 1, TIME_MS, 7, "ann", "anna"))
        timeline.add_notice(LocalNotice(-4, 1, TIME_MS, "line"))
        timeline.add_rename(RenameNotice(-6, 1, TIME_MS, 7, "anna", "annie"))

        assert [getattr(item, "key", 0) for item in timeline.items] == [1, -2, -4, -6]


class TestRandomWalk:
    @given(st.integers(0, 2**32))
    def test_every_post_is_shown_exactly_once_at_every_step(self, seed: int) -> None:
        """Posts are stored, receive their entries and receipts in any order."""
        dice = random.Random(seed)
        timeline = Timeline()
        steps = []
        for number in range(1, 9):
            token, seq = number, number + 100
            echo = entry(number, f"own{number}", device=DEVICE, client_seq=seq)
            timeline.add_pending(own(token, f"own{number}"))
            timeline.stored(token, seq)
            steps += [(0, echo), (1, echo)]
        dice.shuffle(steps)
        for step, echo in steps:
            if step:
                timeline.accept(echo.number, echo.number)
            else:
                timeline.add([echo], DEVICE)
            said = [item.text for item in timeline.items if isinstance(item, Message)]
            assert sorted(said) == [f"own{n}" for n in range(1, 9)]
        assert [m.number for m in timeline.items if isinstance(m, Message)] == list(range(1, 9))


def test_kinds_of_entries_are_those_of_the_wire() -> None:
    timeline = Timeline()
    timeline.add([entry(int(kind) + 1, kind=int(kind), flags=0) for kind in EntryKind if kind])

    kinds = [item.kind for item in timeline.items if isinstance(item, Message)]
    assert kinds == [
        MessageKind.TEXT, MessageKind.CREATED, MessageKind.JOINED, MessageKind.LEFT,
        MessageKind.TOPIC, MessageKind.RENAMED,
    ]  # fmt: skip


class TestTopic:
    def topic(self, number: int, text: str) -> RoomEntry:
        return entry(number, text, kind=int(EntryKind.TOPIC), flags=0)

    def test_the_newest_is_known_in_whatever_order_they_come(self) -> None:
        timeline = filled((5, 6))
        timeline.add([self.topic(7, "new")])
        timeline.add([self.topic(2, "old")])
        assert timeline.topic_entry is not None and timeline.topic_entry.text == "new"

    def test_it_is_known_when_its_entry_was_dropped(self) -> None:
        timeline = Timeline()
        timeline.add([self.topic(1, "first"), *entries(2, 2 * OTHER_ENTRIES_MAX)])
        assert timeline.entry(1) is None
        assert timeline.topic_entry is not None

    def test_one_of_a_lost_history_is_not(self) -> None:
        timeline = Timeline()
        timeline.add([self.topic(1, "kept"), self.topic(9, "lost")])
        timeline.cut_above(6)
        assert timeline.topic_entry is None
