"""What a window shows of its rooms before anything is heard of the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.views.rows import MessageState, Presence
from protocol.frames import EntryKind
from tests.app.controllers.window_world import Program, WindowWorld


class TestAfterAStart:
    @pytest.fixture
    def again(self, world: WindowWorld, anna: Program, tmp_path: Path) -> Program:
        """The next start, with nobody to be heard; ben holds all and has set the topic."""
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        world.post(ben, "general", EntryKind.TOPIC, "What we build")
        world.run(1.0)
        for number in range(150):
            world.say(ben, f"words {number}")
            if number % 50 == 49:
                world.run(1.0)
        anna.say("hello")
        anna.until(lambda: bool(anna.marks) and anna.marks[-1] is MessageState.HELD_BY_ALL)
        world.end_program(anna)
        world.network.loss = 1.0
        return world.start_program(tmp_path / "anna", room="general")

    def test_marks_are_as_they_were(self, world: WindowWorld, again: Program) -> None:
        again.until(lambda: again.texts[-1:] == ["hello"])

        assert again.marks[-1] is MessageState.HELD_BY_ALL

    def test_it_is_known_who_set_the_topic(self, world: WindowWorld, again: Program) -> None:
        again.until(lambda: again.texts[-1:] == ["hello"])
        assert not [text for text in again.notices if "topic" in text], "it was not loaded"

        header = again.last("show_header")
        assert header.topic == "What we build"
        assert header.topic_tooltip.startswith("Set by ben, ")

    def test_who_is_known_of_the_room_is_in_the_people_column(
        self, world: WindowWorld, again: Program
    ) -> None:
        again.until(lambda: again.window.show_people.called)
        again.until(lambda: len(again.last("show_people")) == 2)
        rows = {row.name: row for row in again.last("show_people")}
        assert rows["ben"].presence is Presence.UNKNOWN
        assert rows["anna"].is_self and rows["anna"].presence is Presence.OFFLINE

        again.calls.on_person_card(rows["ben"].person_id)
        assert again.last("show_person_card").presence_text == "Not known while offline"

        world.network.loss = 0.0
        again.until(
            lambda: {row.presence for row in again.last("show_people")} == {Presence.ONLINE}, 200.0
        )

    def test_old_mentions_stay_drawn(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        """Also of somebody who wrote nothing of what is loaded."""
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        cleo = world.add_client("cleo")
        world.run(1.0)
        world.join(cleo)
        world.run(1.0)
        for number in range(120):
            world.say(cleo, f"words {number}")
            if number % 20 == 19:
                world.run(1.0)
        anna.say("well done, @ben")
        anna.until(lambda: bool(anna.marks) and anna.marks[-1] is MessageState.HELD_BY_ALL)
        assert anna.messages[-1].details.references.people == ("ben",)
        world.end_program(anna)
        world.network.loss = 1.0

        again = world.start_program(tmp_path / "anna", room="general")
        again.until(lambda: again.texts[-1:] == ["well done, @ben"])
        assert again.messages[-1].details.references.people == ("ben",)
