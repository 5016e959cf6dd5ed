"""Reading far back: a part of the room of its own, which grows, meets the newest, and goes."""

from __future__ import annotations

import pytest

from app.models.commands import FetchOlder, FindText, LoadAround, LoadHistory, LoadNewer
from app.models.events import BaseMoved, HistoryForked, LinkChanged, LinkState, RoomFollowed
from app.models.history_desk import PAGE
from app.models.signals import TimelinesChanged, WordsFound
from app.models.store_answers import AroundLoaded, HistoryLoaded, NewerLoaded, Restored, TextFound
from app.structs import replace
from tests.app.models.chat_fixtures import Bench, entries, received, stream_of, texts


@pytest.fixture
def bench() -> Bench:
    """In a room of 1,000 entries, of which the newest 100 are in memory."""
    bench = Bench()
    bench.follow(1, 1000)
    bench.model.apply(HistoryLoaded(1, entries(901, 1000)))
    bench.clear()
    return bench


def around(bench: Bench, number: int = 500) -> None:
    bench.model.history.go_to(1, number)
    assert bench.submitted(LoadAround) == [LoadAround(1, number, PAGE)]
    bench.model.apply(AroundLoaded(1, number, entries(number - 50, number + 50)))


def ends(bench: Bench) -> tuple[str, str]:
    shown = texts(bench.model.rooms[1].shown.items)
    return shown[0], shown[-1]


class TestGoingThere:
    def test_the_room_is_shown_around_the_message_and_nothing_is_missing(
        self, bench: Bench
    ) -> None:
        around(bench)
        room = bench.model.rooms[1]
        assert ends(bench) == ("m450", "m550")
        assert len(texts(room.shown.items)) == 101
        assert (room.past_key, room.jumps) == (500, 1)
        assert room.shown.has_older

    def test_what_is_said_meanwhile_waits_at_the_end(self, bench: Bench) -> None:
        around(bench)
        bench.model.apply(received(1001, 1001))
        assert ends(bench) == ("m450", "m550")
        assert bench.shown()[-1] == "m1001"

    def test_what_is_not_on_the_disk_moves_nothing(self, bench: Bench) -> None:
        bench.model.history.go_to(1, 500)
        bench.model.apply(AroundLoaded(1, 500, ()))
        assert bench.model.rooms[1].past is None

    def test_a_message_near_the_newest_makes_one_of_both(self, bench: Bench) -> None:
        around(bench, 850)
        assert bench.model.rooms[1].past is None
        assert bench.shown() == [f"m{n}" for n in range(800, 1001)]


class TestGrowing:
    def test_older_ones_are_added_in_front(self, bench: Bench) -> None:
        around(bench)
        bench.model.history.load_older(1)
        bench.model.history.load_older(1)
        assert bench.submitted(LoadHistory) == [LoadHistory(1, 450, PAGE)]
        bench.model.apply(HistoryLoaded(1, entries(350, 449)))
        assert ends(bench) == ("m350", "m550")
        bench.model.history.load_older(1)
        assert bench.submitted(LoadHistory)[-1] == LoadHistory(1, 350, PAGE)

    def test_what_the_disk_does_not_have_is_not_fetched(self, bench: Bench) -> None:
        around(bench)
        bench.model.history.load_older(1)
        bench.model.apply(HistoryLoaded(1, ()))
        assert bench.submitted(FetchOlder) == []
        assert ends(bench) == ("m450", "m550")

    def test_newer_ones_are_added_behind_until_both_meet(self, bench: Bench) -> None:
        around(bench, 800)
        bench.model.history.load_newer(1)
        bench.model.history.load_newer(1)
        assert bench.submitted(LoadNewer) == [LoadNewer(1, 850, PAGE)]
        bench.clear()
        bench.model.apply(NewerLoaded(1, 850, entries(851, 950)))
        room = bench.model.rooms[1]
        assert room.past is None
        assert bench.shown() == [f"m{n}" for n in range(750, 1001)]
        assert room.jumps == 1  # the reader stays where he is
        assert bench.named(TimelinesChanged)

    def test_a_late_answer_is_not_for_another_place(self, bench: Bench) -> None:
        around(bench)
        bench.model.history.load_newer(1)
        bench.model.apply(AroundLoaded(1, 300, entries(250, 350)))
        bench.model.apply(NewerLoaded(1, 550, entries(551, 650)))
        assert ends(bench) == ("m250", "m350")

    def test_a_hole_is_a_hole(self, bench: Bench) -> None:
        around(bench)
        bench.model.apply(NewerLoaded(1, 550, entries(560, 600)))
        assert "551-559" in texts(bench.model.rooms[1].shown.items)


class TestComingBack:
    def test_to_the_newest(self, bench: Bench) -> None:
        around(bench)
        bench.clear()
        bench.model.history.show_newest(1)
        room = bench.model.rooms[1]
        assert ends(bench) == ("m901", "m1000")
        assert (room.past_key, room.jumps) == (None, 2)
        assert bench.named(TimelinesChanged)
        bench.clear()
        bench.model.history.show_newest(1)
        assert bench.announced == []

    def test_with_another_room(self, bench: Bench) -> None:
        bench.follow(2)
        around(bench)
        bench.model.reading.show_room(2)
        assert bench.model.rooms[1].past is None

    def test_when_the_history_is_another(self, bench: Bench) -> None:
        around(bench)
        bench.model.apply(HistoryForked(1, 400))
        assert bench.model.rooms[1].past is None


class TestFinding:
    def test_the_disk_is_asked_and_its_answer_told(self, bench: Bench) -> None:
        bench.model.history.find(1, "boat")
        assert bench.submitted(FindText) == [FindText(1, "boat")]
        bench.model.apply(TextFound(1, "boat", (3, 500)))
        assert bench.named(WordsFound) == [WordsFound(1, "boat", (3, 500), False, is_whole=False)]

    def test_own_messages_keep_their_keys(self, bench: Bench) -> None:
        bench.model.desk.send_message(1, "my boat")
        key = bench.messages()[-1].key
        timeline = bench.model.rooms[1].timeline
        timeline.accept(timeline.items[-1].token, 1001)  # type: ignore[union-attr]
        bench.model.apply(TextFound(1, "boat", (1001,)))
        assert bench.named(WordsFound)[0].keys == (key,)
        bench.model.history.go_to(1, key)
        assert bench.submitted(LoadAround) == [LoadAround(1, 1001, PAGE)]


def test_another_servers_room_of_that_number_is_not_looked_through(bench: Bench) -> None:
    log = RoomFollowed(1, stream_of(1), 1, 901, 1, 1000, 1000)
    bench.model.apply(LinkChanged(LinkState.ONLINE), log)
    bench.model.history.find(1, "whale", is_further=True)
    assert bench.submitted(FetchOlder)
    bench.model.apply(
        Restored(77, b"k" * 32, 5, "anna", "Quay", 0, (), (), (), 1, "f" * 32),
        replace(log, stream_id=stream_of(9)),
        received(901, 1000),
    )
    bench.clear()
    bench.model.apply(BaseMoved(1, 401), received(401, 900))
    bench.model.apply(TextFound(1, "whale", ()))
    assert bench.submitted(FetchOlder) == bench.submitted(FindText) == []
