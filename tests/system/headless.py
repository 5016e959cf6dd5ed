"""A person without a window: the client's runtime, and what came out of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from app.client_config import parse_address
from app.models.client_runtime import ClientRuntime
from app.models.commands import NetworkCommand, StoreCommand, StorePost
from app.models.data_folder import DataFolder
from app.models.events import (
    EntriesReceived,
    Event,
    HistoryForked,
    PostAccepted,
    PostRefused,
    RoomReplaced,
    RoomsComplete,
    SignedIn,
)
from app.models.network_thread import System
from app.models.records import RoomEntry
from app.models.store_answers import HistoryLoaded
from protocol.frames import EntryKind

AnyEvent = TypeVar("AnyEvent")


class Headless:
    """Collects events as they come, on whatever thread; ``until`` waits for what they add up to."""

    def __init__(
        self, folder: Path, server: str, name: str, *, system: System | None = None
    ) -> None:
        self.name = name
        self.events: list[Event] = []
        self.rooms: dict[int, dict[int, RoomEntry]] = {}
        self.receipts: dict[int, tuple[int, int]] = {}
        self.refused: dict[int, int] = {}
        self.doubled = 0
        #: While it is set nothing is read from the network.
        self.deaf = False
        self._tokens = 0
        self._changed = threading.Condition()
        self._runtime = ClientRuntime(
            DataFolder.open(folder),
            parse_address(server),
            name,
            self._on_event,
            is_full=lambda: self.deaf,
            system=system,
        )

    def start(self) -> Self:
        """Connect; returns when the list of rooms is complete."""
        self.begin()
        self.until(lambda: bool(self.happened(SignedIn)) and bool(self.happened(RoomsComplete)))
        return self

    def begin(self) -> None:
        """Connect, whatever becomes of it."""
        self._runtime.start()

    def stop(self) -> None:
        """Say goodbye and end."""
        self._runtime.stop(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, command: StoreCommand | NetworkCommand) -> None:
        """Something the person wants."""
        self._runtime.submit(command)

    def post(self, kind: int, text: str, room: str = "general") -> None:
        """Into the outbox with it."""
        self._tokens += 1
        self.submit(StorePost(self._tokens, b"", room, kind, text, int(time.time() * 1000)))

    def join(self, room: str = "general") -> None:
        """Join, and wait until that is so."""
        before = len(self.receipts)
        self.post(EntryKind.JOIN, "", room)
        self.until(lambda: len(self.receipts) > before)

    def say(self, text: str, room: str = "general") -> None:
        """A message."""
        self.post(EntryKind.MESSAGE, text, room)

    def happened(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        """Events of one type, so far."""
        return [event for event in self.events if isinstance(event, kind)]

    def entries(self, room: int = 1) -> list[RoomEntry]:
        """What is held of a room, in order."""
        with self._changed:
            held = self.rooms.get(room, {})
            return [held[number] for number in sorted(held)]

    def texts(self, room: int = 1) -> list[str]:
        """What people said."""
        return [e.text for e in self.entries(room) if e.kind == EntryKind.MESSAGE]

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Wait for events until the condition holds; fails with what there is otherwise."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(
                        f"{self.name}: not within {seconds} s; {len(self.receipts)} receipts, "
                        f"{ {room: len(held) for room, held in self.rooms.items()} } entries, "
                        f"last: {self.events[-3:]}"
                    )
                self._changed.wait(min(left, 0.2))

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            match event:
                case EntriesReceived():
                    room = self.rooms.setdefault(event.room, {})
                    for entry in event.entries:
                        self.doubled += entry.number in room
                        room[entry.number] = entry
                case HistoryLoaded():
                    room = self.rooms.setdefault(event.room, {})
                    room.update({entry.number: entry for entry in event.entries})
                case HistoryForked():
                    room = self.rooms.get(event.room, {})
                    for number in [n for n in room if n > event.agreed_to]:
                        del room[number]
                case RoomReplaced(room=number):
                    self.rooms.pop(number, None)
                case PostAccepted():
                    self.receipts[event.client_seq] = (event.room, event.number)
                case PostRefused():
                    self.refused[event.client_seq] = event.code
            self._changed.notify_all()
