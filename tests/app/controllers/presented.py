"""A chat model as the presenters show it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from app.controllers.timeline_presenter import TimelinePresenter
from app.models.joins_and_leaves import ShownJoins
from app.models.records import RoomEntry
from app.views.rows import MessageRow, TimelineRows
from protocol.frames import EntryKind
from tests.app.models.chat_fixtures import Bench, entry


def rows_of(
    bench: Bench,
    presenter: TimelinePresenter | None = None,
    joins: ShownJoins = ShownJoins.ALL,
) -> TimelineRows:
    """The open room with all its gaps."""
    presenter = presenter or TimelinePresenter(UTC)
    return presenter.timeline_rows(bench.model, bench.model.rooms[1], lambda _gap: True, joins)


def texts(bench: Bench) -> list[str]:
    return [row.text for row in rows_of(bench).rows if isinstance(row, MessageRow)]


def event(number: int, kind: EntryKind, author: int, text: str = "") -> RoomEntry:
    """An entry that is no message."""
    return entry(number, text, kind=int(kind), author=author, flags=0, visible=0)


def fields(made: RoomEntry) -> dict[str, Any]:
    """An entry's values by name."""
    return {name: getattr(made, name) for name in RoomEntry.__struct_fields__}
