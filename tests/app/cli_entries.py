"""Entries for the tests of the command line."""

from __future__ import annotations

from typing import Any, cast

from app.models.records import RoomEntry
from app.structs import replace
from protocol.frames import EntryFlag, EntryKind

ROOM = 3


def entry(number: int, text: str = "hi", **changes: int) -> RoomEntry:
    made = RoomEntry(
        number=number, kind=EntryKind.MESSAGE, author=1, device=1, client_seq=number,
        time_ms=1_700_000_000_007, text=text, flags=EntryFlag.VISIBLE, visible=number,
    )  # fmt: skip
    return replace(made, **cast(Any, changes))
