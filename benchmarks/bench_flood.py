"""A flood of messages through the real pump, models and controllers into a real window.

Every callback of Tk is measured by itself, in time of this thread: what other programs take on
the machine does not count. Meanwhile somebody types.
"""

from __future__ import annotations

import gc
import time
import tkinter as tk
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from statistics import median
from typing import Any

from app.controllers.conversation_controller import ConversationController
from app.controllers.event_pump import BATCH_MAX, EventPump
from app.controllers.room_list_controller import RoomListController
from app.models.chat_model import ChatModel
from app.models.events import (
    EntriesReceived,
    Event,
    MembershipChanged,
    RoomFollowed,
    RoomListed,
    RoomsComplete,
    SignedIn,
)
from app.models.records import RoomEntry
from app.views.main_window import MainWindow

_ME, _DEVICE, _ROOM = 7, 3, 1
_STREAM = bytes(8)
_BEAT_MS = 2
_OTHER_ROOMS = 20
_FEED_MS = 10
_KEY_MS = 100
_MESSAGE_KIND, _VISIBLE_FLAG = 1, 1


class _Flood:
    """Feeds entries by the clock, beats, and presses keys; all on Tk's own thread."""

    def __init__(
        self, window: MainWindow, a_second: int, seconds: float, *, into_others: bool
    ) -> None:
        self._window, self._a_second, self._seconds = window, a_second, seconds
        self._rooms = range(_ROOM + 1, _ROOM + 1 + _OTHER_ROOMS) if into_others else (_ROOM,)
        self._numbers = dict.fromkeys(self._rooms, 0)
        self._events: deque[Event] = deque()
        self.model = ChatModel(lambda _command: True, lambda: int(time.time() * 1000))
        self._pump = EventPump(self._take, self.model, time.monotonic)
        root = window.root
        rooms = RoomListController(self.model, window, root, time.monotonic)
        self._controllers = (
            rooms,
            ConversationController(
                self.model, window, root, time.monotonic,
                join_room=rooms.join_by_command, on_drafts=lambda: None, zone=UTC,
            ),
        )  # fmt: skip
        self._sent = self._typed = 0
        self._beat_at = 0.0
        self.pauses_ms: list[float] = []
        self.keys_ms: list[float] = []

    def run(self) -> None:
        every = (_ROOM, *(room for room in self._rooms if room != _ROOM))
        self.model.apply(SignedIn(_ME, _DEVICE, "anna", "Harbour", every, 0, 0))
        for room in every:
            self.model.apply(
                RoomListed(room, _STREAM, f"flood {room}", "", 2),
                MembershipChanged(room, True),
                RoomFollowed(room, _STREAM, 1, 1, 1, 0, 0),
            )
        self.model.apply(RoomsComplete())
        self.model.reading.show_room(_ROOM)
        root = self._window.root
        root.update()
        self._window.composer.text.focus_force()
        root.update()
        self._begun = self._beat_at = time.monotonic()
        self._window.composer.set_value("")
        for step in (self._feed, self._beat, self._press):
            root.after(1, step)
        root.after(int(self._seconds * 1000) + 1500, root.quit)
        root.mainloop()
        for controller in self._controllers:
            controller.close()

    @property
    def is_all_typed(self) -> bool:
        return self._window.composer.value == "x" * self._typed

    @property
    def is_last_shown(self) -> bool:
        if _ROOM not in self._rooms:
            unread = sum(self.model.rooms[room].unread for room in self._rooms)
            return unread == self._sent
        pane = self._window.panes.current
        return pane is not None and bool(pane.text.search(f"number {self._sent} ", "1.0"))

    def _take(self, count: int) -> list[Event]:
        return [self._events.popleft() for _ in range(min(count, BATCH_MAX, len(self._events)))]

    def _feed(self) -> None:
        passed_s = min(time.monotonic() - self._begun, self._seconds)
        due = int(passed_s * self._a_second) - self._sent
        for _ in range(due):
            self._sent += 1
            room = self._rooms[self._sent % len(self._rooms)]
            self._numbers[room] += 1
            self._events.append(EntriesReceived(room, (_entry(self._numbers[room]),), b""))
        if self._pump.drain():
            self._window.root.after(1, self._drain_rest)
        if passed_s < self._seconds:
            self._window.root.after(_FEED_MS, self._feed)

    def _drain_rest(self) -> None:
        if self._pump.drain():
            self._window.root.after(1, self._drain_rest)

    def _beat(self) -> None:
        """What passed since the last turn is how long the loop was held up at most."""
        now = time.monotonic()
        self.pauses_ms.append((now - self._beat_at) * 1000 - _BEAT_MS)
        self._beat_at = now
        if now - self._begun < self._seconds:
            self._window.root.after(_BEAT_MS, self._beat)

    def _press(self) -> None:
        begun = time.perf_counter()
        self._window.composer.text.event_generate("<x>")
        self._window.composer.text.update_idletasks()
        self.keys_ms.append((time.perf_counter() - begun) * 1000)
        self._typed += 1
        if time.monotonic() - self._begun < self._seconds:
            self._window.root.after(_KEY_MS, self._press)


@contextmanager
def _measured_callbacks() -> Iterator[list[float]]:
    """Milliseconds of this thread that each callback of Tk takes."""
    took_ms: list[float] = []
    wrapper: Any = tk.CallWrapper
    plain = wrapper.__call__

    def measured(self: Any, *values: Any) -> Any:
        begun = time.thread_time()
        try:
            return plain(self, *values)
        finally:
            took_ms.append((time.thread_time() - begun) * 1000)

    wrapper.__call__ = measured
    try:
        yield took_ms
    finally:
        wrapper.__call__ = plain


@dataclass(frozen=True, slots=True)
class FloodResult:
    """`callback_ms` is this thread's own time in the longest callback; `pause_ms` the longest time
    between two turns of the loop by the clock on the wall, with all that other programs took;
    `key_ms` the median of a key and all that was to be painted with it."""

    callback_ms: float
    pause_ms: float
    key_ms: float
    is_last_shown: bool
    is_all_typed: bool


def flood(
    window: MainWindow, *, a_second: int, seconds: float, into_others: bool = False
) -> FloodResult:
    """Let so many messages come into the open room, or into 20 others, while somebody types."""
    run = _Flood(window, a_second, seconds, into_others=into_others)
    gc.collect()
    gc.freeze()  # as the program does
    with _measured_callbacks() as took_ms:
        run.run()
    return FloodResult(
        max(took_ms), max(run.pauses_ms), median(run.keys_ms), run.is_last_shown, run.is_all_typed
    )


def _entry(number: int) -> RoomEntry:
    text = f"message number {number} with some **words** to draw"
    return RoomEntry(
        number, _MESSAGE_KIND, 1, 1, number, 1_763_900_000_000 + number, text, _VISIBLE_FLAG, number
    )
