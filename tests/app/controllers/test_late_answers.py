"""What is wished for without a connection: said to wait, and no surprise when it happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.controllers.waiting_words import Waiting, waiting_in
from app.models.events import LinkState
from tests.app.controllers.window_world import Program, WindowWorld

WAITS = "when the connection is back"


@pytest.fixture
def offline(world: WindowWorld, anna: Program) -> Program:
    """In #general, and the server is out of reach."""
    go_offline(anna)
    return anna


def go_offline(program: Program) -> None:
    program.world.network.loss = 1.0
    program.until(lambda: program.model.link.state is not LinkState.ONLINE, 60.0)


def come_back(program: Program) -> None:
    program.world.network.loss = 0.0
    program.until(lambda: program.room_names == ["alpha", "general"], 120.0)
    program.world.run(1.0)


class TestJoining:
    @pytest.mark.parametrize("way", ["command", "dialog"])
    def test_a_room_joined_late_is_only_listed_while_one_writes(
        self, offline: Program, way: str
    ) -> None:
        if way == "command":
            offline.say("/create #alpha")
        else:
            offline.calls.on_join_room("alpha")
        offline.calls.on_draft_change(offline.timeline.room_key, "half a sent")

        come_back(offline)

        assert offline.timeline.room_name == "general"

    def test_what_was_typed_a_moment_ago_counts(self, offline: Program) -> None:
        offline.say("/create #alpha")
        key = offline.timeline.room_key
        offline.window.flush_draft.side_effect = lambda: offline.calls.on_draft_change(key, "ha")

        come_back(offline)

        assert offline.timeline.room_name == "general"

    def test_whoever_wrote_and_sent_meanwhile_stays(self, offline: Program) -> None:
        offline.say("/create #alpha")
        offline.calls.on_draft_change(offline.timeline.room_key, "hi")
        offline.say("hi")

        come_back(offline)

        assert offline.timeline.room_name == "general"

    def test_whoever_still_waits_is_taken_there(self, offline: Program) -> None:
        offline.calls.on_draft_change(offline.timeline.room_key, "/create #alpha")
        offline.say("/create #alpha")

        come_back(offline)

        assert offline.timeline.room_name == "alpha"


ROOMS = ("alpha", "beta", "gamma")


def come_back_to_all(program: Program) -> None:
    program.world.network.loss = 0.0
    program.until(lambda: program.room_names == [*ROOMS, "general"], 120.0)
    program.world.run(1.0)


class TestSeveral:
    """All are joined, and the one that was asked for last is open, however they were asked for."""

    @pytest.mark.parametrize("there", [(), ("alpha",), ("gamma",), ("alpha", "beta", "gamma")])
    @pytest.mark.parametrize("is_typed", [True, False])
    def test_the_last_one_is_open(
        self,
        world: WindowWorld,
        anna: Program,
        tmp_path: Path,
        there: tuple[str, ...],
        is_typed: bool,
    ) -> None:
        ben = world.start_program(tmp_path / "ben", name="ben", room="general").in_room()
        for name in there:
            ben.say(f"/create #{name}")
            ben.in_room(name)
        world.run(1.0)
        go_offline(anna)
        for name in ROOMS:
            if is_typed:
                anna.calls.on_draft_change(anna.timeline.room_key, f"/create #{name}")
                anna.say(f"/create #{name}")
            else:
                anna.calls.on_join_room(name)

        come_back_to_all(anna)

        assert anna.timeline.room_name == "gamma"
        shown = {call.args[0].room_name for call in anna.window.show_timeline.call_args_list}
        assert shown.isdisjoint({"alpha", "beta"})

    def test_whoever_writes_meanwhile_stays(self, offline: Program) -> None:
        for name in ROOMS:
            offline.say(f"/create #{name}")
        offline.calls.on_draft_change(offline.timeline.room_key, "half a sent")

        come_back_to_all(offline)

        assert offline.timeline.room_name == "general"

    def test_whoever_asked_for_the_open_room_last_stays(self, offline: Program) -> None:
        for name in (*ROOMS, "general"):
            offline.calls.on_join_room(name)

        come_back_to_all(offline)

        assert offline.timeline.room_name == "general"

    def test_where_the_last_is_refused_the_one_before_is_open(self, offline: Program) -> None:
        for name in (*ROOMS, "a\u200bb"):
            offline.calls.on_join_room(name)

        come_back_to_all(offline)

        assert offline.timeline.room_name == "gamma"


class TestChoices:
    """A room that waits is offered as such, not to be made once more."""

    def waiting(self, program: Program) -> list[tuple[str, str]]:
        rows = program.last("show_room_choices")
        return [(row.name, row.topic) for row in rows if row.is_waiting]

    def test_a_room_to_be_made_waits_and_is_gone_on_with(self, offline: Program) -> None:
        offline.say("/create 🎉 party time")
        offline.calls.on_join_dialog()
        assert self.waiting(offline) == [("🎉 party time", "Waits to be created")]
        offline.calls.on_join_room("🎉 Party time")
        offline.calls.on_join_dialog()
        assert self.waiting(offline) == [("🎉 party time", "Waits to be created")]

        offline.world.network.loss = 0.0
        offline.in_room("🎉 party time")

        offline.until(lambda: not self.waiting(offline))
        assert offline.room_names == ["general", "🎉 party time"]

    def test_one_that_is_there_waits_to_be_joined_and_stands_there_once(
        self, world: WindowWorld, anna: Program, tmp_path: Path
    ) -> None:
        ben = world.start_program(tmp_path / "ben", name="ben").in_room()
        ben.say("/create #alpha")
        ben.in_room("alpha")
        world.run(1.0)
        go_offline(anna)
        anna.calls.on_room_name("alpha")
        anna.calls.on_join_dialog()
        assert [row.name for row in anna.last("show_room_choices")] == ["alpha"]
        assert self.waiting(anna) == [("alpha", "Waits to be joined")]

    def test_a_room_asked_for_before_the_link_dropped_waits_too(self, anna: Program) -> None:
        anna.calls.on_join_dialog()
        anna.world.network.loss = 1.0
        anna.calls.on_join_room("alpha")
        assert not self.waiting(anna)
        anna.until(lambda: bool(self.waiting(anna)), 60.0)

    def test_one_that_was_refused_waits_no_more(self, offline: Program) -> None:
        offline.say("/create #a\u200bb")
        offline.calls.on_join_dialog()
        assert self.waiting(offline)
        offline.world.network.loss = 0.0
        offline.until(lambda: not self.waiting(offline), 120.0)


class TestRoomsColumn:
    """A room that was asked for stands in it, until it is joined or refused."""

    def waiting(self, program: Program) -> list[tuple[str, str]]:
        program.world.run(1.0)
        return [(row.name, row.topic) for row in program.last("show_rooms") if row.is_waiting]

    def test_what_waits_stands_behind_the_others(self, offline: Program) -> None:
        offline.calls.on_join_room("alpha")
        offline.calls.on_room_name("beta")
        assert self.waiting(offline) == [
            ("alpha", "Waits to be created"),
            ("beta", "Waits to be joined"),
        ]
        assert offline.room_names == ["general", "alpha", "beta"]
        offline.world.network.loss = 0.0
        offline.until(lambda: offline.model.link.state is LinkState.ONLINE, 120.0)
        offline.until(lambda: offline.room_names == ["alpha", "general"], 30.0)
        assert self.waiting(offline) == []

    def test_a_click_says_what_it_waits_for(self, offline: Program) -> None:
        offline.calls.on_join_room("alpha")
        self.waiting(offline)
        offline.calls.on_open_room(offline.last("show_rooms")[-1].key)
        said = "Room #alpha will be created when the connection is back."
        assert offline.last("set_notice") == said
        assert offline.timeline.room_name == "general"

    def test_its_name_in_a_message_says_so_too(self, offline: Program) -> None:
        offline.calls.on_join_room("alpha")
        offline.until(lambda: bool(offline.notices))
        offline.calls.on_room_name("alpha")
        offline.world.run(1.0)
        assert set(offline.notices) == {"Room #alpha will be created when the connection is back."}


class TestComposer:
    """It is said there that one is still in the room of before."""

    HINT = "This goes to #general. {} when the connection is back."
    CREATED = HINT.format("Room #alpha will be created")

    def test_it_says_where_one_writes_until_the_room_is_there(self, offline: Program) -> None:
        offline.say("/create #alpha")
        assert offline.last("show_writing_hint") == self.CREATED
        offline.world.run(20.0)
        assert offline.last("show_writing_hint") == self.CREATED
        offline.calls.on_draft_change(offline.timeline.room_key, "half a sent")

        come_back(offline)

        assert offline.last("show_writing_hint") == ""

    def test_several_rooms_are_counted(self, offline: Program) -> None:
        for name in ROOMS:
            offline.calls.on_join_room(name)
        assert offline.last("show_writing_hint") == self.HINT.format("You join 3 rooms")

    def test_one_that_is_there_is_joined(self, offline: Program) -> None:
        offline.calls.on_room_name("alpha")
        assert offline.last("show_writing_hint") == self.HINT.format("You join #alpha")

    def test_a_room_asked_for_before_the_link_dropped_is_said_too(self, anna: Program) -> None:
        anna.world.network.loss = 1.0
        anna.calls.on_join_room("alpha")
        assert anna.last("show_join_wait") == "alpha"
        assert anna.last("show_writing_hint") == ""

        anna.until(lambda: anna.model.link.state is not LinkState.ONLINE, 60.0)

        assert anna.last("show_writing_hint") == self.CREATED
        assert anna.last("set_join_delayed") is True
        come_back(anna)
        assert anna.last("set_join_delayed") is False


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("/create alpha", "Room #alpha will be created when the connection is back."),
            ("/topic hello", "#general gets this topic when the connection is back: hello"),
            ("/nick ann", "Your nick will be ann when the connection is back."),
            ("/leave", "You leave #general when the connection is back."),
        ],
    )
    def test_a_command_that_waits_is_said(self, offline: Program, typed: str, said: str) -> None:
        offline.say(typed)
        offline.until(lambda: said in offline.notices)

    def test_a_room_that_is_not_made_is_joined(self, offline: Program) -> None:
        offline.calls.on_room_name("alpha")
        offline.until(lambda: "You join #alpha when the connection is back." in offline.notices)

    def test_a_topic_that_goes_is_said_to_go(self, offline: Program) -> None:
        offline.calls.on_topic(offline.timeline.room_key, "")
        said = "#general will have no topic when the connection is back."
        offline.until(lambda: said in offline.notices)

    def test_it_is_said_no_more_once_they_were_carried_out_or_refused(
        self, world: WindowWorld, offline: Program, tmp_path: Path
    ) -> None:
        for typed in ("/create alpha", "/topic hello", "/nick ann", "/create #a\u200bb"):
            offline.say(typed)
        offline.say("/help join")
        offline.calls.on_draft_change(offline.timeline.room_key, "half a sent")
        offline.until(lambda: len(offline.notices) == 5)
        said = offline.notices[-1]
        assert WAITS not in said

        come_back(offline)

        assert offline.timeline.room_name == "general"
        offline.until(lambda: WAITS not in " ".join(offline.notices))
        assert said in offline.notices

    def test_it_is_said_while_there_is_no_connection(self, offline: Program) -> None:
        offline.say("/nick ann")
        offline.say("/topic hello")
        offline.say("/nick ben")
        offline.world.run(20.0)

        assert offline.notices == [
            "#general gets this topic when the connection is back: hello",
            "Your nick will be ben when the connection is back.",
        ]

    def test_what_needs_no_server_does_not_wait(self, offline: Program) -> None:
        offline.say("/topic")
        offline.say("/join #general")
        offline.until(lambda: bool(offline.notices))
        assert WAITS not in " ".join(offline.notices)

    def test_nothing_waits_online(self, world: WindowWorld, anna: Program) -> None:
        anna.say("/topic hello")
        anna.until(lambda: "hello" in " ".join(anna.notices))
        assert WAITS not in " ".join(anna.notices)


@pytest.mark.parametrize(
    "typed", [f"/join #{'x' * 33}", f"/nick {'x' * 33}", f"/topic {'x' * 4000}", "/part #nowhere"]
)
def test_a_command_refused_at_once_stays_in_the_field(
    world: WindowWorld, anna: Program, typed: str
) -> None:
    anna.window.clear_draft.reset_mock()
    anna.say(typed)
    world.run(1.0)
    anna.window.clear_draft.assert_not_called()


def test_how_long_a_name_may_be_is_said(world: WindowWorld, anna: Program) -> None:
    anna.say(f"/join #{'x' * 33}")
    assert anna.last("set_notice") == "The name is too long: at most 32 characters."


def test_the_banner_counts_commands_that_wait(offline: Program) -> None:
    def banner() -> str:
        row = offline.last("set_banner")
        return row.text if row is not None else ""

    assert "wait" not in banner()
    offline.calls.on_join_room("alpha")
    offline.until(lambda: banner().endswith("1 change waits."))
    for typed in ("/topic hello", "/nick ann", "good morning"):
        offline.say(typed)
    offline.until(lambda: banner().endswith("1 message and 3 changes wait."))

    come_back(offline)

    assert waiting_in(offline.model) == Waiting()


def test_a_nick_that_is_refused_waits_no_more(
    world: WindowWorld, anna: Program, tmp_path: Path
) -> None:
    world.start_program(tmp_path / "ben", name="ben", room="general").in_room()
    anna.say("/nick ben")
    anna.until(lambda: anna.window.set_notice.called)
    assert waiting_in(anna.model) == Waiting()
    anna.say("/create #a\u200bb")
    assert waiting_in(anna.model) == Waiting(commands=1)
    anna.until(lambda: waiting_in(anna.model) == Waiting())
