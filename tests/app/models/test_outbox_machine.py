"""The outbox in any order of doings, on a real file that is killed and opened again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.models.commands import RenumberPosts
from app.models.events import PostAccepted, PostRefused
from app.models.local_store import LocalStore
from app.models.records import OutboxPost
from protocol.errors import Refusal
from tests.app.models.store_fixtures import (
    ADDRESS,
    copied_folder,
    signed_in,
    started_store,
    stored_posts,
    wish,
)


class Outboxes(RuleBasedStateMachine):
    """Nothing that was stored is lost but by an answer; what is to be sent has dense numbers in
    the order in which it was written, and no id changes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.place = Path(self.folder.name) / "0"
        self.place.mkdir()
        self.lives = 0
        self.store = self.open()
        #: By id: what was written, in its order; and which of it was refused.
        self.waiting: dict[int, str] = {}
        self.refused: set[int] = set()
        self.written = 0

    def open(self) -> LocalStore:
        return started_store(self.place, seed=self.lives + 1)

    def posts(self) -> list[OutboxPost]:
        return list(self.store.restore(self.store.use_server(ADDRESS)).outbox)

    def to_send(self) -> list[OutboxPost]:
        return [post for post in self.posts() if not post.refused]

    @rule(count=st.integers(1, 4))
    def write(self, count: int) -> None:
        wishes = [wish(f"text {self.written + n}") for n in range(count)]
        self.written += count
        for post in stored_posts(self.store.apply(*wishes)):
            self.waiting[post.post_id] = post.text

    @precondition(lambda self: self.to_send())
    @rule()
    def the_first_is_accepted(self) -> None:
        post = self.to_send()[0]
        self.store.apply(PostAccepted(post.client_seq, room=3, number=100 + post.client_seq))
        del self.waiting[post.post_id]

    @precondition(lambda self: self.to_send())
    @rule()
    def the_first_is_refused(self) -> None:
        post = self.to_send()[0]
        self.store.apply(PostRefused(post.client_seq, Refusal.NOT_A_MEMBER))
        self.refused.add(post.post_id)

    @precondition(lambda self: not self.to_send())
    @rule(last=st.integers(0, 30))
    def another_history(self, last: int) -> None:
        """The server stands elsewhere, and nothing is to be sent: numbers go on from there."""
        self.store.apply(signed_in(last))

    @precondition(lambda self: self.to_send())
    @rule(last=st.integers(0, 60))
    def numbers_begin_elsewhere(self, last: int) -> None:
        """The server was restored, or we were: what waits gets the numbers behind its last."""
        numbers = tuple((p.client_seq, last + n) for n, p in enumerate(self.to_send(), 1))
        self.store.apply(RenumberPosts(numbers))
        assert [post.client_seq for post in self.to_send()] == [new for _, new in numbers]

    @rule()
    def kill_and_open_again(self) -> None:
        self.lives += 1
        old, before = self.store, self.posts()
        self.place = copied_folder(self.place, Path(self.folder.name) / str(self.lives))
        old.close()
        self.store = self.open()
        assert self.posts() == before

    @invariant()
    def holds_what_was_written(self) -> None:
        posts = self.posts()
        assert {post.post_id: post.text for post in posts} == self.waiting
        assert {post.post_id for post in posts if post.refused} == self.refused
        sending = [post for post in posts if not post.refused]
        seqs = [post.client_seq for post in sending]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))) if seqs else True
        order = [int(post.text.removeprefix("text ")) for post in sending]
        assert order == sorted(order)
        following = self.store.restore(self.store.use_server(ADDRESS)).next_client_seq
        assert not seqs or following == seqs[-1] + 1

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestOutboxes = Outboxes.TestCase
TestOutboxes.settings = settings(max_examples=20, stateful_step_count=30)
