"""What a window shows after the server's data folder was copied back from an earlier day."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from app.views.rows import MessageState
from tests.app.controllers.window_world import Program, WindowWorld


class Restorable(WindowWorld):
    """A server whose folder can be kept, and copied back."""

    def __init__(self, mocker: MockerFixture, folder: Path) -> None:
        self._folder, self._backup = folder / "server", folder / "backup"
        self._folder.mkdir()
        super().__init__(mocker, path=self._folder / "log")

    def save(self) -> None:
        self.restart_server(before_opening=lambda: self._copy(self._folder, self._backup))
        self.run(15)

    def copy_back(self) -> None:
        self.restart_server(before_opening=lambda: self._copy(self._backup, self._folder))

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)


@pytest.fixture
def world(mocker: MockerFixture, tmp_path: Path) -> Restorable:
    return Restorable(mocker, tmp_path)


Start = Callable[[str], Program]


@pytest.fixture
def start(world: Restorable, tmp_path: Path) -> Start:
    return lambda name: world.start_program(tmp_path / name, name=name)


def in_boats(program: Program) -> Program:
    program.calls.on_join_room("boats")
    return program.in_room("boats")


def key_of(program: Program, name: str) -> object:
    """The room of that name, rather than what was lost of it."""
    rows = sorted(program.last("show_rooms"), key=lambda row: row.is_kept)
    return next(row.key for row in rows if row.name == name)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_number_given_again_is_another_room(
    world: Restorable, start: Start, is_open: bool
) -> None:
    anna, ben = start("anna").in_room(), start("ben").in_room()
    world.save()
    in_boats(anna).say("sails up")
    anna.until(lambda: anna.marks == [MessageState.ACCEPTED])
    before = anna.timeline.room_key
    world.kill_server()
    anna.say("not sent yet")
    anna.calls.on_draft_change(before, "half a thought")
    if not is_open:
        anna.calls.on_open_room(key_of(anna, "general"))
    world.run(5)
    world.copy_back()
    world.revive_server()
    ben.until(lambda: ben.model.link.state.value == "online", 90)
    ben.calls.on_join_room("other")
    ben.in_room("other").say("hello other")
    anna.until(lambda: anna.model.link.state.value == "online", 90)
    world.run(30)

    anna.calls.on_join_room("other")
    anna.in_room("other")
    anna.until(lambda: "hello other" in anna.texts)

    assert anna.timeline.room_key == before, "the number was not given again"
    assert anna.last("show_header").room_name == "other"
    assert "not sent yet" not in anna.texts and "sails up" not in anna.texts
    assert not any("only on this computer" in notice for notice in anna.notices)
    assert "boats" in anna.room_names
    assert anna.controller._conversation.drafts == {key_of(anna, "boats"): "half a thought"}

    anna.calls.on_open_room(key_of(anna, "boats"))
    anna.until(lambda: anna.timeline.room_name == "boats")
    assert anna.texts == ["sails up", "not sent yet"]
    assert anna.marks[-1] is MessageState.FAILED
    assert anna.window.set_composer_enabled.call_args.args[0] is False
    anna.calls.on_retry(anna.timeline.room_key, anna.messages[-1].key)
    world.run(5)
    assert "Copy the text" in anna.last("set_notice")
    assert "not sent yet" not in ben.texts

    world.end_program(anna)
    again = start("anna")
    world.run(1)
    assert "boats" in again.room_names
    again.calls.on_open_room(key_of(again, "boats"))
    again.until(lambda: again.texts == ["sails up", "not sent yet"])
    world.run(10)
    assert again.texts == ["sails up", "not sent yet"]
    assert again.marks[-1] is MessageState.FAILED
    again.calls.on_delete_failed(again.timeline.room_key, again.messages[-1].key)
    again.until(lambda: again.texts == ["sails up"])
    again.calls.on_drop_kept(key_of(again, "boats"))
    again.until(lambda: "boats" not in again.room_names)
    assert again.timeline.room_name == "general"
    world.run(1)
    world.end_program(again)
    once_more = start("anna")
    world.run(10)
    assert once_more.room_names == ["general", "other"]


def test_what_was_lost_of_a_room_is_read_from_the_list(world: Restorable, start: Start) -> None:
    anna, ben = start("anna").in_room(), start("ben").in_room()
    anna.say("before")
    ben.until(lambda: "before" in ben.texts)
    world.save()
    for text in ("lost 0", "lost 1", "lost 2"):
        anna.say(text)
    ben.until(lambda: ben.texts[-1] == "lost 2")
    world.kill_server()
    world.run(60)
    world.copy_back()
    world.revive_server()
    anna.until(lambda: any("only on this computer" in notice for notice in anna.notices), 90)
    assert "lost 0" not in anna.texts

    read_what_was_lost(anna)
    world.end_program(anna)
    read_what_was_lost(start("anna").in_room())


def test_what_another_says_in_place_of_ones_own_has_no_marks(
    world: Restorable, start: Start
) -> None:
    anna, ben = start("anna").in_room(), start("ben").in_room()
    world.save()
    anna.say("lost")
    anna.until(lambda: anna.marks == [MessageState.HELD_BY_ALL])
    number = anna.model.rooms[1].timeline.head
    world.kill_server()
    world.run(5)
    ben.say("kept")
    world.copy_back()
    world.revive_server()
    anna.until(lambda: "kept" in anna.texts, 90)
    assert anna.model.rooms[1].timeline.head == number, "it does not stand where hers did"

    world.run(30)
    (kept,) = (row for row in anna.messages if row.text == "kept")
    assert (kept.author_name, kept.is_own, kept.state) == ("ben", False, MessageState.ACCEPTED)


def read_what_was_lost(program: Program) -> None:
    rows = [row for row in program.last("show_rooms") if row.is_kept]
    assert [row.name for row in rows] == ["general"]
    assert "lost 3 messages" in rows[0].topic
    program.calls.on_open_room(rows[0].key)
    program.until(lambda: program.texts == ["lost 0", "lost 1", "lost 2"])
    assert program.messages[0].author_name == "anna"
    assert program.timeline.has_older, "that would be drawn as the beginning of the room"
    assert program.window.set_composer_enabled.call_args.args[0] is False
    program.calls.on_find(rows[0].key, "LOST 1", False)
    program.until(lambda: program.window.show_found.called)
    assert program.last("show_found").keys == (2,)
    program.calls.on_open_room(key_of(program, "general"))
    program.until(lambda: "before" in program.texts)
    assert any("3 messages" in notice for notice in program.notices)


def test_a_persons_number_given_again_is_another_name(world: Restorable, start: Start) -> None:
    anna = start("anna").in_room()
    world.save()
    zed = start("zed").in_room()
    zed.say("zed was here")
    anna.until(lambda: "zed was here" in anna.texts)
    assert anna.messages[-1].author_name == "zed"
    number = zed.model.person
    world.end_program(zed)
    world.end_program(anna)
    world.run(1)
    world.copy_back()
    yan = start("yan").in_room()
    assert yan.model.person == number
    yan.say("yan is here")
    yan.until(lambda: yan.marks == [MessageState.ACCEPTED])
    yan.say("/part")  # or the list of people would name him
    world.run(5)

    again = start("anna")
    again.until(lambda: "yan is here" in again.texts, 90)
    world.run(5)
    assert again.messages[-1].author_name == "yan"
    world.end_program(again)
    once_more = start("anna")
    world.run(0.01)
    assert once_more.model.names.of(number) == "yan"


def test_a_reminder_of_a_room_that_is_gone_is_told_in_what_is_kept_of_it(
    world: Restorable, start: Start
) -> None:
    anna = start("anna").in_room()
    world.save()
    in_boats(anna).say("sails up")
    anna.until(lambda: anna.marks == [MessageState.ACCEPTED])
    anna.say("/remind 3m tea")
    world.kill_server()
    world.run(5)
    world.copy_back()
    world.revive_server()
    anna.until(lambda: any(row.is_kept for row in anna.last("show_rooms")), 90)
    anna.calls.on_open_room(key_of(anna, "general"))
    anna.in_room()

    world.run(200)
    assert not any("tea" in notice for notice in anna.notices)
    anna.calls.on_open_room(key_of(anna, "boats"))
    anna.until(lambda: anna.timeline.room_name == "boats")
    anna.until(lambda: anna.notices[-1:] == ["Reminder: tea"])
    assert anna.states[-1].reminders
    anna.calls.on_seen(anna.timeline.room_key, anna.timeline.rows[-1].key)
    anna.until(lambda: not anna.states[-1].reminders)
