"""A room's messages in the order of their numbers, with the holes that are known.

Theory. Entries lie here by their number, so it does not matter in which order they come. The list
of items is made of them when somebody looks; entries that come in order only add to it. Our own
posts stand at the end until they have a number. A post is recognised in the log by its device and
``client_seq`` and keeps its key, so on the screen it only changes its mark. Items that did not
change are the same objects as before.

Memory is bounded: the oldest entries are dropped, they are on disk; ``floor`` is how far down
entries are wanted here, and goes down when somebody scrolls back.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence, Set
from typing import Final

from app.models.log_items import LogItems
from app.models.message import (
    ForkNotice,
    Gap,
    LocalNotice,
    Message,
    MessageKind,
    MessageState,
    RenameNotice,
    TimelineItem,
    message_of,
)
from app.models.records import RoomEntry
from app.structs import replace
from protocol.frames import EntryFlag, EntryKind

#: Entries kept of rooms that were looked at lately, and of the others.
RECENT_ENTRIES_MAX: Final = 2000
OTHER_ENTRIES_MAX: Final = 200
#: While somebody reads back, at most so many; then the newest page is all that is left to do.
READ_BACK_ENTRIES_MAX: Final = 20_000
NOTICES_MAX: Final = 100
#: Others make them: they push none of our own lines out.
RENAMES_MAX: Final = 50
#: News of a name come on several ways, and may overtake each other for so long.
RENAMED_BACK_MS: Final = 10_000


class Timeline:
    """One room's messages, as far as they are in memory."""

    def __init__(self) -> None:
        #: Oldest and newest entry of the log, and its messages, as far as is known.
        self.first = 1
        self.head = 0
        self.head_visible = 0
        #: How many entries may stay.
        self.entries_max = OTHER_ENTRIES_MAX
        #: Entries below are not wanted here.
        self.floor = 0
        #: The newest topic that was heard of, also after it was dropped here.
        self.topic_entry: RoomEntry | None = None
        self._entries: dict[int, RoomEntry] = {}
        self._pending: dict[int, Message] = {}
        self._tokens: dict[int, int] = {}
        self._notices: list[LocalNotice | ForkNotice] = []
        self._renames: list[RenameNotice] = []
        self._log = LogItems(self._message)
        self._is_log_stale = False
        #: Messages by their last number, so that they stay the same objects.
        self._made: dict[int, Message] = {}
        #: Number of an own message -> (key, token) it had before.
        self._known_as: dict[int, tuple[int, int]] = {}
        self._items: tuple[TimelineItem, ...] | None = ()

    # --- looking -----------------------------------------------------------------------------
    @property
    def items(self) -> tuple[TimelineItem, ...]:
        """Everything to show, oldest first, own posts without a number last."""
        if self._items is None:
            self._items = self._build()
        return self._items

    @property
    def oldest(self) -> int:
        """The oldest entry here, one beyond the newest if there is none."""
        return min(self._entries, default=self.head + 1)

    @property
    def newest_visible(self) -> int:
        """Messages of the room up to the newest entry that is here."""
        newest = max(self._entries, default=0)
        return self._entries[newest].visible if newest else 0

    @property
    def has_older(self) -> bool:
        """Whether there is something above the oldest entry here."""
        return self.oldest > self.first

    @property
    def entries(self) -> list[RoomEntry]:
        """What is here, in order."""
        return [self._entries[number] for number in sorted(self._entries)]

    @property
    def _topic_number(self) -> int:
        return self.topic_entry.number if self.topic_entry is not None else 0

    def key_of(self, number: int) -> int:
        """The key under which the message of this number is shown."""
        return self._known_as.get(number, (number, 0))[0]

    def number_of(self, key: int) -> int:
        """The number of the message with this key; 0 if it has none."""
        if key > 0:
            return key
        return next((n for n, (known, _token) in self._known_as.items() if known == key), 0)

    def know_own(self, other: Timeline) -> None:
        """Show own messages under the keys that they have there."""
        self._known_as = dict(other._known_as)

    @property
    def unsent(self) -> int:
        """Own messages that wait to be sent."""
        return sum(m.state is MessageState.PENDING for m in self._pending.values())

    @property
    def has_own(self) -> bool:
        """Whether there are own messages that did not get to the server."""
        return any(m.state is not MessageState.ACCEPTED for m in self._pending.values())

    @property
    def authors(self) -> set[int]:
        """Who wrote what is here."""
        return {entry.author for entry in self._entries.values()}

    def pending(self, token: int) -> Message | None:
        """An own message that is not in the log yet."""
        return self._pending.get(token)

    def pending_with_key(self, key: int) -> Message | None:
        """An own message that is not in the log yet, by its key."""
        return next((m for m in self._pending.values() if m.key == key), None)

    # --- the log -----------------------------------------------------------------------------
    def add(self, entries: Iterable[RoomEntry], device: int = 0) -> None:
        """Entries, in any order; ``device`` is ours, to know our own posts again."""
        for entry in entries:
            if entry.kind == EntryKind.TOPIC and entry.number > self._topic_number:
                self.topic_entry = entry
            if entry.number < self.floor:
                continue
            self._entries[entry.number] = entry
            token = self._tokens.get(entry.client_seq)
            if token is not None and device and entry.device == device:
                self._number(token, entry)
            if entry.number <= self._log.fed_to:
                self._is_log_stale = True
            elif not self._is_log_stale:
                self._log.feed(entry)
        if len(self._entries) > self.entries_max + self.entries_max // 4:
            self.trim()
        self._items = None

    def move_head(self, head: int, visible: int) -> None:
        """The log now ends at ``head``, with so many messages."""
        if (head, visible) != (self.head, self.head_visible):
            self.head, self.head_visible = head, visible
            self._items = None

    def end_here(self) -> None:
        """There is nothing before or behind what is here."""
        self.first = self.oldest
        self.head, self.head_visible = max(self._entries, default=0), self.newest_visible
        self._items = None

    def cut_above(self, number: int) -> list[Message]:
        """What lies above belongs to another history: returns the messages that go. Lines stay,
        above whatever comes."""
        lost = [
            item
            for item in self.items
            if isinstance(item, Message) and item.number > number and item.kind is MessageKind.TEXT
        ]
        self._entries = {n: entry for n, entry in self._entries.items() if n <= number}
        self._made = {n: message for n, message in self._made.items() if n <= number}
        # Else what somebody says there would be one's own.
        self._known_as = {n: known for n, known in self._known_as.items() if n <= number}
        for token in [t for t, message in self._pending.items() if message.number > number]:
            self._forget_pending(token)
        self._notices = [replace(n, after=min(n.after, number)) for n in self._notices]
        self._renames = [replace(n, after=min(n.after, number)) for n in self._renames]
        self.head, self.floor = min(self.head, number), min(self.floor, number + 1)
        if self._topic_number > number:
            self.topic_entry = None
        self._forget_log()
        return lost

    def entry(self, number: int) -> RoomEntry | None:
        """An entry that is here."""
        return self._entries.get(number)

    def trim(self) -> None:
        """Drop the oldest entries above the bound, whole messages only."""
        surplus = len(self._entries) - self.entries_max
        if surplus <= 0:
            return
        numbers = sorted(self._entries)
        while surplus < len(numbers) - 1 and (
            self._entries[numbers[surplus - 1]].flags & EntryFlag.CONTINUES
        ):
            surplus += 1
        for number in numbers[:surplus]:
            del self._entries[number]
            self._known_as.pop(number, None)
            self._made.pop(number, None)
        self.floor = numbers[surplus]
        self._forget_log()

    def want_from(self, number: int) -> None:
        """Somebody reads back: entries from ``number`` on are wanted."""
        self.floor = min(self.floor, number)
        wanted = len(self._entries) + max(0, self.oldest - number)
        self.entries_max = min(READ_BACK_ENTRIES_MAX, max(self.entries_max, wanted))

    # --- own posts ---------------------------------------------------------------------------
    def add_pending(self, message: Message) -> None:
        """An own message, shown at the end; it has a token."""
        self._pending[message.token] = message
        self._items = None

    def stored(self, token: int, client_seq: int) -> None:
        """The post is on disk under this number, by which the log will name it."""
        if token in self._pending:
            self._tokens = {seq: t for seq, t in self._tokens.items() if t != token}
            self._tokens[client_seq] = token

    def accept(self, token: int, number: int) -> None:
        """The server named the post's (last) number."""
        message = self._pending.get(token)
        if message is None:
            return
        if number in self._entries:
            self._forget_pending(token)
            self._is_log_stale = True
        else:
            self._pending[token] = replace(
                message, first=number, number=number, state=MessageState.ACCEPTED
            )
        self._known_as[number] = (message.key, token)
        self._items = None

    def fail(self, token: int, reason: str) -> None:
        """The post will not go out by itself."""
        message = self._pending.get(token)
        if message is not None:
            self._pending[token] = replace(message, state=MessageState.FAILED, failure=reason)
            self._items = None

    def remove_pending(self, token: int) -> None:
        """The person gave the post up."""
        self._forget_pending(token)
        self._items = None

    # --- lines for this person alone -----------------------------------------------------------
    def add_notice(self, notice: LocalNotice | ForkNotice) -> None:
        """Show a line behind the entry that it names; one of what was lost stands for all, and one
        in place of the same words there."""
        if isinstance(notice, ForkNotice):
            self._notices = [n for n in self._notices if not isinstance(n, ForkNotice)]
        elif not notice.is_reminder:
            same = notice.after, notice.text, False
            self._notices = [
                n
                for n in self._notices
                if isinstance(n, ForkNotice) or (n.after, n.text, n.is_reminder) != same
            ]
        self._notices.append(notice)
        del self._notices[:-NOTICES_MAX]
        self._items = None

    def take_back(self, keys: Set[int]) -> bool:
        """Show these lines no more; True if one of them was here."""
        kept = [notice for notice in self._notices if notice.key not in keys]
        if len(kept) == len(self._notices):
            return False
        self._notices, self._items = kept, None
        return True

    @property
    def renames(self) -> tuple[RenameNotice, ...]:
        """Those that are shown, the oldest first."""
        return tuple(self._renames)

    def take_renames(self) -> list[RenameNotice]:
        """Show them no more, until they are added again."""
        taken, self._renames, self._items = self._renames, [], None
        return taken

    def add_rename(self, notice: RenameNotice) -> None:
        """Somebody here is called otherwise now; who is called as before at once never was."""
        last = next((one for one in reversed(self._renames) if one.person == notice.person), None)
        if (
            last is not None
            and last.before == notice.name
            and abs(notice.time_ms - last.time_ms) < RENAMED_BACK_MS
        ):
            self._renames.remove(last)
        else:
            self._renames.append(notice)
            del self._renames[:-RENAMES_MAX]
        self._items = None

    # --- private -----------------------------------------------------------------------------
    def _number(self, token: int, entry: RoomEntry) -> None:
        """An entry of our own post is here; with the last one it has its number."""
        message = self._pending[token]
        if not entry.flags & EntryFlag.CONTINUES:
            self._known_as[entry.number] = (message.key, token)

    def _forget_log(self) -> None:
        self._is_log_stale = True
        self._items = None

    def _forget_pending(self, token: int) -> None:
        self._pending.pop(token, None)
        self._tokens = {seq: t for seq, t in self._tokens.items() if t != token}

    def _build(self) -> tuple[TimelineItem, ...]:
        if self._is_log_stale:
            self._log = LogItems(self._message)
            for number in sorted(self._entries):
                self._log.feed(self._entries[number])
            self._is_log_stale = False
        items: list[TimelineItem] = [*self._log.items]
        gap = self._log.gap_to(self.head, self.head_visible)
        if gap is not None:
            items.append(gap)
        return tuple(self._with_own(items))

    def _message(self, parts: Sequence[RoomEntry]) -> Message:
        number = parts[-1].number
        key, token = self._known_as.get(number, (number, 0))
        if token in self._pending:
            self._forget_pending(token)
        old = self._made.get(number)
        if old is not None and (old.first, old.key) == (parts[0].number, key):
            return old
        made = self._made[number] = message_of(parts, key, token)
        return made

    def _with_own(self, items: list[TimelineItem]) -> list[TimelineItem]:
        """Lines of ours and posts that have a number already at their place, others at the end."""
        numbered = [m for m in self._pending.values() if m.state is MessageState.ACCEPTED]
        if numbered:
            # What is only waiting for its own echo is no hole.
            own = {message.number for message in numbered}
            items = [
                item
                for item in items
                if not (isinstance(item, Gap) and item.first == item.last and item.first in own)
            ]
        # Of what is above the messages here the place is not here either.
        from_number = self.oldest - 1 if self.has_older else 0
        lines = (*self._notices, *self._renames)
        notices = sorted((n for n in lines if n.after >= from_number), key=_made)
        for extra in (*numbered, *notices):
            insort(items, extra, key=_place)
        waiting = (m for m in self._pending.values() if m.state is not MessageState.ACCEPTED)
        return [*items, *waiting]


def _made(notice: LocalNotice | ForkNotice | RenameNotice) -> int:
    """Keys of lines go down, from one to the next."""
    return -notice.key


def _place(item: TimelineItem) -> tuple[int, int]:
    match item:
        case Message():
            return item.number, 0
        case Gap():
            return item.first, 0
        case _:
            return item.after, 1
