"""Reminders: set, listed and removed as typed, told when their time has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from app.controllers.flush_timer import Scheduler
from app.controllers.presenters import moment
from app.controllers.slash_commands import Remind
from app.controllers.typed_times import moment_of, tomorrow_text
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.composed_text import clean_text
from app.models.reminders import Reminder, Reminders
from app.models.signals import RoomOpened, RoomsChanged
from app.translation import _
from app.views.rows import Key, TextRow
from app.views.wording import weekday_text, when_text

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: Not longer: meanwhile the machine may sleep, or its clock be set.
_LOOK_AGAIN_MS: Final = 60_000
#: Told so much later, it says for when it was meant.
_LATE_MS: Final = 90_000


class ReminderController:
    """Whatever is due is told in the room it was asked for in, or where that was left in the one
    that is open; so it waits until one is. It is kept until it was seen there."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        *,
        kept: Reminders,
        local_now: Callable[[], datetime],
        pop_up: Callable[[Sequence[tuple[ChatRoom, str]]], None],
        on_change: Callable[[], None],
        zone: tzinfo | None = None,
    ) -> None:
        """``pop_up`` shows on the desktop what was told just now, in which rooms."""
        self.reminders = kept
        self._model = model
        self._window = window
        self._scheduler = scheduler
        self._local_now = local_now
        self._pop_up = pop_up
        self._on_change = on_change
        self._zone = zone
        self._timer: str | None = None
        self._unseen: list[tuple[ChatRoom, Reminder]] = []
        model.signals.room_opened.connect(self._on_room_opened)
        model.signals.rooms_changed.connect(self._on_rooms_changed)

    def do(self, room: ChatRoom, command: Remind) -> bool:
        """What was typed; True if the text may go from the field.

        Raises:
            CannotSend: such a reminder is not kept; the error says why.
        """
        if not command.text:
            self._show()
            self._window.open_reminders()
            return True
        now = self._local_now()
        due = moment_of(command.time, now, self._zone)
        if due is None:
            words = _(
                "'{text}' is no time. Write it as 10m, 2h, 3d, 14:30, {tomorrow} or {friday}."
            )
            examples = {"tomorrow": f"{tomorrow_text()} 9", "friday": f"{weekday_text(4)} 17:30"}
            self._model.lines.tell(room.room, words.format(text=command.time, **examples))
            return False
        reminder = Reminder(_ms(due), room.stream_id.hex(), clean_text(command.text))
        self.reminders.add(reminder, _ms(now))
        words = _("You will be reminded: {moment}. /remind shows all reminders.")
        self._model.lines.tell(room.room, words.format(moment=self._when(reminder)))
        self._changed()
        return True

    def remove(self, key: Key) -> None:
        """The person no longer wants it."""
        if isinstance(key, Reminder) and self.reminders.remove(key):
            self._changed()

    def close(self) -> None:
        """Tell nothing more."""
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None

    # --- private -----------------------------------------------------------------------------
    def _changed(self) -> None:
        self._on_change()
        self._show()
        self._plan()

    def _show(self) -> None:
        rows = [TextRow(each, self._when(each), each.text) for each in self.reminders.all]
        self._window.show_reminders(rows)

    def _when(self, reminder: Reminder) -> str:
        return when_text(moment(reminder.due_ms, self._zone), self._local_now().date())

    def _on_room_opened(self, _opened: RoomOpened) -> None:
        self._look()

    def _on_rooms_changed(self, _changed: RoomsChanged) -> None:
        seen = [each for each in self._unseen if not each[0].reminders]
        if seen:
            self._unseen = [each for each in self._unseen if each[0].reminders]
            for _room, reminder in seen:
                self.reminders.seen(reminder)
            self._on_change()

    def _plan(self) -> None:
        self.close()
        due_ms = self.reminders.next_due_ms
        if due_ms is not None:
            wait_ms = min(max(0, due_ms - _ms(self._local_now())), _LOOK_AGAIN_MS) + 1
            self._timer = self._scheduler.after(wait_ms, self._look)

    def _look(self) -> None:
        shown = self._model.open_room
        if shown is None:
            self.close()  # whichever room is opened next is where it is said
            return
        now_ms = _ms(self._local_now())
        due = self.reminders.take_due(now_ms)
        told: list[tuple[ChatRoom, str]] = []
        by_stream = {room.stream_id.hex(): room for room in self._model.rooms.values()}
        for reminder in due:
            asked_in = by_stream.get(reminder.room, shown)
            # A room that was left stands in no list: nobody would read it there.
            is_readable = asked_in.is_joined or asked_in.is_gone
            text = self._line(reminder, "" if is_readable else asked_in.name, now_ms)
            room = asked_in if is_readable else shown
            self._model.lines.tell(room.room, text, is_reminder=True)
            told.append((room, reminder.text))
            self._unseen.append((room, reminder))
        if told:
            self._pop_up(told)
            self._changed()
        else:
            self._plan()

    def _line(self, reminder: Reminder, left_room: str, now_ms: int) -> str:
        is_late = now_ms - reminder.due_ms > _LATE_MS
        if left_room:
            words = _("Reminder from #{room}: {text}")
            if is_late:
                words = _("Reminder from #{room} for {moment}: {text}")
        else:
            words = _("Reminder for {moment}: {text}") if is_late else _("Reminder: {text}")
        when = self._when(reminder)
        return words.format(room=left_room, moment=when, text=reminder.text)


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
