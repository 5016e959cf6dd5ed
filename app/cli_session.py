"""One run of a command: signed in as somebody, with what has been heard so far, and a deadline.

Theory. The worker threads put events into one queue; the command waits for a condition, and while
it does, each event is applied here and then shown to whoever listens. So a command is a few
conditions in a row, and whatever ends it early is an exception.
"""

from __future__ import annotations

import getpass
import math
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import Final, Self

from app.cli_arguments import DEFAULT_TIMEOUT_S, Options
from app.cli_input import InputEnd, InputLine
from app.cli_output import message_count, safe_line, waiting_words
from app.client_config import ServerAddress
from app.models import refusal_words
from app.models.client_runtime import ClientRuntime, last_used
from app.models.commands import AskNames
from app.models.data_folder import DataFolder, default_data_folder
from app.models.events import (
    EntriesReceived,
    Event,
    HeadMoved,
    HistoryForked,
    LinkChanged,
    LinkState,
    MembershipChanged,
    PersonNamed,
    PostAccepted,
    PostDelayed,
    RoomFollowed,
    RoomListed,
    RoomReplaced,
    RoomsComplete,
    ServerKeyChanged,
    ServerKeySeen,
    SignedIn,
    SignInRefused,
)
from app.models.store_answers import EarlierServerFound, Restored, StoreFailed
from protocol.sequence_set import SequenceSet

#: With more events waiting than this, the network is not read.
_EVENTS_WAITING_MAX: Final = 2048
#: A queue waits for no longer at a time, however much time there is.
_WAIT_MAX_S: Final = 3600.0
#: After the time for the server is over, what is on the disk here has so long.
_DISK_TIMEOUT_S: Final = 10.0
#: How long an entry waits for the name of its author.
_NAME_TIMEOUT_S: Final = 2.0

Item = Event | InputLine | InputEnd
Listener = Callable[[Item], None]


class Failure(Exception):
    """The command cannot do what was asked; the text is one line for people."""


class WrongUsage(Failure):
    """The same, because something has to be said on the command line."""


class CutOff(Failure):
    """The server is not spoken to any more: its key is another one, or it let us not in."""


class TimedOut(Failure):
    """The time for the whole command is over."""


def warn(line: str) -> None:
    """A line on standard error, if anybody reads it."""
    with suppress(OSError):
        print(f"hubbub: {safe_line(line)}", file=sys.stderr, flush=True)


def no_such_room(name: str) -> str:
    """What to do about it; no room is made unasked, where a slip of the pen would."""
    return (
        f"there is no room {name}: the command rooms lists those there are, and send --create makes"
        " a new one"
    )


class Session:
    """A context: connecting begins on entry, and the folder is free again after it."""

    def __init__(self, options: Options, clock: Callable[[], float] = time.monotonic) -> None:
        self.signed_in: SignedIn | None = None
        self.rooms: dict[int, RoomListed] = {}
        self.rooms_complete = False
        self.joined: set[int] = set()
        self.followed: dict[int, RoomFollowed] = {}
        self.heads: dict[int, int] = {}
        #: By room: the entries on disk here.
        self.held: dict[int, SequenceSet] = {}
        self._options = options
        self._clock = clock
        self._timeout_s = options.timeout_s or DEFAULT_TIMEOUT_S
        self._deadline = clock() + self._timeout_s
        self._inbox: SimpleQueue[Item] = SimpleQueue()
        self._listeners: list[Listener] = []
        self._names: dict[int, str] = {}
        self._refused: SignInRefused | None = None
        self._trouble = ""
        #: The command goes on as long as it is let, and whether it has said that nothing comes.
        self._stays = self._said_silent = False
        #: The server delayed a post because its disk is full.
        self._is_full = False
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = DataFolder.open(self._options.data or default_data_folder())
            stack.callback(folder.close)
            last = last_used(folder)
            address = self._options.server or last.server
            if address is None:
                raise WrongUsage("no server is known yet: name one with --server HOST:PORT")
            self.address: ServerAddress = address
            self.runtime = ClientRuntime(
                folder,
                address,
                self._options.name or ("" if last.name else _login_name()),
                self._inbox.put,
                is_full=lambda: self._inbox.qsize() > _EVENTS_WAITING_MAX,
            )
            stack.callback(self._stop)
            self._apply_restored(self.runtime.restored)
            self.runtime.start()
            self._exits = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def _stop(self) -> None:
        if not self.runtime.stop():
            warn("not everything came to the disk here")
        # What the disk answered while the command ended is said all the same.
        with suppress(Empty):
            while True:
                item = self._inbox.get_nowait()
                if isinstance(item, EarlierServerFound):
                    self._apply_trouble(item)

    # --- waiting -----------------------------------------------------------------------------
    def listen(self, listener: Listener) -> None:
        """Show this listener what comes from now on."""
        self._listeners.append(listener)

    def put(self, item: InputLine | InputEnd) -> None:
        """Something that came from another thread of the command."""
        self._inbox.put(item)

    def go_on_without_end(self) -> None:
        """The command is where it wanted to be; unless a time was named, it stays there."""
        self._stays = True
        if self._options.timeout_s is None:
            self._deadline = math.inf

    def wait_for(self, condition: Callable[[], bool], *, timeout_s: float | None = None) -> bool:
        """Wait until the condition holds; False if it does not after ``timeout_s``.

        Raises:
            TimedOut: the command's own time is over.
            Failure: it can never hold.
        """
        until = self._deadline if timeout_s is None else self._clock() + timeout_s
        while not condition():
            wait_s = min(until, self._deadline) - self._clock()
            try:
                item = self._inbox.get(timeout=min(max(0.0, wait_s), _WAIT_MAX_S))
            except Empty:
                if self._clock() >= self._deadline:
                    raise TimedOut(self._why_late()) from None
                if self._clock() >= until:
                    return False
                continue
            self._apply(item)
            for listener in self._listeners:
                listener(item)
        return True

    def _why_late(self) -> str:
        within = f"within {self._timeout_s:g} s"
        if self.signed_in is None:
            reason = f": {self._trouble}" if self._trouble else ""
            return f"{self.address.host_and_port} could not be reached {within}{reason}"
        return f"not done {within}" + (": the server's disk is full" if self._is_full else "")

    def reach_server(self, patience_s: float) -> bool:
        """Wait until the server let us in; False if it has not after the time that was named for
        the command, else after ``patience_s``, or as soon as there is trouble.

        What is here can then still be read.
        """
        named_s = self._options.timeout_s
        try:
            self.wait_for(
                lambda: self.signed_in is not None or bool(self._trouble and named_s is None),
                timeout_s=named_s or patience_s,
            )
        except TimedOut:
            self._deadline = self._clock() + _DISK_TIMEOUT_S
        return self.signed_in is not None

    @property
    def trouble(self) -> str:
        """Why there is no connection, "" where nobody knows."""
        return self._trouble

    # --- what everybody asks for ---------------------------------------------------------------
    def room_named(self, name: str) -> int:
        """The number of a room, once the server has told which there are.

        Raises:
            Failure: there is no such room.
        """
        self.wait_for(lambda: self.rooms_complete)
        folded = name.casefold()
        for room in self.rooms.values():
            if room.name.casefold() == folded:
                return room.room
        raise Failure(no_such_room(name))

    def author(self, person: int) -> str:
        """The name of a person, for which this may wait a little; empty for the server."""
        if not person:
            return ""
        if person not in self._names and self.signed_in is not None:
            self.runtime.submit(AskNames((person,)))
            self.wait_for(lambda: person in self._names, timeout_s=_NAME_TIMEOUT_S)
        # Not asked for again: the next entry would wait as long.
        return self._names.setdefault(person, f"person {person}")

    # --- what is heard -------------------------------------------------------------------------
    def _apply(self, item: Item) -> None:
        match item:
            case SignedIn():
                before = self.runtime.restored.name
                if before and before != item.name and self.signed_in is None:
                    warn(f"you were {before} here, and are {item.name} from now on")
                self.signed_in = item
                self.joined = set(item.rooms)
                self._names[item.person] = item.name
            case RoomListed():
                self.rooms[item.room] = item
            case RoomsComplete():
                self.rooms_complete = True
            case RoomFollowed(room=room):
                self.followed[room] = item
                self.heads[room] = item.head
            case HeadMoved(room, head):
                self._move_head(room, head)
            case EntriesReceived(room, entries):
                self._hold(room, [(entries[0].number, entries[-1].number)])
                self._move_head(room, entries[-1].number)
            case HistoryForked(room, agreed_to):
                self.held.setdefault(room, SequenceSet()).remove_above(agreed_to)
                warn(f"the server's history of {self._name_of(room)} is another one after entry"
                     f" {agreed_to}: it was probably restored from a backup")  # fmt: skip
            case RoomReplaced(room):
                self.held.pop(room, None)
                warn(f"the server's {self._name_of(room)} is another room now: it was probably"
                     " restored from a backup")  # fmt: skip
            case MembershipChanged(room, joined):
                (self.joined.add if joined else self.joined.discard)(room)
            case PersonNamed(person, name):
                self._names[person] = name
            case Restored():
                self._names = dict(item.names) | self._names
            case _:
                self._apply_trouble(item)

    def _apply_trouble(self, item: Item) -> None:
        match item:
            case ServerKeySeen(fingerprint=fingerprint, was_announced=True):
                warn(f"{self.address.host_and_port} has a new key, as it had announced:"
                     f" {fingerprint}")  # fmt: skip
            case ServerKeySeen(fingerprint=fingerprint, was_named=True):
                warn(f"first contact with {self.address.host_and_port}: its key {fingerprint} is"
                     " the one that the invite link names")  # fmt: skip
            case ServerKeySeen(fingerprint=fingerprint):
                warn(f"first contact with {self.address.host_and_port}: its key {fingerprint} is"
                     " trusted from now on")  # fmt: skip
            case ServerKeyChanged(expected, seen, is_first_contact) if is_first_contact:
                raise CutOff(f"the server at {self.address.host_and_port} is not the one of the"
                              f" invite link: expected {expected}, saw {seen}; nothing was"
                              " sent")  # fmt: skip
            case ServerKeyChanged(expected, seen):
                raise CutOff(f"the key of {self.address.host_and_port} has changed: expected"
                              f" {expected}, saw {seen}; nothing was sent. If whoever runs the"
                              " server confirms the new one, name it once: --server"
                              f" {self.address.host_and_port}#{seen}")  # fmt: skip
            case SignInRefused():
                self._refused = item
            case LinkChanged(state=LinkState.STOPPED, reason=reason):
                raise CutOff(self._why_stopped(reason))
            case LinkChanged(state, reason=reason):
                self._trouble = _as_clause(reason) if reason else self._trouble
                self._say_whether_silent(state is not LinkState.ONLINE)
            case PostDelayed(code=code):
                self._is_full = bool(code)
            case PostAccepted():
                self._is_full = False
            case StoreFailed(reason):
                warn(reason)
            case EarlierServerFound(is_same, messages):
                warn(_earlier_server_words(is_same, messages))

    def _say_whether_silent(self, is_silent: bool) -> None:
        """To who waits for what comes: a quiet room and a server that is gone look the same."""
        if self._stays and is_silent != self._said_silent:
            self._said_silent = is_silent
            answers = (
                "does not answer; what is said meanwhile comes later"
                if is_silent
                else ("answers again")
            )
            warn(f"{self.address.host_and_port} {answers}")

    def _why_stopped(self, reason: str) -> str:
        if self._refused is None:
            return _as_clause(reason)
        code, suggestion = self._refused.code, self._refused.suggestion
        name = self._options.name or "the name"
        return refusal_words.sign_in_refused(code, name, suggestion) + " Choose with --name NICK."

    def _apply_restored(self, restored: Restored) -> None:
        """What the disk here knows, before anything is heard."""
        self._names = {restored.person: restored.name, **dict(restored.names)}
        for room in restored.rooms:
            self._hold(room.room, room.held)
            if room.joined:
                self.joined.add(room.room)

    def _hold(self, room: int, ranges: Iterable[tuple[int, int]]) -> None:
        held = self.held.setdefault(room, SequenceSet())
        for first, last in ranges:
            held.add(first, last)

    def _move_head(self, room: int, head: int) -> None:
        self.heads[room] = max(self.heads.get(room, 0), head)

    def _name_of(self, room: int) -> str:
        listed = self.rooms.get(room)
        return listed.name if listed else f"room {room}"


def _earlier_server_words(is_same: bool, messages: int) -> str:
    if not is_same:
        be = "is" if messages == 1 else "are"
        kept = f"{message_count(messages)} for the server that was here before {be} kept"
        return f"{kept} on this computer"
    waiting = f"; {waiting_words(messages)}, to go out then" if messages else ""
    return (
        "this is the server that was here before, with another key: what this computer has of it is"
        f" back with the next command{waiting}"
    )


def _as_clause(sentence: str) -> str:
    """A sentence as a part of one."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise WrongUsage("no name is known yet: say who you are with --name NICK") from None
