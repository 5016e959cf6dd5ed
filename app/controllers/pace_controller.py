"""Counts down while the server wants people to write more slowly."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING, Final

from app.controllers.flush_timer import Scheduler
from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.models.signals import LinkStatus, PostsSlowed, ServerSwitched, TimelinesChanged
from app.translation import _

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

TICK_S: Final = 1.0


class PaceController:
    """Says when what was written goes out, until it has, or could have."""

    def __init__(
        self, model: ChatModel, window: MainWindow, scheduler: Scheduler, clock: Callable[[], float]
    ) -> None:
        self._model = model
        self._window = window
        self._scheduler = scheduler
        self._clock = clock
        self._until: float | None = None
        self._timer: str | None = None
        signals = model.signals
        signals.posts_slowed.connect(self._on_posts_slowed)
        signals.timelines_changed.connect(self._on_timelines_changed)
        signals.link_changed.connect(self._on_link)
        signals.server_switched.connect(self._on_server_switched)

    def close(self) -> None:
        """Show nothing more."""
        self._until = None
        self._stop_timer()

    def _on_posts_slowed(self, slowed: PostsSlowed) -> None:
        self._until = self._clock() + slowed.wait_s
        self._show()

    def _on_timelines_changed(self, _changed: TimelinesChanged) -> None:
        if not self._model.unsent:
            self._end()  # everything was taken

    def _on_link(self, link: LinkStatus) -> None:
        if link.state is not LinkState.ONLINE:
            self._end()  # another reason to wait, and the banner says it

    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        self._end()

    def _show(self) -> None:
        if self._until is None:
            return
        left_s = self._until - self._clock()
        if left_s <= 0:
            self._end()  # asked again just now: if it is too soon still, the server says so
            return
        words = _("Slow down. What you wrote goes out in {seconds}\N{NO-BREAK SPACE}s.")
        self._window.set_wait(words.format(seconds=ceil(left_s)))
        self._stop_timer()
        # At the end of this second, so that no number stays longer than it is true.
        next_s = left_s - (ceil(left_s) - 1)
        self._timer = self._scheduler.after(int(min(next_s, TICK_S) * 1000) + 1, self._run_timer)

    def _run_timer(self) -> None:
        self._timer = None
        self._show()

    def _end(self) -> None:
        if self._until is not None:
            self._until = None
            self._stop_timer()
            self._window.set_wait("")

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None
