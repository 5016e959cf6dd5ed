"""Decides what a post does to its room: one function per kind, run while a batch is open.

Each appends to the log and changes the rooms in memory, or refuses. If the batch then fails, the
rooms are taken from the log again, so nothing here needs to be undone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from protocol import limits
from protocol.errors import Refusal
from protocol.frames import FIRST_OPAQUE_KIND, EntryFlag, EntryKind, PostFlag
from protocol.text_rules import canonical_name, is_text
from server.people import Person
from server.post_intake import StagedPost
from server.room import Room
from server.room_directory import RoomDirectory
from server.room_log import LogEntry, NewEntry, RoomLog
from server.server_config import ServerLimits

#: Plain numbers: an operator of a flag costs as much as hashing the entry.
_VISIBLE: Final = int(EntryFlag.VISIBLE)
_CONTINUES: Final = int(EntryFlag.CONTINUES)


class Refused(Exception):
    """The post is refused for good; its number is used up."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.name)
        self.code = code


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """Where the post now stands: ``number`` is its last entry, 0 if it needed none."""

    room: int
    number: int


class Posting(msgspec.Struct, frozen=True):
    """One post with everything that deciding it needs."""

    log: RoomLog
    rooms: RoomDirectory
    limits: ServerLimits
    person: Person
    device: int
    post: StagedPost
    time_ms: int

    @property
    def text(self) -> str:
        """The text of a post that is not a message; refused if it has several parts."""
        if len(self.post.texts) != 1:
            raise Refused(Refusal.TEXT_NOT_ALLOWED)
        return self.post.texts[0]

    def room(self, *, member: bool = True) -> Room:
        """The post's room; refuses when there is none, or its author is not in it."""
        room = self.rooms.get(self.post.room)
        if room is None:
            raise Refused(Refusal.NO_SUCH_ROOM)
        if member and self.person.person not in self.rooms.members(room):
            raise Refused(Refusal.NOT_A_MEMBER)
        return room

    def append(self, room: Room, texts: list[str], flags: int) -> Outcome:
        """Append the post's entries: all but the last say that the message continues."""
        last = len(texts) - 1
        new = [
            NewEntry(
                kind=self.post.kind,
                author=self.person.person,
                device=self.device,
                client_seq=self.post.client_seq,
                time_ms=self.time_ms,
                text=text,
                flags=flags if place == last else _CONTINUES,
            )
            for place, text in enumerate(texts)
        ]
        entries: list[LogEntry] = self.log.append(room.room, new)
        room.fresh.extend(entries)
        return Outcome(room.room, entries[-1].number)


def decide(posting: Posting) -> Outcome:
    """Do what the post asks for; raises ``Refused``, or ``LogError`` from the log."""
    kind = posting.post.kind
    if kind >= FIRST_OPAQUE_KIND:
        return _opaque(posting)
    rule = _RULES.get(kind)
    if rule is None:
        raise Refused(Refusal.UNKNOWN_KIND)
    return rule(posting)


def _void(posting: Posting) -> Outcome:
    raise Refused(Refusal.WITHDRAWN)


def _message(posting: Posting) -> Outcome:
    room = posting.room()
    texts = posting.post.texts
    size_bytes, says_something = 0, False
    for text in texts:
        if not is_text(text):
            raise Refused(Refusal.TEXT_NOT_ALLOWED)
        size_bytes += len(text.encode())
        says_something = says_something or bool(text.strip())
    if size_bytes > limits.MESSAGE_BYTES_MAX or not says_something:
        raise Refused(Refusal.TEXT_NOT_ALLOWED)
    return posting.append(room, texts, _VISIBLE)


def _opaque(posting: Posting) -> Outcome:
    room = posting.room()
    if not all(is_text(text) for text in posting.post.texts):
        raise Refused(Refusal.TEXT_NOT_ALLOWED)
    flags = _VISIBLE if posting.post.flags & PostFlag.VISIBLE else 0
    return posting.append(room, posting.post.texts, flags)


def _create(posting: Posting) -> Outcome:
    name = posting.text
    canonical = _free_name(posting, name)
    creator = posting.person
    most = posting.limits.rooms_created_per_person_max
    if len(posting.rooms) >= posting.limits.rooms_max:
        raise Refused(Refusal.TOO_MANY_ROOMS)
    if posting.log.rooms_created_by(creator.person) >= most:
        raise Refused(Refusal.TOO_MANY_ROOMS)
    _check_room_count(posting)
    record = posting.log.create_room(name, canonical, creator.person)
    room = posting.rooms.add(record)
    room.members = set()
    outcome = posting.append(room, [name], 0)
    _add_member(posting, room)
    return outcome


def _join(posting: Posting) -> Outcome:
    room = posting.room(member=False)
    members = posting.rooms.members(room)
    if posting.person.person in members:
        return Outcome(room.room, 0)
    if len(members) >= posting.limits.members_per_room_max:
        raise Refused(Refusal.TOO_MANY_MEMBERS)
    _check_room_count(posting)
    _add_member(posting, room)
    return posting.append(room, [""], 0)


def _leave(posting: Posting) -> Outcome:
    room = posting.room(member=False)
    members = posting.rooms.members(room)
    person = posting.person.person
    if person not in members:
        return Outcome(room.room, 0)
    posting.log.remove_member(room.room, person)
    members.discard(person)
    room.member_count = len(members)
    posting.person.rooms.discard(room.room)
    posting.rooms.changed(room)
    return posting.append(room, [""], 0)


def _topic(posting: Posting) -> Outcome:
    room = posting.room()
    if not is_text(posting.text, limits.TOPIC_BYTES_MAX) or "\n" in posting.text:
        raise Refused(Refusal.TEXT_NOT_ALLOWED)
    posting.log.set_topic(room.room, posting.text)
    room.topic = posting.text
    posting.rooms.changed(room)
    return posting.append(room, [posting.text], 0)


def _name(posting: Posting) -> Outcome:
    room = posting.room()
    name = posting.text
    canonical = _free_name(posting, name, room)
    posting.log.set_room_name(room.room, name, canonical)
    posting.rooms.rename(room, name)
    return posting.append(room, [name], 0)


def _free_name(posting: Posting, name: str, own: Room | None = None) -> str:
    """The canonical form of a name that no other room has, nor one that looks like it."""
    canonical = canonical_name(name)
    if canonical is None:
        raise Refused(Refusal.NAME_NOT_ALLOWED)
    holders = {posting.rooms.named(canonical), posting.rooms.looking_like(name)}
    if holders - {None, own}:
        raise Refused(Refusal.NAME_TAKEN)
    return canonical


def _check_room_count(posting: Posting) -> None:
    if len(posting.person.rooms) >= posting.limits.rooms_per_person_max:
        raise Refused(Refusal.TOO_MANY_ROOMS)


def _add_member(posting: Posting, room: Room) -> None:
    person = posting.person
    posting.log.add_member(room.room, person.person)
    members = posting.rooms.members(room)
    members.add(person.person)
    room.member_count = len(members)
    person.rooms.add(room.room)
    posting.rooms.changed(room)


_RULES: Final[dict[int, Callable[[Posting], Outcome]]] = {
    EntryKind.VOID: _void,
    EntryKind.MESSAGE: _message,
    EntryKind.CREATED: _create,
    EntryKind.JOIN: _join,
    EntryKind.LEAVE: _leave,
    EntryKind.TOPIC: _topic,
    EntryKind.NAME: _name,
}
