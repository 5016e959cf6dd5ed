"""A new name is said in the rooms where its person is known, and in no other."""

from __future__ import annotations

import pytest

from app.models.events import Member, MembershipChanged, PeopleChanged, PersonNamed
from app.models.message import RenameNotice
from protocol.frames import Presence
from tests.app.models.chat_fixtures import Bench, received


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
