"""To a day in the open room's history, as ``/jumptodate`` asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from app.controllers.presenters import moment
from app.controllers.typed_times import DAY_MIN, day_of, day_start_ms, no_day_words
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.signals import DaySought, RoomOpened
from app.translation import _
from app.views.wording import date_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow


class DayJump:
    """Asks the model for the day, and shows what it found."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        *,
        local_now: Callable[[], datetime],
        go_to: Callable[[ChatRoom, int], None],
        zone: tzinfo | None = None,
    ) -> None:
        """``go_to`` shows the message with a key."""
        self._model = model
        self._window = window
        self._local_now = local_now
        self._go_to = go_to
        self._zone = zone
        self._wanted = DAY_MIN
        model.signals.day_sought.connect(self._on_sought)
        model.signals.room_opened.connect(self._on_room_opened)

    def begin(self, room: ChatRoom, text: str) -> bool:
        """Go to the day that was typed; False if it is none, which is said."""
        today = self._local_now().date()
        day = day_of(text, today)
        if day is None:
            words = no_day_words(text, today)
        elif day > today:
            words = _("{day} is still to come.").format(day=date_text(day))
        else:
            self._wanted = day
            self._model.days.seek(room.room, day_start_ms(day, self._zone))
            return True
        self._model.lines.tell(room.room, words)
        return False

    def _on_room_opened(self, _opened: RoomOpened) -> None:
        self._model.days.stop()

    def _on_sought(self, sought: DaySought) -> None:
        room = self._model.rooms.get(sought.room)
        if room is None:
            return
        day, words = self._wanted, ""
        found = moment(sought.time_ms, self._zone).date()
        begins = moment(sought.begins_ms, self._zone).date()
        if sought.is_cut:
            words = _("Older messages are not on this computer, and there is no connection.")
        elif sought.begins_ms and begins > day:
            words = _("#{room} begins on {day}.").format(room=room.name, day=date_text(begins))
        elif not sought.key:
            words = _("Nothing was written since {day}.").format(day=date_text(day))
        else:
            self._go_to(room, sought.key)
            if found != day:
                notice = _("Nothing was written on {day}. These are the next messages.")
                self._window.set_notice(notice.format(day=date_text(day)), is_mishap=False)
            return
        self._model.lines.tell(room.room, words)
