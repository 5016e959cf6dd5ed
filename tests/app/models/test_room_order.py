"""The person's own order of rooms, and its limit."""

from __future__ import annotations

from app.models.room_order import PLACES_MAX, RoomPlaces


class TestPlaces:
    def test_new_rooms_go_to_the_end_once(self) -> None:
        places = RoomPlaces(["b", "a", "b"])

        assert places.take_in(["a", "c", "b", "c", ""])
        assert places.streams == ("b", "a", "c")
        assert not places.take_in(["c"])
        assert places.of(["c", "unknown", "b"]) == {"c": 2, "b": 0}

    def test_a_part_is_arranged_and_the_others_stay(self) -> None:
        places = RoomPlaces("abcde")

        places.arrange(["d", "unknown", "b", "d", "a"])

        assert "".join(places.streams) == "dbcae"

    def test_what_was_not_seen_for_longest_is_forgotten_first(self) -> None:
        elsewhere = [f"other {number}" for number in range(PLACES_MAX)]
        places = RoomPlaces([*elsewhere, "too much"])
        assert places.streams == tuple(elsewhere)

        assert places.take_in(["here"])
        assert len(places.streams) == PLACES_MAX
        assert places.streams[:2] == ("here", "other 0")
        assert elsewhere[-1] not in places.streams
        assert not places.take_in(["here"])
