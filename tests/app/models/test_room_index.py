"""One key a room, whatever they are called one after the other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.models.room_index import RoomIndex


def test_a_room_that_has_another_name_gives_the_old_one_free() -> None:
    index = RoomIndex[str]()
    index.put("dev", 1)
    index.put("development", 1)
    assert (index.get("dev"), index.get("development")) == (None, 1)
    index.put("dev", 2)
    assert (index.get("dev"), index.get("development")) == (2, 1)


def test_a_name_that_another_room_took_is_not_taken_away_by_the_first() -> None:
    index = RoomIndex[str]()
    index.put("dev", 1)
    index.put("dev", 2)
    index.put("old dev", 1)
    assert (index.get("dev"), index.get("old dev")) == (2, 1)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 4))))
def test_it_is_a_dictionary_from_which_a_room_goes_before_it_comes(
    names: list[tuple[str, int]],
) -> None:
    index, model = RoomIndex[str](), dict[str, int]()
    for name, room in names:
        index.put(name, room)
        model = {key: other for key, other in model.items() if other != room} | {name: room}
        assert {key: index.get(key) for key in "abcd"} == {key: model.get(key) for key in "abcd"}
