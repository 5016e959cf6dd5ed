"""What a window shows of its rooms before anything is heard of the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.views.rows import MessageState
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
