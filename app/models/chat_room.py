"""One room as the person sees it: name, topic, messages, people, and what is unread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, TypeGuard

from app.models.calling import Calling
from app.models.events import RoomFollowed, RoomListed
from app.models.message import (
    ForkNotice,
    Gap,
    LocalNotice,
    Message,
    MessageKind,
    MessageState,
    TimelineItem,
)
from app.models.own_messages import OwnMessages
from app.models.records import KeptRoom, RoomEntry, StoredRoom
from app.models.room_people import RoomPeople
from app.models.timeline import Timeline
from protocol.sequence_set import SequenceSet

#: A room opens at the oldest new message if that is among so many entries, else at the oldest of
#: these.
NEW_ENTRIES_MAX: Final = 1000


class ChatRoom:
    """A room of the server, joined or only listed."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.stream_id = b""
        self.name = ""
        self.topic = ""
        self.people_count = 0
        self.is_joined = False
        #: What the disk here has of it, if the server has not (see ``gone_rooms``).
        self.kept: KeptRoom | None = None
        #: Visible messages in the room, and how many of them were read.
        self.visible = 0
        self.read = 0
        self._own = OwnMessages()
        #: Of those that were told here, how many nobody has seen.
        self.reminders = 0
        #: Messages above this count are new since the room was opened; None draws no line.
        self.new_after: int | None = None
        #: Another number each time the room is opened.
        self.visit = 0
        self.timeline = Timeline()
        #: Somebody reads far back: what is around there, in place of the newest messages.
        self.past: Timeline | None = None
        #: The message that the past was opened at, and how often the place was changed.
        self.past_key: int | None = None
        self.jumps = 0
        #: Up to the item with this key the view is cleared; None if it is not.
        self._cleared_key: int | None = None
        self.people: Final = RoomPeople()
        #: Entries below this one are on their way, None if nobody asked.
        self.loading_below: int | None = None
        self._base = 0
        self._held = SequenceSet()
        self._joined_just_now = False
        #: The server has told in this run how the log stands.
        self.is_followed = False
        #: Message -> whether it names the reader, for messages that are not read.
        self._mentions: dict[Message, bool] = {}
        self._mentioned_as = Calling()

    # --- looking -----------------------------------------------------------------------------
    @property
    def is_gone(self) -> bool:
        """The server does not have it any more (see ``gone_rooms``)."""
        return self.room < 0

    @property
    def unread(self) -> int:
        """Messages of others not read; computed, so that it cannot stick."""
        if not self.is_joined or self.visible <= self.read:
            return 0
        return self.visible - self.read - self._own.count(self.read, self.visible)

    def mentions(self, unheard: Collection[int], calling: Calling) -> int:
        """How many unread messages call the reader; only those that are in memory count, and
        none by the people ``unheard``."""
        if not self.unread:
            self._mentions.clear()
            return 0
        if calling != self._mentioned_as:
            self._mentions.clear()
            self._mentioned_as = calling
        known, self._mentions = self._mentions, {}
        for item in reversed(self.timeline.items):
            if not isinstance(item, Message) or not item.number:
                continue
            if item.visible <= self.read:
                break
            if item.kind is MessageKind.TEXT and item.author not in unheard:
                known_one = known.get(item)
                if known_one is None:
                    known_one = calling.is_in(item.text, item.time_ms)
                self._mentions[item] = known_one
        return sum(self._mentions.values())

    @property
    def people_known(self) -> set[int]:
        """Who is here; until that is told, who held it last or wrote what is here."""
        return set(self.people.here) or {*self.people.holders, *self.shown.authors}

    def is_wanted(self, number: int) -> bool:
        """Whether this entry is asked for while it is missing; what is far back is not."""
        return bool(self._base) and self.is_joined and number >= self._base

    @property
    def missing(self) -> int:
        """Entries that are wanted and not here yet."""
        if not self.is_joined or not self._base:
            return 0
        gaps = self._held.gaps(self._base, self.timeline.head)
        return sum(last - first + 1 for first, last in gaps)

    @property
    def base(self) -> int:
        """Entries from here on are wanted, 0 if that is not known."""
        return self._base

    @property
    def is_whole(self) -> bool:
        """Whether all there is of it is on this disk."""
        return self.is_gone or not self._held.gaps(self.timeline.first, self.timeline.head)

    @property
    def held_count(self) -> int:
        """Entries on this disk."""
        return sum(last - first + 1 for first, last in self._held)

    # --- far back ------------------------------------------------------------------------------
    @property
    def shown(self) -> Timeline:
        """The part of the room that is read."""
        return self.timeline if self.past is None else self.past

    @property
    def seeks_new(self) -> bool:
        """Whether the oldest message that is new stands further back than what is here."""
        timeline = self.timeline
        if self.new_after is None or self.past is not None or not timeline.has_older:
            return False
        oldest = timeline.entry(timeline.oldest)
        above = self.visible if oldest is None else oldest.visible
        return above > self.new_after and timeline.head - timeline.oldest < NEW_ENTRIES_MAX

    def clear_view(self) -> None:
        """Show nothing of what is here now, but for own messages that did not get through."""
        self.leave_past()
        self._clear()

    def show_cleared(self) -> bool:
        """Show it again; False if nothing was cleared."""
        was_cleared, self._cleared_key = self._cleared_key is not None, None
        return was_cleared

    def items_in_view(self) -> tuple[tuple[TimelineItem, ...], bool]:
        """What is read, less what was cleared; True if something was.

        Far back all is shown: who looks for words wants to see them.
        """
        items = self.shown.items
        if self._cleared_key is not None and self.past is None:
            for place in range(len(items) - 1, -1, -1):
                item = items[place]
                if not isinstance(item, Gap) and item.key == self._cleared_key:
                    return items[place + 1 :], True
        return items, False

    def _clear(self, kept: Collection[int] = ()) -> None:
        """Show nothing of what is here now, but for what has these keys at the end."""
        items = (item for item in reversed(self.timeline.items) if _is_settled(item))
        self._cleared_key = next((item.key for item in items if item.key not in kept), None)

    def enter_past(self, past: Timeline, key: int) -> None:
        """Read around the message with this key."""
        self.past, self.past_key = past, key
        self.loading_below = None
        self.jumps += 1

    def leave_past(self) -> bool:
        """Read the newest messages; False if that is so already."""
        if self.past is None:
            return False
        self.past = self.past_key = None
        self.loading_below = None
        self.jumps += 1
        return True

    # --- what the disk and the server say -------------------------------------------------------
    def restore(self, stored: StoredRoom) -> None:
        """As the local history knows it."""
        self.stream_id, self.name, self.topic = stored.stream_id, stored.name, stored.topic
        self.is_joined = stored.joined
        self.visible, self.read = stored.visible, stored.read
        self._own = OwnMessages(stored.own_unread)
        self._joined_just_now = stored.fresh
        self._base, self._held = stored.base, SequenceSet(stored.held)
        self.people.restore(stored)
        self.timeline.topic_entry = stored.topic_entry
        self.timeline.move_head(max(stored.head, self._held.greatest), stored.visible)

    def list(self, listed: RoomListed) -> None:
        """As the server's list has it."""
        self.stream_id, self.name, self.topic = listed.stream_id, listed.name, listed.topic
        self.people_count = listed.people

    def join(self, joined: bool) -> None:
        """We are in it now, or no longer."""
        if joined and not self.is_joined:
            # Whoever comes into a room finds a conversation, not a thousand unread messages.
            self._joined_just_now = True
            self.read = max(self.read, self.visible)
        self.is_joined = joined

    def go(self) -> None:
        """The server does not have it any more: there is what is in memory, and nobody in it."""
        self.leave_past()
        self.people.forget_held()
        self.is_joined = self.is_followed = False
        self.topic, self.people_count, self.loading_below = "", 0, None
        self.people.here.clear()
        self.timeline.end_here()

    def keep(self, kept: KeptRoom) -> None:
        """Only the disk here has it, or this part of it, and it is read from there."""
        is_news, self.kept = self.kept is None, kept
        self.name = kept.name
        # A part is no room: nothing that a server says of the stream is about it.
        self.stream_id = b"part of " + kept.stream_id if kept.is_part else kept.stream_id
        if is_news:
            self.loading_below = None
        self.timeline.first = kept.first
        self.timeline.move_head(kept.last, self.timeline.head_visible)

    def follow(self, followed: RoomFollowed) -> bool:
        """The log as it stands; True if what is in it counts as read, since we just came."""
        if followed.stream_id != self.stream_id:
            self.people.forget_held()
            self._own = OwnMessages()
        self.stream_id = followed.stream_id
        self.is_followed = True
        self._base = followed.base
        self._cut_visible(followed.visible)
        self.timeline.first = max(1, followed.first)
        self.timeline.move_head(followed.head, followed.visible)
        just_now, self._joined_just_now = self._joined_just_now, False
        if just_now:
            self.read = followed.visible
        return just_now

    def add_entries(self, entries: Sequence[RoomEntry], device: int, me: int) -> None:
        """New entries of the log, consecutive."""
        last = entries[-1]
        self._own.note(entries, me, read=self.read)
        self._held.add(entries[0].number, last.number)
        if last.number > self.timeline.head:
            self.move_head(last.number, last.visible)
        self.timeline.add(entries, device)
        if self.loading_below is not None and entries[0].number < self.loading_below:
            self.loading_below = None

    def move_head(self, head: int, visible: int) -> None:
        """The log is this long, as far as is known."""
        self.visible = max(self.visible, visible)
        self.timeline.move_head(max(head, self.timeline.head), self.visible)

    def move_base(self, base: int) -> None:
        """Entries from ``base`` on are wanted."""
        self._base = base

    def fork(self, agreed_to: int) -> int:
        """The server lost what came after ``agreed_to``; returns how many messages that were."""
        self.people.forget_held()
        self.leave_past()
        common = self.timeline.entry(agreed_to)
        in_view, is_cleared = self.items_in_view()
        shown = len(self.timeline.cut_above(agreed_to))
        self._held.remove_above(agreed_to)
        # The number up to which it was cleared is soon that of something else.
        self._cleared_key = None
        if is_cleared:
            self._clear({item.key for item in in_view if not isinstance(item, Gap)})
        # Where it is not in memory: there are no more messages than entries.
        visible = common.visible if common else min(self.visible, agreed_to)
        lost = max(shown, self.visible - visible) if common else shown
        self._cut_visible(visible)
        self.timeline.move_head(agreed_to, visible)
        return lost

    def _cut_visible(self, visible: int) -> None:
        """The room has so many messages; what was read or one's own beyond is so no more."""
        self.visible = visible
        self._own.cut(visible)
        self.read = min(self.read, visible)
        if self.new_after is not None:
            self.new_after = min(self.new_after, visible)

    def read_own(self, number: int) -> bool:
        """Our own message stands at ``number``; True if that makes it read. It does not if
        something before it is unread still."""
        entry = self.timeline.entry(number)
        if entry is None or entry.visible != self.read + 1:
            return False
        self.read = entry.visible
        return True

    def tell(self, key: int, time_ms: int, text: str, *, is_reminder: bool) -> None:
        """A line that only this person sees."""
        notice = LocalNotice(key, self.timeline.head, time_ms, text, is_reminder)
        self.timeline.add_notice(notice)
        self.reminders += is_reminder

    def mark_read(self) -> bool:
        """The newest message here was seen; True if that is news."""
        was_reminded, self.reminders = self.reminders > 0, 0
        seen = min(self.visible, self.timeline.newest_visible)
        if seen <= self.read:
            return was_reminded
        self.read = seen
        return True

    def mark_unread(self, key: int, me: int) -> bool:
        """Only what stands before this message counts as read; True if there is such a message."""
        message = next(
            (item for item in self.timeline.items if isinstance(item, Message) and item.key == key),
            None,
        )
        if message is None or not message.visible:
            return False
        self.read = self.new_after = min(self.read, message.visible - 1)
        self._own.note(self.timeline.entries, me, read=self.read)
        return True

    def mark_all_read(self) -> bool:
        """All there is counts as seen, here or not; True if that is news."""
        is_news = self.visible > self.read or self.reminders > 0
        self.reminders = 0
        self.read = max(self.read, self.visible)
        return is_news


def _is_settled(item: TimelineItem) -> TypeGuard[Message | LocalNotice | ForkNotice]:
    """Whether it has a key and its place in the room."""
    if isinstance(item, Message):
        return item.state is MessageState.ACCEPTED
    return not isinstance(item, Gap)
