"""The whole state that the window shows, on the Tk thread: events in, signals out.

``apply`` changes the state by a batch of events and then announces what changed. What the person
wants is a method; it changes what can be shown at once and hands commands to ``submit``. There is
no thread, clock, socket or window in here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.models import commands
from app.models.calling import Calling
from app.models.chat_room import ChatRoom
from app.models.commands import NetworkCommand, StoreCommand
from app.models.composed_text import clean_name
from app.models.day_seeker import DaySeeker
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    Event,
    HeadMoved,
    HeldChanged,
    HistoryForked,
    LinkChanged,
    LinkMeasured,
    LinkState,
    MembershipChanged,
    NetworkTested,
    PeopleChanged,
    PersonNamed,
    PopupClicked,
    PostAccepted,
    PostDelayed,
    PostRefused,
    RoomFollowed,
    RoomListed,
    RoomsComplete,
    ServerKeyChanged,
    ServerKeySeen,
    ServersFound,
    SignedIn,
    SignInRefused,
)
from app.models.gone_rooms import GoneRooms
from app.models.history_desk import HistoryDesk
from app.models.local_lines import LocalLines
from app.models.message import ForkNotice
from app.models.name_book import NameBook
from app.models.pending_announcements import PendingAnnouncements
from app.models.people_desk import PeopleDesk
from app.models.post_desk import PostDesk
from app.models.reading_desk import ReadingDesk
from app.models.records import StrandedPost
from app.models.refusal_words import is_about_name, sign_in_refused
from app.models.rename_notices import RenameNotices
from app.models.server_lists import ServerLists
from app.models.signals import (
    CatchUp,
    ChatSignals,
    DiskTrouble,
    KeyChanged,
    LinkStatus,
    NetworkTestChanged,
    SelfChanged,
    ServersListed,
    ServerSwitched,
    SignedInNow,
    SignInFailed,
    StrandedChanged,
    Told,
)
from app.models.store_answers import (
    AroundLoaded,
    EarlierServerFound,
    FoundEverywhere,
    HistoryLoaded,
    NewerLoaded,
    PostsRenumbered,
    PostStored,
    Restored,
    RoomsKept,
    ServersSaved,
    SinceFound,
    StoreFailed,
    StrandedListed,
    TextFound,
)
from app.structs import asdict, replace
from app.translation import _, ngettext

Command = StoreCommand | NetworkCommand
#: Hands a command on without waiting; False if it was not taken.
Submit = Callable[[Command], bool]


class ChatModel:
    """One person at one server at a time."""

    def __init__(self, submit: Submit, time_ms: Callable[[], int]) -> None:
        """``time_ms`` is the wall clock, milliseconds since 1970, for showing."""
        self.signals: Final = ChatSignals()
        self.link = LinkStatus()
        self.server, self.server_name = 0, ""
        #: Of the server's key, empty before first contact.
        self.fingerprint = ""
        self.servers: Final = ServerLists()
        #: Messages that wait for other servers than this one.
        self.stranded: tuple[StrandedPost, ...] = ()
        self.person = self.device = 0
        #: What means the person in a message, the name first of all.
        self.calling = Calling()
        #: The name that was asked for last; the server has the say.
        self.wanted_name = ""
        self.rooms: dict[int, ChatRoom] = {}
        #: The room that is shown, 0 for none.
        self.open_room_number = 0
        #: The list of rooms is complete: what is not in it does not exist.
        self.knows_all_rooms = False
        self.is_away, self.away_status = False, ""
        #: People whose messages are hidden on this computer.
        self.ignored: frozenset[int] = frozenset()
        self.catch_up = CatchUp(0, 0)
        self._submit = submit
        self._time_ms = time_ms
        self._pending = PendingAnnouncements(self.signals)
        self.lines: Final = LocalLines(self, self._pending, time_ms)
        key = self.lines.next_key
        self.renames: Final = RenameNotices(self, self._pending, key, time_ms)
        self.names: Final = NameBook(self._pending, submit, self.renames.note)
        self.desk: Final = PostDesk(self, self._pending, submit, time_ms)
        self.history: Final = HistoryDesk(self, self._pending, submit)
        self.days: Final = DaySeeker(self, self._pending, submit)
        self.reading: Final = ReadingDesk(self, self._pending, submit, time_ms)
        self.people: Final = PeopleDesk(self, self._pending, submit, time_ms)
        self.gone: Final = GoneRooms(self, self._pending, submit, key, time_ms)
        self._missing: dict[int, int] = {}

    # --- looking -----------------------------------------------------------------------------
    @property
    def open_room(self) -> ChatRoom | None:
        """The room that is shown."""
        return self.rooms.get(self.open_room_number)

    @property
    def joined_rooms(self) -> list[ChatRoom]:
        """The rooms one is in, by name."""
        joined = (room for room in self.rooms.values() if room.is_joined)
        return sorted(joined, key=lambda room: room.name.casefold())

    @property
    def unsent(self) -> int:
        """Own messages that wait to be sent."""
        return sum(room.timeline.unsent for room in self.rooms.values())

    def room_named(self, name: str) -> ChatRoom | None:
        """The room of that name, whatever its case."""
        wanted = name.casefold()
        named = (r for r in self.rooms.values() if r.name.casefold() == wanted)
        return next((room for room in named if not room.is_gone), None)

    @property
    def name(self) -> str:
        """What the person is called, "" while that is not known."""
        return self.calling.name

    def mentions_in(self, room: ChatRoom) -> int:
        """Unread messages there that call this person, but for those of whom one hides."""
        return room.mentions(self.ignored | {self.person}, self.calling) + room.reminders

    # --- what happened -----------------------------------------------------------------------
    def apply(self, *events: Event) -> None:
        """Change the state by a batch of events, then announce what changed."""
        for event in events:
            self._apply(event)
        self.announce()

    def announce(self) -> None:
        """Send what was collected."""
        self._count_missing()
        self.lines.settle()
        self.reading.settle()
        self.history.settle()
        for send in self._pending.take():
            send()

    def _apply(self, event: Event) -> None:
        match event:
            case EntriesReceived() | HistoryLoaded() | HeadMoved() | BaseMoved():
                self._apply_to_log(event)
            case PostStored() | PostAccepted() | PostRefused() | PostDelayed() | PostsRenumbered():
                self.desk.apply(event)
            case SinceFound():
                self.days.apply(event)
            case AroundLoaded() | NewerLoaded() | TextFound() | FoundEverywhere():
                self.history.apply(event)
            case RoomListed():
                room = self.gone.room_of(event.room, event.stream_id)
                room.list(event)
                self._pending.rooms.add(room.room)
            case RoomsComplete(rooms=listed):
                self.knows_all_rooms = True
                if listed:
                    self.gone.on_complete(listed)
                self._pending.rooms.add(0)
            case RoomsKept(rooms=kept):
                self.gone.on_kept(kept)
            case RoomFollowed():
                self._follow(event)
            case MembershipChanged(room=number, joined=joined):
                self._join(number, joined)
            case HistoryForked():
                self._fork(event)
            case PeopleChanged() | HeldChanged():
                self.people.apply(self._room(event.room), event)
            case PersonNamed(person=person, name=name):
                self.names.learn(person, name)
            case _:
                self._apply_to_session(event)

    def _apply_to_session(self, event: Event) -> None:
        signals, pending = self.signals, self._pending
        match event:
            case LinkChanged() | LinkMeasured():
                if isinstance(event, LinkChanged) and event.state is not LinkState.ONLINE:
                    self.people.presence_times.look_away()
                self.link = replace(self.link, **asdict(event))
                self.days.look_again()
                pending.state(signals.link_changed, self.link)
            case SignedIn():
                self._sign_in(event)
            case SignInRefused(code=code, suggestion=suggestion):
                reason = sign_in_refused(code, self.wanted_name or _("This nick"), suggestion)
                failed = SignInFailed(reason, suggestion, is_about_name(code))
                pending.event(signals.sign_in_failed, failed)
                self.wanted_name = self.name
            case ServerKeyChanged(expected, seen, is_first_contact):
                pending.event(signals.key_changed, KeyChanged(expected, seen, is_first_contact))
            case StoreFailed(reason=reason):
                pending.event(signals.disk_trouble, DiskTrouble(reason))
            case EarlierServerFound(is_same=False, messages=count):
                words = ngettext(
                    "{count} message for another server is kept."
                    " An invite link there brings it back.",
                    "{count} messages for another server are kept."
                    " An invite link there brings them back.",
                    count,
                )
                trouble = DiskTrouble(words.format(count=count), has_texts=bool(self.stranded))
                pending.event(signals.disk_trouble, trouble)
            case StrandedListed(posts=posts):
                self.stranded = posts
                pending.state(signals.stranded_changed, StrandedChanged())
            case Restored():
                self._restore(event)
            case NetworkTested(report=report):
                pending.state(signals.network_tested, NetworkTestChanged(report))
            case PopupClicked():
                pending.event(signals.popup_clicked, event)
            case ServerKeySeen(fingerprint=fingerprint):
                self.fingerprint = fingerprint
            case ServersFound(servers=found, problem=problem):
                self.servers.found, self.servers.problem = found, problem
                pending.state(signals.servers_listed, ServersListed())
            case ServersSaved(servers=saved):
                self.servers.saved = saved
                pending.state(signals.servers_listed, ServersListed())
            case _:
                """Versions: the state of the link says it too."""

    # --- what the person wants ---------------------------------------------------------------
    def rename_self(self, name: str) -> None:
        """Ask the server for another name.

        Raises:
            CannotSend: it is empty or too long.
        """
        self.wanted_name = clean_name(name)
        self._submit(commands.Rename(self.wanted_name))

    def use_mention_words(self, words: tuple[str, ...]) -> None:
        """These call the person from now on, beside the name."""
        if words != self.calling.words:
            self.calling = replace(self.calling, words=words)
            self._pending.rooms.update(self.rooms)
            self._pending.timelines.update(self.rooms)
            self.announce()

    def set_away(self, is_away: bool, status: str = "") -> None:
        """Away from the keyboard, or back; ``status`` is what others read of it."""
        self.is_away, self.away_status = is_away, status
        self._submit(commands.SetAway(is_away, status))
        me = SelfChanged(self.person, self.name, self.server_name)
        self._pending.state(self.signals.self_changed, me)
        self.announce()

    def ignore(self, person: int, is_on: bool) -> None:
        """Hide what a person writes, or show it again."""
        self.ignored = self.ignored | {person} if is_on else self.ignored - {person}
        self._pending.people.add(self.open_room_number)
        self._pending.timelines.update(self.rooms)
        self.announce()

    def drop_stranded(self, server: int, client_seq: int) -> None:
        """Give up a message for another server."""
        self._submit(commands.DropStranded(server, client_seq))

    def connect_now(self, *, is_hint: bool = False) -> None:
        """Do not wait for the next try; ``is_hint`` if that is because of a stranger's word."""
        self._submit(commands.ConnectNow(is_hint))

    # --- the log ---------------------------------------------------------------------------------
    def _apply_to_log(self, event: EntriesReceived | HistoryLoaded | HeadMoved | BaseMoved) -> None:
        room = self._room(event.room)
        match event:
            case EntriesReceived(entries=entries):
                room.add_entries(entries, self.device, self.person)
            case HistoryLoaded():
                self.history.add_older(room, event)
            case HeadMoved(head=head, visible=visible):
                room.move_head(head, visible)
            case BaseMoved(base=base):
                room.move_base(base)
        self._mark(room)

    def _mark(self, room: ChatRoom) -> None:
        self._missing[room.room] = room.missing
        self._pending.rooms.add(room.room)
        self._pending.timelines.add(room.room)
        self.days.look_again()

    def _follow(self, event: RoomFollowed) -> None:
        room = self.gone.room_of(event.room, event.stream_id)
        if room.follow(event):
            self._submit(commands.MarkRead(room.room, room.read))
        self._mark(room)

    def _fork(self, event: HistoryForked) -> None:
        room = self._room(event.room)
        common = room.timeline.entry(event.agreed_to)
        since_ms = common.time_ms if common else 0
        lost = room.fork(event.agreed_to)
        notice = ForkNotice(self.lines.next_key(), event.agreed_to, self._time_ms(), lost, since_ms)
        room.timeline.add_notice(notice)
        self._mark(room)

    def _count_missing(self) -> None:
        """How far the catching up has come, over all rooms."""
        missing = sum(self._missing.values())
        total = max(self.catch_up.total, missing) if missing else 0
        if (missing, total) != (self.catch_up.missing, self.catch_up.total):
            self.catch_up = CatchUp(missing, total)
            self._pending.state(self.signals.catch_up, self.catch_up)

    # --- rooms and people --------------------------------------------------------------------
    def _room(self, number: int) -> ChatRoom:
        return self.rooms.setdefault(number, ChatRoom(number))

    def _join(self, number: int, joined: bool) -> None:
        room = self._room(number)
        room.join(joined)
        self._missing[number] = room.missing
        self._pending.rooms.add(number)

    # --- the session -----------------------------------------------------------------------
    def _sign_in(self, event: SignedIn) -> None:
        self.person, self.device = event.person, event.device
        self.calling = self.calling.renamed(event.name, event.server_time_ms or self._time_ms())
        self.server_name = event.server_name
        self.names.learn(event.person, event.name)
        joined = set(event.rooms)
        if not joined and self.joined_rooms:
            # Whoever is younger than the copy is a stranger to it.
            words = _(
                "You are in no room of this server any more. It probably came back from an older"
                " copy: join a room to go on."
            )
            self._pending.event(self.signals.told, Told(words))
        for number in joined | {r.room for r in self.rooms.values() if r.is_joined}:
            room = self._room(number)
            if room.is_joined != (number in joined):
                self._join(number, number in joined)
        me = SelfChanged(self.person, self.name, self.server_name)
        self._pending.state(self.signals.self_changed, me)
        authors = {author for room in self.rooms.values() for author in room.timeline.authors}
        self.names.ask_since(authors, event.names_version)
        there_ms = event.server_time_ms
        ahead_s = (self._time_ms() - there_ms) / 1000 if there_ms else 0.0
        self._pending.event(self.signals.signed_in, SignedInNow(event.name, ahead_s))

    def _restore(self, event: Restored) -> None:
        """Begin anew from what the disk knows of a server."""
        shown = self.open_room.stream_id if self.open_room else b""
        self.server, self.server_name = event.server, event.server_name
        self.fingerprint, self.stranded = event.fingerprint, event.stranded
        self.person, self.calling = event.person, Calling(event.name, self.calling.words)
        self.people.begin_anew()
        self.rooms = {stored.room: ChatRoom(stored.room) for stored in event.rooms}
        self.names.restore(dict(event.names), event.names_version)
        self.knows_all_rooms = False
        self.reading.begin_anew()
        self.days.stop()
        self.history.stop()
        for stored in event.rooms:
            self.rooms[stored.room].restore(stored)
        self.gone.on_kept(event.kept)
        self._missing = {room.room: room.missing for room in self.rooms.values()}
        self.catch_up = CatchUp(0, 0)
        self.desk.restore(event.outbox)
        topics = (room.timeline.topic_entry for room in self.rooms.values())
        self.names.ask({entry.author for entry in topics if entry is not None})
        signals, pending = self.signals, self._pending
        pending.state(signals.server_switched, ServerSwitched(event.server, not event.person))
        pending.state(signals.stranded_changed, StrandedChanged())
        pending.state(
            signals.self_changed, SelfChanged(event.person, event.name, event.server_name)
        )
        pending.rooms.update(self.rooms)
        pending.timelines.update(self.rooms)
        again = (r.room for r in self.rooms.values() if shown and r.stream_id == shown)
        self.reading.bring_up(next(again, 0))
