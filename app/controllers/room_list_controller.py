"""The rooms column and the join dialog, and which room is opened at the start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.addresses import is_invite
from app.controllers.flush_timer import FlushTimer, Scheduler
from app.controllers.presenters import (
    RoomKey,
    room_choices,
    room_key,
    room_rows,
    waiting_key,
)
from app.controllers.room_waits import RoomWaits
from app.controllers.waiting_wish import (
    has_to_be_made,
    joining_words,
    leaving_words,
    say_it_waits,
    topic_words,
)
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.composed_text import CannotSend, clean_name
from app.models.events import LinkState
from app.models.message import Message, MessageKind
from app.models.room_order import RoomOrder, RoomPlaces
from app.models.signals import (
    LinkStatus,
    RoomAnswered,
    RoomsChanged,
    ServerSwitched,
    SignedInNow,
    TimelinesChanged,
)
from app.translation import _

if TYPE_CHECKING:
    from app.views.main_window import MainWindow
    from app.views.rows import Key, RoomChoiceRow, RoomRow

#: Whoever is in no room yet goes here, if there is such a room: every server begins with it.
FIRST_ROOM = "general"


class RoomListController:
    """Shows the rooms, opens, joins and leaves them."""

    def __init__(
        self,
        model: ChatModel,
        window: MainWindow,
        scheduler: Scheduler,
        clock: Callable[[], float],
        *,
        start_room: str = "",
        last_rooms: Callable[[], Sequence[str]] = tuple,
        places: RoomPlaces | None = None,
        on_order: Callable[[RoomOrder, tuple[str, ...]], None] = lambda _order, _places: None,
        follow_invite: Callable[[str], None] = lambda _link: None,
    ) -> None:
        """``start_room`` is what the command line named: it is joined, but never created.
        ``last_rooms`` are the streams of those that were open, the newest first. ``on_order`` is
        told how the rooms are to stand from now on; ``follow_invite`` goes where a link leads, or
        raises ``CannotSend``."""
        self._model = model
        self._window = window
        self._start_room = start_room.removeprefix("#")
        self._last_rooms = last_rooms
        self._is_newcomer = False
        self._order, self._places = RoomOrder.NAME, places or RoomPlaces()
        self._on_order, self._follow_invite = on_order, follow_invite
        self._drafts: frozenset[RoomKey] = frozenset()
        self._shown: list[RoomRow] | None = None
        self._choices: list[RoomChoiceRow] | None = None
        self._flush = FlushTimer(scheduler, clock, self.refresh)
        model.signals.server_switched.connect(self._on_server_switched)
        model.signals.signed_in.connect(self._on_signed_in)
        model.signals.rooms_changed.connect(self._on_rooms_changed)
        model.signals.timelines_changed.connect(self._on_timelines_changed)
        model.signals.room_opened.connect(lambda _opened: self.refresh())
        model.signals.link_changed.connect(self._on_link_changed)
        model.signals.room_answered.connect(self._on_room_answered)
        self._waits = RoomWaits(model, window)

    # --- what the person does ----------------------------------------------------------------
    def open_room(self, key: Key) -> None:
        """A row was chosen; of a room that waits it is said what for."""
        for name, create in self._model.desk.awaited_rooms:
            if key == waiting_key(name):
                words = joining_words(self._model, name, create=create)
                self._window.set_notice(words, is_mishap=False)
                return
        room = next((r for r in self._model.rooms if room_key(self._model, r) == key), 0)
        if room:
            self._model.reading.show_room(room)

    def show_choices(self) -> None:
        """The join dialog is open."""
        self._choices = None
        self._show_choices()

    def join_room(self, name: str, *, create: bool = True) -> None:
        """Join a room by name, or create it; or go where an invite link leads."""
        try:
            self.join_typed(name, create=create)
        except CannotSend as error:
            self._window.show_join_answer(name, str(error))

    def join_by_command(self, name: str, create: bool) -> None:
        """Join the room. One that is not there, as far as is known, may be a slip of the fingers:
        it is made only with ``create``, else the dialog offers that and what is called nearly so.

        Raises:
            CannotSend: it cannot be the name of a room, or is no link that leads anywhere.
        """
        if not (create or is_invite(name)):
            name = clean_name(name.strip().removeprefix("#"))
            awaited = {room.casefold() for room, is_new in self._model.desk.awaited_rooms}
            is_nowhere = has_to_be_made(self._model, name, create=True)
            if is_nowhere and name.casefold() not in awaited:
                self._window.open_join_dialog(name)
                return
        self.join_typed(name, create=create)

    def join_typed(self, name: str, *, create: bool = True) -> None:
        """The same as ``join_room``.

        Raises:
            CannotSend: it cannot be the name of a room, or is no link that leads anywhere.
        """
        if is_invite(name):
            self._follow_invite(name)
            return
        model = self._model
        awaited = model.desk.join_room(name, create=create)
        if awaited and model.link.state is LinkState.ONLINE:
            self._window.show_join_wait(awaited)
        else:
            self._window.close_join_dialog()
        if awaited:
            create = dict(model.desk.awaited_rooms).get(awaited, create)  # or as asked before
            say_it_waits(model, joining_words(model, awaited, create=create))
            self._waits.refresh()
            self._flush.mark()

    def follow_name(self, name: str) -> None:
        """A room named in a message was clicked: open it, joining it if need be."""
        room = self._model.room_named(name)
        if room is not None and room.is_joined:
            self._model.reading.show_room(room.room)
        else:
            self.join_room(name, create=False)

    def leave_room(self, key: Key) -> None:
        """Leave a room; asks nothing."""
        for number, room in self._model.rooms.items():
            if room_key(self._model, number) == key and room.is_joined:
                self._model.desk.leave_room(number)
                say_it_waits(self._model, leaving_words(room.name))
                return

    def set_topic(self, key: Key, topic: str) -> None:
        """Give a room another topic."""
        model = self._model
        for number, room in model.rooms.items():
            if room_key(model, number) == key and room.is_joined:
                try:
                    model.desk.set_topic(number, topic)
                except CannotSend as error:
                    self._window.set_notice(str(error))
                else:
                    say_it_waits(model, topic_words(room.name, topic), number)
                return

    def mark_read(self, key: Key) -> None:
        """Nothing there is unread any more."""
        for number in self._model.rooms:
            if room_key(self._model, number) == key:
                self._model.reading.mark_all_read(number)
                return

    def drop_kept(self, key: Key) -> None:
        """Delete what only this computer has; it was asked for twice."""
        for number in self._model.rooms:
            if room_key(self._model, number) == key:
                self._model.gone.drop(number)
                return

    def note_drafts(self, drafts: frozenset[RoomKey]) -> None:
        """These rooms have a text that was begun."""
        if drafts != self._drafts:
            self._drafts = drafts
            self._flush.mark()

    def use_order(self, order: str) -> None:
        """Rooms stand in this order, one of ``RoomOrder``, from now on."""
        known = {each.value: each for each in RoomOrder}
        self._use_order(known.get(order, RoomOrder.NAME))

    def arrange(self, heard: Sequence[Key], silent: Sequence[Key]) -> None:
        """The person put a room elsewhere: now they stand so. The silent ones are shown behind
        the others, wherever their own place is."""
        model, was = self._model, self._order
        streams = {room_key(model, r.room): _stream(r) for r in model.joined_rooms}
        self._places.take_in([*streams.values()])
        for keys in (heard, silent):
            self._places.arrange([streams[key] for key in keys if key in streams])
        self._use_order(RoomOrder.OWN)
        if was is not RoomOrder.OWN:
            self._window.set_notice(_("The rooms now stand in your own order."), is_mishap=False)

    def _use_order(self, order: RoomOrder) -> None:
        self._order = order
        self._window.set_room_order(order.value)
        self._on_order(order, self._places.streams)
        self.refresh()

    def go_to(self, name: str) -> None:
        """Go to a room as soon as there is a server, without creating it."""
        self._start_room = name.removeprefix("#")

    def close(self) -> None:
        """Show nothing more."""
        self._flush.close()

    # --- what the model says -----------------------------------------------------------------
    def refresh(self) -> None:
        """Show what there is now."""
        rows = room_rows(self._model, self._drafts, place=self._place_of_each())
        if rows != self._shown:
            self._shown = rows
            self._window.show_rooms(rows)
        if self._choices is not None:
            self._show_choices()

    def _place_of_each(self) -> Callable[[ChatRoom], int]:
        if self._order is RoomOrder.NEWEST:
            return lambda room: -_newest_ms(room)
        if self._order is RoomOrder.NAME:
            return lambda _room: 0
        joined = [_stream(room) for room in self._model.joined_rooms]
        if self._places.take_in(joined):
            self._on_order(self._order, self._places.streams)
        places = self._places.of(joined)
        return lambda room: places.get(_stream(room), len(places))

    def _show_choices(self) -> None:
        choices = room_choices(self._model)
        if choices != self._choices:
            self._choices = choices
            self._window.show_room_choices(choices)

    def _on_server_switched(self, switched: ServerSwitched) -> None:
        self._is_newcomer = switched.is_new
        self._shown = None
        self._open_something()

    def _on_signed_in(self, _signed_in: SignedInNow) -> None:
        start, self._start_room = self._start_room, ""
        room = self._model.open_room
        if start and (room is None or room.name.casefold() != start.casefold()):
            self._is_newcomer = False
            self._join_unasked(start)

    def _on_rooms_changed(self, _changed: RoomsChanged) -> None:
        room = self._model.open_room
        if room is None or not (room.is_joined or room.is_gone):
            self._open_something()
        if self._is_newcomer and self._model.knows_all_rooms:
            self._is_newcomer = False
            first = self._model.room_named(FIRST_ROOM)
            if first is not None and not self._model.joined_rooms:
                self._join_unasked(FIRST_ROOM)
        self._flush.mark()

    def _on_room_answered(self, answer: RoomAnswered) -> None:
        self._window.show_join_answer(answer.name, answer.refused)
        self._flush.mark()

    def _on_link_changed(self, _link: LinkStatus) -> None:
        if self._has_waiting or self._model.desk.awaited_rooms:
            self._flush.mark()

    @property
    def _has_waiting(self) -> bool:
        """Own messages wait somewhere, or did when the rooms were shown last."""
        return self._model.unsent > 0 or any(row.has_unsent for row in self._shown or ())

    def _on_timelines_changed(self, _changed: TimelinesChanged) -> None:
        if self._order is RoomOrder.NEWEST or self._has_waiting:
            self._flush.mark()

    def _join_unasked(self, name: str) -> None:
        try:
            self._model.desk.join_room(name)
        except CannotSend as error:
            self._window.show_join_answer(name, str(error))

    def _open_something(self) -> None:
        """The room that was asked for, else the one that was open last, else any."""
        joined = self._model.joined_rooms
        wanted = self._start_room.casefold()
        chosen = next((room for room in joined if wanted and room.name.casefold() == wanted), None)
        if chosen is None:
            last = {stream: place for place, stream in enumerate(self._last_rooms())}
            chosen = min(joined, key=lambda r: last.get(_stream(r), len(last)), default=None)
        number = chosen.room if chosen is not None else 0
        if number != self._model.open_room_number:
            self._model.reading.show_room(number)


def _stream(room: ChatRoom) -> str:
    """What the room is known by from one start to the next."""
    return room.stream_id.hex()


def _newest_ms(room: ChatRoom) -> int:
    """When somebody wrote there last, as far as is known here; 0 if nobody did."""
    said = (
        item.time_ms
        for item in reversed(room.timeline.items)
        if isinstance(item, Message) and item.kind is MessageKind.TEXT
    )
    return next(said, 0)
