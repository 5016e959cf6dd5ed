"""Who comes to a long room sees its end first, however much there is before it."""

from __future__ import annotations

from app.models.events import EntriesReceived
from tests.simulation.world import World

GENERAL = 1
COUNT = 3000


def test_the_newest_entries_come_first_and_all_of_them_once() -> None:
    world = World(1)
    anna = world.add_client("anna")
    world.run(2)
    world.join(anna)
    for number in range(COUNT):
        world.say(anna, f"message {number}")
    assert world.run(60, lambda: len(anna.texts(GENERAL)) == COUNT and not anna.outbox)
    world.run(1)
    ben = world.add_client("ben")
    world.run(2)
    world.follow(ben, GENERAL, since=1)
    assert world.run(60, lambda: len(ben.texts(GENERAL)) == COUNT)
    runs = [e.entries for e in ben.events if isinstance(e, EntriesReceived)]
    numbers = [entry.number for run in runs for entry in run]
    head = max(numbers)
    assert sorted(numbers[:200]) == list(range(head - 199, head + 1)), "the newest two hundred"
    by_hundreds = [numbers[at] for at in range(0, COUNT, 600)]
    assert by_hundreds == sorted(by_hundreds, reverse=True)
    assert len(numbers) == len(set(numbers))
