"""Sends posts until the server answers for them: in order, within a window, with back-off.

When each is repeated says ``protocol/post_repeats``. A server that says "slow down" stops all of
them for so long.
"""

from __future__ import annotations

from itertools import takewhile

from app.models.records import OutboxPost
from app.structs import Struct, field, replace
from protocol import limits
from protocol.flow import Flow
from protocol.frames import EntryKind, Post, PostFlag
from protocol.post_repeats import PostRepeats
from protocol.text_rules import split_text


class _Sending(Struct):
    post: OutboxPost
    frames: list[Post] = field(default_factory=list)
    sent: int = 0
    #: None if its answer waited for more than the server: then it is not timed.
    first_sent_at: float | None = None
    due_at: float = 0.0
    #: Parts of the present transmission that left; the window had no room for the others yet.
    parts_sent: int = 0
    #: It was there when the session began.
    waited: bool = False


class PostSender:
    """The outbox as the network thread sees it."""

    def __init__(self) -> None:
        self._posts: dict[int, _Sending] = {}
        self._repeats = PostRepeats()
        self._paused_until = 0.0
        self._known_to = 0
        #: Posts that are refused here already; they only use up their numbers at the server.
        self.withdrawn: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._posts)

    def __contains__(self, client_seq: object) -> bool:
        return client_seq in self._posts

    @property
    def greatest(self) -> int:
        """The greatest number among them, 0 if there is none."""
        return next(reversed(self._posts), 0)

    def get(self, client_seq: int) -> OutboxPost | None:
        """The post with this number, while nobody has answered for it."""
        sending = self._posts.get(client_seq)
        return sending.post if sending else None

    def posts(self) -> list[OutboxPost]:
        """All posts that wait for an answer, in order."""
        return [self._posts[seq].post for seq in sorted(self._posts)]

    def add(self, post: OutboxPost) -> None:
        """Send this from now on. It replaces what had its number: a post that was withdrawn
        comes again, as one that says nothing."""
        known = self._posts.get(post.client_seq)
        if known is not None and known.post == post:
            return
        self._posts[post.client_seq] = _Sending(post, waited=known is not None and known.waited)
        if post.client_seq < max(self._posts):
            self._posts = dict(sorted(self._posts.items()))

    def renumber(self, numbers: tuple[tuple[int, int], ...]) -> None:
        """Posts have new numbers, on disk already."""
        renumbered = dict(numbers)
        if not renumbered.keys() & self._posts.keys():
            return
        before = [self._posts[seq] for seq in sorted(self._posts)]
        self._posts.clear()
        for item in before:
            seq = renumbered.get(item.post.client_seq, item.post.client_seq)
            self.add(replace(item.post, client_seq=seq))
            self._posts[seq].waited = item.waited
        self.withdrawn = {renumbered.get(seq, seq): code for seq, code in self.withdrawn.items()}

    def settle(self, client_seq: int, now: float) -> OutboxPost | None:
        """The server answered for the post; returns it, once."""
        sending = self._posts.pop(client_seq, None)
        if sending is None:
            return None
        if sending.first_sent_at is not None:
            self._repeats.on_answer(sending.first_sent_at, now)
        return sending.post

    def pause(self, until: float) -> None:
        """Nothing is to be sent before this time."""
        self._paused_until = max(self._paused_until, until)
        for sending in self._posts.values():
            sending.first_sent_at = None

    def restart(self, now: float, *, known_to: int) -> None:
        """A new session: everything is due, and no time-out has grown.

        Posts up to ``known_to`` have numbers that the server has seen. While any of them waits
        for its word, later ones are held back: they were written after them.
        """
        self._repeats = PostRepeats()
        self._paused_until = 0.0
        self._known_to = known_to
        for sending in self._posts.values():
            sending.sent, sending.parts_sent, sending.due_at = 0, 0, now
            sending.frames, sending.waited, sending.first_sent_at = [], True, None

    def next_timer(self) -> float | None:
        """When ``due`` has something to send; None while nothing waits."""
        due_at = min((sending.due_at for sending in self._window()), default=None)
        return None if due_at is None else max(due_at, self._paused_until)

    def _window(self) -> list[_Sending]:
        if not self._posts:
            return []
        # Numbers rise, and dict keeps the order in which they were added.
        # Those that wait for another number stand in nobody's way.
        waiting = (seq for seq, item in self._posts.items() if item.due_at != float("inf"))
        first = next(waiting, next(iter(self._posts)))
        last = first + limits.POSTS_AHEAD_MAX - 1
        if first <= self._known_to:
            last = min(last, self._known_to)
        within = takewhile(lambda item: item[0] <= last, self._posts.items())
        return [sending for _, sending in within]

    def due(self, now: float) -> list[OutboxPost]:
        """Posts to be transmitted now, in order; tell ``transmitted`` of each that was."""
        if now < self._paused_until:
            return []
        return [sending.post for sending in self._window() if now >= sending.due_at]

    def frames(self, client_seq: int, room: int) -> list[Post]:
        """The post as frames, a part each, those that are still to be sent; ``room`` is its
        room's number now."""
        sending = self._posts[client_seq]
        if not sending.frames or sending.frames[0].room != room:
            sending.frames = _frames(sending, room, client_seq in self.withdrawn)
            sending.parts_sent = 0
        return sending.frames[sending.parts_sent :]

    def part_transmitted(self, frame: Post, now: float, flow: Flow) -> None:
        """A part left. The next attempt goes on behind it: a window smaller than a long text
        would else never let its end through."""
        if frame.part + 1 < frame.parts:
            self._posts[frame.client_seq].parts_sent = frame.part + 1
        else:
            self.transmitted(frame.client_seq, now, flow)

    def transmitted(self, client_seq: int, now: float, flow: Flow) -> None:
        """The post left; plan when to repeat it."""
        sending = self._posts[client_seq]
        sending.sent, sending.parts_sent = sending.sent + 1, 0
        if sending.sent == 1:
            sending.first_sent_at = now
        wait_s = self._repeats.wait_s(sending.sent, len(self._posts), flow, now)
        sending.due_at = now + min(wait_s, limits.SILENCE_MAX_S)

    def ask_again(self, client_seq: int, when: float) -> None:
        """The server wants the post at this time, and no time-out has grown meanwhile."""
        sending = self._posts[client_seq]
        sending.sent, sending.due_at, sending.first_sent_at = 0, when, None

    def postpone(self, client_seq: int, until: float) -> None:
        """The post cannot be sent yet."""
        self._posts[client_seq].due_at = until


def _frames(sending: _Sending, room: int, withdrawn: bool) -> list[Post]:
    post = sending.post
    flags = PostFlag.VISIBLE | PostFlag.WAITED if sending.waited else PostFlag.VISIBLE
    kind = EntryKind.VOID if withdrawn else post.kind
    texts = [""] if withdrawn else split_text(post.text)
    return [
        Post(
            client_seq=post.client_seq,
            post_id=post.post_id,
            room=room,
            kind=kind,
            text=text,
            part=part,
            parts=len(texts),
            flags=int(flags),
        )
        for part, text in enumerate(texts)
    ]
