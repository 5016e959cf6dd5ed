"""Hands events from worker threads to the thread of the window, which is woken by a socket pair.

Theory. Whoever puts an event adds it to a queue and then sends one byte, only if no wake-up is on
its way already; so a burst wakes once. ``put`` never waits: at the bound ``is_full`` says so, and
the network thread stops reading until the window has caught up (what is lost meanwhile shows as a
hole and is repaired).
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from typing import Final

from app.models.events import Event

#: Some seconds of the busiest network; an event may hold a datagram's worth of entries.
EVENTS_MAX: Final = 10_000


class EventHandover:
    """``put`` and ``is_full`` from any thread, the rest on the thread that drains."""

    def __init__(self, events_max: int = EVENTS_MAX) -> None:
        self._events_max = events_max
        self._events: deque[Event] = deque()
        self._lock = threading.Lock()
        self._is_woken = False
        self._is_closed = False
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)

    def put(self, event: Event) -> None:
        """One more event; after ``close`` it is dropped."""
        with self._lock:
            if self._is_closed:
                return
            self._events.append(event)
            if not self._is_woken:
                self._is_woken = True
                # If the buffer is full of bytes, it wakes as well.
                with contextlib.suppress(BlockingIOError):
                    self._writer.send(b"\0")

    def is_full(self) -> bool:
        """Whether nobody should bring more for now."""
        return len(self._events) >= self._events_max

    @property
    def descriptor(self) -> int:
        """Can be read when there is something to take."""
        return self._reader.fileno()

    @property
    def wakeup_descriptor(self) -> int:
        """For ``signal.set_wakeup_fd``: a signal wakes the window too."""
        return self._writer.fileno()

    def take(self, count_max: int) -> list[Event]:
        """The oldest events, at most so many."""
        with self._lock:
            if self._is_closed:
                return []
            # First the bytes, then the events: what is put in between wakes again.
            with contextlib.suppress(BlockingIOError):
                while self._reader.recv(64):
                    self._is_woken = False
            self._is_woken = False
            count = min(count_max, len(self._events))
            return [self._events.popleft() for _ in range(count)]

    def close(self) -> None:
        """Drop what is left and take no more; close every watcher of the descriptor before."""
        with self._lock:
            self._is_closed = True
            self._events.clear()
            self._reader.close()
            self._writer.close()
