"""What is kept of people at a server goes to the model once, and is not lost meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import structs
from app.controllers.kept_people import KeptPeople
from app.controllers.window_state import WindowState
from app.models.calling import FORMER_NAMES_MAX, FormerName
from app.models.events import SignedIn
from app.models.rename_notices import KeptRename
from app.models.store_answers import Restored
from tests.app.models.chat_fixtures import DEVICE, ME, TIME_MS, Bench

SERVER, OTHER = "f" * 32, "e" * 32
KEPT = WindowState(
    ignored={f"{SERVER}/9": "kim", f"{OTHER}/9": "tim"},
    former_names={f"{SERVER}/{TIME_MS - 10}": "ann", f"{OTHER}/5": "kit"},
    renames=(KeptRename("ab" * 8, 1, 5, 2, "ben", "bea"),),
)


@pytest.fixture
def bench() -> Bench:
    """Its server's rooms are there, and nothing was brought back yet."""
    bench = Bench(is_signed_in=False)
    bench.model.apply(Restored(77, b"k" * 32, ME, "anna", "Harbour", 0, (), (), (), 1, SERVER))
    return bench


def former(bench: Bench) -> list[str]:
    return [one.name for one in bench.model.calling.former]


def test_what_is_kept_comes_back_and_is_kept_on(bench: Bench) -> None:
    people = KeptPeople(bench.model)
    people.bring_back(KEPT)
    assert bench.model.ignored == {9}
    assert former(bench) == ["ann"]
    kept = people.put_into(KEPT)
    assert kept.former_names == KEPT.former_names
    assert kept.ignored.keys() == KEPT.ignored.keys()
    assert kept.renames == KEPT.renames


def test_before_it_is_back_all_stays_as_it_was_kept(bench: Bench) -> None:
    people = KeptPeople(bench.model)
    assert people.put_into(KEPT) == KEPT
    people.bring_back(KEPT)
    bench.model.apply(Restored(78, b"k" * 32, ME, "anna", "Quay", 0, (), (), (), 1, OTHER))
    assert people.put_into(KEPT) == KEPT


def test_a_name_that_changed_before_it_is_back_is_one_more(bench: Bench) -> None:
    bench.model.apply(SignedIn(ME, DEVICE, "bea", "Harbour", (), 0, TIME_MS))
    KeptPeople(bench.model).bring_back(KEPT)
    assert former(bench) == ["ann", "anna"]


def test_of_former_names_the_newest_come_back_in_their_order(bench: Bench) -> None:
    count = FORMER_NAMES_MAX + 2
    names = {f"{SERVER}/{at}": f"n{at}" for at in reversed(range(count))}
    KeptPeople(bench.model).bring_back(replace(KEPT, former_names=names))
    assert former(bench) == [f"n{at}" for at in range(2, count)]


def test_what_was_never_brought_back_is_not_kept_as_gone(bench: Bench) -> None:
    people = KeptPeople(bench.model)
    bench.model.calling = structs.replace(bench.model.calling, former=(FormerName("x", 1),))
    with pytest.raises(ValueError, match="digits"):
        people.bring_back(replace(KEPT, former_names={f"{SERVER}/{'9' * 5000}": "ann"}))
    assert people.put_into(KEPT) == KEPT
