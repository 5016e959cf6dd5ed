"""What the person says and does in rooms: each a post, from here until the server's answer.

Theory. A message is shown at once, pending; everything else is shown when it happened. The store
gives a post its number (``PostStored``), the server answers once (``PostAccepted``, or
``PostRefused``). A refused message stays, failed, for its person to repair; a refused wish of
another kind is said in one line and forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from app.models import commands
from app.models.chat_room import ChatRoom
from app.models.composed_text import CannotSend, clean_name, clean_text, clean_topic
from app.models.events import PostAccepted, PostDelayed, PostRefused
from app.models.granted_room import GrantedRoom
from app.models.message import Message, MessageKind, MessageState
from app.models.own_posts import OwnPost, OwnPosts
from app.models.pending_announcements import PendingAnnouncements
from app.models.records import OutboxPost
from app.models.refusal_words import post_refused
from app.models.room_wait import RoomWait
from app.models.signals import ChatSignals, PostSaved, PostsSlowed, RoomAnswered, Told
from app.models.store_answers import PostsRenumbered, PostStored
from app.translation import N_, _
from protocol.errors import Refusal
from protocol.frames import EntryKind

_NO_LONGER_THERE: Final = N_(
    "#{room} is no longer on the server. Copy the text to write it in another room."
)
_NOT_KEPT: Final = N_("This computer could not keep it. Try again.")


class PlacesKept(Protocol):
    """Where a text stays whose room is no longer on the server."""

    def keep(self, stream_id: bytes, name: str) -> ChatRoom:
        """The place for this room's."""


class RoomOpener(Protocol):
    """Shows rooms."""

    def bring_up(self, number: int) -> None:
        """Show a room."""

    def begin_wait(self) -> RoomWait:
        """Somebody asks for a room."""

    def bring_awaited(self, number: int, wait: RoomWait) -> None:
        """Show it to whoever still waits for it."""


class RoomBook(Protocol):
    """What the desk needs of the model."""

    @property
    def signals(self) -> ChatSignals:
        """Where things are announced."""

    rooms: dict[int, ChatRoom]
    person: int
    knows_all_rooms: bool

    @property
    def gone(self) -> PlacesKept:
        """Rooms that the server no longer has."""

    @property
    def reading(self) -> RoomOpener:
        """Which room is open."""

    def room_named(self, name: str) -> ChatRoom | None:
        """The room of that name."""

    def announce(self) -> None:
        """Tell what changed."""


class PostDesk:
    """Takes wishes, makes posts of them, and follows them to their end."""

    def __init__(
        self,
        book: RoomBook,
        pending: PendingAnnouncements,
        submit: Callable[[commands.StoreCommand], bool],
        time_ms: Callable[[], int],
    ) -> None:
        self._book = book
        self._pending = pending
        self._submit = submit
        self._time_ms = time_ms
        self._posts = OwnPosts()
        self._granted = GrantedRoom()

    # --- wishes ------------------------------------------------------------------------------
    def send_message(self, number: int, text: str) -> None:
        """Say something in a room; it is shown at once.

        Raises:
            CannotSend: the text stays with its person; the error says why.
        """
        if self._book.rooms[number].is_gone:
            name = self._book.rooms[number].name
            raise CannotSend(_(_NO_LONGER_THERE).format(room=name))
        self._send(self._book.rooms[number], clean_text(text))
        self._book.announce()

    def retry(self, number: int, key: int) -> None:
        """Send a failed message again, as a new one at the end."""
        room, own = self._failed(number, key)
        if room is None or own is None:
            return
        if room.is_gone:
            self._tell(_(_NO_LONGER_THERE).format(room=room.name))
            self._book.announce()
            return
        # The new one first: a crash in between may leave two to look at, never none.
        self._send(room, own.text)
        self._give_up(room, own)
        self._book.announce()

    def delete_failed(self, number: int, key: int) -> None:
        """Give a failed message up."""
        room, own = self._failed(number, key)
        if room is not None and own is not None:
            self._give_up(room, own)
            self._book.announce()

    def join_room(self, name: str, *, create: bool = False) -> str:
        """Go into the room of that name; with ``create`` make it if there is none. It is shown
        as soon as one is in it, to whoever still waits for it then. What asks for it already is
        not said twice.

        Returns the name under which it will be answered (``RoomAnswered``), "" where one is in
        that room already.

        Raises:
            CannotSend: it cannot be the name of a room.
        """
        name = clean_name(name.strip().removeprefix("#"))
        room = self._book.room_named(name)
        if room is not None and room.is_joined:
            self._granted.pass_over(self._book.reading.begin_wait())
            self._book.reading.bring_up(room.room)
            name = ""
        elif (awaited := self._posts.awaited(name)) is not None:
            awaited.wait = self._book.reading.begin_wait()
            awaited.creates |= create
            name = awaited.room_name
        elif room is None and create and self._book.knows_all_rooms:
            self._post_wish(EntryKind.CREATED, None, name, text=name, creates=True)
        else:
            # Not in the list yet: once it is complete the core knows whether there is such a room.
            self._post_wish(EntryKind.JOIN, room, name, creates=create)
        self._book.announce()
        return name

    def leave_room(self, number: int) -> None:
        """Go out of a room."""
        room = self._book.rooms[number]
        self._post_wish(EntryKind.LEAVE, room, room.name)
        self._book.announce()

    def set_topic(self, number: int, topic: str) -> None:
        """Give the room a topic, empty for none.

        Raises:
            CannotSend: it is too long.
        """
        room = self._book.rooms[number]
        self._post_wish(EntryKind.TOPIC, room, room.name, text=clean_topic(topic))
        self._book.announce()

    @property
    def wishes(self) -> int:
        """What is no message and was not answered yet."""
        return self._posts.wishes

    @property
    def awaited_rooms(self) -> list[tuple[str, bool]]:
        """The rooms somebody waits for, by name, and whether each is made where there is
        none."""
        return self._posts.awaited_rooms

    def newest_waits(self) -> Callable[[], bool]:
        """What says at any time whether the newest wish is still to be answered."""
        return self._posts.newest_waits()

    # --- answers -----------------------------------------------------------------------------
    def apply(
        self, event: PostStored | PostAccepted | PostRefused | PostDelayed | PostsRenumbered
    ) -> None:
        """What became of a post."""
        match event:
            case PostStored(post=post, token=token):
                self._on_stored(post, token)
            case PostAccepted(client_seq=client_seq, room=room, number=number):
                self._on_accepted(client_seq, room, number)
            case PostRefused(client_seq=client_seq, code=code):
                self._on_refused(client_seq, code)
            case PostsRenumbered(numbers=numbers):
                for own in self._posts.renumber(numbers):
                    self._note_number(own)
            case PostDelayed(code=code) if code:
                self._tell(_("The server's disk is full. What you wrote goes out when it is not."))
            case PostDelayed(retry_in_s=retry_in_s):
                self._pending.event(self._book.signals.posts_slowed, PostsSlowed(retry_in_s))

    def move(self, before: int, number: int) -> None:
        """A room has another number: its posts stay with it."""
        self._posts.move(before, number)
        self._granted.move(before, number)

    def restore(self, outbox: tuple[OutboxPost, ...]) -> None:
        """The outbox as it lies on disk; what is not there yet is kept."""
        known = self._posts.restore()
        self._granted.forget()
        by_stream = {room.stream_id: room for room in self._book.rooms.values()}
        for post in outbox:
            room = by_stream.get(post.stream_id) if post.stream_id else None
            room = room or self._book.room_named(post.room_name)
            was_there = bool(post.stream_id) or bool(post.refused)
            if room is None and was_there and post.kind == EntryKind.MESSAGE:
                room = self._book.gone.keep(post.stream_id, post.room_name)
            before = known.get(post.client_seq)
            token = before.token if before else self._posts.new_token()
            own = OwnPost(
                token, room.room if room else 0, post.room_name, post.kind, post.text,
                post.client_seq,
            )  # fmt: skip
            if before is not None:
                own.wait, own.creates = before.wait, before.creates
            self._posts.add(own)
            if room is not None and own.kind == EntryKind.MESSAGE:
                self._show(room, own, post.time_ms)
                if post.refused:
                    room.timeline.fail(own.token, post_refused(post.refused))
        for own in self._posts.unstored():
            room = self._book.room_named(own.room_name)
            if room is not None and own.kind == EntryKind.MESSAGE:
                own.room = room.room
                self._show(room, own, self._time_ms())

    # --- private -----------------------------------------------------------------------------
    def _send(self, room: ChatRoom, text: str) -> None:
        token = self._posts.new_token()
        own = OwnPost(token, room.room, room.name, EntryKind.MESSAGE, text)
        self._posts.add(own)
        time_ms = self._time_ms()
        self._show(room, own, time_ms)
        if not self._store(room, own, time_ms):
            room.timeline.fail(token, _(_NOT_KEPT))

    def _show(self, room: ChatRoom, own: OwnPost, time_ms: int) -> None:
        message = Message(
            key=-(2 * own.token + 1),
            first=0,
            number=0,
            kind=MessageKind.TEXT,
            author=self._book.person,
            time_ms=time_ms,
            text=own.text,
            state=MessageState.PENDING,
            token=own.token,
        )
        room.timeline.add_pending(message)
        if own.client_seq:
            room.timeline.stored(own.token, own.client_seq)
        self._pending.timelines.add(room.room)

    def _post_wish(
        self, kind: EntryKind, room: ChatRoom | None, name: str, text: str = "", *,
        creates: bool = False, wait: RoomWait | None = None,
    ) -> None:  # fmt: skip
        if wait is None and kind in (EntryKind.JOIN, EntryKind.CREATED):
            wait = self._book.reading.begin_wait()
        token = self._posts.new_token()
        number = room.room if room else 0
        own = OwnPost(token, number, name, kind, text, wait=wait, creates=creates)
        self._posts.add(own)
        if not self._store(room, own, self._time_ms()):
            self._posts.drop(token)
            self._answered(own, _(_NOT_KEPT))

    def _store(self, room: ChatRoom | None, own: OwnPost, time_ms: int) -> bool:
        stream_id = room.stream_id if room else b""
        wish = commands.StorePost(own.token, stream_id, own.room_name, own.kind, own.text, time_ms)
        return self._submit(wish)

    def _failed(self, number: int, key: int) -> tuple[ChatRoom | None, OwnPost | None]:
        room = self._book.rooms.get(number)
        message = room.timeline.pending_with_key(key) if room else None
        if message is None or message.state is not MessageState.FAILED:
            return None, None
        return room, self._posts.get(message.token)

    def _give_up(self, room: ChatRoom, own: OwnPost) -> None:
        if own.client_seq:
            self._submit(commands.DropPost(own.client_seq))
        self._posts.drop(own.token)
        room.timeline.remove_pending(own.token)
        self._pending.timelines.add(room.room)

    def _on_stored(self, post: OutboxPost, token: int) -> None:
        own = self._posts.stored(token, post)
        if own is None:
            return
        self._note_number(own)
        if own.kind == EntryKind.MESSAGE:
            self._pending.event(self._book.signals.post_saved, PostSaved(own.room))

    def _note_number(self, own: OwnPost) -> None:
        room = self._book.rooms.get(own.room)
        if room is not None:
            room.timeline.stored(own.token, own.client_seq)

    def _on_accepted(self, client_seq: int, number: int, entry: int) -> None:
        own = self._posts.numbered(client_seq)
        if own is None:
            return
        self._posts.drop(own.token)
        room = self._book.rooms.get(number)
        if own.kind == EntryKind.MESSAGE:
            meant = self._book.rooms.get(own.room)
            if meant is not None and meant is not room:
                # A room of the same name took it.
                meant.timeline.remove_pending(own.token)
                self._pending.timelines.add(own.room)
            if room is not None:
                room.timeline.accept(own.token, entry)
                self._pending.timelines.add(number)
                if room.read_own(entry):
                    self._pending.rooms.add(number)
                    self._submit(commands.MarkRead(number, room.read))
        elif own.wait is not None:
            room = self._book.rooms.setdefault(number, ChatRoom(number))
            room.name = room.name or own.room_name
            self._pending.rooms.add(number)
            self._granted.note(number, own.wait)
            self._answered(own)

    def _on_refused(self, client_seq: int, code: int) -> None:
        own = self._posts.numbered(client_seq)
        if own is None:
            return
        room = self._book.rooms.get(own.room)
        if own.kind == EntryKind.MESSAGE:
            if room is not None:
                room.timeline.fail(own.token, post_refused(code))
                self._pending.timelines.add(room.room)
            return
        self._submit(commands.DropPost(client_seq))
        self._posts.drop(own.token)
        if own.creates and self._tried_the_other_way(own, code):
            return
        self._answered(own, post_refused(code))

    def _tried_the_other_way(self, own: OwnPost, code: int) -> bool:
        """Join or create: whichever was tried, the other one may be right."""
        name = own.room_name
        if own.kind == EntryKind.JOIN and code == Refusal.NO_SUCH_ROOM:
            self._post_wish(EntryKind.CREATED, None, name, text=name, wait=own.wait)
            return True
        if own.kind == EntryKind.CREATED and code == Refusal.NAME_TAKEN:
            self._post_wish(EntryKind.JOIN, self._book.room_named(name), name, wait=own.wait)
            return True
        return False

    def _answered(self, own: OwnPost, refused: str = "") -> None:
        """A wish came to its end; ``refused`` says why to nothing."""
        if own.wait is None:
            self._tell(f"#{own.room_name}: {refused}")
            return
        answer = RoomAnswered(own.room_name, refused)
        self._pending.event(self._book.signals.room_answered, answer)
        granted = self._granted.take(self._posts.waits)
        if granted is not None:
            self._book.reading.bring_awaited(*granted)

    def _tell(self, text: str) -> None:
        self._pending.event(self._book.signals.told, Told(text))
