"""What the window remembers: a small JSON file in the data folder, written beside the window.

Losing it costs a size and a draft, so it is written all or nothing but not forced to the disk,
and on a thread of its own: the window never waits for it.
"""

from __future__ import annotations

import json
import logging
import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeVar

from app.controllers.appearance_controller import fit_appearance
from app.controllers.seen_rooms import SEEN_MAX
from app.controllers.window_state import WindowState
from app.models.composed_text import CannotSend, clean_status
from app.models.notification_rules import EVERY_DAY
from app.models.reminders import Reminder, Reminders
from app.models.rename_notices import KEPT_MAX, KeptRename
from app.models.room_order import PLACES_MAX, RoomOrder

FILE_NAME: Final = "window.json"
#: More is not from us. Some hundred drafts fit.
FILE_BYTES_MAX: Final = 1024 * 1024
#: Of entries, people and milliseconds; a number that is not below this is not from us.
NUMBER_END: Final = 2**48
_NUMBERED: Final = re.compile(r"[^/]*/[0-9]{1,15}")

Value = TypeVar("Value")

_log: Final = logging.getLogger(__name__)


def load_state(path: Path) -> WindowState:
    """What the file says; whatever is missing or makes no sense is as at the first start."""
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(FILE_BYTES_MAX))
    except (OSError, ValueError, RecursionError):
        return WindowState()
    if not isinstance(values, dict):
        return WindowState()
    appearance = fit_appearance(
        values.get("theme"),
        values.get("text_percent"),
        values.get("window_percent"),
        values.get("language"),
        values.get("joins"),
    )
    usual = WindowState()
    return WindowState(
        theme=appearance.theme,
        text_percent=appearance.text_percent,
        window_percent=appearance.window_percent,
        language=appearance.language,
        joins=appearance.joins,
        geometry=_text(values.get("geometry")),
        has_people=values.get("has_people") is not False,
        drafts=_table(values.get("drafts"), str),
        levels=_table(values.get("levels"), str),
        muted_until_ms=_table(values.get("muted_until_ms"), int),
        do_not_disturb=values.get("do_not_disturb") is True,
        has_popups=values.get("has_popups") is not False,
        has_sound=values.get("has_sound") is True,
        has_quiet_hours=values.get("has_quiet_hours") is True,
        quiet_from=_minute(values.get("quiet_from"), usual.quiet_from),
        quiet_to=_minute(values.get("quiet_to"), usual.quiet_to),
        quiet_days=_days(values.get("quiet_days"), usual.quiet_days),
        mention_words=_text(values.get("mention_words")),
        ignored=_numbered(values.get("ignored")),
        former_names=_numbered(values.get("former_names")),
        renames=_renames(values.get("renames")),
        recent_emoji=_words(values.get("recent_emoji")),
        skin_tone=_text(values.get("skin_tone")),
        sent_count=_count(values.get("sent_count")),
        control_sends=values.get("control_sends") is True,
        room_order=_room_order(values),
        room_places=_words(values.get("room_places"))[:PLACES_MAX],
        seen_rooms=_words(values.get("seen_rooms"))[:SEEN_MAX],
        rooms_width=_count(values.get("rooms_width")) or usual.rooms_width,
        people_width=_count(values.get("people_width")) or usual.people_width,
        has_discovery=values.get("has_discovery") is not False,
        server_names=_table(values.get("server_names"), str),
        reminders=_reminders(values.get("reminders")),
        is_away=values.get("is_away") is True,
        away_status=_status(values.get("away_status")),
    )


def _table(value: object, kind: type[Value]) -> dict[str, Value]:
    """The entries of a JSON object that have this type."""
    items = value.items() if isinstance(value, dict) else ()
    return {key: each for key, each in items if type(each) is kind}


def _numbered(value: object) -> dict[str, str]:
    """Texts by a server's fingerprint and a number there."""
    return {key: text for key, text in _table(value, str).items() if _NUMBERED.fullmatch(key)}


def _minute(value: object, usual: int) -> int:
    is_minute = isinstance(value, int) and not isinstance(value, bool)
    return value if is_minute and isinstance(value, int) and 0 <= value < 24 * 60 else usual


def _days(value: object, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Days of the week in their order, 0 for Monday; none of them is an answer too."""
    if not isinstance(value, list):
        return usual
    return tuple(sorted({day for day in value if type(day) is int and day in EVERY_DAY}))


def _reminders(value: object) -> tuple[Reminder, ...]:
    """Those that make sense; of others nobody could be reminded."""
    found = []
    for each in value if isinstance(value, list) else ():
        match each:
            case {"due_ms": int(due_ms), "room": str(room), "text": str(text)} if (
                0 < due_ms < NUMBER_END
            ):
                found.append(Reminder(due_ms, room, text))
    return Reminders(found).kept


def _renames(value: object) -> tuple[KeptRename, ...]:
    found = []
    for each in value if isinstance(value, list) else ():
        match each:
            case {
                "stream": str(stream), "after": int(after), "time_ms": int(time_ms),
                "person": int(person), "before": str(before), "name": str(name),
            } if before and name and _are_ours(after, time_ms, person):  # fmt: skip
                found.append(KeptRename(stream, after, time_ms, person, before, name))
    return tuple(found[-KEPT_MAX:])


def _are_ours(*numbers: int) -> bool:
    return all(0 <= number < NUMBER_END for number in numbers)


def _status(value: object) -> str:
    """What may be said of being away; "" for anything else."""
    try:
        return clean_status(_text(value))
    except CannotSend:
        return ""


def _count(value: object) -> int:
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _room_order(values: dict[str, object]) -> str:
    order = _text(values.get("room_order"))
    if any(order == known.value for known in RoomOrder):
        return order
    # As it was written while there were only these two.
    is_newest = values.get("newest_rooms_first") is True
    return str((RoomOrder.NEWEST if is_newest else RoomOrder.NAME).value)


def _words(value: object) -> tuple[str, ...]:
    """The texts of a JSON array."""
    items = value if isinstance(value, list) else ()
    return tuple(item for item in items if isinstance(item, str))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class SettingsWriter:
    """Writes the newest state, soon."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: WindowState | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")

    def save(self, state: WindowState) -> None:
        """Write this, unless something newer comes before its turn."""
        was_waiting, self._newest = self._newest is not None, state
        if not was_waiting:
            self._executor.submit(self._write)

    def close(self) -> None:
        """Finish what waits."""
        self._executor.shutdown()

    def _write(self) -> None:
        state, self._newest = self._newest, None
        if state is None:
            return
        fresh = self._path.with_suffix(".new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(state), file)
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("! %s cannot be written: %s", self._path.name, error.strerror)
