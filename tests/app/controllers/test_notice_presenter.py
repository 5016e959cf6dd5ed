"""What happened in a room as quiet lines: joins, names, forks."""

from __future__ import annotations

from datetime import UTC

import pytest

from app.controllers.notice_presenter import NAMES_MAX
from app.controllers.presenters import UNKNOWN_NAME
from app.controllers.timeline_presenter import TimelinePresenter
from app.models.events import PersonNamed
from app.models.joins_and_leaves import ShownJoins
from app.models.records import RoomEntry
from app.structs import replace
from app.views.rows import MessageKind, MessageRow
from protocol.frames import EntryKind
from tests.app.controllers.presented import event, fields, rows_of, texts
from tests.app.models.chat_fixtures import Bench, entry, received


class TestNotices:
    def test_joins_in_a_row_are_one_line(self, bench: Bench) -> None:
        for person, name in enumerate(("ben", "cleo", "dan", "eva", "fay"), 1):
            bench.model.apply(PersonNamed(person, name))
        timeline = bench.model.rooms[1].timeline
        timeline.add([event(n, EntryKind.JOIN, n) for n in range(1, 6)])
        timeline.add([event(6, EntryKind.LEAVE, 1), event(7, EntryKind.LEAVE, 2)])
        timeline.add([event(8, EntryKind.JOIN, 99)])

        assert texts(bench) == [
            "ben, cleo and 3 others joined", "ben and cleo left", f"{UNKNOWN_NAME} joined",
        ]  # fmt: skip

    def test_whoever_is_only_counted_is_named_in_the_unfolded_line(self, bench: Bench) -> None:
        for person, name in enumerate(("ben", "cleo", "dan", "eva"), 1):
            bench.model.apply(PersonNamed(person, name))
        timeline = bench.model.rooms[1].timeline
        timeline.add([event(n, EntryKind.JOIN, n) for n in range(1, 5)])
        timeline.add([event(4 + n, EntryKind.LEAVE, n) for n in range(1, 3)])
        timeline.add([event(7, EntryKind.CREATED, 1)])
        timeline.add([event(7 + n, EntryKind.LEAVE, n) for n in range(1, 4)])

        unfolded = [
            row.details.unfolded for row in rows_of(bench).rows if isinstance(row, MessageRow)
        ]
        assert unfolded == ["ben, cleo, dan and eva joined", "", "", "ben, cleo and dan left"]

    @pytest.mark.parametrize("kind", [EntryKind.JOIN, EntryKind.LEAVE])
    def test_the_unfolded_line_has_a_limit(self, bench: Bench, kind: EntryKind) -> None:
        people = range(1, NAMES_MAX + 41)
        for person in people:
            bench.model.apply(PersonNamed(person, f"p{person}"))
        bench.model.rooms[1].timeline.add([event(n, kind, n) for n in people])

        (row,) = rows_of(bench).rows
        assert isinstance(row, MessageRow)
        assert f", p{NAMES_MAX} and 40 others " in row.details.unfolded
        assert f"p{NAMES_MAX + 1}" not in row.details.unfolded

    def test_joins_of_two_days_are_two_lines(self, bench: Bench) -> None:
        bench.model.apply(PersonNamed(2, "cleo"))
        hours = (9, 14, 9 + 24)
        joins = (event(n, EntryKind.JOIN, 1 + n % 2) for n in range(1, 4))
        bench.model.rooms[1].timeline.add(
            [
                replace(join, time_ms=hour * 3_600_000)
                for join, hour in zip(joins, hours, strict=True)
            ]
        )
        first, second = (row for row in rows_of(bench).rows if isinstance(row, MessageRow))
        assert first.details.until is not None
        assert (first.text, first.time.hour, first.details.until.hour) == (
            "cleo and ben joined",
            9,
            14,
        )
        assert (second.text, second.time.day, second.details.until) == ("cleo joined", 2, None)

    def test_line_of_joins_keeps_its_key_while_it_grows(self, bench: Bench) -> None:
        presenter, timeline = TimelinePresenter(UTC), bench.model.rooms[1].timeline
        timeline.add([event(1, EntryKind.JOIN, 1)])
        before = rows_of(bench, presenter).rows[0].key
        timeline.add([event(2, EntryKind.JOIN, 2)])

        (row,) = rows_of(bench, presenter).rows
        assert isinstance(row, MessageRow)
        assert (row.key, row.text) == (before, f"ben and {UNKNOWN_NAME} joined")

    @pytest.mark.parametrize(
        ("kind", "text", "words"),
        [
            (EntryKind.CREATED, "general", "ben created the room"),
            (EntryKind.TOPIC, "Work", "ben set the topic: Work"),
            (EntryKind.TOPIC, "", "ben took the topic away"),
            (EntryKind.NAME, "all", "ben renamed the room to #all"),
        ],
    )
    def test_changes_of_the_room_are_worded(
        self, bench: Bench, kind: EntryKind, text: str, words: str
    ) -> None:
        made = entry(1, kind=int(kind), author=1, flags=0)
        bench.model.rooms[1].timeline.add([RoomEntry(**{**fields(made), "text": text})])

        (row,) = rows_of(bench).rows
        assert isinstance(row, MessageRow)
        assert (row.text, row.kind) == (words, MessageKind.NOTICE)


class TestHiddenJoins:
    """People who only read come and go, and no line says so."""

    def test_what_is_hidden_parts_nothing(self, bench: Bench) -> None:
        timeline = bench.model.rooms[1].timeline
        timeline.add([entry(1), event(2, EntryKind.JOIN, 7), entry(3)])
        rows = rows_of(bench, joins=ShownJoins.LATELY).rows
        assert [row.key for row in rows] == [1, 3]
        assert len(rows_of(bench).rows) == 3

    def test_who_then_writes_joined_after_all(self, bench: Bench) -> None:
        presenter, timeline = TimelinePresenter(UTC), bench.model.rooms[1].timeline
        bench.model.apply(PersonNamed(2, "cleo"))
        timeline.add([entry(1), event(2, EntryKind.JOIN, 2), entry(3)])
        before = rows_of(bench, presenter, ShownJoins.LATELY).rows
        timeline.add([entry(4, author=2)])

        after = rows_of(bench, presenter, ShownJoins.LATELY).rows
        assert [row.key for row in after] == [1, 2, 3, 4]
        assert (after[0], after[2]) == before and after[2] is before[1]

    def test_a_choice_counts_at_once(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        bench.model.rooms[1].timeline.add(
            [entry(1), event(2, EntryKind.LEAVE, 1), event(3, EntryKind.JOIN, 2)]
        )
        for joins, keys in (
            (ShownJoins.LATELY, [1, 2]),
            (ShownJoins.ALL, [1, 2, 3]),
            (ShownJoins.NONE, [1]),
            (ShownJoins.LATELY, [1, 2]),
        ):
            assert [row.key for row in rows_of(bench, presenter, joins).rows] == keys

    def test_what_was_cleared_was_written_all_the_same(self, bench: Bench) -> None:
        room = bench.model.rooms[1]
        room.timeline.add([entry(1)])
        room.clear_view()
        room.timeline.add([event(2, EntryKind.LEAVE, 1)])
        assert [row.key for row in rows_of(bench, joins=ShownJoins.LATELY).rows] == [2]

    def test_neither_the_new_line_nor_a_hole_is_lost(self, bench: Bench) -> None:
        room = bench.model.rooms[1]
        room.new_after = 1
        bench.model.apply(received(1, 1))
        room.timeline.add(
            [
                event(2, EntryKind.JOIN, 7),
                *(entry(n, visible=n - 1, author=2) for n in (3, 6)),
                event(7, EntryKind.LEAVE, 7),
            ]
        )
        shown = rows_of(bench, joins=ShownJoins.LATELY)
        assert shown.new_from == 3
        assert [row.key for row in shown.rows] == [1, 3, ("hole", 5), 6]

    def test_what_is_known_is_told_where_no_row_shows_it(self, bench: Bench) -> None:
        timeline = bench.model.rooms[1].timeline
        timeline.first = 1
        timeline.add([event(n, EntryKind.JOIN, n) for n in range(50, 60)])
        shown = rows_of(bench, joins=ShownJoins.LATELY)
        assert (shown.rows, shown.has_older, shown.oldest) == ((), True, 50)
        timeline.add([event(n, EntryKind.JOIN, n) for n in range(40, 50)])
        assert rows_of(bench, joins=ShownJoins.LATELY).oldest == 40
