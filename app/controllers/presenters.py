"""From the models to what the views show: rooms and headers as rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, tzinfo
from typing import Final

from app.controllers.kept_words import kept_topic
from app.controllers.waiting_wish import has_to_be_made
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.events import LinkState
from app.models.signals import WordsFound
from app.translation import N_, _
from app.views.rows import FoundRow, HeaderRow, RoomChoiceRow, RoomRow
from app.views.wording import moment_text

#: A name that is still on its way.
UNKNOWN_NAME: Final = N_("Someone")
#: The wire carries times beyond the last year of a datetime.
_TIME_MS_MAX: Final = 253_370_764_800_000

RoomKey = tuple[int, int]


def room_key(model: ChatModel, room: int) -> RoomKey:
    """Rooms of two servers may have the same number."""
    return (model.server, room)


def moment(time_ms: int, zone: tzinfo | None) -> datetime:
    """A time of the log in the person's zone (None: the system's)."""
    seconds = min(max(0, time_ms), _TIME_MS_MAX) / 1000
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def room_rows(
    model: ChatModel,
    drafts: Collection[RoomKey] = (),
    *,
    place: Callable[[ChatRoom], int] = lambda _room: 0,
) -> list[RoomRow]:
    """The rooms column: the rooms one is in, and what only this computer has; those of the least
    ``place`` first, then by name; behind them those that wait for the connection."""
    shown = [room for room in model.rooms.values() if _is_shown(model, room, drafts)]
    return [
        RoomRow(
            key=room_key(model, room.room),
            name=room.name,
            topic=kept_topic(room) if room.is_gone else room.topic,
            unread=room.unread,
            mentions=model.mentions_in(room),
            is_selected=room.room == model.open_room_number,
            is_joined=room.is_joined,
            is_kept=room.is_gone,
            has_draft=room_key(model, room.room) in drafts and room.room != model.open_room_number,
            # Online they wait no longer than one sees the mark beside the message.
            has_unsent=room.timeline.unsent > 0 and model.link.state is not LinkState.ONLINE,
        )
        for room in sorted(shown, key=lambda room: (place(room), room.name.casefold()))
    ] + [
        RoomRow(waiting_key(row.name), row.name, row.topic, is_joined=False, is_waiting=True)
        for row in _waiting_choices(model)
    ]


def waiting_key(name: str) -> tuple[str, str]:
    """The key of a room that is not joined yet."""
    return ("waits", name)


def _is_shown(model: ChatModel, room: ChatRoom, drafts: Collection[RoomKey]) -> bool:
    """Also one that the server lost, while something of it is here."""
    is_open = room.room == model.open_room_number
    has_text = room.timeline.has_own or room_key(model, room.room) in drafts
    return room.is_joined or (room.is_gone and (is_open or has_text or room.kept is not None))


def room_choices(model: ChatModel) -> list[RoomChoiceRow]:
    """Rooms that were asked for and wait for the connection, then those of the server that one
    could join."""
    waiting = _waiting_choices(model)
    names = {row.name.casefold() for row in waiting}
    listed = (
        room for room in model.rooms.values() if room.name and not (room.is_joined or room.is_gone)
    )
    ordered = sorted(
        (room for room in listed if room.name.casefold() not in names),
        key=lambda room: (-room.people_count, room.name.casefold()),
    )
    return waiting + [RoomChoiceRow(room.name, room.topic, room.people_count) for room in ordered]


def _waiting_choices(model: ChatModel) -> list[RoomChoiceRow]:
    """None while there is a connection: then they wait no longer than one sees."""
    if model.link.state is LinkState.ONLINE:
        return []
    made, joined = _("Waits to be created"), _("Waits to be joined")
    return [
        RoomChoiceRow(
            name, made if has_to_be_made(model, name, create=create) else joined, is_waiting=True
        )
        for name, create in model.desk.awaited_rooms
    ]


def header_row(model: ChatModel, room: ChatRoom | None, zone: tzinfo | None = None) -> HeaderRow:
    """What stands above the messages."""
    if room is None:
        return HeaderRow("")
    if room.is_gone:
        return HeaderRow(room.name, kept_topic(room))
    key = room_key(model, room.room) if room.is_joined else None
    return HeaderRow(room.name, room.topic, _topic_origin(model, room, zone), key=key)


def _topic_origin(model: ChatModel, room: ChatRoom, zone: tzinfo | None) -> str:
    """Who set the topic and when, "" where that was not heard of."""
    entry = room.timeline.topic_entry
    if entry is None or not room.topic or entry.text != room.topic:
        return ""
    return _("Set by {name}, {moment}").format(
        name=model.names.of(entry.author) or _(UNKNOWN_NAME),
        moment=moment_text(moment(entry.time_ms, zone)),
    )


def found_row(model: ChatModel, found: WordsFound) -> FoundRow:
    """What the disk here found."""
    return FoundRow(
        room_key(model, found.room),
        found.words,
        found.keys,
        found.is_cut,
        looked_at=found.looked_at,
        is_whole=found.is_whole,
        can_go_on=found.can_go_on,
        goes_on=found.goes_on,
    )
