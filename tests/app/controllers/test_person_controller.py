"""Cards of people and oneself, through a mocked socket to a real server core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.controllers.person_presenter import row_of
from app.models.events import LinkState
from app.views.rows import PersonCardRow, PersonRow, Presence
from protocol.frames import EntryKind
from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient


@pytest.fixture
def ben(world: WindowWorld, anna: Program) -> SimulatedClient:
    """Another member of #general, whom Anna sees."""
    client = world.add_client("ben")
    world.run(1.0)
    world.join(client)
    anna.until(lambda: "ben" in people(anna))
    return client


def people(program: Program) -> dict[str, PersonRow]:
    return {row.name: row for row in program.last("show_people")}


def card(program: Program) -> PersonCardRow:
    row: PersonCardRow = program.last("show_person_card")
    return row


def facts(program: Program) -> dict[str, str]:
    return dict(card(program).facts)


class TestCard:
    def test_it_says_what_is_known_and_follows_it(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.calls.on_person_card(people(anna)["ben"].person_id)
        assert card(anna).person.presence is Presence.ONLINE
        assert card(anna).presence_text == "Online"
        assert "Last message" not in facts(anna)

        world.say(ben, "hello")
        anna.until(lambda: facts(anna).get("Last message", "").startswith("Today, "))
        anna.until(lambda: facts(anna).get("Has received") == "Every message")

        world.clients.remove(ben)
        anna.until(lambda: card(anna).person.presence is Presence.OFFLINE, 200.0)
        assert card(anna).presence_text.startswith("Offline since ")

        anna.say("he does not hear this")
        anna.until(lambda: facts(anna).get("Has received") == "Not the newest yet")

    def test_a_closed_card_is_not_followed(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        anna.calls.on_person_card(people(anna)["ben"].person_id)
        anna.calls.on_person_card(None)
        count = anna.window.show_person_card.call_count
        world.say(ben, "hello")
        anna.until(lambda: "hello" in anna.texts)
        assert anna.window.show_person_card.call_count == count

    def test_who_left_the_room_has_a_card_without_presence(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        person_id = people(anna)["ben"].person_id
        world.post(ben, "general", EntryKind.LEAVE)
        anna.until(lambda: "ben" not in people(anna))
        anna.calls.on_person_card(person_id)
        assert card(anna).person.is_elsewhere
        assert card(anna).presence_text == "Not in this room"

    @pytest.mark.parametrize("person_id", ["", "x", "-1", "9" * 30])
    def test_nonsense_shows_nothing(self, anna: Program, person_id: str) -> None:
        anna.calls.on_person_card(person_id)
        anna.window.show_person_card.assert_not_called()

    def test_ignoring_from_the_card(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.say(ben, "noise")
        anna.until(lambda: anna.texts == ["noise"])
        person_id = people(anna)["ben"].person_id
        anna.calls.on_person_card(person_id)
        anna.calls.on_ignore(person_id, True)
        anna.until(lambda: anna.texts == [])
        assert card(anna).person.is_ignored
        anna.until(lambda: people(anna)["ben"].is_ignored)
        assert list(anna.states[-1].ignored.values()) == ["ben"]
        anna.calls.on_ignore(person_id, False)
        anna.until(lambda: anna.texts == ["noise"])
        assert not card(anna).person.is_ignored

    def test_nobody_ignores_himself(self, anna: Program) -> None:
        anna.calls.on_ignore(str(anna.model.person), True)
        assert not anna.model.ignored


class TestOneself:
    def test_own_card_and_people_column_say_the_same(
        self, world: WindowWorld, anna: Program
    ) -> None:
        def both() -> tuple[Any, Any]:
            own = next(row for row in anna.last("show_people") if row.is_self)
            return anna.last("show_self").presence, own.presence

        anna.until(lambda: both() == (Presence.ONLINE, Presence.ONLINE))
        anna.calls.on_away(True, "x" * 101)
        assert "100 characters" in anna.last("set_notice")
        assert both() == (Presence.ONLINE, Presence.ONLINE)
        anna.calls.on_away(True, " lunch ")
        anna.until(lambda: both() == (Presence.AWAY, Presence.AWAY))
        assert anna.last("show_self").status_text == "lunch"
        world.network.loss = 1.0
        anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 200.0)
        anna.until(lambda: both() == (Presence.OFFLINE, Presence.OFFLINE))
        anna.calls.on_person_card(str(anna.model.person))
        assert card(anna).presence_text == "Offline"
        world.network.loss = 0.0
        anna.until(lambda: both() == (Presence.AWAY, Presence.AWAY), 200.0)

    def test_whoever_is_away_still_is_after_a_restart(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        ben = world.start_program(tmp_path / "ben", name="ben", room="general").in_room()
        me = anna.model.person

        def seen() -> tuple[Presence, str]:
            row = row_of(ben.model, me)
            return row.presence, row.status_text

        anna.say("/away lunch")
        ben.until(lambda: seen() == (Presence.AWAY, "lunch"))
        state = anna.states[-1]
        world.end_program(anna)
        ben.until(lambda: seen()[0] is Presence.OFFLINE, 200.0)

        again = world.start_program(tmp_path / "anna", state=state).in_room()

        ben.until(lambda: seen() == (Presence.AWAY, "lunch"))
        own = again.last("show_self")
        assert (own.presence, own.status_text) == (Presence.AWAY, "lunch")
        again.say("/back")
        ben.until(lambda: seen() == (Presence.ONLINE, ""))
        assert (again.states[-1].is_away, again.states[-1].away_status) == (False, "")

    def test_another_nick(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_person_card(str(anna.model.person))
        anna.calls.on_rename("annika")
        anna.until(lambda: card(anna).person.name == "annika")
        anna.calls.on_rename("x" * 1000)
        assert "too long" in anna.last("set_notice")


class TestWhois:
    def test_it_opens_the_card(self, anna: Program, ben: SimulatedClient) -> None:
        anna.say("/whois BEN")
        assert anna.last("open_person_card").name == "ben"
        anna.window.clear_draft.assert_called_with(anna.timeline.room_key)

    def test_nobody_of_that_name(self, world: WindowWorld, anna: Program) -> None:
        anna.say("/whois zoe")
        anna.until(lambda: anna.notices[-1:] == ["There is nobody here called zoe."])
        anna.window.open_person_card.assert_not_called()


class TestWhoIsMeant:
    @pytest.fixture(autouse=True)
    def two(self, world: WindowWorld, anna: Program) -> None:
        """Whose names differ in an accent only; the one with it came first."""
        for name in ("Béa", "Bea"):
            client = world.add_client(name)
            world.run(1.0)
            world.join(client)
            anna.until(lambda name=name: name in people(anna))  # type: ignore[misc]

    @pytest.mark.parametrize("name", ["Béa", "Bea"])
    def test_who_is_called_exactly_so(self, anna: Program, name: str) -> None:
        anna.say(f"/ignore {name}")
        anna.until(lambda: list(anna.states[-1].ignored.values()) == [name])

    @pytest.mark.parametrize("name", ["bea", "BÉA"])
    def test_nobody_where_it_may_be_either(self, anna: Program, name: str) -> None:
        anna.say(f"/ignore {name}")
        words = f"Several people are called like {name}: Bea, Béa. Write the one you mean."
        anna.until(lambda: anna.notices[-1:] == [words])
        assert not anna.model.ignored

    def test_two_of_the_same_name_have_their_numbers(self, anna: Program) -> None:
        numbers = sorted(int(row.person_id) for row in people(anna).values() if row.name != "anna")
        anna.model.names.restore(dict.fromkeys(numbers, "bea"), 0)
        anna.say("/whois bea")
        names = ", ".join(f"bea ({number})" for number in numbers)
        words = f"Several people are called like bea: {names}. Write the one you mean."
        anna.until(lambda: anna.notices[-1:] == [words])

    def test_oneself_is_not_nobody(self, anna: Program) -> None:
        anna.say("/ignore anna")
        words = "That is you: what you write cannot be hidden from yourself."
        anna.until(lambda: anna.notices[-1:] == [words])
        assert not anna.model.ignored

    def test_nobody_without_letters(self, anna: Program) -> None:
        """A mark alone is nothing without marks, as is the name of somebody not yet known."""
        anna.model.names.restore({anna.model.person: "anna"}, 0)
        anna.say("/ignore \u0301")
        anna.until(lambda: anna.notices[-1:] == ["There is nobody here called \u0301."])
        assert not anna.model.ignored


class TestKnownPeople:
    def test_those_of_the_room_come_first(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.post(ben, "general", EntryKind.LEAVE)
        anna.until(lambda: "ben" not in people(anna))
        anna.calls.on_join_dialog()
        known = anna.last("show_known_people")
        assert [(row.name, row.is_elsewhere) for row in known] == [("anna", False), ("ben", True)]
