"""What the person says and does in rooms: each a post, from here until the server's answer.

Theory. A message is shown at once, pending; everything else is shown when it happened. The store
gives a post its number (``PostStored``), the server answers once (``PostAccepted``, or
``PostRefused``). A refused message stays, failed, for its person to repair; a refused wish of
another kind is said in one line and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.composed_text import clean_name, clean_text, clean_topic
from app.models.events import (
    OutboxPost,
    PostAccepted,
    PostDelayed,
    PostRefused,
    PostsRenumbered,
    PostStored,
)
from app.models.message import Message, MessageKind, MessageState
from app.models.own_posts import OwnPost, OwnPosts
from app.models.pending_announcements import PendingAnnouncements
from app.models.refusal_words import post_refused
from app.models.signals import ChatSignals, PostSaved, Told
from protocol.errors import Refusal
from protocol.frames import EntryKind

_NOT_KEPT = "This computer could not keep it. Try again."


class RoomBook(Protocol):
    """What the desk needs of the model."""

    rooms: dict[int, ChatRoom]
    person: int
    knows_all_rooms: bool
    signals: ChatSignals

    def room_named(self, name: str) -> ChatRoom | None: ...
    def show_room(self, number: int) -> None: ...
    def announce(self) -> None: ...
