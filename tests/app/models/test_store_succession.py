"""A server whose key was changed without a word: an invite link brings back what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import MarkRead
from app.models.events import PostAccepted, RoomsComplete, ServerKeySeen
from app.models.local_store import LocalStore
from app.models.store_answers import EarlierServerFound
from protocol import noise
from tests.app.models.store_fixtures import (
    ADDRESS,
    ROOM,
    STREAM,
    followed,
    listed,
    open_store,
    received,
    signed_in,
    wish,
)

OLD_KEY, NEW_KEY = bytes([1]) * 32, bytes([2]) * 32
OTHER_STREAM = b"stream-2"
COMPLETE = RoomsComplete(frozenset({ROOM}))


def key_seen(key: bytes) -> ServerKeySeen:
    return ServerKeySeen(key, noise.fingerprint(key))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    """At work for a server with a room that was read, and a message that waits."""
    opened = open_store(tmp_path)
    opened.restore(opened.use_server(ADDRESS))
    opened.apply(
        key_seen(OLD_KEY), signed_in(rooms=(ROOM,)), listed(), followed(9), received(1, 9),
        MarkRead(ROOM, 5), wish("waits"),
    )  # fmt: skip
    yield opened
    opened.close()


def follow_link(store: LocalStore) -> int:
    """Somebody opens an invite link for the same address with the new fingerprint."""
    server = store.use_server(ADDRESS, noise.fingerprint(NEW_KEY))
    store.restore(server)
    return server


def sign_in(store: LocalStore, stream_id: bytes) -> list[object]:
    return [*store.apply(
        key_seen(NEW_KEY), signed_in(rooms=(ROOM,)), listed(stream_id=stream_id), COMPLETE
    )]  # fmt: skip


class TestSameLog:
    def test_is_told_and_all_is_back_at_the_next_start(self, store: LocalStore) -> None:
        new = follow_link(store)
        told = sign_in(store, STREAM)

        restored = store.restore(store.use_server(ADDRESS))

        assert told == [EarlierServerFound(is_same=True, messages=1)]
        assert (restored.server != new, restored.server_key) == (True, NEW_KEY)
        assert [(post.client_seq, post.text) for post in restored.outbox] == [(1, "waits")]
        assert [(room.room, room.read, room.held) for room in restored.rooms] == [
            (ROOM, 5, ((1, 9),))
        ]
        assert store.apply(COMPLETE) == [], "there is nothing more to come back"

    def test_link_with_the_new_key_means_it_from_then_on(self, store: LocalStore) -> None:
        follow_link(store)
        sign_in(store, STREAM)

        server = store.use_server(ADDRESS)

        assert store.use_server(ADDRESS, noise.fingerprint(NEW_KEY)) == server
        assert store.use_server("other:1", noise.fingerprint(NEW_KEY)) == server
        assert [saved.addresses for saved in store.servers()] == [(ADDRESS,)]

    def test_what_was_read_and_made_under_the_new_key_stays(self, store: LocalStore) -> None:
        follow_link(store)
        sign_in(store, STREAM)
        store.apply(
            followed(9), MarkRead(ROOM, 8), listed(4, OTHER_STREAM, "made since"),
            followed(2, room=4, stream_id=OTHER_STREAM), received(1, 2, room=4),
        )  # fmt: skip

        restored = store.restore(store.use_server(ADDRESS))

        assert {room.name: (room.read, room.held) for room in restored.rooms} == {
            "general": (8, ((1, 9),)),
            "made since": (0, ((1, 2),)),
        }

    def test_waits_until_what_was_written_under_the_new_key_has_gone(
        self, store: LocalStore
    ) -> None:
        new = follow_link(store)
        sign_in(store, STREAM)
        store.apply(wish("newer"))
        assert store.use_server(ADDRESS) == new

        store.restore(new)
        store.apply(PostAccepted(1, ROOM, 10))

        assert store.use_server(ADDRESS) != new

    def test_key_may_change_back(self, store: LocalStore) -> None:
        follow_link(store)
        sign_in(store, STREAM)
        store.restore(store.use_server(ADDRESS))
        store.restore(store.use_server(ADDRESS, noise.fingerprint(OLD_KEY)))
        store.apply(key_seen(OLD_KEY), signed_in(rooms=(ROOM,)), listed(), COMPLETE)

        restored = store.restore(store.use_server(ADDRESS))

        assert restored.server_key == OLD_KEY
        assert [post.text for post in restored.outbox] == ["waits"]


class TestAnotherServer:
    def test_gets_nothing_and_what_is_kept_is_told_once(self, store: LocalStore) -> None:
        new = follow_link(store)

        told = sign_in(store, OTHER_STREAM)

        assert told == [EarlierServerFound(is_same=False, messages=1)]
        assert store.apply(COMPLETE) == [], "not with every session"
        restored = store.restore(store.use_server(ADDRESS))
        assert (restored.server, restored.outbox) == (new, ())
        old = store.restore(store.use_server(ADDRESS, noise.fingerprint(OLD_KEY)))
        assert (old.server_key, [post.text for post in old.outbox]) == (OLD_KEY, ["waits"])

    def test_without_a_message_there_is_nothing_to_tell(self, store: LocalStore) -> None:
        store.apply(PostAccepted(1, ROOM, 10))
        follow_link(store)

        assert sign_in(store, OTHER_STREAM) == []

    def test_at_another_address_gets_nothing(self, store: LocalStore) -> None:
        server = store.use_server("other:1", noise.fingerprint(NEW_KEY))
        store.restore(server)

        assert sign_in(store, STREAM) == []
        assert store.use_server("other:1") == server
