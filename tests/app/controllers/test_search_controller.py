"""The search over all rooms: what filters mean, what is shown, and how far it says it looked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_mock import MockerFixture

from app.controllers import search_controller
from app.controllers.search_controller import SearchController
from app.models.commands import FindEverywhere
from app.models.events import MembershipChanged, PersonNamed, RoomListed
from app.models.store_answers import FoundEverywhere, FoundMessage, Restored
from app.views.main_window import MainWindow
from app.views.search_rows import FoundMessageRow, SearchRow
from protocol.limits import NUMBER_MAX
from tests.app.controllers.window_world import Program, WindowWorld
from tests.app.models.chat_fixtures import ME, Bench, received, stream_of
from tests.simulation.world import SimulatedClient

BEN, PRIYA, ANNABEL = 20, 21, 22
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
NOON_MS = int(datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp() * 1000)


class Search:
    """A controller between a model without disk and a window that is none."""

    def __init__(self, mocker: MockerFixture) -> None:
        self.bench = Bench()
        self.window = mocker.create_autospec(MainWindow, instance=True)
        self.controller = SearchController(
            self.bench.model, self.window, local_now=lambda: NOW, zone=UTC
        )
        names = ((ME, "anna"), (BEN, "Bén"), (PRIYA, "Priya Raman"), (ANNABEL, "Annabel"))
        self.bench.model.apply(
            *(PersonNamed(person, name) for person, name in names),
            RoomListed(3, stream_of(3), "Off topic", "", 1),
            MembershipChanged(2, True),
            MembershipChanged(3, True),
        )
        self.bench.clear()
        self.window.reset_mock()

    def wish(self, typed: str) -> FindEverywhere:
        """What the disk is asked for."""
        self.bench.clear()
        self.controller.find(typed)
        assert not self.window.show_search.called, self.shown.problem
        (wish,) = self.bench.submitted(FindEverywhere)
        assert isinstance(wish, FindEverywhere)
        return wish

    def problem(self, typed: str) -> str:
        self.controller.find(typed)
        assert not [wish for wish in self.bench.submitted(FindEverywhere) if wish.rooms]
        assert (self.shown.typed, self.shown.rows) == (typed, ())
        return self.shown.problem

    @property
    def shown(self) -> SearchRow:
        row = self.window.show_search.call_args.args[0]
        assert isinstance(row, SearchRow)
        return row

    def answer(self, *messages: FoundMessage, **more: Any) -> SearchRow:
        token = self.bench.submitted(FindEverywhere)[-1].token
        self.bench.model.apply(FoundEverywhere(token, 0, messages, **more))
        return self.shown


@pytest.fixture
def search(mocker: MockerFixture) -> Search:
    return Search(mocker)


def start_ms(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


class TestFilters:
    def test_without_any_all_rooms_are_looked_through(self, search: Search) -> None:
        wish = search.wish(" the boat ")
        assert (wish.words, sorted(wish.rooms), wish.authors) == ("the boat", [1, 2, 3], ())
        assert (wish.since_ms, wish.before_ms) == (0, NUMBER_MAX)

    @pytest.mark.parametrize(
        ("typed", "people"),
        [
            ("from:ben", {BEN}),
            ("from:BÉN boat", {BEN}),
            ("from:priya", {PRIYA}),
            ('from:"priya raman"', {PRIYA}),
            ("from:anna", {ME}),  # the very name, though another one begins so
            ("from:ann", {ME, ANNABEL}),
            ("from:ben from:@priya", {BEN, PRIYA}),
        ],
    )
    def test_of_people(self, search: Search, typed: str, people: set[int]) -> None:
        assert set(search.wish(typed).authors) == people

    @pytest.mark.parametrize(
        ("typed", "rooms"),
        [("in:#dev", {2}), ("in:GEN", {1}), ("in:off", {3}), ('in:"off topic" in:dev', {2, 3})],
    )
    def test_of_rooms(self, search: Search, typed: str, rooms: set[int]) -> None:
        assert set(search.wish(typed).rooms) == rooms

    @pytest.mark.parametrize(
        ("typed", "since_ms", "before_ms"),
        [
            ("before:2026-11-20", 0, start_ms(2026, 11, 20)),
            ("after:2026-11-20", start_ms(2026, 11, 21), NUMBER_MAX),
            ("after:yesterday", start_ms(2026, 11, 23), NUMBER_MAX),
            ("before:20.11. before:2026-11-18", 0, start_ms(2026, 11, 18)),
            ("after:1.1.2026 after:2.1.2026", start_ms(2026, 1, 3), NUMBER_MAX),
            # The calendar and some clocks end: beyond the day after tomorrow nothing differs.
            ("before:9999-12-31", 0, start_ms(2026, 11, 25)),
            ("after:9999-12-31", start_ms(2026, 11, 26), NUMBER_MAX),
            ("before:0001-01-01", 0, start_ms(1971, 1, 1)),
        ],
    )
    def test_of_days(self, search: Search, typed: str, since_ms: int, before_ms: int) -> None:
        wish = search.wish(typed)
        assert (wish.since_ms, wish.before_ms, wish.words) == (since_ms, before_ms, "")

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("boat from:zoe", "Nobody here is called zoe."),
            ("in:#nowhere", "You are not in #nowhere."),
            (
                "before:soon",
                "'soon' is no date. Write it as 2026-11-23, 23.11.2026, today or yesterday.",
            ),
            (
                "after:2026-02-30",
                "'2026-02-30' is no date. Write it as 2026-11-23, 23.11.2026, today or yesterday.",
            ),
        ],
    )
    def test_that_mean_nothing_are_told(self, search: Search, typed: str, problem: str) -> None:
        assert search.problem(typed) == problem

    def test_name_so_many_people_at_most(
        self, search: Search, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search_controller, "PEOPLE_MAX", 1)
        assert search.problem("from:ann").startswith("Too many people are called so.")
        search.window.reset_mock()
        assert search.wish("from:ben").authors == (BEN,)

    @pytest.mark.parametrize("typed", ["", "   ", "from:", "in:#"])
    def test_that_are_not_typed_yet_ask_nothing(self, search: Search, typed: str) -> None:
        assert search.problem(typed) == ""
        assert not search.bench.commands

    def test_that_are_wrong_end_the_search_before(self, search: Search) -> None:
        search.wish("boat")
        search.bench.clear()
        search.controller.find("boat from:zoe")
        (wish,) = search.bench.submitted(FindEverywhere)
        assert wish.rooms == ()


class TestWhatIsShown:
    def test_is_where_by_whom_and_when(self, search: Search) -> None:
        search.wish("boat from:ben")
        row = search.answer(FoundMessage(2, 5, BEN, NOON_MS, "a boat"), next_room=1)
        (found,) = row.rows
        assert found == FoundMessageRow(
            room_key=(0, 2), message_key=5, room_name="dev", author_id=str(BEN),
            author_name="Bén", when="Yesterday, 12:00", excerpt="a boat",
        )  # fmt: skip
        assert (row.typed, row.words, row.note) == ("boat from:ben", "boat", "Looking…")

    def test_gets_the_names_that_are_learned(self, search: Search) -> None:
        search.wish("boat")
        row = search.answer(FoundMessage(2, 5, 77, NOON_MS, "a boat"))
        assert row.rows[0].author_name == "Someone"
        search.bench.model.apply(PersonNamed(77, "Zoe"))
        assert search.shown.rows[0].author_name == "Zoe"

    def test_is_nothing_of_people_who_are_hidden_by_now(self, search: Search) -> None:
        search.wish("boat")
        hits = FoundMessage(2, 6, BEN, NOON_MS, "boats"), FoundMessage(2, 5, PRIYA, NOON_MS, "boat")
        search.bench.model.ignore(BEN, True)
        assert [row.message_key for row in search.answer(*hits).rows] == [5]

    def test_is_looked_for_anew_at_another_server(self, search: Search) -> None:
        search.wish("boat")
        search.answer(FoundMessage(2, 5, BEN, NOON_MS, "a boat"))
        search.bench.clear()
        restored = Restored(2, None, 0, "", "", 0, (), (), (), 1)
        search.bench.model.apply(restored)
        (wish,) = search.bench.submitted(FindEverywhere)
        assert (wish.words, wish.rooms) == ("boat", ())
        assert search.answer() == SearchRow("boat", "boat", [], "Nothing in 0 rooms.")
        search.controller.find("")
        search.bench.clear()
        search.bench.model.apply(restored)
        assert not search.bench.submitted(FindEverywhere)

    def test_is_nothing_of_rooms_that_are_gone_by_now(self, search: Search) -> None:
        search.wish("boat")
        assert search.answer(FoundMessage(99, 5, BEN, NOON_MS, "a boat")).rows == []

    def test_says_how_far_it_looked(self, search: Search) -> None:
        hit = FoundMessage(1, 5, BEN, NOON_MS, "a boat")
        older = " Older messages that were never loaded here are not looked through."
        search.bench.model.apply(received(1, 5))
        for typed, room in (("boat", "3 rooms"), ("boat in:general", "the one room")):
            search.wish(typed)
            assert search.answer(hit, next_room=2).note == "Looking…"
            assert search.answer(hit).note == f"That is all in {room}."
            search.window.reset_mock()
            search.wish(typed)
            assert search.answer().note == f"Nothing in {room}."
            search.window.reset_mock()
        search.bench.follow(1, head=9)
        search.wish("boat")
        assert search.answer(hit).note == f"That is all in 3 rooms.{older}"
        search.window.reset_mock()
        search.wish("boat")
        note = search.answer(hit, is_cut=True).note
        assert note == "These are the newest 1. More words or a filter find older ones."


def test_through_the_whole_program_a_hit_is_found_and_gone_to(
    world: WindowWorld, anna: Program, ben: SimulatedClient
) -> None:
    """Messages of two rooms, one of them far back in a room that is not open."""
    anna.say("the first boat")
    for number in range(300):
        world.say(ben, f"words {number}")
        if number % 50 == 49:
            world.run(1.0)
    anna.until(lambda: "words 299" in anna.texts, 120)
    general = anna.timeline.room_key
    anna.calls.on_join_room("dev")
    anna.until(lambda: anna.timeline.room_name == "dev")
    anna.say("another boat ||sunk||")
    anna.until(lambda: anna.texts == ["another boat ||sunk||"])
    world.run(1.0)

    anna.calls.on_search("BOAT from:anna")
    anna.until(lambda: anna.window.show_search.called)
    row = anna.last("show_search")
    assert [(each.room_name, each.excerpt) for each in row.rows] == [
        ("dev", "another boat ▒▒▒"),
        ("general", "the first boat"),
    ]
    assert row.note == "That is all in 2 rooms."

    found = row.rows[1]
    anna.calls.on_open_room(found.room_key)
    anna.calls.on_go_to(found.room_key, found.message_key)
    anna.until(lambda: anna.timeline.around == found.message_key)
    assert anna.timeline.room_key == general and "the first boat" in anna.texts
