"""What the network is told of a server, and that nothing it does hurts the server."""

from __future__ import annotations

import logging
import threading

import pytest

from server.announcer import POLL_S, RETRY_S, Announcement, Announcer, is_worth_announcing

EVERYWHERE = Announcement("Harbour", "::", 48228, "a" * 32)


class FakeNetwork:
    """Notes what it was asked for; ``error`` is what it does instead."""

    def __init__(self) -> None:
        self.found = ["192.0.2.7"]
        self.done: list[tuple[str, object]] = []
        self.error: Exception | None = None
        self.closed = threading.Event()

    def addresses(self) -> list[str]:
        if self.error:
            raise self.error
        return self.found

    def publish(self, announcement: Announcement, addresses: list[str], people: int) -> None:
        self.done.append(("publish", (announcement.name, tuple(addresses), people)))

    def update(self, people: int) -> None:
        self.done.append(("update", people))

    def close(self) -> None:
        self.done.append(("close", None))
        self.closed.set()


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


class TestWhatIsTold:
    def test_text_carries_name_fingerprint_and_people(self) -> None:
        assert EVERYWHERE.text(3) == {"v": "1", "name": "Harbour", "fp": "a" * 32, "n": "3"}

    @pytest.mark.parametrize(
        ("name", "label"),
        [("Harbour", "Harbour"), ("a.b", "a b"), ("...", "Hubbub"), ("é" * 32, "é" * 30)],
    )
    def test_label_fits_the_name_system(self, name: str, label: str) -> None:
        announcement = Announcement(name, "::", 1, "")

        assert announcement.label == label
        assert len(announcement.label.encode()) <= 60

    @pytest.mark.parametrize(
        ("host", "worth"),
        [
            ("::", True),
            ("0.0.0.0", True),
            ("192.0.2.7", True),
            ("127.0.0.1", False),
            ("::1", False),
        ],
    )
    def test_server_on_the_loopback_is_not_announced(self, host: str, worth: bool) -> None:
        assert is_worth_announcing(host) is worth


class TestNews:
    def test_people_who_come_are_told_and_silence_is_kept_else(self, network: FakeNetwork) -> None:
        people = iter([0, 0, 2, 2])
        announcer = Announcer(EVERYWHERE, lambda: next(people), network)

        waits = [announcer.turn() for _ in range(4)]

        assert network.done == [("publish", ("Harbour", ("192.0.2.7",), 0)), ("update", 2)]
        assert waits == [POLL_S] * 4

    def test_other_address_is_published_anew(self, network: FakeNetwork) -> None:
        announcer = Announcer(EVERYWHERE, lambda: 1, network)
        announcer.turn()

        network.found = []
        announcer.turn()
        network.found = ["198.51.100.1"]
        announcer.turn()

        assert network.done == [
            ("publish", ("Harbour", ("192.0.2.7",), 1)),
            ("close", None),
            ("publish", ("Harbour", ("198.51.100.1",), 1)),
        ]


class TestFailure:
    def test_failure_is_one_line_and_is_tried_again_later(
        self, network: FakeNetwork, caplog: pytest.LogCaptureFixture
    ) -> None:
        announcer = Announcer(EVERYWHERE, lambda: 1, network)
        network.error = OSError("no network")
        with caplog.at_level(logging.WARNING):
            assert [announcer.turn(), announcer.turn()] == [RETRY_S, RETRY_S]

        assert [record.message for record in caplog.records] == ["the server cannot be announced"]
        network.error = None
        assert announcer.turn() == POLL_S
        assert network.done[-1][0] == "publish"

    def test_thread_takes_the_announcement_back_at_the_end(self, network: FakeNetwork) -> None:
        announcer = Announcer(EVERYWHERE, lambda: 1, network)
        announcer.start()
        announcer.close()

        assert network.closed.is_set()
