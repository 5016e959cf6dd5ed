"""Pop-ups about new messages, and the number in the window's title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from app.action_text import shown_text
from app.controllers.flush_timer import FlushTimer, Scheduler
from app.controllers.presenters import UNKNOWN_NAME, room_key
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.events import LinkState, PopupClicked
from app.models.message import Message, MessageKind
from app.models.notification_rules import (
    Level,
    News,
    Popup,
    PopupPacer,
    Quiet,
    RoomRule,
    Rules,
    reminder_popup,
    split_words,
)
from app.models.signals import ServerSwitched, TimelinesChanged
from app.structs import replace
from app.translation import _, ngettext
from app.views.rows import NotificationSettingsRow, RoomRuleRow

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.rows import Key

#: Of one room, looked at together; older ones are only counted as unread.
_NEWS_MAX: Final = 50
_MUTED_FOR: Final = timedelta(hours=1)
_LOOK_AGAIN_MS: Final = 3_600_000
#: "Until tomorrow" ends in the morning.
_MORNING: Final = 8


class NotificationController:
    """Rooms are named by their stream, in hexadecimal: so rules outlive the connection."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        rules: Rules,
        notify: Callable[[Popup], None],
        local_now: Callable[[], datetime],
        on_rules: Callable[[Rules], None],
        leave_page: Callable[[], None],
        popups_problem: str = "",
    ) -> None:
        """``local_now`` is the time of day where the person is, with its zone;
        ``leave_page`` uncovers the chat; ``popups_problem`` says why pop-ups cannot be shown, if
        that is so."""
        self.rules = rules
        self._model = model
        self._window = window
        self._scheduler = scheduler
        self._clock = clock
        self._show_popup = notify
        self._problem = popups_problem
        self._local_now = local_now
        self._on_rules, self._leave_page = on_rules, leave_page
        self._pacer = PopupPacer()
        self._timer: str | None = None
        #: Runs when the next muted room may be heard again, or quiet hours begin or end.
        self._silence_timer: str | None = None
        #: Up to which entry each room was looked at; not named before it was complete once.
        self._seen: dict[int, int] = {}
        self._title_count = 0
        self._shown_rules: Mapping[Key, RoomRuleRow] = {}
        self._flush = FlushTimer(scheduler, clock, self._show)
        signals = model.signals
        signals.server_switched.connect(self._on_server_switched)
        signals.timelines_changed.connect(self._on_timelines_changed)
        signals.rooms_changed.connect(lambda _changed: self._flush.mark())
        signals.popup_clicked.connect(self._on_popup_clicked)

    # --- what the person does ----------------------------------------------------------------
    def set_level(self, key: Key, level: str) -> None:
        """What the room may notify of: a value of ``Level``."""
        self._change_room(key, lambda rule: replace(rule, level=Level(level)))

    def mute(self, key: Key, until: str) -> None:
        """Silence the room: "hour", "tomorrow", or "" for no longer."""
        now = self._local_now()
        if until == "hour":
            end = now + _MUTED_FOR
        elif until == "tomorrow":
            end = (now + timedelta(days=1)).replace(
                hour=_MORNING, minute=0, second=0, microsecond=0
            )
        else:
            end = datetime.fromtimestamp(0, now.tzinfo)
        self._change_room(
            key, lambda rule: replace(rule, muted_until_ms=int(end.timestamp() * 1000))
        )

    def start(self) -> None:
        """Show what was kept."""
        self._model.use_mention_words(self.rules.words)
        self._show_settings()

    def set_do_not_disturb(self, is_on: bool) -> None:
        """No pop-ups at all, or as the rooms say."""
        quiet = replace(self.rules.quiet, do_not_disturb=is_on)
        self._use(replace(self.rules, quiet=quiet))
        self._show_settings()

    def change_settings(self, row: NotificationSettingsRow) -> None:
        """The settings as they should be from now on."""
        rules = replace(
            self.rules,
            quiet=Quiet(
                row.do_not_disturb,
                row.quiet_from,
                row.quiet_to,
                row.has_quiet_hours,
                tuple(row.quiet_days),
            ),
            has_popups=row.has_popups,
            has_sound=row.has_sound,
            words=split_words(row.words),
        )
        self._use(rules)
        self._model.use_mention_words(rules.words)
        self._show_settings()

    def remind(self, told: Sequence[tuple[ChatRoom, str]]) -> None:
        """These reminders were told just now, each in its room: a reminder is heard as a mention
        is, and several are one pop-up."""
        now = self._local_now()
        wanted = [
            (room.stream_id.hex(), text)
            for room, text in told
            if self.rules.wants(self._reminder(room, text), now)
        ]
        if len(wanted) > 1:
            # After a sleep, or a jump of the clock: the lines say which.
            words = ngettext("{count} reminder is due.", "{count} reminders are due.", len(wanted))
            wanted = [(wanted[0][0], words.format(count=len(wanted)))]
        for stream, text in wanted:
            self._notify(reminder_popup(stream, text))

    def _reminder(self, room: ChatRoom, text: str) -> News:
        in_view = self._is_in_view(room)
        stream = room.stream_id.hex()
        return News(stream, room.name, "", text, is_mention=True, is_in_view=in_view)

    def _is_in_view(self, room: ChatRoom) -> bool:
        is_shown = room.room == self._model.open_room_number and not self._window.is_covered
        return is_shown and self._window.is_in_front

    def close(self) -> None:
        """Show nothing more."""
        self._flush.close()
        if self._timer is not None:
            self._scheduler.after_cancel(self._timer)
            self._timer = None
        self._stop_silence_timer()

    def _plan_end_of_silence(self, now: datetime) -> None:
        """A room that was muted for an hour must not look muted longer; so with quiet hours."""
        self._stop_silence_timer()
        time_ms = int(now.timestamp() * 1000)
        rooms = self.rules.rooms.values()
        waits = [rule.muted_until_ms - time_ms for rule in rooms if rule.is_muted(time_ms)]
        minutes = self.rules.quiet.minutes_to_look(_minute_of_day(now))
        if minutes is not None:
            waits.append(minutes * 60_000 - now.second * 1000 - now.microsecond // 1000)
        if waits:
            # Not longer than an hour: meanwhile the machine may sleep, or its clock be set.
            wait_ms = min(*waits, _LOOK_AGAIN_MS) + 1
            self._silence_timer = self._scheduler.after(wait_ms, self._silence_ended)

    def _silence_ended(self) -> None:
        self._silence_timer = None
        self._flush.mark()

    def _stop_silence_timer(self) -> None:
        if self._silence_timer is not None:
            self._scheduler.after_cancel(self._silence_timer)
            self._silence_timer = None

    def _show_settings(self) -> None:
        rules = self.rules
        row = NotificationSettingsRow(
            has_popups=rules.has_popups,
            has_sound=rules.has_sound,
            do_not_disturb=rules.quiet.do_not_disturb,
            has_quiet_hours=rules.quiet.has_hours,
            quiet_from=rules.quiet.from_minute,
            quiet_to=rules.quiet.to_minute,
            quiet_days=rules.quiet.days,
            words=", ".join(rules.words),
            problem=self._problem,
        )
        self._window.show_notification_settings(row)

    def _notify(self, popup: Popup) -> None:
        self._window.demand_attention()
        if self.rules.has_popups:
            self._show_popup(popup)
        if self.rules.has_sound:
            self._window.ring()

    def _change_room(self, key: Key, change: Callable[[RoomRule], RoomRule]) -> None:
        for number, room in self._model.rooms.items():
            if room_key(self._model, number) == key and room.stream_id:
                name = room.stream_id.hex()
                rule = change(self.rules.of(name))
                self._use(replace(self.rules, rooms={**self.rules.rooms, name: rule}))
                return

    def _use(self, rules: Rules) -> None:
        self.rules = rules
        self._on_rules(rules)
        self._flush.mark()

    # --- what the model says -----------------------------------------------------------------
    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        self._seen.clear()

    def _on_timelines_changed(self, changed: TimelinesChanged) -> None:
        for number in changed.rooms:
            room = self._model.rooms.get(number)
            if room is not None and room.is_joined and room.is_followed and not room.missing:
                self._look_at(room)

    def _look_at(self, room: ChatRoom) -> None:
        """Tell what is new in a room that is complete."""
        before = self._seen.get(room.room)
        self._seen[room.room] = head = room.timeline.head
        if before is None or head <= before or self._model.link.state is not LinkState.ONLINE:
            return
        if self._is_in_view(room):
            self._pacer.forget(room.stream_id.hex())
            return
        for message in _newest(room, before):
            self._offer(room, message)
        self._plan()

    def _offer(self, room: ChatRoom, message: Message) -> None:
        model, now = self._model, self._local_now()
        name = model.names.of(message.author) or _(UNKNOWN_NAME)
        news = News(
            room.stream_id.hex(),
            room.name,
            name,
            shown_text(message.text, name),
            model.calling.is_in(message.text, message.time_ms),
        )
        if message.author == model.person or message.author in model.ignored:
            return
        if self.rules.wants(news, now):
            popup = self._pacer.offer(news, self._clock())
            if popup is not None:
                self._notify(popup)

    def _plan(self) -> None:
        due = self._pacer.next_timer()
        if due is not None and self._timer is None:
            wait_s = max(0.0, due - self._clock())
            self._timer = self._scheduler.after(int(wait_s * 1000) + 1, self._run_timer)

    def _run_timer(self) -> None:
        self._timer = None
        for popup in self._pacer.handle_timer(self._clock()):
            self._notify(popup)
        self._plan()

    def _on_popup_clicked(self, clicked: PopupClicked) -> None:
        self._window.come_to_front()
        for number, room in self._model.rooms.items():
            if room.stream_id.hex() == clicked.room:
                self._leave_page()
                self._model.reading.show_room(number)

    # --- what is shown -----------------------------------------------------------------------
    def _show(self) -> None:
        model, now = self._model, self._local_now()
        time_ms, count = int(now.timestamp() * 1000), 0
        rules: dict[Key, RoomRuleRow] = {}
        for room in model.joined_rooms:
            stream = room.stream_id.hex()
            rule = self.rules.of(stream)
            if not room.unread:
                self._pacer.forget(stream)
            key = room_key(model, room.room)
            rules[key] = RoomRuleRow(rule.level.value, rule.is_muted(time_ms))
            if self.rules.counts(stream, time_ms):
                count += model.mentions_in(room)
        if count != self._title_count:
            self._title_count = count
            self._window.set_title_count(count)
        self._plan_end_of_silence(now)
        quiet = self.rules.quiet
        is_quiet = quiet.hours_hold(_minute_of_day(now), now.weekday())
        self._window.set_quiet_hours(quiet.to_minute if is_quiet else None)
        if rules != self._shown_rules:
            self._shown_rules = rules
            self._window.set_room_rules(rules)


def _minute_of_day(now: datetime) -> int:
    return now.hour * 60 + now.minute


def _newest(room: ChatRoom, after: int) -> list[Message]:
    """What people wrote behind entry ``after``, oldest first."""
    found: list[Message] = []
    for item in reversed(room.timeline.items):
        if not isinstance(item, Message) or not item.number:
            continue
        if item.number <= after or len(found) >= _NEWS_MAX:
            break
        if item.kind is MessageKind.TEXT:
            found.append(item)
    return found[::-1]
