"""What outlives the program, in one SQLite file: servers, rooms, entries, outbox and settings.

Theory. What happened (events) and what the person wants (commands) come in batches. A batch is
one transaction: it is on disk as a whole, with everything that follows from it, before any answer
leaves; or nothing of it is, and it can be tried again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final

from app.models.commands import (
    DropKept,
    DropPost,
    DropStranded,
    FindEverywhere,
    FindSince,
    FindText,
    ForgetServer,
    LoadAround,
    LoadHistory,
    LoadNewer,
    MarkRead,
    MarkUnread,
    NoteHolders,
    RenumberPosts,
    SaveSetting,
    SendPost,
    StoreCommand,
    StorePost,
)
from app.models.events import (
    BaseMoved,
    EntriesReceived,
    Event,
    HeadMoved,
    HeldChanged,
    HistoryForked,
    MembershipChanged,
    PeopleChanged,
    PersonNamed,
    PostAccepted,
    PostRefused,
    RoomFollowed,
    RoomListed,
    RoomReplaced,
    RoomsComplete,
    ServerKeySeen,
    SignedIn,
)
from app.models.server_lists import SavedServer
from app.models.store_answers import (
    AroundLoaded,
    FoundEverywhere,
    HistoryLoaded,
    NewerLoaded,
    PostsRenumbered,
    PostStored,
    Restored,
    RoomsKept,
    ServersSaved,
    StoreAnswer,
    StrandedListed,
    TextFound,
)
from app.models.store_errors import StoreError
from app.models.store_everywhere import Everywhere
from app.models.store_file import in_words, open_file, transaction
from app.models.store_kept import PARTS_VIEW, drop_kept, kept_rooms
from app.models.store_outbox import Outbox
from app.models.store_pinning import Pinning
from app.models.store_rooms import RoomTable
from app.models.store_schema import Connection
from app.models.store_servers import ServerTable
from app.models.store_settings import SettingTable
from app.models.store_succession import look_for_earlier
from app.models.store_texts import check
from protocol import noise

StoreItem = Event | StoreCommand
#: With these the disk is written to anyway.
_WRITTEN: Final = (EntriesReceived, PostAccepted, StorePost, MarkRead)
#: What a batch leads to, once it is on disk.
Answer = StoreAnswer | SendPost


class LocalStore:
    """The local store of one data folder, at work for one server at a time (see ``restore``).

    Every method may raise ``StoreError``; what the call wrote has then been undone. It may be
    used from one thread at a time.
    """

    @classmethod
    def open(cls, path: Path, *, random_bytes: Callable[[int], bytes] = os.urandom) -> LocalStore:
        """Open the file ``path``, making or migrating it.

        ``random_bytes`` gives the ids of posts.

        Raises:
            StoreError: the file is damaged, newer than this program, in use, or not writable.
        """
        connection = open_file(path)
        try:
            with in_words(path):
                return cls(connection, path, random_bytes)
        except BaseException:
            connection.close()
            raise

    def __init__(
        self, connection: Connection, path: Path, random_bytes: Callable[[int], bytes]
    ) -> None:
        """Use ``open``."""
        connection.execute(PARTS_VIEW)
        self._connection = connection
        self._path = path
        self._servers = ServerTable(connection)
        self._rooms = RoomTable(connection)
        self._everywhere = Everywhere(connection, self._rooms)
        self._outbox = Outbox(connection, random_bytes)
        self._settings = SettingTable(connection)
        self._pinning = Pinning(connection, self._servers, self._outbox)
        #: The one at work, 0 before ``restore``.
        self._server = 0
        self._is_earlier_told = self._is_closed = False

    def close(self) -> None:
        """Let go of the file. Calling it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            # The server tells these again: no reason to fail.
            with suppress(StoreError), self._transaction():
                self._rooms.holders.write()
        self._connection.close()

    # --- servers and their pins --------------------------------------------------------------
    def use_server(self, address: str, fingerprint: str | None = None) -> int:
        """The server to expect at an address (``HOST:PORT``), by our number for it.

        Without a fingerprint it is the one that was pinned at the address, or a new one whose
        first key will be pinned. An explicit fingerprint wins over what was pinned there, for
        this time; the address itself moves to a server that is known only once somebody signed in
        there, so a wrong link costs nobody his pin. What was kept under another key of the same
        server becomes its own.
        """
        with self._transaction():
            return self._pinning.use(address, fingerprint)

    def pin(self, server: int, key: bytes) -> int:
        """Pin the key that a server showed at first contact.

        A server that was known under this key takes the addresses and the outbox of this one,
        and its number is returned.

        Raises:
            KeyMismatch: another key is pinned, or a link asked for another fingerprint.
        """
        with self._transaction():
            return self._pinning.pin(server, key)[0]

    def forget(self, address: str) -> None:
        """Trust whichever key the address shows next, and do not go there by ourselves. History
        and outbox of the server that was pinned there are kept; they return with its key."""
        with self._transaction():
            self._forget(address)

    def give_up_link(self, address: str) -> None:
        """The server at this address did not have the key that a link named: expect nothing of
        it, and do not go there by ourselves. Where a key is pinned nothing changes."""
        server = self._servers.at_address(address)
        if server is not None and self._servers.get(server).key is None:
            self.forget(address)

    def servers(self) -> tuple[SavedServer, ...]:
        """Those that were used and are not forgotten, by name."""
        with self._transaction():
            return self._servers.saved()

    # --- the start ---------------------------------------------------------------------------
    def restore(self, server: int) -> Restored:
        """All that a start needs; the batches from now on are about this server."""
        with self._transaction():
            self._server, self._is_earlier_told = server, False
            return self._restored()

    def settings(self) -> dict[str, str]:
        """What was saved with ``SaveSetting``."""
        with self._transaction():
            return self._settings.all()

    # --- batches -----------------------------------------------------------------------------
    def apply(self, *items: StoreItem) -> list[Answer]:
        """Record events and do commands, all in one transaction, and give the answers to them.

        Events that need not be kept are ignored.

        Raises:
            StoreError: the disk did not take it; nothing has changed, try again.
            ValueError: one of them is not acceptable (see ``check``); nothing has changed.
        """
        assert self._server, "restore comes first"
        server = self._server
        answers: list[Answer] = []
        try:
            with self._transaction():
                for item in items:
                    check(item)
                    answers += self._apply(item)
                holders = self._rooms.holders
                is_written = holders.is_full or any(isinstance(item, _WRITTEN) for item in items)
                if is_written:
                    holders.write()
                if self._rooms.is_kept_changed:
                    answers.append(self._kept())
        except BaseException:
            self._server = server
            raise
        if is_written:
            holders.written()
        return answers

    def fold_some(self, room: int) -> bool:
        """Make a room with old texts ready for a quick search, a little of it each time; True
        while there may be more."""
        with self._transaction():
            return self._rooms.fold_some(self._server, room)

    def look_through_some(self, wish: FindText) -> bool:
        """A little of what the answer to this wish needs; True while there is more to do."""
        with self._transaction():
            return self._rooms.find_some(self._server, wish)

    def find_some(self, wish: FindEverywhere) -> FoundEverywhere:
        """A little of the answer to this wish; ``apply`` gives the rest."""
        with self._transaction():
            return self._everywhere.some(self._server, wish)

    def _apply(self, item: StoreItem) -> Sequence[Answer]:
        server = self._server
        match item:
            case EntriesReceived():
                self._rooms.add_entries(server, item)
            case HeadMoved(room, head, visible):
                self._rooms.move_head(server, room, head, visible)
            case RoomListed():
                self._rooms.list_room(server, item)
            case RoomFollowed():
                self._rooms.follow(server, item)
            case HistoryForked():
                self._rooms.fork(server, item)
                self._servers.forget_names(server)
            case RoomReplaced(room):
                self._servers.forget_names(server)
                self._rooms.holders.forget(server, room)
            case HeldChanged() | PeopleChanged() | NoteHolders():
                self._rooms.holders.note(server, item)
            case RoomsComplete(rooms) if rooms:
                self._rooms.end_others(server, rooms)
                return self._look_for_earlier()
            case DropKept(room):
                drop_kept(self._connection, server, room)
                self._rooms.is_kept_changed = True
            case DropStranded(other, client_seq) if other != server:
                self._outbox.drop(other, client_seq)
                return [StrandedListed(self._outbox.stranded(server))]
            case BaseMoved(room, base):
                self._rooms.move_base(server, room, base)
            case MembershipChanged(room, joined):
                self._rooms.set_joined(server, room, joined, fresh=True)
            case PersonNamed(person, name):
                self._servers.set_name(server, person, name)
            case ServerKeySeen(key=key):
                return self._first_contact(key)
            case SignedIn():
                return self._signed_in(item)
            case PostAccepted(client_seq=client_seq):
                self._outbox.accept(server, client_seq)
            case PostRefused(client_seq, code):
                self._outbox.refuse(server, client_seq, code)
            case StorePost():
                return [PostStored(self._outbox.add(server, item), item.token)]
            case DropPost(client_seq):
                post = self._outbox.drop(server, client_seq)
                return [SendPost(post)] if post else []
            case RenumberPosts(numbers):
                # Answered even if nothing is left to renumber: posts wait for it.
                return [PostsRenumbered(self._outbox.renumber(server, numbers))]
            case LoadHistory(room, before, count):
                return [HistoryLoaded(room, self._rooms.history(server, room, before, count))]
            case LoadAround(room, number, count):
                around = self._rooms.around(server, room, number, count)
                return [AroundLoaded(room, number, around)]
            case LoadNewer(room, after, count):
                return [NewerLoaded(room, after, self._rooms.newer(server, room, after, count))]
            case FindText(room, words):
                return [TextFound(room, words, *self._rooms.find(server, item))]
            case FindEverywhere():
                return [self._everywhere.rest(server, item)]
            case FindSince():
                return [self._rooms.find_since(server, item)]
            case MarkRead(room, visible):
                self._rooms.mark_read(server, room, visible)
            case ForgetServer(address):
                self._forget(address)
                return [ServersSaved(self._servers.saved())]
            case MarkUnread(room, visible):
                self._rooms.mark_unread(server, room, visible)
            case SaveSetting(key, value):
                self._settings.save(key, value)
            case _:
                """Of this moment only."""
        return []

    # --- private -----------------------------------------------------------------------------
    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._connection, self._path)

    def _forget(self, address: str) -> None:
        self._servers.forget(address)
        self._settings.forget_server(address)

    def _first_contact(self, key: bytes) -> Sequence[Answer]:
        before = self._server
        known = self._servers.with_fingerprint(noise.fingerprint(key))
        waiting = () if known is None else self._outbox.posts(known)
        self._server, moved = self._pinning.pin(before, key)
        if self._server == before:
            return []
        # An old acquaintance: whoever works with this store learns what is kept for it.
        unheard = [SendPost(post) for post in waiting if not post.refused]
        return [*_renumbered(moved), self._restored(), *unheard]

    def _signed_in(self, event: SignedIn) -> Sequence[Answer]:
        address = event.address or self._pinning.address
        self._pinning.arrive(address, self._server)
        self._servers.note_use(address)
        self._servers.set_identity(
            self._server,
            person=event.person,
            name=event.name,
            server_name=event.server_name,
            names_version=event.names_version,
            next_key=event.next_key,
        )
        self._rooms.set_all_joined(self._server, event.rooms)
        return _renumbered(self._outbox.align(self._server, event.last_client_seq))

    def _look_for_earlier(self) -> Sequence[Answer]:
        found = look_for_earlier(self._connection, self._server)
        if found is None or self._is_earlier_told:
            return []
        # At every start once; the list of rooms comes with every session.
        self._is_earlier_told = True
        return [found]

    def _restored(self) -> Restored:
        record = self._servers.get(self._server)
        return Restored(
            server=record.server,
            server_key=record.key,
            person=record.person,
            name=record.name,
            server_name=record.server_name,
            names_version=record.names_version,
            rooms=self._rooms.rooms(record.server),
            names=self._servers.names(record.server),
            outbox=self._outbox.posts(record.server),
            next_client_seq=record.next_client_seq,
            fingerprint=record.fingerprint,
            next_key=record.next_key,
            kept=kept_rooms(self._connection, record.server),
            stranded=self._outbox.stranded(record.server),
            others=self._servers.others(record.server, self._pinning.address) if record.key else (),
        )

    def _kept(self) -> RoomsKept:
        self._rooms.is_kept_changed = False
        return RoomsKept(kept_rooms(self._connection, self._server))


def _renumbered(numbers: tuple[tuple[int, int], ...]) -> list[Answer]:
    return [PostsRenumbered(numbers, unasked=True)] if numbers else []
