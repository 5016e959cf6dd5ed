"""Who is in a room: held in memory while somebody looks, merged, and told to who looks."""

from __future__ import annotations

from protocol.frame_codec import decode_items
from protocol.frames import (
    Changes,
    EntryKind,
    HeldItem,
    Item,
    MemberItem,
    Post,
    Presence,
    Range,
    Report,
    Subscribe,
    Subscribed,
    Unsubscribe,
)
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
    assert room_one(pair).followers == {}


def test_begins_with_all_the_members_present_or_not() -> None:
    pair = ServerPair()
    ada = pair.join(1, "Ada")
    gone = pair.join(2, "Bob")
    assert gone.served is not None
    pair.server.context.sessions.forget(gone.served, pair.now, goodbye=True)
    pair.settle()
    assert members(watch(pair, ada)) == {"Ada": Presence.ONLINE, "Bob": Presence.OFFLINE}


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
