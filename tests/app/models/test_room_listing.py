"""The list of rooms of a server: complete once, and which room a name or a stream leads to."""

from __future__ import annotations

from app.models.events import RoomListed, RoomsComplete
from tests.app.models.client_bench import STREAM, Bench
from tests.app.models.scripted_server import subscribed


class TestTheListOfRooms:
    def test_is_told_and_complete_once(self) -> None:
        bench = Bench()
        bench.say(subscribed(0, 3, stream=b"listing!"))
        assert not bench.happened(RoomsComplete)
        bench.list_rooms((1, STREAM, "general"), (2, b"stream 2", "Pier"), first=2, answer=False)
        assert [event.name for event in bench.happened(RoomListed)] == ["general", "Pier"]
        assert not bench.happened(RoomsComplete)
        bench.say(bench.changes(0, 1, 1))
        assert len(bench.happened(RoomsComplete)) == 1

    def test_names_lead_to_rooms_until_they_are_renamed(self) -> None:
        bench = Bench()
        bench.list_rooms((1, STREAM, "Pier"))
        follower = bench.client._follower
        assert follower.room_number(b"", "PIER") == 1
        assert follower.room_number(STREAM, "") == 1
        bench.list_rooms((1, STREAM, "Quay"), first=2, answer=False)
        assert follower.room_number(b"", "pier") is None
        assert follower.room_number(b"", "quay") == 1
        assert follower.room_number(STREAM, "pier") == 1

    def test_names_are_compared_as_the_server_compares_them(self) -> None:
        bench = Bench()
        bench.list_rooms((1, STREAM, "Ｐｉｅｒ ﬁve"))
        follower = bench.client._follower
        assert follower.room_number(b"", "pier five") == 1

    def test_a_stream_that_lost_its_number_leads_nowhere(self) -> None:
        bench = Bench()
        bench.list_rooms((1, STREAM, "Pier"))
        bench.list_rooms((1, b"stream 2", "Quay"), first=2, answer=False)
        assert bench.client._follower.room_number(STREAM, "pier") is None
