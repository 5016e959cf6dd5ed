"""From a room's log to the rows of its messages: names, words, marks, and what is new."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import tzinfo
from sys import intern
from typing import Final

from app.action_text import is_action, shown_text
from app.controllers.notice_presenter import Run, notice_row, run_row, runs
from app.controllers.presenters import UNKNOWN_NAME, moment, room_key
from app.markup_parts import NO_REFERENCES, References
from app.models.calling import Calling
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.joins_and_leaves import ShownJoins, hidden_joins
from app.models.message import (
    Gap,
    Message,
    MessageKind,
    MessageState,
    RenameNotice,
    TimelineItem,
)
from app.structs import Struct
from app.text_folding import named_in
from app.translation import _
from app.views import rows
from app.views.rows import NO_DETAILS, HoleRow, MessageRow, RowDetails, TimelineRow, TimelineRows

#: Rows of messages that are no longer there are kept up to about so many.
_ROWS_FORGOTTEN_ABOVE: Final = 1000


class _Seen(Struct, frozen=True):
    """Everything a row was made from."""

    message: Message
    name: str
    state: rows.MessageState
    state_text: str
    references: References
    calling: Calling


class TimelinePresenter:
    """Makes the rows of one room, and again only those that changed.

    Most often something was added at the end: then the rows before are taken as they were. When
    names or people changed, all are looked at again, and those that look the same are the same
    objects, which the view passes over quickly.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        #: What was seen of a message, its row, and in which context.
        self._made: dict[int, tuple[_Seen, MessageRow, int]] = {}
        self._context: tuple[object, ...] = ()
        #: Goes up when it changes: a row may have been out of sight when it did.
        self._context_number = 0
        #: Names of the people who are or were here, None when they may have changed.
        self._names: frozenset[str] | None = None
        self._items: tuple[TimelineItem, ...] = ()
        self._rows: list[TimelineRow] = []
        #: How many items had been used up after each row.
        self._ends: list[int] = []

    def timeline_rows(
        self,
        model: ChatModel,
        room: ChatRoom,
        is_shown: Callable[[Gap], bool],
        joins: ShownJoins,
    ) -> TimelineRows:
        """The room as it now is; a gap is drawn when ``is_shown`` says so."""
        items, is_cleared = room.items_in_view()
        # What was cleared was written all the same.
        hidden = hidden_joins(room.shown.items, joins)
        if hidden:
            moves = Message | RenameNotice
            items = tuple(i for i in items if not (isinstance(i, moves) and i.key in hidden))
        self._keep_rows(model, room, items)
        start = self._ends[-1] if self._ends else 0
        for item, end in runs(items, start, self._zone):
            row = self._row(model, room, item, is_shown)
            if row is not None:
                self._rows.append(row)
                self._ends.append(end)
        self._items = items
        if len(self._made) > 2 * len(items) + _ROWS_FORGOTTEN_ABOVE:
            shown = {row.key for row in self._rows}
            self._made = {key: made for key, made in self._made.items() if key in shown}
        return TimelineRows(
            room_key=room_key(model, room.room),
            room_name=room.name,
            rows=tuple(self._rows),
            # What was lost of a room did not begin it, so no beginning is drawn above it.
            has_older=(room.shown.has_older and not is_cleared)
            or (room.kept is not None and room.kept.is_part),
            oldest=room.shown.oldest,
            newest=room.shown.head,
            is_cleared=is_cleared,
            has_newer=room.past is not None,
            around=room.past_key,
            jumps=room.jumps,
            new_from=self._new_from(model, room),
            seeks_new=room.seeks_new and not is_cleared,
            visit=room.visit,
        )

    def _keep_rows(self, model: ChatModel, room: ChatRoom, items: tuple[TimelineItem, ...]) -> None:
        """Keep the rows in front that cannot be other than they were."""
        context = (
            model.ignored, model.server, model.names.changes, model.person, model.calling,
            room.people.version, len(model.rooms),
        )  # fmt: skip
        same = 0
        if context == self._context:
            for old, new in zip(self._items, items, strict=False):
                # Whether a gap is drawn depends on the time.
                if old is not new or isinstance(new, Gap):
                    break
                same += 1
        else:
            self._context_number += 1
            self._context, self._names = context, None
        # The last one may be a line of people that grows.
        kept = max(0, bisect_right(self._ends, same) - 1)
        del self._rows[kept:], self._ends[kept:]

    def _row(
        self,
        model: ChatModel,
        room: ChatRoom,
        item: TimelineItem | Run,
        is_shown: Callable[[Gap], bool],
    ) -> TimelineRow | None:
        match item:
            case Message(author=author, kind=MessageKind.TEXT) if author in model.ignored:
                return None
            case Message():
                return self._message_row(model, room, item)
            case list():
                return run_row(model.names, item, self._zone)
            case Gap():
                if item.missing > 0 and is_shown(item):
                    is_fetched = room.is_followed and room.is_wanted(item.last)
                    return HoleRow(("hole", item.last), item.missing, is_fetched=is_fetched)
                return None
            case RenameNotice():
                return run_row(model.names, [item], self._zone)
            case _:
                return notice_row(item, self._zone)

    def _new_from(self, model: ChatModel, room: ChatRoom) -> rows.Key | None:
        if room.new_after is None:
            return None
        news = (i for i in self._items if isinstance(i, Message) and _is_new(model, room, i))
        return next((message.key for message in news), None)

    def _message_row(self, model: ChatModel, room: ChatRoom, message: Message) -> MessageRow:
        made = self._made.get(message.key)
        if made and made[2] == self._context_number and made[0].message is message:
            return made[1]
        name = model.names.of(message.author) or (model.name if message.token else "")
        state, state_text = _state(model, room, message)
        seen = _Seen(
            message, name, state, state_text, self._references(model, room, message), model.calling
        )  # fmt: skip
        row = made[1] if made and made[0] == seen else self._new_row(model, seen)
        self._made[message.key] = (seen, row, self._context_number)
        return row

    def _new_row(self, model: ChatModel, seen: _Seen) -> MessageRow:
        message, name = seen.message, seen.name or _(UNKNOWN_NAME)
        is_notice = message.kind not in (MessageKind.TEXT, MessageKind.OTHER)
        is_own = _is_own(model, message)
        is_text = message.kind is MessageKind.TEXT
        details = RowDetails(
            state_text=seen.state_text,
            failed_reason=message.failure,
            references=seen.references,
            is_action=is_text and is_action(message.text),
        )
        return MessageRow(
            key=message.key,
            author_id=intern(str(message.author or model.person)),  # one for all rows of theirs
            author_name=name,
            is_own=is_own,
            time=moment(message.time_ms, self._zone),
            text=_text(message, name),
            state=seen.state,
            kind=rows.MessageKind.NOTICE if is_notice else rows.MessageKind.MESSAGE,
            is_mention=is_text and not is_own and seen.calling.is_in(message.text, message.time_ms),
            details=details if details != NO_DETAILS else NO_DETAILS,  # one for all
        )

    def _references(self, model: ChatModel, room: ChatRoom, message: Message) -> References:
        """Whom and what the text names, of those that there are."""
        text = message.text
        if message.kind is not MessageKind.TEXT:
            return NO_REFERENCES
        if "@" in text and self._names is None:
            # Until it is told who is here, whoever is known may be.
            people = {*(room.people.here or model.names.people), *room.shown.authors}
            self._names = frozenset(filter(None, map(model.names.of, people)))
        rooms = (other.name for other in model.rooms.values()) if "#" in text else ()
        names = self._names or frozenset()
        # Nobody calls himself: in own words, as in a quote of them, that is a name like any other.
        own = "" if _is_own(model, message) else model.calling.name_in(text, message.time_ms)
        people_named = named_in(text, "@", names)
        found = References(people_named, named_in(text, "#", rooms), own)
        return found if found != NO_REFERENCES else NO_REFERENCES  # one for all


def _text(message: Message, name: str) -> str:
    match message.kind:
        case MessageKind.TEXT:
            return shown_text(message.text, name)
        case MessageKind.CREATED:
            return _("{name} created the room").format(name=name)
        case MessageKind.TOPIC if not message.text:
            return _("{name} took the topic away").format(name=name)
        case MessageKind.TOPIC:
            return _("{name} set the topic: {topic}").format(name=name, topic=message.text)
        case MessageKind.RENAMED:
            return _("{name} renamed the room to #{room}").format(name=name, room=message.text)
        case _:
            return message.text


def _is_own(model: ChatModel, message: Message) -> bool:
    return bool(message.token) or message.author == model.person


def _is_new(model: ChatModel, room: ChatRoom, message: Message) -> bool:
    if room.new_after is None or message.kind is not MessageKind.TEXT:
        return False
    if message.author in model.ignored:
        return False
    return message.visible > room.new_after and not _is_own(model, message)


def _state(model: ChatModel, room: ChatRoom, message: Message) -> tuple[rows.MessageState, str]:
    """The delivery mark, and its words where the usual ones do not do."""
    if message.state is MessageState.PENDING:
        return rows.MessageState.PENDING, ""
    if message.state is MessageState.FAILED:
        return rows.MessageState.FAILED, ""
    if message.kind is not MessageKind.TEXT or not _is_own(model, message):
        return rows.MessageState.ACCEPTED, ""
    held = room.people.held_by(message.number, model.person)
    if held.everyone:
        return rows.MessageState.HELD_BY_ALL, ""
    if held.count:
        return rows.MessageState.HELD, _("Held by {count} of {total}").format(
            count=held.count, total=max(held.others, held.count)
        )
    return rows.MessageState.ACCEPTED, ""
