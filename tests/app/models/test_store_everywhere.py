"""Words in many rooms: the newest message first, in slices, and as the filters say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from app.models import store_everywhere
from app.models.commands import FindEverywhere
from app.models.events import EntriesReceived, HistoryForked
from app.models.local_store import LocalStore
from app.models.records import RoomEntry
from app.models.store_answers import FoundEverywhere, FoundMessage
from app.plain_words import SPOILER
from app.structs import replace
from tests.app.models.store_fixtures import (
    chain,
    entry,
    followed,
    listed,
    started_store,
)

DEV, LUNCH, TEA = 1, 2, 3
ROOMS = (DEV, LUNCH, TEA)
ADA, BEN = 7, 8
CONTINUES = 2


def said(number: int, text: str, at_ms: int, **more: Any) -> RoomEntry:
    return replace(entry(number, text), time_ms=at_ms, **more)


def fill(store: LocalStore, room: int, *entries: RoomEntry) -> None:
    stream, last = bytes([room]) * 8, entries[-1].number
    store.apply(
        listed(room, stream, f"room {room}"),
        followed(last, room=room, stream_id=stream),
        EntriesReceived(room, entries, chain(last)),
    )


def places(found: FoundEverywhere) -> list[tuple[int, int]]:
    return [(message.room, message.number) for message in found.messages]


def all_places(answers: list[FoundEverywhere]) -> list[tuple[int, int]]:
    return [place for answer in answers for place in places(answer)]


def all_of(store: LocalStore, words: str = "", **filters: Any) -> list[tuple[int, int]]:
    """Room and number of all that is found at once."""
    (answer,) = store.apply(replace(FindEverywhere(5, ROOMS, words), **filters))
    assert isinstance(answer, FoundEverywhere)
    assert (answer.token, answer.at, answer.next_room) == (5, 0, 0)
    return places(answer)


def step_by_step(store: LocalStore, wish: FindEverywhere) -> list[FoundEverywhere]:
    answers = [store.find_some(wish)]
    while answers[-1].next_room:
        answers.append(store.find_some(wish))
    return answers


@pytest.fixture
def filled(store: LocalStore) -> LocalStore:
    fill(
        store, DEV, said(1, "a boat", 100), said(2, "no", 200), said(3, "the Böat", 500, author=BEN)
    )
    fill(store, LUNCH, said(1, "BOAT", 300), said(2, "boats", 400, author=BEN))
    fill(store, TEA, said(1, "tea", 450))
    return store


def test_the_newest_message_of_all_rooms_is_first(filled: LocalStore) -> None:
    assert all_of(filled, "boat") == [(DEV, 3), (LUNCH, 2), (LUNCH, 1), (DEV, 1)]
    assert all_of(filled, "whale") == []
    assert all_of(filled, "T") == [(DEV, 3), (TEA, 1), (LUNCH, 2), (LUNCH, 1), (DEV, 1)]


def test_what_is_found_says_where_by_whom_and_when(filled: LocalStore) -> None:
    (answer,) = filled.apply(FindEverywhere(1, ROOMS, "  böat "))
    assert isinstance(answer, FoundEverywhere)
    assert answer.messages[0] == FoundMessage(DEV, 3, BEN, 500, "the Böat")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"rooms": (LUNCH,)}, [(LUNCH, 2), (LUNCH, 1)]),
        ({"rooms": ()}, []),
        ({"rooms": (99, -4, -5, DEV)}, [(DEV, 3), (DEV, 1)]),
        ({"authors": (BEN,)}, [(DEV, 3), (LUNCH, 2)]),
        ({"authors": (BEN, 99), "without": (BEN,)}, []),
        ({"without": (BEN,)}, [(LUNCH, 1), (DEV, 1)]),
        ({"since_ms": 300}, [(DEV, 3), (LUNCH, 2), (LUNCH, 1)]),
        ({"before_ms": 400}, [(LUNCH, 1), (DEV, 1)]),
        ({"since_ms": 101, "before_ms": 300}, []),
        ({"authors": (BEN,), "words": "", "rooms": (DEV,)}, [(DEV, 3)]),
    ],
)
def test_filters(filled: LocalStore, filters: dict[str, Any], found: list[tuple[int, int]]) -> None:
    assert all_of(filled, **({"words": "boat"} | filters)) == found


def test_without_words_every_message_fits(filled: LocalStore) -> None:
    assert all_of(filled, "") == [(DEV, 3), (TEA, 1), (LUNCH, 2), (LUNCH, 1), (DEV, 2), (DEV, 1)]


@pytest.mark.parametrize("words", ["\u0301", " \u200b "])
def test_accents_alone_are_in_no_message(filled: LocalStore, words: str) -> None:
    assert all_of(filled, words) == []


def test_notices_are_no_messages(store: LocalStore) -> None:
    fill(store, DEV, said(1, "boat", 1, kind=5, flags=0), said(2, "boat", 2))
    assert all_of(store, "boat") == all_of(store, "") == [(DEV, 2)]


def test_what_a_server_lost_is_looked_through_as_well(filled: LocalStore) -> None:
    filled.apply(HistoryForked(DEV, 2))
    (room,) = filled.restore(filled.use_server("ship:48228")).kept
    assert all_of(filled, "boat", rooms=(DEV, room.room)) == [(room.room, 1), (DEV, 1)]


def test_nothing_is_looked_up_for_each_message(store: LocalStore) -> None:
    """Where what a server lost is counted anew, that takes as long as all of it."""
    fill(store, DEV, *(said(n, "boat", n) for n in range(1, 101)))
    store.apply(HistoryForked(DEV, 2))
    (room,) = store.restore(store.use_server("ship:48228")).kept
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    wish = FindEverywhere(1, (room.room,), "boat")
    answers = [store.find_some(wish) for _ in range(2)]
    assert len(all_places(answers)) == 20
    assert len([each for each in statements if "lost_parts" in each]) <= 3


def test_a_spoiler_stays_covered(store: LocalStore) -> None:
    fill(store, DEV, said(1, "it was ||the cook|| again", 1))
    (answer,) = store.apply(FindEverywhere(1, ROOMS, "cook"))
    assert isinstance(answer, FoundEverywhere)
    assert [message.excerpt for message in answer.messages] == [f"it was {SPOILER} again"]


class TestSlices:
    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 2)

    def test_what_nothing_newer_can_come_before_is_told_at_once(self, store: LocalStore) -> None:
        fill(store, DEV, *(said(n, "boat", 10 * n) for n in range(1, 7)))
        fill(store, LUNCH, said(1, "tea", 5), said(2, "boat", 45))
        wish = FindEverywhere(1, ROOMS, "boat")
        answers = step_by_step(store, wish)

        assert [places(answer) for answer in answers] == [
            [],
            [(DEV, 6), (DEV, 5)],
            [],  # a newer one than what was found in the one may be in the other
            [(LUNCH, 2), (DEV, 4), (DEV, 3)],
            [(DEV, 2), (DEV, 1)],
        ]
        assert [answer.at for answer in answers] == [0, 0, 2, 2, 5]
        assert [answer.next_room for answer in answers] == [DEV, DEV, LUNCH, DEV, 0]
        # And after that there is nothing more to be told.
        assert store.find_some(wish) == answers[-1]
        assert store.apply(wish) == [answers[-1]]

    def test_what_was_not_told_yet_comes_in_one(self, store: LocalStore) -> None:
        fill(store, DEV, *(said(n, "boat", 10 * n) for n in range(1, 7)))
        wish = FindEverywhere(1, ROOMS, "boat")
        store.find_some(wish)
        assert places(store.find_some(wish)) == [(DEV, 6), (DEV, 5)]
        (rest,) = store.apply(wish)
        assert isinstance(rest, FoundEverywhere)
        assert (rest.at, places(rest)) == (2, [(DEV, n) for n in (4, 3, 2, 1)])

    def test_are_told_in_parts_where_they_have_many(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 100)
        monkeypatch.setattr(store_everywhere, "_STEP_MESSAGES", 3)
        fill(store, DEV, *(said(n, "boat", n) for n in range(1, 8)))
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat"))
        assert [len(answer.messages) for answer in answers] == [0, 3, 3, 1]
        assert [answer.at for answer in answers] == [0, 0, 3, 6]
        assert all_places(answers) == [(DEV, n) for n in range(7, 0, -1)]

    def test_another_wish_begins_anew(self, filled: LocalStore) -> None:
        for _ in range(2):
            filled.find_some(FindEverywhere(1, ROOMS, "boat"))
        assert all_of(filled, "tea") == [(TEA, 1)]

    @pytest.mark.parametrize("cut", range(1, 6))
    def test_part_no_message(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch, cut: int
    ) -> None:
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", cut)
        parts = [
            said(1, "no", 1),
            said(2, "the bo", 2, flags=CONTINUES),
            said(3, "ats are ", 2, flags=CONTINUES),
            said(4, "at sea", 2),
            said(5, "boats", 5),
        ]
        fill(store, DEV, *parts)
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boats"))
        found = [message for answer in answers for message in answer.messages]
        assert [(message.number, message.excerpt) for message in found] == [
            (5, "boats"),
            (4, "the boats are at sea"),
        ]

    def test_are_told_in_parts_where_they_are_long(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 100)
        monkeypatch.setattr(store_everywhere, "_STEP_LENGTH", 100)
        lengths = (10, 10, 200, 10, 60, 60, 10)
        fill(store, DEV, *(said(n, "|" * length, n) for n, length in enumerate(lengths, 1)))
        read: list[int] = []

        def noted(text: str, _words: str) -> str:
            read.append(len(text))
            return text

        monkeypatch.setattr(store_everywhere, "excerpt_of", noted)
        wish, by_step = FindEverywhere(1, ROOMS, "|"), list[list[int]]()
        for _ in range(4):
            store.find_some(wish)
            by_step.append(read.copy())
            read.clear()
        assert by_step == [[], [10, 60, 60], [10, 200], [10, 10]]

    @pytest.mark.parametrize(("away", "is_found"), [(1, True), (3, True), (6, True), (7, False)])
    def test_go_on_where_a_clock_was_set_back_but_not_for_ever(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch, away: int, is_found: bool
    ) -> None:
        monkeypatch.setattr(store_everywhere, "_CLOCK_ENTRIES", 5)
        times = [10, 70, 80, *[20] * away, 60, 90]
        fill(store, DEV, *(said(n, "boat", ms) for n, ms in enumerate(times, 1)))
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat", since_ms=50))
        newest = len(times)
        found = [(DEV, newest), (DEV, newest - 1)]
        assert all_places(answers) == found + [(DEV, 3), (DEV, 2)] * is_found

    def test_go_on_where_that_is_the_newest_entry(self, store: LocalStore) -> None:
        fill(store, DEV, *(said(n, "boat", ms) for n, ms in enumerate((70, 80, 20), 1)))
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat", since_ms=50))
        assert all_places(answers) == [(DEV, 2), (DEV, 1)]

    def test_end_where_nothing_is_new_enough(self, store: LocalStore) -> None:
        fill(store, DEV, *(said(n, "boat", 10 * n) for n in range(1, 101)))
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat", since_ms=980))
        assert all_places(answers) == [(DEV, 100), (DEV, 99), (DEV, 98)]
        assert len(answers) <= 4

    def test_the_order_is_that_of_numbers_where_a_clock_was_set_back(
        self, store: LocalStore
    ) -> None:
        fill(store, DEV, *(said(n, "boat", ms) for n, ms in enumerate((70, 80, 10, 20), 1)))
        fill(store, LUNCH, said(1, "boat", 15))
        answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat"))
        found = all_places(answers)
        assert found == [(DEV, 4), (LUNCH, 1), (DEV, 3), (DEV, 2), (DEV, 1)]

    def test_find_the_same_as_one_look_at_everything(self, tmp_path: Path) -> None:
        """Many small histories, with clocks that jump, holes and messages of several parts."""
        for seed in range(15):
            dice = random.Random(seed)
            (folder := tmp_path / str(seed)).mkdir()
            store = started_store(folder)
            wanted = set()
            for room in ROOMS:
                number, ms, log = 0, 1000, list[RoomEntry]()
                for _ in range(dice.randrange(1, 25)):
                    ms += dice.randrange(-5, 30)
                    count = dice.choice((1, 1, 1, 2, 3))
                    text = dice.choice(("boat", "böat", "tea", "boatboat"))
                    for part in range(count):
                        number += 1
                        flags = CONTINUES if part < count - 1 else 1
                        log.append(said(number, text, ms, flags=flags))
                    if text != "tea":
                        wanted.add((room, number))
                fill(store, room, *log)
            answers = step_by_step(store, FindEverywhere(1, ROOMS, "boat"))
            found = [message for answer in answers for message in answer.messages]
            assert {(message.room, message.number) for message in found} == wanted
            assert len(found) == len(wanted)
            for room in ROOMS:
                numbers = [message.number for message in found if message.room == room]
                assert numbers == sorted(numbers, reverse=True)
            store.close()


class TestLimit:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store_everywhere, "EVERYWHERE_MAX", 3)

    @pytest.mark.parametrize(("count", "is_cut"), [(2, False), (3, False), (4, True)])
    def test_the_newest_so_many_are_told(self, store: LocalStore, count: int, is_cut: bool) -> None:
        fill(store, DEV, *(said(n, "boat", n) for n in range(1, count + 1)))
        (answer,) = store.apply(FindEverywhere(1, ROOMS, "boat"))
        assert isinstance(answer, FoundEverywhere)
        assert answer.is_cut is is_cut
        assert places(answer) == [(DEV, n) for n in range(count, 0, -1)][:3]

    def test_nothing_is_looked_at_behind_them(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A first letter is in nearly all there is."""
        monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 50)
        for room in ROOMS:
            fill(store, room, *(said(n, "boat", n) for n in range(1, 2001)))
        steps: list[int] = []
        store._connection.set_progress_handler(lambda: steps.append(1), 10)
        assert all_of(store, "whale") == []
        all_looked_at = len(steps)
        steps.clear()
        assert len(all_of(store, "b")) == 3
        assert len(steps) < all_looked_at / 10


def test_what_failed_half_way_begins_anew(
    filled: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_everywhere, "_SLICE_ENTRIES", 1)
    wish = FindEverywhere(1, ROOMS, "boat")
    for _ in range(2):
        filled.find_some(wish)
    with monkeypatch.context() as patch:
        patch.setattr(store_everywhere, "excerpt_of", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            step_by_step(filled, wish)
    (answer,) = filled.apply(wish)
    assert isinstance(answer, FoundEverywhere)
    assert (answer.at, len(answer.messages)) == (0, 4)
