"""Rooms that are asked for while there is no connection: what is typed meanwhile goes elsewhere.

Whoever just wrote ``/join #dev`` goes on writing as if that had happened. So it is said at the
composer, for as long as it lasts, in which room one is still writing; and a dialog that waits for a
room says that the room will come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.controllers.kept_words import no_writing
from app.controllers.waiting_wish import joining_words
from app.models.chat_model import ChatModel
from app.models.events import LinkState
from app.translation import _, ngettext
from app.views.wording import number_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow


class RoomWaits:
    """Shows which rooms wait for the connection."""

    def __init__(self, model: ChatModel, window: MainWindow) -> None:
        self._model = model
        self._window = window
        self._shown = "", False
        signals = model.signals
        signals.link_changed.connect(lambda _link: self.refresh())
        signals.room_answered.connect(lambda _answer: self.refresh())
        signals.room_opened.connect(lambda _opened: self.refresh())

    def refresh(self) -> None:
        """Show how it is now; also to be called when a room was asked for."""
        hint, is_delayed = shown = self._hint(), self._model.link.state is not LinkState.ONLINE
        if shown != self._shown:
            self._shown = shown
            self._window.show_writing_hint(hint)
            self._window.set_join_delayed(is_delayed)

    def _hint(self) -> str:
        """ "This goes to #general. …", "" while nothing waits."""
        model, here = self._model, self._model.open_room
        awaited = model.desk.awaited_rooms
        if model.link.state is LinkState.ONLINE or not awaited:
            return ""
        if here is None or not here.name or no_writing(here):
            return ""
        now = _("This goes to #{here}.").format(here=here.name)
        then = ngettext(
            "You join {count} room when the connection is back.",
            "You join {count} rooms when the connection is back.",
            len(awaited),
        ).format(count=number_text(len(awaited)))
        if len(awaited) == 1:
            ((name, create),) = awaited
            then = joining_words(model, name, create=create)
        return f"{now} {then}"
