"""The open room: its header, its messages, and what is typed into the composer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

from app.controllers import slash_commands as slash
from app.controllers.day_jump import DayJump
from app.controllers.flush_timer import FlushTimer, Scheduler
from app.controllers.kept_words import no_writing
from app.controllers.person_controller import PeopleCommand
from app.controllers.presenters import RoomKey, found_row, header_row, room_key
from app.controllers.timeline_presenter import TimelinePresenter
from app.controllers.waiting_wish import leaving_words, say_it_waits, topic_words
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.composed_text import CannotSend
from app.models.events import LinkState
from app.models.joins_and_leaves import ShownJoins
from app.models.message import Gap
from app.models.signals import (
    NamesChanged,
    PostSaved,
    RoomMoved,
    RoomOpened,
    RoomsChanged,
    ServerSwitched,
    SignInFailed,
    TimelinesChanged,
    Told,
    WordsFound,
)
from app.translation import N_, _
from app.views.rows import CommandRow, HeaderRow, Key, TimelineRows

if TYPE_CHECKING:
    from app.views.main_window import MainWindow

#: A hole is not drawn before it is this old: most are mended sooner.
HOLE_SHOWN_S: Final = 0.300
#: Presenters with their rows are kept for so many rooms.
_PRESENTERS_MAX: Final = 5
#: Shown while one is in no room.
_NO_ROOM: Final = ("no-room",)
_JOIN_FIRST: Final = N_("Join a room to write in it.")
#: Shown until it is known which rooms there are, and what they are called.
_LOADING: Final = N_("Loading…")
_LOAD_FIRST: Final = N_("You can write as soon as the rooms are loaded.")


class ConversationController:
    """Shows the open room and does what is typed."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        join_room: Callable[[str, bool], None],
        on_drafts: Callable[[], None],
        about_people: Callable[[ChatRoom, PeopleCommand], bool] = lambda _room, _command: False,
        copy_invite: Callable[[Key], None] = lambda _key: None,
        remind: Callable[[ChatRoom, slash.Remind], bool] = lambda _room, _command: False,
        local_now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
        version: str = "",
        zone: tzinfo | None = None,
    ) -> None:
        self._model = model
        self._window = window
        self._scheduler = scheduler
        self._clock = clock
        self._join_room = join_room
        self._on_drafts = on_drafts
        self._about_people = about_people
        self._copy_invite = copy_invite
        self._remind = remind
        self._days = DayJump(
            model, window, local_now=local_now, go_to=self._show_message, zone=zone
        )
        self._version = version
        self._zone = zone
        self._drafts: dict[RoomKey, str] = {}
        #: Texts that left the field and are not on disk yet.
        self._sending: dict[RoomKey, list[str]] = {}
        self._presenters: dict[int, TimelinePresenter] = {}
        #: Number of a gap's last entry -> when it was first seen.
        self._gaps: dict[int, float] = {}
        self._joins = ShownJoins.LATELY
        self._header: HeaderRow | None = None
        #: For which room, and why not, the composer was switched on or off last.
        self._composed: tuple[RoomKey | None, str] | None = None
        self._flush = FlushTimer(scheduler, clock, self.refresh)
        model.reading.has_text = self._has_text
        signals = model.signals
        signals.server_switched.connect(self._on_server_switched)
        signals.room_opened.connect(self._on_room_opened)
        signals.room_moved.connect(self._on_room_moved)
        signals.rooms_changed.connect(self._on_rooms_changed)
        signals.timelines_changed.connect(self._on_timelines_changed)
        signals.names_changed.connect(self._on_names_changed)
        signals.post_saved.connect(self._on_post_saved)
        signals.words_found.connect(self._on_words_found)
        signals.told.connect(self._on_told)
        signals.sign_in_failed.connect(self._on_name_refused)

    def start(self) -> None:
        """Show that there is no room yet."""
        self.refresh()
        self._window.show_commands([CommandRow(*row) for row in slash.command_list()])

    # --- what the person does ----------------------------------------------------------------
    def submit(self, key: Key, text: str) -> None:
        """Enter in the composer: a message, or a command."""
        room = self._room(key)
        if room is None:
            return
        try:
            is_done = self._do(room, slash.parse_command(text))
        except CannotSend as error:
            self._window.set_notice(str(error))
            return
        if is_done:
            self._window.clear_draft(key)
            self._keep_draft(key, "")

    def change_draft(self, key: Key, text: str) -> None:
        """The text in the field, while it is typed."""
        self._model.reading.note_typing()
        self._keep_draft(key, text)

    def _keep_draft(self, key: Key, text: str) -> None:
        room = self._room(key)
        if room is None:
            return
        own_key = room_key(self._model, room.room)
        if text.strip():
            self._drafts[own_key] = text
        else:
            self._drafts.pop(own_key, None)
        self._on_drafts()

    @property
    def drafts(self) -> dict[RoomKey, str]:
        """What a start after a crash should find in the field, by room."""
        sending = {key: texts[-1] for key, texts in self._sending.items() if texts}
        return {**sending, **self._drafts}

    def _has_text(self) -> bool:
        """Whether a text was begun in the open room, a moment ago perhaps."""
        self._window.flush_draft()
        return room_key(self._model, self._model.open_room_number) in self._drafts

    def load_older(self, key: Key) -> None:
        """Scrolled near the oldest message."""
        room = self._room(key)
        if room is not None:
            self._model.history.load_older(room.room)

    def load_newer(self, key: Key) -> None:
        """Scrolled down, far back in the room."""
        room = self._room(key)
        if room is not None:
            self._model.history.load_newer(room.room)

    def show_newest(self, key: Key) -> None:
        """Back from there."""
        room = self._room(key)
        if room is not None:
            self._model.history.show_newest(room.room)

    def show_earlier(self, key: Key) -> None:
        """Show what was cleared from the view."""
        room = self._room(key)
        if room is not None:
            self._model.reading.show_cleared(room.room)

    def find(self, key: Key, words: str, is_further: bool) -> None:
        """Look for words in the room's history, or in what of it is not here yet."""
        room = self._room(key)
        if room is not None:
            self._model.history.find(room.room, words, is_further=is_further)

    def go_to(self, key: Key, row_key: Key) -> None:
        """Show a message that was found far back."""
        room = self._room(key)
        if room is not None and isinstance(row_key, int):
            self._show_message(room, row_key)

    def seen(self, key: Key, _row_key: Key) -> None:
        """The newest message is in view."""
        room = self._room(key)
        if room is not None:
            self._model.reading.mark_read(room.room)

    def mark_all_read(self) -> None:
        """Nothing is unread any more, in no room."""
        self._model.reading.mark_all_read()

    def mark_unread(self, key: Key, row_key: Key) -> None:
        """A message and what follows it should count as unread again."""
        room = self._room(key)
        if room is not None and isinstance(row_key, int):
            self._model.reading.mark_unread(room.room, row_key)

    def retry(self, key: Key, row_key: Key) -> None:
        """Send a failed message again."""
        room = self._room(key)
        if room is not None and isinstance(row_key, int):
            self._model.desk.retry(room.room, row_key)

    def delete_failed(self, key: Key, row_key: Key) -> None:
        """Give a failed message up."""
        room = self._room(key)
        if room is not None and isinstance(row_key, int):
            self._model.desk.delete_failed(room.room, row_key)

    def show_joins(self, joins: ShownJoins) -> None:
        """Whose joins and leaves are to be seen."""
        self._joins = joins
        self._flush.mark()

    def restore_draft(self, number: int, text: str) -> None:
        """A text that was begun the last time."""
        key = room_key(self._model, number)
        self._drafts[key] = text
        self._window.set_draft(key, text)

    def close(self) -> None:
        """Show nothing more."""
        self._flush.close()

    # --- commands ----------------------------------------------------------------------------
    def _do(self, room: ChatRoom, command: slash.Command) -> bool:
        """True if the text may go from the field."""
        model, number = self._model, room.room
        match command:
            case slash.Say(text=text):
                model.desk.send_message(number, text)
                self._sending.setdefault(room_key(model, number), []).append(text)
            case slash.Join(room=name, create=create):
                self._join_room(name, create)
            case slash.Part(room=name):
                left = model.room_named(name) if name else room
                if left is None or not left.is_joined:
                    model.lines.tell(number, _("You are not in #{room}.").format(room=name))
                    return False
                model.desk.leave_room(left.room)
                say_it_waits(model, leaving_words(left.name), number)
            case slash.Topic(text=None):
                words = _("Topic: {topic}") if room.topic else _("#{room} has no topic.")
                model.lines.tell(number, words.format(topic=room.topic, room=room.name))
            case slash.Topic(text=str(text)):
                model.desk.set_topic(number, text)
                say_it_waits(model, topic_words(room.name, text), number)
            case slash.Clear():
                model.reading.clear_view(number)
            case slash.Invite():
                self._copy_invite(room_key(model, number))
            case slash.Nick() | slash.Away() | slash.Whois() | slash.Ignore():
                return self._about_people(room, command)
            case slash.JumpToDate(day=day):
                return self._days.begin(room, day)
            case slash.Remind():
                return self._remind(room, command)
            case slash.About():
                about = _("Hubbub {version}, at the server {server}.")
                server = model.server_name or _("that has no name yet")
                model.lines.tell(number, about.format(version=self._version, server=server))
            case slash.Help(text=""):
                self._window.open_command_list()
            case slash.Help(text=text):
                model.lines.tell(number, text)
            case slash.Mistake(text=text):
                model.lines.tell(number, text)
                return False
        return True

    # --- what the model says -----------------------------------------------------------------
    def refresh(self) -> None:
        """Show the open room as it is now."""
        room = self._model.open_room
        if room is not None and not room.name:
            room = None  # its name is on the way, and its messages with it
        is_loading = room is None and (
            not self._model.knows_all_rooms or self._model.open_room is not None
        )
        header = (
            HeaderRow("", waiting=_(_LOADING))
            if is_loading
            else header_row(self._model, room, self._zone)
        )
        if header != self._header:
            self._header = header
            self._window.show_header(header)
        if room is None:
            self._window.show_timeline(TimelineRows(_NO_ROOM, "", (), has_older=True))
            self._show_composer(None, _(_LOAD_FIRST if is_loading else _JOIN_FIRST))
            return
        presenter = self._presenters.get(room.room)
        if presenter is None:
            while len(self._presenters) >= _PRESENTERS_MAX:
                del self._presenters[next(iter(self._presenters))]
            presenter = self._presenters[room.room] = TimelinePresenter(self._zone)
        rows = presenter.timeline_rows(self._model, room, self._is_gap_shown, self._joins)
        if self._gaps:
            known = {item.last for item in room.shown.items if isinstance(item, Gap)}
            self._gaps = {last: since for last, since in self._gaps.items() if last in known}
        self._window.show_timeline(rows)
        self._show_composer(room_key(self._model, room.room), no_writing(room))

    def _show_composer(self, room: RoomKey | None, reason: str) -> None:
        """By the room that is open now: signals of what was before may still be on their way."""
        if (room, reason) == self._composed:
            return
        self._composed = room, reason
        if reason:
            self._window.set_composer_enabled(False, reason)
        else:
            self._window.set_composer_enabled(True)

    def _is_gap_shown(self, gap: Gap) -> bool:
        now = self._clock()
        since = self._gaps.get(gap.last)
        if since is None:
            self._gaps[gap.last] = now
            self._scheduler.after(int(HOLE_SHOWN_S * 1000) + 1, self._flush.mark)
            return False
        return now - since >= HOLE_SHOWN_S

    def _on_server_switched(self, _switched: ServerSwitched) -> None:
        self._presenters.clear()
        self._gaps.clear()
        self._flush.mark()

    def _on_room_opened(self, _opened: RoomOpened) -> None:
        self._gaps.clear()
        self.refresh()

    def _on_room_moved(self, moved: RoomMoved) -> None:
        """A number means another room: what was begun stays with the room it was begun in."""
        self._window.flush_draft()
        before, key = (room_key(self._model, room) for room in (moved.before, moved.room))
        self._presenters.pop(moved.before, None)
        if before in self._sending:
            self._sending[key] = self._sending.pop(before)
        text = self._drafts.pop(before, "")
        self._window.clear_draft(before)
        if text:
            self.restore_draft(moved.room, text)
        self._on_drafts()
        self._flush.mark()

    def _on_rooms_changed(self, changed: RoomsChanged) -> None:
        if self._model.open_room_number in changed.rooms:
            self._flush.mark()

    def _on_timelines_changed(self, changed: TimelinesChanged) -> None:
        if self._model.open_room_number in changed.rooms:
            self._flush.mark()

    def _on_names_changed(self, _changed: NamesChanged) -> None:
        self._flush.mark()

    def _on_post_saved(self, saved: PostSaved) -> None:
        texts = self._sending.get(room_key(self._model, saved.room))
        if texts:
            del texts[0]
            self._on_drafts()

    def _on_words_found(self, found: WordsFound) -> None:
        self._window.show_found(found_row(self._model, found))

    def _on_name_refused(self, failed: SignInFailed) -> None:
        """Another nick was wanted and is taken: one that is free waits in the field."""
        room = self._model.open_room
        if room is None or not failed.suggestion or self._model.link.state is not LinkState.ONLINE:
            return
        key = room_key(self._model, room.room)
        if not self._drafts.get(key):
            text = f"/nick {failed.suggestion}"
            self._window.set_draft(key, text)
            self._keep_draft(key, text)

    def _on_told(self, told: Told) -> None:
        self._window.set_notice(told.text)

    # --- private -----------------------------------------------------------------------------
    def _show_message(self, room: ChatRoom, key: int) -> None:
        # Where the far place meets the newest messages, the found one may be a cleared one.
        self._model.reading.show_cleared(room.room)
        self._model.history.go_to(room.room, key)

    def _room(self, key: Key) -> ChatRoom | None:
        match key:
            case (int(server), int(number)) if server == self._model.server:
                return self._model.rooms.get(number)
            case _:
                return None
