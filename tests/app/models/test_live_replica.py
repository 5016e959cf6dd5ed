"""Short-lived streams: the newest change of each subject wins, and nothing is missed."""

from __future__ import annotations

import msgspec
import pytest

from app.models import live_replica
from app.models.live_replica import LiveReplica
from protocol import limits
from protocol.errors import RemoteProtocolError
from protocol.frame_codec import encode_frame
from protocol.frames import Changes, HeldItem, Item, MemberItem, PersonItem, RoomItem, Subscribe
from server.live_stream import LiveStream

REF, STREAM = 3, b"people 1"


def member(number: int, person: int, presence: int = 1) -> MemberItem:
    return MemberItem(number, person, f"p{person}", presence)


def changes(first: int, last: int, *items: Item, head: int = 0, incarnation: int = 1) -> Changes:
    raws = [msgspec.Raw(encode_frame(item)) for item in items]
    return Changes(REF, incarnation, first, last, head or last, raws)


def following(head: int = 0) -> LiveReplica:
    replica = LiveReplica(REF)
    replica.on_subscribed(STREAM, 1, head, 0.0)
    return replica


class TestSubscribing:
    def test_begins_from_nothing(self) -> None:
        replica = LiveReplica(REF)
        assert replica.subscribe(0) == Subscribe(REF, b"", 0, [])
        assert not replica.complete
        assert replica.on_subscribed(STREAM, 1, 0, 0.0)
        assert replica.complete

    def test_goes_on_from_where_it_was(self) -> None:
        replica = following()
        replica.take(changes(1, 3, member(3, 1)), 0.0)
        assert replica.subscribe(0) == Subscribe(REF, STREAM, 1, [(3, b"")])
        assert not replica.on_subscribed(STREAM, 1, 5, 0.0)
        assert not replica.complete
        assert replica.numbers.requests_due(1.0, 1.0) == [(4, 5)]

    @pytest.mark.parametrize(("stream", "incarnation"), [(STREAM, 2), (b"another", 1)])
    def test_another_incarnation_begins_anew(self, stream: bytes, incarnation: int) -> None:
        replica = following()
        replica.take(changes(1, 3, member(3, 1)), 0.0)
        assert replica.on_subscribed(stream, incarnation, 2, 0.0)
        assert replica.numbers.complete_to == 0
        news = replica.take(changes(1, 2, member(2, 1, 3), incarnation=incarnation), 0.0)
        assert news == [member(2, 1, 3)]


class TestChanges:
    def test_numbers_without_an_item_were_superseded(self) -> None:
        replica = following(head=9)
        assert replica.take(changes(1, 9, member(4, 1), member(9, 2)), 0.0)
        assert replica.complete
        assert replica.numbers.requests_due(1.0, 1.0) == []

    def test_a_server_without_end_of_people_is_not_followed_to_the_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_replica, "SUBJECTS_MAX", 3)
        replica = following()
        items = [member(number, number) for number in range(1, 10)]
        assert replica.take(changes(1, 9, *items), 0.0) == items[:3]
        assert replica.take(changes(10, 10, member(10, 2)), 0.0), "who is known has news"

    def test_the_newest_of_a_subject_wins_however_they_are_reordered(self) -> None:
        replica = following()
        assert replica.take(changes(2, 2, member(2, 1, presence=3)), 0.0)
        assert not replica.complete
        assert replica.take(changes(1, 1, member(1, 1, presence=1)), 0.0) == []
        assert replica.complete

    def test_and_what_comes_twice_is_no_news(self) -> None:
        replica = following()
        frame = changes(1, 2, member(1, 1), member(2, 2))
        assert replica.take(frame, 0.0) == [member(1, 1), member(2, 2)]
        assert replica.take(frame, 0.0) == []

    def test_subjects_are_told_apart(self) -> None:
        replica = following()
        items: list[Item] = [
            member(4, 1),
            PersonItem(3, 1, "anna"),
            HeldItem(2, [(7, 1)]),
        ]
        assert replica.take(changes(1, 4, *items), 0.0) == items
        assert replica.take(changes(5, 5, HeldItem(1, [])), 0.0) == []
        room = RoomItem(6, 1, b"r", "general", "", 2)
        assert LiveReplica(0).take(changes(6, 6, room), 0.0) == []

    def test_of_another_incarnation_or_before_the_answer_are_dropped(self) -> None:
        replica = following()
        assert replica.take(changes(1, 1, member(1, 1), incarnation=2), 0.0) == []
        assert LiveReplica(REF).take(changes(1, 1, member(1, 1)), 0.0) == []

    def test_that_overtook_the_answer_are_asked_for(self) -> None:
        replica = LiveReplica(REF)
        replica.subscribe(0)
        assert replica.take(changes(3, 3, member(3, 1)), 0.0) == []
        replica.on_subscribed(STREAM, 1, 2, 0.0)
        assert not replica.complete
        assert replica.numbers.requests_due(limits.REPAIR_LINGER_S, 1.0) == [(1, 3)]

    def test_an_empty_frame_only_tells_the_head(self) -> None:
        replica = following()
        assert replica.take(changes(1, 0, head=4), 0.0) == []
        assert not replica.complete

    def test_nonsense_is_the_servers_mistake(self) -> None:
        replica = following()
        bad = Changes(REF, 1, 1, 1, 1, [msgspec.Raw(b"\x92\x03\xa1x")])
        with pytest.raises(RemoteProtocolError):
            replica.take(bad, 0.0)


def test_lossy_and_reordered_frames_of_a_real_stream_lead_to_its_state() -> None:
    stream = LiveStream(REF, STREAM, 1)
    replica = following()
    state: dict[int, int] = {}
    frames = []
    for turn in range(60):
        person, presence = turn * 7 % 5, turn % 3 + 1
        stream.change(person, lambda number, p=person, a=presence: member(number, p, a))  # type: ignore[misc]
        frames += stream.flush()
    decode = msgspec.msgpack.Decoder(Changes).decode
    for place in [*range(40, 60), *range(0, 40, 3)]:  # a third of the older ones, and late
        for item in replica.take(decode(frames[place]), 0.0):
            assert isinstance(item, MemberItem)
            state[item.person] = item.presence
    while ranges := replica.numbers.requests_due(1.0, 1.0):
        for first, last in ranges:
            for _, frame in stream.frames(first, last):
                for item in replica.take(decode(frame), 1.0):
                    assert isinstance(item, MemberItem)
                    state[item.person] = item.presence
    assert replica.complete
    assert state == {turn * 7 % 5: turn % 3 + 1 for turn in range(60)}
