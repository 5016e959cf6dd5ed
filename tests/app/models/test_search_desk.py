"""Words in all rooms: what is asked of the disk, and what of its answers counts."""

from __future__ import annotations

import pytest

from app.models import search_desk
from app.models.commands import AskNames, FindEverywhere
from app.models.records import KeptRoom
from app.models.signals import EverywhereFound
from app.models.store_answers import FoundEverywhere, FoundMessage, Restored, RoomsKept
from tests.app.models.chat_fixtures import ME, Bench, stream_of


def hit(number: int, author: int = ME) -> FoundMessage:
    return FoundMessage(1, number, author, number, f"boat {number}")


def told(bench: Bench, answer: FoundEverywhere) -> EverywhereFound | None:
    """What is announced of it."""
    bench.clear()
    bench.model.apply(answer)
    announced = bench.named(EverywhereFound)
    return announced[-1] if announced else None


class TestAsking:
    def test_names_rooms_people_and_times(self, bench: Bench) -> None:
        bench.model.ignore(5, True)
        bench.model.history.everywhere.find(
            "boat", (1, -4), authors=(9,), since_ms=10, before_ms=20
        )
        (wish,) = bench.submitted(FindEverywhere)
        assert wish == FindEverywhere(wish.token, (1, -4), "boat", (9,), (5,), 10, 20)

    def test_names_so_many_people_who_are_hidden(
        self, bench: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(search_desk, "WITHOUT_MAX", 2)
        for person in (30, 20, 10):
            bench.model.ignore(person, True)
        bench.model.history.everywhere.find("boat", (1,))
        assert bench.submitted(FindEverywhere)[0].without == (10, 20)

    def test_looks_where_one_is_and_into_what_only_this_disk_has(self, bench: Bench) -> None:
        kept = KeptRoom(-4, stream_of(9), "old", False, 1, 3, 3)
        bench.model.apply(RoomsKept((kept,)))
        rooms = bench.model.history.everywhere.rooms
        assert sorted(room.name for room in rooms) == ["general", "old"]


class TestAnswers:
    def test_become_one_list(self, bench: Bench) -> None:
        bench.model.history.everywhere.find("boat", (1,))
        first = told(bench, FoundEverywhere(1, 0, (hit(9), hit(8)), next_room=1))
        assert first == EverywhereFound((hit(9), hit(8)), is_over=False, is_cut=False)
        then = told(bench, FoundEverywhere(1, 2, (hit(7),), is_cut=True))
        assert then == EverywhereFound((hit(9), hit(8), hit(7)), is_over=True, is_cut=True)
        # It was over.
        assert told(bench, FoundEverywhere(1, 3, (hit(6),))) is None

    def test_that_begin_anew_take_the_place_of_earlier_ones(self, bench: Bench) -> None:
        bench.model.history.everywhere.find("boat", (1,))
        told(bench, FoundEverywhere(1, 0, (hit(9), hit(8)), next_room=1))
        again = told(bench, FoundEverywhere(1, 0, (hit(9),), next_room=1))
        assert again is not None and again.messages == (hit(9),)

    def test_to_what_was_typed_before_do_not_count(self, bench: Bench) -> None:
        everywhere = bench.model.history.everywhere
        everywhere.find("boat", (1,))
        told(bench, FoundEverywhere(1, 0, (hit(9),), next_room=1))
        everywhere.find("boats", (1,))
        assert told(bench, FoundEverywhere(1, 1, (hit(8),))) is None
        now = told(bench, FoundEverywhere(2, 0, (hit(7),), next_room=1))
        assert now is not None and now.messages == (hit(7),)

    def test_after_its_end_do_not_count(self, bench: Bench) -> None:
        everywhere = bench.model.history.everywhere
        everywhere.find("boat", (1,))
        bench.clear()
        everywhere.stop()
        (wish,) = bench.submitted(FindEverywhere)
        assert (wish.rooms, wish.words) == ((), "")
        assert told(bench, FoundEverywhere(1, 0, (hit(9),))) is None
        assert told(bench, FoundEverywhere(wish.token, 0, ())) is None
        bench.clear()
        everywhere.stop()
        assert not bench.commands

    def test_of_another_server_do_not_count(self, bench: Bench) -> None:
        bench.model.history.everywhere.find("boat", (1,))
        bench.model.apply(Restored(2, None, 0, "", "", 0, (), (), (), 1))
        assert told(bench, FoundEverywhere(1, 0, (hit(9),))) is None

    def test_by_people_who_are_not_known_ask_for_their_names(self, bench: Bench) -> None:
        bench.model.history.everywhere.find("boat", (1,))
        told(bench, FoundEverywhere(1, 0, (hit(9, author=77), hit(8)), next_room=1))
        assert bench.submitted(AskNames) == [AskNames((77,))]

    def test_are_not_waited_for_where_nobody_took_the_wish(self, bench: Bench) -> None:
        bench.takes = False
        bench.model.history.everywhere.find("boat", (1,))
        assert told(bench, FoundEverywhere(1, 0, (hit(9),))) is None
