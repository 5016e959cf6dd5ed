"""Words are found in all that is on the disk, and shown."""

from __future__ import annotations

import pytest

from app.views.rows import HoleRow, MessageState
from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient


class TestFinding:
    @pytest.fixture
    def long_room(self, world: WindowWorld, anna: Program, ben: SimulatedClient) -> Program:
        """Anna has 600 messages on her disk, and the newest 100 in memory."""
        anna.say("the first boat")
        for number in range(600):
            world.say(ben, f"words {number}")
            if number % 50 == 49:
                world.run(1.0)
        anna.until(lambda: "words 599" in anna.texts, 120)
        anna.model.rooms[1].timeline.entries_max = 100
        anna.model.rooms[1].timeline.trim()
        anna.say("the last boat")
        anna.until(lambda: anna.marks[-1] is MessageState.HELD_BY_ALL)
        return anna

    def test_all_that_is_on_the_disk_is_looked_through_and_shown(
        self, world: WindowWorld, long_room: Program
    ) -> None:
        anna, key = long_room, long_room.timeline.room_key
        assert "the first boat" not in anna.texts

        anna.calls.on_find(key, "BOAT", False)
        anna.until(lambda: anna.window.show_found.called)
        found = anna.last("show_found")
        assert (found.room_key, found.words, len(found.keys)) == (key, "BOAT", 2)
        assert found.keys[-1] == anna.messages[-1].key

        anna.calls.on_go_to(key, found.keys[0])
        anna.until(lambda: "the first boat" in anna.texts)
        assert anna.timeline.has_newer
        assert anna.timeline.around == found.keys[0]
        assert not [row for row in anna.timeline.rows if isinstance(row, HoleRow)]

        count = len(anna.texts)
        anna.calls.on_need_newer(key)
        anna.until(lambda: len(anna.texts) > count)
        assert anna.timeline.has_newer

        anna.calls.on_newest(key)
        anna.until(lambda: not anna.timeline.has_newer)
        assert anna.texts[-1] == "the last boat"

    def test_a_hit_that_was_cleared_is_shown_again(
        self, world: WindowWorld, anna: Program, ben: SimulatedClient
    ) -> None:
        world.say(ben, "the boat")
        anna.until(lambda: anna.texts == ["the boat"])
        key, row = anna.timeline.room_key, anna.messages[0].key
        anna.say("/clear")
        anna.until(lambda: anna.texts == [])
        anna.calls.on_go_to(key, row)
        anna.until(lambda: anna.texts == ["the boat"])
