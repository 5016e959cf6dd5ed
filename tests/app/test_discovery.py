"""The search for servers, with a browser and distances that the test plays."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from app.discovery import NO_DISCOVERY, Discovery, OnNews, Resolved
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
        self.discovery = Discovery(
            self.told.put,
            make_browser=self.browser.open,
            measure=self.distances.get,
            clock=lambda: 0.0,
        )

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
