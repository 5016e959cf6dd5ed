"""Models as rows: words, marks and keys."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from app.controllers.notice_presenter import NAMES_MAX
from app.controllers.person_presenter import person_rows
from app.controllers.presenters import UNKNOWN_NAME, moment, room_choices, room_rows
from app.controllers.slash_commands import Say, parse_command
from app.controllers.timeline_presenter import TimelinePresenter
from app.models.events import (
    EntriesReceived,
    HeldChanged,
    LinkChanged,
    LinkState,
    PeopleChanged,
    PersonNamed,
)
from app.models.joins_and_leaves import ShownJoins
from app.models.message import Gap
from app.models.records import Member, RoomEntry
from app.models.store_answers import AroundLoaded
from app.structs import replace
from app.views.rows import HoleRow, MessageKind, MessageRow, MessageState, Presence, TimelineRows
from protocol.frames import EntryKind
from tests.app.models.chat_fixtures import DEVICE, ME, Bench, entries, entry, received


@pytest.fixture
def bench() -> Bench:
    """Signed in, in room 1, which is open and empty."""
    bench = Bench()
    bench.model.apply(PersonNamed(1, "ben"))
    return bench


def rows_of(
    bench: Bench,
    presenter: TimelinePresenter | None = None,
    joins: ShownJoins = ShownJoins.ALL,
) -> TimelineRows:
    """The open room with all its gaps."""
    presenter = presenter or TimelinePresenter(UTC)
    return presenter.timeline_rows(bench.model, bench.model.rooms[1], lambda _gap: True, joins)


def texts(bench: Bench) -> list[str]:
    return [row.text for row in rows_of(bench).rows if isinstance(row, MessageRow)]


def event(number: int, kind: EntryKind, author: int, text: str = "") -> RoomEntry:
    """An entry that is no message."""
    return entry(number, text, kind=int(kind), author=author, flags=0, visible=0)


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


def fields(made: RoomEntry) -> dict[str, Any]:
    """An entry's values by name."""
    return {name: getattr(made, name) for name in RoomEntry.__struct_fields__}


class TestMessages:
    def test_rows_that_did_not_change_are_the_same_objects(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        bench.model.apply(received(1, 50))
        before = rows_of(bench, presenter).rows
        bench.model.apply(received(51, 60))

        after = rows_of(bench, presenter).rows

        assert all(old is new for old, new in zip(before, after, strict=False))
        assert len(after) == 60

    def test_late_name_changes_the_rows_of_that_person(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        bench.model.rooms[1].timeline.add([entry(1, author=9), entry(2, author=1)])
        first, second = rows_of(bench, presenter).rows
        assert isinstance(first, MessageRow) and first.author_name == UNKNOWN_NAME

        bench.model.apply(PersonNamed(9, "ina"))

        renamed, same = rows_of(bench, presenter).rows
        assert isinstance(renamed, MessageRow) and renamed.author_name == "ina"
        assert same is second

    def test_held_by_is_said_on_own_messages_alone(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        people = tuple(Member(person, f"p{person}", 1) for person in (ME, 1, 2, 3))
        bench.model.rooms[1].timeline.add([entry(1, author=ME, device=DEVICE), entry(2)])
        bench.model.apply(
            PeopleChanged(1, people, fresh=True), HeldChanged(1, ((2, 1), (1, 2), (2, ME)))
        )

        _renamed, own, other = rows_of(bench, presenter).rows
        assert isinstance(own, MessageRow) and isinstance(other, MessageRow)
        assert (own.state, own.details.state_text) == (MessageState.HELD, "Held by 2 of 3")
        assert (other.state, other.details.state_text) == (MessageState.ACCEPTED, "")

        bench.model.apply(HeldChanged(1, ((2, 1), (1, 2), (1, 3))))
        own = rows_of(bench, presenter).rows[1]
        assert isinstance(own, MessageRow) and own.state is MessageState.HELD_BY_ALL

    def test_gap_is_a_hole_that_keeps_its_key_while_it_is_filled(self, bench: Bench) -> None:
        bench.model.apply(received(1, 2), received(9, 9))
        (before,) = [row for row in rows_of(bench).rows if isinstance(row, HoleRow)]
        bench.model.apply(received(3, 5))

        (after,) = [row for row in rows_of(bench).rows if isinstance(row, HoleRow)]
        assert (before.key, before.missing_count) == (after.key, 6)
        assert after.missing_count == 3

    def test_a_hole_far_back_is_not_fetched(self, bench: Bench) -> None:
        bench.model.apply(received(1, 2), received(9, 9))
        room = bench.model.rooms[1]
        for base, is_fetched in ((8, True), (9, False)):
            room.move_base(base)
            (hole,) = [row for row in rows_of(bench).rows if isinstance(row, HoleRow)]
            assert hole.is_fetched is is_fetched

    def test_gap_without_messages_is_not_drawn(self, bench: Bench) -> None:
        bench.model.rooms[1].timeline.add([entry(1), entry(5, visible=2)])

        assert any(isinstance(item, Gap) for item in bench.model.rooms[1].timeline.items)
        assert not any(isinstance(row, HoleRow) for row in rows_of(bench).rows)

    @pytest.mark.parametrize("time_ms", [-1, 0, 2**48, 2**63 - 1])
    def test_any_time_of_the_wire_can_be_shown(self, time_ms: int) -> None:
        assert moment(time_ms, UTC).year >= 1970
        assert moment(time_ms, None).year >= 1969


class TestLists:
    def test_rooms_are_sorted_by_name_and_only_joined_ones_are_shown(self, bench: Bench) -> None:
        bench.follow(2)
        assert [row.name for row in room_rows(bench.model)] == ["dev", "general"]

        bench.model.rooms[2].is_joined = False
        assert [row.name for row in room_rows(bench.model)] == ["general"]
        assert [(row.name, row.people_count) for row in room_choices(bench.model)] == [("dev", 5)]

    def test_rooms_stand_by_their_place_then_by_name(self, bench: Bench) -> None:
        bench.follow(2)
        rows = room_rows(bench.model, place=lambda room: {"general": 1}.get(room.name, 2))
        assert [row.name for row in rows] == ["general", "dev"]

    def test_draft_is_shown_for_rooms_that_are_not_open(self, bench: Bench) -> None:
        bench.follow(2)
        drafts = {(bench.model.server, 1), (bench.model.server, 2)}

        assert [row.has_draft for row in room_rows(bench.model, drafts)] == [True, False]

    def test_presences_of_the_wire_have_their_words(self, bench: Bench) -> None:
        people = tuple(Member(person, f"p{person}", person) for person in (1, 2, 3, 200))
        bench.model.apply(PeopleChanged(1, people, fresh=True))
        assert {row.presence for row in person_rows(bench.model)} == {Presence.UNKNOWN}

        bench.model.apply(LinkChanged(LinkState.ONLINE))
        assert [row.presence for row in person_rows(bench.model)] == [
            Presence.ONLINE, Presence.AWAY, Presence.OFFLINE, Presence.OFFLINE,
        ]  # fmt: skip


class TestMentions:
    def test_own_name_is_a_mention_in_words_of_others(self, bench: Bench) -> None:
        nick = bench.model.name
        bench.model.rooms[1].timeline.add(
            [entry(1, f"{nick}, look"), entry(2, f"I am {nick}", author=ME, device=DEVICE)]
        )

        theirs, own = rows_of(bench).rows
        assert isinstance(theirs, MessageRow) and isinstance(own, MessageRow)
        assert theirs.is_mention and theirs.details.references.own == nick
        assert not own.is_mention

    def test_own_name_in_own_words_is_marked_nowhere(self, bench: Bench) -> None:
        nick = bench.model.name
        bench.model.apply(PersonNamed(ME, nick))
        text = f"I am @{nick} or {nick}, and this is @ben"
        bench.model.rooms[1].timeline.add(
            [entry(1, text), entry(2, text, author=ME, device=DEVICE)]
        )

        theirs, own = rows_of(bench).rows
        assert isinstance(theirs, MessageRow) and isinstance(own, MessageRow)
        assert theirs.details.references.own == nick
        assert own.details.references.own == "" and own.details.references.people == ("ben",)

    def test_people_and_rooms_that_exist_are_references(self, bench: Bench) -> None:
        bench.model.rooms[1].timeline.add([entry(1, "@BEN see #general, not #nowhere @nobody")])

        (row,) = rows_of(bench).rows
        assert isinstance(row, MessageRow)
        assert row.details.references.people == ("ben",)
        assert row.details.references.rooms == (bench.model.rooms[1].name,)

    def test_action_is_marked(self, bench: Bench) -> None:
        bench.model.rooms[1].timeline.add([entry(1, "/me waves")])

        (row,) = rows_of(bench).rows
        assert isinstance(row, MessageRow)
        assert (row.text, row.details.is_action) == ("* ben waves", True)

    @pytest.mark.parametrize("typed", ["//me waves", "///me waves", "////me waves", "//menu"])
    def test_what_begins_with_two_slashes_is_no_action(self, bench: Bench, typed: str) -> None:
        command = parse_command(typed)
        assert isinstance(command, Say)
        bench.model.rooms[1].timeline.add([entry(1, command.text)])

        (row,) = rows_of(bench).rows
        assert isinstance(row, MessageRow)
        assert (row.text, row.details.is_action) == (typed[1:], False)

    def test_unread_mentions_are_counted_until_read(self, bench: Bench) -> None:
        model = bench.model
        model.apply(
            EntriesReceived(
                1,
                (
                    entry(1, f"@{model.name} hi"),
                    entry(2, "so"),
                    entry(3, f"{model.name}?"),
                    entry(4, f"`{model.name}`"),
                ),
                b"",
            )
        )

        assert room_rows(model)[0].mentions == 2
        model.ignored = frozenset({entry(1, "").author})
        assert room_rows(model)[0].mentions == 0
        model.ignored = frozenset()
        assert room_rows(model)[0].mentions == 2
        model.reading.mark_read(1)
        assert room_rows(model)[0].mentions == 0


class TestRowsOutOfSight:
    """What changes while a row is not among those shown is there when it comes back."""

    def test_a_name(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        bench.model.apply(received(1, 3))
        rows_of(bench, presenter)
        bench.model.reading.clear_view(1)
        rows_of(bench, presenter)
        bench.model.apply(PersonNamed(1, "Benjamin"))
        rows_of(bench, presenter)
        bench.model.reading.show_cleared(1)

        rows = [row for row in rows_of(bench, presenter).rows if isinstance(row, MessageRow)]
        assert {row.author_name for row in rows if row.author_id} == {"Benjamin"}

    def test_who_holds_a_message(self, bench: Bench) -> None:
        presenter = TimelinePresenter(UTC)
        own = tuple(entry(number, author=ME, device=9) for number in range(200, 204))
        bench.model.apply(EntriesReceived(1, own, bytes(8)))
        people = (Member(1, "ben", 1), Member(ME, "anna", 1))
        bench.model.apply(PeopleChanged(1, people, fresh=True))
        rows_of(bench, presenter)
        bench.model.history.apply(AroundLoaded(1, 50, entries(40, 60)))
        rows_of(bench, presenter)
        bench.model.apply(HeldChanged(1, ((203, 1),)))
        rows_of(bench, presenter)
        bench.model.history.show_newest(1)

        rows = [row for row in rows_of(bench, presenter).rows if isinstance(row, MessageRow)]
        states = {row.key: row.state for row in rows}
        fresh = [row for row in rows_of(bench).rows if isinstance(row, MessageRow)]
        assert states == {row.key: row.state for row in fresh}
        assert MessageState.HELD_BY_ALL in states.values()
