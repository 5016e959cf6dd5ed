"""The people column, with a mocked socket and a real server core."""

from __future__ import annotations

from app.views.rows import Presence
from tests.app.controllers.window_world import Program, WindowWorld


def shown(program: Program) -> dict[str, Presence]:
    """Names and presences of the people column."""
    return {row.name: row.presence for row in program.last("show_people")}


class TestPeople:
    def test_people_come_and_go_offline(self, world: WindowWorld, anna: Program) -> None:
        anna.until(lambda: shown(anna) == {"anna": Presence.ONLINE})
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)

        anna.until(lambda: shown(anna) == {"anna": Presence.ONLINE, "ben": Presence.ONLINE})
        assert [row.is_self for row in anna.last("show_people")] == [True, False]

        world.clients.remove(ben)
        anna.until(lambda: shown(anna).get("ben") is Presence.OFFLINE, 200.0)

    def test_nothing_is_known_of_others_without_a_connection(
        self, world: WindowWorld, anna: Program
    ) -> None:
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        anna.until(lambda: shown(anna) == {"anna": Presence.ONLINE, "ben": Presence.ONLINE})
        row = next(row for row in anna.last("show_people") if not row.is_self)

        world.network.loss = 1.0
        anna.until(lambda: shown(anna).get("ben") is Presence.UNKNOWN, 200.0)
        assert shown(anna)["anna"] is Presence.OFFLINE
        anna.calls.on_person_card(row.person_id)
        assert anna.last("show_person_card").presence_text == "Not known while offline"

        world.network.loss = 0.0
        anna.until(lambda: shown(anna).get("ben") is Presence.ONLINE, 200.0)

    def test_another_name_is_shown(self, world: WindowWorld, anna: Program) -> None:
        anna.until(lambda: "anna" in shown(anna))

        anna.say("/nick annika")

        anna.until(lambda: set(shown(anna)) == {"annika"})

    def test_no_room_has_no_people(self, world: WindowWorld, anna: Program) -> None:
        anna.until(lambda: "anna" in shown(anna))

        anna.say("/part")

        anna.until(lambda: shown(anna) == {})
