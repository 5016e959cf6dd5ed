"""Lines that only the person sees."""

from __future__ import annotations

from app.models.message import LocalNotice
from app.models.signals import Told
from tests.app.models.chat_fixtures import Bench, received


def said_here(bench: Bench) -> list[str]:
    items = bench.model.rooms[1].timeline.items
    return [item.text for item in items if isinstance(item, LocalNotice)]


class TestLines:
    def test_one_stands_where_it_was_told(self, bench: Bench) -> None:
        bench.model.apply(received(1, 2))
        bench.model.lines.tell(1, "Only you")
        bench.model.apply(received(3, 3))

        items = bench.model.rooms[1].timeline.items
        assert [type(item) for item in items[1:3]] == [type(items[0]), LocalNotice]
        assert bench.shown() == ["m1", "m2", "m3"]

    def test_the_same_again_replaces_it_until_something_else_is_said(self, bench: Bench) -> None:
        for text in ("no time", "other", "no time"):
            bench.model.lines.tell(1, text)
        assert said_here(bench) == ["other", "no time"]

        bench.model.apply(received(1, 2))
        bench.model.lines.tell(1, "no time")
        for _time in range(2):
            bench.model.lines.tell(1, "tea", is_reminder=True)
        assert said_here(bench) == ["other", "no time", "no time", "tea", "tea"]

    def test_without_a_room_it_is_told(self, bench: Bench) -> None:
        bench.model.lines.tell(0, "Only you")

        assert bench.named(Told) == [Told("Only you")]

    def test_that_a_command_waits_is_said_as_long_as_it_does(self, bench: Bench) -> None:
        waiting = {"a", "b"}
        for wish in sorted(waiting):
            bench.model.lines.tell(1, wish, waits=lambda wish=wish: wish in waiting)  # type: ignore[misc]
        bench.model.lines.tell(1, "stays")
        assert said_here(bench) == ["a", "b", "stays"]

        waiting.remove("a")
        bench.model.announce()
        assert said_here(bench) == ["b", "stays"]
