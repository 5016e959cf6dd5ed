"""Names of people: asked for once and together, and again when they are doubted."""

from __future__ import annotations

from app.models.commands import AskNames
from app.models.events import PersonNamed
from app.structs import replace
from protocol.frames import PersonItem, Persons, Who
from tests.app.models.client_bench import Bench, entry
from tests.app.models.scripted_server import NOTHING


class TestNames:
    def test_of_authors_are_asked_once_and_together(self) -> None:
        bench = Bench()
        bench.follow(head=0)
        bench.heard.clear()
        bench.say(bench.push(1, entry(author=5), entry(author=6), entry(author=5), entry()))
        bench.say(bench.push(5, entry(author=6)))
        assert [sorted(frame.people) for frame in bench.take(Who)] == [[5, 6]]
        bench.say(Persons([(5, "ben"), (6, "eve")]))
        assert bench.happened(PersonNamed) == [PersonNamed(5, "ben"), PersonNamed(6, "eve")]
        bench.say(bench.push(6, entry(author=5)))
        bench.wait(60)
        assert bench.take(Who) == []

    def test_are_asked_again_when_somebody_was_renamed_meanwhile(self) -> None:
        known = replace(NOTHING, names=((5, "ben"), (6, "eve")), names_version=7)
        bench = Bench(known, names_version=7)
        bench.wait(0)
        assert bench.take(Who) == []
        bench.again(names_version=8)
        bench.wait(0)
        assert [sorted(frame.people) for frame in bench.take(Who)] == [[5, 6]]
        bench.say(Persons([(5, "benno"), (6, "eve")]))
        assert PersonNamed(5, "benno") in bench.happened(PersonNamed)

    def test_and_by_the_next_session_if_this_one_ends_too_soon(self) -> None:
        known = replace(NOTHING, names=((5, "ben"),), names_version=7)
        bench = Bench(known, names_version=8)
        bench.again(names_version=8)
        bench.wait(0)
        assert [frame.people for frame in bench.take(Who)] == [[5]]

    def test_of_nobody_is_no_name_and_is_not_asked_again(self) -> None:
        bench = Bench()
        bench.command(AskNames((5,)))
        bench.say(Persons([(5, "")]))
        assert not bench.happened(PersonNamed)
        bench.take(Who)
        bench.wait(20)
        bench.again()
        bench.wait(0)
        assert bench.take(Who) == []

    def test_that_were_wanted_while_offline_are_asked_when_we_are_there(self) -> None:
        bench = Bench()
        bench.client._follower.names.ask([5], bench.now)
        bench.again()
        bench.command(AskNames((5, 6, 0)))
        bench.wait(0)
        assert {p for frame in bench.take(Who) for p in frame.people} == {5, 6}

    def test_a_new_name_in_the_list_of_rooms_is_told(self) -> None:
        bench = Bench().general()
        bench.say(bench.changes(0, 2, 2, PersonItem(2, 5, "benno")))
        assert bench.happened(PersonNamed) == [PersonNamed(5, "benno")]
