"""Whom a message called when it came, it calls still."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.controllers.window_world import Program, WindowWorld


@pytest.fixture
def ben(world: WindowWorld, anna: Program, tmp_path: Path) -> Program:
    return world.start_program(tmp_path / "ben", name="ben", room="general").in_room()


def say(ben: Program, anna: Program, *texts: str) -> None:
    count = len(anna.texts) + len(texts)
    for text in texts:
        ben.say(text)
    anna.until(lambda: len(anna.texts) == count)


def rename(anna: Program, name: str) -> None:
    """Long after what was said, and long before what is said next."""
    anna.world.run(120.0)
    anna.say(f"/nick {name}")
    anna.until(lambda: anna.model.name == name)
    anna.world.run(120.0)


def marked(program: Program) -> dict[str, tuple[bool, str]]:
    return {row.text: (row.is_mention, row.details.references.own) for row in program.messages}


MARKED = {
    "@anna look": (True, "anna"),
    "bea is a name": (False, ""),
    "@bea look": (True, "bea"),
    "@anna is gone": (False, ""),
}


def say_all(ben: Program, anna: Program) -> None:
    say(ben, anna, "@anna look", "bea is a name")
    rename(anna, "bea")
    say(ben, anna, "@bea look", "@anna is gone")


def test_old_mentions_stay_and_the_new_nick_calls_from_then_on(anna: Program, ben: Program) -> None:
    say_all(ben, anna)
    assert marked(anna) == MARKED


def test_so_they_are_after_the_next_start(
    world: WindowWorld, anna: Program, ben: Program, tmp_path: Path
) -> None:
    say_all(ben, anna)
    world.end_program(anna)
    again = world.start_program(tmp_path / "anna", name="bea", state=anna.states[-1]).in_room()
    again.until(lambda: len(again.texts) == len(MARKED))
    assert marked(again) == MARKED


def test_a_nick_wished_for_at_the_start_is_a_change_too(
    world: WindowWorld, anna: Program, ben: Program, tmp_path: Path
) -> None:
    say(ben, anna, "@anna look", "bea is a name")
    world.run(120.0)
    world.end_program(anna)
    again = world.start_program(tmp_path / "anna", name="bea", state=anna.states[-1]).in_room()
    again.until(lambda: again.model.name == "bea")
    world.run(120.0)
    say(ben, again, "@bea look", "@anna is gone")
    assert marked(again) == MARKED


def test_unread_mentions_stay_counted(anna: Program, ben: Program) -> None:
    say(ben, anna, "@anna look")
    rename(anna, "bea")
    assert [row.mentions for row in anna.last("show_rooms")] == [1]
