"""Rooms and people as rows."""

from __future__ import annotations

from app.controllers.person_presenter import person_rows
from app.controllers.presenters import room_choices, room_rows
from app.models.events import LinkChanged, LinkState, PeopleChanged
from app.models.records import Member
from app.views.rows import Presence
from tests.app.models.chat_fixtures import Bench


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
