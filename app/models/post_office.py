"""Gets posts of the outbox to the server, exactly once each, whatever happened to either side.

Numbers are dense: the server takes exactly its last plus one. If a data folder, here or there,
came back from an earlier moment, the numbers no longer fit; then posts get new ones, on disk
before anything is sent under them, and only the server's own word settles a post whose number it
had seen before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from app.models.commands import RenumberPosts
from app.models.events import Event, PostAccepted, PostDelayed, PostRefused
from app.models.post_sender import PostSender
from app.models.records import OutboxPost, RoomEntry
from app.models.server_link import ServerLink
from app.models.session_traffic import fits
from app.models.store_answers import PostsRenumbered
from app.models.stream_follower import StreamFollower
from protocol import limits
from protocol.errors import Refusal
from protocol.frame_codec import encode_frame
from protocol.frames import EntryFlag, EntryKind, Post, Refused, SlowDown

#: A post whose room an earlier post may still create, or the list still show, looks again after
#: this, if nothing happened before that.
_WAIT_FOR_ROOM_S = 2.0
#: More than can be answered for while the disk takes one wish.
SETTLED_MAX = 256


class PostOffice:
    """Decides what is sent under which number, and what counts as an answer.

    ``on_accepted`` is told of each post the server took, with the room and number of its entry.
    """

    def __init__(
        self,
        link: ServerLink,
        follower: StreamFollower,
        posts: Iterable[OutboxPost],
        emit: Callable[[Event | RenumberPosts], None],
        on_accepted: Callable[[OutboxPost, int, int, float], None],
    ) -> None:
        self._link = link
        self._follower = follower
        self._emit = emit
        self._on_accepted = on_accepted
        self._posts = PostSender()
        self._device = 0
        #: The greatest number the server has answered for, as far as we know.
        self._last_client_seq = 0
        #: The same when this session began: posts up to it may be older than our outbox.
        self._last_before = 0
        # When the server last answered for a post.
        self._answered_at = float("-inf")
        #: Posts wait until the store has written their new numbers.
        self._renumbering = False
        #: Posts that wait for their room to be listed.
        self._roomless: set[int] = set()
        #: Posts whose number is another's at the server.
        self._reused: set[int] = set()
        #: Ids of those that were answered for last.
        self._settled: deque[int] = deque(maxlen=SETTLED_MAX)
        for post in posts:
            if not post.refused:
                self._posts.add(post)

    def __len__(self) -> int:
        return len(self._posts)

    # --- the session -----------------------------------------------------------------------
    def last_answered(self, last_client_seq: int) -> int:
        """Where the server stands, by its welcome and by what it answered since we asked."""
        if self._answered_at >= self._link.sign_in_began_at:
            # New keys or another name: what was answered meanwhile has overtaken this word.
            return max(last_client_seq, self._last_client_seq)
        return last_client_seq

    def on_signed_in(self, device: int, last_client_seq: int, now: float) -> None:
        """A session begins: everything that waits is due."""
        self._device = device
        self._posts.restart(now, known_to=last_client_seq)
        self._roomless.clear()
        self._last_client_seq = self._last_before = last_client_seq
        self._answered_at = now
        self._reused.clear()
        self._renumber()

    def next_timer(self) -> float | None:
        """When ``send_due`` has something to send."""
        return self._posts.next_timer() if self._numbers_hold else None

    @property
    def _numbers_hold(self) -> bool:
        """Whether the server and the disk know the posts by the numbers that they have. What is
        sent under others would be staged there, and stand in the log twice."""
        return self._link.is_welcome and not self._renumbering

    def on_rooms_changed(self, now: float) -> None:
        """The list of rooms tells something new: posts that waited for it look again."""
        for client_seq in self._roomless:
            if client_seq in self._posts:
                self._posts.postpone(client_seq, now)
        self._roomless.clear()

    # --- numbers ---------------------------------------------------------------------------
    def add(self, post: OutboxPost) -> None:
        """Send this post, which is in the outbox.

        What its person gave up while the answer was on its way to the disk comes once more, as one
        that says nothing. It is in the outbox no longer: no new number could ever be kept for it.
        """
        if post.kind == EntryKind.VOID and post.post_id in self._settled:
            return
        expected = max(self._posts.greatest, self._last_client_seq) + 1
        self._posts.add(post)
        # The store may have numbered it before it heard where the server stands.
        if post.client_seq > expected and self._link.online:
            self._renumber()

    def _renumber(self) -> None:
        """Posts after the server's last must follow it without a hole.

        They do, unless the data folder here, or the server's, came back from an earlier moment.
        Posts up to its last are sent as they are: the server knows whether it has them.
        """
        if self._renumbering:
            return  # looked at again when the numbers asked for are on disk
        last = self._last_client_seq
        beyond = [p.client_seq for p in self._posts.posts() if p.client_seq > last]
        wanted = range(last + 1, last + 1 + len(beyond))
        numbers = tuple((old, new) for old, new in zip(beyond, wanted, strict=True) if old != new)
        if numbers:
            self._ask_to_renumber(numbers)

    def _ask_to_renumber(self, numbers: tuple[tuple[int, int], ...]) -> None:
        self._renumbering = True
        self._emit(RenumberPosts(numbers))

    def on_renumbered(self, event: PostsRenumbered, now: float) -> None:
        """The new numbers are on disk."""
        self._posts.renumber(event.numbers)
        if not event.unasked:
            self._renumbering = False
            self._posts.restart(now, known_to=self._last_before)
        if self._link.online:
            self._renumber()  # the server may stand elsewhere by now

    # --- answers ---------------------------------------------------------------------------
    def on_entries(self, room: int, entries: Iterable[RoomEntry], now: float) -> None:
        """Entries came; our own are receipts."""
        for entry in entries:
            if self._is_receipt(entry):
                self.settle(entry.client_seq, room, entry.number, now)

    def _is_receipt(self, entry: RoomEntry) -> bool:
        """Whether the entry answers for a post of ours.

        Not if the server had that number before this session: in a data folder that was copied
        back, the post with this number may be another one, and only the server knows.
        """
        return (
            entry.device == self._device
            and entry.client_seq > self._last_before
            and not entry.flags & EntryFlag.CONTINUES
        )

    def settle(self, client_seq: int, room: int, number: int, now: float) -> None:
        """The server has the post, as its entry ``number`` in ``room``."""
        self._note_answer(client_seq, now)
        post = self._posts.settle(client_seq, now)
        if post is None:
            return
        self._settled.append(post.post_id)
        self._move_reused()
        if post.kind == EntryKind.CREATED:
            self._follower.listing.note_name(room, post.text)
            self.on_rooms_changed(now)
        # Last: whoever then opens the room is in it, and is not sent out of it again.
        self._on_accepted(post, room, number, now)
        self._emit(PostAccepted(client_seq, room, number))

    def _note_answer(self, client_seq: int, now: float) -> None:
        self._last_client_seq = max(self._last_client_seq, client_seq)
        self._answered_at = now

    def on_refused(self, frame: Refused, now: float) -> None:
        """The server does not take the post, or not under this number."""
        if frame.code == Refusal.NUMBER_REUSED:
            self._on_number_reused(frame.client_seq)
            return
        self._note_answer(frame.client_seq, now)
        code = self._posts.withdrawn.pop(frame.client_seq, frame.code)
        post = self._posts.settle(frame.client_seq, now)
        if post is not None:
            self._settled.append(post.post_id)
            self._emit(PostRefused(frame.client_seq, code))
            self._move_reused()
            self.on_rooms_changed(now)

    def _on_number_reused(self, client_seq: int) -> None:
        """Another post has this number at the server: this one must move.

        When all posts with numbers of before this session are answered for, those that must
        move, and after them whatever was written later, get the numbers that follow: in the
        order in which they were written.
        """
        if client_seq not in self._posts or client_seq > self._last_before:
            return  # nobody else can have used it in this session
        self._reused.add(client_seq)
        self._posts.postpone(client_seq, float("inf"))
        self._move_reused()

    def _move_reused(self) -> None:
        waiting = [post.client_seq for post in self._posts.posts()]
        # One that was told twice has moved meanwhile: moving the others would double them.
        self._reused.intersection_update(waiting)
        old = [seq for seq in waiting if seq <= self._last_before]
        if self._renumbering or not self._reused or not self._reused.issuperset(old):
            return
        self._reused.clear()
        later = [seq for seq in waiting if seq > self._last_before]
        first = self._last_client_seq + 1
        self._ask_to_renumber(tuple((seq, first + n) for n, seq in enumerate([*old, *later])))

    def on_slow_down(self, frame: SlowDown, now: float) -> None:
        """The server wants posts later."""
        wait_s = min(frame.retry_after_ms / 1000, limits.TIMEOUT_MAX_S)
        if frame.code:
            self._posts.pause(now + wait_s)
        elif frame.client_seq in self._posts:
            # Posts behind this one are held by the server: this one alone comes again.
            self._posts.ask_again(frame.client_seq, now + wait_s)
        self._emit(PostDelayed(frame.client_seq, wait_s, frame.code))

    # --- sending ---------------------------------------------------------------------------
    def _room_for(self, post: OutboxPost, now: float) -> int | None:
        """The number of the post's room; None if it has to wait, 0 if there is none."""
        if post.kind == EntryKind.CREATED:
            return 0
        room = self._follower.room_number(post.stream_id, post.room_name)
        if room is None and post.client_seq <= self._last_before:
            room = 0  # the server only says what has this number: it decides nothing any more
        if room is not None:
            self._roomless.discard(post.client_seq)
            return room
        creating = any(
            other.kind == EntryKind.CREATED and other.client_seq < post.client_seq
            for other in self._posts.posts()
        )
        if creating or not self._follower.listing.is_complete:
            self._posts.postpone(post.client_seq, now + _WAIT_FOR_ROOM_S)
            self._roomless.add(post.client_seq)
            return None
        self._posts.withdrawn[post.client_seq] = Refusal.NO_SUCH_ROOM
        return 0

    def send_due(self, now: float) -> None:
        """Posts that are due, as many in a datagram as fit."""
        if not self._numbers_hold:
            return
        due = self._posts.due(now)
        if not due or not self._link.traffic.may_send(now):
            return
        datagram: list[bytes] = []
        inside: list[Post] = []
        for post in due:
            room = self._room_for(post, now)
            if room is None:
                continue
            for frame in self._posts.frames(post.client_seq, room):
                encoded = encode_frame(frame)
                if datagram and not fits(datagram, encoded):
                    if not self._send_posts_in(datagram, inside, now):
                        return
                    datagram, inside = [], []
                datagram.append(encoded)
                inside.append(frame)
        if datagram:
            self._send_posts_in(datagram, inside, now)

    def _send_posts_in(self, datagram: list[bytes], inside: list[Post], now: float) -> bool:
        """One datagram that holds these frames, if the window has room."""
        session = self._link.traffic.session
        assert session is not None
        if not self._link.traffic.may_send(now):
            return False
        self._link.traffic.send_encoded(datagram, now)
        for frame in inside:
            self._posts.part_transmitted(frame, now, session.flow)
        return True
