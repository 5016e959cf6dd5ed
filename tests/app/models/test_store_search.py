"""Words in the local history: found wherever they stand, quickly, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.models import store_search
from app.models.commands import FindText, LoadAround, LoadNewer
from app.models.events import EntriesReceived, HistoryForked
from app.models.local_store import LocalStore
from app.models.records import RoomEntry
from app.models.store_answers import AroundLoaded, NewerLoaded, TextFound
from app.structs import replace
from app.text_folding import fold
from tests.app.models.store_fixtures import (
    ROOM,
    chain,
    entry,
    followed,
    listed,
    received,
    started_store,
)

CONTINUES = 2


def filled(store: LocalStore, *entries: RoomEntry) -> LocalStore:
    last = entries[-1].number
    store.apply(listed(), followed(last), EntriesReceived(ROOM, entries, chain(last)))
    return store


def found(store: LocalStore, words: str, room: int = ROOM) -> tuple[int, ...]:
    (answer,) = store.apply(FindText(room, words))
    assert isinstance(answer, TextFound)
    assert (answer.room, answer.words) == (room, words)
    return answer.numbers


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    texts = (
        "The Boat leaves at 9",
        "a BOAT, ein BÖOT",
        "Das Café am Meer",
        "100 % sure_thing \\o/",
        "ΣΊΣΥΦΟΣ",
        "nothing",
    )
    return filled(started_store(tmp_path), *(entry(n, t) for n, t in enumerate(texts, 1)))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("boat", (1, 2)),
        ("BOAT LEAVES", (1,)),
        ("boot", (2,)),
        ("cafe", (3,)),
        ("CAFÉ", (3,)),
        ("100 %", (4,)),
        ("%", (4,)),
        ("_", (4,)),
        ("\\", (4,)),
        ("σίσυφοσ", (5,)),
        ("whale", ()),
        ("", ()),
        ("  ", ()),
        ("' OR 1 --", ()),
        ("\x00", ()),
    ],
)
def test_case_and_accents_do_not_matter_and_no_sign_is_special(
    store: LocalStore, words: str, numbers: tuple[int, ...]
) -> None:
    assert found(store, words) == numbers


def test_another_room_has_its_own_words(store: LocalStore) -> None:
    assert found(store, "boat", room=ROOM + 1) == ()


def test_notices_are_no_messages(tmp_path: Path) -> None:
    topic = replace(entry(1, "boats"), kind=5, flags=0)
    store = filled(started_store(tmp_path), topic, entry(2, "boats"))
    assert found(store, "boats") == (2,)


@pytest.mark.parametrize("last", ["at sea", "ät sea"])
def test_a_message_of_several_entries_is_one(tmp_path: Path, last: str) -> None:
    """Under its last number, also where the words stand on both sides of a cut."""
    parts = [
        replace(entry(1, "the bo"), flags=CONTINUES),
        replace(entry(2, "ats are "), flags=CONTINUES),
        entry(3, last),
        entry(4, "boats"),
        replace(entry(5, "more bo"), flags=CONTINUES),
        entry(6, "ats"),
    ]
    store = filled(started_store(tmp_path), *parts)
    assert found(store, "boats") == (3, 4, 6)
    assert found(store, "are at sea") == (3,)


class TestSlices:
    @pytest.mark.parametrize("size", [1, 2, 3, 5])
    def test_find_the_same_as_one_look_at_everything(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
    ) -> None:
        monkeypatch.setattr(store_search, "_SLICE_ENTRIES", size)
        parts = [
            entry(1, "boats"),
            replace(entry(3, "the bo"), flags=CONTINUES),
            replace(entry(4, "ats are "), flags=CONTINUES),
            entry(5, "at sea"),
            entry(6, "no"),
            entry(9, "boats"),
        ]
        store = filled(started_store(tmp_path), *parts)
        wish, steps = FindText(ROOM, "boats"), 1
        while store.look_through_some(wish):
            steps += 1
        assert steps >= len(parts) // (size + 2)
        assert store.apply(wish) == [TextFound(ROOM, "boats", (1, 5, 9))]

    def test_a_history_that_was_replaced_is_looked_through_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_search, "_SLICE_ENTRIES", 2)
        store = filled(started_store(tmp_path), *(entry(n, "boat") for n in range(1, 7)))
        wish = FindText(ROOM, "boat")
        assert store.look_through_some(wish)
        store.apply(HistoryForked(ROOM, 3))
        assert store.apply(wish) == [TextFound(ROOM, "boat", (1, 2, 3))]

    def test_another_wish_begins_anew(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_search, "_SLICE_ENTRIES", 1)
        store = filled(started_store(tmp_path), *(entry(n, "boat") for n in range(1, 4)))
        assert store.look_through_some(FindText(ROOM, "boat"))
        assert found(store, "boat") == found(store, "boat") == (1, 2, 3)


def test_hits_are_bounded_the_newest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_search, "FOUND_MAX", 3)
    store = filled(started_store(tmp_path), *(entry(n, "boat") for n in range(1, 6)))
    (answer,) = store.apply(FindText(ROOM, "boat"))
    assert answer == TextFound(ROOM, "boat", (3, 4, 5), is_cut=True)


def test_nothing_is_looked_at_behind_the_hits_that_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first letter is in nearly all there is."""
    monkeypatch.setattr(store_search, "FOUND_MAX", 3)
    store = filled(started_store(tmp_path), *(entry(n, "boat") for n in range(1, 2001)))
    steps: list[int] = []
    store._connection.set_progress_handler(lambda: steps.append(1), 10)
    assert found(store, "whale") == ()
    all_looked_at = len(steps)
    steps.clear()
    assert found(store, "b") == (1998, 1999, 2000)
    assert len(steps) < all_looked_at / 10


class TestFoldedTexts:
    """Folding takes long, so it is not done again at each search."""

    @pytest.fixture
    def folds(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        folded: list[str] = []

        def counting(text: str) -> str:
            folded.append(text)
            return fold(text)

        monkeypatch.setattr(store_search, "fold", counting)
        return folded

    def test_are_made_when_the_entry_comes(self, store: LocalStore, folds: list[str]) -> None:
        assert found(store, "cafe") == (3,)
        assert folds == ["cafe"]

    def test_of_before_are_made_once(self, store: LocalStore, folds: list[str]) -> None:
        store._connection.execute("UPDATE entries SET folded = NULL")
        assert not store.fold_some(ROOM)
        assert (found(store, "cafe"), found(store, "boot")) == ((3,), (2,))
        assert folds == ["cafe", "boot"]

    def test_of_before_are_found_as_well_while_they_are_not_made(self, store: LocalStore) -> None:
        store._connection.execute("UPDATE entries SET folded = NULL")
        assert (found(store, "cafe"), found(store, "boot")) == ((3,), (2,))

    @pytest.mark.parametrize(("limit", "most"), [("_SLICE_ENTRIES", 2), ("_SLICE_LENGTH", 7)])
    def test_of_before_are_made_in_slices_newest_first(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
    ) -> None:
        monkeypatch.setattr(store_search, limit, most)
        store._connection.execute("UPDATE entries SET folded = NULL")
        seen, is_more = [], True
        while is_more:
            is_more = store.fold_some(ROOM)
            seen.append(
                store._connection.execute(
                    "SELECT number FROM entries WHERE folded IS NULL AND number IN (2, 3, 5)"
                ).fetchall()
            )
        assert seen == [[(2,), (3,)], [(2,)], [], []]

    def test_of_rooms_that_are_not_there_are_none(self, store: LocalStore) -> None:
        assert not any(store.fold_some(room) for room in (ROOM + 1, -ROOM, -ROOM - 1, 0))

    def test_follow_a_text_that_comes_again_as_another(self, store: LocalStore) -> None:
        store.apply(received(2, 2, text="Öl"), received(3, 3, text="oil"))
        assert (found(store, "ol"), found(store, "cafe"), found(store, "oil")) == ((2,), (), (3,))

    def test_zeros_in_a_text_hide_nothing_behind_them(self, store: LocalStore) -> None:
        store.apply(received(6, 6, text="a\0boat"))
        assert found(store, "boat") == (1, 2, 6)


def test_very_long_words_are_cut(store: LocalStore) -> None:
    assert found(store, "x" * 1_000_000) == ()


def test_a_hundred_thousand_messages_take_no_second(tmp_path: Path) -> None:
    store = started_store(tmp_path)
    store.apply(listed(), followed(100_000))
    for first in range(1, 100_000, 1000):
        store.apply(received(first, first + 999))
    began = time.perf_counter()
    assert len(found(store, "MESSAGE 9999")) == 11
    assert time.perf_counter() - began < 1.0


class TestAround:
    def numbers(self, entries: tuple[RoomEntry, ...]) -> list[int]:
        return [each.number for each in entries]

    def test_half_of_them_lie_behind(self, tmp_path: Path) -> None:
        store = filled(started_store(tmp_path), *(entry(n) for n in range(1, 21)))
        (answer,) = store.apply(LoadAround(ROOM, 10, 6))
        assert isinstance(answer, AroundLoaded)
        assert self.numbers(answer.entries) == [8, 9, 10, 11, 12, 13]

    def test_what_is_not_held_has_no_surroundings(self, tmp_path: Path) -> None:
        store = filled(started_store(tmp_path), *(entry(n) for n in range(1, 5)))
        assert store.apply(LoadAround(ROOM, 9, 6)) == [AroundLoaded(ROOM, 9, ())]
        assert store.apply(LoadAround(ROOM + 1, 1, 6)) == [AroundLoaded(ROOM + 1, 1, ())]

    def test_newer_ones_follow(self, tmp_path: Path) -> None:
        store = filled(started_store(tmp_path), *(entry(n) for n in range(1, 21)))
        (answer,) = store.apply(LoadNewer(ROOM, 17, 100))
        assert isinstance(answer, NewerLoaded)
        assert self.numbers(answer.entries) == [18, 19, 20]
        assert store.apply(LoadNewer(ROOM, 20, 100)) == [NewerLoaded(ROOM, 20, ())]
        (many,) = store.apply(LoadNewer(ROOM, 0, 10**6))
        assert isinstance(many, NewerLoaded)
        assert len(many.entries) == 20
