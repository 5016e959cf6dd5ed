"""The rooms that were looked at last, also those of the run before."""

from __future__ import annotations

from pathlib import Path

from app.controllers.seen_rooms import SEEN_MAX, SeenRooms
from app.controllers.window_state import WindowState
from tests.app.controllers.window_world import Program, WindowWorld


def seen(program: Program) -> list[str]:
    names = {row.key: row.name for row in program.last("show_rooms")}
    return [names.get(key, "?") for key in program.last("show_seen_rooms")]


def visit(program: Program, *names: str) -> None:
    for name in names:
        program.calls.on_join_room(name)
        program.in_room(name)


def test_the_newest_comes_first(anna: Program) -> None:
    assert seen(anna) == ["general"]
    visit(anna, "dev", "den", "dev")
    assert seen(anna) == ["dev", "den", "general"]


def test_the_order_survives_a_restart(world: WindowWorld, anna: Program, tmp_path: Path) -> None:
    visit(anna, "alpha", "dev", "beta", "general", "dev")
    before = seen(anna)
    assert before == ["dev", "general", "beta", "alpha"]
    world.end_program(anna)

    again = world.start_program(tmp_path / "anna", state=anna.states[-1]).in_room("dev")

    assert seen(again) == before


def test_so_many_are_kept_and_those_of_other_servers_are_not_shown(anna: Program) -> None:
    kept = [bytes([number]).hex() * 8 for number in range(SEEN_MAX + 5)]
    told: list[tuple[str, ...]] = []
    SeenRooms(anna.model, anna.window, kept, told.append)
    visit(anna, "dev")
    assert len(told[-1]) == SEEN_MAX
    assert told[-1][1:] == tuple(kept[: SEEN_MAX - 1])
    assert seen(anna) == ["dev"]


def test_nothing_is_kept_of_a_start_without_a_server(world: WindowWorld, tmp_path: Path) -> None:
    lone = world.start_program(tmp_path / "lone", server="", state=WindowState(seen_rooms=("ab",)))
    assert all(state.seen_rooms == ("ab",) for state in lone.states)
