"""Since when people are there: only what was seen is said."""

from __future__ import annotations

from app.models.events import LinkChanged, LinkState, PeopleChanged
from app.models.presence_times import PEOPLE_MAX, PresenceTimes
from app.models.records import Member
from protocol.frames import Presence
from tests.app.models.chat_fixtures import TIME_MS, Bench

BEN = 5


def ben(presence: Presence) -> list[Member]:
    return [Member(BEN, "ben", int(presence))]


class TestTimes:
    def test_change_that_was_seen_has_its_time(self) -> None:
        times = PresenceTimes()
        times.note(ben(Presence.ONLINE), 100)
        times.note(ben(Presence.OFFLINE), 200)
        assert times.since_ms(BEN) == 200
        times.note(ben(Presence.OFFLINE), 300)
        assert times.since_ms(BEN) == 200

    def test_first_word_about_somebody_tells_no_time(self) -> None:
        times = PresenceTimes()
        times.note(ben(Presence.ONLINE), 100)
        assert times.since_ms(BEN) == 0

    def test_change_behind_ones_back_has_no_time(self) -> None:
        times = PresenceTimes()
        times.note(ben(Presence.ONLINE), 100)
        times.note(ben(Presence.AWAY), 200)
        times.look_away()
        times.note(ben(Presence.AWAY), 300)
        assert times.since_ms(BEN) == 200
        times.look_away()
        times.note(ben(Presence.OFFLINE), 400)
        assert times.since_ms(BEN) == 0

    def test_who_left_the_room_is_forgotten(self) -> None:
        times = PresenceTimes()
        times.note(ben(Presence.ONLINE), 100)
        times.note(ben(Presence.OFFLINE), 200)
        times.note(ben(Presence.GONE), 300)
        assert times.since_ms(BEN) == 0

    def test_so_many_people_are_remembered(self) -> None:
        times = PresenceTimes()
        times.note(ben(Presence.ONLINE), 1)
        times.note(ben(Presence.AWAY), 2)
        times.note([Member(n, "", int(Presence.ONLINE)) for n in range(10, 10 + PEOPLE_MAX)], 3)
        assert times.since_ms(BEN) == 0
        assert len(times._known) == PEOPLE_MAX == len(times._watched)


class TestModel:
    def test_model_sees_changes_while_it_is_online(self) -> None:
        bench = Bench()
        bench.model.apply(LinkChanged(LinkState.ONLINE))
        bench.model.apply(PeopleChanged(1, (), fresh=True))
        bench.model.apply(PeopleChanged(1, tuple(ben(Presence.ONLINE))))
        bench.model.apply(PeopleChanged(1, tuple(ben(Presence.AWAY))))
        assert bench.model.people.presence_times.since_ms(BEN) == TIME_MS

    def test_what_changed_while_the_link_was_lost_has_no_time(self) -> None:
        bench = Bench()
        bench.model.apply(PeopleChanged(1, tuple(ben(Presence.ONLINE))))
        bench.model.apply(LinkChanged(LinkState.OFFLINE))
        bench.model.apply(PeopleChanged(1, tuple(ben(Presence.AWAY))))
        assert bench.model.people.presence_times.since_ms(BEN) == 0
