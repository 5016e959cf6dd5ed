"""Searches on the store's thread: they let others pass, and only the newest one is answered."""

from __future__ import annotations

import pytest

from app.models import store_everywhere, store_search
from app.models.commands import FindEverywhere, FindText
from app.models.events import Event
from app.models.local_store import LocalStore
from app.models.store_answers import FoundEverywhere, TextFound
from app.models.store_thread import ITEMS_MAX, StoreThread
from tests.app.models.store_fixtures import ROOM, followed, listed, received, wish
from tests.app.models.store_listener import TIMEOUT_S, Listener, limit_pages


class TestSearches:
    @pytest.fixture
    def old_texts(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of before they were kept folded; each is a slice of its own."""
        monkeypatch.setattr(store_search, "_SLICE_ENTRIES", 1)
        store.apply(listed(), followed(5), received(1, 5, text="Grüße " * 100))
        store._connection.execute("UPDATE entries SET folded = NULL")

    def test_of_who_types_on_are_not_answered(
        self, thread: StoreThread, listener: Listener
    ) -> None:
        for words in ("g", "gr", "gru"):
            thread.submit(FindText(ROOM, words))
        thread.submit(FindText(9, "x"))

        thread.start()
        for _ in range(2):
            assert listener.something.acquire(timeout=TIMEOUT_S)

        assert thread.flush_and_stop(TIMEOUT_S)
        assert listener.heard == [TextFound(9, "x", ()), TextFound(ROOM, "gru", ())]

    def test_let_others_pass(self, thread: StoreThread, listener: Listener) -> None:
        thread.submit(FindText(ROOM, "g"))
        thread.submit(wish())

        thread.start()
        for _ in range(3):
            assert listener.something.acquire(timeout=TIMEOUT_S)

        assert listener.kinds() == ["PostStored", "SendPost", "TextFound"]

    @pytest.mark.usefixtures("old_texts")
    def test_in_an_old_history_let_others_pass(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        folded: list[str] = []

        def write_meanwhile(statement: str) -> None:
            if statement.startswith("UPDATE entries SET folded"):
                folded.append(statement)
                if len(folded) == 2:
                    thread.submit(wish())

        store._connection.set_trace_callback(write_meanwhile)
        thread.submit(FindText(ROOM, "grusse"))
        thread.start()
        for _ in range(3):
            assert listener.something.acquire(timeout=TIMEOUT_S)

        assert listener.kinds() == ["PostStored", "SendPost", "TextFound"]
        assert listener.heard[2] == TextFound(ROOM, "grusse", (1, 2, 3, 4, 5))
        assert len(folded) == 5

    def test_of_a_long_history_let_others_pass_between_two_slices(
        self,
        thread: StoreThread,
        store: LocalStore,
        listener: Listener,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(store_search, "_SLICE_ENTRIES", 1)
        store.apply(listed(), followed(5), received(1, 5, text="boat"))
        slices: list[str] = []

        def write_meanwhile(statement: str) -> None:
            if statement.startswith("SELECT number, text, flags"):
                slices.append(statement)
                if len(slices) == 2:
                    thread.submit(wish())

        store._connection.set_trace_callback(write_meanwhile)
        thread.submit(FindText(ROOM, "boat"))
        thread.start()
        for _ in range(3):
            assert listener.something.acquire(timeout=TIMEOUT_S)

        assert listener.kinds() == ["PostStored", "SendPost", "TextFound"]
        assert listener.heard[2] == TextFound(ROOM, "boat", (1, 2, 3, 4, 5))
        assert len(slices) == 5

    @pytest.mark.usefixtures("old_texts")
    def test_are_answered_where_the_disk_is_full(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        limit_pages(store, 1)
        thread.submit(FindText(ROOM, "grusse"))
        thread.start()
        assert listener.something.acquire(timeout=TIMEOUT_S)

        assert listener.heard == [TextFound(ROOM, "grusse", (1, 2, 3, 4, 5))]

    def test_do_not_keep_the_program_from_ending(
        self, thread: StoreThread, listener: Listener
    ) -> None:
        thread.submit(wish())
        thread.submit(FindText(ROOM, "g"))
        assert not thread.flush_and_stop(0)
        thread.start()

        assert thread.flush_and_stop(TIMEOUT_S)
        assert listener.kinds() == ["PostStored", "SendPost"]

    def test_are_bounded(self, thread: StoreThread) -> None:
        assert all(thread.submit(FindText(room, "g")) for room in range(ITEMS_MAX))
        assert not thread.submit(FindText(ITEMS_MAX, "g"))


class TestSearchesOfAllRooms:
    @pytest.fixture(autouse=True)
    def small(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """Five messages, each a slice of its own."""
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 1)
        store.apply(listed(), followed(5), received(1, 5))

    def hear(self, thread: StoreThread, listener: Listener, count: int) -> list[str]:
        """So many things that are told, each as its kind and where it begins."""
        thread.start()
        for _ in range(count):
            assert listener.something.acquire(timeout=TIMEOUT_S)
        assert thread.flush_and_stop(TIMEOUT_S)
        return [f"{type(thing).__name__} {getattr(thing, 'at', '')}" for thing in listener.heard]

    def test_are_answered_little_by_little(self, thread: StoreThread, listener: Listener) -> None:
        thread.submit(FindEverywhere(1, (ROOM,), "message"))
        assert self.hear(thread, listener, 5) == [f"FoundEverywhere {at}" for at in range(5)]
        *_, last = listener.heard
        assert isinstance(last, FoundEverywhere) and not last.next_room

    def test_let_others_pass(
        self, thread: StoreThread, listener: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hear = listener.hear

        def hear_and_write(thing: Event) -> None:
            hear(thing)
            if isinstance(thing, FoundEverywhere) and thing.at == 1:
                thread.submit(wish())

        monkeypatch.setattr(thread._worker, "_emit", hear_and_write)
        thread.submit(FindEverywhere(1, (ROOM,), "message"))
        assert self.hear(thread, listener, 7)[1:5] == [
            "FoundEverywhere 1", "PostStored ", "SendPost ", "FoundEverywhere 2",
        ]  # fmt: skip

    def test_of_who_types_on_are_not_answered_any_more(
        self, thread: StoreThread, listener: Listener, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hear = listener.hear

        def hear_and_type_on(thing: Event) -> None:
            hear(thing)
            if isinstance(thing, FoundEverywhere) and (thing.token, thing.at) == (1, 1):
                thread.submit(FindEverywhere(2, (ROOM,), "message 5"))

        monkeypatch.setattr(thread._worker, "_emit", hear_and_type_on)
        thread.submit(FindEverywhere(1, (ROOM,), "message"))
        self.hear(thread, listener, 4)
        found = [thing for thing in listener.heard if isinstance(thing, FoundEverywhere)]
        assert [(each.token, each.at) for each in found] == [(1, 0), (1, 1), (2, 0), (2, 1)]
        assert [len(each.messages) for each in found] == [1, 1, 1, 0]

    def test_fold_old_texts_on_their_way(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        store.apply(received(1, 5, text="Gr\u00fc\u00dfe"))
        store._connection.execute("UPDATE entries SET folded = NULL")
        thread.submit(FindEverywhere(1, (ROOM,), "grusse"))
        self.hear(thread, listener, 5)
        assert not store._connection.execute(
            "SELECT 1 FROM entries WHERE folded IS NULL"
        ).fetchall()

    def test_are_answered_where_the_disk_is_full(
        self, thread: StoreThread, store: LocalStore, listener: Listener
    ) -> None:
        store.apply(received(1, 5, text="Gr\u00fc\u00dfe" * 500))
        store._connection.execute("UPDATE entries SET folded = NULL")
        limit_pages(store, 1)
        thread.submit(FindEverywhere(1, (ROOM,), "grusse"))
        assert self.hear(thread, listener, 5) == [f"FoundEverywhere {at}" for at in range(5)]
