"""The people column: who is in the open room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.controllers.flush_timer import FlushTimer, Scheduler
from app.controllers.person_presenter import person_rows
from app.models.chat_model import ChatModel
from app.models.signals import NamesChanged, PeopleShown, TimelinesChanged

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.rows import PersonRow


class MemberListController:
    """Shows the people of the open room."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
    ) -> None:
        self._model = model
        self._window = window
        self._shown: list[PersonRow] | None = None
        self._flush = FlushTimer(scheduler, clock, self.refresh)
        model.signals.people_shown.connect(self._on_people_shown)
        model.signals.names_changed.connect(self._on_names_changed)
        model.signals.timelines_changed.connect(self._on_timelines_changed)
        # Whether one is there oneself is no news from the server.
        model.signals.link_changed.connect(lambda _link: self._flush.mark())
        model.signals.self_changed.connect(lambda _me: self._flush.mark())
        model.signals.room_opened.connect(lambda _opened: self.refresh())

    def refresh(self) -> None:
        """Show who is there now."""
        rows = person_rows(self._model)
        if rows != self._shown:
            self._shown = rows
            self._window.show_people(rows)

    def close(self) -> None:
        """Show nothing more."""
        self._flush.close()

    def _on_people_shown(self, shown: PeopleShown) -> None:
        if shown.room == self._model.open_room_number:
            self._flush.mark()

    def _on_timelines_changed(self, changed: TimelinesChanged) -> None:
        """Until the server tells who is here, that is who wrote."""
        room = self._model.open_room
        if room is not None and not room.people.here and room.room in changed.rooms:
            self._flush.mark()

    def _on_names_changed(self, _changed: NamesChanged) -> None:
        self._flush.mark()
