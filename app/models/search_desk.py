"""Looking for words in many rooms at once, in what of them is on this disk.

Theory. The disk answers little by little; what it has told is kept here, as its person may look at
it for long. The newest wish counts: what is still on its way for another one is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.name_book import NameBook
from app.models.pending_announcements import PendingAnnouncements
from app.models.signals import ChatSignals, EverywhereFound
from app.models.store_answers import FoundEverywhere, FoundMessage
from protocol.limits import NUMBER_MAX

#: A wish names at most so many people who are hidden.
WITHOUT_MAX: Final = 1_000


class RoomBook(Protocol):
    """What the desk needs of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    @property
    def names(self) -> NameBook:
        """Who is called how."""

    rooms: dict[int, ChatRoom]
    ignored: frozenset[int]


class SearchDesk:
    """One search at a time; ``EverywhereFound`` tells what came of it, again and again."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand], bool],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._token = 0
        self._is_looking = False
        self._messages: tuple[FoundMessage, ...] = ()

    @property
    def rooms(self) -> list[ChatRoom]:
        """Those that can be looked through and read: one is in them, or only this disk has them."""
        return [r for r in self._book.rooms.values() if r.is_joined or r.kept is not None]

    def find(
        self,
        words: str,
        rooms: tuple[int, ...],
        *,
        authors: tuple[int, ...] = (),
        since_ms: int = 0,
        before_ms: int = NUMBER_MAX,
    ) -> None:
        """Look for messages with these words, "" for any, in the rooms; by the ``authors``, if
        there are any, but by nobody who is hidden."""
        without = tuple(sorted(self._book.ignored)[:WITHOUT_MAX])
        self._token += 1
        self._messages = ()
        self._is_looking = self._submit(
            commands.FindEverywhere(
                self._token, rooms, words, authors, without, since_ms, before_ms
            )
        )

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._messages = ()
        if self._is_looking:
            self._is_looking = False
            self._token += 1
            self._submit(commands.FindEverywhere(self._token, ()))

    def apply(self, found: FoundEverywhere) -> None:
        """More of what the disk has."""
        if found.token != self._token or not self._is_looking:
            return
        self._messages = self._messages[: found.at] + found.messages
        self._is_looking = found.next_room != 0
        self._book.names.ask({message.author for message in found.messages})
        everywhere = EverywhereFound(self._messages, not self._is_looking, found.is_cut)
        self._pending.state(self._book.signals.everywhere_found, everywhere)
