"""Our own posts by token and by number, through storing, renumbering and starting again."""

from __future__ import annotations

from app.models.own_posts import OwnPost, OwnPosts
from app.models.records import OutboxPost
from protocol.frames import EntryKind


def own(posts: OwnPosts, client_seq: int = 0) -> OwnPost:
    post = OwnPost(posts.new_token(), 1, "general", EntryKind.MESSAGE, "hi", client_seq)
    posts.add(post)
    return post


def on_disk(client_seq: int) -> OutboxPost:
    return OutboxPost(client_seq, 5, b"", "general", EntryKind.MESSAGE, "hi", 0)


def test_no_token_is_given_twice() -> None:
    posts = OwnPosts()
    tokens = [posts.new_token() for _ in range(5)]
    assert len(set(tokens)) == 5
    assert 0 not in tokens


def test_a_post_is_found_by_token_and_once_stored_by_number() -> None:
    posts = OwnPosts()
    post = own(posts)
    assert posts.get(post.token) is post
    assert posts.unstored() == [post]
    assert posts.numbered(0) is None
    assert posts.stored(post.token, on_disk(7)) is post
    assert posts.numbered(7) is post
    assert posts.unstored() == []
    assert posts.stored(99, on_disk(8)) is None
    assert posts.numbered(8) is None


def test_one_that_is_on_disk_already_is_found_by_number() -> None:
    posts = OwnPosts()
    post = own(posts, 4)
    assert posts.numbered(4) is post


def test_what_is_dropped_is_gone_and_disturbs_nobody_with_its_number() -> None:
    posts = OwnPosts()
    first, second = own(posts, 4), own(posts, 4)
    posts.drop(first.token)
    posts.drop(first.token)
    assert posts.get(first.token) is None
    assert posts.numbered(4) is second


def test_new_numbers_may_overlap_the_old_ones() -> None:
    posts = OwnPosts()
    five, six = own(posts, 5), own(posts, 6)
    moved = posts.renumber([(5, 6), (6, 7), (90, 91)])
    assert moved == [five, six]
    assert (five.client_seq, six.client_seq) == (6, 7)
    assert (posts.numbered(5), posts.numbered(6), posts.numbered(7)) == (None, five, six)
    assert posts.numbered(91) is None


def test_a_new_start_keeps_what_is_not_on_disk_yet() -> None:
    posts = OwnPosts()
    stored, waiting = own(posts, 5), own(posts)
    assert posts.restore() == {5: stored}
    assert posts.numbered(5) is None
    assert posts.get(stored.token) is None
    assert posts.get(waiting.token) is waiting
    assert posts.unstored() == [waiting]
