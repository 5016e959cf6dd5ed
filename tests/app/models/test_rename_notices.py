"""A new name is said in the rooms where its person is known, and in no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.events import MembershipChanged, PeopleChanged, PersonNamed, RoomListed
from app.models.message import RenameNotice
from app.models.records import Member
from app.models.rename_notices import KEPT_MAX, KeptRename
from protocol.frames import Presence
from tests.app.models.chat_fixtures import TIME_MS, Bench, received, stream_of


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.parametrize("has_written", [False, True])
@pytest.mark.parametrize("is_joined", [False, True])
def test_it_is_said_where_one_is_and_the_person_is_or_has_written(
    is_there: bool, has_written: bool, is_joined: bool
) -> None:
    bench = Bench()
    people = (Member(1, "ann", Presence.ONLINE),) if is_there else ()
    bench.model.apply(PersonNamed(1, "ann"), PeopleChanged(1, people, fresh=True))
    if has_written:
        bench.model.apply(received(1, 1))
    bench.model.apply(MembershipChanged(1, is_joined))

    bench.model.apply(PersonNamed(1, "anna"))

    items = bench.model.rooms[1].timeline.items
    said = [(one.before, one.name) for one in items if isinstance(one, RenameNotice)]
    is_known = is_joined and (is_there or has_written)
    assert said == [("ann", "anna")] * is_known


def renamed_bench() -> Bench:
    """Two rooms, each with a stream, in which ann was renamed behind an entry."""
    bench = Bench()
    for room in (1, 2):
        listed = RoomListed(room, stream_of(room), f"room {room}", "", 1)
        bench.model.apply(listed, received(1, 1, room), MembershipChanged(room, True))
    bench.model.apply(PersonNamed(1, "ann"))
    bench.model.apply(PersonNamed(1, "anna"))
    return bench


def lines(bench: Bench, room: int) -> list[tuple[int, str, str]]:
    items = bench.model.rooms[room].timeline.items
    return [(one.after, one.before, one.name) for one in items if isinstance(one, RenameNotice)]


def test_what_is_kept_comes_back_where_it_was() -> None:
    kept = renamed_bench().model.renames.with_own(())
    bench = Bench()
    for room in (1, 2):
        listed = RoomListed(room, stream_of(room), f"room {room}", "", 1)
        bench.model.apply(listed, received(1, 2, room))
    bench.model.renames.restore(kept)
    assert lines(bench, 1) == lines(bench, 2) == [(1, "ann", "anna")]


def test_what_is_kept_of_other_rooms_stays_and_the_oldest_go() -> None:
    other = KeptRename("ff" * 8, 1, 0, 7, "kim", "tim")
    bench = renamed_bench()
    kept = bench.model.renames.with_own((other,))
    assert len(kept) == 3 and kept[0] == other
    assert bench.model.renames.with_own(kept) == kept  # and nothing twice
    many = [replace(other, time_ms=at) for at in range(KEPT_MAX + 10)]
    assert len(bench.model.renames.with_own(many)) == KEPT_MAX


def test_what_is_said_before_the_kept_ones_are_back_stands_behind_them() -> None:
    """The server may say the name of now in the batch in which its rooms are there again."""
    kept = KeptRename(stream_of(1).hex(), 1, TIME_MS - 3_600_000, 1, "ann", "anna")
    bench = Bench()
    bench.model.apply(
        RoomListed(1, stream_of(1), "general", "", 1), received(1, 1), PersonNamed(1, "anna")
    )
    bench.model.apply(PersonNamed(1, "ann"))
    bench.model.renames.restore((kept,))
    assert lines(bench, 1) == [(1, "ann", "anna"), (1, "anna", "ann")]


def test_the_oldest_go_first_in_whatever_order_rooms_are() -> None:
    bench = renamed_bench()
    lines_of_1 = bench.model.rooms[1].timeline
    lines_of_1.add_rename(RenameNotice(-100, 1, TIME_MS + 9, 2, "ben", "bea"))
    kept = bench.model.renames.with_own(())
    assert [one.time_ms for one in kept] == [TIME_MS, TIME_MS, TIME_MS + 9]


def test_a_clock_that_was_set_back_undoes_no_name() -> None:
    """Only what comes right behind another name may have overtaken it."""
    bench = renamed_bench()
    earlier_ms = TIME_MS - 3_600_000
    back = RenameNotice(-100, 1, earlier_ms, 1, "anna", "ann")
    bench.model.rooms[1].timeline.add_rename(back)
    assert lines(bench, 1) == [(1, "ann", "anna"), (1, "anna", "ann")]
