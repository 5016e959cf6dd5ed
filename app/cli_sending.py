"""``send``: messages into the outbox as they come, and a receipt for each in the same order.

Theory. A message is on disk here before the server hears of it, so a crash of either side loses
nothing, and whatever is not confirmed when the time is over goes out with the next start. Whether
one is a member, and whether there is such a room, is only known for sure by the server: what it
refuses for such a reason is said again behind a JOIN, or where that is wished behind the making of
the room. Each way in is tried once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.cli_input import (
    BadText,
    InputEnd,
    InputLine,
    LineReader,
    checked_line,
    checked_text,
)
from app.cli_output import Printer, waiting_words
from app.cli_session import CutOff, Failure, Item, Session, TimedOut, no_such_room, warn
from app.models import refusal_words
from app.models.commands import DropPost, StorePost
from app.models.events import PostAccepted, PostRefused
from app.models.store_answers import PostsRenumbered, PostStored
from protocol.errors import Refusal
from protocol.frames import EntryKind
from protocol.limits import NAME_BYTES_MAX
from protocol.text_rules import is_text

#: What helps where the server refused something for such a reason.
_WAYS_IN: Final[dict[int, EntryKind]] = {
    Refusal.NOT_A_MEMBER: EntryKind.JOIN,
    Refusal.NO_SUCH_ROOM: EntryKind.CREATED,
}

#: Posts of this call have tokens from here on; 0 is nobody's.
_FIRST_TOKEN: Final = 1


@dataclass(slots=True)
class _Outgoing:
    """One post of this call, on its way."""

    kind: EntryKind
    text: str
    #: Its number in the outbox, 0 while it is not there.
    client_seq: int = 0
    #: None until the server answered; then where it stands, or nothing.
    receipt: tuple[int, int] | None = None
    is_settled: bool = False


def send(
    session: Session,
    printer: Printer,
    room: str,
    words: Sequence[str] | None,
    *,
    create: bool = False,
) -> bool:
    """Send what was said, or the lines of standard input; False if not all of it was accepted.
    With ``create`` the room is made where there is none.

    Raises:
        BadText: the words cannot be sent.
        Failure, TimedOut: see ``Session``; what is left stays in the outbox.
    """
    if not is_text(room, NAME_BYTES_MAX):
        raise Failure("there is no room of such a name")
    sending = Sending(session, printer, room, create=create)
    session.listen(sending.take_in)
    if words is not None:
        sending.say(checked_text(" ".join(words)))
        sending.end_of_input = True
    else:
        if sys.stdin is None:
            raise Failure("there is no standard input to read from")
        sending.reader = LineReader(sys.stdin.fileno(), session.put)
        sending.reader.start()
    try:
        session.wait_for(sending.is_done)
    except (CutOff, TimedOut) as error:
        waiting = sending.waiting
        sending.enter_and_say_again()
        if not waiting:
            raise
        why = str(error).removesuffix(".")
        raise type(error)(f"{why}; {waiting_words(waiting)}") from None
    return not sending.has_failed


class Sending:
    """The posts of one call."""

    def __init__(
        self, session: Session, printer: Printer, room: str, *, create: bool = False
    ) -> None:
        self.end_of_input = False
        self.has_failed = False
        self.reader: LineReader | None = None
        self._session = session
        self._printer = printer
        self._room = room
        self._stream_id = b""
        self._posts: dict[int, _Outgoing] = {}
        self._by_seq: dict[int, int] = {}
        self._next_token = _FIRST_TOKEN
        self._next_receipt = _FIRST_TOKEN
        #: What is to get us into the room once all is answered, as the server refused something
        #: for want of it; what it refused, with the numbers; and what was said since.
        self._way_in: EntryKind | None = None
        self._again: list[tuple[int, str]] = []
        self._later: list[str] = []
        #: The room could not be made, for its name was taken.
        self._is_name_taken = False
        #: Ways in that were not tried yet.
        self._untried = {EntryKind.JOIN, EntryKind.CREATED} if create else {EntryKind.JOIN}
        self._is_room_refused = False
        if not self._is_member():
            self._enter(EntryKind.JOIN)

    @property
    def waiting(self) -> int:
        """Messages that the server has not confirmed."""
        posts = self._posts.values()
        unanswered = [p for p in posts if p.kind is EntryKind.MESSAGE and not p.is_settled]
        return len(unanswered) + len(self._again) + len(self._later)

    def is_done(self) -> bool:
        """Everything was said and answered."""
        return self.end_of_input and not self._posts and self._way_in is None

    def say(self, text: str) -> None:
        """One message more."""
        if self._way_in is not None:
            self._later.append(text)
        else:
            self._store(EntryKind.MESSAGE, text)

    def take_in(self, item: Item) -> None:
        """Something that was heard."""
        match item:
            case InputLine():
                self._on_line(item)
            case InputEnd(reason):
                self.end_of_input = True
                if reason:
                    self._fail(reason)
            case PostStored(post, token) if token in self._posts:
                self._posts[token].client_seq = post.client_seq
                self._by_seq[post.client_seq] = token
                if post.kind == EntryKind.MESSAGE:
                    self._line_done()
            case PostsRenumbered(numbers):
                self._renumber(dict(numbers))
            case PostAccepted(client_seq, room, number):
                self._settle(client_seq, (room, number))
            case PostRefused(client_seq, code) if client_seq in self._by_seq:
                self._on_refused(client_seq, code)

    # --- input -------------------------------------------------------------------------------
    def _on_line(self, line: InputLine) -> None:
        if self.end_of_input:
            return
        try:
            text = checked_line(line)
        except BadText as error:
            self._fail(f"line {line.number} was not sent: it {error}")
        else:
            if text.strip():
                self.say(text)
                return
        self._line_done()

    def _line_done(self) -> None:
        if self.reader is not None:
            self.reader.line_done()

    def _store(self, kind: EntryKind, text: str) -> None:
        token = self._next_token
        self._next_token += 1
        self._posts[token] = _Outgoing(kind, text)
        time_ms = time.time_ns() // 1_000_000
        wish = StorePost(token, self._stream_id, self._room, kind, text, time_ms)
        if not self._session.runtime.submit(wish):
            raise Failure("the disk here is too slow, or full: the message was not kept")

    def _is_member(self) -> bool:
        folded = self._room.casefold()
        for room in self._session.runtime.restored.rooms:
            if room.joined and room.name.casefold() == folded:
                self._stream_id = room.stream_id
                return True
        return False

    # --- answers -----------------------------------------------------------------------------
    def _renumber(self, numbers: dict[int, int]) -> None:
        self._by_seq = {numbers.get(seq, seq): token for seq, token in self._by_seq.items()}

    def _on_refused(self, client_seq: int, code: int) -> None:
        post = self._posts[self._by_seq[client_seq]]
        way_in = self._way_in_after(code, post.kind)
        if way_in is not None:
            self._way_in = way_in
        if way_in is not None and post.kind is EntryKind.MESSAGE:
            self._again.append((client_seq, post.text))
        else:
            # There is no window in which its person could try it again.
            self._session.runtime.submit(DropPost(client_seq))
        if way_in is None:
            self._tell_refusal(code)
            if post.kind is not EntryKind.MESSAGE or code == Refusal.NO_SUCH_ROOM:
                self._is_room_refused = self.end_of_input = True
        self._settle(client_seq, None)

    def _way_in_after(self, code: int, kind: EntryKind) -> EntryKind | None:
        """What is to be tried after this refusal; None where nothing helps."""
        if self._way_in is not None and kind is EntryKind.MESSAGE:
            return self._way_in if code in _WAYS_IN else None
        if code == Refusal.NAME_TAKEN and kind is EntryKind.CREATED:
            self._is_name_taken = True
            return EntryKind.JOIN  # somebody else was faster, or another room looks like it
        way_in = _WAYS_IN.get(code)
        return way_in if way_in in self._untried else None

    def _tell_refusal(self, code: int) -> None:
        if self._is_room_refused:
            return  # said once for all
        words = refusal_words.post_refused(code)
        if code == Refusal.NO_SUCH_ROOM and self._is_name_taken:
            words = f"the name {self._room} looks like that of another room: choose another one"
        elif code == Refusal.NO_SUCH_ROOM:
            words = no_such_room(self._room)
        self._fail(words)

    def _settle(self, client_seq: int, receipt: tuple[int, int] | None) -> None:
        token = self._by_seq.pop(client_seq, None)
        if token is None:
            return
        post = self._posts[token]
        post.receipt, post.is_settled = receipt, True
        while (first := self._posts.get(self._next_receipt)) is not None and first.is_settled:
            del self._posts[self._next_receipt]
            self._next_receipt += 1
            if first.receipt is not None and first.kind is EntryKind.MESSAGE:
                room, number = first.receipt
                listed = self._session.rooms.get(room)
                self._printer.receipt(listed.name if listed else self._room, number)
        if not self._posts:
            self.enter_and_say_again()

    def enter_and_say_again(self) -> None:
        """Put what was refused into the outbox once more, behind what gets us into the room."""
        way_in, self._way_in = self._way_in, None
        if way_in is None:
            return
        again, self._again = self._again, []
        later, self._later = self._later, []
        self._enter(way_in)
        for client_seq, text in again:
            self._store(EntryKind.MESSAGE, text)
            self._session.runtime.submit(DropPost(client_seq))
        for text in later:
            self._store(EntryKind.MESSAGE, text)

    def _enter(self, way_in: EntryKind) -> None:
        self._untried.discard(way_in)
        if way_in is EntryKind.CREATED:
            # What the folder knew under this name is not there any more.
            self._stream_id = b""
        self._store(way_in, self._room if way_in is EntryKind.CREATED else "")

    def _fail(self, line: str) -> None:
        self.has_failed = True
        warn(line)
