"""Looking for words in the part of a room that is not on this disk yet.

Theory. The disk was asked, and has nothing more. The part before what it holds is fetched, each
time twice as much, and the disk asked again: until there is a hit more, the room begins, or so much
was fetched that its person should say whether to go on. What was fetched stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.events import LinkState
from app.models.signals import LinkStatus
from app.models.store_answers import TextFound

#: Entries fetched first, and for one wish.
STEP_FIRST: Final = 500
STEPS_MAX: Final = 5_000


class RoomBook(Protocol):
    """What the seeker needs of the model."""

    rooms: dict[int, ChatRoom]
    link: LinkStatus


@dataclass(slots=True)
class _Wish:
    room: int
    words: str
    #: Hits there were before.
    hits: int
    step: int = STEP_FIRST
    fetched: int = 0
    #: Entries from here on are on their way.
    base: int = 0
    #: The disk was asked, and has not answered.
    is_asked: bool = False


class WordSeeker:
    """One search at a time; another one takes its place."""

    def __init__(
        self,
        book: RoomBook,
        submit: Callable[[commands.StoreCommand | commands.NetworkCommand], bool],
    ) -> None:
        self._book = book
        self._submit = submit
        self._wish: _Wish | None = None

    def seek(self, room: ChatRoom, words: str, hits: int) -> None:
        """Look further back, until there are more than so many ``hits``."""
        self._wish = _Wish(room.room, words, hits)
        self._fetch(room, self._wish)

    def stop(self) -> None:
        """Nobody waits for it any more."""
        self._wish = None

    def can_fetch(self, room: ChatRoom) -> bool:
        """Whether there is more of the room at the server, and a way to it."""
        is_online = self._book.link.state is LinkState.ONLINE
        return is_online and room.is_followed and not room.is_whole

    def settle(self) -> None:
        """Something changed: what was waited for may be here."""
        wish = self._wish
        room = self._book.rooms.get(wish.room) if wish is not None else None
        if wish is None or room is None or wish.is_asked:
            return
        is_here = room.base <= wish.base and not room.missing
        if is_here or not self.can_fetch(room):
            wish.is_asked = self._submit(commands.FindText(wish.room, wish.words))

    def goes_on(self, room: ChatRoom, found: TextFound) -> bool:
        """Whether there will be another answer after this one of the disk's."""
        wish = self._wish
        if wish is None or (wish.room, wish.words) != (found.room, found.words):
            return False
        wish.is_asked = False
        is_over = len(found.numbers) > wish.hits or found.is_cut or wish.fetched >= STEPS_MAX
        if is_over or not self.can_fetch(room):
            self._wish = None
            return False
        self._fetch(room, wish)
        return True

    def _fetch(self, room: ChatRoom, wish: _Wish) -> None:
        wish.base = max(room.timeline.first, room.base - wish.step)
        wish.fetched += wish.step
        wish.step = min(2 * wish.step, max(1, STEPS_MAX - wish.fetched))
        self._submit(commands.FetchOlder(room.room, wish.base))
