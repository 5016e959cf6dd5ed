"""The search for servers, with a browser and distances that the test plays."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from app.discovery import (
    ANSWERED_MAX,
    MEASURED_EVERY_S,
    NO_DISCOVERY,
    UNANSWERED_MAX,
    Discovery,
    OnNews,
    Resolved,
)
from app.models.events import ServersFound
from app.models.server_lists import FOUND_MAX, FoundServer

WAIT_S = 10.0


class FakeBrowser:
    """Announces what the test puts into ``announced``."""

    def __init__(self) -> None:
        self.announced: dict[str, Resolved] = {}
        self.on_news: OnNews
        self.opened = threading.Event()
        self.closed = threading.Event()

    def open(self, on_news: OnNews) -> FakeBrowser:
        self.on_news = on_news
        self.opened.set()
        return self

    def resolve(self, key: str) -> Resolved | None:
        return self.announced.get(key)

    def close(self) -> None:
        self.closed.set()

    def announce(self, key: str, people: int = 3, address: str = "192.0.2.7") -> None:
        properties: dict[bytes, bytes | None] = {b"name": key.encode(), b"n": b"%d" % people}
        self.announced[key] = Resolved(properties, [address], 48228)
        self.on_news(key, True)


class Ground:
    """A search under way, and what came of it."""

    def __init__(self) -> None:
        self.browser = FakeBrowser()
        self.told: queue.Queue[ServersFound] = queue.Queue()
        self.distances: dict[str, float | None] = {}
        self.asked: queue.Queue[str] = queue.Queue()
        self.looks: queue.Queue[float] = queue.Queue()
        self.now = 0.0
        self.discovery = Discovery(
            self.told.put,
            make_browser=self.browser.open,
            measure=self.measure,
            clock=self.clock,
        )

    def measure(self, address: str) -> float | None:
        self.asked.put(address)
        return self.distances.get(address)

    def clock(self) -> float:
        now = self.now
        self.looks.put(now)
        return now

    def measure_again(self) -> None:
        """The time for it has come, counted from a look at the clock behind what was told last;
        any news wakes the search."""
        while not self.looks.empty():
            self.looks.get()
        self.browser.on_news("nobody", False)
        self.looks.get(timeout=WAIT_S)
        self.now += MEASURED_EVERY_S
        self.browser.on_news("nobody", False)

    def until(self, wanted: Callable[[tuple[FoundServer, ...]], bool]) -> tuple[FoundServer, ...]:
        """The next list of which this holds."""
        while True:
            found = self.told.get(timeout=WAIT_S).servers
            if wanted(found):
                return found


@pytest.fixture
def ground() -> Iterator[Ground]:
    ground = Ground()
    ground.discovery.start()
    assert ground.browser.opened.wait(WAIT_S)
    yield ground
    ground.discovery.stop()
    assert ground.browser.closed.wait(WAIT_S)


class TestSearch:
    def test_server_is_told_at_once_and_again_when_it_is_measured(self, ground: Ground) -> None:
        ground.distances["192.0.2.7:48228"] = 0.003
        ground.browser.announce("Harbour")

        first = ground.until(lambda found: bool(found))
        assert first == (FoundServer("Harbour", "Harbour", "192.0.2.7:48228", 3),)
        second = ground.until(lambda found: bool(found))
        assert second[0].round_trip_s == 0.003

    def test_people_who_come_change_the_list_and_keep_the_distance(self, ground: Ground) -> None:
        ground.distances["192.0.2.7:48228"] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))

        ground.browser.announce("Harbour", people=4)

        changed = ground.until(lambda found: found[0].people == 4)
        assert changed[0].round_trip_s == 0.003

    def test_server_that_goes_is_taken_away(self, ground: Ground) -> None:
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found))

        ground.browser.on_news("Harbour", False)

        assert ground.until(lambda found: not found) == ()

    def test_nonsense_is_passed_over_and_names_are_in_order(self, ground: Ground) -> None:
        ground.browser.announced["bad"] = Resolved({b"name": b"\xff"}, ["192.0.2.9"], 1)
        ground.browser.on_news("bad", True)
        ground.browser.announce("office", address="192.0.2.8")
        ground.browser.announce("Harbour")

        found = ground.until(lambda found: len(found) == 2)
        assert [server.name for server in found] == ["Harbour", "office"]

    def test_list_is_bounded(self, ground: Ground) -> None:
        for number in range(FOUND_MAX + 20):
            ground.browser.announce(f"server {number:03}")
        ground.browser.on_news("server 000", False)

        ground.until(lambda found: len(found) == FOUND_MAX)
        assert len(ground.until(lambda found: len(found) == FOUND_MAX - 1)) == FOUND_MAX - 1


class TestSilence:
    PLACE = "192.0.2.7:48228"

    def test_who_answers_no_more_is_left_out_until_he_does(self, ground: Ground) -> None:
        ground.distances[self.PLACE] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))

        ground.distances.clear()
        ground.measure_again()
        (server,) = ground.until(lambda found: True)
        assert server.round_trip_s is None, "one answer may be lost"
        ground.measure_again()
        assert ground.until(lambda found: True) == ()

        ground.distances[self.PLACE] = 0.004
        ground.measure_again()
        (server,) = ground.until(lambda found: True)
        assert server.round_trip_s == 0.004

    def test_who_says_that_he_is_back_is_asked_at_once(self, ground: Ground) -> None:
        ground.distances[self.PLACE] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))
        ground.distances.clear()
        for _ in range(UNANSWERED_MAX):
            ground.measure_again()
            ground.until(lambda found: True)

        ground.distances[self.PLACE] = 0.004
        ground.browser.announce("Harbour", people=0)

        (server,) = ground.until(lambda found: True)
        assert (server.people, server.round_trip_s) == (0, 0.004)

    def test_a_late_answer_behind_a_goodbye_is_no_server(self, ground: Ground) -> None:
        ground.distances[self.PLACE] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))

        ground.distances.clear()
        ground.browser.on_news("Harbour", False)
        ground.until(lambda found: not found)
        ground.browser.on_news("Harbour", True)
        ground.until(lambda found: bool(found))
        for _ in range(UNANSWERED_MAX - 1):
            ground.measure_again()

        assert ground.until(lambda found: True) == ()

    def test_who_never_answered_is_shown(self, ground: Ground) -> None:
        ground.browser.announce("Harbour")
        for _ in range(UNANSWERED_MAX + 1):
            assert ground.asked.get(timeout=WAIT_S) == self.PLACE
            ground.measure_again()
        ground.browser.announce("office", address="192.0.2.8")

        found = ground.until(lambda found: found[-1].name == "office")
        assert [server.name for server in found] == ["Harbour", "office"]

    def test_who_is_at_another_place_now_is_shown_though_silent_before(
        self, ground: Ground
    ) -> None:
        ground.distances[self.PLACE] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))
        ground.distances.clear()
        for _ in range(UNANSWERED_MAX):
            ground.measure_again()
            ground.until(lambda found: True)

        ground.browser.announce("Harbour", address="192.0.2.8")

        (server,) = ground.until(lambda found: True)
        assert server.address == "192.0.2.8:48228"

    def test_a_flood_of_announcements_keeps_nobody_who_is_silent(self, ground: Ground) -> None:
        ground.distances[self.PLACE] = 0.003
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))
        resolve = ground.browser.resolve

        def endless(key: str) -> Resolved | None:
            ground.browser.on_news(key, True)
            return resolve(key)

        ground.browser.resolve = endless  # type: ignore[method-assign]
        ground.browser.on_news("nobody", True)
        ground.distances.clear()
        for _ in range(UNANSWERED_MAX - 1):
            ground.measure_again()
            ground.until(lambda found: True)
        ground.measure_again()
        assert ground.until(lambda found: True) == ()

    def test_of_so_many_it_is_remembered_that_they_answered(self, ground: Ground) -> None:
        ground.distances[self.PLACE] = 0.003
        for number in range(ANSWERED_MAX):
            ground.browser.announce(f"server {number}")
            ground.until(lambda found: bool(found and found[0].round_trip_s))
            ground.browser.on_news(f"server {number}", False)
            ground.until(lambda found: not found)
        ground.browser.announce("Harbour")
        ground.until(lambda found: bool(found and found[0].round_trip_s))

        ground.distances.clear()
        while not ground.asked.empty():
            ground.asked.get()
        for _ in range(UNANSWERED_MAX + 1):
            ground.measure_again()
            assert ground.asked.get(timeout=WAIT_S) == self.PLACE
        ground.browser.announce("office", address="192.0.2.8")

        found = ground.until(lambda found: found[-1].name == "office")
        assert [server.name for server in found] == ["Harbour", "office"]


class TestEnds:
    def test_nothing_is_told_after_the_end(self) -> None:
        ground = Ground()
        ground.discovery.start()
        assert ground.browser.opened.wait(WAIT_S)

        ground.discovery.stop()
        ground.browser.announce("late")

        assert ground.browser.closed.wait(WAIT_S)
        assert ground.told.empty()

    def test_second_start_does_nothing_and_a_stop_before_the_start_neither(self) -> None:
        ground = Ground()
        ground.discovery.stop()
        ground.discovery.start()
        assert ground.browser.opened.wait(WAIT_S)
        ground.browser.opened.clear()

        ground.discovery.start()
        ground.discovery.stop()

        assert ground.browser.closed.wait(WAIT_S)
        assert not ground.browser.opened.is_set()

    def test_network_that_cannot_be_listened_to_is_said(self) -> None:
        told: queue.Queue[ServersFound] = queue.Queue()

        def fail(_on_news: OnNews) -> FakeBrowser:
            raise OSError("no multicast here")

        discovery = Discovery(told.put, make_browser=fail)
        discovery.start()

        assert told.get(timeout=WAIT_S) == ServersFound((), NO_DISCOVERY)
        discovery.stop()
