"""Messages as rows: words, marks, keys, and what stays as it was."""

from __future__ import annotations

from datetime import UTC

import pytest

from app.controllers.presenters import UNKNOWN_NAME, moment, room_rows
from app.controllers.slash_commands import Say, parse_command
from app.controllers.timeline_presenter import TimelinePresenter
from app.models.events import EntriesReceived, HeldChanged, PeopleChanged, PersonNamed
from app.models.message import Gap
from app.models.records import Member
from app.models.store_answers import AroundLoaded
from app.views.rows import HoleRow, MessageRow, MessageState
from tests.app.controllers.presented import rows_of
from tests.app.models.chat_fixtures import DEVICE, ME, Bench, entries, entry, received


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

    def test_own_name_in_own_words_is_a_name_like_any_other(self, bench: Bench) -> None:
        nick = bench.model.name
        bench.model.apply(PersonNamed(ME, nick))
        text = f"I am @{nick} or {nick}, and this is @ben"
        bench.model.rooms[1].timeline.add(
            [entry(1, text), entry(2, text, author=ME, device=DEVICE)]
        )

        theirs, own = rows_of(bench).rows
        assert isinstance(theirs, MessageRow) and isinstance(own, MessageRow)
        assert theirs.details.references.own == nick
        assert own.details.references.own == "" and not own.is_mention
        assert set(own.details.references.people) == {"ben", nick}

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
