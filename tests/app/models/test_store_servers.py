"""Which server an address means, and whose key is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import ForgetServer, SendPost
from app.models.events import PostRefused, ServerKeySeen, SignedIn
from app.models.local_store import LocalStore
from app.models.store_answers import PostsRenumbered, Restored, ServersSaved
from app.models.store_pinning import KeyMismatch
from app.models.store_servers import OTHERS_MAX
from app.structs import replace
from protocol import noise
from tests.app.models.store_fixtures import ADDRESS, followed, open_store, received, wish

KEY, OTHER_KEY = bytes([1]) * 32, bytes([2]) * 32
FINGERPRINT, OTHER_FINGERPRINT = noise.fingerprint(KEY), noise.fingerprint(OTHER_KEY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


SIGNED_IN = SignedIn(1, 1, "anna", "Harbour", (), 0, 0)


def key_seen(key: bytes) -> ServerKeySeen:
    return ServerKeySeen(key, noise.fingerprint(key))


def texts(store: LocalStore, server: int) -> list[tuple[int, str]]:
    return [(post.client_seq, post.text) for post in store.restore(server).outbox]


class TestNextKey:
    def test_announced_one_takes_the_place_of_the_pinned_one(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.restore(server)
        store.apply(key_seen(KEY), replace(SIGNED_IN, next_key=OTHER_KEY))
        assert store.restore(server).next_key == OTHER_KEY
        store.apply(wish("waits"))

        store.apply(key_seen(OTHER_KEY))

        restored = store.restore(store.use_server(ADDRESS))
        assert (restored.server, restored.server_key) == (server, OTHER_KEY)
        assert (restored.fingerprint, restored.next_key) == (OTHER_FINGERPRINT, None)
        assert texts(store, server) == [(1, "waits")]

    def test_announcement_that_was_taken_back_counts_no_more(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.restore(server)
        store.apply(key_seen(KEY), replace(SIGNED_IN, next_key=OTHER_KEY), SIGNED_IN)

        assert store.restore(server).next_key is None
        with pytest.raises(KeyMismatch):
            store.pin(server, OTHER_KEY)

    def test_posts_stay_with_whom_they_were_written_for(self, store: LocalStore) -> None:
        met = store.use_server("other:48228", OTHER_FINGERPRINT)
        store.restore(met)
        store.apply(key_seen(OTHER_KEY), SIGNED_IN)
        server = store.use_server(ADDRESS)
        store.restore(server)
        announcing = replace(SIGNED_IN, next_key=OTHER_KEY)
        store.apply(key_seen(KEY), announcing, wish("refused"), wish("waits"), PostRefused(1, 2))

        store.apply(key_seen(OTHER_KEY), SIGNED_IN)

        assert store.use_server(ADDRESS) == met
        assert texts(store, met) == []
        assert [text for _, text in texts(store, server)] == ["refused", "waits"]
        assert store.restore(server).server_key == KEY

    def test_link_with_the_announced_key_is_the_server_that_announced_it(
        self, store: LocalStore
    ) -> None:
        server = store.use_server(ADDRESS)
        store.restore(server)
        store.apply(key_seen(KEY), replace(SIGNED_IN, next_key=OTHER_KEY), wish("waits"))

        assert store.use_server(ADDRESS, OTHER_FINGERPRINT) == server
        store.restore(server)
        store.apply(key_seen(OTHER_KEY), SIGNED_IN)

        assert store.restore(server).server_key == OTHER_KEY
        assert texts(store, server) == [(1, "waits")]


class TestUseServer:
    def test_same_address_is_the_same_server(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)

        assert store.use_server(ADDRESS) == server
        assert store.use_server("other:48228") != server
        assert store.restore(server).server_key is None
        assert store.restore(server).fingerprint == ""

    def test_known_address_expects_its_pinned_key(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.pin(server, KEY)

        restored = store.restore(store.use_server(ADDRESS))

        assert (restored.server, restored.server_key) == (server, KEY)
        assert restored.fingerprint == FINGERPRINT

    def test_link_says_what_the_first_key_must_match(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS, FINGERPRINT)

        assert store.restore(server).server_key is None
        assert store.restore(server).fingerprint == FINGERPRINT
        with pytest.raises(KeyMismatch):
            store.pin(server, OTHER_KEY)
        assert store.pin(server, KEY) == server
        assert store.restore(server).server_key == KEY

    def test_link_with_another_fingerprint_replaces_the_server(self, store: LocalStore) -> None:
        old = store.use_server(ADDRESS)
        store.pin(old, KEY)

        new = store.use_server(ADDRESS, OTHER_FINGERPRINT)
        assert new != old
        store.restore(new)
        store.apply(key_seen(OTHER_KEY), SIGNED_IN)

        assert store.use_server(ADDRESS) == new
        assert store.restore(old).server_key == KEY
        assert store.use_server(ADDRESS, FINGERPRINT) == old

    def test_wrong_link_costs_nobody_his_pin(self, store: LocalStore) -> None:
        old = store.use_server(ADDRESS)
        store.pin(old, KEY)

        store.restore(store.use_server(ADDRESS, OTHER_FINGERPRINT))
        store.give_up_link(ADDRESS)

        assert store.use_server(ADDRESS) == old
        assert store.restore(old).server_key == KEY

    def test_link_that_was_given_up_expects_nothing_of_the_address(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS, OTHER_FINGERPRINT)
        store.restore(server)
        store.apply(wish("early"))

        store.give_up_link(ADDRESS)
        store.give_up_link("never-seen:1")

        assert store.use_server(ADDRESS) == server
        assert store.restore(server).fingerprint == ""
        assert texts(store, server) == [(1, "early")]

    def test_link_finds_a_server_known_under_another_address(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.pin(server, KEY)

        assert store.restore(store.use_server("moved:48228", FINGERPRINT)).server == server
        store.apply(SIGNED_IN)
        assert store.use_server("moved:48228") == server

    @pytest.mark.parametrize("is_typed_before", [False, True])
    def test_link_without_a_sign_in_leaves_the_address_to_nobody(
        self, store: LocalStore, is_typed_before: bool
    ) -> None:
        known = store.use_server("known:1")
        store.restore(known)
        store.apply(key_seen(KEY), SIGNED_IN)
        if is_typed_before:
            store.use_server(ADDRESS)

        assert store.restore(store.use_server(ADDRESS, FINGERPRINT)).server_key == KEY
        store.give_up_link(ADDRESS)

        assert [server.addresses for server in store.servers()] == [("known:1",)]
        restored = store.restore(store.use_server(ADDRESS))
        assert (restored.server_key, restored.fingerprint) == (None, "")

    def test_link_to_an_address_never_reached_keeps_its_posts(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.restore(server)
        store.apply(wish("early"))

        assert store.use_server(ADDRESS, FINGERPRINT) == server
        assert texts(store, server) == [(1, "early")]

    def test_link_joins_posts_to_the_server_it_names(self, store: LocalStore) -> None:
        known = store.use_server("known:1")
        store.pin(known, KEY)
        store.restore(store.use_server(ADDRESS))
        store.apply(wish("early"))

        assert store.use_server(ADDRESS, FINGERPRINT) == known
        assert texts(store, known) == [(1, "early")]


class TestPin:
    def test_is_never_replaced_by_another_key(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS)
        store.pin(server, KEY)

        with pytest.raises(KeyMismatch, match=f"expected {FINGERPRINT}"):
            store.pin(server, OTHER_KEY)
        assert store.restore(server).server_key == KEY

    def test_merges_into_the_server_with_this_key(self, store: LocalStore) -> None:
        known = store.use_server("known:1")
        store.restore(known)
        store.apply(key_seen(KEY), wish("a"), wish("b"), followed(9), received(5, 9))
        store.restore(store.use_server(ADDRESS))
        store.apply(wish("c"), wish("d"))

        renumbered, restored, *unheard = store.apply(key_seen(KEY))
        store.apply(wish("e"))

        assert renumbered == PostsRenumbered(((1, 3), (2, 4)), unasked=True)
        assert isinstance(restored, Restored)
        assert (restored.server, restored.next_client_seq) == (known, 5)
        assert [room.held for room in restored.rooms] == [((5, 9),)]
        assert [a.post.text for a in unheard if isinstance(a, SendPost)] == ["a", "b"]
        assert store.use_server(ADDRESS) == known
        assert texts(store, known) == [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]

    def test_merges_into_the_server_a_link_expects(self, store: LocalStore) -> None:
        expected = store.use_server("known:1", FINGERPRINT)
        server = store.use_server(ADDRESS)

        assert store.pin(server, KEY) == expected
        assert store.restore(expected).server_key == KEY

    def test_of_a_new_key_needs_no_answer(self, store: LocalStore) -> None:
        store.restore(store.use_server(ADDRESS))

        assert store.apply(key_seen(KEY)) == []

    def test_is_undone_with_its_batch(self, store: LocalStore) -> None:
        known = store.use_server("known:1")
        store.pin(known, KEY)
        server = store.use_server(ADDRESS)
        store.restore(server)

        with pytest.raises(KeyMismatch):
            store.apply(key_seen(KEY), key_seen(OTHER_KEY))
        store.apply(wish("still here"))

        assert texts(store, known) == []
        assert texts(store, server) == [(1, "still here")]


class TestForget:
    def test_trusts_the_next_key_and_keeps_the_old_server(self, store: LocalStore) -> None:
        old = store.use_server(ADDRESS)
        store.pin(old, KEY)
        store.restore(old)
        store.apply(wish("for the old one"))

        store.forget(ADDRESS)
        new = store.use_server(ADDRESS)

        assert new != old
        assert store.pin(new, OTHER_KEY) == new
        assert texts(store, new) == []
        assert texts(store, old) == [(1, "for the old one")]

    def test_finds_the_old_server_again_by_its_key(self, store: LocalStore) -> None:
        old = store.use_server(ADDRESS)
        store.pin(old, KEY)

        store.forget(ADDRESS)

        assert store.pin(store.use_server(ADDRESS), KEY) == old

    def test_of_a_wrong_expectation_keeps_the_posts(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS, FINGERPRINT)
        store.restore(server)
        store.apply(wish("early"))

        store.forget(ADDRESS)

        assert store.use_server(ADDRESS) == server
        assert store.restore(server).fingerprint == ""
        assert texts(store, server) == [(1, "early")]

    def test_of_one_address_leaves_the_expectation_at_another(self, store: LocalStore) -> None:
        server = store.use_server(ADDRESS, FINGERPRINT)
        store.use_server("other:1", FINGERPRINT)

        store.forget("other:1")
        store.forget("never seen:1")

        assert store.use_server("other:1") != server
        assert store.restore(server).fingerprint == FINGERPRINT


def test_another_server_is_forgotten_while_one_is_at_work(store: LocalStore) -> None:
    for address, key in (("other:1", OTHER_KEY), (ADDRESS, KEY)):
        store.restore(store.use_server(address))
        store.apply(key_seen(key), SIGNED_IN)

    (told,) = store.apply(ForgetServer("other:1"))

    assert isinstance(told, ServersSaved)
    assert [server.address for server in told.servers] == [ADDRESS]
    assert store.servers() == told.servers


class TestSaved:
    def sign_in(self, store: LocalStore, address: str, key: bytes = KEY) -> None:
        store.restore(store.use_server(address))
        store.apply(key_seen(key), SIGNED_IN)

    def test_a_server_at_several_addresses_is_one(self, store: LocalStore) -> None:
        for address in ("b:1", "a:1", "c:1"):
            self.sign_in(store, address)

        (server,) = store.servers()

        assert (server.address, server.others) == ("c:1", ("a:1", "b:1"))
        assert (server.name, server.nick, server.fingerprint) == ("Harbour", "anna", FINGERPRINT)

    def test_the_address_that_worked_last_comes_first(self, store: LocalStore) -> None:
        for address in ("b:1", "a:1", "b:1"):
            self.sign_in(store, address)
        store.use_server("a:1")  # nobody answered there

        assert [server.addresses for server in store.servers()] == [("b:1", "a:1")]

    def test_a_start_knows_the_other_ways_that_worked_bounded(self, store: LocalStore) -> None:
        assert store.restore(store.use_server("new:1")).others == ()
        addresses = [f"{letter}:1" for letter in "abcdefghijk"]
        for address in addresses:
            self.sign_in(store, address)
        store.use_server("l:1", FINGERPRINT)  # nobody signed in there

        newest_first = tuple(reversed(addresses))
        assert store.restore(store.use_server("k:1")).others == newest_first[1 : OTHERS_MAX + 1]
        assert store.restore(store.use_server("a:1")).others == newest_first[:OTHERS_MAX]

    def test_the_way_that_worked_counts_not_the_one_that_was_asked_for(
        self, store: LocalStore
    ) -> None:
        self.sign_in(store, "b:1")
        self.sign_in(store, "a:1")
        store.apply(replace(SIGNED_IN, address="b:1"))

        assert [server.addresses for server in store.servers()] == [("b:1", "a:1")]

    def test_an_address_moves_to_another_server_only_if_that_was_found_there(
        self, store: LocalStore
    ) -> None:
        self.sign_in(store, "a:1")
        self.sign_in(store, "b:1", OTHER_KEY)
        store.restore(store.use_server("b:1", FINGERPRINT))

        store.apply(replace(SIGNED_IN, address="a:1"))
        assert [server.addresses for server in store.servers()] == [("a:1",), ("b:1",)]
        store.apply(SIGNED_IN)
        assert [server.addresses for server in store.servers()] == [("b:1", "a:1")]

    def test_servers_of_one_name_with_different_keys_are_two(self, store: LocalStore) -> None:
        self.sign_in(store, "a:1")
        self.sign_in(store, "b:1", OTHER_KEY)

        assert [server.addresses for server in store.servers()] == [("a:1",), ("b:1",)]

    def test_forgotten_addresses_are_no_ways(self, store: LocalStore) -> None:
        for address in ("a:1", "b:1"):
            self.sign_in(store, address)

        store.forget("b:1")
        assert [server.addresses for server in store.servers()] == [("a:1",)]
        store.forget("a:1")
        assert store.servers() == ()
