"""The thread that writes to the client's disk, so that neither the window nor the network waits.

Theory. Whatever has gathered while the disk was busy is one batch and one transaction; answers
leave after its commit, in order. A batch that the disk does not take stays at the front of the
queue and is tried again. Nobody ever waits to hand something over, so the queue has bounds
instead: beyond the first one, what the server can send again is let go; beyond the second one,
everything is, and whoever submits it is told. Searches wait beside the queue, the newest of each
room, and go on step by step between the batches: what a person writes waits for one at most.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from app.models.commands import FindEverywhere, FindText, NetworkCommand, SendPost
from app.models.events import EntriesReceived, Event, HeadMoved, PersonNamed, RoomListed
from app.models.local_store import Answer, LocalStore, StoreItem
from app.models.store_answers import PostsRenumbered, PostStored, StoreFailed
from app.models.store_errors import StoreError
from app.models.store_texts import check

#: Beyond this many waiting items, what the server has anyway is not stored: it is asked for again.
REPEATABLE_ITEMS_MAX: Final = 4096
#: Beyond this many it is time to read less from the network.
BEHIND_ITEMS: Final = 1024
#: Beyond this many nothing is taken, not even what a person wrote.
ITEMS_MAX: Final = 8192
#: Distance of tries while the disk does not take a batch.
RETRY_S: Final = 1.0

#: A hole in these is found at the next start, by their numbers or because they are sent anew.
_REPEATABLE: Final = (EntriesReceived, HeadMoved, PersonNamed, RoomListed)

_log: Final = logging.getLogger(__name__)

Emit = Callable[[Event], None]
Forward = Callable[[NetworkCommand | PostsRenumbered], None]


class StoreWorker:
    """Batches into a store, answers out of it; knows no thread.

    ``emit`` gets what the models are told, ``forward`` what the network side is: posts to send,
    and new numbers of posts. Neither may block or raise.
    """

    def __init__(self, store: LocalStore, emit: Emit, forward: Forward) -> None:
        self._store = store
        self._emit = emit
        self._forward = forward
        self._waiting: list[StoreItem] = []
        self._told = ""

    @property
    def waiting(self) -> int:
        """How many items the disk has not taken yet."""
        return len(self._waiting)

    @property
    def is_failing(self) -> bool:
        """The disk did not take the last batch."""
        return bool(self._told)

    def run_batch(self, items: Iterable[StoreItem]) -> bool:
        """Store what waits and then the items. False if the disk does not take it: it waits on."""
        self._waiting.extend(items)
        if not self._waiting:
            return True
        try:
            answers = self._store.apply(*self._waiting)
        except StoreError as error:
            self._tell_failure(str(error))
            return False
        except Exception:  # noqa: BLE001 - one item is our mistake: the others must not suffer
            return self._run_one_by_one()
        self._waiting.clear()
        self._told = ""
        self._tell(answers)
        return True

    def fold_some(self, room: int) -> bool:
        """See ``LocalStore.fold_some``; False also where the disk does not take it, as the search
        does without."""
        try:
            return self._store.fold_some(room)
        except Exception as error:  # noqa: BLE001 - the edge: the thread must live on
            _log.warning("! old texts cannot be made ready for searches: %s", error)
            return False

    def search_on(self, search: FindText | FindEverywhere) -> bool:
        """One step towards the answer; False where ``run_batch`` can give it, or the rest of it."""
        try:
            if isinstance(search, FindText):
                return self.fold_some(search.room) or self._store.look_through_some(search)
            found = self._store.find_some(search)
        except Exception as error:  # noqa: BLE001 - the edge: the thread must live on
            _log.warning("! nothing can be found: %s", error)
            return False
        if not found.next_room:
            return False
        if found.messages:
            self._emit(found)
        self.fold_some(found.next_room)
        return True

    def _run_one_by_one(self) -> bool:
        while self._waiting:
            try:
                answers = self._store.apply(self._waiting[0])
            except StoreError as error:
                self._tell_failure(str(error))
                return False
            except Exception as error:  # noqa: BLE001 - the edge: the thread must live on
                kind = type(self._waiting[0]).__name__
                # The kind only: what people write is nobody's business in a log.
                _log.exception("! %s cannot be stored", kind)
                self._tell_failure(f"something was not stored ({kind}): {error}")
                answers = []
            del self._waiting[0]
            self._tell(answers)
        return True

    def _tell(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            match answer:
                case SendPost():
                    self._forward(answer)
                case PostStored(post=post):
                    self._emit(answer)
                    self._forward(SendPost(post))
                case PostsRenumbered():
                    # First those who keep the numbers: the network may answer for a new one.
                    self._emit(answer)
                    self._forward(answer)
                case _:
                    self._emit(answer)

    def _tell_failure(self, reason: str) -> None:
        # Once, not at every try.
        if reason != self._told:
            self._told = reason
            self._emit(StoreFailed(reason))


class StoreThread:
    """Runs a ``StoreWorker``. After ``start`` the store belongs to this thread, until
    ``flush_and_stop`` has returned True."""

    def __init__(
        self, store: LocalStore, emit: Emit, forward: Forward, *, retry_s: float = RETRY_S
    ) -> None:
        self._worker = StoreWorker(store, emit, forward)
        self._retry_s = retry_s
        self._queue: deque[StoreItem] = deque()
        #: By room (one of many under 0), the newest last; an older one of the same room is not
        #: answered any more.
        self._searches: dict[int, FindText | FindEverywhere] = {}
        self._changed = threading.Condition()
        self._stopping = False
        # A daemon, because a disk that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    def start(self) -> None:
        """Begin to store what was and will be submitted."""
        self._thread.start()

    @property
    def is_behind(self) -> bool:
        """Much waits for a disk that works: whoever can should hand over less for a while."""
        with self._changed:
            return len(self._queue) >= BEHIND_ITEMS and not self._worker.is_failing

    def submit(self, item: StoreItem) -> bool:
        """Hand something over, from any thread, without waiting.

        False if it was not taken: too much waits for the disk, or the thread is to stop.

        Raises:
            ValueError: the text cannot be stored (see ``store_texts.check``).
        """
        check(item)
        bound = REPEATABLE_ITEMS_MAX if isinstance(item, _REPEATABLE) else ITEMS_MAX
        with self._changed:
            waiting = len(self._queue) + len(self._searches) + self._worker.waiting
            if self._stopping or waiting >= bound:
                return False
            if isinstance(item, FindText | FindEverywhere):
                self._searches.pop(item.room, None)
                self._searches[item.room] = item
            else:
                self._queue.append(item)
            self._changed.notify()
        return True

    def flush_and_stop(self, timeout_s: float) -> bool:
        """Store what was submitted and end; nobody waits for searches any more. False if not all
        of it came to the disk in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not (self._thread.is_alive() or self._queue or self._worker.waiting)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            items, stopping = self._next_batch()
            self._worker.run_batch(items)
            if not stopping and not self._worker.waiting:
                self._search_on()

    def _search_on(self) -> None:
        """One step towards the answer of the newest search."""
        with self._changed:
            search = next(reversed(self._searches.values()), None)
        if search is None or self._worker.search_on(search):
            return
        with self._changed:
            if self._searches.get(search.room) is not search:
                return  # Somebody typed on meanwhile.
            del self._searches[search.room]
        self._worker.run_batch([search])

    def _next_batch(self) -> tuple[list[StoreItem], bool]:
        with self._changed:
            if self._worker.waiting:
                # The disk had its say: new items do not make it try sooner.
                self._changed.wait_for(lambda: self._stopping, timeout=self._retry_s)
            else:
                self._changed.wait_for(lambda: self._stopping or self._queue or self._searches)
            items = list(self._queue)
            self._queue.clear()
            return items, self._stopping
