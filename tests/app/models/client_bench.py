"""A client core at a scripted server, signed in, with what the tests of its parts need."""

from __future__ import annotations

import random

import msgspec

from app.models.chat_client import ChatClient
from app.models.commands import FollowRoom, NetworkCommand, RenumberPosts, SendPost
from app.models.records import OutboxPost
from app.models.store_answers import PostsRenumbered, Restored
from app.structs import replace
from protocol.frame_codec import encode_frame
from protocol.frames import (
    Changes,
    Close,
    CloseReason,
    Entry,
    EntryFlag,
    EntryKind,
    Item,
    Post,
    Push,
    RoomItem,
    Subscribe,
    Welcome,
)
from tests.app.models.scripted_server import NOTHING, ScriptedServer, subscribed

DEVICE = 3
STREAM = b"stream 1"


def a_post(
    seq: int, text: str = "hello", *, kind: int = EntryKind.MESSAGE, room: str = "general"
) -> OutboxPost:
    return OutboxPost(seq, 1000 + seq, b"", room, kind, text, 5)


def entry(
    seq: int = 0, *, device: int = 9, flags: int = EntryFlag.VISIBLE, author: int = 0
) -> Entry:
    return Entry(EntryKind.MESSAGE, author, device, seq, 0, "text", flags)


class Bench(ScriptedServer):
    """The client and its store: wishes for new numbers are kept until ``renumber``."""

    def __init__(self, restored: Restored = NOTHING, **welcome: object) -> None:
        super().__init__()
        self.client = self.core = ChatClient(
            random.Random(1).randbytes(32), restored.name, restored, self.random_bytes
        )
        self.wishes: list[RenumberPosts] = []
        self.client.start(self.now)
        self.carry()
        self.let_in(**welcome)

    def carry(self) -> None:
        super().carry()
        for output in self.client.take_outputs():
            if isinstance(output, RenumberPosts):
                self.wishes.append(output)
            else:
                self.events.append(output)

    def let_in(self, **welcome: object) -> None:
        frame = self.welcome_frame()
        self.say(Welcome(*msgspec.structs.astuple(msgspec.structs.replace(frame, **welcome))))

    def again(self, **welcome: object) -> None:
        """The session ends, and another begins."""
        self.say(Close(CloseReason.SERVER_STOPS))
        self.session = None
        self.heard.clear()
        self.wait(2.1)
        self.let_in(**welcome)

    def command(self, command: NetworkCommand | PostsRenumbered) -> None:
        self.client.command(command, self.now)
        self.carry()

    def send(self, *posts: OutboxPost) -> None:
        for post in posts:
            self.command(SendPost(post))

    def list_rooms(
        self, *rooms: tuple[int, bytes, str], first: int = 1, answer: bool = True
    ) -> None:
        """The list of rooms, complete."""
        head = first + len(rooms) - 1
        if answer:
            question = self.questions.get(0, 0)
            self.say(subscribed(0, head, stream=b"listing!", question=question))
        items: list[Item] = [
            RoomItem(first + place, room, stream, name, "", 1)
            for place, (room, stream, name) in enumerate(rooms)
        ]
        self.say(self.changes(0, first, head, *items))

    @staticmethod
    def changes(ref: int, first: int, last: int, *items: Item) -> Changes:
        return Changes(
            ref, 1, first, last, last, [msgspec.Raw(encode_frame(item)) for item in items]
        )

    def general(self) -> Bench:
        """Room 1 is there."""
        self.list_rooms((1, STREAM, "general"))
        self.heard.clear()
        return self

    def follow(self, head: int = 0, **wish: int) -> None:
        """The client follows room 1, which it holds nothing of."""
        self.command(FollowRoom(1, **wish))
        self.say(subscribed(2, head))

    def push(self, first: int, *entries: Entry) -> Push:
        return Push(2, first, 5, 0, first.to_bytes(8), list(entries) or [entry()])

    def renumbered(self, wish: RenumberPosts, **more: bool) -> None:
        """The store did it."""
        self.command(PostsRenumbered(wish.numbers, **more))

    def posted(self) -> list[int]:
        """Numbers of the posts that came here."""
        return [post.client_seq for post in self.take(Post)]

    def asked(self, ref: int) -> list[Subscribe]:
        return [frame for frame in self.take(Subscribe) if frame.ref == ref]


def with_outbox(*posts: OutboxPost) -> Restored:
    return replace(NOTHING, outbox=posts)
