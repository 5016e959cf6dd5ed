"""To a day in a room's history, here or at the server only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.controllers.window_world import Program, WindowWorld
from tests.simulation.world import SimulatedClient

DAY_MS = 86_400_000


@pytest.fixture
def ben(world: WindowWorld) -> SimulatedClient:
    """Somebody who wrote on three days: 23, 25 and 26 November 2025, 300 messages each."""
    client = world.add_client("ben")
    world.run(1.0)
    world.join(client)
    world.run(1.0)
    for day, gap in (("first", 2), ("second", 1), ("third", 0)):
        for number in range(300):
            world.say(client, f"{day} day {number}")
            if number % 50 == 49:
                world.run(1.0)
        world.time_ms += gap * DAY_MS
    return client


@pytest.fixture
def late(world: WindowWorld, ben: SimulatedClient, tmp_path: Path) -> Program:
    """Somebody who comes on the last day, and has the newest messages only."""
    program = world.start_program(tmp_path / "late", name="late", room="general").in_room()
    program.until(lambda: "third day 299" in program.texts, 60)
    assert "second day 0" not in program.texts
    return program


def shown(program: Program) -> str:
    """The text of the message that was gone to."""
    return next(row.text for row in program.messages if row.key == program.timeline.around)


class TestJumpToDate:
    @pytest.mark.parametrize(
        ("day", "text"),
        [
            ("2025-11-25", "second day 0"),
            ("25.11.", "second day 0"),
            ("yesterday", "second day 0"),
            ("2025-11-23", "first day 0"),
            ("today", "third day 0"),
        ],
    )
    def test_first_message_of_the_day_is_shown_also_if_it_was_not_here(
        self, world: WindowWorld, late: Program, day: str, text: str
    ) -> None:
        late.say(f"/jumptodate {day}")
        late.until(lambda: late.timeline.jumps > 0, 60)

        assert shown(late) == text
        late.window.clear_draft.assert_called_with(late.timeline.room_key)

    def test_messages_that_are_hidden_are_not_gone_to(
        self, world: WindowWorld, late: Program
    ) -> None:
        late.say("mine")
        late.until(lambda: late.marks[-1].value not in ("pending", "failed"))
        late.say("/ignore ben")
        late.say("/jumptodate 2025-11-25")
        late.until(lambda: late.timeline.jumps > 0, 60)

        assert shown(late) == "mine"

    def test_what_was_fetched_is_not_fetched_again(self, world: WindowWorld, late: Program) -> None:
        late.say("/jumptodate 2025-11-23")
        late.until(lambda: late.timeline.jumps == 1, 60)
        world.network.loss = 1.0

        late.say("/jumptodate 2025-11-25")
        late.until(lambda: late.timeline.jumps == 2)
        assert shown(late) == "second day 0"

    def test_a_day_without_messages_leads_to_the_next_ones(
        self, world: WindowWorld, late: Program
    ) -> None:
        late.say("/jumptodate 2025-11-24")
        late.until(lambda: late.timeline.jumps > 0, 60)

        assert shown(late) == "second day 0"
        assert late.last("set_notice") == (
            "Nothing was written on Monday, 24 November 2025. These are the next messages."
        )

    @pytest.mark.parametrize("day", ["2025-11-22", "1.1.0001", "1950-01-01"])
    def test_before_the_room_there_is_nothing(
        self, world: WindowWorld, late: Program, day: str
    ) -> None:
        late.say(f"/jumptodate {day}")
        late.until(
            lambda: late.notices[-1:] == ["#general begins on Sunday, 23 November 2025."], 60
        )
        assert late.timeline.jumps == 0

    def test_after_the_last_message_there_is_nothing(
        self, world: WindowWorld, late: Program
    ) -> None:
        world.time_ms += 2 * DAY_MS
        late.say("/jumptodate yesterday")
        words = "Nothing was written since Thursday, 27 November 2025."
        late.until(lambda: late.notices[-1:] == [words])

    def test_without_a_connection_what_is_not_here_is_said(
        self, world: WindowWorld, late: Program
    ) -> None:
        world.network.loss = 1.0
        world.run(60)
        late.say("/jumptodate 2025-11-25")
        words = "Older messages are not on this computer, and there is no connection."
        late.until(lambda: late.notices[-1:] == [words])

    def test_a_connection_that_is_lost_on_the_way_ends_the_search(
        self, world: WindowWorld, late: Program
    ) -> None:
        world.network.loss = 1.0
        late.say("/jumptodate 2025-11-23")
        words = "Older messages are not on this computer, and there is no connection."
        late.until(lambda: late.notices[-1:] == [words], 120)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                "/jumptodate 31.31.",
                "'31.31.' is no date. Write it as 2025-11-26, 26.11.2025, today or yesterday.",
            ),
            ("/jumptodate 2025-11-27", "Thursday, 27 November 2025 is still to come."),
            ("/jumptodate", "Usage: /jumptodate <date>"),
        ],
    )
    def test_what_is_no_date_is_said_and_stays_in_the_field(
        self, late: Program, text: str, words: str
    ) -> None:
        late.window.clear_draft.reset_mock()
        late.say(text)
        late.until(lambda: late.notices[-1:] == [words])
        late.window.clear_draft.assert_not_called()

    def test_whoever_opens_another_room_is_not_taken_away(
        self, world: WindowWorld, late: Program
    ) -> None:
        late.say("/jumptodate 2025-11-23")
        late.calls.on_join_room("elsewhere")
        late.in_room("elsewhere")
        world.run(20)
        assert late.timeline.room_name == "elsewhere"
        assert late.model.rooms[1].past is None
