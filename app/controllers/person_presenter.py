"""From the models to what the views show of people: rows of the people column, and cards."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Final

from app.controllers.presenters import UNKNOWN_NAME, moment
from app.models.chat_model import ChatModel
from app.models.chat_room import ChatRoom
from app.models.events import LinkState
from app.models.message import Message, MessageKind
from app.models.records import Member
from app.translation import N_, _
from app.views.rows import PersonCardRow, PersonRow, Presence
from app.views.wording import clock_text, when_text

#: As on the wire; what is neither means "was here, is not now".
_PRESENCES: Final = {1: Presence.ONLINE, 2: Presence.AWAY}
_PRESENCE_WORDS: Final = {
    Presence.ONLINE: (N_("Online"), N_("Online since {time}")),
    Presence.AWAY: (N_("Away"), N_("Away since {time}")),
    Presence.OFFLINE: (N_("Offline"), N_("Offline since {time}")),
    Presence.UNKNOWN: (N_("Not known while offline"), ""),
}
#: So many people are offered by name; those of the open room come first.
KNOWN_PEOPLE_MAX: Final = 5_000


def own_presence(model: ChatModel) -> Presence:
    """Whether one is there oneself: as the connection says, not as the server said last."""
    if model.link.state is not LinkState.ONLINE:
        return Presence.OFFLINE
    return Presence.AWAY if model.is_away else Presence.ONLINE


def _own_status(model: ChatModel) -> str:
    """What the others read of it, while they can."""
    return model.away_status if model.link.state is LinkState.ONLINE else ""


def person_rows(model: ChatModel) -> list[PersonRow]:
    """The people of the open room; as long as the server has not told who that is, those of whom
    this computer knows."""
    room = model.open_room
    if room is None:
        return []
    if room.people.here:
        return [_person_row(model, member) for member in room.people.here.values()]
    known = {person for person in room.people_known if model.names.of(person)}
    me = {model.person} if room.is_joined and model.person else set()
    return [_unseen_row(model, person) for person in sorted(known | me)]


def known_people(model: ChatModel) -> list[PersonRow]:
    """Everybody whose name is known: those of the open room, then the others."""
    room = model.open_room
    here = room.people.here if room is not None else {}
    others = [person for person in model.names.people if person not in here]
    rows = person_rows(model) + [row_of(model, person) for person in others]
    return rows[:KNOWN_PEOPLE_MAX]


def self_row(model: ChatModel) -> PersonRow:
    """The own card."""
    return PersonRow(
        str(model.person), model.name, own_presence(model), _own_status(model), is_self=True
    )


def card_row(model: ChatModel, person: int, zone: tzinfo | None, today: date) -> PersonCardRow:
    """What is known of a person."""
    row, room = row_of(model, person), model.open_room
    facts = [(_("Number on this server"), str(person))]
    if room is not None and not row.is_self:
        facts = [*_facts_of_room(room, person, zone, today), *facts]
    since_ms = model.people.presence_times.since_ms(person)
    if row.is_elsewhere:
        words = _("Not in this room") if room is not None else ""
    else:
        plain, since = _PRESENCE_WORDS[row.presence]
        words = _(plain)
        if since_ms and since and not row.is_self:
            at = moment(since_ms, zone)
            time = clock_text(at) if at.date() == today else when_text(at, today)
            words = _(since).format(time=time)
    return PersonCardRow(row, words, tuple(facts))


def _facts_of_room(
    room: ChatRoom, person: int, zone: tzinfo | None, today: date
) -> list[tuple[str, str]]:
    """What he did in the room, and has of it."""
    said = (
        item
        for item in reversed(room.shown.items)
        if isinstance(item, Message) and item.author == person and item.kind is MessageKind.TEXT
    )
    last = next(said, None)
    facts = []
    if last is not None:
        facts.append((_("Last message"), when_text(moment(last.time_ms, zone), today)))
    complete_to = room.people.complete_to(person)
    if complete_to is not None:
        has_all = complete_to >= room.timeline.head
        words = _("Every message") if has_all else _("Not the newest yet")
        facts.append((_("Has received"), words))
    return facts


def row_of(model: ChatModel, person: int) -> PersonRow:
    """A person, in the open room or not."""
    room = model.open_room
    member = room.people.here.get(person) if room is not None else None
    if member is not None:
        return _person_row(model, member)
    if person == model.person:
        return self_row(model)
    if room is not None and not room.people.here and person in room.people_known:
        return _unseen_row(model, person)
    name = model.names.of(person) or _(UNKNOWN_NAME)
    is_ignored = person in model.ignored
    return PersonRow(str(person), name, Presence.OFFLINE, is_elsewhere=True, is_ignored=is_ignored)


def _unseen_row(model: ChatModel, person: int) -> PersonRow:
    if person == model.person:
        return self_row(model)
    is_ignored = person in model.ignored
    return PersonRow(str(person), model.names.of(person), Presence.UNKNOWN, is_ignored=is_ignored)


def _person_row(model: ChatModel, member: Member) -> PersonRow:
    is_self = member.person == model.person
    is_told = model.link.state is LinkState.ONLINE
    told = _PRESENCES.get(member.presence, Presence.OFFLINE) if is_told else Presence.UNKNOWN
    return PersonRow(
        person_id=str(member.person),
        name=model.names.of(member.person) or member.name or _(UNKNOWN_NAME),
        presence=own_presence(model) if is_self else told,
        status_text=_own_status(model) if is_self else member.status if is_told else "",
        is_self=is_self,
        is_ignored=member.person in model.ignored,
    )
