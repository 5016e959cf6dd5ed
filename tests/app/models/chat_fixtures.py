"""A chat model with what was submitted and announced, and entries to give it."""

from __future__ import annotations

from typing import Any

from app.models.chat_model import ChatModel, Command
from app.models.chat_room import ChatRoom
from app.models.commands import StorePost
from app.models.events import (
    EntriesReceived,
    MembershipChanged,
    RoomFollowed,
    RoomListed,
    RoomsComplete,
    SignedIn,
)
from app.models.message import Gap, Message, MessageKind, MessageState
from app.models.records import OutboxPost, RoomEntry
from app.models.store_answers import PostStored
from app.models.timeline import RECENT_ENTRIES_MAX, Timeline
from protocol.frames import EntryFlag, EntryKind

ME, DEVICE = 7, 3
TIME_MS = 1_763_900_000_000


def stream_of(room: int) -> bytes:
    """The stream id of a room of these tests."""
    return bytes([room]) * 8


def entry(number: int, text: str = "", **more: Any) -> RoomEntry:
    """Entry ``number`` of a log that holds messages only."""
    values: dict[str, Any] = {
        "number": number,
        "kind": EntryKind.MESSAGE,
        "author": 1,
        "device": 1,
        "client_seq": number,
        "time_ms": TIME_MS + number,
        "text": text or f"m{number}",
        "flags": int(EntryFlag.VISIBLE),
        "visible": number,
    }
    return RoomEntry(**(values | more))


def entries(first: int, last: int) -> tuple[RoomEntry, ...]:
    """Entries ``first`` to ``last``."""
    return tuple(entry(number) for number in range(first, last + 1))


def received(first: int, last: int, room: int = 1) -> EntriesReceived:
    """They came."""
    return EntriesReceived(room, entries(first, last), b"c" * 8)


def texts(items: tuple[Any, ...]) -> list[str]:
    """What is said, with gaps as "first-last"."""
    shown = []
    for item in items:
        if isinstance(item, Message):
            shown.append(item.text)
        elif isinstance(item, Gap):
            shown.append(f"{item.first}-{item.last}")
    return shown


def own(token: int, text: str = "mine") -> Message:
    """A post of ours that nobody has answered for."""
    return Message(
        -token, 0, 0, MessageKind.TEXT, ME, TIME_MS, text, MessageState.PENDING, 0, token
    )


def filled(*ranges: tuple[int, int]) -> Timeline:
    """A timeline that was given these ranges."""
    timeline = Timeline()
    timeline.entries_max = RECENT_ENTRIES_MAX
    for first, last in ranges:
        timeline.add(entries(first, last))
        timeline.move_head(max(timeline.head, last), max(timeline.head_visible, last))
    return timeline


class Bench:
    """A model, signed in and in room 1 ("general"), which is open."""

    def __init__(self, *, is_signed_in: bool = True) -> None:
        self.commands: list[Command] = []
        self.announced: list[Any] = []
        self.takes = True
        self.model = ChatModel(self._submit, lambda: TIME_MS)
        signals = self.model.signals
        for announcement in vars(signals).values():
            announcement.connect(self.announced.append)
        if is_signed_in:
            self.sign_in()
            self.follow(1)
            self.model.reading.show_room(1)
            self.clear()

    def sign_in(self) -> None:
        self.model.apply(
            SignedIn(ME, DEVICE, "anna", "Harbour", (1,), 0, 0),
            RoomListed(1, stream_of(1), "general", "All", 2),
            RoomListed(2, stream_of(2), "dev", "", 5),
            RoomsComplete(),
        )

    def follow(self, room: int, head: int = 0, *, first: int = 1, base: int = 1) -> None:
        self.model.apply(
            MembershipChanged(room, True),
            RoomFollowed(room, stream_of(room), 1, base, first, head, head),
        )

    def clear(self) -> None:
        self.commands.clear()
        self.announced.clear()

    def named(self, kind: type) -> list[Any]:
        """What was announced of one kind."""
        return [payload for payload in self.announced if type(payload) is kind]

    def submitted(self, kind: type) -> list[Any]:
        """Commands of one kind."""
        return [command for command in self.commands if type(command) is kind]

    def store(self, client_seq: int) -> OutboxPost:
        """The store kept the newest wish under this number."""
        wish: StorePost = self.submitted(StorePost)[-1]
        post = OutboxPost(
            client_seq, 5, wish.stream_id, wish.room_name, wish.kind, wish.text, wish.time_ms
        )
        self.model.apply(PostStored(post, wish.token))
        return post

    def shown(self, room: int = 1) -> list[str]:
        return texts(self.model.rooms[room].timeline.items)

    def messages(self, room: int = 1) -> list[Message]:
        items = self.model.rooms[room].timeline.items
        return [item for item in items if isinstance(item, Message)]

    def _submit(self, command: Command) -> bool:
        self.commands.append(command)
        return self.takes


def followed(head: int, *, base: int = 1, visible: int | None = None) -> RoomFollowed:
    return RoomFollowed(1, stream_of(1), 1, base, 1, head, head if visible is None else visible)


def joined_room(head: int = 0) -> ChatRoom:
    """A room one has been in for a while, nothing of it read."""
    room = ChatRoom(1)
    room.join(True)
    room.follow(followed(0))
    room.follow(followed(head))
    return room
