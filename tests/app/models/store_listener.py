"""What the tests of the store thread share: somebody who hears what it tells."""

from __future__ import annotations

import threading

from app.models.commands import NetworkCommand
from app.models.events import Event
from app.models.local_store import LocalStore
from app.models.store_answers import PostsRenumbered, StoreFailed

#: No test comes near it; a hang ends with an error instead.
TIMEOUT_S = 30.0


class Listener:
    """Both sides that a store answers to, in one list."""

    def __init__(self) -> None:
        self.heard: list[Event | NetworkCommand | PostsRenumbered] = []
        self.something = threading.Semaphore(0)

    def hear(self, thing: Event | NetworkCommand | PostsRenumbered) -> None:
        self.heard.append(thing)
        self.something.release()

    def kinds(self) -> list[str]:
        return [type(thing).__name__ for thing in self.heard]

    def failures(self) -> list[str]:
        return [thing.reason for thing in self.heard if isinstance(thing, StoreFailed)]


def limit_pages(store: LocalStore, pages: int) -> None:
    """The disk is full beyond so many pages of the file."""
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
