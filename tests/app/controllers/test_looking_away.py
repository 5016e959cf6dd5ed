"""What is new while nobody looks at the window, and where an unread room opens."""

from __future__ import annotations

from app.models.history_desk import PAGE
from app.views.rows import RoomRow
from tests.app.controllers.window_world import Program, WindowWorld


def look(program: Program, *, is_looked_at: bool) -> None:
    program.window.is_in_front = is_looked_at
    program.calls.on_look(is_looked_at)


def see_the_end(program: Program) -> None:
    """As the pane does while it is looked at."""
    timeline = program.timeline
    program.calls.on_seen(timeline.room_key, timeline.rows[-1].key)
    program.world.run(0.2)


def row_of(program: Program, name: str = "general") -> RoomRow:
    rows: list[RoomRow] = program.last("show_rooms")
    return next(row for row in rows if row.name == name)


def seeks_new(program: Program) -> bool:
    return program.timeline.seeks_new


class TestLookingAway:
    def test_the_new_line_stands_at_the_first_that_came_meanwhile(
        self, world: WindowWorld, anna: Program
    ) -> None:
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        world.say(ben, "before")
        anna.until(lambda: anna.texts == ["before"])
        see_the_end(anna)
        assert anna.timeline.new_from is None

        look(anna, is_looked_at=False)
        for text in ("@anna first", "second"):
            world.say(ben, text)
        anna.until(lambda: anna.texts[1:] == ["@anna first", "second"])

        first = anna.messages[1].key
        assert anna.timeline.new_from == first
        row = row_of(anna)
        assert (row.unread, row.mentions) == (2, 1)
        anna.until(lambda: bool(anna.last("set_title_count") == 1))

        look(anna, is_looked_at=True)
        see_the_end(anna)
        assert (row_of(anna).unread, anna.last("set_title_count")) == (0, 0)
        world.say(ben, "third")
        anna.until(lambda: anna.texts[-1] == "third")
        assert anna.timeline.new_from == first  # until the room is left

    def test_a_second_absence_moves_the_line(self, world: WindowWorld, anna: Program) -> None:
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        for text in ("one", "two"):
            look(anna, is_looked_at=False)
            world.say(ben, text)
            anna.until(lambda text=text: anna.texts[-1:] == [text])  # type: ignore[misc]
            assert anna.timeline.new_from == anna.messages[-1].key
            look(anna, is_looked_at=True)
            see_the_end(anna)

    def test_own_words_from_elsewhere_are_not_new(self, world: WindowWorld, anna: Program) -> None:
        look(anna, is_looked_at=False)
        anna.say("mine")
        anna.until(lambda: anna.texts == ["mine"])
        world.run(1.0)

        assert anna.timeline.new_from is None
        assert row_of(anna).unread == 0


class TestOpeningAnUnreadRoom:
    def test_it_is_told_that_what_is_new_begins_further_up(
        self, world: WindowWorld, anna: Program
    ) -> None:
        count = 260
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        for number in range(count):
            world.say(ben, f"number {number}")
            world.run(0.1)
        anna.until(lambda: row_of(anna).unread == count)

        timeline = anna.model.rooms[row_of(anna).key[1]].timeline  # type: ignore[index]
        timeline.entries_max = 50  # as of a room that was not looked at lately
        timeline.trim()

        visit = anna.timeline.visit
        anna.calls.on_open_room(row_of(anna).key)
        assert anna.timeline.visit != visit
        assert seeks_new(anna)
        for _ in range(count // PAGE + 1):
            if not seeks_new(anna):
                break
            anna.calls.on_need_older(anna.timeline.room_key)
            world.run(0.5)

        assert not seeks_new(anna)
        first = next(row for row in anna.messages if row.key == anna.timeline.new_from)
        assert first.text == "number 0"
        assert row_of(anna).unread == count


class TestTheList:
    def test_one_room_is_marked_as_read(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        ben = world.add_client("ben")
        world.run(1.0)
        world.join(ben)
        world.run(1.0)
        for text in ("one", "two"):
            world.say(ben, text)
        anna.until(lambda: row_of(anna).unread == 2)

        anna.calls.on_mark_read(row_of(anna).key)
        world.run(0.2)

        assert row_of(anna).unread == 0
        anna.calls.on_mark_read((99, 1))  # of no room

    def test_a_clock_says_where_messages_wait(self, world: WindowWorld, anna: Program) -> None:
        anna.calls.on_join_room("dev")
        anna.in_room("dev")
        world.kill_server()
        anna.until(lambda: anna.model.link.state.value != "online", 120.0)
        assert not row_of(anna, "dev").has_unsent

        anna.say("it waits")
        anna.until(lambda: row_of(anna, "dev").has_unsent)
        assert not row_of(anna, "general").has_unsent

        world.revive_server()
        anna.until(lambda: not row_of(anna, "dev").has_unsent, 120.0)
