"""A thread that does nothing but wait for the disk, so that the server's tick never waits long.

Theory. One commit is in hand at a time: ``start`` hands it over, the thread runs it, keeps what
came of it and calls ``wake``; the owner then takes the outcome with ``finished``. While the disk
answers quickly, handing over costs more than waiting: then ``start`` runs the commit itself, and
the outcome is there when it returns; the first slow one sends the next to the thread. Nothing is
called back on this thread but ``wake``, which only has to make the owner's thread look. An
interpreter that is busy lets another thread run every 5 ms only: whoever starts the server sets
``sys.setswitchinterval`` to some 20 µs, else every commit takes longer than its disk.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: A commit that takes no longer may hold up the tick.
QUICK_S: Final = 0.002


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit has returned, or raised ``error``."""

    error: Exception | None


class CommitThread:
    """Runs ``commit`` on a thread of its own each time it is told to.

    ``wake`` is called on that thread after each of its commits and must not raise. ``clock``
    tells seconds. ``stop`` has to be
    called: the thread is not a daemon, because an interpreter that ends would cut it off in the
    middle of a commit.
    """

    def __init__(
        self,
        commit: Callable[[], None],
        wake: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._commit = commit
        self._clock = clock
        #: How long the last commit took; the first one is not waited for.
        self._took_s = QUICK_S
        self._wake = wake
        #: True: commit; False: end.
        self._orders: queue.Queue[bool] = queue.Queue(maxsize=1)
        self._outcomes: queue.Queue[Committed] = queue.Queue(maxsize=1)
        self._in_hand = False
        #: The outcome of a commit that ran in ``start``.
        self._at_once: Committed | None = None
        self._thread = threading.Thread(target=self._run, name="commit")
        self._thread.start()

    def start(self, *, slow: bool = False) -> None:
        """Have a commit run, on the thread in any case if it will be ``slow``; the one before it
        must have been taken with ``finished``."""
        assert not self._in_hand, "one commit at a time"
        self._in_hand = True
        if self._took_s < QUICK_S and not slow:
            self._at_once = self._run_one()
        else:
            self._orders.put_nowait(True)

    def finished(self) -> Committed | None:
        """What came of the commit in hand, once; None while it runs and when there is none."""
        if not self._in_hand:
            return None
        committed, self._at_once = self._at_once, None
        if committed is None:
            try:
                committed = self._outcomes.get_nowait()
            except queue.Empty:
                return None
        self._in_hand = False
        return committed

    def stop(self) -> None:
        """Wait for the commit in hand, end the thread. Its outcome can still be taken."""
        if self._thread.is_alive():
            self._orders.put(False)
            self._thread.join()

    def _run(self) -> None:
        while self._orders.get():
            self._outcomes.put_nowait(self._run_one())
            self._wake()

    def _run_one(self) -> Committed:
        error: Exception | None = None
        began = self._clock()
        try:
            self._commit()
        except Exception as raised:  # noqa: BLE001 - the thread's edge: its owner hears of it
            error = raised
        self._took_s = self._clock() - began
        return Committed(error)
