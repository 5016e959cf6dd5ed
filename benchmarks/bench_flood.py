"""A flood of messages through the real pump, models and controllers into a real window."""

from __future__ import annotations

import gc
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC
from statistics import median

from app.controllers.conversation_controller import ConversationController
from app.controllers.event_pump import BATCH_MAX, EventPump
from app.controllers.room_list_controller import RoomListController
from app.models.chat_model import ChatModel
from app.models.events import (
    EntriesReceived,
    Event,
    MembershipChanged,
    RoomEntry,
    RoomFollowed,
    RoomListed,
    RoomsComplete,
    SignedIn,
)
from app.views.main_window import MainWindow

_ME, _DEVICE, _ROOM = 7, 3, 1
_STREAM = bytes(8)
_BEAT_MS = 2
_FEED_MS = 10
_KEY_MS = 100
_MESSAGE_KIND, _VISIBLE_FLAG = 1, 1


class _Flood:
    """Feeds entries by the clock, beats, and presses keys; all on Tk's own thread."""

    def __init__(self, window: MainWindow, a_second: int, seconds: float) -> None:
        self._window, self._a_second, self._seconds = window, a_second, seconds
        self._events: deque[Event] = deque()
        self.model = ChatModel(lambda _command: True, lambda: int(time.time() * 1000))
        self._pump = EventPump(self._take, self.model, time.monotonic)
        root = window.root
        rooms = RoomListController(self.model, window, root, time.monotonic)
        self._controllers = (
            rooms,
            ConversationController(
                self.model, window, root, time.monotonic,
                join_room=rooms.join_room, on_drafts=lambda: None, zone=UTC,
            ),
        )  # fmt: skip
        self._sent = 0
        self._beat_at = self._worked_to = 0.0
        self.pauses_ms: list[float] = []
        self.works_ms: list[float] = []
        self.keys_ms: list[float] = []

    def run(self) -> None:
        self.model.apply(
            SignedIn(_ME, _DEVICE, "anna", "Harbour", (_ROOM,), 0, 0),
            RoomListed(_ROOM, _STREAM, "flood", "", 2),
            RoomsComplete(),
            MembershipChanged(_ROOM, True),
            RoomFollowed(_ROOM, _STREAM, 1, 1, 1, 0, 0),
        )
        self.model.show_room(_ROOM)
        root = self._window.root
        root.update()
        self._window.composer.text.focus_force()
        root.update()
        self._begun = self._beat_at = time.monotonic()
        self._worked_to = time.thread_time()
        for step in (self._feed, self._beat, self._press):
            root.after(1, step)
        root.after(int(self._seconds * 1000) + 1500, root.quit)
        root.mainloop()
        for controller in self._controllers:
            controller.close()

    @property
    def is_last_shown(self) -> bool:
        pane = self._window.panes.current
        return pane is not None and bool(pane.text.search(f"number {self._sent} ", "1.0"))

    def _take(self, count: int) -> list[Event]:
        return [self._events.popleft() for _ in range(min(count, BATCH_MAX, len(self._events)))]

    def _feed(self) -> None:
        passed_s = min(time.monotonic() - self._begun, self._seconds)
        due = int(passed_s * self._a_second) - self._sent
        for _ in range(due):
            self._sent += 1
            self._events.append(EntriesReceived(_ROOM, (_entry(self._sent),), b""))
        if self._pump.drain():
            self._window.root.after(1, self._drain_rest)
        if passed_s < self._seconds:
            self._window.root.after(_FEED_MS, self._feed)

    def _drain_rest(self) -> None:
        if self._pump.drain():
            self._window.root.after(1, self._drain_rest)

    def _beat(self) -> None:
        """What passed since the last turn is how long the loop was held up at most."""
        now, worked = time.monotonic(), time.thread_time()
        self.pauses_ms.append((now - self._beat_at) * 1000 - _BEAT_MS)
        self.works_ms.append((worked - self._worked_to) * 1000)
        self._beat_at, self._worked_to = now, worked
        if now - self._begun < self._seconds:
            self._window.root.after(_BEAT_MS, self._beat)

    def _press(self) -> None:
        begun = time.perf_counter()
        self._window.composer.text.event_generate("<x>")
        self._window.composer.text.update_idletasks()
        self.keys_ms.append((time.perf_counter() - begun) * 1000)
        if time.monotonic() - self._begun < self._seconds:
            self._window.root.after(_KEY_MS, self._press)


@dataclass(frozen=True, slots=True)
class FloodResult:
    """`work_ms` is this thread's own time between two turns of the loop, at most; `pause_ms` the
    same by the wall clock, with all that other programs took; `key_ms` a median."""

    work_ms: float
    pause_ms: float
    key_ms: float
    is_last_shown: bool


def flood(window: MainWindow, *, a_second: int, seconds: float) -> FloodResult:
    """Let so many messages come, for so long, while somebody types."""
    run = _Flood(window, a_second, seconds)
    gc.collect()
    gc.freeze()  # as the program does
    run.run()
    return FloodResult(
        max(run.works_ms), max(run.pauses_ms), median(run.keys_ms), run.is_last_shown
    )


def _entry(number: int) -> RoomEntry:
    text = f"message number {number} with some **words** to draw"
    return RoomEntry(
        number, _MESSAGE_KIND, 1, 1, number, 1_763_900_000_000 + number, text, _VISIBLE_FLAG, number
    )
