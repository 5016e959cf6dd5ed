"""The store's thread: answers after the commit, nothing lost when the disk fails, and bounds."""

from __future__ import annotations

import logging

import pytest

from app.models.commands import (
    LoadHistory,
    NetworkCommand,
    RenumberPosts,
    SaveSetting,
    SendPost,
)
from app.models.events import Event, PostAccepted, ServerKeySeen
from app.models.local_store import LocalStore
from app.models.store_answers import PostsRenumbered, PostStored
from app.models.store_thread import (
    BEHIND_ITEMS,
    ITEMS_MAX,
    REPEATABLE_ITEMS_MAX,
    StoreThread,
    StoreWorker,
)
from tests.app.models.store_fixtures import ADDRESS, followed, received, wish
from tests.app.models.store_listener import TIMEOUT_S, Listener, limit_pages


def outbox(store: LocalStore) -> list[str]:
    return [post.text for post in store.restore(store.use_server(ADDRESS)).outbox]


@pytest.fixture
def worker(store: LocalStore, listener: Listener) -> StoreWorker:
    return StoreWorker(store, listener.hear, listener.hear)


class TestStoreWorker:
    def test_tells_both_sides_after_the_commit(self, store: LocalStore) -> None:
        heard: list[tuple[str, bool]] = []

        def hear(thing: object) -> None:
            heard.append((type(thing).__name__, store._connection.in_transaction))

        assert StoreWorker(store, hear, hear).run_batch([wish("a"), wish("b")])

        assert heard == [
            ("PostStored", False),
            ("SendPost", False),
            ("PostStored", False),
            ("SendPost", False),
        ]

    def test_tells_new_numbers_to_the_network_last(self, store: LocalStore) -> None:
        store.apply(wish())
        told: list[tuple[str, Event | NetworkCommand | PostsRenumbered]] = []
        worker = StoreWorker(
            store, lambda e: told.append(("models", e)), lambda c: told.append(("network", c))
        )

        worker.run_batch([RenumberPosts(((1, 2),))])

        renumbered = PostsRenumbered(((1, 2),))
        assert told == [("models", renumbered), ("network", renumbered)]

    def test_keeps_a_batch_that_the_disk_does_not_take(
        self, worker: StoreWorker, store: LocalStore, listener: Listener
    ) -> None:
        limit_pages(store, 1)

        assert not worker.run_batch([wish("a"), SaveSetting("big", "x" * 60_000)])
        assert not worker.run_batch([wish("b")])

        assert worker.waiting == 3
        assert outbox(store) == []
        (reason,) = listener.failures()  # said once
        assert reason.startswith("the disk is full: make room")
        limit_pages(store, 10_000)
        assert worker.run_batch([])
        assert outbox(store) == ["a", "b"]
        assert listener.kinds()[1:] == ["PostStored", "SendPost"] * 2
        assert worker.waiting == 0

    def test_says_it_again_when_the_disk_fails_again(
        self, worker: StoreWorker, store: LocalStore, listener: Listener
    ) -> None:
        for _ in range(2):
            limit_pages(store, 1)
            worker.run_batch([wish("x" * 16_000)])
            limit_pages(store, 10_000)
            worker.run_batch([])

        assert len(listener.failures()) == 2

    def test_does_not_let_one_item_spoil_the_others(
        self,
        worker: StoreWorker,
        store: LocalStore,
        listener: Listener,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.ERROR)
        key = ServerKeySeen(bytes(32), "")
        other = ServerKeySeen(bytes([1]) * 32, "")

        assert worker.run_batch([key, wish("a"), other, wish("b")])

        assert outbox(store) == ["a", "b"]
        assert listener.kinds() == [
            "PostStored",
            "SendPost",
            "StoreFailed",
            "PostStored",
            "SendPost",
        ]
        assert "ServerKeySeen" in listener.failures()[0]
        assert "ServerKeySeen cannot be stored" in caplog.text

    def test_has_nothing_to_do_with_nothing(self, worker: StoreWorker, listener: Listener) -> None:
        assert worker.run_batch([])
        assert listener.heard == []


class TestStoreThread:
    def test_stores_and_answers(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        thread.start()
        for number in range(20):
            assert thread.submit(wish(str(number)))

        assert thread.flush_and_stop(TIMEOUT_S)

        assert outbox(store) == [str(number) for number in range(20)]
        sent = [thing.post.text for thing in listener.heard if isinstance(thing, SendPost)]
        assert sent == [str(number) for number in range(20)]
        assert not thread.submit(wish("too late"))

    def test_makes_one_batch_of_what_has_gathered(
        self, thread: StoreThread, store: LocalStore
    ) -> None:
        seen: list[str] = []
        store._connection.set_trace_callback(seen.append)
        for item in (wish(), followed(3), received(1, 3), PostAccepted(1, 3, 3)):
            thread.submit(item)

        thread.start()
        assert thread.flush_and_stop(TIMEOUT_S)

        assert seen.count("COMMIT") == 1

    def test_tries_again_by_itself(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        limit_pages(store, 1)
        thread.start()
        thread.submit(wish("x" * 16_000))
        assert listener.something.acquire(timeout=TIMEOUT_S)
        assert listener.kinds() == ["StoreFailed"]

        limit_pages(store, 10_000)

        assert listener.something.acquire(timeout=TIMEOUT_S)
        assert isinstance(listener.heard[1], PostStored)

    def test_says_when_not_all_came_to_the_disk(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        limit_pages(store, 1)
        thread.start()
        thread.submit(wish("x" * 16_000))

        assert not thread.flush_and_stop(TIMEOUT_S)
        assert listener.kinds() == ["StoreFailed"]

    def test_that_never_started_has_stored_nothing(self, thread: StoreThread) -> None:
        assert thread.submit(wish())
        assert not thread.flush_and_stop(TIMEOUT_S)

    def test_is_behind_when_much_waits_for_a_disk_that_works(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        for number in range(1, BEHIND_ITEMS + 1):
            assert not thread.is_behind
            thread.submit(received(number, number))
        assert thread.is_behind

        limit_pages(store, 1)
        thread.submit(wish("x" * 16_000))
        thread.start()
        assert listener.something.acquire(timeout=TIMEOUT_S)

        assert listener.kinds() == ["StoreFailed"]
        assert not thread.is_behind

    def test_lets_go_of_what_can_be_had_again_before_what_cannot(self, thread: StoreThread) -> None:
        taken = [thread.submit(received(n, n)) for n in range(1, REPEATABLE_ITEMS_MAX + 3)]
        assert taken.count(False) == 2
        assert taken[-3:] == [True, False, False]

        posts = [thread.submit(wish()) for _ in range(ITEMS_MAX - REPEATABLE_ITEMS_MAX + 1)]
        assert posts.count(False) == 1
        assert not posts[-1]
        assert not thread.submit(LoadHistory(1, 1, 1))

    def test_refuses_text_that_is_none_where_it_comes_from(self, thread: StoreThread) -> None:
        with pytest.raises(ValueError, match="lone surrogates"):
            thread.submit(wish("\ud800"))
