"""What the tests of the local store share: a store in a folder, and things to put into it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from app.models.commands import StorePost
from app.models.events import EntriesReceived, RoomFollowed, RoomListed, SignedIn
from app.models.local_store import LocalStore
from app.models.records import OutboxPost, RoomEntry
from app.models.store_answers import PostStored

FILE = "hubbub.sqlite3"
ADDRESS = "ship:48228"
STREAM = b"stream-1"
ROOM = 3


def open_store(folder: Path, *, seed: int = 1) -> LocalStore:
    return LocalStore.open(folder / FILE, random_bytes=random.Random(seed).randbytes)


def started_store(folder: Path, *, seed: int = 1) -> LocalStore:
    """A store at work for the server at ``ADDRESS``."""
    store = open_store(folder, seed=seed)
    store.restore(store.use_server(ADDRESS))
    return store


def copied_folder(folder: Path, target: Path) -> Path:
    """The folder as a killed program leaves it at this moment: file and write-ahead log."""
    target.mkdir()
    for file in folder.glob(f"{FILE}*"):
        shutil.copy(file, target)
    return target


def wish(text: str = "hello", token: int = 0) -> StorePost:
    return StorePost(
        token=token,
        stream_id=STREAM,
        room_name="general",
        kind=1,
        text=text,
        time_ms=1_700_000_000_000,
    )


def stored_posts(answers: object) -> list[OutboxPost]:
    assert isinstance(answers, list)
    return [answer.post for answer in answers if isinstance(answer, PostStored)]


def signed_in(
    last_client_seq: int = 0, *, rooms: tuple[int, ...] = (), names_version: int = 1
) -> SignedIn:
    return SignedIn(
        person=7,
        device=8,
        name="ada",
        server_name="The Ship",
        rooms=rooms,
        last_client_seq=last_client_seq,
        names_version=names_version,
    )


def listed(room: int = ROOM, stream_id: bytes = STREAM, name: str = "general") -> RoomListed:
    return RoomListed(room=room, stream_id=stream_id, name=name, topic="tea", people=2)


def followed(
    head: int, *, base: int = 1, room: int = ROOM, stream_id: bytes = STREAM
) -> RoomFollowed:
    return RoomFollowed(
        room=room,
        stream_id=stream_id,
        incarnation=1,
        base=base,
        first=1,
        head=head,
        visible=head,
    )


def entry(number: int, text: str = "") -> RoomEntry:
    return RoomEntry(
        number=number,
        kind=1,
        author=7,
        device=8,
        client_seq=number,
        time_ms=1_700_000_000_000 + number,
        text=text or f"message {number}",
        flags=1,
        visible=number,
    )


def received(first: int, last: int, *, room: int = ROOM, text: str = "") -> EntriesReceived:
    entries = tuple(entry(number, text) for number in range(first, last + 1))
    return EntriesReceived(room=room, entries=entries, chain=chain(last))


def chain(number: int) -> bytes:
    return number.to_bytes(8, "big")
