"""Finding words that were said before what this computer has of a room."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.chat_model import Command
from app.models.commands import FetchOlder
from app.models.room_replica import BACKLOG
from app.models.store_answers import TextFound
from app.models.word_seeker import STEP_FIRST, STEPS_MAX
from app.views.rows import FoundRow
from tests.app.controllers.window_world import Program, WindowWorld

COUNT = STEP_FIRST + 200


@pytest.fixture
def newcomer(world: WindowWorld, tmp_path: Path) -> Program:
    """In a room where much was said before."""
    ben = world.add_client("ben")
    world.run(1.0)
    world.join(ben)
    world.run(1.0)
    for number in range(COUNT):
        world.say(ben, "the boat" if number == 5 else f"number {number}")
        if number % 20 == 0:
            world.run(1.0)
    world.run(5.0)
    return world.start_program(tmp_path / "cleo", name="cleo").in_room("general")


def find(program: Program, words: str, *, is_further: bool = False) -> FoundRow:
    program.window.show_found.reset_mock()
    program.calls.on_find(program.timeline.room_key, words, is_further)
    program.until(lambda: program.window.show_found.called and not last(program).goes_on)
    return last(program)


def last(program: Program) -> FoundRow:
    found: FoundRow = program.last("show_found")
    return found


def test_it_is_said_how_far_it_was_looked_and_looked_further_when_wanted(
    newcomer: Program,
) -> None:
    found = find(newcomer, "boat")
    assert not found.keys and not found.is_whole and found.can_go_on
    assert BACKLOG <= found.looked_at < COUNT

    found = find(newcomer, "boat", is_further=True)
    assert len(found.keys) == 1
    assert found.looked_at >= COUNT


def test_when_all_was_looked_through_there_is_nothing_further(newcomer: Program) -> None:
    find(newcomer, "whale")
    found = find(newcomer, "whale", is_further=True)

    assert not found.keys and found.is_whole and not found.can_go_on


def test_without_a_connection_only_what_is_here_can_be_looked_through(
    world: WindowWorld, newcomer: Program
) -> None:
    world.kill_server()
    newcomer.until(lambda: newcomer.model.link.state.value != "online", 120.0)

    found = find(newcomer, "boat")
    assert not found.is_whole and not found.can_go_on


def test_a_connection_that_is_lost_meanwhile_ends_it(world: WindowWorld, newcomer: Program) -> None:
    find(newcomer, "boat")
    world.kill_server()
    newcomer.window.show_found.reset_mock()
    newcomer.calls.on_find(newcomer.timeline.room_key, "boat", True)

    newcomer.until(lambda: newcomer.window.show_found.called and not last(newcomer).goes_on, 120.0)
    assert not last(newcomer).can_go_on


def test_other_words_end_it(newcomer: Program) -> None:
    key = newcomer.timeline.room_key
    find(newcomer, "boat")
    newcomer.calls.on_find(key, "boat", True)
    newcomer.calls.on_find(key, "", False)
    newcomer.world.run(5.0)

    assert last(newcomer).words == ""


def test_one_wish_does_not_fetch_for_ever(newcomer: Program) -> None:
    room = newcomer.model.open_room
    assert room is not None
    seeker = newcomer.model.history._words
    wished: list[int] = []
    room.timeline.first, room._base = 1, 10 * STEPS_MAX

    def wish(command: Command) -> bool:
        assert isinstance(command, FetchOlder)
        wished.append(command.base)
        return True

    seeker._submit = wish
    seeker.seek(room, "whale", 0)
    room._base = wished[-1]
    while seeker.goes_on(room, TextFound(room.room, "whale", ())):
        assert wished[-1] < room._base
        room._base = wished[-1]

    assert 10 * STEPS_MAX - wished[-1] == STEPS_MAX
