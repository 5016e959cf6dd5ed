"""Who is in a room: held in memory while somebody looks, merged, and told to who looks."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from protocol.frame_codec import decode_items
from protocol.frames import (
    Changes,
    Close,
    CloseReason,
    EntryKind,
    HeldItem,
    Item,
    MemberItem,
    Post,
    Presence,
    Range,
    Report,
    SetPresence,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
from server.live_stream import LiveStream
from server.room import Room
from tests.server.server_pair import Client, ServerPair

LOG, PEOPLE = 2, 3


def room_one(pair: ServerPair) -> Room:
    room = pair.server.context.rooms.get(1)
    assert room is not None
    return room


def watch(pair: ServerPair, client: Client) -> list[Item]:
    """Follow the people of room 1; what the stream says so far."""
    client.take()
    pair.say(client, Subscribe(PEOPLE, b"", 0))
    (answer,) = client.take(Subscribed)
    assert isinstance(answer, Subscribed)
    pair.say(client, Range(PEOPLE, 1, answer.head))
    return told(client)


def told(client: Client) -> list[Item]:
    frames = [frame for frame in client.take(Changes) if isinstance(frame, Changes)]
    return [item for frame in frames for item in decode_items(frame.items)]


def members(items: list[Item]) -> dict[str, int]:
    return {item.name: item.presence for item in items if isinstance(item, MemberItem)}


def statuses(items: list[Item]) -> dict[str, str]:
    return {item.name: item.status for item in items if isinstance(item, MemberItem)}


def held(items: list[Item]) -> list[list[tuple[int, int]]]:
    return [item.steps for item in items if isinstance(item, HeldItem)]


def test_a_room_nobody_watches_has_no_stream() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    assert room_one(pair).people is None
    watch(pair, ada)
    assert room_one(pair).people is not None
    pair.say(ada, Unsubscribe(PEOPLE))
    assert room_one(pair).people is None


def test_a_session_that_ends_watches_no_more() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    watch(pair, ada)
    assert ada.served is not None
    pair.server.context.sessions.forget(ada.served, pair.now)
    assert room_one(pair).people is None
    assert not room_one(pair).followers


def test_begins_with_all_the_members_present_or_not() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    gone = pair.join(2, "Bob")
    assert gone.served is not None
    pair.server.context.sessions.forget(gone.served, pair.now, goodbye=True)
    pair.settle()
    assert members(watch(pair, ada)) == {"Ada": Presence.ONLINE, "Bob": Presence.OFFLINE}


def silent(person: int) -> Callable[[int], MemberItem]:
    """A member of whom nothing is said."""
    return lambda number: MemberItem(number, person, f"p{person:04}", 1)


class TestStatus:
    """What a person says of being away."""

    def test_is_told_with_the_presence_and_taken_back_with_it(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        watch(pair, ada)
        for frame in (
            SetPresence(Presence.AWAY, "lunch"),
            SetPresence(Presence.AWAY, "a long lunch"),
            SetPresence(Presence.ONLINE),
        ):
            pair.say(bob, frame)
            pair.wait(0.5)
            (item,) = (each for each in told(ada) if isinstance(each, MemberItem))
            assert (item.presence, item.status) == (frame.presence, frame.status)

    def test_who_begins_to_watch_is_told_it_too(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        pair.say(bob, SetPresence(Presence.AWAY, "lunch"))
        pair.wait(0.5)
        assert statuses(watch(pair, ada)) == {"Ada": "", "Bob": "lunch"}

    @pytest.mark.parametrize("status", ["two\nlines", "\x07", "🍲" * 76])
    def test_what_is_none_counts_as_nothing_said(self, status: str) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        watch(pair, ada)
        pair.say(bob, SetPresence(Presence.AWAY, status))
        pair.wait(0.5)
        (item,) = (each for each in told(ada) if isinstance(each, MemberItem))
        assert (item.presence, item.status) == (Presence.AWAY, "")

    def test_ends_with_the_session(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        pair.say(bob, SetPresence(Presence.AWAY, "lunch"))
        watch(pair, ada)
        pair.say(bob, Close(CloseReason.GOODBYE))
        pair.wait(0.5)
        assert statuses(told(ada)) == {"Bob": ""}
        pair.join(2, "Bob")
        pair.wait(0.5)
        assert statuses(told(ada)) == {"Bob": ""}

    def test_leaves_the_room_with_the_person(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        pair.say(bob, SetPresence(Presence.AWAY, "lunch"))
        watch(pair, ada)
        pair.say(bob, Post(2, 2, 1, EntryKind.LEAVE, ""))
        pair.wait(0.5)
        assert statuses(told(ada)) == {"Bob": ""}

    def test_costs_a_list_nothing_where_nobody_has_one(self) -> None:
        """A thousand people, as large as before there was such a thing."""
        stream = LiveStream(PEOPLE, b"stream 1", 1)
        for person in range(1, 1001):
            stream.change(person, silent(person))
        size = sum(map(len, stream.flush()))
        plain = (msgspec.msgpack.encode([3, n, n, f"p{n:04}", 1]) for n in range(1, 1001))
        heads = 30 * (size // 1000)
        assert size <= sum(map(len, plain)) + heads

    def test_new_ones_are_told_merged_as_presences_are(self) -> None:
        pair = ServerPair()
        ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
        watch(pair, ada)
        for turn in range(500):  # in half a second
            pair.now += 0.001
            pair.say(bob, SetPresence(Presence.AWAY, f"turn {turn}"))
        pair.wait(2)
        said = [item for item in told(ada) if isinstance(item, MemberItem)]
        assert len(said) <= 12 and said[-1].status == "turn 499"


def test_who_leaves_the_room_is_gone_from_its_list() -> None:
    pair = ServerPair()
    ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
    watch(pair, ada)
    pair.say(bob, Post(2, 2, 1, EntryKind.LEAVE, ""))
    pair.wait(0.5)
    assert members(told(ada)) == {"Bob": Presence.GONE}


def test_changes_are_merged() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    watch(pair, ada)
    for seed in range(2, 12):
        pair.join(seed, f"name{seed}")
    frames = []
    pair.wait(pair.config.merge_s + 0.1)
    frames = ada.take(Changes)
    assert len(frames) == 1


def test_how_far_the_log_is_held() -> None:
    pair = ServerPair()
    ada, bob = pair.join(1, "Ada"), pair.join(2, "Bob")
    watch(pair, ada)
    pair.say(bob, Report(0, 1, 0, [(LOG, 1)]))
    pair.say(bob, Report(0, 1, 0, [(LOG, 2)]))
    pair.say(ada, Report(0, 1, 0, [(LOG, 1)]))
    pair.wait(0.5)
    assert held(told(ada)) == [[(2, 2), (1, 1)]]
    pair.say(bob, Report(0, 1, 0, [(LOG, 1)]))
    pair.wait(0.5)
    assert held(told(ada)) == [], "an older report changes nothing"


def test_nobody_holds_more_than_there_is() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    watch(pair, ada)
    for _ in range(2):
        pair.say(ada, Report(0, 1, 0, [(LOG, 2**62)]))
        pair.wait(0.5)
    assert held(told(ada)) == [[(1, 1)]], "told once"


def test_at_most_fifty_are_named() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    room = room_one(pair)
    room.complete = {person: person for person in range(1, 200)}
    ((steps),) = held(watch(pair, ada))
    assert steps == [(person, person) for person in range(199, 149, -1)]
