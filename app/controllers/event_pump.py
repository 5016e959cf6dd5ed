"""Brings what happened into the model: at each wake-up, for a bounded time.

Theory. Tk serves files before it paints, so a flood of events would freeze the window. A drain
therefore ends after 8 ms at the latest and says that there is more; whoever watches the descriptor
calls again by the clock. Events go into the model in batches, so a thousand of them are announced
a few times, not a thousand times.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from app.models.chat_model import ChatModel
from app.models.events import Event

DRAIN_MAX_S: Final = 0.008
BATCH_MAX: Final = 64

_log: Final = logging.getLogger(__name__)

#: Gives the oldest events, at most so many.
Take = Callable[[int], list[Event]]


class EventPump:
    """``drain`` is what a wake-up calls."""

    def __init__(self, take: Take, model: ChatModel, clock: Callable[[], float]) -> None:
        """``clock`` counts seconds and never goes back."""
        self._take = take
        self._model = model
        self._clock = clock

    def drain(self) -> bool:
        """Apply what is there; True if there was something: call again soon."""
        end = self._clock() + DRAIN_MAX_S
        was_busy = False
        while events := self._take(BATCH_MAX):
            was_busy = True
            self._apply(events)
            if self._clock() >= end:
                break
        return was_busy

    def _apply(self, events: list[Event]) -> None:
        try:
            self._model.apply(*events)
        except Exception:  # noqa: BLE001 - the edge: one bad event must not end all traffic
            _log.exception("! events could not be applied")
