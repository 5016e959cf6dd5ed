"""Collects what a batch changed, and announces it once the whole batch is applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from app.models.signals import (
    Announcement,
    ChatSignals,
    NamesChanged,
    PeopleShown,
    RoomsChanged,
    TimelinesChanged,
)

Payload = TypeVar("Payload")


class PendingAnnouncements:
    """States (the newest counts), then the marked changes, then events in their order."""

    def __init__(self, signals: ChatSignals) -> None:
        self._signals = signals
        self._states: dict[int, Callable[[], None]] = {}
        self._events: list[Callable[[], None]] = []
        #: What changed: rooms, timelines and people lists by room, names by person.
        self.rooms: set[int] = set()
        self.timelines: set[int] = set()
        self.people: set[int] = set()
        self.names: set[int] = set()

    def state(self, announcement: Announcement[Payload], payload: Payload) -> None:
        """Something is so now; what was collected under the same signal before is outdated."""
        self._states[id(announcement)] = partial(announcement.emit, payload)

    def event(self, announcement: Announcement[Payload], payload: Payload) -> None:
        """Something happened."""
        self._events.append(partial(announcement.emit, payload))

    def take(self) -> list[Callable[[], None]]:
        """What is to be sent, in order; the collection begins anew."""
        sends = [*self._states.values(), *self._marked(), *self._events]
        self._states, self._events = {}, []
        self.rooms, self.timelines, self.people, self.names = set(), set(), set(), set()
        return sends

    def _marked(self) -> list[Callable[[], None]]:
        signals = self._signals
        sends: list[Callable[[], None]] = []
        if self.names:
            names = NamesChanged(frozenset(self.names))
            sends.append(partial(signals.names_changed.emit, names))
        if self.rooms:
            rooms = RoomsChanged(frozenset(self.rooms))
            sends.append(partial(signals.rooms_changed.emit, rooms))
        if self.timelines:
            timelines = TimelinesChanged(frozenset(self.timelines))
            sends.append(partial(signals.timelines_changed.emit, timelines))
        sends += [partial(signals.people_shown.emit, PeopleShown(r)) for r in sorted(self.people)]
        return sends
