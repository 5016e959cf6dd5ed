"""The outbox: dense numbers, kept through kills and copies, renumbered without a double."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.commands import DropPost, RenumberPosts, SendPost
from app.models.events import PostAccepted, PostRefused
from app.models.local_store import LocalStore
from app.models.records import OutboxPost
from app.models.store_answers import PostsRenumbered
from protocol.errors import Refusal
from protocol.frames import EntryKind
from protocol.limits import NUMBER_MAX
from tests.app.models.store_fixtures import (
    ADDRESS,
    copied_folder,
    open_store,
    signed_in,
    started_store,
    stored_posts,
    wish,
)


def outbox(store: LocalStore) -> tuple[OutboxPost, ...]:
    return store.restore(store.use_server(ADDRESS)).outbox


def numbers(store: LocalStore) -> list[tuple[int, str]]:
    return [(post.client_seq, post.text) for post in outbox(store)]


def next_number(store: LocalStore) -> int:
    return store.restore(store.use_server(ADDRESS)).next_client_seq


def accepted(client_seq: int) -> PostAccepted:
    return PostAccepted(client_seq, room=3, number=100 + client_seq)


class TestNumbers:
    def test_are_dense_and_ids_random(self, store: LocalStore) -> None:
        posts = stored_posts(store.apply(*(wish(str(n)) for n in range(100))))

        assert [post.client_seq for post in posts] == list(range(1, 101))
        assert len({post.post_id for post in posts}) == 100
        assert all(0 < post.post_id <= NUMBER_MAX for post in posts)

    @pytest.mark.parametrize(("octet", "post_id"), [(0, 1), (255, NUMBER_MAX)])
    def test_ids_fit_the_wire(self, tmp_path: Path, octet: int, post_id: int) -> None:
        store = LocalStore.open(tmp_path / "s", random_bytes=lambda n: bytes([octet]) * n)
        store.restore(store.use_server(ADDRESS))

        (post,) = stored_posts(store.apply(wish()))
        store.close()

        assert post.post_id == post_id

    def test_are_not_given_again(self, store: LocalStore) -> None:
        store.apply(wish(), wish(), accepted(1), accepted(2))

        (post,) = stored_posts(store.apply(wish()))

        assert post.client_seq == 3

    def test_count_for_each_server(self, store: LocalStore) -> None:
        store.apply(wish(), wish())
        store.restore(store.use_server("other:1"))

        (post,) = stored_posts(store.apply(wish()))

        assert post.client_seq == 1
        assert next_number(store) == 3


class TestKill:
    def test_loses_nothing_that_was_answered(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        store = started_store(home)
        (first, _, third) = stored_posts(store.apply(wish("a"), wish("b"), wish("c")))
        store.apply(accepted(2), signed_in(5))

        copy = open_store(copied_folder(home, tmp_path / "copy"))

        assert outbox(copy) == (first, third)
        assert next_number(copy) == 6
        copy.close()
        store.close()

    def test_copied_back_folder_has_outbox_and_numbers_of_its_day(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        store = started_store(home)
        posts = stored_posts(store.apply(wish("a"), wish("b")))
        copy = open_store(copied_folder(home, tmp_path / "copy"), seed=2)
        store.apply(accepted(1), accepted(2), wish("c"), accepted(3))
        store.close()

        assert outbox(copy) == tuple(posts)
        assert next_number(copy) == 3
        # The server has seen number 3; a post that comes now must not be taken for that one.
        (post,) = stored_posts(copy.apply(signed_in(3), wish("new")))
        assert post.client_seq == 4
        copy.close()


class TestRefused:
    def test_waits_for_its_person(self, store: LocalStore) -> None:
        store.apply(wish("a"), wish("b"), PostRefused(1, Refusal.NOT_A_MEMBER))

        assert [post.refused for post in outbox(store)] == [Refusal.NOT_A_MEMBER, 0]
        assert store.apply(DropPost(1)) == []
        assert numbers(store) == [(2, "b")]

    def test_uses_up_the_number_of_what_is_dropped_before(self, store: LocalStore) -> None:
        (_, post) = stored_posts(store.apply(wish("a"), wish("b")))

        (answer,) = store.apply(DropPost(2))

        assert isinstance(answer, SendPost)
        assert (answer.post.client_seq, answer.post.post_id) == (2, post.post_id)
        assert (answer.post.kind, answer.post.text) == (EntryKind.VOID, "")
        store.apply(PostRefused(2, Refusal.WITHDRAWN))
        assert numbers(store) == [(1, "a")]

    def test_drop_of_what_is_gone_is_nothing(self, store: LocalStore) -> None:
        assert store.apply(DropPost(1), PostRefused(1, 2), accepted(1)) == []
        assert numbers(store) == []


class TestAlign:
    def test_rises_to_the_server(self, store: LocalStore) -> None:
        store.apply(wish("a"), signed_in(20))

        assert numbers(store) == [(1, "a")]
        assert next_number(store) == 21

    def test_does_not_fall_below_what_waits(self, store: LocalStore) -> None:
        store.apply(wish("a"), wish("b"), signed_in(0))

        assert next_number(store) == 3

    def test_falls_to_a_server_from_an_earlier_day_when_nothing_waits(
        self, store: LocalStore
    ) -> None:
        store.apply(*(wish(str(n)) for n in range(1, 9)))
        store.apply(*(accepted(n) for n in range(1, 7)))
        store.apply(PostRefused(7, 2), PostRefused(8, 2))

        (answer,) = store.apply(signed_in(5))

        assert answer == PostsRenumbered(((7, 0), (8, -1)), unasked=True)
        assert numbers(store) == [(-1, "8"), (0, "7")]
        assert next_number(store) == 6
        assert store.apply(signed_in(5)) == []


class TestRenumber:
    def test_moves_posts_to_numbers_that_overlap_the_old_ones(self, store: LocalStore) -> None:
        before = stored_posts(store.apply(wish("a"), wish("b"), wish("c")))

        (answer,) = store.apply(RenumberPosts(((1, 3), (2, 4), (3, 5))))

        assert answer == PostsRenumbered(((1, 3), (2, 4), (3, 5)))
        assert numbers(store) == [(3, "a"), (4, "b"), (5, "c")]
        assert [post.post_id for post in outbox(store)] == [post.post_id for post in before]
        assert next_number(store) == 6

    def test_falls_to_a_server_from_an_earlier_day(self, store: LocalStore) -> None:
        store.apply(signed_in(20), wish("a"), wish("b"))

        store.apply(RenumberPosts(((21, 6), (22, 7))))

        assert numbers(store) == [(6, "a"), (7, "b")]
        assert next_number(store) == 8

    def test_moves_posts_that_came_meanwhile_behind_the_others(self, store: LocalStore) -> None:
        store.apply(wish("a"), wish("b"), signed_in(20), wish("c"))

        (answer,) = store.apply(RenumberPosts(((1, 21), (2, 22))))

        assert answer == PostsRenumbered(((1, 21), (2, 22), (21, 23)))
        assert numbers(store) == [(21, "a"), (22, "b"), (23, "c")]
        assert next_number(store) == 24

    def test_also_those_numbered_before_it_was_known_where_the_server_stands(
        self, store: LocalStore
    ) -> None:
        store.apply(wish("a"), wish("b"), signed_in(5))

        (answer,) = store.apply(RenumberPosts(((1, 6),)))

        assert answer == PostsRenumbered(((1, 6), (2, 7)))
        assert numbers(store) == [(6, "a"), (7, "b")]

    def test_moves_refused_posts_out_of_the_way(self, store: LocalStore) -> None:
        store.apply(*(wish(text) for text in "abc"), PostRefused(2, 2))

        (answer,) = store.apply(RenumberPosts(((1, 1), (3, 2))))

        assert answer == PostsRenumbered(((2, 0), (1, 1), (3, 2)))
        assert numbers(store) == [(0, "b"), (1, "a"), (2, "c")]

    def test_ignores_what_is_not_there(self, store: LocalStore) -> None:
        store.apply(wish("a"), accepted(1))

        assert store.apply(RenumberPosts(((1, 5), (9, 6)))) == [PostsRenumbered(())]
        assert next_number(store) == 2

    @given(
        waiting=st.sets(st.integers(1, 12), min_size=1),
        refused=st.sets(st.integers(1, 12)),
        named=st.sets(st.integers(1, 14)),
        start=st.integers(1, 30),
    )
    def test_keeps_every_post_once(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        waiting: set[int],
        refused: set[int],
        named: set[int],
        start: int,
    ) -> None:
        store = started_store(tmp_path_factory.mktemp("store"))
        store.apply(*(wish(str(n)) for n in range(1, 13)))
        store.apply(*(accepted(n) for n in range(1, 13) if n not in waiting | refused))
        store.apply(*(PostRefused(n, 2) for n in refused))
        before = outbox(store)

        answers = store.apply(
            RenumberPosts(tuple((old, start + i) for i, old in enumerate(sorted(named))))
        )

        after = outbox(store)
        assert {p.post_id for p in after} == {p.post_id for p in before}
        told = dict(pair for a in answers if isinstance(a, PostsRenumbered) for pair in a.numbers)
        old_number = {p.post_id: p.client_seq for p in before}
        for post in after:
            old = old_number[post.post_id]
            assert post.client_seq == told.get(old, old)
            if not post.refused:
                assert 0 < post.client_seq < next_number(store)
        store.close()
