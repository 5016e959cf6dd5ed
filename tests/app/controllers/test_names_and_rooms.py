"""Names and rooms as two people see them, each through a whole client."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.views.rows import MessageRow
from tests.app.controllers.window_world import Program, WindowWorld


@pytest.fixture
def ben(world: WindowWorld, anna: Program, tmp_path: Path) -> Program:
    return world.start_program(tmp_path / "ben", name="ben").in_room()


class TestNick:
    def test_new_one_is_seen_by_all(self, anna: Program, ben: Program) -> None:
        ben.say("hello")
        anna.until(lambda: "hello" in anna.texts)

        ben.say("/nick benedict")

        ben.until(lambda: ben.last("show_self").name == "benedict")
        anna.until(lambda: anna.messages[-1].author_name == "benedict")
        assert "benedict" in [person.name for person in anna.last("show_people")]
        assert "/nick benedict" not in anna.texts

    def test_whoever_wrote_lately_is_said_to_have_it(self, anna: Program, ben: Program) -> None:
        said = "ben is now called benedict"
        ben.say("hello")
        anna.until(lambda: "hello" in anna.texts)
        ben.say("/nick benedict")
        for program in (anna, ben):
            program.until(lambda program=program: said in program.notices)  # type: ignore[misc]

        anna.calls.on_joins("none")
        anna.until(lambda: said not in anna.notices)
        ben.say("/nick bene")
        anna.until(lambda: anna.messages[-1].author_name == "bene")
        anna.calls.on_joins("all")
        anna.until(lambda: anna.notices[-1:] == ["2 nicks were changed"])
        last = anna.timeline.rows[-1]
        assert isinstance(last, MessageRow)
        assert last.details.unfolded == f"{said} · benedict is now called bene"

    def test_of_whoever_only_reads_nothing_is_said(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        ben.say("/nick benedict")
        anna.until(lambda: "benedict" in [person.name for person in anna.last("show_people")])
        world.run(1.0)
        assert "called" not in " ".join(anna.notices)
        anna.calls.on_joins("all")
        anna.until(lambda: "ben is now called benedict" in anna.notices)

    def test_one_that_was_missed_is_said_when_it_is_heard_of(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        ben.say("hello")
        anna.until(lambda: "hello" in anna.texts)
        world.end_program(anna)
        ben.say("/nick benedict")
        ben.until(lambda: ben.last("show_self").name == "benedict")

        again = world.start_program(anna._folder).in_room()
        again.until(lambda: again.messages[-1].author_name == "benedict")
        again.until(lambda: "ben is now called benedict" in again.notices)

    def test_taken_one_is_said_and_a_free_one_waits_in_the_field(
        self, anna: Program, ben: Program
    ) -> None:
        ben.say("/nick anna")
        ben.until(lambda: ben.window.set_notice.called)

        said = ben.last("set_notice")
        free = said.removeprefix("anna is taken. Use ").removesuffix("?")
        assert free and free != said
        key, text = ben.window.set_draft.call_args.args
        assert (key, text) == (ben.timeline.room_key, f"/nick {free}")
        assert ben.last("show_self").name == "ben"
        ben.say(text)
        ben.until(lambda: ben.last("show_self").name == free)

    def test_what_was_begun_is_left_alone(self, anna: Program, ben: Program) -> None:
        ben.calls.on_send(ben.timeline.room_key, "/nick anna")
        ben.calls.on_draft_change(ben.timeline.room_key, "half a thought")
        before = ben.window.set_draft.call_count
        ben.until(lambda: ben.window.set_notice.called)

        assert ben.window.set_draft.call_count == before


class TestRooms:
    def test_topic_is_set_in_the_card_where_one_is_in_the_room(
        self, world: WindowWorld, anna: Program, ben: Program
    ) -> None:
        key = ben.last("show_header").key
        ben.calls.on_topic(key, "x" * 391)
        assert ben.last("set_notice") == "The topic is too long."
        ben.calls.on_topic(key, "what we build")
        anna.until(lambda: anna.last("show_header").topic == "what we build")
        assert anna.last("show_header").key == anna.timeline.room_key
        ben.calls.on_topic("another room", "nothing")
        ben.calls.on_topic(key, "")
        anna.until(lambda: anna.last("show_header").topic == "")

    def test_topic_is_seen_by_all(self, anna: Program, ben: Program) -> None:
        ben.say("/topic what we build")

        anna.until(lambda: anna.last("show_header").topic == "what we build")
        assert anna.notices[-1] == "ben set the topic: what we build"

    def test_new_room_is_offered_to_others_and_entered_by_name(
        self, anna: Program, ben: Program
    ) -> None:
        ben.say("/create #lunch")
        ben.in_room("lunch")
        anna.calls.on_join_dialog()
        anna.until(lambda: "lunch" in [row.name for row in anna.last("show_room_choices")])

        anna.calls.on_join_room("lunch")
        anna.in_room("lunch")
        ben.until(lambda: len(ben.last("show_people")) == 2)

    def test_left_room_gives_way_to_another(self, anna: Program, ben: Program) -> None:
        ben.calls.on_join_room("lunch")
        ben.in_room("lunch")

        ben.say("/part")

        ben.in_room("general")
        assert "lunch" not in ben.room_names
