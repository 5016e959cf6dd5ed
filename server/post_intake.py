"""A device's posts in their dense order: early ones wait, long ones gather their parts.

Exactly the post numbered last + 1 is handed on. What came too early is held, within bounds; what
does not fit is dropped, because the device sends it again until it is answered. Nothing of this
outlives the process: what was staged at a restart is sent again as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocol import limits
from protocol.frames import Post


@dataclass(slots=True)
class StagingRoom:
    """What all devices together may hold: a bound on the server's memory, not on anybody's posts,
    for the next one of each device always finds room."""

    bytes_max: int
    bytes_held: int = 0


@dataclass(slots=True)
class StagedPost:
    """A post on its way into the log, complete when no part is missing."""

    client_seq: int
    post_id: int
    room: int
    kind: int
    flags: int
    parts: list[str | None]
    missing: int
    bytes_held: int = 0

    @property
    def texts(self) -> list[str]:
        """The parts in order; call it on complete posts only."""
        return [part for part in self.parts if part is not None]


class PostIntake:
    """Puts a device's posts into order."""

    __slots__ = (
        "bytes_held", "is_blocked", "bytes_max", "committed", "committed_or_written",
        "last_post_id", "next",
        "_room", "_staged",
    )  # fmt: skip

    def __init__(
        self, last_client_seq: int, last_post_id: int, bytes_max: int, room: StagingRoom
    ) -> None:
        self.bytes_max = bytes_max
        self.bytes_held = 0
        self._room = room
        self._staged: dict[int, StagedPost] = {}
        #: A post is ready, and too much waits for the disk: look again when a post is through.
        self.is_blocked = False
        self.reset(last_client_seq, last_post_id)

    def reset(self, last_client_seq: int, last_post_id: int) -> None:
        """The log says where the device stands; what was staged will be sent again."""
        #: Up to here posts are answered for, on disk.
        self.committed = last_client_seq
        #: Up to here posts stand in the log or in its open batch.
        self.committed_or_written = last_client_seq
        self.last_post_id = last_post_id
        #: The number that is to be handed on next; between the two, posts wait for the disk.
        self.next = last_client_seq + 1
        self.forget_staged()

    def forget_staged(self) -> None:
        """A new session sends again whatever waits; an older one's posts may be of another
        history, if the device's folder was copied back."""
        self._room.bytes_held -= self.bytes_held
        self.bytes_held = 0
        self._staged.clear()

    @property
    def is_idle(self) -> bool:
        """Nothing is staged, and nothing waits for the disk."""
        return not self._staged and self.next == self.committed + 1

    def stage(self, frame: Post) -> None:
        """Hold a post or a part of one, unless it is too far ahead or too much."""
        seq = frame.client_seq
        if not self.next <= seq < self.next + limits.POSTS_AHEAD_MAX or frame.part >= frame.parts:
            return
        post = self._staged.get(seq)
        if post is None or not _same(post, frame):
            if post is not None:
                self._forget(post)
            post = StagedPost(
                frame.client_seq, frame.post_id, frame.room, frame.kind, frame.flags,
                [None] * frame.parts, frame.parts,
            )  # fmt: skip
            self._staged[seq] = post
        if post.parts[frame.part] is not None:
            return
        size = len(frame.text.encode()) + 64
        if seq != self.next and self._room.bytes_held + size > self._room.bytes_max:
            return
        while self.bytes_held + size > self.bytes_max:
            farthest = self._staged[max(self._staged)]
            self._forget(farthest)
            if farthest is post:
                return
        post.parts[frame.part] = frame.text
        post.missing -= 1
        post.bytes_held += size
        self.bytes_held += size
        self._room.bytes_held += size

    def ready(self) -> StagedPost | None:
        """The post that is next, if it is complete."""
        post = self._staged.get(self.next)
        return post if post and not post.missing else None

    def hand_on(self, post: StagedPost) -> None:
        """``post``, which was ``ready``, is on its way to the disk."""
        self._forget(post)
        self.next = post.client_seq + 1

    def on_committed(self, client_seq: int, post_id: int) -> None:
        """The log answers for the device's posts up to this one."""
        self.committed = client_seq
        self.last_post_id = post_id
        if self.next <= client_seq:
            # A batch was lost after this post was handed on for the second time: it counts as
            # not handed on, and yet has come through.
            self.next = client_seq + 1
            if (post := self._staged.get(client_seq)) is not None:
                self._forget(post)

    def _forget(self, post: StagedPost) -> None:
        self.bytes_held -= post.bytes_held
        self._room.bytes_held -= post.bytes_held
        self._staged.pop(post.client_seq, None)


def _same(post: StagedPost, frame: Post) -> bool:
    return (post.post_id, post.room, post.kind, len(post.parts)) == (
        frame.post_id,
        frame.room,
        frame.kind,
        frame.parts,
    )
